"""Addresses of the app."""

from django.urls import URLPattern

app_name = "quarantine_registry"
urlpatterns: list[URLPattern] = []
