"""`oversite rules …` from a file to its answer, without a database; the answers keep to the printed schemas."""

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from oversite.project.cli import main

HARBOUR = Path(__file__).parent / "books" / "harbour"
SCHEMAS = Path(__file__).parents[3] / "docs" / "ref"
FACTS = {
    "site": {"code": "S1", "name": "演示码头", "class": "waterway", "facts": {"retention_days": 60}},
    "on": "2026-11-22",
    "areas": [{"id": "G1", "kind": "gate", "name": "一号卡口", "parts": {"lane": 2}}, {"id": "Y1", "kind": "yard"}],
    "cameras": [
        {"id": "c1", "area": "G1", "kind": "fixed", "control": "primary", "sees": ["plate&driver@lane-head"]},
        {"id": "c2", "area": "Y1", "kind": "pan-tilt", "control": "primary", "sees": None},
    ],
}


def schema(name: str) -> dict[str, Any]:
    return dict(json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8")))


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    path = tmp_path / "site.json"
    path.write_text(json.dumps(FACTS), encoding="utf-8")
    return path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.req("C2")
def test_list_prints_every_rule_with_its_clause(capsys: pytest.CaptureFixture[str]) -> None:
    rules = {each["id"]: each for each in printed(capsys, "rules", "list", "--book", "customs")}
    assert len(rules) > 300
    needed = {"id", "book", "clause", "area", "kind", "abilities", "count", "control", "strength", "conditions"}
    assert all(needed <= set(each) for each in rules.values())
    ground = rules["A1.1.1.2"]
    assert ground["clause"] == ["A1.1.1.2", "A1.1.1.5"]
    assert (ground["kind"], ground["control"]) == ("pan-tilt", "exclusive")
    assert ground["count"] == {"least": 1, "basis": "corners-and-centre", "of": ["corner", "centre"]}


@pytest.mark.req("C-eval")
def test_evaluate_judges_a_file_and_keeps_to_the_schemas(facts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    jsonschema_rs.validate(schema("rules-facts"), FACTS)
    found = printed(capsys, "rules", "evaluate", str(facts))
    jsonschema_rs.validate(schema("rules-findings"), found)
    outcomes = {(each["rule"], each["area"]): each["outcome"] for each in found["findings"]}
    assert outcomes["2.1.6.1", "G1"] == "not_met"
    assert outcomes["2.1.2.2", "Y1"] == "judgement"
    assert sum(found["counts"].values()) == len(found["findings"])


@pytest.mark.req("C-plan")
def test_a_plan_is_read_again_and_met(facts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = printed(capsys, "rules", "plan", str(facts))
    assert plan["is_exact"] is True
    again = tmp_path / "planned.json"
    again.write_text(json.dumps({**FACTS, "cameras": plan["cameras"]}), encoding="utf-8")
    jsonschema_rs.validate(schema("rules-facts"), json.loads(again.read_text(encoding="utf-8")))
    found = printed(capsys, "rules", "evaluate", str(again))
    unmet = [each["rule"] for each in found["findings"] if each["outcome"] == "not_met" and each["area"]]
    assert unmet == []


def test_vocabulary_prints_every_word_with_its_chinese_name(capsys: pytest.CaptureFixture[str]) -> None:
    books = printed(capsys, "rules", "vocabulary", "--book", "customs")
    lists = {name: entries for name, entries in books[0].items() if isinstance(entries, list)}
    assert {"classes", "areas", "subjects", "abilities", "bases"} <= set(lists)
    assert all(entry["label_zh"] and entry["label_en"] for entries in lists.values() for entry in entries)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[]", "a JSON object is expected"),
        ('{"site": {"code": "S", "class": "spaceport"}}', "unknown site class 'spaceport'; allowed: air, animal-plant"),
        ('{"site": {"code": "S", "class": "waterway"}, "on": "yesterday"}', "'yesterday' is no day"),
        (
            '{"site": {"code": "S", "class": "waterway"}, "areas": [{"id": "a", "kind": "gatee"}]}',
            "line 1: areas[0].kind (area 1: kind): unknown area kind 'gatee'; did you mean 'gate'? Allowed: gate, ",
        ),
    ],
)
def test_a_bad_file_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    assert main(["rules", "evaluate", str(path)]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("gatee", "第1个区域的类别：区域类别“gatee”不认识；是否指gate（卡口）？可用的词：gate（卡口）、"),
        ("泊 位", "是否指berth（泊位）？可用的词：berth（泊位）、"),
        ("Berth", "是否指berth（泊位）？"),
        ("集装箱", "是否指container-ground（集装箱/箱式货车承载货物查验场地）？"),
        ("停机坪码头火车站", "不认识；可用的词："),
    ],
)
def test_of_many_allowed_words_the_nearest_is_named_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, said: str
) -> None:
    path = tmp_path / "bad.json"
    facts = {"site": {"code": "S", "class": "waterway"}, "areas": [{"id": "a", "kind": kind}]}
    path.write_text(json.dumps(facts), encoding="utf-8")
    assert main(["rules", "evaluate", str(path), "--lang", "zh"]) == 2
    assert said in capsys.readouterr().err


