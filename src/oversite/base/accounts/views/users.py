"""User administration: list, detail, and the acts on one account."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts import actions
from oversite.base.accounts.forms.people import NewUserForm, TrainingForm, UserForm
from oversite.base.accounts.models import Role, Training, User
from oversite.base.accounts.queries import has_second_factor, is_trained, users
from oversite.base.accounts.signin import locked_until
from oversite.base.agencies.queries import agencies
from oversite.base.audit.queries import history_entries
from oversite.common.clock import beijing_text
from oversite.common.errors import Refused
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, TextFilter, YesNoFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, INSTANT, YES_NO, State, StateFormat, state_html
from oversite.screens.list_page import ListPage

ACTIVE = StateFormat({"True": State(_("active"), "good"), "False": State(_("disabled"), "quiet")})


def roles_text(user: User) -> str:
    """The names of the roles held."""
    return "、".join(str(grant.role) for grant in user.grants.all())


def user_url(user: User) -> str:
    """The page of a user."""
    return reverse("accounts:user", args=[user.pk])


class UserList(ListPage):
    """The accounts of the subtree."""

    menu = "accounts.users"
    title = _("Users")
    lead = _("The accounts of your agency and of those below it; what they may do comes from their roles.")
    permission = "accounts.read"
    default_sort = "username"
    columns = (
        Column("username", _("User name"), "username", CODE, sort="username"),
        Column("name", _("Full name"), "name", sort="name"),
        Column("agency", _("Agency"), "agency.name", sort="agency__path"),
        Column("roles", _("Roles"), roles_text),
        Column("active", _("State"), "is_active", ACTIVE, sort="is_active"),
        Column("last_login", _("Last sign-in"), "last_login", INSTANT, sort="last_login"),
        Column("department", _("Department"), lambda user: user.department or "", is_hidden=True),
        Column("phone", _("Telephone"), "phone", is_hidden=True),
        Column("created", _("Created"), "created_at", INSTANT, sort="created_at", is_hidden=True),
    )
    filters = (
        TextFilter("q", _("Full name"), ("username", "name", "phone")),
        ChoiceFilter("agency", _("Agency"), lambda user: [(str(a.pk), a.name) for a in agencies(user)], "agency_id"),
        ChoiceFilter(
            "role", _("Role"), lambda _user: [(r.key, str(r)) for r in Role.objects.all()], "grants__role__key"
        ),
        YesNoFilter("active", _("In use"), field="is_active"),
    )
    empty = EmptyState(_("No account fits"), _("Take out a filter, or make an account."))

    def queryset(self, user: User) -> QuerySet[User]:
        """The accounts that the user may see, with their roles."""
        return users(user).prefetch_related("grants__role")

    def main_act(self, user: User) -> Act | None:
        """Make an account."""
        if not user.has_perm("accounts.change"):
            return None
        return Act(_("New user"), reverse("accounts:new-user"), "plus", is_main=True)

    def row_link(self, row: User) -> str:
        """A row leads to the account."""
        return user_url(row)


class UserPage:
    """What the pages about one account share."""

    menu = "accounts.users"
    permission = "accounts.read"

    def queryset(self, user: User) -> QuerySet[User]:
        """The accounts that the user may see."""
        return users(user)


class UserDetail(UserPage, DetailPage):
    """One account: facts, roles, training, and what may be done next."""

    lead = _("What somebody may do comes from the roles held; what they see, from their agency.")

    def state(self, subject: User) -> str:
        """Disabled, locked, or fine."""
        if not subject.is_active:
            return state_html(_("disabled"), "quiet")
        until = locked_until(subject.username)
        if until:
            return state_html(_("locked until %(time)s") % {"time": beijing_text(until)}, "now")
        return state_html(_("active"), "good")

    def fact_groups(self, subject: User) -> Sequence[FactGroup]:
        """Who it is, and how they sign in."""
        who = [
            Fact(_("User name"), subject.username, CODE),
            Fact(_("Agency"), subject.agency.name, link=reverse("agencies:agency", args=[subject.agency_id])),
            Fact(_("Department"), subject.department or ""),
            Fact(_("Telephone"), subject.phone),
        ]
        signing_in = [
            Fact(_("Last sign-in"), subject.last_login, INSTANT),
            Fact(_("Second factor enrolled"), has_second_factor(subject), YES_NO),
            Fact(_("Must change the password"), subject.must_change_password, YES_NO),
            Fact(_("Training on record"), is_trained(subject), YES_NO),
            Fact(_("Created"), subject.created_at, INSTANT),
        ]
        return [FactGroup("", who), FactGroup(_("Signing in"), signing_in)]

    def history(self, subject: User, user: User) -> Sequence[HistoryEntry]:
        """What the audit says."""
        return history_entries(subject, user)

    def tabs(self, subject: User, user: User) -> Sequence[Tab]:
        """Roles and training."""
        may = user.has_perm("accounts.change") and user.pk != subject.pk
        grants = subject.grants.select_related("role").prefetch_related("scopes")
        grant = Act(_("Give a role"), reverse("accounts:grant", args=[subject.pk]), "plus") if may else None
        train = (
            Act(_("Record training"), reverse("accounts:record-training", args=[subject.pk]), "plus") if may else None
        )
        grant_context = {"may": may}
        return [
            Tab(
                "roles",
                _("Roles"),
                grants,
                count=grants.count(),
                template_name="accounts/grants.html",
                act=grant,
                context=grant_context,
            ),
            Tab(
                "training",
                _("Training"),
                subject.trainings.all(),
                count=subject.trainings.count(),
                template_name="accounts/trainings.html",
                act=train,
                context=grant_context,
            ),
        ]

    def acts(self, subject: User, user: User) -> list[Act]:
        """What the user may do with this account."""
        if not user.has_perm("accounts.change"):
            return []
        own = _("Nobody changes their own account here.") if user.pk == subject.pk else ""
        not_locked = "" if locked_until(subject.username) else _("The account is not locked.")
        no_factor = "" if has_second_factor(subject) else _("No second factor is enrolled.")

        def to(name: str) -> str:
            return reverse(name, args=[subject.pk])

        switch = (
            Act(_("Disable"), to("accounts:disable"), "ban", own, is_grave=True, is_dialog=True)
            if subject.is_active
            else Act(_("Enable"), to("accounts:enable"), "check", own, is_dialog=True)
        )
        return [
            Act(_("Edit"), to("accounts:edit-user"), "edit", is_main=True),
            Act(_("Reset password"), to("accounts:reset-password"), "key", own),
            Act(
                _("Reset second factor"),
                to("accounts:reset-second-factor"),
                "fingerprint",
                own or no_factor,
                is_dialog=True,
            ),
            Act(_("Unlock"), to("accounts:unlock"), "lock-open", own or not_locked, is_dialog=True),
            switch,
        ]


class PasswordOnce:
    """Answers with the page that shows a password for the only time, never to be kept anywhere."""

    request: HttpRequest

    def show_password(self, user: User, password: str) -> HttpResponse:
        """Render it, forbidding every cache."""
        context = {"subject": user, "password": password, "page_title": user.name, "url": user_url(user)}
        response: HttpResponse = self.show(context, template_name="accounts/password_once.html")  # type: ignore[attr-defined]
        response.headers["Cache-Control"] = "no-store"
        return response


class UserCreate(PasswordOnce, UserPage, FormPage):
    """A new account; its first password is shown once."""

    title = _("New user")
    lead = _("The first password is made at random, shown once, and changed at the first sign-in.")
    permission = "accounts.change"
    button = _("Create")

    def form(self, **kwargs: Any) -> forms.BaseForm:
        """The form with the actor's agencies."""
        return NewUserForm(actor=self.user, initial={"agency": self.user.agency_id}, **kwargs)

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Create and show the password, or the form again."""
        form = self.form(data=request.POST)
        if not form.is_valid():
            return self.show_form(form, status=422)
        try:
            new = actions.create_user(self.user, **form.cleaned_data)
        except Refused as refused:
            return self.show_form(form, status=refused.status, refused=refused)
        return self.show_password(new.user, new.password)


class UserEdit(UserPage, FormPage):
    """The facts of an account."""

    permission = "accounts.change"

    def form(self, **kwargs: Any) -> forms.BaseForm:
        """The form with the present facts."""
        subject = self.subject()
        initial = {name: getattr(subject, name) for name in actions.USER_FACTS}
        return UserForm(actor=self.user, initial=initial, **kwargs)

    def heading(self, subject: Any = None) -> Any:
        """Whose facts they are."""
        del subject
        return _("Edit %(name)s") % {"name": self.subject().name}

    def perform(self, form: Any, user: User) -> str:
        """Change what was changed."""
        return user_url(actions.change_user(user, self.subject(), **form.cleaned_data))


class ResetPassword(PasswordOnce, UserPage, ActPage):
    """A random password for somebody who lost theirs."""

    title = _("Reset the password")
    permission = "accounts.change"
    irreversible = _("The present password stops working and every session of the account ends.")
    button = _("Reset")
    is_grave = True

    def sentence(self, subject: User) -> str:
        """What will happen."""
        return _("%(name)s gets a random password, shown to you once and changed at the next sign-in.") % {
            "name": subject.name
        }

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Reset and show the password."""
        subject = self.subject()
        try:
            password = actions.reset_password(self.user, subject)
        except Refused as refused:
            return self.show_act(subject, self.form(), status=refused.status, refused=refused)
        return self.show_password(subject, password)


