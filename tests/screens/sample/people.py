"""Who asks, in the tests: no accounts, only what the screens ask of a user."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse

from oversite.common.errors import Refused
from oversite.screens.errors import refusal_response


@dataclass
class Person:
    """A signed-in user with some permissions."""

    name: str = "王建国"
    agency: str = "烟台市渔业监督管理站"
    permissions: frozenset[str] = frozenset({"pumps.read", "pumps.change"})
    is_authenticated: bool = True
    is_active: bool = True
    pk: int = 1
    views: dict[str, str] = field(default_factory=dict)

    def has_perm(self, permission: str) -> bool:
        return permission in self.permissions

    def __str__(self) -> str:
        return self.name


@dataclass
class Nobody:
    """Nobody is signed in."""

    is_authenticated: bool = False
    pk: None = None

    def has_perm(self, permission: str) -> bool:
        return False


PEOPLE = {"": Person(), "reader": Person(permissions=frozenset({"pumps.read"})), "nobody": Nobody()}


class PersonMiddleware:
    """Takes the user from the cookie `person`, and answers refusals as the product does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = PEOPLE[request.COOKIES.get("person", "")]  # type: ignore[assignment]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal_response(request, exception) if isinstance(exception, Refused) else None
