"""The gap report: every line with its clause, as A4 PDF signed for the officer, and as a workbook."""

from collections.abc import Sequence
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy

from oversite.base.accounts.queries import is_narrowed
from oversite.base.audit.actions import record
from oversite.base.documents import actions as documents
from oversite.base.documents.actions import SignedBy, officers_seal
from oversite.base.documents.queries import documents_of
from oversite.common import clock, config
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.common.signing import open_signer
from oversite.oversight.rules import actions, library, queries
from oversite.oversight.rules.models import Evaluation
from oversite.oversight.rules.present import present_of
from oversite.oversight.rules.queries import Judged
from oversite.oversight.rules.tabs import FINDING_COLUMNS, clause_numbers, problem_of
from oversite.oversight.rules.visibility import Sight
from oversite.screens.columns import Column
from oversite.screens.excel import write_workbook
from oversite.screens.formats import CODE

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.documents.models import Document
    from oversite.base.sites.models import Site

FORM = "rules.gap-report"
TITLE_ZH = "摄像头布控评估报告"
WHOLE = gettext_lazy("the site as a whole")
WHOLE_ZH = "场所整体"
MAX_NAMED = 6
OUTCOME_ZH = {
    "met": "符合",
    "not_met": "不符合",
    "judgement": "需判断",
    "not_applicable": "不适用",
    "governed_elsewhere": "从其他规定",
}


@transaction.atomic
def sign_report(actor: "User", site: "Site", place: str = "") -> "Document":
    """Print the gap report of the newest evaluation, signed inside by the officer at `place`. Raises `Refused`."""
    actions.require_judge(actor, site)
    evaluation = actions.evaluate_site(site, "report")
    if evaluation is None or evaluation.problem:
        raise Refused(
            "rules.report.none",
            _("This site cannot be judged yet: %(problem)s") % {"problem": problem_of(evaluation)},
            "C-eval",
            409,
        )
    number = report_number(site)
    signed = SignedBy(actor, place.strip() or site.address or site.name, clock.now())
    document = documents.print_document(
        actor,
        FORM,
        report_data(evaluation, signed),
        number=number,
        subject=site,
        agency=site.agency,
        signer=open_signer(config.current().keys_dir, actions.KEY_NAME),
        at=signed.at,
        seal=officers_seal(signed, f"{TITLE_ZH} {number}"),
    )
    record(
        "rules.report.signed",
        actor=actor,
        subject=site,
        data={"evaluation": str(evaluation.uid), "document": str(document.uid), "place": signed.place},
        clause="C-eval",
    )
    return document


def report_number(site: "Site") -> str:
    """The site's code and the serial of its reports: each signing is a report of its own."""
    return f"{site.code}-{documents_of(site).filter(form=FORM).count() + 1:03d}"


def report_data(evaluation: Evaluation, signed: SignedBy) -> dict[str, Any]:
    """What the template prints: Chinese, as the report is an official paper.

    Of cameras that the officer does not see it says that there are others, and how many; it judges them all the same.
    """
    judged = queries.judged_findings(evaluation, signed.officer)
    sight = Sight(evaluation.site, signed.officer)
    book = library.book_of_version(evaluation.book, evaluation.version)
    areas = queries.area_names(evaluation.site)
    counts = queries.counts_of(judged)
    return {
        "site": evaluation.site.name,
        "code": evaluation.site.code,
        "agency": str(evaluation.site.agency),
        "officer": signed.name,
        "officer_agency": str(signed.officer.agency),
        "place": signed.place,
        "signed_at": clock.beijing_text(signed.at),
        "book": book.title.zh if book else evaluation.book,
        "version": evaluation.version,
        "at": clock.beijing_text(evaluation.confirmed_at),
        "counts": [{"outcome": OUTCOME_ZH[key], "count": counts[key]} for key in queries.OUTCOMES],
        "present": _present(evaluation.site, areas, sight),
        "lines": [_line(each, areas, sight.visible) for each in _worst_first(judged)],
        "unseen": len(sight.hidden),
    }


