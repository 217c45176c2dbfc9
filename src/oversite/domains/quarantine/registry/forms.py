"""Forms of the register."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _

from oversite.base.agencies.queries import agencies
from oversite.domains.quarantine.registry.models import (
    ContactEntry,
    Laboratory,
    LaboratoryMethod,
    LaboratoryPerson,
    PeriodicTest,
    Point,
    Pond,
    Problem,
    Producer,
    Veterinarian,
)
from oversite.domains.quarantine.registry.queries import open_points
from oversite.domains.quarantine.rules.divisions import codes_of
from oversite.domains.quarantine.rules.quantities import LARGEST
from oversite.domains.quarantine.rules.queries import diseases, farm_categories, species, today


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AreaField(forms.CharField):
    """Division codes, shown and typed with commas between them."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        try:
            return codes_of(str(value or ""))
        except ValueError as error:
            raise forms.ValidationError(
                _("“%(code)s” is no division code: six digits, such as 320500.") % {"code": str(error)[:20]}
            ) from error


def offered(form: forms.BaseForm, name: str, queryset: Any) -> None:
    """Let a field choose from `queryset`."""
    form.fields[name].queryset = queryset  # type: ignore[attr-defined]


def people(user: Any) -> Any:
    """The active accounts of the user's subtree."""
    return get_user_model().objects.filter(is_active=True, agency__path__startswith=user.agency.path)


def authorities(user: Any) -> Any:
    """The bodies of the subtree that may be in charge."""
    return agencies(user).filter(is_active=True).exclude(kind__in=("enterprise", "laboratory"))


