"""Pages of the dated figures: each value with its day and source, entered one by one or from a workbook."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.common.errors import Refused
from oversite.common.sentences import sentence
from oversite.domains.quarantine.rules import actions, forms, queries
from oversite.domains.quarantine.rules.models import Setting
from oversite.domains.quarantine.rules.slots import SETTINGS
from oversite.domains.quarantine.rules.views import CHANGE, RulesList
from oversite.screens.acts import Act
from oversite.screens.columns import Column
from oversite.screens.filters import ChoiceFilter, TextFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, DATE, YES_NO
from oversite.screens.import_page import ImportColumn, Imported, ImportPage, ImportRow

PARTS = (
    ("declaration.", _("declarations")),
    ("inspection.", _("inspections")),
    ("sampling.", _("sampling plans")),
    ("test.", _("periodic tests")),
    ("treatment.", _("treatment")),
    ("certificate.", _("quarantine certificates")),
    ("purchase.", _("purchases")),
    ("finding.", _("Quarantine findings")),
    ("exchange.", _("Internet+Supervision")),
    ("exchange.codes.", _("code lists of Internet+Supervision")),
)


def value_text(row: Setting) -> str:
    """The value with its unit, or in words."""
    kind = SETTINGS[row.key]
    if kind.kind == "codes":
        return "；".join(row.value.splitlines())
    if kind.kind == "yes-no":
        return str(_("yes") if row.value == "yes" else _("no"))
    return f"{row.value} {kind.unit}".strip()


def counts_today(row: Setting) -> bool:
    """Whether it is the value that holds now."""
    day = queries.today()
    newer = Setting.objects.filter(key=row.key, effective_on__gt=row.effective_on, effective_on__lte=day)
    return row.effective_on <= day and not newer.exists()


class Settings(RulesList):
    """Every dated figure, the old values too."""

    name = "settings"
    title = _("Dated figures")
    lead = _("Periods, counts and switches with the day from which they hold and where they come from.")
    default_sort = "key"
    columns = (
        Column("label", _("figure"), lambda row: SETTINGS[row.key].label),
        Column("value", _("value"), value_text),
        Column("from", _("in force from"), "effective_on", DATE, "effective_on"),
        Column("now", _("counts today"), counts_today, YES_NO),
        Column("source", _("source"), "source"),
        Column("note", _("note"), "note"),
        Column("by", _("entered by"), "entered_by"),
        Column("key", _("key"), "key", CODE, "key", is_hidden=True),
    )

    filters = (
        TextFilter("q", _("key, value or source"), ("key", "value", "source")),
        ChoiceFilter("part", _("what it is about"), PARTS, "key__startswith"),
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.settings()

    def page_acts(self, user: Any) -> list[Act]:
        acts = super().page_acts(user)
        if user.has_perm(CHANGE):
            acts.append(Act(_("Import"), reverse("quarantine_rules:settings-import"), "file-import"))
        return acts

    def row_link(self, row: Any) -> str:
        return reverse("quarantine_rules:setting", args=[row.key]) if self.user.has_perm(CHANGE) else ""


class SettingEnter(FormPage):
    """Enter a value of a dated figure."""

    menu = "quarantine.rules"
    permission = CHANGE
    form_class = forms.SettingForm
    lead = _("The value before stays as it was until that day; what was decided under it stays right.")

    def heading(self, subject: Any = None) -> Any:
        return self.kind().label

    def kind(self) -> Any:
        """The figure that the address names."""
        found = SETTINGS.get(self.kwargs["key"])
        if found is None:
            raise Http404
        return found

    def form(self, **kwargs: Any) -> Any:
        self.kind()
        return super().form(key=self.kwargs["key"], day=queries.today(), **kwargs)

    def initial(self) -> dict[str, Any]:
        return {"value": queries.setting(self.kwargs["key"])}

    def cancel_to(self) -> str:
        return reverse("quarantine_rules:settings")

    def perform(self, form: Any, user: Any) -> str:
        values = form.cleaned_data
        actions.enter_setting(
            user,
            self.kwargs["key"],
            str(values["value"]),
            effective_on=values["effective_on"],
            source=values["source"],
            note=values["note"],
        )
        return self.cancel_to()


class SettingsImport(ImportPage):
    """Enter values from a workbook; the empty one holds what is in force, to be changed (req: Q14)."""

    menu = "quarantine.rules"
    title = _("Import dated figures")
    lead = _("The workbook to fill in holds what is in force: change values, days, sources. Other rows change nothing.")
    permission = CHANGE
    columns = (
        ImportColumn("key", _("key"), True),
        ImportColumn("label", _("figure")),
        ImportColumn("value", _("value entered"), True),
        ImportColumn("effective_on", _("in force from"), True),
        ImportColumn("source", _("source"), True),
        ImportColumn("note", _("note")),
    )

    def given_rows(self) -> list[dict[str, str]]:
        """Every figure as it is in force, from today on."""
        day = queries.today().isoformat()
        return [
            {
                "key": key,
                "label": str(SETTINGS[key].label),
                "value": row.value,
                "effective_on": day,
                "source": row.source,
                "note": row.note,
            }
            for key, row in queries.in_force("").items()
            if key in SETTINGS and row.value
        ]

    def check(self, rows: list[ImportRow], user: Any) -> None:
        """Add what is wrong with key and day."""
        for row in rows:
            if row.values["key"] not in SETTINGS:
                row.errors.append(_t("There is no dated figure with this key."))
            if _day(row.values["effective_on"]) is None:
                row.errors.append(_t("A day is written like 2026-11-21."))

    @transaction.atomic
    def apply(self, rows: list[ImportRow], user: Any) -> Imported:
        """Enter what differs from what is in force."""
        done, present = Imported(), queries.in_force("")
        for row in rows:
            before = present.get(row.values["key"])
            told = (row.values["value"].strip(), row.values["source"], row.values["note"])
            if before is not None and told == (before.value, before.source, before.note):
                done.note(before, before)
                continue
            self._enter(row, user)
            done.note(before, row)
        return done

    def _enter(self, row: ImportRow, user: Any) -> None:
        day = _day(row.values["effective_on"]) or queries.today()
        facts = {"source": row.values["source"], "note": row.values["note"]}
        try:
            actions.enter_setting(user, row.values["key"], row.values["value"], effective_on=day, **facts)
        except Refused as refused:
            told = sentence("Row %(number)s: %(problem)s") % {"number": row.number, "problem": str(refused)}
            raise Refused(refused.code, told, "Q14", refused.status) from refused


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
