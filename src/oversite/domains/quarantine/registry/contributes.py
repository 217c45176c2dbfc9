"""What the app plugs in: permissions, menu entries, texts of its acts."""

from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import AUDITOR, PERMISSIONS, Permission
from oversite.domains.quarantine import roles

KEEPERS = frozenset({roles.PROVINCE, roles.SUPERVISOR})

for _key, _text, _roles in (
    ("registry.read", _("read the register of quarantine"), roles.EVERYBODY | {AUDITOR}),
    ("registry.change", _("keep the register of quarantine and confirm producers"), KEEPERS),
    ("registry.own", _("keep one's own data in the register"), frozenset({roles.PRODUCER, roles.LABORATORY})),
    ("campaign.call", _("call a verification of the register"), frozenset({roles.PROVINCE})),
    ("campaign.confirm", _("confirm data in a verification"), KEEPERS | {roles.PRODUCER, roles.LABORATORY}),
    ("contacts.read", _("read contact lists"), KEEPERS),
    ("contacts.call", _("ask for contact lists"), frozenset({roles.PROVINCE})),
    ("contacts.file", _("file in contact lists"), KEEPERS),
    ("problem.report", _("report problems of quarantine"), roles.EVERYBODY),
    ("problem.answer", _("answer problem reports"), frozenset({roles.PROVINCE})),
    ("test.file", _("file periodic tests"), KEEPERS | {roles.PRODUCER, roles.OFFICER}),
):
    PERMISSIONS.plug(f"quarantine.{_key}", Permission(_text, _roles))
