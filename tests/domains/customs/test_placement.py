"""The customs register behind placement: facts that it knows, names and codes of planned cameras."""

from typing import Any

import pytest

from oversite.common.errors import Refused
from oversite.domains.customs.actions import save_registration
from oversite.domains.customs.codes import check_code
from oversite.oversight.rules import actions, queries
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
    assert not set(codes) & {each["code"] for each in again["cameras"]}


def test_without_the_register_no_code_is_allotted(terminal: Any) -> None:
    actions.adopt_plan(terminal.user, terminal.site, actions.propose_plan(terminal.site, []))
    with pytest.raises(Refused, match="编码登记"):
        actions.allot_plan_codes(terminal.user, terminal.site)
