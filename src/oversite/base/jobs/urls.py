"""Addresses of long work."""

from django.urls import path

from oversite.base.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.OwnJobs.as_view(), name="list"),
    path("<uuid:pk>/", views.OneJob.as_view(), name="job"),
    path("<uuid:pk>/cancel/", views.CancelJob.as_view(), name="cancel"),
    path("<uuid:pk>/workbook/", views.Workbook.as_view(), name="workbook"),
]
