"""Roles: who holds them, what they allow, to what they are narrowed."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts import actions
from oversite.base.accounts.forms.people import GrantForm, NarrowForm, RoleForm
from oversite.base.accounts.models import Role, RoleGrant, User
from oversite.base.accounts.queries import roles, users
from oversite.base.accounts.slots import PERMISSIONS, SCOPE_KINDS
from oversite.base.accounts.views.users import UserPage, user_url
from oversite.base.audit.queries import history_entries
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, NUMBER, YES_NO
from oversite.screens.list_page import ListPage
from oversite.screens.slots import Words


def role_url(role: Role) -> str:
    """The page of a role."""
    return reverse("accounts:role", args=[role.pk])


class Grant(UserPage, FormPage):
    """Give a role."""

    lead = _("Monitor and administrator need recorded training; of the three administrators nobody holds two.")
    permission = "accounts.change"
    form_class = GrantForm
    button = _("Give")

    def heading(self, subject: Any = None) -> Any:
        """To whom it is given."""
        del subject
        return _("Give %(name)s a role") % {"name": self.subject().name}

    def perform(self, form: Any, user: User) -> str:
        """Grant it."""
        subject = self.subject()
        actions.grant_role(user, subject, form.cleaned_data["role"])
        return user_url(subject)


class GrantPage:
    """What the pages about one held role share."""

    menu = "accounts.users"
    permission = "accounts.change"

    def queryset(self, user: User) -> QuerySet[RoleGrant]:
        """The held roles of the accounts that the user may see."""
        return RoleGrant.objects.filter(user__in=users(user)).select_related("user__agency", "role")


class Revoke(GrantPage, ActPage):
    """Take a role away."""

    title = _("Take the role away")
    button = _("Take away")
    is_grave = True

    def sentence(self, subject: RoleGrant) -> str:
        """What will happen."""
        return _("%(name)s is no longer %(role)s, from the next click on.") % {
            "name": subject.user.name,
            "role": subject.role,
        }

    def perform(self, subject: RoleGrant, form: forms.Form, user: User) -> str:
        """Revoke it."""
        del form
        actions.revoke_role(user, subject.user, subject.role)
        return user_url(subject.user)


class Narrow(GrantPage, FormPage):
    """Narrow a held role to single cameras or groups."""

    lead = _("The role then counts only for what is chosen here (A art. 9: assigned cameras).")

    def heading(self, subject: Any = None) -> Any:
        """Which role of whom."""
        del subject
        grant = self.subject()
        return _("Narrow %(role)s of %(name)s") % {"role": grant.role, "name": grant.user.name}

    def form(self, **kwargs: Any) -> forms.BaseForm:
        """The form with what the actor may choose from."""
        grant = self.subject()
        initial = {"scopes": [f"{scope.subject_kind}:{scope.subject_id}" for scope in grant.scopes.all()]}
        return NarrowForm(choices=scope_choices(self.user), initial=initial, **kwargs)

    def perform(self, form: Any, user: User) -> str:
        """Narrow it."""
        grant = self.subject()
        pairs = [tuple(value.split(":", 1)) for value in form.cleaned_data["scopes"]]
        actions.narrow_grant(user, grant, pairs)
        return user_url(grant.user)


def scope_choices(user: User) -> list[tuple[str, str]]:
    """Everything that `user` may narrow a role to: (kind:id, text)."""
    return [
        (f"{key}:{subject_id}", f"{kind.label} · {text}")
        for key, kind in SCOPE_KINDS.items()
        for subject_id, text in kind.choices(user)
    ]


class RoleList(ListPage):
    """All roles."""

    menu = "accounts.roles"
    title = _("Roles")
    lead = _("Sets of permissions; the shipped ones follow the source documents and this program.")
    permission = "accounts.read"
    default_sort = "key"
    columns = (
        Column("name", _("Role"), str),
        Column("key", _("Key"), "key", CODE, sort="key"),
        Column("permissions", _("Permissions"), lambda role: len(role.permissions), NUMBER),
        Column("holders", _("Held by"), "holders", NUMBER),
        Column("training", _("Needs training"), "needs_training", YES_NO),
        Column("factor", _("Needs a second factor"), "needs_second_factor", YES_NO),
        Column("separated", _("Kept apart"), "is_separated", YES_NO),
        Column("shipped", _("Shipped"), "is_shipped", YES_NO),
    )

    def queryset(self, user: User) -> QuerySet[Role]:
        """All roles, with how many hold each."""
        return roles(user).annotate(holders=Count("grants"))

    def main_act(self, user: User) -> Act | None:
        """Make a role."""
        if not user.has_perm("accounts.roles"):
            return None
        return Act(_("New role"), reverse("accounts:new-role"), "plus", is_main=True)

    def row_link(self, row: Role) -> str:
        """A row leads to the role."""
        return role_url(row)


class RolePage:
    """What the pages about one role share."""

    menu = "accounts.roles"
    permission = "accounts.read"

    def queryset(self, user: User) -> QuerySet[Role]:
        """All roles."""
        return roles(user)


class RoleDetail(RolePage, DetailPage):
    """One role: what it allows and who holds it."""

    def fact_groups(self, subject: Role) -> Sequence[FactGroup]:
        """Its rules, then its permissions."""
        rules = [
            Fact(_("Key"), subject.key, CODE),
            Fact(_("Needs training"), subject.needs_training, YES_NO),
            Fact(_("Needs a second factor"), subject.needs_second_factor, YES_NO),
            Fact(_("Kept apart from the other administrators"), subject.is_separated, YES_NO),
            Fact(_("Shipped"), subject.is_shipped, YES_NO),
        ]
        allowed = [Fact(label_of(name), name, CODE) for name in subject.permissions]
        return [FactGroup("", rules), FactGroup(_("Permissions"), allowed)]

    def history(self, subject: Role, user: User) -> Sequence[HistoryEntry]:
        """What the audit says."""
        return history_entries(subject, user)

    def tabs(self, subject: Role, user: User) -> Sequence[Tab]:
        """The holders that the user may see."""
        holders = users(user).filter(grants__role=subject).order_by("username")
        columns = (
            Column("name", _("Full name"), "name", link=user_url),
            Column("username", _("User name"), "username", CODE),
            Column("agency", _("Agency"), "agency.name"),
        )
        return [Tab("holders", _("Held by"), holders, columns, holders.count())]

    def acts(self, subject: Role, user: User) -> list[Act]:
        """Edit, and delete what this installation made."""
        if not user.has_perm("accounts.roles"):
            return []
        edit = Act(_("Edit"), reverse("accounts:edit-role", args=[subject.pk]), "edit", is_main=True)
        why_not = _("A shipped role stays.") if subject.is_shipped else ""
        if subject.grants.exists():
            why_not = _("Somebody holds it.")
        delete = reverse("accounts:delete-role", args=[subject.pk])
        return [edit, Act(_("Delete"), delete, "trash", why_not, is_grave=True, is_dialog=True)]


def label_of(permission: str) -> Words:
    """The text of a permission; a key that no app plugs in any more stands for itself."""
    known = PERMISSIONS.get(permission)
    return known.label if known else permission


class RoleCreate(RolePage, FormPage):
    """A role of this installation."""

    title = _("New role")
    lead = _("It cannot carry what only the three administrators carry.")
    permission = "accounts.roles"
    form_class = RoleForm
    button = _("Create")

    def perform(self, form: Any, user: User) -> str:
        """Make it."""
        values = dict(form.cleaned_data)
        needs_second_factor = values.pop("needs_second_factor")
        return role_url(actions.create_role(user, needs_second_factor=needs_second_factor, **values))


class RoleEdit(RolePage, FormPage):
    """Change a role."""

    permission = "accounts.roles"

    def heading(self, subject: Any = None) -> Any:
        """Which role it is."""
        del subject
        return _("Edit %(name)s") % {"name": self.subject()}

    def form(self, **kwargs: Any) -> forms.BaseForm:
        """The form with what may be changed."""
        role = self.subject()
        initial = {name: getattr(role, name) for name in actions.ROLE_FACTS}
        return RoleForm(role=role, initial=initial, **kwargs)

    def perform(self, form: Any, user: User) -> str:
        """Change what was changed."""
        return role_url(actions.change_role(user, self.subject(), **form.cleaned_data))


class RoleDelete(RolePage, ActPage):
    """Remove a role that nobody holds."""

    title = _("Delete the role")
    permission = "accounts.roles"
    irreversible = _("It is gone; the audit still tells what it allowed.")
    button = _("Delete")
    is_grave = True

    def sentence(self, subject: Role) -> str:
        """What will happen."""
        return _("The role “%(name)s” is removed.") % {"name": subject}

    def perform(self, subject: Role, form: forms.Form, user: User) -> str:
        """Remove it."""
        del form
        actions.delete_role(user, subject)
        return reverse("accounts:roles")
