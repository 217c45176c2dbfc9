"""Filters of a list: each reads its part of the query string, narrows the queryset and says so in a chip."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.common.clock import BEIJING
from oversite.screens.slots import Words

Choice = tuple[str, Words]
Choices = Sequence[Choice] | Callable[[Any], Sequence[Choice]]
MAX_LINKED = 1_000
"""So many are named one by one; of more the database is left to choose the way."""
MAX_TEXT = 100


class FilterError(ValueError):
    """A filter's value cannot be read; the text says what it must be."""


@dataclass(frozen=True, slots=True)
class Input:
    """One control of a filter as the template draws it."""

    name: str
    kind: str
    label: Words
    value: str
    choices: Sequence[Choice] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for and by whom."""

    params: QueryDict
    user: Any


class Filter:
    """The base: a filter owns the parameters named in `names` and nothing else of the query string."""

    key: str
    label: Words

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that belong to it."""
        return (self.key,)

    def inputs(self, asked: Asked) -> list[Input]:
        """The controls with their present values."""
        raise NotImplementedError

    def apply(self, queryset: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
        """Narrow the queryset; raises `FilterError`."""
        raise NotImplementedError

    def text(self, asked: Asked) -> str:
        """What the chip says after the label; empty when the filter is not in use."""
        raise NotImplementedError


@dataclass(frozen=True)
class TextFilter(Filter):
    """Finds words: each must occur in one of the fields."""

    key: str
    label: Words
    fields: Sequence[str]

    def inputs(self, asked: Asked) -> list[Input]:
        return [Input(self.key, "search", self.label, self.text(asked))]

    def apply(self, queryset: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
        for word in self.text(asked).split():
            found = Q()
            for name in self.fields:
                found |= Q(**{f"{name}__icontains": word})
            queryset = queryset.filter(found)
        return queryset

    def text(self, asked: Asked) -> str:
        return asked.params.get(self.key, "").strip().replace("\x00", "")[:MAX_TEXT]


@dataclass(frozen=True)
class LinkedTextFilter(TextFilter):
    """Finds words in what rows point to; `fields` are paths such as `camera__name`.

    The few things pointed to are searched first, and an index then finds their rows among millions.
    """

    def apply(self, queryset: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
        for word in self.text(asked).split():
            found = Q(pk__in=[])
            for link, names in self._links().items():
                field = queryset.model._meta.get_field(link)
                named = Q()
                for name in names:
                    named |= Q(**{f"{name}__icontains": word})
                linked = field.related_model.objects.filter(named).values_list("pk", flat=True)
                pks = list(linked[: MAX_LINKED + 1])
                found |= Q(**{f"{link}__in": pks if len(pks) <= MAX_LINKED else linked})
            queryset = queryset.filter(found)
        return queryset

    def _links(self) -> dict[str, list[str]]:
        links: dict[str, list[str]] = {}
        for path in self.fields:
            link, _, name = path.partition("__")
            links.setdefault(link, []).append(name)
        return links


@dataclass(frozen=True)
class ChoiceFilter(Filter):
    """One of some values."""

    key: str
    label: Words
    choices: Choices
    field: str = ""

    def offered(self, user: Any) -> Sequence[Choice]:
        """The choices, asked for anew where they depend on the user."""
        return self.choices(user) if callable(self.choices) else self.choices

    def inputs(self, asked: Asked) -> list[Input]:
        return [Input(self.key, "select", self.label, asked.params.get(self.key, ""), self.offered(asked.user))]

    def apply(self, queryset: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
        value = asked.params.get(self.key, "")
        if not value:
            return queryset
        if not any(str(choice) == value for choice, _label in self.offered(asked.user)):
            raise FilterError(_t("“%(value)s” is not one of the choices.") % {"value": value[:40]})
        return self.narrowed(queryset, value)

    def narrowed(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """The queryset where the field has the value."""
        return queryset.filter(**{self.field or self.key: value})

    def text(self, asked: Asked) -> str:
        value = asked.params.get(self.key, "")
        return next((str(label) for choice, label in self.offered(asked.user) if str(choice) == value), value[:40])


YES_NO_CHOICES: Sequence[Choice] = (("yes", _("yes")), ("no", _("no")))


@dataclass(frozen=True)
class YesNoFilter(ChoiceFilter):
    """True or false."""

    choices: Choices = field(default=YES_NO_CHOICES)

    def narrowed(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(**{self.field or self.key: value == "yes"})


@dataclass(frozen=True)
class IsSetFilter(YesNoFilter):
    """Whether a field holds anything."""

    def narrowed(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(**{f"{self.field or self.key}__isnull": value == "no"})


@dataclass(frozen=True)
class DateRangeFilter(Filter):
    """From one Beijing day to another, both included, over a field of instants (or of days: `is_date`)."""

    key: str
    label: Words
    field: str = ""
    is_date: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return (f"{self.key}_from", f"{self.key}_to")

    def inputs(self, asked: Asked) -> list[Input]:
        first, last = self.names
        return [
            Input(first, "date", _t("%(label)s from") % {"label": self.label}, asked.params.get(first, "")),
            Input(last, "date", _t("%(label)s to") % {"label": self.label}, asked.params.get(last, "")),
        ]

    def apply(self, queryset: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
        first, last = (_day(asked.params.get(name, "")) for name in self.names)
        if first and last and first > last:
            raise FilterError(_t("The first day lies after the last one."))
        name = self.field or self.key
        if first:
            queryset = queryset.filter(**{f"{name}__gte": first if self.is_date else _midnight(first)})
        if last and self.is_date:
            queryset = queryset.filter(**{f"{name}__lte": last})
        elif last:
            queryset = queryset.filter(**{f"{name}__lt": _midnight(last + timedelta(days=1))})
        return queryset

    def text(self, asked: Asked) -> str:
        first, last = (asked.params.get(name, "")[:10] for name in self.names)
        return f"{first} – {last}" if first or last else ""


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 1970 <= day.year <= 9000:
        raise FilterError(_t("A day is written like 2026-11-21."))
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING)


def active_names(filters: Sequence[Filter], params: Mapping[str, object]) -> list[str]:
    """The parameters of the filters that are in the query string."""
    return [name for each in filters for name in each.names if name in params]
