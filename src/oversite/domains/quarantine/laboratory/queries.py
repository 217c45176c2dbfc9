"""Reading samples, each through the reader's rights."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from oversite.base.accounts.queries import has_permission, restrict
from oversite.base.numbers.actions import Holder, open_pool
from oversite.base.numbers.queries import unused_count
from oversite.domains.quarantine.declarations.flow import State as Declared
from oversite.domains.quarantine.inspections.queries import on_file, served_by
from oversite.domains.quarantine.inspections.slots import TestReport
from oversite.domains.quarantine.laboratory.flow import State
from oversite.domains.quarantine.laboratory.models import Sample, Test
from oversite.domains.quarantine.rules.queries import diseases, today

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency
    from oversite.base.numbers.models import Pool
    from oversite.domains.quarantine.inspections.models import Inspection
    from oversite.domains.quarantine.registry.models import Laboratory, LaboratoryMethod
    from oversite.domains.quarantine.rules.models import Disease

READ = "quarantine.sample.read"
TAKE = "quarantine.sample.take"
WORK = "quarantine.laboratory.work"
KEPT = "quarantine.sample.kept"
SEAL_POOL = "quarantine.seal"
UNDER_WAY = (State.SENT, State.RECEIVED, State.TESTING, State.REVIEW, State.APPROVAL)
"""With the laboratory, and no report yet."""
TOLD = (State.RELEASED, State.INVALID)
"""What a producer gets to see: reports, also those that were invalidated."""


def samples(user: "User", permission: str = READ) -> QuerySet[Sample]:
    """Those of the agency's subtree; a laboratory's own; a producer's own once their report is released."""
    rows = Sample.objects.select_related(
        "agency", "producer", "laboratory", "species", "inspection__declaration", "taker", "second"
    )
    of_agency = restrict(rows, user, permission, "agency")
    if not has_permission(user, permission):
        return of_agency
    of_laboratory = restrict(rows, user, permission, "laboratory__unit").filter(laboratory__unit_id=user.agency_id)
    of_producer = restrict(rows, user, permission, "producer__unit")
    of_producer = of_producer.filter(producer__unit_id=user.agency_id, state__in=TOLD)
    return of_agency | of_laboratory | of_producer


def of_agency(user: "User", permission: str = TAKE) -> QuerySet[Sample]:
    """Those that the agency's own people take, sign and hand over."""
    return restrict(Sample.objects.select_related("inspection__declaration", "laboratory"), user, permission, "agency")


def of_laboratory(user: "User") -> QuerySet[Sample]:
    """Those that the user's own laboratory works on."""
    rows = Sample.objects.select_related("inspection__declaration", "laboratory", "species", "agency", "producer")
    own = restrict(rows, user, WORK, "laboratory__unit")
    return own.filter(laboratory__unit_id=getattr(user, "agency_id", None))


def tests_of_laboratory(user: "User") -> QuerySet[Test]:
    """The tests of the samples of the user's own laboratory."""
    return Test.objects.filter(sample__in=of_laboratory(user).values("pk")).select_related("sample", "disease")


def duties_of(user: "User", laboratory: "Laboratory") -> frozenset[str]:
    """What the user may do in a laboratory: test, review, approve."""
    rows = laboratory.people.filter(user_id=user.pk, is_active=True)
    return frozenset(rows.values_list("duty", flat=True))


def methods_for(test: Test) -> "list[LaboratoryMethod]":
    """The methods that the sample's laboratory is accredited for today, against the disease of a test."""
    return _valid_methods(test.sample.laboratory, test.disease_id)


def can_test(laboratory: "Laboratory", disease: "Disease") -> bool:
    """Whether a laboratory has an accredited method against a disease today."""
    return bool(_valid_methods(laboratory, disease.pk))


def _valid_methods(laboratory: "Laboratory", disease_id: int) -> "list[LaboratoryMethod]":
    day = today()
    rows = laboratory.methods.filter(disease_id=disease_id)
    return [row for row in rows if row.valid_until_on is None or row.valid_until_on >= day]


def samples_of(inspection: "Inspection") -> QuerySet[Sample]:
    """Every sample of an inspection, retests included."""
    return Sample.objects.filter(inspection_id=inspection.pk).select_related("laboratory").order_by("taken_at", "id")


def awaits_nothing(inspection: "Inspection") -> bool:
    """Whether a declaration waits for the laboratory although none of its samples is on the way or being tested."""
    under_way = samples_of(inspection).filter(state__in=UNDER_WAY).exists()
    return not under_way and inspection.declaration.state == Declared.TESTING


def disease_choices(keys: Sequence[str]) -> "list[Disease]":
    """The diseases with these keys, in this order."""
    found = {disease.key: disease for disease in diseases().filter(key__in=keys)}
    return [found[key] for key in keys if key in found]


def reports(inspection: "Inspection") -> Sequence[TestReport]:
    """What the laboratory has to say about an inspection: an invalidated report says nothing (req: Q8)."""
    ended = (State.REJECTED, State.DISCARDED, State.INVALID)
    tests = Test.objects.filter(sample__inspection_id=inspection.pk).exclude(sample__state__in=ended)
    return [
        TestReport(
            disease_key=test.disease.key,
            disease=str(test.disease),
            laboratory=test.sample.laboratory.name,
            number=test.sample.report_number,
            method=test.standard,
            result=test.get_result_display() if test.result else "",
            is_released=test.sample.state == State.RELEASED,
            is_negative=test.result == Test.Result.NEGATIVE,
            concluded_on=test.tested_on,
        )
        for test in tests.select_related("disease", "sample__laboratory").order_by("id")
    ]


def seal_pool() -> "Pool":
    """The pool of seals of this installation, opened at its first use."""
    return open_pool(SEAL_POOL, title="样品封签编号", prefix="F", width=8)


def unused_seals(agency: "Agency") -> int:
    """How many seals an agency has left."""
    return unused_count(seal_pool(), Holder.of(agency))


def kept(user: "User") -> QuerySet[Sample]:
    """What the user's laboratory keeps of finished samples and has not disposed of.

    For who supervises, what every laboratory keeps of the samples of their subtree.
    """
    rows = Sample.objects.select_related("inspection__declaration", "laboratory", "species", "agency", "producer")
    finished = restrict(rows, user, KEPT, "agency") | restrict(rows, user, KEPT, "laboratory__unit").filter(
        laboratory__unit_id=user.agency_id
    )
    return finished.filter(disposed_at=None).exclude(retained_until_on=None)


def invalidated_after_certificate() -> QuerySet[Sample]:
    """Samples whose report was invalidated although a certificate rests on it."""
    rows = Sample.objects.filter(state=State.INVALID).exclude(inspection__certificate_number="")
    return rows.select_related("inspection__declaration__producer", "inspection__declaration__species")


def positives_to_file(user: "User") -> QuerySet[Test]:
    """What laboratories found in the subtree that a prevention centre works for, and no disease record tells of."""
    rows = Test.objects.select_related("sample__producer", "sample__species", "sample__laboratory", "disease")
    found = rows.filter(
        sample__state=State.RELEASED,
        sample__agency__path__startswith=served_by(user),
        result=Test.Result.POSITIVE,
    )
    return found.exclude(on_file("sample__report_number", "sample__producer_id"))


def released_tests(user: "User", permission: str) -> QuerySet[Test]:
    """The tests with a released report of the agency's subtree, for figures."""
    return restrict(Test.objects.filter(sample__state=State.RELEASED), user, permission, "sample__agency")
