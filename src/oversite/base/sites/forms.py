"""Forms about sites, areas and contacts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oversite.base.sites import checks, queries
from oversite.base.sites.actions import agencys_area_fields
from oversite.base.sites.models import Area, Contact, Site
from oversite.screens.form_page import Withholding


class ProblemForm(forms.ModelForm[Any]):
    """A form whose fields are set on the instance only by the action; it hands over what it has cleaned."""

    def _post_clean(self) -> None:
        """Leave the instance as it is: the action compares it with the new values."""


class SiteForm(ProblemForm):
    """The facts of a site; agencies are those of the user's subtree."""

    class Meta:
        model = Site
        fields = (
            "code",
            "name",
            "name_en",
            "site_class",
            "agency",
            "operator",
            "contact_name",
            "contact_phone",
            "address",
            "latitude",
            "longitude",
            "is_active",
        )
        help_texts = {
            "code": _("Letters, digits, hyphens, dots; used in files and recordings."),
            "latitude": _("Degrees, north positive; a click on the map fills both in."),
            "longitude": _("Degrees, east positive."),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = self.fields["site_class"].label
        self.fields["site_class"] = forms.ChoiceField(label=label, choices=queries.class_choices)
        self.fields["agency"].queryset = queries.agencies_in_charge(user)  # type: ignore[attr-defined]
        self.fields["operator"].queryset = queries.operators(user)  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        """Letters, digits and few signs."""
        code: str = self.cleaned_data["code"]
        for problem in checks.code_problems(code):
            raise forms.ValidationError(problem)
        return code


class AreaForm(ProblemForm):
    """The facts of an area; the kinds are those that the class of its site knows."""

    class Meta:
        model = Area
        fields = ("code", "name", "kind", "is_key", "length_m", "width_m", "height_m", "boundary")
        help_texts = {"is_key": _("A key area must be covered even with any one camera out.")}

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = queries.area_kinds(site.site_class)
        if kinds:
            choices = list(kinds.items())
            now = self.instance.kind
            if now and now not in kinds:
                choices.append((now, now))
            self.fields["kind"] = forms.ChoiceField(label=_("Kind"), choices=choices)


class OperatorsAreaForm(Withholding, AreaForm):
    """An area as the operator of its site enters it: what is the agency's to say is not asked."""

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, site=site, **kwargs)
        self.withhold(agencys_area_fields(self.instance if self.instance.pk else None))


class ContactForm(ProblemForm):
    """A further person of the site."""

    class Meta:
        model = Contact
        fields = ("name", "post", "phone")
