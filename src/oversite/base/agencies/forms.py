"""Forms about agencies and departments."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from oversite.base.agencies.models import Agency, Department

CODE = r"[A-Za-z0-9][A-Za-z0-9._-]*"


class AgencyForm(forms.ModelForm[Agency]):
    """The facts of an agency that can change."""

    class Meta:
        model = Agency
        fields = ("name", "name_en", "kind", "level", "address", "phone")
        labels = {"level": _("Level of supervision")}

    level = forms.TypedChoiceField(
        label=_("Level of supervision"),
        coerce=int,
        choices=((1, _("1 national")), (2, _("2 regional")), (3, _("3 on site"))),
    )


class ContactForm(forms.ModelForm[Agency]):
    """How an agency is reached."""

    class Meta:
        model = Agency
        fields = ("address", "phone")


class NewAgencyForm(AgencyForm):
    """A new agency; its code is permanent."""

    code = forms.RegexField(
        CODE, label=_("Code"), max_length=32, help_text=_("Permanent, because the audit names agencies by it.")
    )
    field_order = ("code", "name", "name_en", "kind", "level", "address", "phone")


class AgencyChoiceField(forms.ModelChoiceField[Agency]):
    """An agency, shown set in by its depth."""

    def label_from_instance(self, obj: Agency) -> str:
        """The name, set in by its depth."""
        return f"{'　' * (obj.depth - 1)}{obj.name}"


class MoveForm(forms.Form):
    """Another superior agency."""

    def __init__(self, *args: Any, choices: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"] = AgencyChoiceField(choices, label=_("Superior agency"))


class DepartmentForm(forms.ModelForm[Department]):
    """A department; its key is permanent."""

    class Meta:
        model = Department
        fields = ("key", "name")


class DepartmentNameForm(forms.ModelForm[Department]):
    """Another name for a department."""

    class Meta:
        model = Department
        fields = ("name",)
