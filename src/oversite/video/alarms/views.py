"""Pages of alarms: the list with its bulk act, one alarm, acknowledging it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from oversite.base.audit.queries import history_entries
from oversite.common import clock
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, BulkAct, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry
from oversite.screens.filters import ChoiceFilter, DateRangeFilter, IsSetFilter, TextFilter
from oversite.screens.formats import CODE, INSTANT, State, StateFormat
from oversite.screens.list_page import ListPage
from oversite.video.alarms import actions, queries
from oversite.video.alarms.kinds import METHODS, kind_text
from oversite.video.alarms.models import Alarm

BEFORE = timedelta(seconds=10)
SEEN_TO = StateFormat({"True": State(_("acknowledged"), "good"), "False": State(_("not acknowledged"), "now")})
PRIORITIES = StateFormat(
    {
        "1": State(_("1, gravest"), "now"),
        "2": State(_("2, grave"), "now"),
        "3": State(_("3, slight"), "soon"),
        "4": State(_("4, least"), "quiet"),
        "None": State(_("not stated"), "quiet"),
    }
)


def device_text(alarm: Alarm) -> str:
    """The device by its name in the register, or by its identity."""
    return alarm.device.name if alarm.device is not None else alarm.device_gb_id


def kind_of(alarm: Alarm) -> str:
    """The kind in words."""
    return kind_text(alarm.method, alarm.alarm_type)


def acknowledge_all(request: HttpRequest, rows: list[Any]) -> str:
    """Acknowledge the selected alarms."""
    user: Any = request.user
    for row in rows:
        actions.acknowledge(user, row)
    return ngettext("%(count)s alarm acknowledged.", "%(count)s alarms acknowledged.", len(rows)) % {"count": len(rows)}


class Alarms(ListPage):
    """Every alarm of the user's devices."""

    menu = "alarms"
    title = _("Alarms")
    lead = _("What devices have reported, and who has seen to it.")
    permission = "alarms.read"
    default_sort = "-received"
    columns = (
        Column("received", _("received at"), "received_at", INSTANT, "received_at"),
        Column("kind", _("kind of alarm"), kind_of),
        Column("priority", _("priority"), lambda alarm: str(alarm.priority), PRIORITIES, "priority"),
        Column("camera", _("camera"), "camera.name"),
        Column("device", _("device"), device_text),
        Column("site", _("site"), "site.name", sort="site__name"),
        Column("description", _("description"), "description"),
        Column("state", _("state"), lambda alarm: alarm.acknowledged_at is not None, SEEN_TO),
        Column("by", _("acknowledged by"), "acknowledged_by"),
        Column("at", _("acknowledged at"), "acknowledged_at", INSTANT, "acknowledged_at", is_hidden=True),
        Column("note", _("note"), "note", is_hidden=True),
        Column("occurred", _("device's time"), "occurred_at", INSTANT, is_hidden=True),
        Column("source", _("source"), "source_gb_id", CODE, is_hidden=True),
    )
    filters = (
        TextFilter("q", _("camera, device, site or description"), (
            "camera__name", "device__name", "device_gb_id", "site__name", "description",
        )),
        IsSetFilter("seen", _("acknowledged"), field="acknowledged_at"),
        ChoiceFilter("method", _("kind of alarm"), [(str(key), words) for key, words in METHODS.items()]),
        ChoiceFilter("priority", _("priority"), (("1", "1"), ("2", "2"), ("3", "3"), ("4", "4"))),
        DateRangeFilter("day", _("received at"), "received_at"),
    )  # fmt: skip
    bulk_acts = (BulkAct("acknowledge", _("Acknowledge"), acknowledge_all, "alarms.acknowledge", "check"),)
    empty = EmptyState(
        _("No alarm has come in yet"), _("Devices report loss of picture, tampering or faults by themselves.")
    )

    def queryset(self, user: Any) -> QuerySet[Alarm]:
        return queries.alarms(user)

    def row_link(self, row: Alarm) -> str:
        return reverse("alarms:alarm", args=[row.pk])


class AlarmPage:
    """What the pages about one alarm share."""

    menu = "alarms"

    def queryset(self, user: Any) -> QuerySet[Alarm]:
        """The alarms that the user sees."""
        return queries.alarms(user)


class AlarmDetail(AlarmPage, DetailPage):
    """One alarm: what, where, when, and who has seen to it."""

    permission = "alarms.read"

    def heading(self, subject: Any = None) -> Any:
        return kind_of(subject)

    def state(self, subject: Alarm) -> str:
        return SEEN_TO.html(subject.acknowledged_at is not None)

    def fact_groups(self, subject: Alarm) -> Sequence[FactGroup]:
        camera, device, site = subject.camera, subject.device, subject.site
        what = [
            Fact(_("priority"), str(subject.priority), PRIORITIES),
            Fact(_("received at"), subject.received_at, INSTANT),
            Fact(_("device's time"), subject.occurred_at, INSTANT),
            Fact(_("description"), subject.description, is_wide=True),
        ]
        where = [
            Fact(_("site"), site.name if site else "", link=reverse("sites:site", args=[site.uid]) if site else ""),
            Fact(_("camera"), camera.name if camera else "", link=_page("cameras:camera", camera)),
            Fact(_("device"), device_text(subject), link=_page("cameras:device", device)),
            Fact(_("source"), subject.source_gb_id, CODE),
        ]
        seen = [
            Fact(_("acknowledged by"), subject.acknowledged_by),
            Fact(_("acknowledged at"), subject.acknowledged_at, INSTANT),
            Fact(_("note"), subject.note, is_wide=True),
        ]
        return [FactGroup("", what), FactGroup(_("Where"), where), FactGroup(_("Seen to"), seen)]

    def history(self, subject: Alarm, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def acts(self, subject: Alarm, user: Any) -> list[Act]:
        acts = []
        if subject.camera is not None and user.has_perm("video.playback"):
            at_ms = clock.to_us(subject.received_at - BEFORE) // 1000
            url = f"{reverse('viewing:playback')}?camera={subject.camera.uid}&at={at_ms}"
            acts.append(Act(_("Play back"), url, "history"))
        if user.has_perm("alarms.acknowledge"):
            why_not = _("It is acknowledged already.") if subject.acknowledged_at else ""
            url = reverse("alarms:acknowledge", args=[subject.pk])
            acts.append(Act(_("Acknowledge"), url, "check", why_not, is_main=True, is_dialog=True))
        return acts


class Acknowledge(AlarmPage, ActPage):
    """Say that somebody has seen to it."""

    permission = "alarms.acknowledge"
    title = _("Acknowledge the alarm")
    reason = "optional"
    reason_label = _("What was found or done")
    button = _("Acknowledge")

    def sentence(self, subject: Alarm) -> Any:
        return _("Your name and the time are entered with the alarm.")

    def perform(self, subject: Alarm, form: Any, user: Any) -> str:
        actions.acknowledge(user, subject, form.cleaned_data["reason"])
        return reverse("alarms:alarm", args=[subject.pk])


def _page(name: str, thing: Any) -> str:
    return reverse(name, args=[thing.uid]) if thing is not None else ""
