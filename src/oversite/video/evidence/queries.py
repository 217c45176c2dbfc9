"""Reading evidence."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.queries import is_narrowed, restrict
from oversite.common import clock
from oversite.video.cameras import queries as register
from oversite.video.evidence import sealing, signing
from oversite.video.evidence.models import Evidence, EvidenceCamera, Export, Snapshot
from oversite.video.evidence.slots import ExportPolicy, export_policies

if TYPE_CHECKING:
    from uuid import UUID

    from django.contrib.auth.models import AnonymousUser

    from oversite.base.accounts.models import User
    from oversite.base.sites.models import Site

NO_RULE = ExportPolicy(
    is_allowed=False,
    clause="A20",
    message=_("No rule allows video of this class of site to leave the platform. It is verified in place."),
)


DOWNLOAD_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class StoredPackage:
    """A sealed package as a file."""

    path: Path
    size_bytes: int


def evidence(user: "User | AnonymousUser", permission: str = "evidence.read") -> QuerySet[Evidence]:
    """The evidence of the sites in the user's subtree; a site's operator sees none.

    A right narrowed to single cameras covers evidence of these alone, nothing in which another camera is seen.
    """
    found = restrict(Evidence.objects.select_related("site", "site__agency", "keeper"), user, permission)
    return found.exclude(pk__in=_with_others(user, permission)) if _is_narrowed(user, permission) else found


def exports(user: "User | AnonymousUser") -> QuerySet[Export]:
    """The register of exports for the user's subtree (req: V14.log)."""
    found = Export.objects.select_related("evidence", "evidence__site")
    seen = restrict(found, user, "evidence.read", "evidence__site__agency")
    if _is_narrowed(user, "evidence.read"):
        return seen.exclude(evidence__in=_with_others(user, "evidence.read"))
    return seen


def _is_narrowed(user: "User | AnonymousUser", permission: str) -> bool:
    return is_narrowed(user, permission, "cameras.camera")


def _with_others(user: "User | AnonymousUser", permission: str) -> "QuerySet[EvidenceCamera, int]":
    """The keys of evidence that shows a camera which `user` may not use so."""
    own = register.registered_cameras(user, permission).values("pk")
    return EvidenceCamera.objects.exclude(camera__in=own).values_list("evidence", flat=True)


def kept_stretches(camera_id: int, start_us: int, end_us: int) -> list[tuple[int, int]]:
    """What is held of a camera within a period, as pairs of microseconds."""
    rows = Evidence.objects.filter(
        cameras__camera=camera_id, from_at__lt=clock.from_us(end_us), until_at__gt=clock.from_us(start_us)
    ).exclude(state=Evidence.State.RELEASED)
    return [(clock.to_us(row.from_at), clock.to_us(row.until_at)) for row in rows.order_by("from_at")]


def evidence_of(subject_kind: str, subject_id: str) -> QuerySet[Evidence]:
    """What was kept for a subject, newest first."""
    return Evidence.objects.filter(subject_kind=subject_kind, subject_id=subject_id)


def export_policy(site: "Site") -> ExportPolicy:
    """Whether the video of a site may leave the platform, and under which clause (req: A20, C-A4.5)."""
    return export_policies.get(site.site_class) or NO_RULE


def stored_package(row: Evidence) -> StoredPackage | None:
    """The sealed package as a file, or none."""
    if not row.package_path:
        return None
    return StoredPackage(sealing.evidence_root() / row.package_path, row.package_bytes)


def stored_copy(made: Export) -> StoredPackage | None:
    """The playable copy of an export as a file, or none."""
    if not made.copy_path:
        return None
    return StoredPackage(sealing.evidence_root() / made.copy_path, made.copy_bytes)


def snapshot(uid: "UUID") -> Snapshot | None:
    """A kept picture by its uid."""
    return Snapshot.objects.filter(uid=uid).first()


def snapshot_jpeg(uid: "UUID") -> bytes | None:
    """The bytes of a kept picture, or none; who may see it is judged by what it was kept for."""
    row = snapshot(uid)
    path = None if row is None else sealing.snapshot_path(row.sha256)
    return path.read_bytes() if path is not None and path.is_file() else None


def own_fingerprint() -> str:
    """The fingerprint of this installation's evidence key."""
    return signing.own_fingerprint()


def own_trust() -> str:
    """The trust file with which others check this installation's evidence, as text."""
    return signing.own_trust()
