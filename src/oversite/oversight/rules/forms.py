"""Forms: what is declared of sites, areas and cameras; judgements, rulings, plans, plan pictures."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oversite.oversight.rules import choices
from oversite.oversight.rules.engine.fact_reading import MAX_PART_COUNT
from oversite.oversight.rules.engine.facts import AreaFacts
from oversite.oversight.rules.engine.planning import KIND_COST
from oversite.oversight.rules.engine.rule import Rule, Rulebook
from oversite.oversight.rules.engine.words import CONTROL_LABELS, KIND_LABELS
from oversite.oversight.rules.models import Judgement, Ruling

PART = "part_"
FACT = "fact_"


class FactFields(forms.Form):
    """A form with a field per plain fact of a holder."""

    def add_facts(
        self,
        book: Rulebook,
        of: str,
        present: Mapping[str, Any],
        *,
        only: Collection[str] | None = None,
        without: Collection[str] = (),
    ) -> None:
        """Add the fields (`only` these, `without` those); what was declared is there already.

        What was declared of a fact that is not asked now is kept.
        """
        self.kept = {word: present[word] for word in without if word in present}
        for word, fact in book.vocabulary.facts.items():
            if fact.of != of or word in without or (only is not None and word not in only):
                continue
            label = choices.said(fact.label)
            field: forms.Field
            if fact.type == "yes":
                field = forms.TypedChoiceField(
                    choices=[("", _("not said")), ("yes", _("yes")), ("no", _("no"))], required=False
                )
                shown: object = {True: "yes", False: "no"}.get(present.get(word), "")  # type: ignore[arg-type]
            elif fact.type == "number":
                field = forms.IntegerField(min_value=0, max_value=10_000_000, required=False)
                shown = present.get(word)
            else:
                offered = [(value, choices.said(said)) for value, said in fact.values.items()]
                field = forms.ChoiceField(choices=[("", _("not said")), *offered], required=False)
                shown = present.get(word, "")
            field.label, field.initial = label, shown
            self.fields[FACT + word] = field

    def facts(self) -> dict[str, Any]:
        """What was said; empty fields say nothing."""
        found: dict[str, Any] = dict(self.kept)
        for name, value in self.cleaned_data.items():
            if name.startswith(FACT) and value not in {None, ""}:
                found[name.removeprefix(FACT)] = {"yes": True, "no": False}.get(value, value)
        return found


class SiteForm(FactFields):
    """Features and facts of a site."""

    features = forms.MultipleChoiceField(label=_("Features"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        *args: Any,
        book: Rulebook,
        features: list[str],
        facts: Mapping[str, Any],
        known: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        """What is `known` without anybody's word is not asked."""
        super().__init__(*args, **kwargs)
        words = book.vocabulary.features.items()
        self.fields["features"].choices = [(word, choices.said(label)) for word, label in words]  # type: ignore[attr-defined]
        self.fields["features"].initial = features
        self.add_facts(book, "site", facts, without=known)


