"""What a form lacks in words that say what to do: which field is to be filled in, chosen, ticked or attached."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

DEFAULT = forms.Field.default_error_messages["required"]
CHOSEN = (forms.Select, forms.SelectMultiple, forms.RadioSelect, forms.CheckboxSelectMultiple)


def word_missing(form: forms.BaseForm) -> None:
    """Have every field that was left empty say what it wants, by its label; a form's own words are left as they are."""
    for bound in form:
        errors: list[Any] = getattr(bound.errors, "data", [])
        for place, error in enumerate(errors):
            if isinstance(error, ValidationError) and error.code == "required" and error.message == DEFAULT:
                errors[place] = ValidationError(missing(bound), code="required")


def missing(bound: forms.BoundField) -> str:
    """What an empty field asks for."""
    widget, label = bound.field.widget, bound.label
    if isinstance(widget, CHOSEN):
        words = _("Please choose: {label}.")
    elif isinstance(widget, forms.CheckboxInput):
        words = _("Please tick “{label}”.")
    elif isinstance(widget, forms.FileInput):
        words = _("Please attach: {label}.")
    else:
        words = _("Please fill in: {label}.")
    return words.format(label=label)


def all_errors(form: forms.BaseForm) -> str:
    """All that is wrong with a form, as one text for a script to show."""
    word_missing(form)
    return " ".join(str(error) for errors in form.errors.values() for error in errors)
