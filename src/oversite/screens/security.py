"""The content security policy: no inline code, nothing from outside the installation."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from oversite.screens.slots import MEDIA_ORIGINS


def content_security_policy(request: HttpRequest) -> str:
    """The policy for an answer; pictures may also come from the media origins."""
    origins = sorted({origin for of in MEDIA_ORIGINS for origin in of(request)})
    media = " ".join(origins)
    own_socket = f"{'wss' if request.is_secure() else 'ws'}://{request.get_host()}"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            f"connect-src 'self' {own_socket} {media}".rstrip(),
            f"media-src 'self' blob: {media}".rstrip(),
            "worker-src 'self' blob:",
            "frame-src 'self'",
            "object-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        )
    )


class ContentSecurityPolicyMiddleware:
    """Sets the policy on every answer that has none of its own."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the policy."""
        response = self.get_response(request)
        if "Content-Security-Policy" not in response.headers:
            response.headers["Content-Security-Policy"] = content_security_policy(request)
        response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(self), geolocation=(self)")
        return response
