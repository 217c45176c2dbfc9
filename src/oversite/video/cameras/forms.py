"""Forms of the register; what they find wrong is said beside the field."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.queries import restrict
from oversite.base.sites.queries import areas_at, operated_sites
from oversite.screens.form_page import Withholding
from oversite.video.cameras import checks, queries
from oversite.video.cameras.identities import kind_problem, typed_digits
from oversite.video.cameras.models import ABILITIES, Camera, CameraGroup, Device
from oversite.video.cameras.naming import name_made_at
from oversite.video.cameras.operators import DECLARE, operators_fields

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

CHARSETS = (("", _("by the version of the standard")), ("GB18030", "GB18030"), ("GB2312", "GB2312"), ("UTF-8", "UTF-8"))
TYPED_LENGTH = 60
"""Identities are typed with spaces and hyphens; what is left of them is checked."""


def _narrow(form: forms.ModelForm[Any], user: "User") -> None:
    """Offer only what the user may use."""
    for name, path in (("site", "agency"), ("agency", "")):
        choice = form.fields.get(name)
        if isinstance(choice, forms.ModelChoiceField) and choice.queryset is not None:
            choice.queryset = restrict(choice.queryset, user, None, path)


class KindCheck(forms.BaseForm):
    """Asks again where the identity speaks of another kind of device; whoever knows better says so with a tick."""

    def ask_kind(self, gb_id: object, kind: str) -> None:
        """Put the tick into the form where it is needed; it is not there otherwise."""
        self.kind_doubt = kind_problem(typed_digits(gb_id), kind)
        if self.kind_doubt:
            self.fields["is_kind_sure"] = forms.BooleanField(
                label=_("The kind is right although the identity speaks of another"), required=False
            )

    def doubt(self, cleaned: dict[str, Any]) -> str:
        """What to say beside the identity, or nothing."""
        if not self.kind_doubt or cleaned.get("is_kind_sure"):
            return ""
        advice = _("Correct it, or tick below that the kind is right.")
        return f"{self.kind_doubt} {advice}"


class CameraForm(KindCheck, forms.ModelForm[Camera]):
    """Everything that people enter about a camera; what is measured is not here."""

    gb_id = forms.CharField(label=_("GB/T 28181 identity"), max_length=TYPED_LENGTH, help_text=_("20 digits"))
    camera_code = forms.CharField(label=_("customs code"), max_length=TYPED_LENGTH, required=False)
    abilities = forms.MultipleChoiceField(
        label=_("Abilities"), choices=ABILITIES, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Camera
        fields = (
            "name",
            "gb_id",
            "camera_code",
            "site",
            "area",
            "device",
            "mount",
            "abilities",
            "control_right",
            "has_sub_stream",
            "records",
            "everyday_view",
            "everyday_preset",
            "line",
            "manufacturer",
            "model",
            "conforms_to",
            "compatible_with",
            "certificate_number",
            "certificate_expires_on",
            "is_active",
        )
        widgets = {"certificate_expires_on": forms.DateInput(attrs={"type": "date"})}

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        _narrow(self, user)
        self.ask_kind(self.data.get("gb_id", ""), Device.Kind.CAMERA)
        device = self.fields["device"]
        assert isinstance(device, forms.ModelChoiceField)
        device.queryset = queries.devices(user, "cameras.change")
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)
        if area.queryset is not None:
            area.queryset = restrict(area.queryset, user, None, "site__agency").select_related("site")
        area.label_from_instance = lambda row: f"{row.site.name} · {row.name}"  # type: ignore[method-assign, assignment]
        if self.instance.pk and name_made_at(self.instance):
            self.fields["name"].disabled = True
            self.fields["name"].help_text = _("The text on the picture; it is made by the register of positions.")

    def clean_gb_id(self) -> str:
        """Twenty digits that no other camera has."""
        gb_id = typed_digits(self.cleaned_data["gb_id"])
        problem = checks.camera_gb_id_problem(gb_id, self.user, self.instance)
        if problem:
            raise forms.ValidationError(problem)
        return gb_id

    def clean_camera_code(self) -> str:
        """A customs code that no other camera has, or none."""
        code = typed_digits(self.cleaned_data["camera_code"])
        problem = checks.camera_code_problem(code, self.user, self.instance)
        if problem:
            raise forms.ValidationError(problem)
        return code

    def clean(self) -> dict[str, Any]:
        """The area is one of the site's."""
        cleaned = super().clean() or {}
        site, area = cleaned.get("site"), cleaned.get("area")
        if site is not None and area is not None and area.site_id != site.pk:
            self.add_error("area", _("The area belongs to another site. Choose an area of this site."))
        if doubt := self.doubt(cleaned):
            self.add_error("gb_id", doubt)
        return cleaned


