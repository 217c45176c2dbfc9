"""Conducting a supervision session: begin, mark, submit, correct, discard; each act is one transaction."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from oversite.base.audit import actions as audit
from oversite.base.events import actions as events
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.oversight.supervision import printing, queries
from oversite.oversight.supervision.models import Point, Session
from oversite.oversight.supervision.slots import Checklist, checklist_of
from oversite.video.evidence import actions as evidence
from oversite.video.recording import queries as recordings
from oversite.video.viewing import queries as viewing

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.sites.models import Area, Site
    from oversite.video.cameras.models import Camera

REMARK_NEEDED = frozenset({Point.Grade.MINOR, Point.Grade.SERIOUS})
LONGEST = timedelta(hours=24)
LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the officer enters for one monitored point at the moment shown; `jpeg` is the picture of that moment."""

    camera: "Camera"
    area: "Area | None"
    grade: str
    moment_at: datetime
    items: tuple[str, ...] = ()
    content: str = ""
    remark: str = ""
    answers: dict[str, object] = field(default_factory=dict)
    jpeg: bytes | None = None


@transaction.atomic
def begin_session(user: "User", site: "Site", mode: str, checklist: Checklist | None = None) -> Session:
    """Begin a draft over `site` (req: A16.2); an unfinished one of the same officer and site is taken up again.

    Raises `Refused` when the site's class has no checklist.
    """
    user.require("supervision.conduct", "A9")
    checklist = checklist or checklist_of(site.site_class)
    if checklist is None:
        raise Refused(
            "supervision.no_checklist",
            _("There is no checklist for sites of this class, so no session can be filed here."),
            "A16.2",
            status=409,
        )
    unfinished = queries.drafts(user).filter(site=site, mode=mode, supersedes=None).first()
    if unfinished:
        return unfinished
    session = Session.objects.create(
        site=site,
        agency=user.agency,
        operator=user,
        operator_name=user.name,
        mode=mode,
        checklist=checklist.key,
        checklist_version=checklist.version,
        started_at=clock.now(),
    )
    audit.record("supervision.session.begun", actor=user, subject=session, data={"site": site.code, "mode": mode})
    return session


@transaction.atomic
def mark_point(user: "User", session: Session, mark: Mark) -> Point:
    """Grade one monitored point; for an anomaly picture and footage of the moment are kept (req: A18.1, A18.2).

    Raises `Refused` when the grade needs a remark that is missing, when camera or area are of another site, when the
    moment lies in the future or has no footage in a playback, or when the session is not the user's draft.
    """
    _require_draft(user, session)
    now = clock.now()
    _check_mark(session, mark, now)
    _check_footage(session, mark)
    point = Point.objects.create(
        session=session,
        area=mark.area,
        camera=mark.camera,
        name=mark.area.name if mark.area else mark.camera.name,
        items=list(mark.items),
        content=mark.content.strip(),
        grade=mark.grade,
        remark=mark.remark.strip(),
        answers=mark.answers,
        moment_at=mark.moment_at,
        marked_at=now,
    )
    _widen_footage(session, mark.moment_at)
    audit.record(
        "supervision.point.marked",
        actor=user,
        subject=point,
        data={"session": str(session.uid), "point": point.name, "grade": point.grade, "moment": mark.moment_at},
        clause="A18.2",
    )
    if point.grade != Point.Grade.NORMAL:
        _keep_evidence(user, point, mark)
        events.publish(
            f"supervision.anomaly.{point.grade}", point, {"site": session.site.name}, agency=session.site.agency
        )
    return point


@transaction.atomic
def withdraw_point(user: "User", point: Point, reason: str) -> None:
    """Take a mark out of a draft; its picture and footage stay kept and the audit says why it went."""
    _require_draft(user, point.session)
    if not reason.strip():
        raise Refused("supervision.reason_needed", _("Say why the mark is withdrawn."), status=422)
    audit.record(
        "supervision.point.withdrawn",
        actor=user,
        subject=point,
        data={"reason": reason.strip(), "point": point.name, "grade": point.grade, "evidence": point.evidence_uid},
    )
    point.delete()


@transaction.atomic
def submit_session(user: "User", session: Session) -> Session:
    """File the session: number, record sheet as PDF, no change from here on (req: A16.2).

    Raises `Refused` when no point was graded.
    """
    session = Session.objects.select_for_update().get(pk=session.pk)
    _require_draft(user, session)
    if not session.points.exists():
        raise Refused(
            "supervision.nothing_graded",
            _("No monitored point has been graded yet. Grade at least one before you submit."),
            "A16.2",
            status=422,
        )
    _widen_by_seen(user, session)
    session.ended_at = clock.now()
    session.number = queries.next_number(session.site.code, session.ended_at)
    session.state = Session.State.SUBMITTED
    session.document_uid = printing.print_sheet(user, session)
    session.save()
    if session.supersedes:
        Session.objects.filter(pk=session.supersedes.pk).update(state=Session.State.SUPERSEDED)
    grades = list(session.points.values_list("grade", flat=True))
    data = {"number": session.number, "points": len(grades), "grades": sorted(set(grades))}
    audit.record("supervision.session.submitted", actor=user, subject=session, data=data, clause="A16.2")
    events.publish("supervision.session.submitted", session, data, agency=session.site.agency)
    return session


