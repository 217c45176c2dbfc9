"""The interface for other systems: `/api/v1`, described by `/api/v1/openapi.json`."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.operation import Operation

from oversite.base.accounts.api import TOKEN_OR_SESSION, KeyThrottle
from oversite.base.audit.api import router as audit
from oversite.base.sites.api import router as sites
from oversite.oversight.rules.api import router as placement
from oversite.oversight.supervision.api import router as supervision
from oversite.project.domains import domain_routers
from oversite.screens.api import tell_errors
from oversite.video.cameras.api import cameras_router, devices_router
from oversite.video.evidence.api import router as evidence
from oversite.video.recording.api import router as recordings
from oversite.video.viewing.api import router as viewings

OPEN = ("openapi-json", "api-root")
"""What is told to everybody: how to ask."""
DESCRIPTION = """\
What the caller may see and do is what the user of the key may, as far as the key allows. What lies outside is answered
like what does not exist. Instants are UTC (ISO 8601), days are Beijing days. Lists are read page by page: pass `next`
as `after`."""


class Interface(NinjaAPI):
    """The interface; an operation is called what its function is called, wherever that moves."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name by which generated clients call it."""
        return operation.view_func.__name__


api = Interface(
    title="Oversite 明察",
    version="1",
    description=DESCRIPTION,
    auth=TOKEN_OR_SESSION,
    throttle=[KeyThrottle()],
    docs_url=None,
    urls_namespace="api",
)
tell_errors(api)
for prefix, router in (
    ("/sites", sites),
    ("/cameras", cameras_router),
    ("/devices", devices_router),
    ("/recordings", recordings),
    ("/supervision", supervision),
    ("/evidence", evidence),
    ("/viewings", viewings),
    ("/placement", placement),
    ("/audit", audit),
    *domain_routers(),
):
    api.add_router(prefix, router)

patterns, app_name, namespace = api.urls
for pattern in patterns:
    if isinstance(pattern, URLPattern) and pattern.name in OPEN:
        login_not_required(pattern.callback)
urls = (patterns, app_name, namespace)
"""For `path(…, urls)`."""
