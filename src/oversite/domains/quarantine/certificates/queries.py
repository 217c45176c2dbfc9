"""Reading certificates, arrivals, keys and enrolments, each through the reader's rights."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from oversite.base.accounts.queries import has_permission, restrict
from oversite.base.numbers.queries import numbers_used
from oversite.common import clock
from oversite.domains.quarantine.certificates import keys
from oversite.domains.quarantine.certificates.actions.arrivals import HOURS, RECEIVE, remaining
from oversite.domains.quarantine.certificates.models import Arrival, Certificate, Enrolment, SigningKey
from oversite.domains.quarantine.certificates.numbering import POOL
from oversite.domains.quarantine.certificates.proof import cose
from oversite.domains.quarantine.certificates.proof.revocations import KEPT, Fate, Revocations, revocations_text
from oversite.domains.quarantine.rules.queries import number as figure

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.inspections.models import Inspection

__all__ = [
    "ShownToAll",
    "arrivals_of",
    "certificates",
    "certificates_of",
    "enrolments",
    "incomplete_certificates",
    "receivable",
    "remaining",
    "revocation_list",
    "shown_state",
    "shown_to_all",
    "signing_keys",
    "standing_of",
    "strayed_numbers",
    "unreported_arrivals",
]

READ = "quarantine.certificate.read"
PATHS = ("agency", "producer_unit")
RENEWED_EVERY = timedelta(hours=24)
EXPIRED = "expired"
FATES = {Certificate.State.VOID: Fate.VOID, Certificate.State.REPLACED: Fate.REPLACED}


def certificates(user: "User", permission: str = READ) -> QuerySet[Certificate]:
    """The certificates of the subtree; a producer sees those of its own seed."""
    rows = Certificate.objects.select_related("agency", "veterinarian__user", "inspection", "replaces", "replaced_by")
    rows = rows.annotate(arrived=Coalesce(Sum("arrivals__amount"), 0))
    return restrict(rows, user, permission, *PATHS)


def receivable(user: "User", number: str) -> Certificate | None:
    """The certificate with exactly this number, for whoever receives seed from anywhere."""
    if not has_permission(user, RECEIVE):
        return None
    return Certificate.objects.select_related("agency", "veterinarian__user").filter(number=number.strip()).first()


def arrivals_of(certificate: Certificate) -> QuerySet[Arrival]:
    """What arrived under a certificate."""
    return Arrival.objects.filter(certificate=certificate)


def certificates_of(inspection: "Inspection") -> QuerySet[Certificate]:
    """The certificates of an inspection, the newest first: more than one where one replaced another."""
    return Certificate.objects.filter(inspection_id=inspection.pk).select_related("agency", "veterinarian__user")


@dataclass(frozen=True, slots=True)
class ShownToAll:
    """What the page behind a printed code shows of a certificate."""

    uid: UUID
    state: str
    valid_until: datetime
    template: str
    kind: str
    facts: list[dict[str, str]]
    ended_at: datetime | None
    ended_reason: str
    replaced_by: str | None


def shown_to_all(code_sha256: str) -> ShownToAll | None:
    """Of the certificate whose printed code has this hash; everybody may ask who holds the paper (req: Q6)."""
    columns = [*ShownToAll.__slots__[:-1], "replaced_by__number"]
    rows = Certificate.objects.filter(code_sha256=code_sha256).order_by().values_list(*columns)
    return next((ShownToAll(*row) for row in rows), None)


def shown_state(certificate: Certificate, now: datetime | None = None) -> str:
    """The state with `expired`, which is never stored."""
    return standing_of(certificate.state, certificate.valid_until, now or clock.now())


def standing_of(state: str, valid_until: datetime, now: datetime) -> str:
    """The same of its parts."""
    is_open = state in {Certificate.State.ISSUED, Certificate.State.USED}
    return EXPIRED if is_open and now > valid_until else state


def expired(now: datetime | None = None) -> Q:
    """The condition of `shown_state` for a list."""
    open_states = [Certificate.State.ISSUED, Certificate.State.USED]
    return Q(state__in=open_states, valid_until__lt=now or clock.now())


def incomplete_certificates() -> QuerySet[Certificate]:
    """Those whose PDF is not there: issued right now, or cut off."""
    return Certificate.objects.filter(document_uid=None).select_related("veterinarian__user", "agency").order_by("id")


def unreported_arrivals(now: datetime | None = None) -> QuerySet[Certificate]:
    """Those across provinces whose time is up and whose arrival nobody reported in the hours that the rule says."""
    latest = (now or clock.now()) - timedelta(hours=figure(HOURS))
    rows = Certificate.objects.filter(state=Certificate.State.ISSUED, leaves_province=True, valid_until__lt=latest)
    return rows.filter(arrivals=None).select_related("inspection__declaration").order_by("pk")


def strayed_numbers() -> list[str]:
    """Numbers and certificates that do not agree, for `oversite fsck`: each issued number has its certificate."""
    numbers = numbers_used(POOL)
    states = dict(Certificate.objects.values_list("number", "state"))
    problems = [f"{number}: issued, and no certificate has it" for number in sorted(numbers["issued"] - states.keys())]
    for number, state in sorted(states.items()):
        wanted = "void" if state in FATES else "issued"
        if number not in numbers[wanted]:
            problems.append(f"{number}: the certificate is {state}, its number is not {wanted}")
    return problems


def revocation_list() -> str:
    """The signed list of what is void or replaced and not long expired, for checks without a network (req: Q6)."""
    key = keys.code_key()
    now = clock.now().replace(microsecond=0)
    rows = Certificate.objects.filter(state__in=list(FATES), valid_until__gte=now - KEPT)
    fates = {number: FATES[Certificate.State(state)] for number, state in rows.values_list("number", "state")}
    every = SigningKey.objects.filter(purpose=SigningKey.Purpose.CODE).values_list("fingerprint", flat=True)
    ids = frozenset(cose.key_id(each) for each in every)
    return revocations_text(Revocations(now, now + RENEWED_EVERY, ids, fates), keys.signer_of(key))


def enrolments(user: "User") -> QuerySet[Enrolment]:
    """The seals and signatures of the subtree."""
    rows = Enrolment.objects.select_related("agency", "veterinarian__user", "key")
    return restrict(rows, user, "quarantine.enrolment.read", "agency")


def signing_keys(user: "User") -> QuerySet[SigningKey]:
    """Every key, for those who keep them."""
    return SigningKey.objects.all() if has_permission(user, "quarantine.keys.read") else SigningKey.objects.none()
