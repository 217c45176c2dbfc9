"""Addresses of the app."""

from django.urls import URLPattern

app_name = "quarantine_rules"
urlpatterns: list[URLPattern] = []
