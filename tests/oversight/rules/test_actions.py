"""A registered site: declared, judged, ruled on, signed for, planned."""

from typing import Any

import pytest

from oversight.rules.conftest import Port
from oversite.common.errors import Refused
from oversite.oversight.rules import actions, queries
from oversite.oversight.rules.models import Evaluation, PlanLine
from oversite.video.cameras.models import Camera, Device

pytestmark = [pytest.mark.django_db, pytest.mark.req("C-eval")]


def outcome(port: Port, rule: str, area: str) -> Any:
    evaluation = queries.newest_evaluation(port.site)
    assert evaluation is not None
    found = {(each.finding["rule"], each.finding["area"] or ""): each for each in queries.judged_findings(evaluation)}
    return found[rule, area]


def test_what_is_declared_is_judged_at_once(port: Port) -> None:
    actions.declare_area(port.operator, port.gate, {"parts": {"lane": 2}})
    assert outcome(port, "2.1.6.1", "G1").outcome == "judgement"
    actions.declare_camera(port.operator, port.head, {"sees": ["plate&driver@lane-head:1"], "stands": [], "mount": []})
    found = outcome(port, "2.1.6.1", "G1")
    assert found.outcome == "not_met"
    assert "2号车道车头前方缺少能看清车牌、司机的摄像头" in found.finding["missing"]["zh"]


def test_what_fits_no_book_is_refused_with_the_allowed_words(port: Port) -> None:
    with pytest.raises(Refused) as refused:
        actions.declare_area(port.operator, port.gate, {"parts": {"lanes": 2}})
    assert "第1个区域的组成部分的数量：组成部分“lanes”不认识；是否指lane（" in str(refused.value)
    with pytest.raises(Refused, match="不是数量，应为0至500的整数"):
        actions.declare_area(port.operator, port.gate, {"parts": {"lane": -1}})
    assert queries.area_declaration(port.gate) is None


def test_a_neighbour_declares_and_judges_nothing(port: Port, make_user: Any, tree: Any) -> None:
    stranger = make_user(tree.neighbour, "site-operator", "monitor")
    with pytest.raises(Refused):
        actions.declare_area(stranger, port.gate, {"parts": {"lane": 1}})
    with pytest.raises(Refused):
        actions.sign_judgement(stranger, port.site, "2.1.6.1", "G1", "met", "看过")


def test_a_verdict_that_says_the_same_is_confirmed_and_a_changed_one_is_a_new_row(port: Port) -> None:
    first = actions.evaluate_site(port.site, "test")
    again = actions.evaluate_site(port.site, "test")
    assert first is not None
    assert again is not None
    assert first.pk == again.pk
    assert again.confirmed_at > first.confirmed_at
    actions.declare_camera(port.operator, port.wide, {"sees": ["panorama"], "stands": [], "mount": []})
    assert Evaluation.objects.filter(site=port.site).count() == 2
    assert Evaluation.objects.filter(site=port.site, is_newest=True).count() == 1


def test_a_signed_judgement_outlives_re_evaluation_until_its_facts_change(port: Port) -> None:
    actions.evaluate_site(port.site, "test")
    assert outcome(port, "2.1.2.2", "Y1").outcome == "judgement"
    actions.sign_judgement(port.officer, port.site, "2.1.2.2", "Y1", "met", "画面覆盖全场")
    assert outcome(port, "2.1.2.2", "Y1").outcome == "met"
    actions.declare_area(port.operator, port.gate, {"parts": {"lane": 3}})
    assert outcome(port, "2.1.2.2", "Y1").outcome == "met"
    port.wide.mount = Camera.Mount.FIXED
    port.wide.save()
    actions.evaluate_site(port.site, "test")
    assert outcome(port, "2.1.2.2", "Y1").judgement is None


def test_a_judgement_rests_on_nothing_that_its_rule_does_not_read(port: Port) -> None:
    """Names, codes, control and cameras elsewhere leave it; a camera that changes, moves, comes or goes does not."""
    actions.evaluate_site(port.site, "test")
    actions.sign_judgement(port.officer, port.site, "2.1.2.2", "Y1", "met", "画面覆盖全场")
    Camera.objects.filter(pk=port.wide.pk).update(name="堆场大全景", camera_code="4" * 20)
    Camera.objects.filter(pk=port.head.pk).update(mount="pan-tilt")
    actions.evaluate_site(port.site, "test")
    assert outcome(port, "2.1.2.2", "Y1").outcome == "met"
    Camera.objects.filter(pk=port.wide.pk).update(abilities=["audio"])
    actions.evaluate_site(port.site, "test")
    assert outcome(port, "2.1.2.2", "Y1").judgement is None
    Camera.objects.filter(pk=port.wide.pk).update(abilities=[])
    actions.evaluate_site(port.site, "test")
    assert outcome(port, "2.1.2.2", "Y1").outcome == "met"
    Camera.objects.filter(pk=port.wide.pk).update(area=port.gate)
    actions.evaluate_site(port.site, "test")
    assert outcome(port, "2.1.2.2", "Y1").judgement is None
    Camera.objects.filter(pk=port.wide.pk).update(area=port.yard)
    actions.evaluate_site(port.site, "test")
    assert outcome(port, "2.1.2.2", "Y1").outcome == "met"
    Camera.objects.filter(pk=port.wide.pk).update(is_active=False)
    actions.evaluate_site(port.site, "test")
    assert outcome(port, "2.1.2.2", "Y1").judgement is None


