"""Addresses of the app."""

from django.urls import URLPattern

app_name = "quarantine_inspections"
urlpatterns: list[URLPattern] = []
