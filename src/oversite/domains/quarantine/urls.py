"""Where the apps of the domain answer."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("files/", include("oversite.domains.quarantine.files.urls")),
    path("rules/", include("oversite.domains.quarantine.rules.urls")),
    path("registry/", include("oversite.domains.quarantine.registry.urls")),
    path("declarations/", include("oversite.domains.quarantine.declarations.urls")),
    path("inspections/", include("oversite.domains.quarantine.inspections.urls")),
    path("laboratory/", include("oversite.domains.quarantine.laboratory.urls")),
    path("certificates/", include("oversite.domains.quarantine.certificates.urls")),
    path("reporting/", include("oversite.domains.quarantine.reporting.urls")),
]
