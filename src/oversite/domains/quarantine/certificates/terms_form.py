"""The lines that the veterinarian fills in at issue."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oversite.common import clock
from oversite.domains.quarantine.certificates.facts import Terms
from oversite.domains.quarantine.certificates.templates import template_for
from oversite.domains.quarantine.certificates.validity import Mode


class TermsForm(forms.Form):
    """Terms of transport; only the lines that the template of the kind prints are asked for."""

    departs_on = forms.DateField(
        label=_("Leaves on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_(
            "The declared day. The certificate is issued right before the seed leaves and must be valid on that day; "
            "correct the day where the seed leaves earlier than declared."
        ),
    )
    days = forms.IntegerField(label=_("Days of travel"), min_value=1, max_value=7, initial=1)
    destination = forms.CharField(
        label=_("Destination"),
        max_length=200,
        required=False,
        help_text=_("A place within the declared area; for another area a new declaration is needed."),
    )
    carrier = forms.CharField(label=_("Carrier"), max_length=60, required=False)
    carrier_phone = forms.CharField(label=_("Carrier's telephone"), max_length=40, required=False)
    transport_zh = forms.ChoiceField(
        label=_("Transport"),
        choices=[("公路", _("road")), ("铁路", _("rail")), ("水路", _("water")), ("航空", _("air"))],
        required=False,
    )
    vehicle = forms.CharField(label=_("Vehicle number"), max_length=60, required=False)
    disinfectant = forms.CharField(label=_("Disinfected before loading with"), max_length=60, required=False)
    marks = forms.CharField(label=_("Quarantine marks"), max_length=60, required=False)
    remark = forms.CharField(label=_("Remarks"), max_length=200, required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        template = template_for(kind, clock.now().astimezone(clock.BEIJING).date())
        if template.validity.mode is not Mode.DAYS:
            del self.fields["days"]
        elif isinstance(days := self.fields["days"], forms.IntegerField):
            days.max_value = template.validity.most_days
            days.widget.attrs["max"] = template.validity.most_days
        names = {"transport_zh": "transport"}
        for name in [each for each in self.fields if each not in {"days", "departs_on", "reason"}]:
            printed = names.get(name, name)
            if printed not in template.fields:
                del self.fields[name]
            elif printed in template.required:
                self.fields[name].required = True

    def terms(self) -> Terms:
        """What was filled in."""
        known = {name: value for name, value in self.cleaned_data.items() if name in Terms.__slots__}
        return Terms(**known | {"departs_on": known["departs_on"].isoformat()})
