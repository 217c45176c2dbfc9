"""Addresses of the rules."""

from django.urls import path

from oversite.domains.quarantine.rules import figure_views, views

app_name = "quarantine_rules"
urlpatterns = [
    path("", views.Procedures.as_view(), name="procedures"),
    path("procedures/new/", views.ProcedureEdit.as_view(), name="procedure-new"),
    path("procedures/<int:pk>/", views.ProcedureDetail.as_view(), name="procedure"),
    path("procedures/<int:pk>/change/", views.ProcedureEdit.as_view(), name="procedure-change"),
    path("procedures/<int:pk>/publish/", views.Publish.as_view(), name="publish"),
    path("procedures/<int:pk>/repeal/", views.Repeal.as_view(), name="repeal"),
    path("procedures/<int:pk>/entries/new/", views.EntryEdit.as_view(), name="entry-new"),
    path("procedures/<int:pk>/entries/<int:entry>/", views.EntryEdit.as_view(), name="entry"),
    path("species/", views.SpeciesList.as_view(), name="species-list"),
    path("species/new/", views.SpeciesEdit.as_view(), name="species-new"),
    path("species/<int:pk>/", views.SpeciesEdit.as_view(), name="species"),
    path("diseases/", views.Diseases.as_view(), name="diseases"),
    path("diseases/new/", views.DiseaseEdit.as_view(), name="disease-new"),
    path("diseases/<int:pk>/", views.DiseaseEdit.as_view(), name="disease"),
    path("categories/", views.Categories.as_view(), name="categories"),
    path("categories/new/", views.CategoryEdit.as_view(), name="category-new"),
    path("categories/<int:pk>/", views.CategoryEdit.as_view(), name="category"),
    path("musts/", views.Musts.as_view(), name="musts"),
    path("musts/new/", views.MustNew.as_view(), name="must-new"),
    path("musts/<int:pk>/end/", views.MustEnd.as_view(), name="must-end"),
    path("settings/", figure_views.Settings.as_view(), name="settings"),
    path("settings/import/", figure_views.SettingsImport.as_view(), name="settings-import"),
    path("settings/<str:key>/", figure_views.SettingEnter.as_view(), name="setting"),
]
