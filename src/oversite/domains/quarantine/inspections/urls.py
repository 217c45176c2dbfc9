"""Addresses of inspections, disease records and treatment notices."""

from django.urls import path

from oversite.domains.quarantine.inspections.views import desk, diseases, field, inspections, treatments

app_name = "quarantine_inspections"
urlpatterns = [
    path("", inspections.Inspections.as_view(), name="inspections"),
    path("assign/<uuid:uid>/", inspections.Assign.as_view(), name="assign"),
    path("worker.js", desk.Worker.as_view(), name="field-worker"),
    path("field/", desk.Desk.as_view(), name="field"),
    path("field/files.json", desk.Files.as_view(), name="field-files"),
    path("field/manifest.webmanifest", desk.Manifest.as_view(), name="field-manifest"),
    path("field/icon.svg", desk.Icon.as_view(), name="field-icon"),
    path("<uuid:uid>/", inspections.Detail.as_view(), name="inspection"),
    path("<uuid:uid>/conduct/", field.Conduct.as_view(), name="conduct"),
    path("<uuid:uid>/draft/", field.Sync.as_view(), name="sync"),
    path("<uuid:uid>/sign/", field.Sign.as_view(), name="sign"),
    path("<uuid:uid>/photo/", field.Photo.as_view(), name="photo"),
    path("<uuid:uid>/qualify/", inspections.Qualify.as_view(), name="qualify"),
    path("<uuid:uid>/disqualify/", inspections.Disqualify.as_view(), name="disqualify"),
    path("<uuid:uid>/treat/", treatments.Treat.as_view(), name="treat"),
    path("<uuid:uid>/archive/", inspections.Archive.as_view(), name="archive"),
    path("<uuid:uid>/record/", inspections.Record.as_view(), name="record"),
    path("treatments/", treatments.Treatments.as_view(), name="treatments"),
    path("treatments/<uuid:uid>/", treatments.TreatmentDetail.as_view(), name="treatment"),
    path("treatments/<uuid:uid>/dispose/", treatments.Dispose.as_view(), name="dispose"),
    path("treatments/<uuid:uid>/recover/", treatments.Recover.as_view(), name="recover"),
    path("treatments/<uuid:uid>/notice/", treatments.Notice.as_view(), name="notice"),
    path("diseases/", diseases.Records.as_view(), name="diseases"),
    path("diseases/map/", diseases.Map.as_view(), name="disease-map"),
    path("diseases/new/", diseases.RecordNew.as_view(), name="disease-new"),
    path("diseases/<uuid:uid>/", diseases.RecordDetail.as_view(), name="disease"),
    path("diseases/<uuid:uid>/withdraw/", diseases.RecordWithdraw.as_view(), name="disease-withdraw"),
]
