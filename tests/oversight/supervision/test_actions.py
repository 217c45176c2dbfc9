"""Conducting a session: begin, mark, submit, correct, discard (req: A16.2, A18.1, A18.2)."""

from datetime import timedelta
from typing import Any

import pytest

from oversight.supervision.conftest import Farm, recorded
from oversite.base.audit.queries import history
from oversite.base.events.models import Event
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.oversight.supervision import actions, queries
from oversite.oversight.supervision.actions import Mark
from oversite.oversight.supervision.models import Point, Session
from oversite.video.evidence.models import Evidence, Snapshot
from oversite.video.viewing.models import Viewing

JPEG = b"\xff\xd8\xff\xe0 a picture \xff\xd9"


def mark(farm: Farm, grade: str = "normal", **values: Any) -> Mark:
    given = {"camera": farm.pond_camera, "area": farm.pond, "moment_at": clock.now(), "items": ("water",)} | values
    return Mark(grade=grade, **given)


@pytest.fixture
def session(farm: Farm) -> Session:
    return actions.begin_session(farm.officer, farm.site, "live")


def test_an_unfinished_session_is_taken_up_again(farm: Farm, session: Session) -> None:
    assert actions.begin_session(farm.officer, farm.site, "live") == session
    assert actions.begin_session(farm.officer, farm.site, "playback") != session
    assert actions.begin_session(farm.colleague, farm.site, "live") != session


def test_a_site_without_a_checklist_has_no_sessions(farm: Farm) -> None:
    farm.site.site_class = "customs-depot"
    with pytest.raises(Refused, match=r".") as refused:
        actions.begin_session(farm.officer, farm.site, "live")
    assert refused.value.code == "supervision.no_checklist"


@pytest.mark.req("A9")
def test_only_who_may_conduct_begins(farm: Farm, tree: Any, make_user: Any) -> None:
    auditor = make_user(tree.post, "auditor")
    with pytest.raises(Refused) as refused:
        actions.begin_session(auditor, farm.site, "live")
    assert refused.value.code == "accounts.permission.missing"


@pytest.mark.req("A18.2")
@pytest.mark.parametrize(
    ("grade", "needs_remark"), [("normal", False), ("minor", True), ("serious", True), ("unlawful", False)]
)
def test_minor_and_serious_cannot_be_saved_without_a_remark(
    farm: Farm, session: Session, grade: str, needs_remark: bool
) -> None:
    if needs_remark:
        with pytest.raises(Refused) as refused:
            actions.mark_point(farm.officer, session, mark(farm, grade, remark="  "))
        assert (refused.value.code, refused.value.clause) == ("supervision.remark_needed", "A18.2")
        assert session.points.count() == 0
        actions.mark_point(farm.officer, session, mark(farm, grade, remark="池面有漂浮物"))
    else:
        actions.mark_point(farm.officer, session, mark(farm, grade))
    assert session.points.get().grade == grade


@pytest.mark.req("A18.1")
def test_an_anomaly_keeps_picture_and_footage_and_is_announced(farm: Farm, session: Session) -> None:
    moment = clock.now() - timedelta(minutes=5)
    point = actions.mark_point(farm.officer, session, mark(farm, "serious", remark="死鱼", moment_at=moment, jpeg=JPEG))
    kept = Evidence.objects.get(uid=point.evidence_uid)
    assert (kept.from_at, kept.until_at) == (moment - queries.AROUND, moment + queries.AROUND)
    assert (kept.subject_kind, kept.subject_id) == ("supervision.point", str(point.uid))
    assert Snapshot.objects.get(uid=point.snapshot_uid).taken_at == moment
    assert Event.objects.filter(kind="supervision.anomaly.serious", agency_path=farm.site.agency.path).exists()


def test_what_is_normal_keeps_nothing(farm: Farm, session: Session) -> None:
    point = actions.mark_point(farm.officer, session, mark(farm, jpeg=JPEG))
    assert (point.evidence_uid, point.snapshot_uid) == (None, None)
    assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"grade": "excellent"}, "supervision.unknown_grade"),
        ({"content": "长" * 2001}, "supervision.text_too_long"),
        ({"content": "\U0001f41f"}, "supervision.unprintable"),
        ({"moment_at": "later"}, "supervision.future_moment"),
        ({"camera": "elsewhere"}, "supervision.other_site"),
    ],
)
def test_a_wrong_mark_is_refused_and_leaves_nothing(
    farm: Farm, session: Session, values: dict[str, Any], code: str
) -> None:
    if values.get("moment_at") == "later":
        values = {"moment_at": clock.now() + timedelta(minutes=1)}
    if values.get("camera") == "elsewhere":
        values = {"camera": farm.elsewhere}
    with pytest.raises(Refused) as refused:
        actions.mark_point(farm.officer, session, mark(farm, **values))
    assert refused.value.code == code
    assert not Point.objects.exists()


def test_another_officer_does_not_mark(farm: Farm, session: Session) -> None:
    with pytest.raises(Refused) as refused:
        actions.mark_point(farm.colleague, session, mark(farm))
    assert refused.value.code == "supervision.other_operator"


