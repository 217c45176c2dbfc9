"""What every page of the frame has in common: who may open it, its heading, its object."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext_lazy as _
from django.views import View

from oversite.common.errors import Refused
from oversite.screens.acts import Act
from oversite.screens.slots import Words


def is_htmx(request: HttpRequest) -> bool:
    """Whether HTMX asks, so that a part of a page is the answer."""
    return request.headers.get("HX-Request") == "true"


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Lead the browser to another page, also when HTMX asked."""
    if is_htmx(request):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in page and back here afterwards; HTMX comes back to the page around the part."""
    back = request.headers.get("HX-Current-URL", "/") if is_htmx(request) else request.get_full_path()
    if request.method not in {"GET", "HEAD"} and not is_htmx(request):
        back = request.path
    response = go_to(request, f"{resolve_url(settings.LOGIN_URL)}?next={quote(_own_path(back))}")
    if is_htmx(request):
        response.status_code = 401
    return response


def _own_path(url: str) -> str:
    """The path and query of an address, without the origin, and never one that leads to another host."""
    parts = urlsplit(url)
    path = "/" + parts.path.lstrip("/\\")
    return f"{path}?{parts.query}" if parts.query else path


class PageView(View):
    """A page in the frame; `permission` "" means: whoever is signed in; `menu` is the key of its menu entry.

    `other_permission` opens the page just as well; what there is to see and do, the queries say.
    """

    menu = ""
    title: Words = ""
    lead: Words = ""
    permission = ""
    other_permission = ""
    template_name = ""
    theme = ""
    model_pk = "pk"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Judge the right, then answer."""
        if not request.user.is_authenticated:
            return sign_in_first(request)
        if not (self.other_permission and is_allowed(request.user, self.other_permission)):
            require(request.user, self.permission)
        return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> Any:
        """The user who asks."""
        return self.request.user

    def queryset(self, user: Any) -> QuerySet[Any]:
        """The objects that the user may see here: the app's visibility query."""
        raise NotImplementedError

    def subject(self) -> Any:
        """The object that the address names; raises `Http404` when the user may not see it."""
        found = self.queryset(self.user).filter(**{self.model_pk: self.kwargs[self.model_pk]}).first()
        if found is None:
            raise Http404
        self.request.subject = found  # type: ignore[attr-defined] # what a refusal on this page was about
        return found

    def heading(self, subject: Any = None) -> Words:
        """The page's title."""
        return self.title or (str(subject) if subject is not None else "")

    def page_acts(self, user: Any) -> list[Act]:
        """What can be done from here, to the right of the title."""
        del user
        return []

    def remember(self, refused: Refused | None) -> None:
        """Leave a refusal that the page shows inside itself where the audit finds it."""
        if refused is not None:
            self.request.refused = refused  # type: ignore[attr-defined]

    def show(self, context: Mapping[str, Any], status: int = 200, template_name: str = "") -> HttpResponse:
        """Render the page; `subject` in the context names it."""
        full = {
            "page": self,
            "page_title": self.heading(context.get("subject")),
            "page_lead": self.lead,
            "page_menu": self.menu,
            "page_theme": self.theme,
            "page_acts": self.page_acts(self.user),
            **context,
        }
        return render(self.request, template_name or self.template_name, full, status=status)


def require(user: Any, permission: str) -> None:
    """Raise `Refused` when the user does not hold the permission."""
    if permission and not user.has_perm(permission):
        raise Refused(
            "screens.permission",
            _("Your roles do not allow this. Ask the administrator of your agency."),
            data={"permission": permission},
        )


def is_allowed(user: Any, permission: str) -> bool:
    """Whether the user holds the permission ("" = everyone signed in)."""
    return bool(not permission or user.has_perm(permission))
