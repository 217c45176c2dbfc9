"""The customs register behind placement: facts that it knows, names and codes of planned cameras."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oversite.base.numbers.queries import unbalanced_pools
from oversite.common.errors import Refused
from oversite.domains.customs.actions import Allotment, allot_codes, save_registration
from oversite.domains.customs.codes import check_code
from oversite.domains.customs.models import CameraPosition
from oversite.domains.customs.queries import registration_of
from oversite.oversight.rules import actions, queries
from oversite.oversight.rules.construction_papers import rows_of
from oversite.video.cameras.models import Camera

pytestmark = [pytest.mark.django_db, pytest.mark.req("C-plan")]


@pytest.fixture
def terminal(port: Any) -> Any:
    """The site of the register as a waterway site with a gate."""
    from oversite.base.sites.models import Area

    port.site.site_class = "waterway"
    port.site.save()
    Camera.objects.filter(site=port.site).update(area=None)
    Area.objects.filter(site=port.site).delete()
    Area.objects.create(site=port.site, code="G1", name="卡口", kind="gate")
    return port


def register(terminal: Any) -> Any:
    values = {"house": terminal.house, "registration_code": "K001", "site_class": "01", "place_name": "一号码头"}
    return save_registration(None, terminal.site, None, values)


def outcome(site: Any, rule: str) -> str:
    evaluation = actions.evaluate_site(site, "test")
    assert evaluation is not None
    return str(next(each["outcome"] for each in evaluation.findings if each["rule"] == rule))


@pytest.mark.req("C5")
def test_papers_of_a_device_are_facts_of_its_camera(terminal: Any) -> None:
    assert outcome(terminal.site, "1.5") == "judgement"
    Camera.objects.filter(site=terminal.site).update(conforms_to="GB/T 28181", certificate_number="1")
    assert outcome(terminal.site, "1.5") == "not_met"


def test_an_uncoded_camera_of_a_registered_site_is_found(terminal: Any) -> None:
    assert outcome(terminal.site, "1.10") == "judgement"
    register(terminal)
    assert outcome(terminal.site, "1.10") == "not_met"


def test_a_right_code_needs_no_declaration_where_the_site_is_not_registered(terminal: Any) -> None:
    client = Client()
    client.force_login(terminal.user)

    def is_asked() -> bool:
        url = reverse("rules:declare-camera", args=[terminal.cameras[0].uid])
        return "fact_coded" in client.get(url).context["form"].fields

    def finding() -> Any:
        evaluation = actions.evaluate_site(terminal.site, "test")
        assert evaluation is not None
        return next(each for each in evaluation.findings if each["rule"] == "1.10")

    wrong, right, bare = (str(each.uid) for each in terminal.cameras)
    Camera.objects.filter(uid=right).update(camera_code="42010011101320803002")
    Camera.objects.filter(uid=wrong).update(camera_code="42010011101320899002")
    assert set(finding()["look_at"]) == {wrong, bare}
    assert is_asked()
    Camera.objects.filter(uid=wrong).update(camera_code="42010011101320803003")
    assert set(finding()["look_at"]) == {bare}
    assert not is_asked()


def test_what_a_register_knows_is_not_asked_and_what_was_declared_before_is_kept(terminal: Any) -> None:
    client = Client()
    client.force_login(terminal.user)
    camera = terminal.cameras[0]
    said = {"sees": None, "stands": None, "mount": None, "facts": {"coded": True, "labelled": True}}
    actions.declare_camera(terminal.user, camera, said)
    register(terminal)
    url = reverse("rules:declare-camera", args=[camera.uid])
    fields = client.get(url).context["form"].fields
    assert "fact_coded" not in fields
    assert "fact_notice" in fields
    assert client.post(url, {"fact_notice": "yes"}).status_code == 302
    declared = queries.camera_declaration(camera)
    assert declared is not None
    assert declared.facts == {"coded": True, "notice": True}


@pytest.mark.parametrize(("kind", "is_asked"), [("gate", False), ("rear-gate", True)])
def test_an_area_is_asked_only_for_facts_that_a_rule_there_requires(terminal: Any, kind: str, is_asked: bool) -> None:
    from oversite.base.sites.models import Area

    terminal.site.site_class = "land-border" if kind == "rear-gate" else "waterway"
    terminal.site.save()
    area = Area.objects.get(site=terminal.site)
    area.kind = kind
    area.save()
    client = Client()
    client.force_login(terminal.user)
    fields = client.get(reverse("rules:declare-area", args=[terminal.site.uid, area.pk])).context["form"].fields
    assert ("fact_vehicle_comparison" in fields) is is_asked


@pytest.mark.req("C-code", "C-OSD", "C-sign")
def test_a_plan_has_code_text_and_notices_and_its_codes_are_allotted_for_good(terminal: Any) -> None:
    plan = actions.propose_plan(terminal.site, [])
    assert {each["code"] for each in plan["cameras"]} == {None}
    register(terminal)
    plan = actions.propose_plan(terminal.site, [])
    first = plan["cameras"][0]
    assert check_code(first["code"]) == ()
    assert first["code"].startswith("4201001")
    assert first["screen_text"][0].startswith("青岛烟台海关一号码头卡口")
    assert first["sign"] == [{"kind": "image", "size": "medium"}]
    actions.adopt_plan(terminal.user, terminal.site, plan)
    assert actions.allot_plan_codes(terminal.user, terminal.site) == len(plan["cameras"])
    adopted = queries.current_plan(terminal.site)
    assert adopted is not None
    codes = list(adopted.lines.values_list("code", flat=True))
    assert codes == [each["code"] for each in plan["cameras"]]
    assert actions.allot_plan_codes(terminal.user, terminal.site) == 0
    again = actions.propose_plan(terminal.site, [])
    assert [each["code"] for each in again["cameras"]] == codes, "what is planned again is the same positions"


@pytest.mark.req("C-code", "C-OSD")
def test_the_plan_page_of_a_site_outside_of_the_register_says_where_codes_and_names_come_from(
    terminal: Any, make_user: Any
) -> None:
    url, form = reverse("rules:plan", args=[terminal.site.uid]), reverse("customs:register", args=[terminal.site.uid])
    page = terminal.client.get(url).content.decode()
    assert "该场所尚未纳入海关编码登记" in page
    assert f'href="{form}"' in page
    operator = Client()
    operator.force_login(make_user(terminal.site.agency, "site-operator"))
    told = operator.get(url).content.decode()
    assert "该场所尚未纳入海关编码登记" in told
    assert form not in told, "who may not register is not sent there"
    register(terminal)
    assert "该场所尚未纳入海关编码登记" not in terminal.client.get(url).content.decode()


@pytest.fixture
def planned(terminal: Any) -> Any:
    """The terminal with a plan whose cameras have their codes, and none of which is built."""
    register(terminal)
    actions.adopt_plan(terminal.user, terminal.site, actions.propose_plan(terminal.site, []))
    actions.allot_plan_codes(terminal.user, terminal.site)
    return terminal


def lines(port: Any) -> list[Any]:
    plan = queries.current_plan(port.site)
    assert plan is not None
    return list(plan.lines.order_by("number"))


def open_positions(port: Any) -> list[CameraPosition]:
    return list(CameraPosition.objects.filter(registration__site=port.site, closed_at=None).order_by("code"))


def bring_online(port: Any, line: Any, gb_id: str, **values: Any) -> Camera:
    """Hardware of the sort that the line asks for is entered into the register in the line's area."""
    from oversite.base.sites.models import Area

    return Camera.objects.create(
        gb_id=gb_id,
        name="新到摄像机",
        site=port.site,
        area=Area.objects.get(site=port.site, code=line.area_code),
        device=port.device,
        mount=line.spec["kind"],
        abilities=line.spec["abilities"],
        **values,
    )


