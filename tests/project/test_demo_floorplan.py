"""The demonstration's terminal has a floor plan on which everything lies and something is red."""

from io import BytesIO

import pytest
from PIL import Image

from oversite.base.sites.models import Site
from oversite.oversight.rules import actions, drawing, queries
from oversite.oversight.rules.views import _areas
from oversite.project.demo import floorplan
from oversite.project.demo.facts import facts
from oversite.video.cameras.models import Camera

pytestmark = [pytest.mark.django_db, pytest.mark.req("C-eval")]
[TERMINAL] = [row for row in facts()["sites"] if "floorplan" in row]


def test_every_area_and_camera_of_the_terminal_lies_on_its_plan() -> None:
    plan = TERMINAL["floorplan"]
    assert set(plan["areas"]) == {area["code"] for area in TERMINAL["areas"]}
    assert set(plan["cameras"]) == {camera["gb_id"] for camera in TERMINAL["cameras"]}
    for camera in TERMINAL["cameras"]:
        left, top, right, bottom = plan["areas"][camera["area"]]
        x, y = plan["cameras"][camera["gb_id"]][:2]
        assert left <= x <= right, camera["name"]
        assert top <= y <= bottom, camera["name"]
    with Image.open(BytesIO(floorplan.drawn(plan))) as picture:
        assert len(picture.getcolors() or []) > 4


def test_the_plan_is_kept_once_and_shows_in_red_where_something_is_missing(tree, data_dir, make_user) -> None:
    site = Site.objects.create(code=TERMINAL["code"], name="码头", site_class="waterway", agency=tree.post)
    for row in TERMINAL["areas"]:
        site.areas.create(code=row["code"], name=row["name"], kind=row["kind"])
    for row in TERMINAL["cameras"]:
        area = site.areas.get(code=row["area"])
        Camera.objects.create(gb_id=row["gb_id"], name=row["name"], site=site, area=area, mount=row["mount"])
    told = {"sites": [TERMINAL]}
    floorplan.place(told)
    kept = queries.picture_of(site)
    assert kept is not None
    floorplan.place(told)
    assert queries.picture_of(site).path == kept.path
    evaluation = actions.evaluate_site(site, "test")
    assert evaluation is not None
    user = make_user(tree.post, "monitor")
    shown = drawing.props(site, user, _areas(site, queries.judged_findings(evaluation, user)))
    assert shown is not None
    assert set(shown["layout"]["cameras"]) == {each["uid"] for each in shown["cameras"]}
    assert "now" in {each["tone"] for each in shown["areas"]}
