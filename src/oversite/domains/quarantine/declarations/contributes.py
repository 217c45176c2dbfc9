"""What the app plugs in: permissions, menu entries, texts of its acts."""

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import AUDITOR, PERMISSIONS, Permission
from oversite.domains.quarantine import roles

for _key, _text, _roles in (
    ("read", _("read declarations"), roles.AUTHORITY | {roles.PRODUCER, AUDITOR}),
    ("declare", _("declare seed"), frozenset({roles.PRODUCER, roles.OFFICER})),
    ("decide", _("accept and refuse declarations"), frozenset({roles.OFFICER, roles.VETERINARIAN, roles.SUPERVISOR})),
):
    PERMISSIONS.plug(f"quarantine.declaration.{_key}", Permission(_text, _roles))