class UserForm(forms.ModelForm[Any]):
    """A form whose choices depend on who fills it in."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if "agency" in self.fields:
            offered(self, "agency", authorities(user))
        self.offer()

    def offer(self) -> None:
        """Set the choices of further fields."""

    def validate_unique(self) -> None:
        """Leaves it to the model where the words of the form are good enough."""
        super().validate_unique()


class PointForm(UserForm):
    """A declaration point and its officers."""

    area_codes = AreaField(
        label=_("Area served"), help_text=_("Division codes that the point serves, such as 320500, 320583.")
    )
    officers: Any = forms.ModelMultipleChoiceField(
        queryset=None, label=_("Officers"), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Point
        fields = (
            "code",
            "name",
            "agency",
            "address",
            "hours",
            "phone",
            "fax",
            "area_codes",
            "latitude",
            "longitude",
            "is_active",
        )

    def offer(self) -> None:
        offered(self, "officers", people(self.user))
        if self.instance.pk:
            self.fields["officers"].initial = list(self.instance.officers.values_list("user_id", flat=True))


class VeterinarianForm(UserForm):
    """An official veterinarian."""

    area_codes = AreaField(label=_("Area of office"), help_text=_("Division codes, such as 320500."))

    class Meta:
        model = Veterinarian
        fields = ("user", "agency", "certificate_number", "valid_until_on", "area_codes", "phone", "is_active")
        widgets = {"valid_until_on": DayInput()}

    def offer(self) -> None:
        offered(self, "user", people(self.user))


OWN_FIELDS = (
    "licence_number",
    "licence_valid_until_on",
    "licence_issuer",
    "water_certificate",
    "address",
    "area_code",
    "latitude",
    "longitude",
    "contact_name",
    "contact_phone",
)


class OwnProducerForm(UserForm):
    """What a producer changes about itself."""

    licensed: Any = forms.ModelMultipleChoiceField(
        queryset=None, label=_("Species on the licence"), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Producer
        fields: tuple[str, ...] = OWN_FIELDS
        widgets = {"licence_valid_until_on": DayInput()}

    def offer(self) -> None:
        offered(self, "licensed", species())
        if self.instance.pk:
            self.fields["licensed"].initial = list(self.instance.licensed.values_list("species_id", flat=True))
        if "category" in self.fields:
            offered(self, "category", farm_categories())


class ProducerForm(OwnProducerForm):
    """What the agency in charge changes about a producer."""

    class Meta(OwnProducerForm.Meta):
        fields = ("name", "credit_code", "agency", "category", *OWN_FIELDS)


class RegisterForm(forms.ModelForm[Producer]):
    """The public registration of a producer; the point says which agency is in charge."""

    point: Any = forms.ModelChoiceField(queryset=None, label=_("Declaration point"))
    username = forms.RegexField(
        r"^[a-z0-9][a-z0-9_.-]{3,39}$",
        label=_("User name wished"),
        help_text=_("4 to 40 small letters, digits, dots and hyphens."),
    )
    licensed: Any = forms.ModelMultipleChoiceField(
        queryset=None, label=_("Species on the licence"), widget=forms.CheckboxSelectMultiple
    )
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Producer
        fields = ("name", "credit_code", *OWN_FIELDS)
        widgets = {"licence_valid_until_on": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered(self, "point", open_points())
        offered(self, "licensed", species())
        for name in ("licence_number", "address", "area_code", "contact_name", "contact_phone"):
            self.fields[name].required = True

    def validate_unique(self) -> None:
        """The action says it in better words, and tells a stranger no more than that."""


class PondForm(UserForm):
    """A pond with its stock."""

    class Meta:
        model = Pond
        fields = ("code", "species", "stock", "unit", "area_m2", "is_active")
        help_texts = {"stock": _("As counted or estimated now; declarations made from now on are deducted.")}

    def __init__(self, *args: Any, producer: Producer, **kwargs: Any) -> None:
        self.producer = producer
        super().__init__(*args, **kwargs)

    def offer(self) -> None:
        offered(self, "species", species().filter(pk__in=self.producer.licensed.values("species_id")))
        self.fields["stock"].max_value = LARGEST  # type: ignore[attr-defined]


class OwnLaboratoryForm(UserForm):
    """What a laboratory changes about itself."""

    class Meta:
        model = Laboratory
        fields: tuple[str, ...] = ("address", "latitude", "longitude", "contact_name", "contact_phone")


class LaboratoryForm(UserForm):
    """A laboratory with accreditation and designation."""

    class Meta:
        model = Laboratory
        fields = (
            "name",
            "agency",
            "unit",
            "cma_number",
            "cma_valid_until_on",
            "cnas_number",
            "cnas_valid_until_on",
            "designated_by",
            "designation_number",
            "designated_until_on",
            "address",
            "latitude",
            "longitude",
            "contact_name",
            "contact_phone",
            "is_active",
        )
        widgets = dict.fromkeys(("cma_valid_until_on", "cnas_valid_until_on", "designated_until_on"), DayInput())

    def offer(self) -> None:
        offered(self, "unit", agencies(self.user).filter(kind="laboratory"))


class MethodForm(UserForm):
    """A method."""

    class Meta:
        model = LaboratoryMethod
        fields = ("disease", "standard", "valid_until_on")
        widgets = {"valid_until_on": DayInput()}

    def offer(self) -> None:
        offered(self, "disease", diseases())


class PersonForm(UserForm):
    """Somebody of a laboratory."""

    class Meta:
        model = LaboratoryPerson
        fields = ("name", "user", "duty", "qualification", "is_active")

    def offer(self) -> None:
        offered(self, "user", people(self.user))


class CallForm(forms.Form):
    """A verification or a contact list that is asked for."""

    title = forms.CharField(label=_("Title"), max_length=120)
    deadline_on = forms.DateField(label=_("Deadline"), widget=DayInput())


class ContactForm(forms.ModelForm[ContactEntry]):
    """A row of annex 2."""

    class Meta:
        model = ContactEntry
        fields = ("name", "unit", "post", "contact", "remarks")
        labels = {"name": _("person's name")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "unit", "post", "contact"):
            self.fields[name].required = True


class ProblemForm(forms.ModelForm[Problem]):
    """A problem report."""

    class Meta:
        model = Problem
        fields = ("title", "text", "where")
        help_texts = {"where": _("The page or the paper on which it showed, if any.")}


class AnswerForm(forms.Form):
    """An answer, and where the report stands with it."""

    text = forms.CharField(label=_("Answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))
    state = forms.ChoiceField(label=_("State"), choices=Problem.State.choices)

    def __init__(self, *args: Any, may_answer: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_answer:
            own = (Problem.State.OPEN, Problem.State.CLOSED)
            self.fields["state"].choices = [(state.value, state.label) for state in own]  # type: ignore[attr-defined]


class TestForm(forms.ModelForm[PeriodicTest]):
    """The result of a periodic test."""

    class Meta:
        model = PeriodicTest
        fields = ("sampled_on", "laboratory", "report_number", "result")
        widgets = {"sampled_on": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = True
        self.initial["sampled_on"] = self.initial.get("sampled_on") or today()
        self.fields["result"].choices = [("", "—"), *PeriodicTest.Result.choices]  # type: ignore[attr-defined]


class ConfirmForm(forms.Form):
    """The user name that a producer gets."""

    username = forms.RegexField(r"^[a-z0-9][a-z0-9_.-]{3,39}$", label=_("User name"))
