"""Addresses of the laboratory."""

from django.urls import path

from oversite.domains.quarantine.laboratory.views import acts, samples, seals

app_name = "quarantine_laboratory"
urlpatterns = [
    path("", samples.Samples.as_view(), name="samples"),
    path("kept/", samples.Kept.as_view(), name="kept"),
    path("take/<uuid:uid>/", samples.Take.as_view(), name="take"),
    path("tests/<int:pk>/", acts.EnterResult.as_view(), name="test"),
    path("seals/", seals.Seals.as_view(), name="seals"),
    path("seals/hand-out/", seals.HandOut.as_view(), name="hand-out"),
    path("seals/spoil/", seals.Spoil.as_view(), name="spoil"),
    path("<uuid:uid>/", samples.SampleDetail.as_view(), name="sample"),
    path("<uuid:uid>/form/", samples.SampleForm.as_view(), name="form"),
    path("<uuid:uid>/report/", samples.Report.as_view(), name="report"),
    path("<uuid:uid>/seal/", acts.Seal.as_view(), name="seal"),
    path("<uuid:uid>/send/", acts.Send.as_view(), name="send"),
    path("<uuid:uid>/discard/", acts.Discard.as_view(), name="discard"),
    path("<uuid:uid>/receive/", acts.Receive.as_view(), name="receive"),
    path("<uuid:uid>/reject/", acts.Reject.as_view(), name="reject"),
    path("<uuid:uid>/submit/", acts.Submit.as_view(), name="submit"),
    path("<uuid:uid>/pass/", acts.Pass.as_view(), name="pass"),
    path("<uuid:uid>/return/", acts.Return.as_view(), name="return"),
    path("<uuid:uid>/release/", acts.Release.as_view(), name="release"),
    path("<uuid:uid>/invalidate/", acts.Invalidate.as_view(), name="invalidate"),
    path("<uuid:uid>/dispose/", acts.Dispose.as_view(), name="dispose"),
]
