"""The addresses of the sample."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from . import islands, views

handler400 = "oversite.screens.errors.bad_request"
handler403 = "oversite.screens.errors.forbidden"
handler404 = "oversite.screens.errors.not_found"
handler500 = "oversite.screens.errors.server_error"


def nowhere(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


urlpatterns = [
    path("", views.PumpList.as_view(), name="home"),
    path("search/", nowhere, name="search"),
    path("help/", nowhere, name="help"),
    path("logout/", nowhere, name="account_logout"),
    path("accounts/login/", nowhere, name="account_login"),
    path("language/", nowhere, name="set_language"),
    path("pumps/", views.PumpList.as_view(), name="pumps"),
    path("pumps/new/", views.PumpEdit.as_view(), name="pump-new"),
    path("pumps/import/", views.PumpImport.as_view(), name="pump-import"),
    path("pumps/<int:pk>/", views.PumpDetail.as_view(), name="pump"),
    path("pumps/<int:pk>/edit/", views.PumpEdit.as_view(), name="pump-edit"),
    path("pumps/<int:pk>/stop/", views.PumpStop.as_view(), name="pump-stop"),
    path("pumps/<int:pk>/print/", views.PumpPrint.as_view(), name="pump-print"),
    path("island/<slug:name>/", views.island_page, name="island"),
    path("broken/", views.broken, name="broken"),
    *islands.urlpatterns,
]
