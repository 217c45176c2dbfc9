"""The generic form: one column, errors beside the field and summed on top; nothing typed is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from oversite.common.errors import Refused
from oversite.screens.form_errors import word_missing
from oversite.screens.page import PageView, go_to
from oversite.screens.slots import Words


@dataclass(frozen=True, slots=True)
class FormSection:
    """Fields that stand under one heading."""

    title: Words
    fields: Sequence[str]
    help: Words = ""


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field with the unit that stands inside it."""

    bound: forms.BoundField
    unit: Words

    @property
    def kind(self) -> str:
        """How the template draws it: `check`, `choices`, or `input`."""
        if isinstance(self.bound.field.widget, forms.CheckboxInput):
            return "check"
        if isinstance(self.bound.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
            return "choices"
        return "input"


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section with its fields bound."""

    title: Words
    help: Words
    fields: list[FieldView]


class Withholding(forms.BaseForm):
    """A form that some users see without certain fields; what they send under these all the same is handed on."""

    withheld: frozenset[str] = frozenset()

    def withhold(self, names: frozenset[str]) -> None:
        """Leave fields out."""
        self.withheld = names
        for name in names:
            del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What was cleaned, and raw what nobody asked for: it is the action that refuses it."""
        return {**self.cleaned_data, **{name: self.data[name] for name in self.withheld if name in self.data}}


class FormPage(PageView):
    """A form that calls one action; with `pk` in the address it edits, else it makes something new."""

    template_name = "screens/form.html"
    form_class: type[forms.BaseForm]
    sections: Sequence[FormSection] = ()
    units: Mapping[str, Words] = {}
    button: Words = _("Save")
    cancel_url = ""

    def perform(self, form: Any, user: Any) -> str:
        """Call the action with the cleaned form; returns where to go. A `Refused` is shown on top of the form."""
        raise NotImplementedError

    def initial(self) -> dict[str, Any]:
        """What the form starts with."""
        return {}

    def form(self, **kwargs: Any) -> forms.BaseForm:
        """Make the form; a model form gets the object that the address names."""
        kwargs.setdefault("initial", self.initial())
        if issubclass(self.form_class, forms.BaseModelForm) and self.model_pk in self.kwargs:
            kwargs.setdefault("instance", self.subject())
        return self.form_class(**kwargs)

    def cancel_to(self) -> str:
        """Where "cancel" leads."""
        return self.cancel_url or "../"

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The form."""
        del request
        return self.show_form(self.form())

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Act, or show the form again with what was typed and what is wrong with it."""
        form = self.form(data=request.POST, files=request.FILES)
        if not form.is_valid():
            return self.show_form(form, status=422)
        try:
            url = self.perform(form, self.user)
        except Refused as refused:
            return self.show_form(form, status=refused.status, refused=refused)
        return go_to(request, url)

    def show_form(self, form: Any, status: int = 200, refused: Refused | None = None) -> HttpResponse:
        """Render the page with the form."""
        self.remember(refused)
        subject = getattr(form, "instance", None)
        is_known = subject is not None and getattr(subject, "pk", None) is not None
        context = {
            "form": form,
            "section_views": section_views(form, self.sections, self.units),
            "refused": refused,
            "errors": error_list(form),
            "button": self.button,
            "cancel": self.cancel_to(),
            **({"subject": subject} if is_known else {}),
        }
        return self.show(context, status=status)


def section_views(
    form: forms.BaseForm, sections: Sequence[FormSection], units: Mapping[str, Words]
) -> list[SectionView]:
    """The visible fields in their sections; those that no section names come last."""
    word_missing(form)
    named = {name for section in sections for name in section.fields}
    rest = [field.name for field in form.visible_fields() if field.name not in named]
    all_sections = [*sections, *([FormSection("", rest)] if rest else [])]
    return [
        SectionView(
            section.title,
            section.help,
            [FieldView(dressed(form[name]), units.get(name, "")) for name in section.fields if name in form.fields],
        )
        for section in all_sections
    ]


def dressed(bound: forms.BoundField) -> forms.BoundField:
    """Give a field's control its classes and its ties to help and errors."""
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        css = "form-check-input"
    else:
        css = "form-select" if isinstance(widget, forms.Select) else "form-control"
    if bound.errors:
        css += " is-invalid"
    present = str(widget.attrs.get("class", ""))
    if css not in present:
        widget.attrs["class"] = f"{present} {css}".strip()
    return bound


def error_list(form: forms.BaseForm) -> list[tuple[str, str, list[str]]]:
    """The errors summed: (the control's id, the label, the sentences); errors of the whole form have no id."""
    word_missing(form)
    summed = [("", "", [str(error) for error in form.non_field_errors()])] if form.non_field_errors() else []
    summed += [
        ("" if field.is_hidden else control_id(field), str(field.label), [str(error) for error in field.errors])
        for field in form
        if field.errors
    ]
    return summed


def control_id(field: forms.BoundField) -> str:
    """The id of the control that an error leads to: of several boxes or buttons the first."""
    if isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return f"{field.auto_id}_0" if field.auto_id else ""
    return field.id_for_label
