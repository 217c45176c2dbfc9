"""Forms of inspections, disease records and treatment."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.inspections import checklist
from oversite.domains.quarantine.inspections.measures import MEASURES
from oversite.domains.quarantine.inspections.models import DiseaseRecord, Inspection
from oversite.domains.quarantine.registry.queries import known_producers, veterinarians_for
from oversite.domains.quarantine.rules.quantities import LARGEST, Unit
from oversite.domains.quarantine.rules.queries import diseases, species, today

ANSWERS = (("yes", _("in order")), ("no", _("not in order")), ("na", _("does not apply")))


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def in_language(zh: str, en: str) -> str:
    """The text of the two that the reader's language asks for."""
    return en if (get_language() or "").startswith("en") else zh


class AssignForm(forms.Form):
    """Who goes, when and where; only those in office whose area it is are offered."""

    veterinarian = forms.ChoiceField(label=_("Veterinarian in charge"))
    second = forms.ChoiceField(label=_("Second veterinarian"), required=False)
    planned_on = forms.DateField(label=_("Planned for"), widget=DayInput())
    place = forms.CharField(label=_("Place of inspection"), max_length=200)

    def __init__(self, *args: Any, declaration: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fit = veterinarians_for(declaration.agency, declaration.from_area)
        self.people = {str(each.uid): each for each in fit}
        choices = [(uid, f"{each} {each.certificate_number}") for uid, each in self.people.items()]
        self.fields["veterinarian"].choices = choices  # type: ignore[attr-defined]
        self.fields["second"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    def chosen(self, name: str) -> Any:
        """The veterinarian chosen in a field, or none."""
        return self.people.get(self.cleaned_data[name])


class FindingsForm(forms.Form):
    """The checklist with a note per item, and what else the work record asks."""

    counted_amount = forms.IntegerField(label=_("Quantity found"), min_value=0, max_value=LARGEST, required=False)
    disinfectant = forms.CharField(label=_("Vehicle disinfected with"), max_length=80, required=False)
    remark = forms.CharField(
        label=_("Remarks"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        findings = inspection.findings
        for item in checklist.items().values():
            given = findings.get(item.key, {})
            offered = [(key, label) for key, label in ANSWERS if key != "na" or item.may_na]
            self.fields[f"answer-{item.key}"] = forms.ChoiceField(
                label=in_language(item.label_zh, item.label_en),
                choices=offered,
                required=False,
                widget=forms.RadioSelect,
                initial=given.get("answer"),
            )
            self.fields[f"note-{item.key}"] = forms.CharField(
                label=_("Remark on the item"),
                max_length=checklist.LONGEST_NOTE,
                required=False,
                initial=given.get("note", ""),
                widget=forms.TextInput(attrs={"placeholder": _("Remark on the item")}),
            )
        for name in ("counted_amount", "disinfectant", "remark"):
            self.fields[name].initial = getattr(inspection, name)

    def findings(self) -> dict[str, dict[str, str]]:
        """The answers as they are kept."""
        data = self.cleaned_data
        return {
            key: {"answer": data.get(f"answer-{key}", ""), "note": data.get(f"note-{key}", "")}
            for key in checklist.items()
        }


class GroundsForm(forms.Form):
    """Why seed is not qualified."""

    grounds = forms.CharField(label=_("Grounds"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class TreatmentForm(forms.Form):
    """What a treatment notice orders."""

    basis = forms.CharField(
        label=_("Legal basis"),
        max_length=300,
        help_text=_("Down to article, paragraph and item."),
        initial="《中华人民共和国动物防疫法》第四十八条",
    )
    amount = forms.IntegerField(label=_("Quantity"), min_value=1, max_value=LARGEST)
    unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices)
    measures = forms.MultipleChoiceField(
        label=_("Measures"),
        choices=tuple((kind, measure.name_zh) for kind, measure in MEASURES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("At most four; the order and the grounds of each are those that the province maintains."),
    )
    text = forms.CharField(label=_("What exactly"), max_length=200, required=False)
    party_name = forms.CharField(label=_("Party"), max_length=120)
    party_phone = forms.CharField(label=_("Party's telephone"), max_length=40, required=False)

    def clean_measures(self) -> list[str]:
        """At most four."""
        chosen: list[str] = self.cleaned_data["measures"]
        if len(chosen) > 4:
            raise forms.ValidationError(_("The form has room for four measures."))
        return chosen


class DisposalForm(forms.Form):
    """How a notice was carried out."""

    done_on = forms.DateField(label=_("Carried out on"), widget=DayInput(), initial=today)
    how = forms.CharField(label=_("How"), max_length=300)
    amount = forms.IntegerField(label=_("Quantity disposed of"), min_value=0, max_value=LARGEST)
    supervised_by = forms.CharField(label=_("Supervised by"), max_length=120)


class RecoveryForm(forms.Form):
    """That treated seed has recovered."""

    done_on = forms.DateField(label=_("Recovered on"), widget=DayInput(), initial=today)
    how = forms.CharField(label=_("How this was seen"), max_length=300)


class RecordForm(forms.ModelForm[DiseaseRecord]):
    """A disease record."""

    class Meta:
        model = DiseaseRecord
        fields = (
            "kind",
            "species",
            "disease",
            "producer",
            "area_code",
            "place",
            "latitude",
            "longitude",
            "sampled_on",
            "result",
            "sample_count",
            "positive_count",
            "method",
            "report_number",
            "note",
        )
        widgets = {"sampled_on": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("species", species())
        self._offer("disease", diseases())
        self._offer("producer", known_producers())

    def _offer(self, name: str, queryset: Any) -> None:
        self.fields[name].queryset = queryset  # type: ignore[attr-defined]


class PhotoForm(forms.Form):
    """A photograph, with what the device says about it."""

    file = forms.FileField(
        label=_("Photograph"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png", "capture": "environment"}),
    )
    taken_at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M:%S.%fZ", "%Y-%m-%dT%H:%M:%SZ"])
    latitude = forms.DecimalField(required=False, min_value=-90, max_value=90, max_digits=9, decimal_places=6)
    longitude = forms.DecimalField(required=False, min_value=-180, max_value=180, max_digits=9, decimal_places=6)

    def place(self) -> Any:
        """(latitude, longitude), or none."""
        both = self.cleaned_data.get("latitude"), self.cleaned_data.get("longitude")
        return both if None not in both else None
