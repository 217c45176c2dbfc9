"""Verdicts on small sites: each outcome, its cameras, its sentence and its clause."""

import json
from dataclasses import replace

import pytest

from oversight.rules.engine.harbour import book, camera, judged, site
from oversite.oversight.rules.engine.fact_reading import read_facts
from oversite.oversight.rules.engine.planning import make_plan
from oversite.oversight.rules.engine.problems import FactsError, lines_of

pytestmark = pytest.mark.req("C-eval")
GATE = {"id": "G1", "kind": "gate", "name": "一号卡口", "parts": {"lane": 2}}


def both_lanes() -> list[dict[str, object]]:
    return [
        camera("c1", "G1", sees=["plate&driver@lane-head"]),
        camera("c2", "G1", sees=["vehicle-rear@lane-tail"]),
    ]


def test_a_met_rule_names_the_cameras_that_meet_it() -> None:
    found = judged(site([GATE], both_lanes()))["2.1.6.1", "G1"]
    assert (found.outcome, found.cameras, found.clause) == ("met", ("c1", "c2"), ("2.1.6.1",))


def test_what_is_missing_is_said_place_by_place_in_both_languages() -> None:
    found = judged(site([GATE], [camera("c1", "G1", sees=["plate&driver&vehicle-rear@lane-head"])]))["2.1.6.1", "G1"]
    assert found.outcome == "not_met"
    assert found.missing.zh == "一号卡口：各车道车尾方向均缺少摄像头（须由海关主控）。"
    assert "watching every rear of a lane is missing" in found.missing.en


def test_one_place_of_several_is_said_by_its_number_or_its_name() -> None:
    cameras = [*both_lanes()[:1], camera("c2", "G1", sees=["vehicle-rear@lane-tail:1"])]
    found = judged(site([GATE], cameras))["2.1.6.1", "G1"]
    assert found.missing.zh == "一号卡口：2号车道车尾方向缺少摄像头（须由海关主控）。"
    named = {**GATE, "parts": {"lane": ["东道", "西道"]}}
    assert "西道车道车尾方向缺少" in judged(site([named], cameras))["2.1.6.1", "G1"].missing.zh


def test_what_every_missing_camera_must_be_is_said_once() -> None:
    found = judged(site([{"id": "Y", "kind": "yard", "name": "堆场"}]))["2.1.2.1", "Y"]
    assert found.missing.zh.count("海关主控") == 1
    assert "；以上均须由海关主控。" in found.missing.zh


def test_a_camera_that_sees_it_but_under_the_wrong_control_is_named() -> None:
    facts = site([{"id": "Z", "kind": "seal"}], [camera("c9", "Z", sees=["sealing"])])
    found = judged(facts)["2.1.8.1", "Z"]
    assert found.outcome == "not_met"
    assert "摄像头“c9”能看到，但须由海关专控。" in found.missing.zh


def test_exclusive_control_serves_where_primary_is_asked() -> None:
    facts = site([{"id": "Y", "kind": "yard"}], [camera("c1", "Y", "wide", control="exclusive", sees=["panorama"])])
    assert judged(facts)["2.1.2.2", "Y"].outcome == "met"


def test_a_camera_of_which_nothing_is_declared_is_for_the_officer_to_open() -> None:
    found = judged(site([{"id": "Y", "kind": "yard"}], [camera("c1", "Y", "wide", sees=None)]))["2.1.2.2", "Y"]
    assert (found.outcome, found.look_at) == ("judgement", ("c1",))
    assert found.missing.zh == ""
    assert found.reason.zh == "请打开摄像头“c1”的画面，确认能看清：区域全景。"
    assert found.reason.en.startswith("Open camera “c1” and make sure that they show: panorama")


def test_what_customs_may_require_is_the_officers_until_decided() -> None:
    areas = [{"id": "Y", "kind": "yard"}]
    found = judged(site(areas))["2.1.7.2", "Y"]
    assert found.outcome == "judgement"
    assert found.reason.zh.startswith("本项根据海关监管需要设置，请先决定此处是否需要。目前，")
    required = {"rule": "2.1.7.2", "area": "Y", "is_required": True}
    assert judged(site(areas, decisions=[required]))["2.1.7.2", "Y"].outcome == "not_met"
    assert (
        judged(site(areas, decisions=[{**required, "is_required": False}]))["2.1.7.2", "Y"].outcome == "not_applicable"
    )


def test_a_rule_for_equipment_that_is_not_there_is_not_applicable_and_says_so() -> None:
    found = judged(site([{"id": "I", "kind": "ground"}]))["A1.1.1.4", "I"]
    assert (found.outcome, found.reason.zh) == ("not_applicable", "此处没有机检设备")


@pytest.mark.req("C3")
def test_a_reference_to_a_text_we_do_not_have_is_the_officers_with_its_title() -> None:
    found = judged(site([{"id": "I", "kind": "ground", "features": ["closed-ground"]}]))["A1.1.1.6", "I"]
    assert found.outcome == "judgement"
    assert "摄像头的设置是否符合《封闭式查验场地设置规范》" in found.reason.zh