@transaction.atomic
def correct_session(user: "User", session: Session, reason: str) -> Session:
    """Begin a draft that carries the same marks and will supersede the submitted sheet."""
    user.require("supervision.conduct", "A9")
    if session.state != Session.State.SUBMITTED or hasattr(session, "superseded_by"):
        raise Refused(
            "supervision.not_correctable", _("Only a submitted sheet that stands can be corrected."), status=409
        )
    if not reason.strip():
        raise Refused("supervision.reason_needed", _("Say why the sheet is corrected."), status=422)
    draft = Session.objects.create(
        site=session.site,
        agency=user.agency,
        operator=user,
        operator_name=user.name,
        mode=session.mode,
        checklist=session.checklist,
        checklist_version=session.checklist_version,
        started_at=session.started_at,
        footage_from_at=session.footage_from_at,
        footage_until_at=session.footage_until_at,
        supersedes=session,
        reason=reason.strip(),
    )
    Point.objects.bulk_create(_copy(point, draft) for point in session.points.all())
    audit.record(
        "supervision.session.corrected", actor=user, subject=session, data={"reason": reason, "by": str(draft.uid)}
    )
    return draft


@transaction.atomic
def discard_session(user: "User", session: Session, reason: str) -> None:
    """Give a draft up; it stays in the list as discarded, and what it kept stays kept."""
    _require_draft(user, session)
    if not reason.strip():
        raise Refused("supervision.reason_needed", _("Say why the session is discarded."), status=422)
    session.state, session.reason, session.ended_at = Session.State.DISCARDED, reason.strip(), clock.now()
    supersedes, session.supersedes = session.supersedes, None
    session.save()
    data = {"reason": session.reason, "corrected": supersedes.number if supersedes else ""}
    audit.record("supervision.session.discarded", actor=user, subject=session, data=data)


def _require_draft(user: "User", session: Session) -> None:
    user.require("supervision.conduct", "A9")
    if session.state != Session.State.DRAFT:
        raise Refused(
            "supervision.not_a_draft",
            _("This sheet has been filed and does not change any more. Correct it by a new one that supersedes it."),
            "A16.2",
            status=409,
        )
    if session.operator_id != user.pk:
        raise Refused("supervision.other_operator", _("Another officer conducts this session."), "A16.2")


def _check_mark(session: Session, mark: Mark, now: datetime) -> None:
    if mark.grade not in Point.Grade.values:
        raise Refused("supervision.unknown_grade", _("Choose one of the four results."), "A18.2", status=422)
    if mark.grade in REMARK_NEEDED and not mark.remark.strip():
        raise Refused(
            "supervision.remark_needed",
            _("A minor or serious anomaly cannot be saved without a remark. Describe what was seen."),
            "A18.2",
            status=422,
        )
    if not mark.items and not mark.content.strip():
        raise Refused(
            "supervision.empty_mark",
            _("Tick what was looked at, or describe what was seen: the sheet needs the content of each point."),
            "A16.2",
            status=422,
        )
    if max(len(mark.remark), len(mark.content)) > LONGEST_TEXT:
        raise Refused("supervision.text_too_long", _("The text is longer than 2,000 characters."), status=422)
    if mark.camera.site_id != session.site_id or (mark.area and mark.area.site_id != session.site_id):
        raise Refused("supervision.other_site", _("This camera or area belongs to another site."), status=422)
    if mark.moment_at > now + timedelta(seconds=5):
        raise Refused("supervision.future_moment", _("The moment shown lies in the future."), status=422)
    printing.check_printable(mark.content, mark.remark, *(v for v in mark.answers.values() if isinstance(v, str)))


def _check_footage(session: Session, mark: Mark) -> None:
    """What is graded from recordings was recorded: the sheet names the footage that it rests on (req: A16.2)."""
    if session.mode != Session.Mode.PLAYBACK:
        return
    if not recordings.is_recorded(mark.camera.pk, clock.to_us(mark.moment_at)):
        raise Refused(
            "supervision.no_footage",
            _("There is no recording of this camera at the moment shown. Choose a moment that its bar shows recorded."),
            "A16.2",
            status=422,
        )


def _widen_footage(session: Session, moment_at: datetime) -> None:
    if session.mode != Session.Mode.PLAYBACK:
        return
    session.footage_from_at = min(session.footage_from_at or moment_at, moment_at)
    session.footage_until_at = max(session.footage_until_at or moment_at, moment_at)
    session.save(update_fields=["footage_from_at", "footage_until_at"])


def _widen_by_seen(user: "User", session: Session) -> None:
    """The period of the sheet is that of the footage that was looked at, not only that of the marks (req: A16.2)."""
    if session.mode != Session.Mode.PLAYBACK or session.supersedes is not None:
        return
    for instant in viewing.seen_period(user, session.site, session.started_at) or ():
        _widen_footage(session, instant)


def _keep_evidence(user: "User", point: Point, mark: Mark) -> None:
    subject = ("supervision.point", str(point.uid))
    first, last = queries.footage_around(mark.moment_at)
    kept = evidence.keep_footage(user, mark.camera, first, last, reason=point.remark or point.name, subject=subject)
    point.evidence_uid = kept.uid
    if mark.jpeg:
        picture = evidence.keep_snapshot(user, mark.camera, taken_at=mark.moment_at, jpeg=mark.jpeg, subject=subject)
        point.snapshot_uid = picture.uid
    point.save(update_fields=["evidence_uid", "snapshot_uid"])


def _copy(point: Point, session: Session) -> Point:
    kept = ("area", "camera", "name", "items", "content", "grade", "remark", "answers", "moment_at", "marked_at")
    values = {name: getattr(point, name) for name in kept}
    return Point(session=session, snapshot_uid=point.snapshot_uid, evidence_uid=point.evidence_uid, **values)
