"""Holding, sealing, verifying and exporting evidence (req: A18.1, A19.1, A20, C-A4.5)."""

import hashlib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.base.jobs.actions import submit_job
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.video.evidence import playable, queries, sealing
from oversite.video.evidence.footage import NoFootage
from oversite.video.evidence.models import Evidence, EvidenceCamera, Export, Holding, Snapshot
from oversite.video.evidence.playable import Progress
from oversite.video.evidence.slots import ExportPolicy
from oversite.video.evidence.tasks import make_copy as make_copy_task
from oversite.video.evidence.tasks import seal_waiting as seal_waiting_task
from oversite.video.evidence.verify import Problem, Verdict, VerifyResult, verify_with
from oversite.video.recording import actions as recording
from oversite.video.recording import queries as recordings

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.video.cameras.models import Camera

Subject = tuple[str, str]

LONGEST = timedelta(hours=24)
SETTLE = timedelta(seconds=15)
"""After its end footage is durable and indexed within this time."""
PICTURE_BYTES_MAX = 8 << 20
COPIES = "copies"


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """On what ground evidence leaves: `basis` of `Export.Basis`, its wording, what for, and to whom."""

    basis: str
    basis_text: str
    purpose: str
    recipient: str


@transaction.atomic
def keep_footage(
    user: "User",
    cameras: "Camera | Sequence[Camera]",
    first: datetime,
    last: datetime,
    *,
    reason: str,
    subject: Subject | None = None,
    title: str = "",
) -> Evidence:
    """Hold the footage of cameras of one site from `first` to `last`; what is still being recorded follows.

    It is sealed by the worker: at once where the period is over, else when it is. Raises `Refused`: no permission,
    cameras of several sites, a period that is empty or over a day, no reason.
    """
    user.require("video.hold", "A18.1")
    listed = [cameras] if not isinstance(cameras, Sequence) else list(cameras)
    _check_keeping(listed, first, last, reason)
    site = listed[0].site
    kind, key = subject or ("", "")
    row = Evidence.objects.create(
        site=site,
        title=(title or f"{site.name} {listed[0].name} {clock.beijing_text(first)}")[:160],
        reason=reason.strip()[:300],
        subject_kind=kind,
        subject_id=key,
        from_at=first,
        until_at=last,
        keeper=user,
        keeper_name=user.name,
        agency_name=user.agency.name,
        held_at=clock.now(),
    )
    EvidenceCamera.objects.bulk_create(EvidenceCamera(evidence=row, camera=camera) for camera in listed)
    held = _attach(row)
    data = {
        "site": site.code,
        "cameras": [camera.gb_id for camera in listed],
        "from": first,
        "until": last,
        "reason": row.reason,
        "segments": held,
    }
    record("evidence.footage.held", actor=user, subject=row, data=data, clause="A18.1")
    submit_job(seal_waiting_task, title=_t("seal held footage"), due_at=row.until_at + SETTLE)
    return row


@transaction.atomic
def keep_snapshot(
    user: "User", camera: "Camera", *, taken_at: datetime, jpeg: bytes, subject: Subject | None = None
) -> Snapshot:
    """Keep a picture as evidence; raises `Refused` when it is none or too large."""
    user.require("video.hold", "A18.1")
    if not jpeg.startswith(b"\xff\xd8") or len(jpeg) > PICTURE_BYTES_MAX:
        raise Refused("evidence.picture.unusable", _("This is not a picture that can be kept."), status=422)
    sha256 = hashlib.sha256(jpeg).hexdigest()
    sealing.write_durably(sealing.snapshot_path(sha256), jpeg)
    kind, key = subject or ("", "")
    row = Snapshot.objects.create(
        camera=camera,
        taken_at=taken_at,
        sha256=sha256,
        bytes=len(jpeg),
        subject_kind=kind,
        subject_id=key,
        keeper=user,
        keeper_name=user.name,
        kept_at=clock.now(),
    )
    data = {"camera": camera.gb_id, "taken": taken_at, "sha256": sha256, "uid": str(row.uid)}
    record("evidence.picture.kept", actor=user, subject=camera, data=data, clause="A18.1")
    return row


def seal(user: "User | None", row: Evidence) -> Evidence:
    """Write and sign the package of held footage; `user` none is the worker. One seal at a time; sealed stays sealed.

    Raises `Refused` when there is nothing to seal yet.
    """
    if user is not None:
        user.require("video.hold", "A18.1")
    with transaction.atomic():
        row = Evidence.objects.select_for_update().select_related("site", "site__agency").get(pk=row.pk)
        if row.state not in {Evidence.State.HELD, Evidence.State.FAILED, Evidence.State.SEALING}:
            return row
        if row.until_at > clock.now():
            raise Refused(
                "evidence.period.running",
                _("This period is still being recorded. It can be sealed when it is over."),
                status=409,
            )
        _attach(row)
        row.state = Evidence.State.SEALING
        row.save(update_fields=["state"])
    sealed_at = clock.now()
    try:
        written = sealing.write_package(row, sealed_at)
    except (NoFootage, OSError, ValueError) as error:
        return _note_failed(user, row, str(error))
    with transaction.atomic():
        row.state, row.problem, row.sealed_at = Evidence.State.SEALED, "", sealed_at
        row.package_path, row.package_bytes = written.path, written.size_bytes
        row.manifest_sha256, row.key_fingerprint = written.manifest_sha256, written.key_fingerprint
        row.save()
        data = {
            "manifest_sha256": row.manifest_sha256,
            "key": row.key_fingerprint,
            "bytes": row.package_bytes,
            "files": written.segments,
        }
        record("evidence.package.sealed", actor=user, subject=row, data=data, clause="A18.1")
        publish("evidence.package.sealed", row, {"uid": str(row.uid)}, agency=row.site.agency)
    return row


