"""Where each part of the product answers."""

from django.urls import URLPattern, URLResolver, include, path

from oversite.project import api, views
from oversite.project.domains import domain_urls
from oversite.project.system_page import SystemPage

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("system/", SystemPage.as_view(), name="system"),
    path("search/", views.Search.as_view(), name="search"),
    path("help/", views.Help.as_view(), name="help"),
    path("language/", views.set_language, name="set_language"),
    path("healthz", views.healthz, name="healthz"),
    path("metrics", views.metrics, name="metrics"),
    path("api/v1/", api.urls),
    path("rules/", include("oversite.oversight.rules.urls")),
    path("supervision/", include("oversite.oversight.supervision.urls")),
    path("accounts/", include("oversite.base.accounts.urls")),
    path("agencies/", include("oversite.base.agencies.urls")),
    path("audit/", include("oversite.base.audit.urls")),
    path("numbers/", include("oversite.base.numbers.urls")),
    path("documents/", include("oversite.base.documents.urls")),
    path("sites/", include("oversite.base.sites.urls")),
    path("events/", include("oversite.base.events.urls")),
    path("jobs/", include("oversite.base.jobs.urls")),
    path("cameras/", include("oversite.video.cameras.urls")),
    path("video/", include("oversite.video.viewing.urls")),
    path("alarms/", include("oversite.video.alarms.urls")),
    path("evidence/", include("oversite.video.evidence.urls")),
    *domain_urls(),
]

handler400 = "oversite.screens.errors.bad_request"
handler403 = "oversite.screens.errors.forbidden"
handler404 = "oversite.screens.errors.not_found"
handler500 = "oversite.screens.errors.server_error"
