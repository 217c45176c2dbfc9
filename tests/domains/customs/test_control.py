"""The control right that the rules ask for reaches the camera, and with it who may steer (req: C9.1, C9.2)."""

from typing import Any

import pytest

from oversite.common.errors import Refused
from oversite.domains.customs.actions import Allotment, allot_codes, assign_camera, change_position
from oversite.domains.customs.models import CONTROL_RIGHTS
from oversite.video.cameras.models import Camera
from oversite.video.control import queries as control
from oversite.video.control.policies import Answer

pytestmark = pytest.mark.django_db


def stored(camera: Camera) -> Camera:
    return Camera.objects.select_related("site").get(pk=camera.pk)


def test_rules_positions_and_cameras_use_the_same_words() -> None:
    assert {key for key, _label in CONTROL_RIGHTS} == set(Camera.ControlRight.values)


@pytest.fixture
def operator(port: Any, make_user: Any) -> Any:
    """Somebody of the enterprise that runs the site."""
    from oversite.base.agencies.actions import create_agency
    from oversite.base.sites.models import Site

    owner = create_agency(None, parent=port.site.agency, code="E1", name="码头公司", kind="enterprise", level=3)
    Site.objects.filter(pk=port.site.pk).update(operator=owner)
    return make_user(owner, "site-operator", username="chang")


@pytest.mark.parametrize(
    ("right", "policy", "operator_gets"),
    [
        pytest.param("exclusive", "customs-exclusive", Answer.NEVER, marks=pytest.mark.req("C9.1")),
        pytest.param("primary", "customs-primary", Answer.GRANT, marks=pytest.mark.req("C9.2")),
    ],
)
def test_a_planned_right_reaches_the_camera_that_is_hung_there(
    port: Any, register: Any, operator: Any, right: str, policy: str, operator_gets: Answer
) -> None:
    [planned] = allot_codes(port.user, register(), [Allotment("gate", control_right=right, is_steerable=True)])
    assert planned.parts.control == "1"
    assign_camera(port.user, planned, port.cameras[2])
    camera = stored(port.cameras[2])
    assert camera.control_right == right
    assert control.policy_of(camera).value == policy
    assert control.prospect(operator, camera, None).answer == operator_gets
    assert control.prospect(port.user, camera, None).answer == Answer.GRANT


@pytest.mark.req("C9.1")
def test_a_right_that_is_asked_for_later_reaches_it_too(port: Any, register: Any) -> None:
    [position] = allot_codes(port.user, register(), [Allotment("gate", camera=port.cameras[1])])
    change_position(port.user, position, {"control_right": "exclusive"})
    assert stored(port.cameras[1]).control_right == "exclusive"


@pytest.mark.req("C9.1", "C9.2")
def test_a_code_of_the_enterprise_bears_no_right_of_customs(port: Any, register: Any) -> None:
    registration = register()
    with pytest.raises(Refused):
        allot_codes(port.user, registration, [Allotment("gate", control="enterprise", control_right="primary")])
    [position] = allot_codes(port.user, registration, [Allotment("gate", control="enterprise")])
    with pytest.raises(Refused):
        change_position(port.user, position, {"control_right": "primary"})


def test_a_right_that_no_rule_asks_for_stays_as_it_is(port: Any, register: Any) -> None:
    allot_codes(port.user, register(), [Allotment("gate", camera=port.cameras[0])])
    assert stored(port.cameras[0]).control_right == "primary"


@pytest.mark.req("C9.1", "C9.2")
def test_the_control_of_a_plan_reaches_the_positions_that_are_made_of_it(port: Any, register: Any) -> None:
    from oversite.domains.customs.models import CameraPosition
    from oversite.domains.customs.planning import allot_plan
    from oversite.oversight.rules.slots import PlanSpot

    register()
    planned = [
        PlanSpot({"position": "08", "kind": "fixed", "control": control, "area": "A", "stands": ()})
        for control in ("exclusive", "primary", None)
    ]
    codes = allot_plan(port.user, port.site, planned)
    made = {position.code: position.control_right for position in CameraPosition.objects.all()}
    assert [made[code] for code in codes] == ["exclusive", "primary", ""]
    assert [code[7] for code in codes] == ["1", "1", "5"]