def seal_waiting() -> int:
    """Attach footage that was recorded meanwhile and seal what is over; gives how many were sealed."""
    sealed = 0
    waiting = Evidence.objects.filter(state__in=[Evidence.State.HELD, Evidence.State.SEALING])
    for row in waiting.select_related("site", "site__agency").order_by("id"):
        if _is_settled(row):
            sealed += seal(None, row).state == Evidence.State.SEALED
        else:
            with transaction.atomic():
                _attach(row)
    return sealed


def _is_settled(row: Evidence) -> bool:
    return row.until_at + SETTLE <= clock.now()


def verify(user: "User", row: Evidence) -> VerifyResult:
    """Verify a sealed package where it lies: its bytes, its signature, this installation's key, and its row."""
    user.require("evidence.read")
    stored = queries.stored_package(row)
    if stored is None:
        raise Refused("evidence.package.none", _("This evidence is not sealed yet."), status=409)
    result = verify_with(stored.path, frozenset({queries.own_fingerprint()}))
    result = _against_row(row, result)
    with transaction.atomic():
        row.verified_at, row.verdict = clock.now(), str(result.verdict)
        row.save(update_fields=["verified_at", "verdict"])
        data = {
            "verdict": str(result.verdict),
            "key": result.key_fingerprint,
            "problems": [problem.file for problem in result.problems][:20],
        }
        record("evidence.package.verified", actor=user, subject=row, data=data, clause="A18.1")
    return result


def check_policy(row: Evidence, recipient: str = "") -> ExportPolicy:
    """The policy of the site's class; raises `Refused`, with its reason for everybody, where video stays inside."""
    policy = queries.export_policy(row.site)
    if not policy.is_allowed:
        raise Refused("evidence.export.inside", policy.message, policy.clause, 403, _export_facts(row, recipient))
    return policy


def _export_facts(row: Evidence, recipient: str) -> dict[str, object]:
    return {"evidence": str(row.uid), "site": row.site.code, "recipient": recipient[:160]}


def export(user: "User", row: Evidence, order: ExportOrder) -> Export:
    """Let a sealed package leave the platform, as a row of the register of exports.

    Raises `Refused` where the policy of the site's class keeps video inside (req: A20), or when the basis, the
    purpose or the recipient is not named (req: C-A4.5).
    """
    about = _export_facts(row, order.recipient)
    policy = check_policy(row, order.recipient)
    user.require("video.export")
    if row.state not in {Evidence.State.SEALED, Evidence.State.RELEASED} or not row.package_path:
        raise Refused("evidence.package.none", _("This evidence is not sealed yet."), status=409, data=about)
    if order.basis not in Export.Basis.values or not order.basis_text.strip():
        raise Refused(
            "evidence.export.basis",
            _("Name the consent of customs, or the provision of the law, on which the video leaves."),
            policy.clause,
            422,
            about,
        )
    if not order.purpose.strip() or not order.recipient.strip():
        raise Refused(
            "evidence.export.recipient",
            _("Say what the video is for and to whom it goes."),
            policy.clause,
            422,
            about,
        )
    with transaction.atomic():
        made = Export.objects.create(
            evidence=row,
            basis=order.basis,
            basis_text=order.basis_text.strip()[:300],
            purpose=order.purpose.strip()[:300],
            recipient=order.recipient.strip()[:160],
            exporter=user,
            exporter_name=user.name,
            agency_name=user.agency.name,
            exported_at=clock.now(),
            package_bytes=row.package_bytes,
            manifest_sha256=row.manifest_sha256,
        )
        data = about | {"export": made.pk, "basis": made.basis, "basis_text": made.basis_text, "purpose": made.purpose}
        record("evidence.package.exported", actor=user, subject=row, data=data, clause=policy.clause)
        submit_job(
            make_copy_task,
            {"export": made.pk, "language": get_language() or "zh-hans"},
            title=_("Playable copy of %(title)s") % {"title": row.title},
            owner=user,
            key=f"evidence.copy:{made.pk}",
        )
    return made


