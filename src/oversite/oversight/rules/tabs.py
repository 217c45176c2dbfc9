"""The tab of placement on the page of a site."""

import json
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.sites.queries import in_language
from oversite.oversight.rules import queries
from oversite.oversight.rules.queries import Judged
from oversite.screens.acts import EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import Tab
from oversite.screens.formats import State, StateFormat

if TYPE_CHECKING:
    from oversite.base.sites.models import Site
    from oversite.oversight.rules.models import Evaluation

OUTCOMES = StateFormat(
    {
        "met": State(_("met"), "good"),
        "not_met": State(_("not met"), "now"),
        "judgement": State(_("officer's judgement"), "soon"),
        "not_applicable": State(_("not applicable"), "quiet"),
        "governed_elsewhere": State(_("governed elsewhere"), "quiet"),
    }
)


def words_of(text: dict[str, str] | None) -> str:
    """A text of a finding in the reader's language."""
    return in_language(text["zh"], text["en"]) if text else ""


def sentence(judged: Judged) -> str:
    """What a finding says: the officer's remark, else what is missing and why."""
    if judged.judgement:
        return f"{judged.judgement.remark} ({judged.judgement.signed_name})"
    return " ".join(filter(None, (words_of(judged.finding[each]) for each in ("missing", "reason"))))


def problem_of(evaluation: "Evaluation | None") -> str:
    """Why a site could not be judged, in the reader's language; empty where it was."""
    if evaluation is None or not evaluation.problem:
        return ""
    try:
        return words_of(json.loads(evaluation.problem))
    except ValueError:
        return evaluation.problem


def citation(judged: Judged) -> str:
    """The clauses that a finding rests on, in words."""
    return in_language(judged.citation.zh, judged.citation.en)


def clause_numbers(judged: Judged) -> str:
    """The same clauses as paths, for machines."""
    cited = judged.finding["clause"]
    return cited if isinstance(cited, str) else "、".join(cited)


FINDING_COLUMNS = (
    Column("outcome", _("outcome"), lambda row: row.outcome, OUTCOMES),
    Column("area", _("area"), lambda row: row.area or _("the site as a whole")),
    Column("clause", _("clause"), citation),
    Column("rule", _("rule"), lambda row: words_of(row.finding["title"])),
    Column("says", _("finding"), sentence),
)


def rules_of_site(site: "Site", user: Any) -> Tab | None:
    """The open findings of a site; none where no rulebook judges it or the user may not see verdicts."""
    if not user.has_perm("rules.read") or site.site_class not in queries.judged_classes():
        return None
    evaluation = queries.newest_evaluation(site)
    found = [each for each in queries.judged_findings(evaluation, user) if each.is_open] if evaluation else []
    empty = EmptyState(_("Nothing is open here") if evaluation else _("This site has not been judged yet"))
    return Tab(
        "rules",
        _("Placement"),
        found,
        FINDING_COLUMNS,
        len(found),
        all_url=reverse("rules:site", args=[site.uid]),
        empty=empty,
    )
