"""Forms about users, training, roles and keys."""

from collections.abc import Collection
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.models import Role, User
from oversite.base.accounts.queries import users
from oversite.base.accounts.roles import separated_permissions
from oversite.base.accounts.slots import PERMISSIONS
from oversite.base.agencies.queries import agencies, departments
from oversite.common.clock import BEIJING

USER_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]*"


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DepartmentChoiceField(forms.ModelChoiceField[Any]):
    """A department, shown with its agency."""

    def label_from_instance(self, obj: Any) -> str:
        """Agency and department."""
        return f"{obj.agency} · {obj}"


class UserForm(forms.Form):
    """The facts of an account."""

    name = forms.CharField(label=_("Full name"), max_length=60)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    field_order = ["name", "agency", "department", "phone"]

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"] = forms.ModelChoiceField(agencies(actor).filter(is_active=True), label=_("Agency"))
        self.fields["department"] = DepartmentChoiceField(departments(actor), label=_("Department"), required=False)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """The department belongs to the agency."""
        cleaned = super().clean() or {}
        department, agency = cleaned.get("department"), cleaned.get("agency")
        if department and agency and department.agency_id != agency.pk:
            self.add_error("department", _("This department belongs to another agency."))
        return cleaned


class NewUserForm(UserForm):
    """A new account: its user name is permanent."""

    username = forms.RegexField(
        USER_NAME,
        label=_("User name"),
        max_length=60,
        help_text=_("Latin letters, digits, dot, hyphen; permanent, because the audit names people by it."),
    )
    field_order = ["username", "name", "agency", "department", "phone"]


class TrainingForm(forms.Form):
    """One recorded training."""

    course = forms.CharField(label=_("Course"), max_length=120)
    trained_on = forms.DateField(label=_("Trained on"), widget=DayInput())
    trained_by = forms.CharField(label=_("Trained by"), max_length=120)
    certificate = forms.CharField(label=_("Certificate number"), max_length=80, required=False)


class GrantForm(forms.Form):
    """A role for a user."""

    role = forms.ModelChoiceField(queryset=Role.objects.all(), label=_("Role"))


class NarrowForm(forms.Form):
    """The single things to which a held role is narrowed; nothing chosen: the whole subtree."""

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"] = forms.MultipleChoiceField(
            label=_("Only for"),
            required=False,
            choices=choices,
            widget=forms.CheckboxSelectMultiple(),
            help_text=_("Nothing chosen: everything in the subtree of the user's agency."),
        )


def permission_field(without: Collection[str] = ()) -> forms.MultipleChoiceField:
    """All permissions to choose from, except some."""
    choices = [(key, permission.label) for key, permission in PERMISSIONS.items() if key not in without]
    return forms.MultipleChoiceField(label=_("Permissions"), choices=choices, widget=forms.CheckboxSelectMultiple())


class RoleForm(forms.Form):
    """A role of this installation."""

    key = forms.SlugField(label=_("Key"), max_length=40, help_text=_("Latin letters, digits, hyphen; permanent."))
    label_zh = forms.CharField(label=_("Name in Chinese"), max_length=60)
    label_en = forms.CharField(label=_("Name in English"), max_length=60)
    needs_training = forms.BooleanField(label=_("Needs recorded training"), required=False)
    needs_second_factor = forms.BooleanField(label=_("Needs a second factor"), required=False)

    def __init__(self, *args: Any, role: Role | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if role is not None:
            del self.fields["key"], self.fields["needs_training"]
        if role is not None and role.is_shipped:
            del self.fields["label_zh"], self.fields["label_en"]
        else:
            self.fields["permissions"] = permission_field(separated_permissions())


class TokenForm(forms.Form):
    """A key for another system."""

    name = forms.CharField(label=_("Purpose"), max_length=80)
    expires_on = forms.DateField(label=_("Valid until (end of the day)"), widget=DayInput())
    networks = forms.CharField(
        label=_("Addresses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One address or network per line, such as 10.1.2.0/24; empty: from anywhere."),
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"] = forms.ModelChoiceField(
            users(actor).filter(is_active=True),
            label=_("Acts as"),
            help_text=_("The key can do no more than this user."),
        )
        self.fields["permissions"] = permission_field()
        self.order_fields(["user", "name", "permissions", "expires_on", "networks"])

    def expires_at(self) -> datetime:
        """The end of the last day, Beijing time."""
        return datetime.combine(self.cleaned_data["expires_on"], time(23, 59, 59), BEIJING)

    def network_list(self) -> list[str]:
        """The networks, one per line."""
        return [line.strip() for line in self.cleaned_data["networks"].splitlines() if line.strip()]