@pytest.mark.req("C13")
def test_another_authoritys_rule_displaces_ours_with_its_citation() -> None:
    displaced = {"rule": "2.1.6", "by": "港口条例第五条", "title": "港口条例"}
    found = judged(site([GATE], displaced=[displaced]))
    assert found["2.1.6.1", "G1"].outcome == "governed_elsewhere"
    assert "港口条例第五条" in found["2.1.6.1", "G1"].reason.zh
    assert found["2.1.6.2", "G1"].outcome == "governed_elsewhere"


@pytest.mark.req("C3")
def test_a_functional_area_meets_its_own_rules_and_those_of_its_site() -> None:
    facts = site([{"id": "T", "kind": "treatment"}])
    assert ("A1.2.1.3/2.1.8.1", "T") in judged(facts)
    both = site([{"id": "G", "kind": "gate", "class": "road"}])
    assert {("2.1.6.1", "G"), ("2.2.1.1", "G")} <= set(judged(both))


def test_in_a_zone_the_rules_hold_through_the_reference() -> None:
    rules = {rule for rule, area in judged(site([{"id": "Y", "kind": "yard", "zone": "domestic"}])) if area == "Y"}
    assert rules == {"2.1.11/2.1.2.1", "2.1.11/2.1.2.2"}


def test_a_blanket_names_every_camera_that_breaks_it() -> None:
    facts = site([{"id": "I", "kind": "ground"}], [camera("c1", "I"), camera("c2", "I", control="exclusive")])
    found = judged(facts)["A1.1.1.5", "I"]
    assert (found.outcome, found.look_at, found.cameras) == ("not_met", ("c1",), ("c2",))


@pytest.mark.req("C6")
def test_facts_of_the_site_are_judged_and_unknown_ones_are_the_officers() -> None:
    found = judged(site([]))["1.6", ""]
    assert found.outcome == "judgement"
    assert found.reason.zh.startswith("以下事项尚未登记，请核实后登记：")
    for days, outcome in ((90, "met"), (89, "not_met")):
        facts = site([], site={"code": "S1", "class": "waterway", "facts": {"retention_days": days}})
        assert judged(facts)["1.6", ""].outcome == outcome
    assert judged(facts)["1.6", ""].missing.zh.endswith("应不少于90，登记为89。")


class TestRedundancy:
    """Key areas (req: C4)."""

    pytestmark = pytest.mark.req("C4")

    def doubled(self) -> list[dict[str, object]]:
        sees = ["plate&driver&vehicle-rear@lane-head", "@lane-tail", "panorama@before", "panorama@behind"]
        return [camera(f"c{number}", "G1", "wide", sees=sees) for number in (1, 2)]

    def test_with_any_camera_out_all_is_still_seen(self) -> None:
        assert judged(site([GATE], self.doubled()))["1.4", "G1"].outcome == "met"

    def test_the_camera_whose_loss_uncovers_something_is_named_with_what(self) -> None:
        cameras = self.doubled()
        cameras[1]["sees"] = ["plate&driver&vehicle-rear@lane-head", "@lane-tail", "panorama@before"]
        found = judged(site([GATE], cameras))["1.4", "G1"]
        assert found.outcome == "not_met"
        assert [(each.camera, each.uncovers.zh) for each in found.losses] == [("c1", "卡口后方的区域全景")]

    def test_each_loss_named_really_breaks_what_was_met(self) -> None:
        cameras = self.doubled()[:1]
        before, after = judged(site([GATE], cameras)), judged(site([GATE]))
        assert before["2.1.6.1", "G1"].outcome == "met"
        assert before["1.4", "G1"].losses[0].camera == "c1"
        assert after["2.1.6.1", "G1"].outcome == "not_met"

    def test_a_camera_of_which_nobody_has_said_what_it_sees_is_no_spare(self) -> None:
        cameras = self.doubled()
        cameras[1]["sees"] = None
        found = judged(site([GATE], cameras))["1.4", "G1"]
        assert found.outcome == "judgement"
        assert [each.camera for each in found.losses] == ["c1"]
        assert "车牌" in found.losses[0].uncovers.zh
        assert "摄像头“c1”一旦故障，将看不到" in found.reason.zh

    def test_beside_a_certain_gap_too_it_is_no_spare(self) -> None:
        cameras = [*self.doubled()[:1], camera("c2", "G1", "fixed", sees=None)]
        found = judged(site([GATE], cameras))["1.4", "G1"]
        assert found.outcome == "not_met"
        assert "除非摄像头“c2”也能看清（尚未申报）" in found.missing.zh

    def test_the_loss_of_a_camera_that_must_stand_somewhere_is_told_and_needs_no_spare(self) -> None:
        bare = site([{"id": "C1", "kind": "ground", "class": "inspection", "parts": {"machine": 1}}])
        whole = make_plan(book(), bare).as_facts(bare)
        found = judged(whole)["1.4", "C1"]
        assert found.outcome == "met"
        named = {each.camera: set(each.breaks) for each in found.losses}
        assert {"A1.1.1.2"} in named.values()
        for lost in whole.cameras:
            after = judged(replace(whole, cameras=tuple(each for each in whole.cameras if each is not lost)))
            unmet = {rule for (rule, area), each in after.items() if area == "C1" and each.outcome == "not_met"}
            assert unmet - {"1.4"} == named.get(lost.id, set())
            assert (f"“{lost.id}”" in found.reason.zh) is (lost.id in named)

    def test_third_party_grounds_are_out_and_customs_may_mark_more(self) -> None:
        assert ("1.4", "I") not in judged(site([{"id": "I", "kind": "ground", "features": ["third-party"]}]))
        assert ("1.4", "Y") not in judged(site([{"id": "Y", "kind": "yard"}]))
        assert ("1.4", "Y") in judged(site([{"id": "Y", "kind": "yard", "is_key": True}]))


