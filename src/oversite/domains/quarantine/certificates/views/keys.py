"""The keys that sign printed codes and documents."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.certificates import queries
from oversite.domains.quarantine.certificates.actions.keys import renew_code_key, revoke_code_key
from oversite.domains.quarantine.certificates.keys import is_in_force
from oversite.domains.quarantine.certificates.models import SigningKey
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.formats import CODE, INSTANT, State, StateFormat
from oversite.screens.list_page import ListPage

FORCE = StateFormat(
    {
        "usable": State(_("usable"), "good"),
        "over": State(_("out of force"), "quiet"),
        "revoked": State(_("revoked"), "now"),
    }
)


def standing(key: SigningKey) -> str:
    """Usable, over or revoked."""
    return "revoked" if key.revoked_at else "usable" if is_in_force(key) else "over"


def revoke_url(key: SigningKey) -> str:
    """Where a key of printed codes is revoked; nothing for the others, and for one that is."""
    can_be = key.purpose == SigningKey.Purpose.CODE and key.revoked_at is None
    return reverse("quarantine_certificates:key-revoke", args=[key.pk]) if can_be else ""


class KeyList(ListPage):
    """Every key, old ones included: certificates name them."""

    menu = "quarantine-enrolments"
    permission = "quarantine.keys.read"
    title = _("Signing keys")
    lead = _("Their public halves are the trust list of inspectors (/c/trust); with the period of each.")
    default_sort = "-begins_at"
    columns: Sequence[Column] = (
        Column("name", _("Name"), "name", CODE, sort="name"),
        Column("purpose", _("Signs"), "get_purpose_display", sort="purpose"),
        Column("holder", _("Holder"), "holder"),
        Column("force", _("State"), standing, FORCE),
        Column("store", _("Kept in"), "get_store_display"),
        Column("algorithm", _("Algorithm"), "algorithm", CODE),
        Column("begins_at", _("Valid from"), "begins_at", INSTANT, sort="begins_at"),
        Column("ends_at", _("Valid until"), "ends_at", INSTANT, sort="ends_at"),
        Column("retired_at", _("Taken out of use at"), "retired_at", INSTANT),
        Column("revoked", _("Revoked because"), "revoked_reason"),
        Column("revoke", _("Revoke"), lambda key: _("Revoke…") if revoke_url(key) else "", link=revoke_url),
        Column("fingerprint", _("Fingerprint"), "fingerprint", CODE),
    )
    empty = EmptyState(_("No keys yet"), _("The first one is made when the first certificate is issued."))

    def queryset(self, user: Any) -> QuerySet[SigningKey]:
        """All of them, for those who keep them."""
        return queries.signing_keys(user)

    def shown_columns(self, params: QueryDict) -> list[Column]:
        """Revoking is offered to those only who may."""
        shown = super().shown_columns(params)
        may = self.request.user.has_perm("quarantine.keys.renew")
        return shown if may else [column for column in shown if column.key != "revoke"]

    def page_acts(self, user: Any) -> list[Act]:
        """Renew the key of the printed codes."""
        if not user.has_perm("quarantine.keys.renew"):
            return []
        url = reverse("quarantine_certificates:key-renew")
        return [Act(_("Renew the key of printed codes"), url, "refresh", is_dialog=True)]


class KeyRenew(ActPage):
    """A new key for the printed codes."""

    menu = "quarantine-enrolments"
    permission = "quarantine.keys.renew"
    title = _("Renew the key of printed codes")
    button = _("Renew")
    clause = "Q6"
    irreversible = _("Inspectors must fetch the trust list again before they can check new certificates.")

    def subject(self) -> Any:
        """There is only the one key in force."""
        return None

    def sentence(self, subject: Any) -> Any:
        """What will happen."""
        return _("Certificates issued from now on are signed by a new key; the old one stays trusted for the old ones.")

    def perform(self, subject: Any, form: forms.Form, user: Any) -> str:
        """Renew."""
        renew_code_key(user)
        return reverse("quarantine_certificates:keys")


class KeyRevoke(ActPage):
    """A key of the printed codes that fell into other hands."""

    menu = "quarantine-enrolments"
    permission = "quarantine.keys.renew"
    title = _("Revoke the key")
    button = _("Revoke")
    clause = "Q6"
    reason = "required"
    is_grave = True
    irreversible = _(
        "No certificate that this key signed passes the offline check any more, whenever it was issued; "
        "the page behind the code still tells those that are in the register."
    )

    def queryset(self, user: Any) -> QuerySet[SigningKey]:
        """The keys of printed codes."""
        return queries.signing_keys(user).filter(purpose=SigningKey.Purpose.CODE)

    def sentence(self, subject: Any) -> Any:
        """What will happen."""
        return _("Key %(name)s is revoked; a key in use gets its successor at once.") % {"name": subject.name}

    def perform(self, subject: Any, form: forms.Form, user: Any) -> str:
        """Revoke."""
        revoke_code_key(user, subject, form.cleaned_data["reason"])
        return reverse("quarantine_certificates:keys")
