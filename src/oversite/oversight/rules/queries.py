"""Reading: the facts of a registered site, its newest verdict with the officers' judgements, its plan."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from oversite.base.accounts.queries import restrict
from oversite.base.agencies.queries import chain_of
from oversite.base.sites.queries import areas_of, visible_sites
from oversite.common import clock, config
from oversite.oversight.rules import grounds, library
from oversite.oversight.rules.construction import abilities_of
from oversite.oversight.rules.engine.citation import CitationForms, citations_text
from oversite.oversight.rules.engine.fact_reading import read_facts
from oversite.oversight.rules.engine.facts import SiteFacts
from oversite.oversight.rules.engine.problems import FactsError
from oversite.oversight.rules.engine.redundancy import is_key_area
from oversite.oversight.rules.engine.rule import Rulebook
from oversite.oversight.rules.engine.view import AreaView
from oversite.oversight.rules.engine.words import Label
from oversite.oversight.rules.models import (
    AreaDeclaration,
    CameraDeclaration,
    CameraPlan,
    Evaluation,
    Judgement,
    PlanLine,
    Ruling,
    SiteDeclaration,
    SitePicture,
)
from oversite.oversight.rules.slots import REGISTERED_FACTS, KnownFacts
from oversite.oversight.rules.visibility import Sight
from oversite.video.cameras.queries import cameras_at
from oversite.video.recording.queries import kept_days

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency
    from oversite.base.sites.models import Area, Site
    from oversite.video.cameras.models import Camera

AGENCY_PATHS = ("site__agency", "site__operator")
KEPT_DAYS = "retention_days"
"""The fact of a site, in every book that asks for it, which the platform's own recordings tell."""
NOTHING_REGISTERED = KnownFacts({}, {})
OUTCOMES = ("met", "not_met", "judgement", "not_applicable", "governed_elsewhere")


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with the officer's judgement that holds about it; `outcome` is what counts now.

    `citation` are its clauses in the words of the document, `area` what its area is called, "" the site as a whole.
    """

    finding: Mapping[str, Any]
    judgement: Judgement | None
    citation: Label
    area: str = ""

    @property
    def outcome(self) -> str:
        """The officer's verdict where one holds, else what the evaluation found."""
        return self.judgement.verdict if self.judgement else str(self.finding["outcome"])

    @property
    def is_open(self) -> bool:
        """Whether something is to be done about it."""
        return self.outcome in {"not_met", "judgement"}


def today() -> date:
    """The day in Beijing."""
    return clock.now().astimezone(clock.BEIJING).date()


def book_of(site: "Site", on: date | None = None) -> Rulebook | None:
    """The book by which a site is judged on the day, none where no book knows its class."""
    books = library.books_for(site.site_class, on or today())
    return books[0] if books else None


def judged_classes() -> set[str]:
    """The classes of sites that some book in force knows."""
    return {word for book in library.books_in_force(today()).values() for word in book.vocabulary.classes}


def judged_sites(user: "User | AnonymousUser") -> "QuerySet[Site]":
    """The sites that the user sees and a rulebook judges."""
    return visible_sites(user, "rules.read").filter(site_class__in=judged_classes())


def facts_document(site: "Site") -> dict[str, Any]:
    """The facts of a registered site as JSON, areas by their code and cameras by their uid."""
    declared = SiteDeclaration.objects.filter(site=site).first()
    book = book_of(site)
    registered = known_facts(site)
    return {
        "site": {
            "code": site.code,
            "name": site.name,
            "class": site.site_class,
            "features": declared.features if declared else [],
            "facts": {**(declared.facts if declared else {}), **registered.site},
        },
        "on": today().isoformat(),
        "areas": _areas(site),
        "cameras": _cameras(site, book, registered),
        **_rulings(site),
    }


def known_facts(site: "Site") -> KnownFacts:
    """What the platform's recordings and the register of the book's domain tell, so that nobody is asked for it."""
    book = book_of(site)
    known = REGISTERED_FACTS.get(book.key) if book else None
    registered = known(site) if known else NOTHING_REGISTERED
    return KnownFacts({**_recorded(site, book), **registered.site}, registered.cameras)


def _recorded(site: "Site", book: Rulebook | None) -> dict[str, int]:
    """For how many days the platform keeps the footage of the site's cameras, where it records them itself."""
    if book is None or KEPT_DAYS not in book.vocabulary.facts:
        return {}
    cameras = [each.pk for each in cameras_at(site) if each.records]
    days = kept_days(config.current(), cameras) if cameras else None
    return {} if days is None else {KEPT_DAYS: days}


