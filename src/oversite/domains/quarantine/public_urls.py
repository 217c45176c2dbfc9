"""What the domain answers outside its own prefix: addresses that stand on paper."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("oversite.domains.quarantine.certificates.public_urls")),
]