def test_a_withdrawn_mark_goes_and_its_footage_stays(farm: Farm, session: Session) -> None:
    point = actions.mark_point(farm.officer, session, mark(farm, "minor", remark="漂浮物"))
    with pytest.raises(Refused):
        actions.withdraw_point(farm.officer, point, " ")
    actions.withdraw_point(farm.officer, point, "误记")
    assert session.points.count() == 0
    assert Evidence.objects.filter(uid=point.evidence_uid).exists()


@pytest.mark.req("A16.2")
def test_a_filed_session_is_numbered_printed_and_closed(farm: Farm, session: Session) -> None:
    with pytest.raises(Refused) as empty:
        actions.submit_session(farm.officer, session)
    assert empty.value.code == "supervision.nothing_graded"
    actions.mark_point(farm.officer, session, mark(farm))
    filed = actions.submit_session(farm.officer, session)
    day = filed.ended_at.astimezone(clock.BEIJING).strftime("%Y%m%d")
    assert filed.number == f"FJ001-{day}-001"
    assert filed.document_uid is not None
    assert next(iter(history(filed))).act == "supervision.session.submitted"
    for act in (
        lambda: actions.mark_point(farm.officer, filed, mark(farm)),
        lambda: actions.submit_session(farm.officer, filed),
        lambda: actions.discard_session(farm.officer, filed, "不要了"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "supervision.not_a_draft"


def test_numbers_go_up_by_site_and_day(farm: Farm) -> None:
    numbers = []
    for officer in (farm.officer, farm.colleague):
        session = actions.begin_session(officer, farm.site, "live")
        actions.mark_point(officer, session, mark(farm))
        numbers.append(actions.submit_session(officer, session).number)
    assert [number[-3:] for number in numbers] == ["001", "002"]


def test_a_correction_supersedes_and_nothing_is_lost(farm: Farm, session: Session) -> None:
    actions.mark_point(farm.officer, session, mark(farm, "minor", remark="漂浮物"))
    filed = actions.submit_session(farm.officer, session)
    draft = actions.correct_session(farm.colleague, filed, "结果应为严重异常")
    assert draft.points.get().remark == "漂浮物"
    assert draft.points.get().evidence_uid == filed.points.get().evidence_uid
    with pytest.raises(Refused):
        actions.correct_session(farm.officer, filed, "再来一次")
    corrected = actions.submit_session(farm.colleague, draft)
    filed.refresh_from_db()
    assert (filed.state, corrected.supersedes) == ("superseded", filed)
    assert filed.points.count() == 1


def test_a_discarded_correction_leaves_the_sheet_standing(farm: Farm, session: Session) -> None:
    actions.mark_point(farm.officer, session, mark(farm))
    filed = actions.submit_session(farm.officer, session)
    draft = actions.correct_session(farm.officer, filed, "核对")
    actions.discard_session(farm.officer, draft, "无需更正")
    filed.refresh_from_db()
    assert filed.state == "submitted"
    assert actions.correct_session(farm.officer, filed, "再核对").supersedes == filed


@pytest.mark.req("A16.2")
def test_the_sheet_of_a_playback_names_the_footage_that_was_seen(farm: Farm) -> None:
    session = actions.begin_session(farm.officer, farm.site, "playback")
    marked = clock.now() - timedelta(hours=2)
    first, last = marked - timedelta(minutes=9), marked + timedelta(minutes=4)
    for seen_from_at, camera in ((first, farm.pond_camera), (marked, farm.store_camera)):
        Viewing.objects.create(
            user=farm.officer,
            camera=camera,
            kind=Viewing.Kind.RECORDING,
            opened_at=clock.now(),
            seen_from_at=seen_from_at,
            seen_until_at=last,
        )
    recorded(farm.pond_camera, marked)
    actions.mark_point(farm.officer, session, mark(farm, moment_at=marked))
    filed = actions.submit_session(farm.officer, session)
    assert (filed.footage_from_at, filed.footage_until_at) == (first, last)


def test_playback_remembers_the_period_of_the_footage(farm: Farm) -> None:
    session = actions.begin_session(farm.officer, farm.site, "playback")
    early, late = clock.now() - timedelta(hours=3), clock.now() - timedelta(hours=1)
    for moment in (late, early):
        recorded(farm.pond_camera, moment)
        actions.mark_point(farm.officer, session, mark(farm, moment_at=moment))
    session.refresh_from_db()
    assert (session.footage_from_at, session.footage_until_at) == (early, late)


@pytest.mark.req("A16.2")
def test_a_playback_is_graded_only_where_there_is_footage(farm: Farm) -> None:
    session = actions.begin_session(farm.officer, farm.site, "playback")
    moment = clock.now() - timedelta(hours=3)
    recorded(farm.pond_camera, moment)
    recorded(farm.store_camera, moment + timedelta(minutes=10))
    for camera, at in ((farm.store_camera, moment), (farm.pond_camera, moment + timedelta(minutes=10))):
        with pytest.raises(Refused) as refused:
            actions.mark_point(farm.officer, session, mark(farm, camera=camera, moment_at=at))
        assert (refused.value.code, refused.value.clause) == ("supervision.no_footage", "A16.2")
    assert not Point.objects.exists()
    assert actions.mark_point(farm.officer, session, mark(farm, moment_at=moment)).moment_at == moment
