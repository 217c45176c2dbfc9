"""Addresses of quarantine's files."""

from django.urls import path

from oversite.domains.quarantine.files import views

app_name = "quarantine_files"
urlpatterns = [path("<uuid:uid>", views.file, name="file")]