class OperatorsCameraForm(Withholding, CameraForm):
    """A camera as the operator of its site enters it: what is the agency's to say is not asked."""

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.withhold(frozenset(self.fields) - operators_fields(self.instance) - {"is_kind_sure"})
        if "gb_id" in self.withheld:
            self.kind_doubt = None
            self.fields.pop("is_kind_sure", None)
        sites = operated_sites(user, DECLARE)
        area, site = self.fields["area"], self.fields.get("site")
        assert isinstance(area, forms.ModelChoiceField)
        own = sites if site else sites.filter(pk=self.instance.site_id)
        area.queryset = areas_at(own)
        if isinstance(site, forms.ModelChoiceField):
            site.queryset = sites
            site.help_text = _("The sites that you operate.")


class DeviceForm(KindCheck, forms.ModelForm[Device]):
    """A device as it will register; its password is only ever written."""

    charset = forms.ChoiceField(
        label=_("Character set"),
        choices=CHARSETS,
        required=False,
        help_text=_("Only where the device does not keep to its version of the standard."),
    )

    gb_id = forms.CharField(label=_("GB/T 28181 identity"), max_length=TYPED_LENGTH, help_text=_("20 digits"))
    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=64,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("With which the device registers. Leave empty to keep the present one."),
    )

    class Meta:
        model = Device
        fields = ("name", "gb_id", "kind", "site", "media_transport", "charset", "is_active")

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        _narrow(self, user)
        self.ask_kind(self.data.get("gb_id", ""), self.data.get("kind", ""))

    def clean(self) -> dict[str, Any]:
        """The identity does not speak of another kind of device, or somebody is sure all the same."""
        cleaned = super().clean() or {}
        if doubt := self.doubt(cleaned):
            self.add_error("gb_id", doubt)
        return cleaned

    def clean_gb_id(self) -> str:
        """Twenty digits that no other device has."""
        gb_id = typed_digits(self.cleaned_data["gb_id"])
        problem = checks.device_gb_id_problem(gb_id, self.user, self.instance)
        if problem:
            raise forms.ValidationError(problem)
        return gb_id


class ClaimForm(forms.Form):
    """Where a channel of a recorder enters the register."""

    name = forms.CharField(label=_("Name"), max_length=120)
    mount = forms.ChoiceField(label=_("Kind"), choices=Camera.Mount.choices)
    records = forms.BooleanField(label=_("Recorded around the clock"), required=False)

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"] = forms.ModelChoiceField(label=_("Area"), queryset=areas, required=False)


class GroupForm(forms.ModelForm[CameraGroup]):
    """A group of cameras that grants may be narrowed to."""

    class Meta:
        model = CameraGroup
        fields = ("name", "agency", "cameras")
        widgets = {"cameras": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _narrow(self, user)
        cameras = self.fields["cameras"]
        assert isinstance(cameras, forms.ModelMultipleChoiceField)
        cameras.queryset = queries.registered_cameras(user, "cameras.change")
        cameras.label_from_instance = queries.title  # type: ignore[method-assign, assignment]
