"""The construction list in the reader's words: on the page, as a workbook, on paper."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversite.base.audit.actions import record
from oversite.base.documents.actions import print_sheet
from oversite.common import clock
from oversite.oversight.rules import labels, queries
from oversite.oversight.rules.construction import lacks
from oversite.oversight.rules.engine.problems import FactsError
from oversite.oversight.rules.engine.rule import Rulebook
from oversite.oversight.rules.models import PlanLine
from oversite.oversight.rules.plan_rows import spec_row
from oversite.oversight.rules.visibility import Sight
from oversite.screens.columns import Column
from oversite.screens.excel import write_workbook
from oversite.screens.formats import CODE, State, StateFormat

if TYPE_CHECKING:
    from oversite.base.sites.models import Site

TEMPLATE = Path(__file__).parent / "construction.typ"

LINE_STATES = StateFormat(
    {
        PlanLine.State.PLANNED: State(_("planned"), "quiet"),
        PlanLine.State.BUILT: State(_("built"), "busy"),
        PlanLine.State.VERIFIED: State(_("verified"), "good"),
    }
)


LACKS = {
    "kind": _("is of another kind"),
    "abilities": _("lacks abilities"),
    "control": _("lacks the control right"),
    "sees": _("does not say yet that it sees all this"),
    "online": _("offline"),
}
"""Why a built camera is not verified yet."""


def _coded(row: Mapping[str, Any]) -> str:
    """The code of a line; one that is not allotted yet says so."""
    return _t("%(code)s (not allotted yet)") % {"code": row["code"]} if row["is_proposed"] else str(row["code"])


COLUMNS = (
    Column("number", pgettext_lazy("line of a list", "number"), lambda row: str(row["number"])),
    Column("area", _("area"), lambda row: row["area"]),
    Column("camera", _("camera"), lambda row: row["name"]),
    Column("state", _("state"), lambda row: row["word"], LINE_STATES),
    Column("kind", _("kind"), lambda row: row["kind"]),
    Column("control", _("control right"), lambda row: row["control"]),
    Column("abilities", _("abilities"), lambda row: row["abilities"]),
    Column("place", _("where it stands"), lambda row: row["mount"]),
    Column("sees", _("sees"), lambda row: row["sees"]),
    Column("code", _("camera code"), _coded, CODE),
    Column("text", _("lines on the picture"), lambda row: row["screen_text"]),
    Column("sign", _("notice"), lambda row: row["signs"]),
    Column("clauses", _("clauses"), lambda row: row["clauses"]),
)


def rows_of(site: "Site", user: Any) -> list[dict[str, Any]]:
    """Every line of the construction list with its state, as the user may read it."""
    plan, book = queries.current_plan(site), queries.book_of(site)
    if plan is None or book is None:
        return []
    areas, sight = queries.area_names(site), Sight(site, user)
    may_declare = user.has_perm("rules.declare")
    lines = plan.lines.select_related("camera__device", "camera__area")
    views = queries.area_views(site, book)
    rows = [(line, spec_row(spec, areas, book, sight, views)) for line, spec in _labelled(site, book, list(lines))]
    return [_row(line, row, sight, may_declare=may_declare) for line, row in rows]


def _labelled(site: "Site", book: Rulebook, lines: list[PlanLine]) -> list[tuple[PlanLine, dict[str, Any]]]:
    """The lines with what they specify; one without a code bears the one that it would get if all were allotted now."""
    specs = [{**line.spec, "code": line.code} for line in lines]
    if all(line.code for line in lines):
        return list(zip(lines, specs, strict=True))
    try:
        facts = queries.site_facts(site, book)
    except FactsError:
        return list(zip(lines, specs, strict=True))
    known = {"name": site.name, "uid": str(site.uid)}
    return list(zip(lines, labels.labelled(book, facts, known, specs), strict=True))


def _row(line: PlanLine, row: dict[str, Any], sight: Sight, *, may_declare: bool) -> dict[str, Any]:
    camera = line.camera if line.camera is not None and str(line.camera.uid) in sight.visible else None
    missing: list[str] = []
    if line.camera is not None and line.state == PlanLine.State.BUILT:
        missing = lacks(line, line.camera, queries.camera_declaration(line.camera))
    return {
        **row,
        "name": row["name"] if camera is None else camera.name,
        "number": line.number,
        "is_proposed": bool(row["code"]) and not line.code,
        "word": line.state,
        "state": LINE_STATES.html(line.state),
        "lacks": "、".join(str(LACKS[each]) for each in missing),
        "camera": camera,
        "is_to_declare": "sees" in missing and may_declare,
    }


def export_list(site: "Site", user: Any) -> IO[bytes]:
    """The construction list as a workbook."""
    rows = rows_of(site, user)
    stream = TemporaryFile()  # noqa: SIM115 - the response closes it
    write_workbook(stream, str(site), COLUMNS, rows)
    stream.seek(0)
    with transaction.atomic():
        record("rules.construction.exported", actor=user, subject=site, data={"rows": len(rows)})
    return stream


def print_list(site: "Site", user: Any) -> bytes:
    """The construction list as PDF, in Chinese as every official paper."""
    with translation.override("zh-hans"):
        rows = rows_of(site, user)
        keys = [column.key for column in COLUMNS]
        words = {state.value: str(state.label) for state in PlanLine.State}
        lines = [[words[row["word"]] if key == "state" else _text(row, key) for key in keys] for row in rows]
    return print_sheet(
        TEMPLATE,
        {"site": site.name, "code": site.code, "at": clock.beijing_text(clock.now()), "lines": lines},
    )


def _text(row: dict[str, Any], key: str) -> str:
    if key == "code":
        return _coded(row)
    return str(row[{"camera": "name", "place": "mount", "text": "screen_text", "sign": "signs"}.get(key, key)])
