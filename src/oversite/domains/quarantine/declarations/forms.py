"""Forms of declarations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversite.domains.quarantine.declarations.models import Declaration, PurchaseReport
from oversite.domains.quarantine.registry.queries import open_points, ponds_of, producers
from oversite.domains.quarantine.rules.quantities import LARGEST
from oversite.domains.quarantine.rules.queries import species


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ProducerForm(forms.Form):
    """For whom an officer declares at the point."""

    producer: Any = forms.ModelChoiceField(queryset=None, label=_("Producer"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["producer"].queryset = producers(user).filter(state="confirmed")  # type: ignore[attr-defined]


class DeclarationForm(forms.ModelForm[Declaration]):
    """A declaration; species and ponds are the producer's own."""

    class Meta:
        model = Declaration
        fields = (
            "point",
            "goods",
            "species",
            "product_name",
            "pond",
            "amount",
            "unit",
            "purpose",
            "origin",
            "caught_on",
            "departs_on",
            "from_kind",
            "from_area",
            "from_address",
            "to_kind",
            "to_area",
            "to_address",
            "consignee_name",
            "consignee_phone",
            "transport",
            "vehicle",
            "carrier_name",
            "carrier_phone",
            "declarant_name",
            "declarant_phone",
        )
        widgets = {"departs_on": DayInput(), "caught_on": DayInput()}
        help_texts = {
            "amount": _("A whole number; 2.5 ten thousand tails are 25,000 tails."),
            "from_area": _("Division code of six digits, such as 320583."),
            "to_area": _("Division code of six digits; the first two say the province."),
            "product_name": _("Only for products, as the certificate names it; seed and other live animals have none."),
            "caught_on": _("Only for seed caught in the wild."),
        }

    def __init__(self, *args: Any, producer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        licensed = species().filter(pk__in=producer.licensed.values("species_id"))
        self._offer("species", licensed)
        self._offer("pond", ponds_of(producer))
        self._offer("point", open_points())
        self.fields["amount"].max_value = LARGEST  # type: ignore[attr-defined]

    def _offer(self, name: str, queryset: Any) -> None:
        self.fields[name].queryset = queryset  # type: ignore[attr-defined]


class TruthForm(forms.Form):
    """The declarant answers for what is declared."""

    is_true = forms.BooleanField(
        label=_(
            "I answer for the truth and completeness of what I declare; "
            "otherwise the veterinarian may end the inspection."
        )
    )


class AcceptForm(forms.Form):
    """When and where veterinarians come."""

    visit_on = forms.DateField(label=_("Visit on"), widget=DayInput())
    visit_place = forms.CharField(label=_("Place of the visit"), max_length=200)


class AttachForm(forms.Form):
    """A paper or picture to attach."""

    KINDS = (
        ("licence", _("seed production licence")),
        ("water-certificate", _("aquaculture certificate")),
        ("production-record", _("production record")),
        ("introduction", _("certificate of introduced seed")),
        ("test-report", _("test report")),
        ("other", _("other paper")),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    file = forms.FileField(
        label=pgettext_lazy("a document", "File"),
        help_text=_("JPEG, PNG or PDF, at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )


class PurchaseForm(forms.ModelForm[PurchaseReport]):
    """Seed that came from another province."""

    arrived_at = forms.DateTimeField(
        label=_("Arrived at"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )

    class Meta:
        model = PurchaseReport
        fields = (
            "buyer_name",
            "buyer_phone",
            "species",
            "amount",
            "unit",
            "from_area",
            "seller_name",
            "certificate_number",
            "to_area",
            "to_address",
            "arrived_at",
            "note",
        )
        help_texts = {
            "from_area": _("Division code of six digits; the first two say the province."),
            "to_area": _("Division code of six digits, such as 320583."),
            "certificate_number": _("As printed on the certificate of the province of departure; empty: it had none."),
        }

    def __init__(self, *args: Any, producer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["species"].queryset = species()  # type: ignore[attr-defined]
        self.fields["amount"].max_value = LARGEST  # type: ignore[attr-defined]
        if producer is not None:
            del self.fields["buyer_name"]
