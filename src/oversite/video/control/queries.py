"""Reading leases: who steers, and what would happen if somebody asked."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from oversite.common import clock
from oversite.common.sentences import Sentence
from oversite.common.sentences import sentence as _
from oversite.video.control.models import Lease
from oversite.video.control.policies import CLAUSES, Answer, Party, Policy, answer
from oversite.video.control.slots import class_policies

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from oversite.base.accounts.models import User
    from oversite.base.sites.models import Site
    from oversite.video.cameras.models import Camera


@dataclass(frozen=True, slots=True)
class Prospect:
    """What happens if a user asks for a camera now: the policy's answer, who holds it, and why as a sentence."""

    answer: Answer
    holder: Lease | None
    why: Sentence | str
    clause: str


def policy_of(camera: "Camera") -> Policy:
    """Which policy holds: the camera's control right first, then the class of its site (req: C9.1, C9.2, A4.2)."""
    if camera.control_right == "exclusive":
        return Policy.CUSTOMS_EXCLUSIVE
    if camera.control_right == "primary":
        return Policy.CUSTOMS_PRIMARY
    return class_policies.get(camera.site.site_class) or Policy.LEVELS


def party_of(user: "User", site: "Site") -> Party:
    """How a policy sees a user at a site."""
    agency = user.agency
    is_operator = agency.kind == "enterprise" or (
        site.operator is not None and agency.path.startswith(site.operator.path)
    )
    return Party(level=agency.level, is_customs=agency.kind == "customs" and not is_operator, is_operator=is_operator)


def holding_party(lease: Lease) -> Party:
    """How a policy sees the holder of a lease."""
    return Party(lease.level, lease.is_customs, lease.is_operator, lease.is_special)


def running_lease(camera_id: int) -> Lease | None:
    """The lease under which a camera is steered now, or none; one whose time is over does not count."""
    return Lease.objects.filter(camera_id=camera_id, ended_at=None, expires_at__gt=clock.now()).first()


def leases(camera_id: int) -> "QuerySet[Lease]":
    """All leases of a camera, newest first."""
    return Lease.objects.filter(camera_id=camera_id)


def prospect(user: "User", camera: "Camera", lease: Lease | None) -> Prospect:
    """What happens if `user` asks for `camera` while `lease` (or nobody) holds it."""
    policy = policy_of(camera)
    if lease is not None and lease.holder_id == user.pk:
        return Prospect(Answer.GRANT, lease, "", CLAUSES[policy])
    holder = None if lease is None else holding_party(lease)
    given = answer(policy, party_of(user, camera.site), holder)
    return Prospect(given, lease, _sentence(given, lease, policy), CLAUSES[policy])


def _sentence(given: Answer, lease: Lease | None, policy: Policy) -> Sentence | str:
    if given is Answer.NEVER:
        return _("This camera is under the exclusive control of customs. Nobody else may steer it.")
    if lease is None:
        return ""
    holder = {"holder": lease.holder_name, "agency": lease.agency_name}
    if given is Answer.TAKE:
        return _("%(holder)s (%(agency)s) steers this camera. You may take over at once; they are told.") % holder
    if given is Answer.SPECIAL:
        return (
            _(
                "%(holder)s (%(agency)s) steers this camera and has priority. "
                "In a special circumstance you may take over; declare it with its reason."
            )
            % holder
        )
    if policy is Policy.CUSTOMS_PRIMARY and lease.is_customs:
        return _("Customs steers this camera (%(holder)s, %(agency)s). Wait until they let go.") % holder
    if lease.is_special:
        return (
            _("%(holder)s (%(agency)s) steers this camera under a special circumstance. Wait until they let go.")
            % holder
        )
    return _("%(holder)s (%(agency)s) steers this camera. Wait until they let go or the lease ends.") % holder