def make_copy(export_pk: int, progress: Progress) -> Export:
    """Make the copy that ordinary players play, the mark burned in (req: V14.use); copies of old exports are removed.

    What goes wrong stands on the row of the export; the sealed package is not touched.
    """
    made = Export.objects.select_related("evidence").get(pk=export_pk)
    _remove_old_copies()
    stored = queries.stored_package(made.evidence)
    place = sealing.evidence_root() / COPIES / f"{made.pk}-{made.evidence.uid}.zip"
    try:
        if stored is None:
            raise FileNotFoundError(_t("This evidence is not sealed yet."))
        copy = playable.write_copy(made, stored.path, place, progress)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        made.copy_problem = str(error)[:300]
    else:
        made.copy_path, made.copy_problem = place.relative_to(sealing.evidence_root()).as_posix(), ""
        made.copy_bytes, made.copy_sha256 = copy.size_bytes, copy.list_sha256
    with transaction.atomic():
        made.save(update_fields=["copy_path", "copy_bytes", "copy_sha256", "copy_problem"])
        data = {"export": made.pk, "sha256": made.copy_sha256, "problem": made.copy_problem}
        record("evidence.copy.made", actor=None, subject=made.evidence, data=data, clause="V14.use")
    return made


def _remove_old_copies() -> None:
    """A copy can be made again from its package, so that it is kept no longer than it can be fetched."""
    old = Export.objects.filter(exported_at__lt=clock.now() - queries.DOWNLOAD_WITHIN).exclude(copy_path="")
    for row in old:
        (sealing.evidence_root() / row.copy_path).unlink(missing_ok=True)
    old.update(copy_path="", copy_bytes=0)


def note_download(user: "User", made: Export, what: str = "package") -> None:
    """Write that the exporter fetched the package, or the playable copy of it."""
    with transaction.atomic():
        data = {"export": made.pk, "recipient": made.recipient, "what": what}
        record("evidence.package.downloaded", actor=user, subject=made.evidence, data=data)


def release(user: "User", row: Evidence, reason: str) -> Evidence:
    """Let held recordings go back into the cycle; a sealed package stays for good.

    Raises `Refused` without a reason, or before the footage is sealed.
    """
    user.require("video.release", "A18.1")
    if not reason.strip():
        raise Refused("evidence.release.reason", _("Say why the footage need no longer be held."), status=422)
    if row.state == Evidence.State.SEALING or (row.state == Evidence.State.HELD and row.until_at > clock.now()):
        raise Refused(
            "evidence.release.early", _("This footage is about to be sealed. Release it afterwards."), status=409
        )
    with transaction.atomic():
        row = Evidence.objects.select_for_update().get(pk=row.pk)
        if row.state == Evidence.State.RELEASED:
            return row
        segments = list(row.holdings.values_list("segment_id", flat=True))
        recording.release_segments(segments)
        row.holdings.all().delete()
        row.state, row.released_at, row.release_reason = Evidence.State.RELEASED, clock.now(), reason.strip()[:300]
        row.save()
        data = {"reason": row.release_reason, "segments": len(segments), "sealed": bool(row.package_path)}
        record("evidence.footage.released", actor=user, subject=row, data=data, clause="A18.1")
    return row


def _check_keeping(cameras: "Sequence[Camera]", first: datetime, last: datetime, reason: str) -> None:
    if len({camera.site_id for camera in cameras}) != 1:
        raise Refused("evidence.sites", _("Evidence is kept of the cameras of one site at a time."), status=422)
    if first >= last or last - first > LONGEST:
        raise Refused("evidence.period", _("Choose a period of at most 24 hours with its start first."), status=422)
    if not reason.strip():
        raise Refused("evidence.reason", _("Say why this footage is kept."), "A18.1", 422)


def _attach(row: Evidence) -> int:
    """Hold every segment of the period that is not held for this evidence yet; gives how many were new."""
    first_us, last_us = clock.to_us(row.from_at), clock.to_us(row.until_at)
    known = set(row.holdings.values_list("segment_id", flat=True))
    fresh: list[Holding] = []
    for camera_id in row.cameras.values_list("camera_id", flat=True):
        fresh += [
            Holding(evidence=row, camera_id=camera_id, segment_id=piece.segment_id)
            for piece in recordings.pieces(camera_id, first_us, last_us)
            if piece.segment_id not in known
        ]
    if fresh:
        recording.hold_segments([holding.segment_id for holding in fresh])
        Holding.objects.bulk_create(fresh)
    return len(fresh)


def _note_failed(user: "User | None", row: Evidence, problem: str) -> Evidence:
    with transaction.atomic():
        row.state, row.problem = Evidence.State.FAILED, problem[:300]
        row.save(update_fields=["state", "problem"])
        record("evidence.package.failed", actor=user, subject=row, data={"problem": row.problem}, clause="A18.1")
    return row


def _against_row(row: Evidence, result: VerifyResult) -> VerifyResult:
    """A package that is whole but is another than the one sealed is changed as well."""
    if result.verdict not in {Verdict.VALID, Verdict.UNKNOWN_KEY} or result.manifest.get("uid") == str(row.uid):
        return result
    problem = Problem("manifest.json", "this is the package of other evidence")
    return VerifyResult(Verdict.CHANGED, result.key_fingerprint, (problem,), result.manifest, result.files_checked)