@pytest.mark.parametrize(
    ("areas", "cameras", "said"),
    [
        ([{"id": "X", "kind": "garden"}], [], "areas[0].kind: unknown area kind 'garden'; allowed: articles"),
        ([{"id": "G", "kind": "gate", "parts": {"lane": -1}}], [], "areas[0].parts.lane: -1 is no count"),
        (
            [{"id": "G", "kind": "gate"}],
            [camera("c", "G"), camera("c", "G")],
            "'c' stands there twice (a camera stands",
        ),
        ([{"id": "G", "kind": "gate"}], [camera("c", ["G", "G"])], "a camera stands in one area, not in several"),  # type: ignore[arg-type]
        (
            [{"id": "G", "kind": "gate"}],
            [camera("a", "G", code="1"), camera("b", "G", code="1")],
            "the code '1' stands",
        ),
        (
            [{"id": "G", "kind": "gate"}],
            [camera("c", "G", sees=["plates@lane"])],
            "unknown subject 'plates'; did you mean 'plate'? Allowed: plate",
        ),
        ([{"id": "G", "kind": "gate"}], [camera("c", "G", sees=["plate@lane:2"])], "lane:2 is not there"),
        ([{"id": "G", "kind": "gate"}], [camera("c", "G", "dome")], "unknown camera kind 'dome'; allowed: fixed"),
        ([{"id": "G", "kind": "gate"}, {"id": "G", "kind": "gate"}], [], "the area 'G' stands there twice"),
    ],
)
def test_bad_facts_are_refused_with_their_place_and_the_allowed_words(
    areas: list[dict[str, object]], cameras: list[dict[str, object]], said: str
) -> None:
    with pytest.raises(FactsError) as raised:
        site(areas, cameras)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    "given", [None, [], "x", {"site": []}, {"site": {"class": 3}}, {"areas": {}}, {"cameras": [1]}]
)
def test_any_json_is_refused_with_words_and_never_breaks(given: object) -> None:
    with pytest.raises(FactsError):
        read_facts(given, book())


def test_a_bad_kind_is_one_problem_also_where_a_class_is_named() -> None:
    with pytest.raises(FactsError) as raised:
        site([{"id": "X", "kind": "garden", "class": "road"}])
    assert [each.at for each in raised.value.problems] == ["areas[0].kind"]


def test_a_problem_is_told_in_chinese_with_line_field_and_labels() -> None:
    text = (
        '{"site": {"code": "S1", "class": "waterway"},\n "areas": [{"id": "X", "kind": "garden"},\n'
        '  {"id": "Y",\n   "kind": "yard", "parts": {"stack": -1}}]}'
    )
    with pytest.raises(FactsError) as raised:
        read_facts(json.loads(text), book())
    first, second = raised.value.told("zh", text).split("\n")
    assert first.startswith("第2行，第1个区域的类别：区域类别“garden”不认识；可用的词：articles（")
    assert second == "第4行，第2个区域的组成部分的数量的“stack”：“-1”不是数量，应为0至500的整数，或名称列表。"
    assert raised.value.told("en", text).startswith("line 2: areas[0].kind (area 1: kind): unknown area kind 'garden'")


def test_every_value_of_a_file_knows_its_line() -> None:
    found = lines_of('{"a": "x\\"y",\n"b": [1,\n{"c": null}, -2e3], "d": {}}')
    assert found == {"": 1, "a": 1, "b": 2, "b[0]": 2, "b[1]": 3, "b[1].c": 3, "b[2]": 3, "d": 3}


def test_a_word_that_a_fact_cannot_be_is_refused_with_those_it_can() -> None:
    with pytest.raises(
        FactsError, match=r"facts\.codec: unknown value 'h266'; did you mean 'h265'\? Allowed: h265, h264, mjpeg, svac"
    ):
        site([], [camera("c", "", facts={"codec": "h266"})])