def test_a_class_of_sites_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.json"
    path.write_text('{"site": {"code": "S", "class": "water-way"}}', encoding="utf-8")
    assert main(["rules", "evaluate", str(path), "--lang", "en"]) == 2
    assert "unknown site class 'water-way'; did you mean 'waterway'? Allowed: waterway, air," in capsys.readouterr().err


def test_a_code_that_is_used_twice_is_told_at_the_second_camera_that_has_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cameras = [{"id": f"c{number}", "area": "G1", "kind": "fixed"} for number in range(4)]
    cameras[1]["code"] = cameras[3]["code"] = "42010011101320803002"
    path = tmp_path / "twice.json"
    path.write_text(json.dumps({**FACTS, "cameras": cameras}, indent=1), encoding="utf-8")
    line = path.read_text(encoding="utf-8").splitlines().index('   "id": "c3",')
    assert main(["rules", "evaluate", str(path), "--lang", "zh"]) == 2
    said = capsys.readouterr().err
    assert f"第{line}行，第4个摄像头：编码“42010011101320803002”重复，与第2个相同" in said


@pytest.mark.parametrize(("language", "said"), [("en", "examples hold"), ("zh", "个示例均成立")])
def test_check_proves_a_folder_of_rules(capsys: pytest.CaptureFixture[str], language: str, said: str) -> None:
    assert main(["rules", "check", str(HARBOUR), "--lang", language]) == 0
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "harbour/rules.yaml:4: unknown area kind 'gatee'; did you mean 'gate'? Allowed: gate, articles, fence"),
        ("zh", "harbour/rules.yaml:4：区域类别“gatee”不认识；是否指“gate”？可用的词：gate、articles、fence"),
    ],
)
def test_a_rulebook_with_an_unknown_word_is_refused_in_the_readers_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, said: str
) -> None:
    folder = Path(shutil.copytree(HARBOUR, tmp_path / "harbour"))
    rules = (folder / "rules.yaml").read_text(encoding="utf-8").replace("area: gate", "area: gatee", 1)
    (folder / "rules.yaml").write_text(rules, encoding="utf-8")
    assert main(["rules", "check", str(folder), "--lang", language]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("command", ["list", "vocabulary"])
def test_an_unknown_book_is_refused_with_those_that_there_are(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", command, "--book", "custom"]) == 2
    assert (
        "there is no rulebook 'custom'; did you mean 'customs'? Allowed: customs, aquaculture"
        in capsys.readouterr().err
    )


def test_an_unknown_clause_is_an_error_that_names_those_near_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "list", "--clause", "2.1.99", "--lang", "en"]) == 2
    assert "no rule rests on the clause '2.1.99'; near it: 2.1.1, 2.1.2, 2.1.3" in capsys.readouterr().err
    assert main(["rules", "list", "--clause", "1.4", "--json"]) == 0


def test_a_day_before_the_first_book_is_told_with_the_day_from_which_there_is_one(
    facts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "evaluate", str(facts), "--on", "2000-01-01", "--lang", "zh"]) == 2
    assert "评估日期：2000-01-01当日没有生效的规则：customs（第1版）自2019-04-22起" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["list", "vocabulary"])
def test_a_day_without_a_book_is_refused_also_where_nothing_is_judged(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", command, "--book", "customs", "--on", "2000-01-01", "--lang", "en"]) == 2
    told = capsys.readouterr()
    assert "--on: no such rulebook was in force on 2000-01-01: customs 1 from 2019-04-22" in told.err
    assert not told.out


def test_what_is_no_day_is_told_with_how_one_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["rules", "list", "--on", "yesterday"])
    assert "argument --on: 'yesterday' is no day: 2026-11-22 is one" in capsys.readouterr().err


def test_lines_for_people_have_the_clause_in_words_and_its_id_at_the_end(
    facts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "evaluate", str(facts), "--lang", "zh"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert ["不符合", "第二章第一节第六项（一）", "一号卡口", "卡口：车头车尾"] in [row[:4] for row in rows]
    assert all(len(row) == 6 for row in rows)
