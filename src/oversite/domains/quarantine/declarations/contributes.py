"""What the app plugs in: permissions, menu entry, texts of its acts, its paper, who reads what is attached."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import AUDITOR, PERMISSIONS, Permission
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.documents.slots import FORMS, Form
from oversite.domains.quarantine import roles
from oversite.domains.quarantine.declarations import desk, papers, purchases, queries
from oversite.domains.quarantine.declarations.flow import Step
from oversite.domains.quarantine.files.slots import READERS
from oversite.screens.slots import DESK_LISTS, MENU, SEARCHES, MenuEntry

for _key, _text, _roles in (
    ("read", _("read declarations"), roles.AUTHORITY | {roles.PRODUCER, AUDITOR}),
    ("declare", _("declare seed"), frozenset({roles.PRODUCER, roles.OFFICER})),
    ("decide", _("accept and refuse declarations"), frozenset({roles.OFFICER, roles.VETERINARIAN, roles.SUPERVISOR})),
):
    PERMISSIONS.plug(f"quarantine.declaration.{_key}", Permission(_text, _roles))
PERMISSIONS.plug(
    purchases.REPORT,
    Permission(_("report seed from other provinces"), frozenset({roles.PRODUCER, roles.OFFICER, roles.SUPERVISOR})),
)

for _act, _said in {
    "drafted": _("declaration begun"),
    "changed": _("declaration changed"),
    "submitted": _("declaration submitted"),
    "correction": _("correction asked"),
    "accepted": _("declaration accepted"),
    "refused": _("declaration refused"),
    "withdrawn": _("declaration withdrawn"),
    "moved": _("declaration went a step further"),
}.items():
    ACTS.plug(f"quarantine.declaration.{_act}", _said)
for _step in Step:
    ACTS.plug(f"quarantine.step.{_step.value}", _step.label)
ACTS.plug("quarantine.purchase.reported", _("purchase across provinces reported"))

MENU.plug(
    "quarantine.declarations",
    MenuEntry(
        "quarantine.declarations",
        _("Declarations"),
        "quarantine_declarations:declarations",
        "clipboard-list",
        "quarantine.declaration.read",
        500,
        _("Quarantine"),
    ),
)
MENU.plug(
    "quarantine.purchases",
    MenuEntry(
        "quarantine.purchases",
        _("Purchases across provinces"),
        "quarantine_declarations:purchases",
        "truck-delivery",
        "quarantine.declaration.read",
        505,
        _("Quarantine"),
    ),
)
FORMS.plug(
    papers.FORM,
    Form(
        "水产苗种产地检疫申报单",
        "Declaration of aquatic seed",
        Path(__file__).parent / "sheets/declaration.typ",
        queries.READ,
    ),
)
READERS.plug(
    "quarantine_declarations.declaration",
    lambda user, pk: queries.declarations(user).filter(pk=pk).exists(),
)

for _code, _kept_from in {
    "declaration": _("declaring seed, or accepting a declaration"),
    "flow": _("taking a declaration further"),
    "purchase": _("reporting seed from another province"),
}.items():
    REFUSED_ACTS.plug(f"quarantine.{_code}", _kept_from)
SEARCHES.plug("quarantine.declarations", desk.search)
DESK_LISTS.plug("quarantine.declared", desk.to_decide)
DESK_LISTS.plug("quarantine.corrections", desk.corrections)
DESK_LISTS.plug("quarantine.notices", desk.notices)
