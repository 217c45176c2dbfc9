"""Forms of the customs register; what they find wrong is said beside the field."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oversite.base.agencies.queries import agencies
from oversite.domains.customs import queries
from oversite.domains.customs.codes import Circumstance, tables
from oversite.domains.customs.models import (
    CameraPosition,
    CustomsHouse,
    MachineRoom,
    RoomEquipment,
    ShortName,
    SiteRegistration,
)
from oversite.domains.customs.reading import in_language
from oversite.domains.customs.signs import SignSize
from oversite.video.cameras.queries import devices, registered_cameras

DATE = forms.DateInput(attrs={"type": "date"})


def entries(part: str) -> list[tuple[str, str]]:
    """The codes of a table with their labels, to choose from."""
    return [(digits, f"{digits} {in_language(entry.label)}") for digits, entry in tables().entries[part].items()]


def circumstances() -> list[tuple[str, str]]:
    """The special cases, to choose from."""
    return [(each.value, in_language(tables().circumstances[each].label)) for each in Circumstance]


class HouseForm(forms.ModelForm[CustomsHouse]):
    """What an agency is in codes and on pictures."""

    class Meta:
        model = CustomsHouse
        fields = ("agency", "district", "regional_name", "house_name")
        help_texts = {
            "regional_name": _("in full, such as 上海海关; the text on pictures leaves 海关 out before the house"),
            "house_name": _("in full, such as 洋山海关; for the regional customs itself its own name again"),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies(user).filter(is_active=True)  # type: ignore[attr-defined]

    def validate_unique(self) -> None:
        """The act says who has it already, in words."""


class ShortNameForm(forms.ModelForm[ShortName]):
    """A full name and the one that stands for it."""

    class Meta:
        model = ShortName
        fields = ("kind", "full", "short", "agency")
        help_texts = {
            "full": _("exactly as the register of sites or houses has it"),
            "short": _("no other name may have it; pictures show it only where the full name does not fit"),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies(user).filter(is_active=True)  # type: ignore[attr-defined]

    def validate_unique(self) -> None:
        """The act says who has it already, in words."""


class RegistrationForm(forms.ModelForm[SiteRegistration]):
    """A site in the register."""

    site_class = forms.ChoiceField(label=_("class of the site"))
    circumstances = forms.MultipleChoiceField(
        label=_("special cases"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sign_size = forms.ChoiceField(label=_("size of the notices"))

    class Meta:
        model = SiteRegistration
        fields = ("house", "registration_code", "site_class", "circumstances", "reason", "place_name", "sign_size")
        help_texts = {
            "registration_code": _("its last three digits become digits 5 to 7; empty: they come from the pool"),
            "reason": _("needed for 18 and 41 only"),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["house"].queryset = queries.houses(user, None)  # type: ignore[attr-defined]
        self.fields["site_class"].choices = entries("site_class")  # type: ignore[attr-defined]
        self.fields["circumstances"].choices = circumstances()  # type: ignore[attr-defined]
        self.fields["sign_size"].choices = [  # type: ignore[attr-defined]
            (size.value, in_language(size.label)) for size in SignSize
        ]


class PositionForm(forms.ModelForm[CameraPosition]):
    """What a position says beside its code."""

    class Meta:
        model = CameraPosition
        fields = (
            "business",
            "area",
            "mounted_at",
            "is_steerable",
            "control_right",
            "screen_lines",
            "line_characters",
            "hanzi_width",
        )

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["screen_lines"].widget.attrs |= {"min": 1, "max": 8}
        self.fields["line_characters"].widget.attrs |= {"min": 4, "max": 64}


class AssignForm(forms.Form):
    """Which camera hangs at a position from now on."""

    camera: Any = forms.ModelChoiceField(label=_("camera"), queryset=None)
    reason = forms.CharField(label=_("reason"), max_length=200, required=False)

    def __init__(self, *args: Any, user: Any, position: CameraPosition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = CameraPosition.objects.filter(camera__isnull=False).exclude(pk=position.pk).values("camera")
        cameras = registered_cameras(user, "cameras.read").filter(site=position.registration.site, is_active=True)
        self.fields["camera"].queryset = cameras.exclude(pk__in=taken)  # type: ignore[attr-defined]


class RoomForm(forms.ModelForm[MachineRoom]):
    """A machine room or cabinet."""

    class Meta:
        model = MachineRoom
        fields = ("kind", "name", "stands_at", "network_security", "assessed_on", "basis")
        widgets = {"assessed_on": DATE}


class EquipmentForm(forms.ModelForm[RoomEquipment]):
    """A piece of equipment in a room."""

    class Meta:
        model = RoomEquipment
        fields = ("purpose", "name", "model", "device")

    def __init__(self, *args: Any, user: Any, room: MachineRoom, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["device"].queryset = devices(user, "cameras.read").filter(  # type: ignore[attr-defined]
            site=room.site
        )