@pytest.mark.req("C-code")
class TestOnePositionOneCodeOneLine:
    """Whichever door allots first, the other finds what is there."""

    def test_a_plan_adopted_again_keeps_its_positions(self, planned: Any) -> None:
        before = [each.code for each in open_positions(planned)]
        assert len(before) == len(lines(planned))
        actions.adopt_plan(planned.user, planned.site, actions.propose_plan(planned.site, []))
        assert [line.code for line in lines(planned)] != [""] * len(before)
        assert actions.allot_plan_codes(planned.user, planned.site) == 0
        assert [each.code for each in open_positions(planned)] == before
        assert not unbalanced_pools()

    def test_what_the_plan_asks_no_more_is_closed_and_never_given_again(self, planned: Any) -> None:
        from oversite.base.sites.models import Area

        before = {each.code for each in open_positions(planned)}
        gate = Area.objects.get(site=planned.site, code="G1")
        actions.declare_area(planned.user, gate, {"parts": {"lane": 2}})
        actions.adopt_plan(planned.user, planned.site, actions.propose_plan(planned.site, []))
        actions.allot_plan_codes(planned.user, planned.site)
        more = {each.code for each in open_positions(planned)}
        assert before < more
        actions.declare_area(planned.user, gate, {"parts": {"lane": 1}})
        actions.adopt_plan(planned.user, planned.site, actions.propose_plan(planned.site, []))
        actions.allot_plan_codes(planned.user, planned.site)
        assert len(open_positions(planned)) == len(lines(planned)) < len(more)
        assert set(CameraPosition.objects.exclude(closed_at=None).values_list("code", flat=True)) <= more
        assert not unbalanced_pools()

    @pytest.mark.req("C-plan")
    def test_hardware_with_the_code_as_its_identity_is_built_and_then_verified(self, planned: Any) -> None:
        line = lines(planned)[0]
        camera = bring_online(planned, line, line.code)
        planned.device.is_online = False
        planned.device.save()
        actions.refresh_plan(planned.site)
        line.refresh_from_db()
        camera.refresh_from_db()
        position = CameraPosition.objects.get(code=line.code)
        assert (position.camera, camera.camera_code, line.camera_id) == (camera, line.code, camera.pk)
        assert camera.name.startswith("青岛烟台海关一号码头卡口")
        assert camera.control_right == line.spec["control"]
        assert line.state == "built"
        planned.device.is_online = True
        planned.device.save()
        actions.refresh_plan(planned.site)
        line.refresh_from_db()
        assert line.state == "built", "nobody has looked at its picture yet"
        actions.declare_camera(None, camera, {"sees": line.spec["sees"], "stands": line.spec["stands"] or []})
        line.refresh_from_db()
        assert line.state == "verified"
        assert len(open_positions(planned)) == len(lines(planned))

    def test_a_camera_that_is_entered_with_the_code_of_a_planned_position_hangs_there(self, planned: Any) -> None:
        from oversite.base.events.actions import run_listeners
        from oversite.video.cameras.actions import save_camera

        line = lines(planned)[0]
        camera = bring_online(planned, line, "42010011101320000077")
        save_camera(None, camera, {"camera_code": line.code})
        run_listeners()
        assert CameraPosition.objects.get(code=line.code).camera == camera

    def test_allotment_for_the_site_fills_the_planned_positions(self, planned: Any) -> None:
        wanted = lines(planned)
        cameras = [bring_online(planned, line, f"4201001110132000009{n}") for n, line in enumerate(wanted[:2])]
        registration = registration_of(planned.site)
        assert registration is not None
        made = allot_codes(planned.user, registration, [Allotment("gate", camera=each) for each in cameras])
        assert len({each.code for each in made}) == 2
        assert len(open_positions(planned)) == len(wanted)
        assert {each.control_right for each in made} == {line.spec["control"] for line in wanted[:2]}

    def test_codes_that_the_site_has_already_are_those_of_the_plans_kept_cameras(self, terminal: Any) -> None:
        registration = register(terminal)
        actions.declare_camera(terminal.user, terminal.cameras[0], {"sees": [], "stands": [], "mount": []})
        [position] = allot_codes(terminal.user, registration, [Allotment("gate", camera=terminal.cameras[0])])
        assert position.control_right == "primary", "as its camera has it"
        plan = actions.propose_plan(terminal.site, [str(each.uid) for each in terminal.cameras])
        actions.adopt_plan(terminal.user, terminal.site, plan)
        actions.allot_plan_codes(terminal.user, terminal.site)
        assert len(open_positions(terminal)) == len(lines(terminal))
        assert position.code in {line.code for line in lines(terminal)}
        assert {line.camera_id for line in lines(terminal)} >= {each.pk for each in terminal.cameras}
        held = {each.camera_id for each in open_positions(terminal)}
        assert held >= {each.pk for each in terminal.cameras}, "the kept cameras hang at positions of their own"


