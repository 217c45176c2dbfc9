"""What the app plugs in: permissions, menu entries, texts of its acts, dated figures, the nightly look."""

from datetime import time

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import AUDITOR, PERMISSIONS, Permission
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.jobs.slots import SCHEDULES, Schedule
from oversite.domains.quarantine import roles
from oversite.domains.quarantine.certificates.slots import CERTIFICATE_ACTS
from oversite.domains.quarantine.reporting import desk, queries
from oversite.domains.quarantine.reporting.figures import FIGURES
from oversite.domains.quarantine.reporting.tasks import look_for_findings
from oversite.domains.quarantine.reporting.words import export_acts
from oversite.domains.quarantine.rules.slots import SETTINGS
from oversite.screens.slots import DESK_LISTS, MENU, MenuEntry

KEEPERS = frozenset({roles.PROVINCE, roles.SUPERVISOR})

for _key, _text, _roles in (
    (queries.READ, _("read records for Internet+Supervision"), KEEPERS | {roles.VETERINARIAN, AUDITOR}),
    (queries.CHANGE, _("keep records for Internet+Supervision"), KEEPERS),
    (queries.DELIVER, _("deliver records and draw random checks"), KEEPERS),
    (queries.STATISTICS, _("read figures of quarantine"), roles.AUTHORITY | {roles.PREVENTION, AUDITOR}),
    (queries.FINDINGS, _("read findings of quarantine"), roles.AUTHORITY | {AUDITOR}),
    (queries.DECIDE, _("enter and decide findings of quarantine"), KEEPERS | {roles.VETERINARIAN}),
):
    PERMISSIONS.plug(_key, Permission(_text, _roles))

for _key, _kind in FIGURES.items():
    SETTINGS.plug(_key, _kind)

for _key, _text in (
    ("entry.saved", _("record for Internet+Supervision kept")),
    ("entry.withdrawn", _("record for Internet+Supervision taken back")),
    ("batch.made", _("batch made")),
    ("batch.again", _("batch sent again")),
    ("batch.delivered", _("batch delivered")),
    ("batch.failed", _("batch not delivered")),
    ("batch.receipt", _("receipt taken")),
    ("plan.frozen", _("pools of a random-check plan frozen")),
    ("plan.drawn", _("random-check plan drawn")),
    ("finding.found", _("findings of quarantine written")),
    ("finding.entered", _("unreported purchase entered")),
    ("finding.decided", _("finding of quarantine decided")),
):
    ACTS.plug(f"quarantine.{_key}", _text)

for _order, _key, _label, _name, _icon, _permission in (
    (570, "statistics", _("Quarantine statistics"), "statistics", "chart-bar", queries.STATISTICS),
    (572, "findings", _("Quarantine findings"), "findings", "flag", queries.FINDINGS),
    (574, "exchange", _("Internet+Supervision"), "exchange", "world", queries.READ),
):
    MENU.plug(
        f"quarantine.{_key}",
        MenuEntry(
            f"quarantine.{_key}", _label, f"quarantine_reporting:{_name}", _icon, _permission, _order, _("Quarantine")
        ),
    )

SCHEDULES.plug("quarantine.findings", Schedule(task=look_for_findings, title=_("Look for findings"), at=time(2, 40)))

for _code, _kept_from in {
    "entry": _("keeping records for Internet+Supervision"),
    "batch": _("delivering records"),
    "plan": _("drawing a random check"),
    "finding": _("entering or deciding a finding"),
}.items():
    REFUSED_ACTS.plug(f"quarantine.{_code}", _kept_from)
CERTIFICATE_ACTS.plug("reporting", export_acts)
DESK_LISTS.plug("quarantine.findings", desk.findings)
DESK_LISTS.plug("quarantine.deliveries", desk.deliveries)
DESK_LISTS.plug("quarantine.refusals", desk.refusals)
