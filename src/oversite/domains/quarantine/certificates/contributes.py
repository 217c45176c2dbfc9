"""What the app plugs in: rights, menu, forms, acts, schedules, and its part of an inspection's page."""

from datetime import date, timedelta
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import AUDITOR, PERMISSIONS, SYSTEM_ADMINISTRATOR, Permission
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.documents.slots import FORMS, Form
from oversite.base.jobs.slots import SCHEDULES, Schedule
from oversite.domains.quarantine import roles
from oversite.domains.quarantine.certificates import desk, tasks
from oversite.domains.quarantine.certificates.inspecting import (
    can_read,
    inspection_acts,
    inspection_tab,
    missing_papers,
    search,
)
from oversite.domains.quarantine.certificates.kinds import FORM
from oversite.domains.quarantine.files.slots import READERS
from oversite.domains.quarantine.inspections.slots import ARCHIVE_NEEDS, INSPECTION_ACTS, INSPECTION_TABS
from oversite.domains.quarantine.rules.slots import SETTINGS, SettingKind, ShippedValue
from oversite.screens.slots import DESK_LISTS, MENU, SEARCHES, MenuEntry

READERS_OF_CERTIFICATES = roles.AUTHORITY | {roles.PRODUCER, AUDITOR}
KEEPERS = frozenset({roles.PROVINCE, roles.SUPERVISOR})
for _key, _text, _roles in (
    ("certificate.read", _("read quarantine certificates"), READERS_OF_CERTIFICATES),
    ("certificate.issue", _("issue quarantine certificates"), frozenset({roles.VETERINARIAN})),
    (
        "certificate.void",
        _("make certificates void and replace them"),
        frozenset({roles.VETERINARIAN, roles.SUPERVISOR}),
    ),
    ("certificate.receive", _("report arrivals"), roles.AUTHORITY | {roles.PRODUCER}),
    ("certificate.archive", _("file the papers of certificates"), frozenset({roles.VETERINARIAN, roles.OFFICER})),
    ("numbers.read", _("see who holds certificate numbers"), roles.AUTHORITY | {AUDITOR}),
    ("numbers.allot", _("hand certificate numbers on"), KEEPERS | {roles.OFFICER}),
    ("enrolment.read", _("see enrolled seals and signatures"), roles.AUTHORITY | {AUDITOR}),
    (
        "enrolment.request",
        _("ask for seal or signature to be enrolled"),
        frozenset({roles.VETERINARIAN, roles.SUPERVISOR}),
    ),
    ("enrolment.approve", _("approve seals and signatures"), KEEPERS),
    ("keys.read", _("see the signing keys"), KEEPERS | {SYSTEM_ADMINISTRATOR, AUDITOR}),
    ("keys.renew", _("renew the signing keys"), frozenset({roles.PROVINCE})),
):
    PERMISSIONS.plug(f"quarantine.{_key}", Permission(_text, _roles))

for _order, (_name, _label, _icon, _permission) in enumerate(
    (
        ("certificates", _("Certificates"), "certificate", "quarantine.certificate.read"),
        ("numbers", _("Certificate numbers"), "list-details", "quarantine.numbers.read"),
        ("enrolments", _("Seals and signatures"), "rosette-discount-check", "quarantine.enrolment.read"),
    )
):
    MENU.plug(
        f"quarantine-{_name}",
        MenuEntry(
            f"quarantine-{_name}",
            _label,
            f"quarantine_certificates:{_name}",
            _icon,
            _permission,
            540 + _order,
            group=_("Quarantine"),
        ),
    )

for _kind, _title_zh, _title_en in (
    ("animal-a", "动物检疫证明（动物A）", "Animal quarantine certificate (animals A)"),
    ("animal-b", "动物检疫证明（动物B）", "Animal quarantine certificate (animals B)"),
    ("product-a", "动物检疫证明（产品A）", "Animal quarantine certificate (products A)"),
    ("product-b", "动物检疫证明（产品B）", "Animal quarantine certificate (products B)"),
):
    FORMS.plug(
        FORM + _kind,
        Form(_title_zh, _title_en, Path(__file__).parent / "forms" / "certificate.typ", "quarantine.certificate.read"),
    )

for _act, _text in (
    ("certificate.issued", _("quarantine certificate issued")),
    ("certificate.printed", _("quarantine certificate printed")),
    ("certificate.voided", _("quarantine certificate made void")),
    ("certificate.replaced", _("quarantine certificate replaced")),
    ("arrival.reported", _("arrival reported")),
    ("arrival.overdue", _("arrival not reported in time")),
    ("enrolment.requested", _("enrolment of seal or signature requested")),
    ("enrolment.approved", _("seal or signature approved")),
    ("enrolment.refused", _("seal or signature refused")),
    ("enrolment.ended", _("seal or signature taken out of use")),
    ("key.renewed", _("signing key renewed")),
    ("key.revoked", _("signing key revoked")),
    ("paper.filed", _("paper form filed")),
):
    ACTS.plug(f"quarantine.{_act}", _text)

SCHEDULES.plug(
    "quarantine.complete-certificates",
    Schedule(task=tasks.complete_certificates, title=_("make missing certificate PDFs"), every=timedelta(minutes=1)),
)
SCHEDULES.plug(
    "quarantine.overdue-arrivals",
    Schedule(task=tasks.note_overdue_arrivals, title=_("tell of unreported arrivals"), every=timedelta(hours=1)),
)

SETTINGS.plug(
    "certificate.number-prefix",
    SettingKind(
        _("prefix of certificate numbers"),
        "text",
        shipped=(ShippedValue("32", date(2017, 1, 1), "江苏省现行编号：32 加 8 位流水号（动物检疫应用公开说明）"),),
    ),
)
SETTINGS.plug(
    "certificate.arrival-hours",
    SettingKind(
        _("arrivals across provinces are reported within"),
        "number",
        _("hours"),
        shipped=(ShippedValue("24", date(2011, 3, 17), "农渔发〔2011〕6号; 动物检疫管理办法 (2010)"),),
    ),
)

INSPECTION_ACTS.plug("certificates", inspection_acts)
INSPECTION_TABS.plug("certificates", inspection_tab)
ARCHIVE_NEEDS.plug("certificates", missing_papers)
READERS.plug("quarantine_certificates.certificate", can_read)
DESK_LISTS.plug("quarantine.certificates", desk.to_issue)
SEARCHES.plug("quarantine.certificates", search)
DESK_LISTS.plug("quarantine.enrolments", desk.to_approve)

for _code, _kept_from in {
    "certificate": _("issuing or ending a certificate"),
    "arrival": _("reporting an arrival"),
    "numbers": _("handing certificate numbers on"),
    "enrolment": _("enrolling seal or signature"),
    "key": _("signing a certificate"),
    "paper": _("filing papers of a certificate"),
    "public_url": _("issuing a certificate"),
}.items():
    REFUSED_ACTS.plug(f"quarantine.{_code}", _kept_from)