class AreaForm(FactFields):
    """What an area consists of."""

    area_class = forms.ChoiceField(label=_("Functional area"), required=False)
    zone = forms.ChoiceField(label=_("Zone"), required=False)
    features = forms.MultipleChoiceField(label=_("Features"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self, *args: Any, book: Rulebook, site_class: str, area: AreaFacts, rules: list[Rule], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.book = book
        nothing = [("", _("none"))]
        self._offer("area_class", [*nothing, *choices.class_choices(book, area.kind)], area.area_class)
        self._offer("zone", [*nothing, *choices.zone_choices(book, site_class)], area.zone)
        self._offer("features", choices.features_asked(book, rules), sorted(area.features))
        for word in choices.parts_asked(book, rules):
            part = book.vocabulary.parts[word]
            self.fields[PART + word] = forms.IntegerField(
                label=choices.said(part.label),
                min_value=0,
                max_value=MAX_PART_COUNT,
                initial=book.vocabulary.part_count(word, area.parts),
            )
        self.add_facts(book, "area", area.facts, only=choices.area_facts_asked(rules))

    def _offer(self, name: str, offered: list[Any], present: Any) -> None:
        """Fill a field's choices; one without any is left out."""
        if not [each for each in offered if each[0]]:
            del self.fields[name]
            return
        self.fields[name].choices = offered  # type: ignore[attr-defined]
        self.fields[name].initial = present

    def values(self) -> dict[str, Any]:
        """What goes into the declaration; a part with as many as nothing said would give is left out."""
        parts = {name.removeprefix(PART): n for name, n in self.cleaned_data.items() if name.startswith(PART)}
        vocabulary = self.book.vocabulary
        return {
            "area_class": self.cleaned_data.get("area_class", ""),
            "zone": self.cleaned_data.get("zone", ""),
            "features": self.cleaned_data.get("features", []),
            "parts": {word: count for word, count in parts.items() if count != vocabulary.part_count(word, {})},
            "facts": self.facts(),
        }


class CameraForm(FactFields):
    """What a camera sees."""

    is_declared = forms.BooleanField(label=_("What it sees has been looked at"), required=False)
    sees = forms.MultipleChoiceField(label=_("Sees"), required=False, widget=forms.CheckboxSelectMultiple)
    stands = forms.MultipleChoiceField(label=_("Stands on"), required=False, widget=forms.CheckboxSelectMultiple)
    mount = forms.MultipleChoiceField(label=_("Mounting"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        *args: Any,
        book: Rulebook,
        area: AreaFacts | None,
        rules: list[Rule],
        declared: Mapping[str, Any],
        proposed: Mapping[str, Any] | None = None,
        known: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        """`proposed` fills the boxes of a camera that nobody has declared yet; that it was seen, a person says.

        What is `known` without anybody's word is not asked.
        """
        super().__init__(*args, **kwargs)
        is_declared = declared.get("sees") is not None
        if proposed is not None:
            declared = {**declared, **proposed}
            self.fields["is_declared"].help_text = _(
                "From the camera plan: please compare it with the picture and confirm"
            )
        sights = choices.sights_asked(book, area, rules) if area else []
        seen, ticked = choices.with_declared(sights, declared.get("sees") or ())
        offered = {
            "sees": seen,
            "stands": choices.stands_asked(book, area, rules) if area else [],
            "mount": choices.mounts_asked(book, rules),
        }
        for name, words in offered.items():
            if words:
                self.fields[name].choices = words  # type: ignore[attr-defined]
                self.fields[name].initial = ticked if name == "sees" else declared.get(name) or []
            else:
                del self.fields[name]
        self.fields["is_declared"].initial = is_declared
        self.is_proposed = proposed is not None
        self.add_facts(book, "camera", declared.get("facts") or {}, without=known)

    def clean(self) -> dict[str, Any]:
        """What a plan proposes is no declaration until somebody says that they looked."""
        given = super().clean() or {}
        if self.is_proposed and given.get("sees") and not given.get("is_declared"):
            self.add_error("is_declared", _("Open the live picture and say that you have looked"))
        return given

    def values(self) -> dict[str, Any]:
        """What goes into the declaration; undeclared leaves everything open."""
        if not self.cleaned_data["is_declared"]:
            return {"sees": None, "stands": None, "mount": None, "facts": self.facts()}
        names = ("sees", "stands", "mount")
        return {**{name: self.cleaned_data.get(name, []) for name in names}, "facts": self.facts()}


class JudgementForm(forms.Form):
    """An officer's word on a finding."""

    verdict = forms.ChoiceField(label=_("Verdict"), choices=Judgement.Verdict.choices, widget=forms.RadioSelect)


class ReportForm(forms.Form):
    """What the signature line of a report says besides name and time."""

    place = forms.CharField(label=_("Place of signing"), max_length=100, required=False)


class RulingForm(forms.Form):
    """Customs' word about a rule."""

    kind = forms.ChoiceField(label=_("Ruling"), choices=Ruling.Kind.choices, widget=forms.RadioSelect)
    citation = forms.CharField(
        label=_("Citation"), max_length=200, required=False, help_text=_("the other authority's rule, where it governs")
    )


class PlanForm(forms.Form):
    """Which cameras a plan keeps, and how far it goes."""

    keep = forms.MultipleChoiceField(
        label=_("Cameras to keep"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The plan is made around them. Untick only what is to be taken down."),
    )
    with_as_required = forms.BooleanField(label=_("Plan also what customs may require"), required=False)
    held = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, cameras: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if cameras:
            self.fields["keep"].choices = cameras  # type: ignore[attr-defined]
            self.fields["keep"].initial = [uid for uid, _name in cameras]
        else:
            del self.fields["keep"]


class AreaChoice(forms.Form):
    """Where a camera is to be added by hand."""

    add_area = forms.ChoiceField(label=_("Area"))

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["add_area"].choices = areas  # type: ignore[attr-defined]


class AddedCamera(forms.Form):
    """A planned camera that is entered by hand."""

    add_kind = forms.ChoiceField(label=_("Kind"))
    add_control = forms.ChoiceField(label=_("Control right"), required=False)
    add_abilities = forms.MultipleChoiceField(label=_("Abilities"), required=False, widget=forms.CheckboxSelectMultiple)
    add_stands = forms.MultipleChoiceField(label=_("Stands on"), required=False, widget=forms.CheckboxSelectMultiple)
    add_mount = forms.MultipleChoiceField(label=_("Mounting"), required=False, widget=forms.CheckboxSelectMultiple)
    add_sees = forms.MultipleChoiceField(label=_("Sees"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, book: Rulebook, area: AreaFacts, rules: list[Rule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "kind": [(word, choices.said(KIND_LABELS[word])) for word in KIND_COST],
            "control": [("", _("none")), *((word, choices.said(label)) for word, label in CONTROL_LABELS.items())],
            "abilities": [(word, choices.said(label)) for word, label in book.vocabulary.abilities.items()],
            "stands": choices.stands_asked(book, area, rules),
            "mount": choices.mounts_asked(book, rules),
            "sees": choices.sights_asked(book, area, rules),
        }
        self.area = area.id
        for name, words in offered.items():
            if words:
                self.fields[f"add_{name}"].choices = words  # type: ignore[attr-defined]
            else:
                del self.fields[f"add_{name}"]

    def spec(self) -> dict[str, Any]:
        """The camera as the facts of a site have it."""
        given = {name.removeprefix("add_"): value for name, value in self.cleaned_data.items()}
        lists = {name: given.get(name, []) for name in ("abilities", "stands", "mount", "sees")}
        return {**lists, "kind": given["kind"], "control": given["control"] or None, "area": self.area}


class PictureForm(forms.Form):
    """A floor plan."""

    picture = forms.FileField(label=_("Picture"), help_text=_("PNG, JPEG or WebP, at most 20 MB"))
