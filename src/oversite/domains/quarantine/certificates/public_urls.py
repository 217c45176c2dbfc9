"""Addresses outside /quarantine/: those that stand in printed codes are short and never change."""

from django.urls import path

from oversite.domains.quarantine.certificates import public

app_name = "certificate_check"
urlpatterns = [
    path("c/", public.ask_page, name="ask"),
    path("c/trust", public.trust_list, name="trust"),
    path("c/revocations", public.revocation_list, name="revocations"),
    path("c/<str:code>", public.certificate_page, name="code"),
]
