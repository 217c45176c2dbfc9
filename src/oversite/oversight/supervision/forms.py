"""Forms of supervision sessions."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from oversite.common import clock
from oversite.oversight.supervision.models import Point, Session
from oversite.oversight.supervision.slots import Checklist, FollowUp, Item

if TYPE_CHECKING:
    from oversite.base.sites.models import Area
    from oversite.video.cameras.models import Camera


def in_language(zh: str, en: str) -> str:
    """The text of the two that the reader's language asks for."""
    return zh if (get_language() or "zh").startswith("zh") else en


class BeginForm(forms.Form):
    """How the site will be looked at."""

    mode = forms.ChoiceField(label=_("Mode"), choices=Session.Mode.choices, initial=Session.Mode.LIVE)


class MarkForm(forms.Form):
    """One mark: where, what was looked at, the result; `moment` is empty for a live picture of now."""

    camera = forms.ChoiceField(label=_("Camera"))
    area = forms.ChoiceField(label=_("Monitored point"), required=False)
    items = forms.MultipleChoiceField(
        label=_("Looked at"), required=False, widget=forms.CheckboxSelectMultiple, choices=()
    )
    content = forms.CharField(
        label=_("What was seen"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    grade = forms.ChoiceField(label=_("Result"), choices=Point.Grade.choices, widget=forms.RadioSelect)
    remark = forms.CharField(
        label=_("Remarks"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed for a minor or serious anomaly."),
    )
    moment = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-session-moment": ""}))

    def __init__(
        self,
        *,
        cameras: Sequence["Camera"],
        areas: Sequence["Area"],
        checklist: Checklist,
        is_of_recording: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.is_of_recording = is_of_recording
        self.cameras = {str(camera.uid): camera for camera in cameras}
        self.areas = {str(area.pk): area for area in areas}
        items = self._items(checklist)
        self.follow_ups = _follow_ups(items)
        self._offer("camera", [(uid, camera.name) for uid, camera in self.cameras.items()])
        self._offer(
            "area", [("", str(_("where the camera stands"))), *((pk, area.name) for pk, area in self.areas.items())]
        )
        self._offer("items", [(item.key, _item_label(item)) for item in items])
        for follow_up in self.follow_ups:
            self.fields[f"ask-{follow_up.key}"] = _follow_up_field(follow_up)

    @property
    def follow_up_names(self) -> list[str]:
        """The names of the follow-up fields."""
        return [f"ask-{follow_up.key}" for follow_up in self.follow_ups]

    def _items(self, checklist: Checklist) -> tuple[Item, ...]:
        """The items of the area that is chosen, or of the one in which the chosen camera stands."""
        given = self.data if self.is_bound else self.initial
        camera = self.cameras.get(str(given.get("camera") or "")) or next(iter(self.cameras.values()), None)
        area = self.areas.get(str(given.get("area") or "")) or (camera.area if camera else None)
        return checklist.items_for(area.kind) if area else checklist.items

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        if name != "items":
            field.widget.attrs |= {"data-mark-place": ""}

    def clean_moment(self) -> datetime | None:
        """The instant shown, or none for now of a live picture; the page sends ISO with a zone."""
        text = self.cleaned_data["moment"]
        if not text and not self.is_of_recording:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise forms.ValidationError(_("The moment shown is not known. Choose the picture again."))
        return moment

    def answers(self) -> dict[str, object]:
        """What was answered to the follow-up questions; unanswered ones are left out."""
        given = {follow_up.key: self.cleaned_data.get(f"ask-{follow_up.key}") for follow_up in self.follow_ups}
        return {key: answer for key, answer in given.items() if answer}

    def moment_text(self) -> str:
        """The moment as people read it."""
        moment = getattr(self, "cleaned_data", {}).get("moment")
        return clock.beijing_text(moment) if moment else ""


def _follow_ups(items: Sequence[Item]) -> list[FollowUp]:
    found: dict[str, FollowUp] = {}
    for item in items:
        found |= {follow_up.key: follow_up for follow_up in item.follow_ups}
    return list(found.values())


def _follow_up_field(follow_up: FollowUp) -> forms.Field:
    label = in_language(follow_up.label_zh, follow_up.label_en)
    if follow_up.kind == "yes-no":
        return forms.BooleanField(label=label, required=False)
    return forms.CharField(label=label, required=False, max_length=300)


def _item_label(item: Item) -> str:
    name = in_language(item.label_zh, item.label_en)
    return f"{name}：{in_language(item.look_for_zh, item.look_for_en)}"