def site_facts(site: "Site", book: Rulebook) -> SiteFacts:
    """The facts of a registered site; raises `FactsError` where what was entered does not fit the book."""
    return read_facts(facts_document(site), book)


def area_views(site: "Site", book: Rulebook) -> dict[str, AreaView]:
    """The areas of a site by their code, for naming their places; none where what was entered does not fit the book."""
    try:
        return {each.id: AreaView(book.vocabulary, each, ()) for each in site_facts(site, book).areas}
    except FactsError:
        return {}


def _areas(site: "Site") -> list[dict[str, Any]]:
    declared = {each.area_id: each for each in AreaDeclaration.objects.filter(area__site=site)}
    found = []
    for area in areas_of(site):
        row: dict[str, Any] = {"id": area.code, "kind": area.kind, "name": area.name, "is_key": area.is_key}
        said = declared.get(area.pk)
        if said is not None:
            row |= {"class": said.area_class, "zone": said.zone, "parts": said.parts}
            row |= {"features": said.features, "facts": said.facts}
        found.append(row)
    return found


def _cameras(site: "Site", book: Rulebook | None, registered: KnownFacts) -> list[dict[str, Any]]:
    declared = {each.camera_id: each for each in CameraDeclaration.objects.filter(camera__site=site)}
    abilities = set(book.vocabulary.abilities) if book else set()
    found = []
    for camera in cameras_at(site):
        said = declared.get(camera.pk)
        row: dict[str, Any] = {
            "id": str(camera.uid),
            "name": camera.name,
            "area": camera.area.code if camera.area else "",
            "kind": camera.mount,
            "abilities": sorted(abilities & abilities_of(camera)),
            "control": camera.control_right or None,
            "code": camera.camera_code,
            "sees": said.sees if said else None,
            "facts": {**(said.facts if said else {}), **registered.cameras.get(str(camera.uid), {})},
        }
        if said is not None and said.stands is not None:
            row["stands"] = said.stands
        if said is not None and said.mount is not None:
            row["mount"] = said.mount
        found.append(row)
    return found


def _rulings(site: "Site") -> dict[str, list[dict[str, Any]]]:
    displaced, decisions = [], []
    for each in Ruling.objects.filter(site=site, is_withdrawn=False).order_by("made_at", "id"):
        about = {"rule": each.rule, "area": each.area_code or None}
        if each.kind == Ruling.Kind.DISPLACED:
            displaced.append({**about, "by": each.citation})
        else:
            decisions.append({**about, "is_required": each.kind == Ruling.Kind.REQUIRED})
    return {"displaced": displaced, "decisions": decisions}


def newest_evaluation(site: "Site") -> Evaluation | None:
    """The verdict that holds now."""
    return Evaluation.objects.filter(site=site, is_newest=True).order_by("-evaluated_at").first()


def evaluations(user: "User | AnonymousUser") -> QuerySet[Evaluation]:
    """Every verdict about the sites that the user sees."""
    return restrict(Evaluation.objects.select_related("site", "site__agency"), user, "rules.read", *AGENCY_PATHS)


def judgements_of(site: "Site", book: str) -> dict[tuple[str, str], Judgement]:
    """The newest judgement about each rule and area."""
    found: dict[tuple[str, str], Judgement] = {}
    for each in Judgement.objects.filter(site=site, book=book).select_related("signed_by"):
        found.setdefault((each.rule, each.area_code), each)
    return found


def judged_findings(evaluation: Evaluation, user: "User | AnonymousUser | None" = None) -> list[Judged]:
    """The findings of an evaluation, each with the judgement that still rests on the same facts.

    With a user: without the cameras that the user does not see.
    """
    sight = Sight(evaluation.site, user)
    said = judgements_of(evaluation.site, evaluation.book)
    forms, areas = _citation_forms(evaluation), area_names(evaluation.site)
    found = []
    for finding in evaluation.findings:
        key = (finding["rule"], finding["area"] or "")
        judgement = said.get(key)
        holds = judgement is not None and judgement.grounds == evaluation.grounds.get(grounds.key_of(*key))
        found.append(
            Judged(
                sight.finding(finding), judgement if holds else None, _cited(finding, forms), areas.get(key[1], key[1])
            )
        )
    return found


def key_areas(site: "Site") -> frozenset[str]:
    """The codes of the areas that are key areas by their kind or because customs marked them (req: C4)."""
    marked = frozenset(each.code for each in areas_of(site) if each.is_key)
    book = book_of(site)
    if book is None:
        return marked
    try:
        facts = site_facts(site, book)
    except FactsError:
        return marked
    return frozenset(each.id for each in facts.areas if is_key_area(book, facts, each))