class UserAct(UserPage, ActPage):
    """An act on one account that leads back to it."""

    permission = "accounts.change"
    words: Any = ""

    def sentence(self, subject: User) -> str:
        """What will happen."""
        return str(self.words % {"name": subject.name})

    def perform(self, subject: User, form: forms.Form, user: User) -> str:
        """Act, and go back to the account."""
        self.act(user, subject, form.cleaned_data["reason"])
        return user_url(subject)

    def act(self, user: User, subject: User, reason: str) -> None:
        """Call the action."""
        raise NotImplementedError


class Disable(UserAct):
    """Take an account out of use."""

    title = _("Disable the account")
    words = _("%(name)s cannot sign in any more, and every session and key of the account ends now.")
    reason = "required"
    button = _("Disable")
    is_grave = True

    def act(self, user: User, subject: User, reason: str) -> None:
        """Disable."""
        actions.disable_user(user, subject, reason)


class Enable(UserAct):
    """Take an account into use again."""

    title = _("Enable the account")
    words = _("%(name)s can sign in again, with the roles held before.")
    reason = "required"
    button = _("Enable")

    def act(self, user: User, subject: User, reason: str) -> None:
        """Enable."""
        actions.enable_user(user, subject, reason)


class Unlock(UserAct):
    """Lift a lock."""

    title = _("Unlock the account")
    words = _("%(name)s can try to sign in again at once.")
    button = _("Unlock")

    def act(self, user: User, subject: User, reason: str) -> None:
        """Unlock."""
        del reason
        actions.unlock_user(user, subject)


