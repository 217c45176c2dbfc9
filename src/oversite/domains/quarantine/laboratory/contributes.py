"""What the app plugs in: permissions, menu entries, texts of its acts, its forms, and what it tells inspections."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import AUDITOR, PERMISSIONS, Permission
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.documents.slots import FORMS, Form
from oversite.domains.quarantine import roles
from oversite.domains.quarantine.files.slots import READERS
from oversite.domains.quarantine.inspections.slots import INSPECTION_ACTS, INSPECTION_TABS, TEST_REPORTS
from oversite.domains.quarantine.laboratory import desk, inspecting, printing, queries
from oversite.domains.quarantine.laboratory.figures import FIGURES
from oversite.domains.quarantine.rules.slots import SETTINGS
from oversite.screens.slots import DESK_LISTS, MENU, SEARCHES, MenuEntry

HERE = Path(__file__).parent / "printed"

for _key, _text, _roles in (
    ("sample.read", _("read samples and reports"), roles.AUTHORITY | {roles.PRODUCER, roles.LABORATORY, AUDITOR}),
    ("sample.take", _("take, sign and send samples"), frozenset({roles.VETERINARIAN, roles.OFFICER})),
    ("laboratory.work", _("work on samples in the laboratory"), frozenset({roles.LABORATORY})),
    (
        "sample.kept",
        _("see what laboratories keep of samples"),
        frozenset({roles.PROVINCE, roles.SUPERVISOR, roles.LABORATORY, AUDITOR}),
    ),
    ("seal.hand-out", _("hand out seals"), frozenset({roles.PROVINCE, roles.SUPERVISOR})),
    ("seal.register", _("take new seals into the books"), frozenset({roles.PROVINCE})),
):
    PERMISSIONS.plug(f"quarantine.{_key}", Permission(_text, _roles))

for _key, _kind in FIGURES.items():
    SETTINGS.plug(_key, _kind)

for _key, _text in (
    ("sample.taken", _("sample taken")),
    ("sample.signed", _("sample form signed by the second")),
    ("sample.discarded", _("sample discarded")),
    ("sample.sent", _("sample handed over")),
    ("sample.received", _("sample received")),
    ("sample.rejected", _("sample refused")),
    ("sample.submitted", _("results handed in")),
    ("sample.reviewed", _("review passed")),
    ("sample.returned", _("results returned")),
    ("sample.copied", _("copy made for a retest")),
    ("sample.disposed", _("rest of a sample disposed of")),
    ("test.begun", _("testing")),
    ("test.entered", _("result entered")),
    ("report.released", _("test report released")),
    ("report.invalidated", _("test report invalidated")),
):
    ACTS.plug(f"quarantine.{_key}", _text)

FORMS.plug(
    printing.SAMPLE_FORM,
    Form("水产苗种检疫抽样单", "Sample form", HERE / "sample-form.typ", queries.READ),
)
FORMS.plug(printing.REPORT, Form("检测报告", "Test report", HERE / "report.typ", queries.READ))

for _order, _key, _label, _name, _icon, _permission in (
    (560, "samples", _("Samples"), "samples", "test-pipe", queries.READ),
    (562, "seals", _("Seals"), "seals", "lock", "quarantine.seal.hand-out"),
):
    MENU.plug(
        f"quarantine.{_key}",
        MenuEntry(
            f"quarantine.{_key}",
            _label,
            f"quarantine_laboratory:{_name}",
            _icon,
            _permission,
            _order,
            _("Quarantine"),
        ),
    )

TEST_REPORTS.plug("laboratory", queries.reports)
INSPECTION_TABS.plug("samples", inspecting.samples_tab)
INSPECTION_ACTS.plug("samples", inspecting.sample_acts)
READERS.plug("quarantine_laboratory.sample", lambda user, pk: queries.samples(user).filter(pk=pk).exists())

for _code, _kept_from in {
    "sample": _("taking, sending or testing a sample"),
    "seal": _("handing out seals"),
    "laboratory": _("work in the laboratory"),
}.items():
    REFUSED_ACTS.plug(f"quarantine.{_code}", _kept_from)
SEARCHES.plug("quarantine.samples", desk.search)
DESK_LISTS.plug("quarantine.samples", desk.to_send)
DESK_LISTS.plug("quarantine.laboratory", desk.to_test)
DESK_LISTS.plug("quarantine.sample-notices", desk.notices)
DESK_LISTS.plug("quarantine.positives", desk.to_record)
