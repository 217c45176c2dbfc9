"""What the routers of `/api/v1` share: the caller, pages of rows, filters, and errors in the product's one shape."""

import math
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.enums import Choices
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, Throttled, ValidationError
from pydantic import AwareDatetime, Field

from oversite.common.errors import Refused
from oversite.screens.errors import CSRF_CODE, CSRF_MESSAGE, TEXTS

T = TypeVar("T")

FIRST_AT, LAST_AT = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
LIMIT_MAX = 200
TOO_MANY = _("Too many calls with this key. Wait until the time that Retry-After names.")

Instant = Annotated[
    AwareDatetime, Field(ge=FIRST_AT, lt=LAST_AT, json_schema_extra={"example": "2026-11-21T06:05:09Z"})
]
"""A moment in a filter, with its zone."""
Day = Annotated[date, Field(ge=date(1970, 1, 2), lt=date(2200, 1, 1))]
"""A Beijing day."""
Words = Annotated[str, Field(max_length=100, pattern=r"^[^\x00]*$")]
"""A short text in a filter."""


def one_of(choices: type[Choices]) -> Any:
    """The field of a text that is one of `choices`, for schemas and filters."""
    values: list[Any] = [str(value) for value in choices.values]
    return Field(pattern=f"^({'|'.join(values)})$", json_schema_extra={"enum": values})


class Ref(Schema):
    """Another object, by its uid."""

    uid: UUID
    name: str


def ref(instance: Any) -> Ref | None:
    """A reference to an object that has a uid and a name."""
    return None if instance is None else Ref(uid=instance.uid, name=instance.name)


class FieldProblem(Schema):
    """What is wrong with one parameter."""

    field: str
    message: str


class Problem(Schema):
    """Why a call was not answered: `code` never changes, `message` is for people, `clause` names the provision."""

    code: str
    message: str
    clause: str = ""
    fields: list[FieldProblem] = []


class PageAsk(Schema):
    """Which page of a list."""

    after: str = Field("", pattern=r"^[0-9]{0,18}$", description="`next` of the page before; empty: from the beginning")
    limit: int = Field(50, ge=1, le=LIMIT_MAX)


class NewestFirst(PageAsk):
    """Which page of a list whose newest row comes first."""

    oldest_first: bool = Field(False, description="for callers that come back for what is new since `next`")


class Page(Schema, Generic[T]):
    """One page: `next` is the `after` of the page that follows, now or when there is more."""

    items: list[T]
    next: str
    has_more: bool


def page(
    rows: QuerySet[Any], ask: PageAsk, make: Callable[[Any], T], look: Callable[[list[Any]], None] | None = None
) -> Page[T]:
    """The page of `rows` that was asked for, ordered by primary key; `look` sees all of its rows before `make` each."""
    is_descending = isinstance(ask, NewestFirst) and not ask.oldest_first
    if ask.after:
        rows = rows.filter(**{"pk__lt" if is_descending else "pk__gt": int(ask.after)})
    found = list(rows.order_by("-pk" if is_descending else "pk")[: ask.limit + 1])
    shown = found[: ask.limit]
    if look is not None:
        look(shown)
    return Page(
        items=[make(row) for row in shown],
        next=str(shown[-1].pk) if shown else ask.after,
        has_more=len(found) > len(shown),
    )


def filtered(rows: QuerySet[Any], **conditions: Any) -> QuerySet[Any]:
    """`rows` under those conditions that were asked for (neither none nor empty)."""
    return rows.filter(**{name: value for name, value in conditions.items() if value is not None and value != ""})


def answers(schema: Any, *, also: Iterable[int] = ()) -> dict[Any, Any]:
    """For `response=`: the schema, and the errors that every route knows, plus `also`."""
    return {200: schema, **dict.fromkeys(sorted({401, 403, 422, 429, *also}), Problem)}


def caller(request: HttpRequest, permission: str) -> Any:
    """Who calls; raises `Refused` without `permission`."""
    user: Any = request.user
    user.require(permission)
    return user


def problem(status: int, code: str, message: object, clause: str = "", **more: Any) -> HttpResponse:
    """An error as every part of the product tells it to programs."""
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    body = {"code": code, "message": str(message), "clause": clause, **more}
    return JsonResponse(body, status=status, headers=headers)


def tell_errors(api: NinjaAPI) -> None:
    """Have `api` answer every error in the product's shape; a fault of ours stays loud."""
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(ValidationError, _not_as_documented)
    api.add_exception_handler(Exception, _fault)


def _refused(request: HttpRequest, refused: Any) -> HttpResponse:
    request.refused = refused  # type: ignore[attr-defined]  # the audit middleware writes its row
    return problem(refused.status, refused.code, refused.message, refused.clause)


def _not_found(_request: HttpRequest, _exception: Any) -> HttpResponse:
    return problem(404, "http.404", TEXTS[404].title)


def _http_error(_request: HttpRequest, error: Any) -> HttpResponse:
    if error.status_code == 401:
        return problem(401, "accounts.session.none", _("Sign in, or send a key: Authorization: Bearer …"))
    if isinstance(error, Throttled):
        answer = problem(429, "http.429", TOO_MANY)
        answer.headers["Retry-After"] = str(max(1, math.ceil(error.wait or 1)))
        return answer
    if error.status_code == 403:  # nothing else raises it: permissions are refusals
        return problem(403, CSRF_CODE, CSRF_MESSAGE)
    text = TEXTS.get(error.status_code, TEXTS[400])
    return problem(error.status_code, f"http.{error.status_code}", text.title)


def _not_as_documented(_request: HttpRequest, error: Any) -> HttpResponse:
    fields = [{"field": str(each["loc"][-1]), "message": str(each["msg"])} for each in error.errors]
    return problem(422, "http.422", _("The call is not as the interface describes it."), fields=fields)


def _fault(_request: HttpRequest, fault: Any) -> HttpResponse:
    raise fault