class ResetSecondFactor(UserAct):
    """Forget a lost telephone."""

    title = _("Reset the second factor")
    words = _("The authenticator and the recovery codes of %(name)s are forgotten and must be enrolled again.")
    reason = "required"
    button = _("Reset")
    is_grave = True

    def act(self, user: User, subject: User, reason: str) -> None:
        """Reset."""
        actions.reset_second_factor(user, subject, reason)


class RecordTraining(UserPage, FormPage):
    """One training on record."""

    lead = _("Monitor and administrator cannot be held without it (A art. 8).")
    permission = "accounts.change"
    form_class = TrainingForm

    def heading(self, subject: Any = None) -> Any:
        """Whose training it is."""
        del subject
        return _("Record training of %(name)s") % {"name": self.subject().name}

    def perform(self, form: Any, user: User) -> str:
        """Record it."""
        subject = self.subject()
        actions.record_training(user, subject, **form.cleaned_data)
        return f"{user_url(subject)}?tab=training"


class VoidTraining(ActPage):
    """Void a record made in error."""

    menu = "accounts.users"
    title = _("Void the training")
    permission = "accounts.change"
    irreversible = _("The record stays readable, but counts no more.")
    reason = "required"
    button = _("Void")
    is_grave = True
    clause = "A8"

    def queryset(self, user: User) -> QuerySet[Training]:
        """The trainings of the accounts that the user may see."""
        return Training.objects.filter(user__in=users(user)).select_related("user")

    def sentence(self, subject: Training) -> str:
        """What will happen."""
        return _("The training “%(course)s” of %(name)s is void.") % {
            "course": subject.course,
            "name": subject.user.name,
        }

    def perform(self, subject: Training, form: forms.Form, user: User) -> str:
        """Void it."""
        actions.void_training(user, subject, form.cleaned_data["reason"])
        return f"{user_url(subject.user)}?tab=training"
