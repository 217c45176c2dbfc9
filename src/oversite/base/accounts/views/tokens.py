"""Keys of other systems."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts import actions
from oversite.base.accounts.forms.people import TokenForm
from oversite.base.accounts.models import ApiToken, User
from oversite.base.accounts.queries import api_tokens
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.filters import TextFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, INSTANT, State, StateFormat
from oversite.screens.list_page import ListPage

STATES = StateFormat(
    {
        "valid": State(_("valid"), "good"),
        "expired": State(_("expired"), "quiet"),
        "revoked": State(_("revoked"), "quiet"),
    }
)


def token_state(token: ApiToken) -> str:
    """Valid, expired or revoked."""
    if token.revoked_at:
        return "revoked"
    return "valid" if token.expires_at > clock.now() else "expired"


def revoke_url(token: ApiToken) -> str:
    """Where a key is revoked; nothing for one that is."""
    return "" if token.revoked_at else reverse("accounts:revoke-token", args=[token.pk])


class TokenList(ListPage):
    """The keys issued to users of the subtree."""

    menu = "accounts.tokens"
    title = _("Keys of other systems")
    lead = _("Each acts as one user with some of their permissions, for a time, from certain addresses.")
    permission = "accounts.tokens"
    default_sort = "-created"
    columns = (
        Column("name", _("Purpose"), "name", sort="name"),
        Column("user", _("Acts as"), "user.name", sort="user__username"),
        Column("prefix", _("Begins with"), "prefix", CODE),
        Column("state", _("State"), token_state, STATES),
        Column("created", _("Key issued at"), "created_at", INSTANT, sort="created_at"),
        Column("expires", _("Valid until"), "expires_at", INSTANT, sort="expires_at"),
        Column("used", _("Last used"), "used_at", INSTANT),
        Column("networks", _("Addresses"), lambda token: ", ".join(token.networks) or _("from anywhere")),
        Column("revoke", "", lambda token: "" if token.revoked_at else _("Revoke"), link=revoke_url),
    )
    filters = (TextFilter("q", _("Purpose"), ("name", "user__name", "user__username", "prefix")),)
    empty = EmptyState(_("No key was issued"), _("A key lets another system call the interface."))

    def queryset(self, user: User) -> QuerySet[ApiToken]:
        """The keys that the user may manage."""
        return api_tokens(user)

    def main_act(self, user: User) -> Act | None:
        """Issue a key."""
        del user
        return Act(_("Issue a key"), reverse("accounts:new-token"), "plus", is_main=True)


class TokenCreate(FormPage):
    """Issue a key; its text is shown once."""

    menu = "accounts.tokens"
    title = _("Issue a key")
    lead = _("The key is shown once; only its fingerprint is kept.")
    permission = "accounts.tokens"
    button = _("Issue")

    def form(self, **kwargs: Any) -> forms.BaseForm:
        """The form with the actor's users."""
        return TokenForm(actor=self.user, **kwargs)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Issue and show it, or the form again."""
        form = TokenForm(actor=self.user, data=request.POST)
        if not form.is_valid():
            return self.show_form(form, status=422)
        try:
            new = actions.issue_token(
                self.user,
                form.cleaned_data["user"],
                name=form.cleaned_data["name"],
                permissions=form.cleaned_data["permissions"],
                expires_at=form.expires_at(),
                networks=form.network_list(),
            )
        except Refused as refused:
            return self.show_form(form, status=refused.status, refused=refused)
        header = format_html("Authorization: Bearer {}", new.text)
        context = {"subject": new.token, "text": new.text, "header": header, "url": reverse("accounts:tokens")}
        response = self.show(context, template_name="accounts/token_once.html")
        response.headers["Cache-Control"] = "no-store"
        return response


class TokenRevoke(ActPage):
    """End a key at once."""

    menu = "accounts.tokens"
    title = _("Revoke the key")
    permission = "accounts.tokens"
    irreversible = _("A revoked key never works again.")
    button = _("Revoke")
    is_grave = True

    def queryset(self, user: User) -> QuerySet[ApiToken]:
        """The keys that the user may manage."""
        return api_tokens(user)

    def sentence(self, subject: ApiToken) -> str:
        """What will happen."""
        return _("The key “%(name)s” stops working now.") % {"name": subject.name}

    def perform(self, subject: ApiToken, form: forms.Form, user: User) -> str:
        """Revoke it."""
        del form
        actions.revoke_token(user, subject)
        return reverse("accounts:tokens")