@pytest.mark.req("C-code")
def test_the_operator_has_a_coded_list_before_customs_allots_and_is_not_sent_into_a_refusal(
    terminal: Any, make_user: Any
) -> None:
    from oversite.base.agencies.actions import create_agency

    company = create_agency(None, parent=terminal.site.agency, code="E42", name="码头公司", kind="enterprise", level=4)
    terminal.site.operator = company
    terminal.site.save()
    operator = make_user(company, "site-operator", username="operator")
    register(terminal)
    actions.adopt_plan(operator, terminal.site, actions.propose_plan(terminal.site, []))
    proposed = [row["code"] for row in rows_of(terminal.site, operator)]
    assert all(not check_code(code) for code in proposed)
    assert not CameraPosition.objects.exists()
    client = Client()
    client.force_login(operator)
    url = reverse("rules:construction", args=[terminal.site.uid])
    page = client.get(url).content.decode()
    assert "尚未分配" in page
    assert "编码由海关分配" in page
    with pytest.raises(Refused):
        actions.allot_plan_codes(operator, terminal.site)
    actions.allot_plan_codes(terminal.user, terminal.site)
    assert [row["code"] for row in rows_of(terminal.site, operator)] == proposed
    assert "尚未分配" not in client.get(url).content.decode()


def test_without_the_register_no_code_is_allotted(terminal: Any) -> None:
    actions.adopt_plan(terminal.user, terminal.site, actions.propose_plan(terminal.site, []))
    with pytest.raises(Refused, match="编码登记"):
        actions.allot_plan_codes(terminal.user, terminal.site)

    @pytest.mark.req("C9.2")
    def test_a_kept_camera_gets_the_control_that_the_rules_ask_for_there(self, terminal: Any) -> None:
        """Not the right that it happened to have: digit 8, position and camera follow the plan."""
        from oversite.base.sites.models import Area

        register(terminal)
        kept = Camera.objects.get(pk=terminal.cameras[1].pk)
        Camera.objects.filter(pk=kept.pk).update(area=Area.objects.get(site=terminal.site, code="G1"))
        actions.declare_camera(terminal.user, kept, {"sees": ["vehicle-rear@lane-tail:1"], "stands": [], "mount": []})
        plan = actions.propose_plan(terminal.site, [str(kept.uid)])
        [spec] = [each for each in plan["cameras"] if each["is_locked"]]
        assert (spec["control"], spec["control_asked"], spec["code"][7]) == (None, "primary", "1")
        actions.adopt_plan(terminal.user, terminal.site, plan)
        assert {line.code for line in lines(terminal)} == {""}, "what is only shown is no code yet"
        actions.allot_plan_codes(terminal.user, terminal.site)
        position = CameraPosition.objects.get(camera=kept)
        kept.refresh_from_db()
        assert (position.control_right, position.code[7], kept.control_right) == ("primary", "1", "primary")
