"""Forms of evidence."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oversite.common.clock import BEIJING
from oversite.video.evidence.models import Export


class KeepForm(forms.Form):
    """Which footage is kept, and why."""

    cameras = forms.MultipleChoiceField(label=_("Cameras"), widget=forms.CheckboxSelectMultiple)
    from_at = forms.CharField(
        label=_("From"), widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}), max_length=40
    )
    until_at = forms.CharField(
        label=_("Until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}), max_length=40
    )
    title = forms.CharField(label=_("Title"), max_length=160, required=False)
    reason = forms.CharField(label=_("Why it is kept"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cameras"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices

    def clean_from_at(self) -> datetime:
        """A Beijing time."""
        return _instant(self.cleaned_data["from_at"])

    def clean_until_at(self) -> datetime:
        """A Beijing time."""
        return _instant(self.cleaned_data["until_at"])


class ExportForm(forms.Form):
    """On what ground evidence leaves the platform, what for, and to whom."""

    basis = forms.ChoiceField(label=_("Basis"), choices=Export.Basis.choices, widget=forms.RadioSelect)
    basis_text = forms.CharField(
        label=_("Consent or provision"),
        max_length=300,
        help_text=_("Number of the written consent, or the article of the law."),
    )
    purpose = forms.CharField(label=_("Purpose"), max_length=300)
    recipient = forms.CharField(label=_("Goes to"), max_length=160)


def local_text(instant: datetime) -> str:
    """An instant as a `datetime-local` control holds it."""
    return instant.astimezone(BEIJING).replace(tzinfo=None, microsecond=0).isoformat()


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise forms.ValidationError(_("A time is written like 2026-11-21 14:05:09.")) from error
    instant = instant if instant.tzinfo is not None else instant.replace(tzinfo=BEIJING)
    if not 2000 <= instant.year <= 2100:
        raise forms.ValidationError(_("A time is written like 2026-11-21 14:05:09."))
    return instant + timedelta(0)
