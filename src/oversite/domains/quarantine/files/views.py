"""Handing a file out to those who may read what it belongs to."""

from typing import Any, cast
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse

from oversite.domains.quarantine.files import queries


def file(request: HttpRequest, uid: str) -> HttpResponse:
    """The bytes, never run by the browser as anything but the type that was found in them."""
    found = queries.readable_file(cast("Any", request.user), uid)
    if found is None:
        raise Http404
    return HttpResponse(
        queries.file_bytes(found),
        content_type=found.content_type,
        headers={
            "Content-Disposition": f"inline; filename*=UTF-8''{quote(found.name)}",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
