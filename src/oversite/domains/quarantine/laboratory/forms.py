"""Forms: taking, handing over, receiving, refusing, measuring, disposing, seals."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.laboratory.actions.custody import REJECTIONS
from oversite.domains.quarantine.laboratory.judging import Measured, fault_of
from oversite.domains.quarantine.laboratory.models import Test
from oversite.domains.quarantine.laboratory.readings import Reading, ReadingsError, parse_readings
from oversite.domains.quarantine.rules.quantities import LARGEST, Unit
from oversite.domains.quarantine.rules.queries import today

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.registry.models import Laboratory, LaboratoryMethod

COLDEST, WARMEST = Decimal(-90), Decimal(60)
MOST_SEED = 100_000


class TakeForm(forms.Form):
    """A new sample; the choices are those of the inspection."""

    laboratory = forms.ChoiceField(label=_("Laboratory"))
    diseases = forms.MultipleChoiceField(label=_("To be tested for"), widget=forms.CheckboxSelectMultiple)
    pond = forms.CharField(label=_("Pond"), max_length=40, required=False)
    stage = forms.CharField(label=_("Size of the seed"), max_length=40, required=False)
    base_amount = forms.IntegerField(label=_("Sampled from"), min_value=1, max_value=LARGEST)
    base_unit = forms.ChoiceField(label=_("Unit"), choices=Unit.choices)
    count = forms.IntegerField(label=_("Number of seed"), min_value=1, max_value=MOST_SEED)
    storage = forms.CharField(label=_("Kept"), max_length=80)
    seal = forms.CharField(
        label=_("Seal number"),
        max_length=20,
        help_text=_("As it is printed on the seal. A seal is used once; broken ones are declared void."),
    )
    second = forms.ChoiceField(label=_("Second taker"), help_text=_("Signs with their own account."))
    witness_name = forms.CharField(label=_("For the producer"), max_length=60)
    latitude = forms.DecimalField(
        label=_("Latitude"), required=False, min_value=-90, max_value=90, max_digits=9, decimal_places=6
    )
    longitude = forms.DecimalField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180, max_digits=9, decimal_places=6
    )
    note = forms.CharField(label=_("Remarks"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    photo = forms.FileField(label=_("Photo"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"}))

    def __init__(
        self,
        *args: Any,
        laboratories: "Sequence[Laboratory]",
        diseases: Sequence[tuple[str, str]],
        people: "Sequence[User]",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.laboratories = {str(each.pk): each for each in laboratories}
        self.people = {str(each.pk): each for each in people}
        self._offer("laboratory", [(key, each.name) for key, each in self.laboratories.items()])
        self._offer("diseases", list(diseases))
        self._offer("second", [("", "—"), *((key, each.name) for key, each in self.people.items())])

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """A place has both numbers or none."""
        cleaned = super().clean() or {}
        if (cleaned.get("latitude") is None) != (cleaned.get("longitude") is None):
            self.add_error("longitude", _("Give latitude and longitude, or neither."))
        return cleaned


class RevisionForm(forms.Form):
    """Every act carries the revision that its page showed."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)


def _temperature() -> forms.DecimalField:
    return forms.DecimalField(
        label=_("Temperature in °C"), min_value=COLDEST, max_value=WARMEST, max_digits=4, decimal_places=1
    )


class HandOverForm(RevisionForm):
    """To whom, how warm, and how the seal is."""

    carrier = forms.CharField(label=_("Handed to"), max_length=80)
    temperature_c = _temperature()
    is_seal_intact = forms.BooleanField(label=_("The seal is intact"), required=False)
    note = forms.CharField(label=_("Remarks"), max_length=300, required=False)


class ReceiveForm(RevisionForm):
    """In which state it came."""

    giver = forms.CharField(label=_("Brought by"), max_length=80)
    temperature_c = _temperature()
    is_seal_intact = forms.BooleanField(label=_("The seal is intact and its number agrees"), required=False)
    count = forms.IntegerField(label=_("Number of seed"), min_value=0, max_value=MOST_SEED)
    note = forms.CharField(label=_("Remarks"), max_length=300, required=False)


