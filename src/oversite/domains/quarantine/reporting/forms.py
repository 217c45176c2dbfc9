"""Forms of reporting; the form of a record is made from the rules of its dataset."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.reporting.models import Batch, Finding
from oversite.domains.quarantine.reporting.standard import Dataset, FieldRule
from oversite.domains.quarantine.reporting.words import fault_text, field_label
from oversite.domains.quarantine.rules.divisions import is_code

LONGEST_INPUT = 5000


def entry_field(rule: FieldRule) -> forms.Field:
    """The control of a field: a list where there are codes, a day where it is a day; judged when the record is kept."""
    label, required = field_label(rule), rule.is_required
    if rule.codes is not None:
        choices = [("", "—"), *((code, f"{code} {word}") for code, word in rule.codes.entries.items())]
        return _starred(forms.ChoiceField(label=label, choices=choices, required=False), required)
    if rule.kind == "date":
        widget: forms.Widget = forms.TextInput(attrs={"type": "date"})
    else:
        widget = forms.Textarea(attrs={"rows": 3}) if rule.is_long else forms.TextInput()
    return _starred(forms.CharField(label=label, required=False, widget=widget, max_length=LONGEST_INPUT), required)


def _starred(field: forms.Field, is_required: bool) -> forms.Field:
    """Mark what is required without refusing the rest: an incomplete record is kept with what it lacks."""
    if is_required:
        field.label = f"{field.label} *"
    return field


class EntryForm(forms.Form):
    """A record of a dataset."""

    def __init__(self, *args: Any, dataset: Dataset, faults: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = {fault[0]: fault_text(fault) for fault in faults}
        for rule in dataset.fields:
            self.fields[rule.column] = entry_field(rule)
            if rule.column in told:
                self.fields[rule.column].help_text = f"⚠ {told[rule.column]}"


class DeliverForm(forms.Form):
    """How the batch travels."""

    way = forms.ChoiceField(label=_("Delivered"), choices=Batch.Way.choices, widget=forms.RadioSelect, initial="file")


class ReceiptForm(forms.Form):
    """A receipt as the other side gave it."""

    receipt = forms.CharField(
        label=_("Receipt"),
        max_length=500_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_("JSON: {“accepted”: […], “refused”: [{“cd_id”, “field”, “reason”}]}, with plain quotation marks."),
    )
    all_accepted = forms.BooleanField(label=_("Everything was accepted"), required=False)

    def clean(self) -> Any:
        """What the other side said must be here in one of the two ways, and in one only."""
        found = super().clean()
        has_text, is_all = bool(self.cleaned_data.get("receipt")), self.cleaned_data.get("all_accepted")
        if has_text == bool(is_all):
            raise forms.ValidationError(_("Paste the receipt, or tick that everything was accepted: one of the two."))
        return found


class FreezeForm(forms.Form):
    """A random-check plan."""

    code = forms.CharField(label=_("Plan number"), max_length=50)
    title = forms.CharField(label=_("Name of the plan"), max_length=200)
    year = forms.IntegerField(label=_("Year"), min_value=2020, max_value=2100)
    area_code = forms.CharField(label=_("Division code"), max_length=6)
    object_count = forms.IntegerField(label=_("Objects to draw"), min_value=1, max_value=5000)
    officers_each = forms.IntegerField(label=_("Officers for each"), min_value=1, max_value=10, initial=2)

    def clean_area_code(self) -> str:
        """Six digits."""
        code: str = self.cleaned_data["area_code"].strip()
        if not is_code(code):
            raise forms.ValidationError(_("Six digits of the division codes (GB/T 2260)."))
        return code


class DrawForm(forms.Form):
    """The word that nobody knew before."""

    word = forms.CharField(
        label=_("Word or number of a witness"),
        max_length=80,
        help_text=_("Said aloud at the draw by somebody who does not belong to the agency."),
    )


class PurchaseForm(forms.Form):
    """A purchase across provinces that nobody reported."""

    party = forms.CharField(label=_("Who bought"), max_length=120)
    area_code = forms.CharField(label=_("Division of the buyer"), max_length=6)
    from_area = forms.CharField(label=_("Division it came from"), max_length=6)
    happened_on = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    facts = forms.CharField(label=_("What was found"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        """Both places are division codes."""
        cleaned = super().clean() or {}
        for name in ("area_code", "from_area"):
            if name in cleaned and not is_code(cleaned[name]):
                self.add_error(name, _("Six digits of the division codes (GB/T 2260)."))
        return cleaned


class DecideForm(forms.Form):
    """What the finding turned out to be."""

    state = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(state.value, state.label) for state in (Finding.State.EXPLAINED, Finding.State.CONFIRMED)],
        widget=forms.RadioSelect,
    )
