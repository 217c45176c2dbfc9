"""The keys that sign printed codes and documents."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.certificates import queries
from oversite.domains.quarantine.certificates.actions.keys import renew_code_key
from oversite.domains.quarantine.certificates.keys import is_in_force
from oversite.domains.quarantine.certificates.models import SigningKey
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.formats import CODE, INSTANT, State, StateFormat
from oversite.screens.list_page import ListPage

FORCE = StateFormat({"True": State(_("usable"), "good"), "False": State(_("out of force"), "quiet")})


class KeyList(ListPage):
    """Every key, old ones included: certificates name them."""

    menu = "quarantine-enrolments"
    permission = "quarantine.keys.read"
    title = _("Signing keys")
    lead = _("Their public halves are the trust list of inspectors (/c/trust); old keys stay in it.")
    default_sort = "-begins_at"
    columns: Sequence[Column] = (
        Column("name", _("Name"), "name", CODE, sort="name"),
        Column("purpose", _("Signs"), "get_purpose_display", sort="purpose"),
        Column("holder", _("Holder"), "holder"),
        Column("force", _("State"), is_in_force, FORCE),
        Column("store", _("Kept in"), "get_store_display"),
        Column("algorithm", _("Algorithm"), "algorithm", CODE),
        Column("begins_at", _("Valid from"), "begins_at", INSTANT, sort="begins_at"),
        Column("ends_at", _("Valid until"), "ends_at", INSTANT, sort="ends_at"),
        Column("fingerprint", _("Fingerprint"), "fingerprint", CODE),
    )
    empty = EmptyState(_("No keys yet"), _("The first one is made when the first certificate is issued."))

    def queryset(self, user: Any) -> QuerySet[SigningKey]:
        """All of them, for those who keep them."""
        return queries.signing_keys(user)

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