class RejectForm(ReceiveForm):
    """What speaks against the sample."""

    rejection = forms.ChoiceField(label=_("Reason"), choices=list(REJECTIONS.items()))
    note = forms.CharField(label=_("Non-conformity"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    field_order = ("rejection", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["temperature_c"].required = False  # what came thawed or spilt has none that could be measured


class ResultForm(RevisionForm):
    """Method, raw values and result of one test; the result must be the one that the raw values say."""

    method = forms.ChoiceField(label=_("Accredited method"))
    instrument = forms.CharField(label=_("Instrument"), max_length=120)
    tested_on = forms.DateField(label=_("Tested on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    kind = forms.ChoiceField(label=_("Raw values"), choices=Test.Kind.choices, widget=forms.RadioSelect)
    readings = forms.CharField(
        label=_("Ct values"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("One well per line: its name, a space, the Ct value, or “—” where nothing amplified."),
    )
    positive_control = forms.FloatField(
        label=_("Ct of the positive control"), required=False, min_value=0.1, max_value=50
    )
    negative_control = forms.FloatField(
        label=_("Ct of the negative control"),
        required=False,
        min_value=0.1,
        max_value=50,
        help_text=_("Empty where nothing amplified, as it should be."),
    )
    examined = forms.IntegerField(label=_("Specimens examined"), required=False, min_value=0, max_value=MOST_SEED)
    positives = forms.IntegerField(label=_("Positive among them"), required=False, min_value=0, max_value=MOST_SEED)
    result = forms.ChoiceField(label=_("Test result"), choices=Test.Result.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("Remarks"), max_length=300, required=False)

    def __init__(self, *args: Any, methods: "Sequence[LaboratoryMethod]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.methods = {str(method.pk): method for method in methods}
        field = self.fields["method"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, method.standard) for key, method in self.methods.items()]

    def clean_tested_on(self) -> Any:
        """Nothing is tested tomorrow."""
        if self.cleaned_data["tested_on"] > today():
            raise forms.ValidationError(_("This day has not come yet."))
        return self.cleaned_data["tested_on"]

    def clean(self) -> dict[str, Any]:
        """Read the raw values and hold the result against them."""
        cleaned = super().clean() or {}
        kind, readings = cleaned.get("kind", ""), list[Reading]()
        if kind == Test.Kind.CT:
            try:
                readings = parse_readings(cleaned.get("readings") or "")
            except ReadingsError as error:
                self.add_error("readings", str(READING_FAULTS[error.reason]) % {"line": error.line})
                return cleaned
        cleaned["measured"] = Measured(
            kind=kind,
            readings=readings,
            positive_control=cleaned.get("positive_control"),
            negative_control=cleaned.get("negative_control"),
            examined=cleaned.get("examined") or 0,
            positives=cleaned.get("positives") or 0,
        )
        fault = fault_of(cleaned["measured"], cleaned["result"]) if kind and "result" in cleaned else None
        if fault is not None:
            self.add_error(fault.field, str(fault.message))
        return cleaned


READING_FAULTS = {
    "form": _("Line %(line)s is no reading. Write the well, a space and a number with at most three decimals."),
    "range": _("The Ct value in line %(line)s lies outside 0 to 50."),
    "twice": _("The well of line %(line)s is there twice."),
    "many": _("No more than 200 wells can be entered (line %(line)s)."),
    "none": _("Enter the Ct value of every well (line %(line)s)."),
}


class DisposeForm(RevisionForm):
    """How the rest was disposed of, and under whose eyes."""

    how = forms.CharField(label=_("Disposed of by"), max_length=120)
    witness = forms.CharField(label=_("Witness"), max_length=40)


class HandOutForm(forms.Form):
    """To whom, and how many."""

    agency = forms.ChoiceField(label=_("Agency"))
    count = forms.IntegerField(label=_("Number of seals"), min_value=1, max_value=10_000)


class SpoilForm(forms.Form):
    """Which unused seals were broken or lost."""

    agency = forms.ChoiceField(label=_("Agency"))
    first = forms.CharField(label=_("First seal"), max_length=20)
    last = forms.CharField(label=_("Last seal"), max_length=20)
    fate = forms.ChoiceField(label=_("Void or lost"), choices=(("void", _("void")), ("lost", _("lost"))))
    reason = forms.CharField(label=_("Reason"), max_length=200)