def test_only_what_is_the_officers_can_be_judged(port: Port) -> None:
    actions.declare_camera(port.operator, port.wide, {"sees": [], "stands": [], "mount": []})
    with pytest.raises(Refused, match="事实"):
        actions.sign_judgement(port.officer, port.site, "2.1.2.2", "Y1", "met", "看过")


@pytest.mark.req("C13")
def test_another_authoritys_rule_is_written_down_with_its_citation(port: Port) -> None:
    with pytest.raises(Refused):
        actions.make_ruling(port.officer, port.site, "2.1.2.2", "Y1", "displaced")
    actions.make_ruling(port.officer, port.site, "2.1.2.2", "Y1", "displaced", "港口条例第五条")
    found = outcome(port, "2.1.2.2", "Y1")
    assert found.outcome == "governed_elsewhere"
    assert "港口条例第五条" in found.finding["reason"]["zh"]


def test_the_league_counts_the_sites_of_each_agency(port: Port, make_user: Any, tree: Any) -> None:
    actions.evaluate_site(port.site, "test")
    rows = queries.league(make_user(tree.region, "monitor"))
    assert [(row.agency.name, row.sites) for row in rows] == [(port.site.agency.name, 1)]
    assert tree.region.name in rows[0].above
    assert queries.league(port.neighbour) == []


@pytest.mark.req("C-plan")
class TestPlan:
    """From declared areas to verified cameras."""

    def adopted(self, port: Port) -> Any:
        plan = actions.propose_plan(port.site, [str(port.wide.uid)])
        return plan, actions.adopt_plan(port.operator, port.site, plan)

    def test_the_plan_keeps_what_is_locked_and_says_how_good_it_is(self, port: Port) -> None:
        plan, adopted = self.adopted(port)
        assert plan["is_exact"] is True
        kept = [each for each in plan["cameras"] if each["is_locked"]]
        assert [each["id"] for each in kept] == [str(port.wide.uid)]
        assert adopted.lines.count() == len(plan["cameras"])

    def test_lines_go_from_planned_to_built_to_verified(self, port: Port) -> None:
        _plan, adopted = self.adopted(port)
        line = adopted.lines.filter(area_code="G1").first()
        assert line.state == PlanLine.State.PLANNED
        device = Device.objects.create(gb_id="42010000001320000099", name="新摄像机", site=port.site)
        camera = Camera.objects.create(
            gb_id="42010000001320000099",
            name="新摄像机",
            site=port.site,
            area=port.gate,
            mount=line.spec["kind"],
            abilities=line.spec["abilities"],
            device=device,
        )
        actions.declare_camera(port.operator, camera, {"sees": line.spec["sees"], "stands": [], "mount": []})
        actions.refresh_plan(port.site)
        line.refresh_from_db()
        assert (line.state, line.camera_id) == (PlanLine.State.BUILT, camera.pk)
        Device.objects.filter(pk=device.pk).update(is_online=True)
        actions.refresh_plan(port.site)
        line.refresh_from_db()
        assert line.state == PlanLine.State.BUILT, "the plan asks for primary control"
        Camera.objects.filter(pk=camera.pk).update(control_right="primary")
        actions.refresh_plan(port.site)
        line.refresh_from_db()
        assert line.state == PlanLine.State.VERIFIED

    def test_the_plan_says_nothing_on_behalf_of_who_looks_at_the_picture(self, port: Port) -> None:
        _plan, adopted = self.adopted(port)
        line = adopted.lines.filter(area_code="G1").first()
        line.code = "42010011101320803002"
        line.save()
        camera = online_camera(port, line, gb_id=line.code)
        actions.refresh_plan(port.site)
        line.refresh_from_db()
        assert (line.state, line.camera_id) == (PlanLine.State.BUILT, camera.pk)
        assert queries.camera_declaration(camera) is None
        actions.declare_camera(port.operator, camera, {"sees": line.spec["sees"], "stands": [], "mount": []})
        line.refresh_from_db()
        assert line.state == PlanLine.State.VERIFIED, "at once, without another event"


def online_camera(port: Port, line: PlanLine, gb_id: str) -> Camera:
    """Hardware just as a line asks for it, which nobody has declared yet."""
    device = Device.objects.create(gb_id=gb_id, name="新摄像机", site=port.site, is_online=True)
    return Camera.objects.create(
        gb_id=gb_id,
        name="新摄像机",
        site=port.site,
        area=port.gate,
        mount=line.spec["kind"],
        abilities=line.spec["abilities"],
        control_right="exclusive",
        device=device,
    )


def test_every_judged_site_is_judged_at_night(port: Port) -> None:
    assert actions.evaluate_all("nightly") == 1
    assert queries.newest_evaluation(port.site) is not None


def test_a_change_in_the_register_is_judged_by_the_listener(port: Port) -> None:
    from oversite.base.events.actions import run_listeners
    from oversite.video.cameras.actions import save_camera

    actions.evaluate_site(port.site, "test")
    actions.declare_camera(port.operator, port.wide, {"sees": ["panorama"], "stands": [], "mount": []})
    assert outcome(port, "2.1.2.2", "Y1").outcome == "met"
    save_camera(None, port.wide, {"mount": "fixed"})
    run_listeners()
    newest = queries.newest_evaluation(port.site)
    assert newest is not None
    assert newest.cause == "cameras.camera.changed"
    assert outcome(port, "2.1.2.2", "Y1").outcome == "not_met"
