"""Addresses of evidence."""

from django.urls import path

from oversite.video.evidence import views

app_name = "evidence"
urlpatterns = [
    path("", views.EvidenceList.as_view(), name="list"),
    path("keep/", views.Keep.as_view(), name="keep"),
    path("exports/", views.Exports.as_view(), name="exports"),
    path("exports/<int:pk>/", views.ExportDetail.as_view(), name="export-done"),
    path("exports/<int:pk>/package.zip", views.package, name="package"),
    path("exports/<int:pk>/copy.zip", views.copy, name="copy"),
    path("<uuid:uid>/", views.EvidenceDetail.as_view(), name="evidence"),
    path("<uuid:uid>/verify/", views.Verify.as_view(), name="verify"),
    path("<uuid:uid>/seal/", views.Seal.as_view(), name="seal"),
    path("<uuid:uid>/release/", views.Release.as_view(), name="release"),
    path("<uuid:uid>/export/", views.ExportEvidence.as_view(), name="export"),
]
