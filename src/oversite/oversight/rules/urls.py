"""Addresses of placement."""

from django.urls import path

from oversite.oversight.rules import declaring, drawing, planning_views, views

app_name = "rules"
urlpatterns = [
    path("", views.Evaluations.as_view(), name="evaluations"),
    path("league/", views.League.as_view(), name="league"),
    path("sites/<uuid:uid>/", views.SitePlacement.as_view(), name="site"),
    path("sites/<uuid:uid>/evaluate/", views.Evaluate.as_view(), name="evaluate"),
    path("sites/<uuid:uid>/report/", views.SignReport.as_view(), name="report"),
    path("sites/<uuid:uid>/findings.xlsx", views.findings_workbook, name="workbook"),
    path("sites/<uuid:uid>/declare/", declaring.SiteDeclare.as_view(), name="declare-site"),
    path("sites/<uuid:uid>/areas/<int:area>/", declaring.AreaDeclare.as_view(), name="declare-area"),
    path("cameras/<uuid:uid>/", declaring.CameraDeclare.as_view(), name="declare-camera"),
    path("sites/<uuid:uid>/plan/", planning_views.Propose.as_view(), name="plan"),
    path("sites/<uuid:uid>/construction/", planning_views.Construction.as_view(), name="construction"),
    path("sites/<uuid:uid>/construction.xlsx", planning_views.construction_workbook, name="construction-workbook"),
    path("sites/<uuid:uid>/construction/print/", planning_views.ConstructionPrint.as_view(), name="construction-print"),
    path("sites/<uuid:uid>/construction/codes/", planning_views.AllotCodes.as_view(), name="plan-codes"),
    path("sites/<uuid:uid>/picture/", drawing.Upload.as_view(), name="picture-upload"),
    path("sites/<uuid:uid>/picture.png", drawing.picture, name="picture"),
    path("sites/<uuid:uid>/layout", drawing.layout, name="layout"),
    path("evaluations/<uuid:uid>/", views.PastEvaluation.as_view(), name="evaluation"),
    path("evaluations/<uuid:uid>/<int:number>/judge/", views.Judge.as_view(), name="judge"),
    path("evaluations/<uuid:uid>/<int:number>/rule/", views.Rule.as_view(), name="ruling"),
]
