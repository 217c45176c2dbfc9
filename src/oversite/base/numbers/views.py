"""Pages of number pools, to be read only: what is left, and the gap report that must balance (req: Q1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.base.agencies.queries import agencies
from oversite.base.numbers import queries
from oversite.base.numbers.holders import INSTALLATION, Holder
from oversite.base.numbers.models import Allotment, Number, Pool
from oversite.screens.acts import EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, Tab
from oversite.screens.filters import TextFilter
from oversite.screens.formats import CODE, INSTANT, NUMBER, State, StateFormat, state_html
from oversite.screens.list_page import ListPage

AGENCY = "agencies.agency"
ROWS = 100
STATES = StateFormat(
    {
        Number.State.ISSUED: State(_("issued"), "good"),
        Number.State.VOID: State(_("void"), "quiet"),
        Number.State.LOST: State(_("lost"), "soon"),
    }
)


@dataclass(frozen=True, slots=True)
class Share:
    """What one holder has had of a pool."""

    holder: str
    balance: queries.Balance


class PoolPage:
    """What both pages share; a pool belongs to the whole installation, its numbers to who holds them."""

    menu = "numbers"
    permission = "numbers.read"

    def queryset(self, user: Any) -> QuerySet[Pool]:
        """All pools at the root, else those that agencies of the reader's subtree hold numbers of (req: A4.1)."""
        if user.agency.is_root():
            return Pool.objects.all()
        return queries.pools_of([Holder(AGENCY, str(agency.pk)) for agency in agencies(user)])


class Pools(PoolPage, ListPage):
    """The pools."""

    title = _("Numbers")
    lead = _("Pools from which numbers are drawn once and never again, and whether their books balance.")
    default_sort = "key"
    columns = (
        Column("title", _("pool"), "title", sort="title"),
        Column("key", _("key"), "key", CODE, "key"),
        Column("first", _("first number"), lambda pool: pool.text(pool.first), CODE),
        Column("last", _("last number"), lambda pool: pool.text(pool.last), CODE),
        Column("size", _("numbers in all"), "size", NUMBER),
        Column("left", _("unused"), queries.unused_in, NUMBER),
        Column("opened", _("opened at"), "opened_at", INSTANT, "opened_at"),
    )
    filters = (TextFilter("q", _("title or key"), ("title", "key")),)
    empty = EmptyState(
        _("No pool is open yet"), _("Pools appear here once your agency or one below it has been given numbers.")
    )

    def row_link(self, row: Pool) -> str:
        """A pool leads to its gap report."""
        return reverse("numbers:pool", args=[row.pk])


class PoolDetail(PoolPage, DetailPage):
    """One pool: the balance of all its numbers, by holder, and the latest of them."""

    def heading(self, subject: Any = None) -> Any:
        """Its title."""
        return subject.title if subject else ""

    def state(self, subject: Pool) -> str:
        """Whether the books balance."""
        if queries.gap_report(subject).is_balanced:
            return state_html(_("balanced"), "good")
        return state_html(_("does not balance"), "now")

    def fact_groups(self, subject: Pool) -> Sequence[FactGroup]:
        """The numbers of the pool by what became of them; the faults where there are any."""
        report = queries.gap_report(subject)
        balance = report.balance
        facts = [
            Fact(_("first number"), subject.text(subject.first), CODE),
            Fact(_("last number"), subject.text(subject.last), CODE),
            Fact(_("numbers in all"), subject.size, NUMBER),
            Fact(_("unused"), balance.unused, NUMBER),
            Fact(_("issued"), balance.issued, NUMBER),
            Fact(_("void"), balance.void, NUMBER),
            Fact(_("lost"), balance.lost, NUMBER),
            Fact(_("accounted for"), balance.total, NUMBER),
            Fact(_("opened at"), subject.opened_at, INSTANT),
        ]
        groups = [FactGroup(_("Gap report"), facts)]
        if report.faults:
            groups.append(FactGroup(_("Faults"), [Fact("", fault, CODE, is_wide=True) for fault in report.faults]))
        return groups

    def tabs(self, subject: Pool, user: Any) -> Sequence[Tab]:
        """Shares of the holders that the reader may see, the latest numbers, what changed hands."""
        names = holder_names(user)
        report = queries.gap_report(subject)
        shares = [Share(names[holder], balance) for holder, balance in report.holders.items() if holder in names]
        seen = [holder.id for holder in names if holder.kind == AGENCY]
        used = Number.objects.filter(pool=subject)
        moved = Allotment.objects.filter(pool=subject)
        if not user.agency.is_root():
            used = used.filter(holder_kind=AGENCY, holder_id__in=seen)
            moved = moved.filter(to_kind=AGENCY, to_id__in=seen)
        return (
            Tab("shares", _("Holders"), shares, SHARE_COLUMNS, len(shares)),
            Tab("numbers", _("Latest numbers"), used.order_by("-drawn_at", "-id")[:ROWS], NUMBER_COLUMNS),
            Tab("allotments", _("Allotments"), [_moved(row, subject, names) for row in moved[:ROWS]], MOVE_COLUMNS),
        )


SHARE_COLUMNS = (
    Column("holder", _("holder"), "holder"),
    Column("unused", _("unused"), "balance.unused", NUMBER),
    Column("issued", _("issued"), "balance.issued", NUMBER),
    Column("void", _("void"), "balance.void", NUMBER),
    Column("lost", _("lost"), "balance.lost", NUMBER),
    Column("total", _("numbers in all"), "balance.total", NUMBER),
)
NUMBER_COLUMNS = (
    Column("text", _("number"), "text", CODE),
    Column("state", _("state"), "state", STATES),
    Column("reason", _("reason"), "reason"),
    Column("drawn", _("left the unused at"), "drawn_at", INSTANT),
    Column("changed", _("last changed at"), "changed_at", INSTANT),
)
MOVE_COLUMNS = (
    Column("first", _("first number"), "first", CODE),
    Column("last", _("last number"), "last", CODE),
    Column("giver", _("giver"), "giver"),
    Column("receiver", _("receiver"), "receiver"),
    Column("at", _("at"), "at", INSTANT),
)


@dataclass(frozen=True, slots=True)
class Moved:
    """An allotment with its numbers and holders in words."""

    first: str
    last: str
    giver: str
    receiver: str
    at: object


def _moved(row: Allotment, pool: Pool, names: dict[Holder, str]) -> Moved:
    def name(kind: str, holder_id: str) -> str:
        return names.get(Holder(kind, holder_id), holder_id)

    return Moved(
        pool.text(row.first),
        pool.text(row.last),
        name(row.from_kind, row.from_id),
        name(row.to_kind, row.to_id),
        row.at,
    )


def holder_names(user: Any) -> dict[Holder, str]:
    """The holders that the reader may see, with their names; all of them at the root."""
    names = {Holder(AGENCY, str(agency.pk)): agency.name for agency in agencies(user)}
    if user.agency.is_root():
        names[INSTALLATION] = _t("the installation")
        for holder in queries.holders():
            names.setdefault(holder, f"{kind_name(holder.kind)} {holder.id}")
    return names


def kind_name(kind: str) -> str:
    """What a kind of holder is called: the name of its model, or the kind itself."""
    app, _dot, model = kind.partition(".")
    try:
        return str(apps.get_model(app, model)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind
