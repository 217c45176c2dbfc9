"""What nobody sees at present: a site judged once more with only the cameras that are online (req: C4, C-eval)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from oversite.oversight.rules import queries
from oversite.oversight.rules.engine.evaluation import evaluate
from oversite.oversight.rules.engine.findings import Finding, Outcome
from oversite.oversight.rules.engine.output import finding_json
from oversite.oversight.rules.engine.problems import FactsError
from oversite.video.cameras.queries import cameras_at, is_online, with_presence

if TYPE_CHECKING:
    from oversite.base.sites.models import Site


@dataclass(frozen=True, slots=True)
class Present:
    """The cameras that are offline now (uids), and the findings that are worse for it: nothing is stored."""

    offline: tuple[str, ...]
    uncovered: tuple[Mapping[str, Any], ...]

    def is_uncovered(self, finding: Mapping[str, Any]) -> bool:
        """Whether a finding of the verdict is worse now than it says."""
        about = (finding["rule"], finding["area"])
        return any((each["rule"], each["area"]) == about for each in self.uncovered)


def present_of(site: "Site") -> Present:
    """What the loss of the cameras that are offline uncovers now; a site that cannot be judged has none.

    A camera that no device answers for yet was never there to be lost.
    """
    linked = with_presence(cameras_at(site)).filter(device__isnull=False)
    offline = tuple(str(each.uid) for each in linked if not is_online(each))
    book = queries.book_of(site)
    if not offline or book is None:
        return Present(offline, ())
    try:
        facts = queries.site_facts(site, book)
    except FactsError:
        return Present(offline, ())
    left = tuple(each for each in facts.cameras if each.id not in offline)
    whole = {(each.rule, each.area): each for each in evaluate(book, facts)}
    blanket = {rule.id for rule in book.rules if rule.basis == "every-camera"}
    worse = [
        finding_json(each)
        for each in evaluate(book, replace(facts, cameras=left))
        if each.rule not in blanket and _is_worse(each, whole[each.rule, each.area])
    ]
    return Present(offline, tuple(worse))


def _is_worse(now: Finding, whole: Finding) -> bool:
    """Whether something is missing now, or is no more sure, that is there when every camera works."""
    if whole.outcome is Outcome.MET:
        return now.outcome in {Outcome.NOT_MET, Outcome.JUDGEMENT}
    return now.outcome is Outcome.NOT_MET and (whole.outcome is not Outcome.NOT_MET or now.missing != whole.missing)