def _present(site: "Site", areas: dict[str, str], sight: Sight) -> dict[str, Any]:
    """What nobody sees at the moment of printing, because cameras are offline."""
    found = present_of(site)
    uncovered = [
        {"area": areas.get(each["area"] or "", WHOLE_ZH), "says": (each["missing"] or each["reason"])["zh"]}
        for each in map(sight.finding, found.uncovered)
    ]
    named = [sight.visible[uid] for uid in found.offline if uid in sight.visible]
    return {
        "count": len(found.offline),
        "offline": _with_others(named, len(found.offline) - len(named)),
        "uncovered": uncovered,
    }


def _with_others(names: Sequence[str], unseen: int) -> list[str]:
    return [*names, *([f"另{unseen}个摄像头"] if unseen else [])]


def _worst_first(judged: Sequence[Judged]) -> list[Judged]:
    rank = {"not_met": 0, "judgement": 1, "met": 2, "governed_elsewhere": 3, "not_applicable": 4}
    return sorted(judged, key=lambda each: rank[each.outcome])


def _line(judged: Judged, areas: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    finding = judged.finding
    said = "".join(each["zh"] for each in (finding["missing"], finding["reason"]) if each)
    if judged.judgement:
        signed = judged.judgement
        said = f"{signed.remark}（{signed.signed_name}于{clock.beijing_text(signed.signed_at)}签署判断）"
    return {
        "outcome": OUTCOME_ZH[judged.outcome],
        "area": areas.get(finding["area"] or "", WHOLE_ZH),
        "clause": judged.citation.zh,
        "rule": finding["title"]["zh"],
        "says": said or _met_by([names.get(each, each) for each in finding["cameras"]], finding.get("unseen", 0)),
    }


def _met_by(cameras: Sequence[str], unseen: int) -> str:
    if not cameras and not unseen:
        return "登记情况符合"
    more = f"等{len(cameras)}个摄像头" if len(cameras) > MAX_NAMED else ""
    named = "、".join(f"“{each}”" for each in cameras[:MAX_NAMED])
    return "由" + "及".join(_with_others([f"{named}{more}"] if named else [], unseen)) + "满足"


def readable(user: "User") -> Q:
    """The reports that a user may read of those in their subtree: who sees only some cameras, only their own ones."""
    return Q(issued_by=user.username) if is_narrowed(user, None, "cameras.camera") else Q()


def finding_columns(site: "Site", user: "User") -> tuple[Column, ...]:
    """The columns of an exported list: people read the words, machines the numbers."""
    areas, names = queries.area_names(site), queries.camera_names(site, user)

    def cameras(row: Judged) -> str:
        return "、".join(names.get(each, each) for each in row.finding["look_at"] or row.finding["cameras"])

    outcome, _area, clause, rule, says = FINDING_COLUMNS
    return (
        outcome,
        Column("area", gettext_lazy("area"), lambda row: areas.get(row.finding["area"] or "", str(WHOLE))),
        clause,
        Column("number", gettext_lazy("clause number"), clause_numbers, CODE),
        rule,
        says,
        Column("cameras", gettext_lazy("cameras"), cameras),
    )


def export_findings(actor: "User", site: "Site", *, only_open: bool) -> IO[bytes]:
    """The findings (or only the open ones) as a workbook, each line with its clause."""
    evaluation = queries.newest_evaluation(site)
    judged = queries.judged_findings(evaluation, actor) if evaluation else []
    rows = [each for each in _worst_first(judged) if each.is_open or not only_open]
    stream = TemporaryFile()  # noqa: SIM115 - the response closes it
    write_workbook(stream, str(site), finding_columns(site, actor), rows)
    stream.seek(0)
    with transaction.atomic():
        record("rules.findings.exported", actor=actor, subject=site, data={"rows": len(rows)})
    return stream
