"""The gap report: every line with its clause, as A4 PDF signed for the officer, and as a workbook."""

from collections.abc import Sequence
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from django.db import transaction

from oversite.base.audit.actions import record
from oversite.base.documents import actions as documents
from oversite.base.sites.queries import areas_of
from oversite.common import clock, config
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.common.signing import open_signer
from oversite.oversight.rules import actions, queries
from oversite.oversight.rules.models import Evaluation
from oversite.oversight.rules.queries import Judged
from oversite.oversight.rules.tabs import FINDING_COLUMNS, clauses
from oversite.screens.excel import write_workbook
from oversite.video.cameras.queries import cameras_at

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.documents.models import Document
    from oversite.base.sites.models import Site

FORM = "rules.gap-report"
OUTCOME_ZH = {
    "met": "符合",
    "not_met": "不符合",
    "judgement": "需判断",
    "not_applicable": "不适用",
    "governed_elsewhere": "从其他规定",
}


@transaction.atomic
def sign_report(actor: "User", site: "Site") -> "Document":
    """Print the gap report of the newest evaluation and sign it for the officer. Raises `Refused`."""
    actions.require_judge(actor, site)
    evaluation = actions.evaluate_site(site, "report")
    if evaluation is None or evaluation.problem:
        raise Refused(
            "rules.report.none",
            _("This site cannot be judged yet: %(problem)s") % {"problem": evaluation.problem if evaluation else ""},
            "C-eval",
            409,
        )
    document = documents.print_document(
        actor,
        FORM,
        report_data(actor, evaluation),
        number=f"{site.code}-{evaluation.pk}",
        subject=site,
        agency=site.agency,
        signer=open_signer(config.current().keys_dir, actions.KEY_NAME),
    )
    record(
        "rules.report.signed",
        actor=actor,
        subject=site,
        data={"evaluation": str(evaluation.uid), "document": str(document.uid)},
        clause="C-eval",
    )
    return document


def report_data(actor: "User", evaluation: Evaluation) -> dict[str, Any]:
    """What the template prints: Chinese, as the report is an official paper."""
    judged = queries.judged_findings(evaluation)
    book = queries.book_of(evaluation.site)
    names = camera_names(evaluation.site)
    areas = area_names(evaluation.site)
    counts = queries.counts_of(judged)
    return {
        "site": evaluation.site.name,
        "code": evaluation.site.code,
        "agency": str(evaluation.site.agency),
        "officer": str(actor),
        "book": book.title.zh if book else evaluation.book,
        "version": evaluation.version,
        "at": clock.beijing_text(evaluation.evaluated_at),
        "printed_at": clock.beijing_text(clock.now()),
        "counts": [{"outcome": OUTCOME_ZH[key], "count": counts[key]} for key in queries.OUTCOMES],
        "lines": [_line(each, areas, names) for each in _worst_first(judged)],
    }


def _worst_first(judged: Sequence[Judged]) -> list[Judged]:
    rank = {"not_met": 0, "judgement": 1, "met": 2, "governed_elsewhere": 3, "not_applicable": 4}
    return sorted(judged, key=lambda each: rank[each.outcome])


def _line(judged: Judged, areas: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    finding = judged.finding
    said = (finding["missing"] or finding["reason"] or {"zh": ""})["zh"]
    if judged.judgement:
        said = f"{judged.judgement.remark}（{judged.judgement.signed_name} 判断）"
    return {
        "outcome": OUTCOME_ZH[judged.outcome],
        "area": areas.get(finding["area"] or "", "场所整体"),
        "clause": clauses(judged),
        "rule": finding["title"]["zh"],
        "says": said or "、".join(names.get(each, each) for each in finding["cameras"][:6]),
    }


def camera_names(site: "Site") -> dict[str, str]:
    """What the cameras of a site are called, by uid."""
    return {str(each.uid): each.name for each in cameras_at(site)}


def area_names(site: "Site") -> dict[str, str]:
    """What the areas of a site are called, by code."""
    return {each.code: each.name for each in areas_of(site)}


def export_findings(actor: "User", site: "Site", *, only_open: bool) -> IO[bytes]:
    """The findings (or only the open ones) as a workbook, each line with its clause."""
    evaluation = queries.newest_evaluation(site)
    judged = queries.judged_findings(evaluation) if evaluation else []
    rows = [each for each in judged if each.is_open or not only_open]
    stream = TemporaryFile()  # noqa: SIM115 - the response closes it
    write_workbook(stream, str(site), FINDING_COLUMNS, rows)
    stream.seek(0)
    with transaction.atomic():
        record("rules.findings.exported", actor=actor, subject=site, data={"rows": len(rows)})
    return stream
