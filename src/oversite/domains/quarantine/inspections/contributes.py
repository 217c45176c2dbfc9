"""What the app plugs in: permissions, menu entries, texts of its acts."""

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import AUDITOR, PERMISSIONS, Permission
from oversite.domains.quarantine import roles

for _key, _text, _roles in (
    ("inspection.read", _("read inspections"), roles.AUTHORITY | {roles.PRODUCER, AUDITOR}),
    ("inspection.assign", _("assign veterinarians"), frozenset({roles.OFFICER, roles.SUPERVISOR})),
    ("inspection.conduct", _("inspect and decide"), frozenset({roles.VETERINARIAN})),
    ("disease.read", _("read disease records"), roles.AUTHORITY | {roles.PREVENTION, AUDITOR}),
    ("disease.file", _("file disease records"), frozenset({roles.PREVENTION})),
):
    PERMISSIONS.plug(f"quarantine.{_key}", Permission(_text, _roles))
