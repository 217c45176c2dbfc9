"""Forms of the rules."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.rules.models import (
    MOST_VALUE,
    Disease,
    FarmCategory,
    MustRule,
    Procedure,
    ProcedureEntry,
    Species,
)
from oversite.domains.quarantine.rules.queries import diseases, species
from oversite.domains.quarantine.rules.slots import SETTINGS


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SpeciesForm(forms.ModelForm[Species]):
    """A species of the catalogue."""

    class Meta:
        model = Species
        fields = (
            "key",
            "name_zh",
            "name_en",
            "latin",
            "group",
            "is_marine",
            "unit",
            "is_catalogued",
            "is_active",
            "source",
        )


class DiseaseForm(forms.ModelForm[Disease]):
    """A disease."""

    class Meta:
        model = Disease
        fields = ("key", "name_zh", "name_en", "grade", "is_active", "source")


class CategoryForm(forms.ModelForm[FarmCategory]):
    """A farm category."""

    class Meta:
        model = FarmCategory
        fields = ("key", "name_zh", "name_en", "order", "is_active", "source")


class ProcedureForm(forms.ModelForm[Procedure]):
    """The head of a version of a procedure."""

    class Meta:
        model = Procedure
        fields = ("group", "title", "document", "effective_on", "source", "note")
        widgets = {"effective_on": DayInput()}
        help_texts = {"source": _("The document and article that it follows.")}

    def validate_unique(self) -> None:
        """The action says it in better words."""


class EntryForm(forms.ModelForm[ProcedureEntry]):
    """What a procedure asks for one disease."""

    chosen = forms.ModelMultipleChoiceField(
        queryset=Species.objects.none(), label=_("Species"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ProcedureEntry
        fields = ("disease", "is_whole_group", "needs_test", "period_days", "method", "source")

    def __init__(self, *args: Any, procedure: Procedure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["disease"].queryset = diseases()  # type: ignore[attr-defined]
        chosen = self.fields["chosen"]
        chosen.queryset = species().filter(group=procedure.group)  # type: ignore[attr-defined]
        if self.instance.pk:
            chosen.initial = list(self.instance.species.values_list("pk", flat=True))

    def values(self) -> dict[str, Any]:
        """The fields of the entry itself."""
        return {name: value for name, value in self.cleaned_data.items() if name != "chosen"}


class RepealForm(forms.Form):
    """From which day a procedure no longer holds."""

    ends_on = forms.DateField(label=_("Repealed on"), widget=DayInput())


class MustForm(forms.ModelForm[MustRule]):
    """A wording of a must."""

    class Meta:
        model = MustRule
        fields = ("condition", "label", "years", "effective_on", "ends_on", "source")
        widgets = {"effective_on": DayInput(), "ends_on": DayInput()}

    def validate_unique(self) -> None:
        """The action says it in better words."""


class SettingForm(forms.Form):
    """A value of a dated figure from a day on."""

    value = forms.CharField(label=_("value entered"), max_length=200)
    effective_on = forms.DateField(label=_("In force from"), widget=DayInput())
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("The document and article that it follows.")
    )
    note = forms.CharField(label=_("note"), max_length=300, required=False)

    def __init__(self, *args: Any, key: str, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective_on"].initial = day
        if SETTINGS[key].kind == "yes-no":
            self.fields["value"] = forms.ChoiceField(
                label=_("value entered"), choices=(("yes", _("yes")), ("no", _("no")))
            )
        elif SETTINGS[key].kind == "codes":
            self.fields["value"] = forms.CharField(
                label=_("codes and their words"),
                max_length=MOST_VALUE,
                widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
                help_text=_("One code per line: the code, a space, its word."),
            )
        elif SETTINGS[key].kind == "number":
            self.fields["value"] = forms.IntegerField(label=_("value entered"), min_value=0, max_value=999_999_999)