def citation_of(evaluation: Evaluation, finding: Mapping[str, Any]) -> Label:
    """The clauses of one finding in the words of the document."""
    return _cited(finding, _citation_forms(evaluation))


def _citation_forms(evaluation: Evaluation) -> CitationForms:
    book = library.book_of_version(evaluation.book, evaluation.version)
    return book.citation if book else {}


def _cited(finding: Mapping[str, Any], forms: CitationForms) -> Label:
    clause = finding["clause"]
    return citations_text([clause] if isinstance(clause, str) else clause, forms)


def counts_of(judged: Iterable[Judged]) -> Counter[str]:
    """How many findings of each outcome, judgements counted as the officer signed them."""
    return Counter(each.outcome for each in judged)


@dataclass(frozen=True, slots=True)
class Standing:
    """An agency in the league: its judged sites and what was found there."""

    agency: "Agency"
    above: str
    sites: int
    met: int
    not_met: int
    judgement: int

    @property
    def share(self) -> float:
        """What is met of all that is judged."""
        judged = self.met + self.not_met + self.judgement
        return self.met / judged if judged else 0.0


def league(user: "User | AnonymousUser") -> list[Standing]:
    """Per agency in charge of judged sites: how many, and the findings there; the best share first."""
    newest = evaluations(user).filter(is_newest=True, site__is_active=True)
    found: dict[int, list[Evaluation]] = {}
    for each in newest.defer("findings", "grounds"):
        found.setdefault(each.site.agency_id, []).append(each)
    rows = []
    for group in found.values():
        agency = group[0].site.agency
        above = " › ".join(each.name for each in chain_of(agency)[:-1])
        met, not_met, judgement = (sum(getattr(each, name) for each in group) for name in OUTCOMES[:3])
        rows.append(Standing(agency, above, len({each.site_id for each in group}), met, not_met, judgement))
    return sorted(rows, key=lambda row: (-row.share, row.not_met, row.agency.name))


def current_plan(site: "Site") -> CameraPlan | None:
    """The construction list of a site, none where none was adopted."""
    return CameraPlan.objects.filter(site=site, is_current=True).first()


def planned_code(camera: "Camera") -> str:
    """The code of the construction line that a camera fills, "" where it fills none that has one."""
    line = line_of(camera)
    return line.code if line is not None else ""


def line_of(camera: "Camera") -> PlanLine | None:
    """The line of its site's construction list that a camera fills, if it does."""
    return PlanLine.objects.filter(plan__site_id=camera.site_id, plan__is_current=True, camera_id=camera.pk).first()


def planned_abilities(site: "Site") -> dict[str, list[str]]:
    """What the cameras of the construction list must be able to do, by their codes."""
    lines = PlanLine.objects.filter(plan__site=site, plan__is_current=True).exclude(code="")
    return {line.code: list(line.spec.get("abilities") or ()) for line in lines}


def lines_of(site: "Site") -> QuerySet[PlanLine]:
    """The lines of the construction list of a site."""
    return PlanLine.objects.filter(plan__site=site, plan__is_current=True).select_related("camera")


def picture_of(site: "Site") -> SitePicture | None:
    """The plan picture of a site, if it has one."""
    return SitePicture.objects.filter(site=site).first()


def area_declaration(area: "Area") -> AreaDeclaration | None:
    """What was declared of an area."""
    return AreaDeclaration.objects.filter(area=area).first()


def camera_declaration(camera: "Camera") -> CameraDeclaration | None:
    """What was declared of a camera."""
    return CameraDeclaration.objects.filter(camera=camera).first()


def site_declaration(site: "Site") -> SiteDeclaration | None:
    """What was declared of a site."""
    return SiteDeclaration.objects.filter(site=site).first()


def rulings_of(site: "Site") -> QuerySet[Ruling]:
    """Customs' word about rules at a site."""
    return Ruling.objects.filter(site=site, is_withdrawn=False)


def camera_names(site: "Site", user: "User | AnonymousUser | None" = None) -> dict[str, str]:
    """What the cameras of a site are called, by uid; with a user: those that the user sees."""
    return Sight(site, user).visible


def undeclared_cameras(site: "Site", user: "User | AnonymousUser") -> dict[str, str]:
    """Those of `camera_names` of which nobody has said yet what they see."""
    said = CameraDeclaration.objects.filter(camera__site=site, sees__isnull=False)
    declared = {str(uid) for uid in said.values_list("camera__uid", flat=True)}
    return {uid: name for uid, name in camera_names(site, user).items() if uid not in declared}


def area_names(site: "Site") -> dict[str, str]:
    """What the areas of a site are called, by code."""
    return {each.code: each.name for each in areas_of(site)}
