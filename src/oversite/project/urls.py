"""Where each part of the product answers."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("events/", include("oversite.base.events.urls")),
]
