"""Addresses outside /quarantine/: those that stand in printed codes are short and never change."""

from django.urls import path

from oversite.domains.quarantine.certificates import offline, public

app_name = "certificate_check"
urlpatterns = [
    path("c/", public.ask_page, name="ask"),
    path("c/trust", public.trust_list, name="trust"),
    path("c/revocations", public.revocation_list, name="revocations"),
    path("c/<str:code>", public.certificate_page, name="code"),
    path("offline/", offline.offline_page, name="offline"),
    path("offline/worker.js", offline.worker, name="offline-worker"),
    path("offline/files.json", offline.files, name="offline-files"),
    path("offline/manifest.webmanifest", offline.manifest, name="offline-manifest"),
    path("offline/icon.svg", offline.icon, name="offline-icon"),
]
