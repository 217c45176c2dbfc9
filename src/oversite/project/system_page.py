"""The page of the system administrator: what runs, where room is left, which versions, which clocks, what work."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import kept_heads
from oversite.base.jobs.models import Job
from oversite.common import clock
from oversite.project import condition
from oversite.screens.acts import EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, Tab
from oversite.screens.formats import CODE, INSTANT, NUMBER, State, StateFormat
from oversite.video.cameras.queries import unreadable
from oversite.video.cameras.tabs import COMPLAINT_COLUMNS

ALIVE = StateFormat({"True": State(_("running"), "good"), "False": State(_("not heard of"), "now")})
ROOM = StateFormat(
    {
        "enough": State(_("enough room"), "good"),
        "scarce": State(_("room is scarce"), "soon"),
        "none": State(_("cannot be read"), "now"),
    }
)
TIED = StateFormat(
    {
        "True": State(_("follows a time server"), "good"),
        "False": State(_("follows no time server"), "soon"),
        "None": State(_("not known"), "quiet"),
    }
)
PAUSED = StateFormat({"True": State(_("paused"), "soon"), "False": State(_("running"), "good")})
JOBS = StateFormat(
    {
        Job.State.WAITING: State(_("waiting"), "quiet"),
        Job.State.RUNNING: State(_("running"), "busy"),
        Job.State.FAILED: State(_("failed"), "now"),
    }
)


class SystemPage(DetailPage):
    """One look at the installation; nothing can be changed here."""

    menu = "system"
    title = _("System")
    lead = _("Processes, room on the disks, versions, clocks and long work of this installation.")
    permission = "system.read"
    has_history = False

    def subject(self) -> Any:
        """There is one installation."""
        return SimpleNamespace(pk=0)

    def fact_groups(self, subject: Any) -> Sequence[FactGroup]:
        """Versions, clocks, disks."""
        del subject
        return [
            FactGroup(_("Disks"), [fact for disk in condition.disks() for fact in _disk_facts(disk)]),
            FactGroup(_("Clocks"), _clock_facts()),
            FactGroup(_("Versions"), [Fact(name, text, CODE) for name, text in condition.versions()]),
        ]

    def tabs(self, subject: Any, user: Any) -> Sequence[Tab]:
        """Processes, long work, what runs by the clock."""
        del subject, user
        running, work, due = condition.processes(), condition.recent_work(), condition.schedule()
        faults = unreadable()
        return (
            Tab("processes", _("Processes"), running, PROCESS_COLUMNS, len(running)),
            Tab("jobs", _("Long work"), work, JOB_COLUMNS, len(work), empty=EmptyState(_("Nothing waits or failed"))),
            Tab("schedule", _("By the clock"), due, DUE_COLUMNS, len(due)),
            Tab(
                "unreadable",
                _("Unreadable"),
                faults,
                (Column("device", _("device"), "device", CODE), *COMPLAINT_COLUMNS),
                len(faults),
                empty=EmptyState(_("Everything that arrived could be read"), _("Counted since signalling started.")),
            ),
        )


PROCESS_COLUMNS = (
    Column("name", _("process"), "name"),
    Column("state", _("state"), "is_alive", ALIVE),
    Column("place", _("where"), "place", CODE),
    Column("detail", _("particulars"), "detail"),
    Column("seen", _("last heard of"), "seen_at", INSTANT),
)
JOB_COLUMNS = (
    Column("title", _("work"), str),
    Column("state", _("state"), "state", JOBS),
    Column("owner", _("started by"), lambda job: job.owner.name if job.owner else _t("the installation")),
    Column("attempts", _("attempts"), "attempts", NUMBER),
    Column("created", _("submitted at"), "created_at", INSTANT),
    Column("error", _("error"), lambda job: job.error.strip().splitlines()[-1][:200] if job.error.strip() else ""),
)
DUE_COLUMNS = (
    Column("title", _("work"), "title"),
    Column("state", _("state"), "is_paused", PAUSED),
    Column("due", _("due"), "due_at", INSTANT),
    Column("last", _("last submitted"), "submitted_at", INSTANT),
)


def _disk_facts(disk: condition.Disk) -> list[Fact]:
    return [
        Fact(disk.name, condition.room_text(disk)),
        Fact(_("state"), disk.tone, ROOM),
        Fact(_("where"), disk.path, CODE, is_wide=True),
    ]


def _clock_facts() -> list[Fact]:
    facts = [
        Fact(_("this machine (Beijing time)"), clock.now(), INSTANT),
        Fact(_("source of time"), condition.is_clock_tied(), TIED),
        Fact(_("web process since"), condition.STARTED_AT, INSTANT),
    ]
    worst = condition.worst_offset()
    if worst is not None:
        text = f"{worst.name} {worst.clock_offset_ms:,} ms"
        facts.append(Fact(_("device farthest off"), text, link=reverse("cameras:device", args=[worst.uid])))
    heads = kept_heads()
    if heads:
        facts.append(Fact(_("head of the audit chain kept at"), heads[0].kept_at))
    return facts
