"""What the app plugs in: permissions, menu entries, texts of its acts, papers, its part of a declaration's page."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import AUDITOR, PERMISSIONS, Permission
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.documents.slots import FORMS, Form
from oversite.base.jobs.slots import SCHEDULES, Schedule
from oversite.domains.quarantine import roles
from oversite.domains.quarantine.declarations.actions import DECLARE
from oversite.domains.quarantine.declarations.flow import State
from oversite.domains.quarantine.declarations.queries import of_agency
from oversite.domains.quarantine.declarations.slots import DECLARATION_ACTS, DECLARATION_TABS, LAST_POSITIVES
from oversite.domains.quarantine.files.slots import READERS
from oversite.domains.quarantine.inspections import desk, papers, queries, tasks
from oversite.domains.quarantine.inspections.measures import plug_settings
from oversite.domains.quarantine.inspections.views.diseases import RECORD_COLUMNS
from oversite.screens.acts import Act, EmptyState
from oversite.screens.detail_page import Tab
from oversite.screens.slots import DESK_LISTS, MENU, SEARCHES, MenuEntry

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.declarations.models import Declaration
    from oversite.domains.quarantine.inspections.models import TreatmentNotice

ASSIGN = "quarantine.inspection.assign"

for _key, _text, _roles in (
    ("inspection.read", _("read inspections"), roles.AUTHORITY | {roles.PRODUCER, AUDITOR}),
    ("inspection.assign", _("assign veterinarians"), frozenset({roles.OFFICER, roles.SUPERVISOR})),
    ("inspection.conduct", _("inspect and decide"), frozenset({roles.VETERINARIAN})),
    ("disease.read", _("read disease records"), roles.AUTHORITY | {roles.PREVENTION, AUDITOR}),
    ("disease.file", _("file disease records"), frozenset({roles.PREVENTION})),
):
    PERMISSIONS.plug(f"quarantine.{_key}", Permission(_text, _roles))

for _act, _said in {
    "inspection.assigned": _("veterinarians assigned"),
    "inspection.begun": _("inspection begun"),
    "inspection.saved": _("findings saved"),
    "inspection.signed": _("findings signed on the device"),
    "inspection.decided": _("inspection decided"),
    "treatment.issued": _("treatment notice issued"),
    "treatment.disposed": _("treatment carried out"),
    "treatment.recovered": _("recovery entered"),
    "file.archived": _("file archived"),
    "disease.filed": _("disease record filed"),
    "disease.withdrawn": _("disease record withdrawn"),
}.items():
    ACTS.plug(f"quarantine.{_act}", _said)

for _entry in (
    MenuEntry(
        "quarantine.inspections",
        _("Inspections"),
        "quarantine_inspections:inspections",
        "stethoscope",
        queries.READ,
        510,
        _("Quarantine"),
    ),
    MenuEntry(
        "quarantine.field",
        _("In the field"),
        "quarantine_inspections:field",
        "device-mobile",
        queries.CONDUCT,
        512,
        _("Quarantine"),
    ),
    MenuEntry(
        "quarantine.diseases",
        _("Disease records"),
        "quarantine_inspections:diseases",
        "microscope",
        "quarantine.disease.read",
        540,
        _("Quarantine"),
    ),
):
    MENU.plug(_entry.key, _entry)

_SHEETS = Path(__file__).parent / "sheets"
FORMS.plug(
    papers.RECORD,
    Form("水产苗种产地检疫工作记录单", "Work record of quarantine at origin", _SHEETS / "record.typ", queries.READ),
)
FORMS.plug(
    papers.NOTICE,
    Form("检疫处理通知单", "Treatment notice of quarantine", _SHEETS / "notice.typ", queries.READ),
)
SCHEDULES.plug(
    "quarantine.complete-records",
    Schedule(
        task=tasks.complete_records,
        title=_("write numbers of certificates into the work records"),
        every=timedelta(minutes=1),
    ),
)
LAST_POSITIVES.plug("inspections", queries.last_positive)
READERS.plug("quarantine_inspections.inspection", lambda user, pk: queries.inspections(user).filter(pk=pk).exists())


def _acts(declaration: "Declaration", user: "User") -> list[Act]:
    found = []
    inspection = queries.inspection_of(declaration)
    if inspection is not None and user.has_perm(queries.READ):
        where = reverse("quarantine_inspections:inspection", args=[inspection.uid])
        found.append(Act(_("To the inspection"), where, "stethoscope"))
    is_open = declaration.state in (State.ACCEPTED, State.ASSIGNED)
    if is_open and of_agency(user, ASSIGN).filter(pk=declaration.pk).exists():
        where = reverse("quarantine_inspections:assign", args=[declaration.uid])
        found.append(Act(_("Assign veterinarians"), where, "users", is_main=declaration.state == State.ACCEPTED))
    notice = queries.notice_of(declaration)
    if notice is not None and user.has_perm(DECLARE):
        found.append(_again(declaration, notice))
    return found


def _again(declaration: "Declaration", notice: "TreatmentNotice") -> Act:
    """Seed that was treated is declared again once it has recovered."""
    where = f"{reverse('quarantine_declarations:draft', args=[declaration.producer.uid])}?follows={declaration.uid}"
    why = {
        notice.State.ISSUED: _("It is not said yet that the seed has recovered."),
        notice.State.DISPOSED: _("The seed was disposed of."),
    }.get(notice.State(notice.state), "")
    return Act(_("Declare again"), where, "refresh", why_not=why)


def _history(declaration: "Declaration", user: "User") -> Tab | None:
    if not user.has_perm("quarantine.disease.read"):
        return None
    records = queries.history_of(declaration)
    empty = EmptyState(_("No record of this place and city within the period"))
    return Tab("history", _("disease history"), records, RECORD_COLUMNS, records.count(), empty=empty)


DECLARATION_ACTS.plug("inspections", _acts)
DECLARATION_TABS.plug("inspections", _history)

for _code, _kept_from in {
    "inspection": _("assigning or conducting an inspection"),
    "veterinarian": _("acting as official veterinarian"),
    "decision": _("deciding on inspected seed"),
    "signature": _("signing an inspection"),
    "treatment": _("ordering or carrying out treatment"),
    "disease": _("filing disease records"),
}.items():
    REFUSED_ACTS.plug(f"quarantine.{_code}", _kept_from)

plug_settings()
SEARCHES.plug("quarantine.inspections", desk.search)
DESK_LISTS.plug("quarantine.visits", desk.to_assign)
DESK_LISTS.plug("quarantine.inspections", desk.to_inspect)
DESK_LISTS.plug("quarantine.unqualified", desk.to_treat)
DESK_LISTS.plug("quarantine.treatments", desk.treatments)
DESK_LISTS.plug("quarantine.suspicions", desk.suspicions)
DESK_LISTS.plug("quarantine.own-positives", desk.own_positives)
