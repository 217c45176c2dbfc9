"""Addresses of documents."""

from django.urls import path

from oversite.base.documents import views

app_name = "documents"
urlpatterns = [
    path("", views.DocumentList.as_view(), name="list"),
    path("<uuid:uid>/", views.DocumentPage.as_view(), name="document"),
]
