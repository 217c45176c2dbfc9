"""The example sites of the docs: each is judged by its own book, and shows what its rules can say."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from oversite.project.cli import main

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "docs/examples/placement"


def schema(name: str) -> Any:
    return json.loads((ROOT / f"docs/ref/{name}.schema.json").read_text(encoding="utf-8"))


def judged(name: str, capsys: pytest.CaptureFixture[str]) -> dict[tuple[str, str | None], dict[str, Any]]:
    """The findings about an example, by rule and area."""
    path = EXAMPLES / f"{name}.json"
    jsonschema_rs.validate(schema("rules-facts"), json.loads(path.read_text(encoding="utf-8")))
    assert main(["rules", "evaluate", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    jsonschema_rs.validate(schema("rules-findings"), found)
    return {(each["rule"], each["area"]): each for each in found["findings"]}


SHOWN = {
    "customs-wharf": {
        ("1.6", None): ("not_met", "视频存储天数应不少于90，登记为60。"),
        ("2.1.6.1", "G1"): ("not_met", "一号卡口：西道车道车尾缺少能看清车辆尾部的摄像头（须由海关主控）。"),
        ("2.1.1.1", "B1"): ("judgement", "请打开摄像头“泊位01云台”的画面，确认能看清："),
        ("2.1.1.2", "B1"): ("governed_elsewhere", "从其规定：《港口设施保安规则》第十二条"),
        ("A1.1.2.1.1", "H1"): (
            "judgement",
            "请打开摄像头“H986 01”的画面，判断：摄像头的设置是否符合《H986机检设备的建设要求》。",
        ),
        ("A1.1.1.4", "C1"): ("not_applicable", "此处没有非侵入式机检设备"),
    },
    "export-farm": {
        ("A6:loading", None): ("met", ""),
        ("A6:picture", None): ("not_met", "全部摄像头均须图像清晰、信号流畅。不符合的是摄像头“一号池01”。"),
        ("A11", "M"): ("met", ""),
        ("A14:packing", "K"): ("not_met", "包装区：缺少能看清产品标记的摄像头。"),
    },
    "slaughterhouse": {
        ("2.2.1", None): ("not_met", "城东生猪定点屠宰厂：缺少能看清无害化处理的摄像头。"),
        ("2.2.2", None): ("met", ""),
        ("2.2.2:place", None): ("met", ""),
        ("3.2", None): ("not_met", "市级已登记安装并完成与平台的联合调试：应为“是”，登记为“否”。"),
    },
    "bank": {
        ("V5:key-retention", None): ("not_met", "视频有效存储天数应不少于90，登记为60。"),
        ("V5:codec", None): ("not_met", "全部摄像头均须视频编码为SVAC、H.264或H.265。不符合的是摄像头“押运车01”。"),
        ("V5:protocol", None): ("not_met", "不符合的是摄像头“押运车01”。"),
        ("V5:products", None): ("judgement", "请核实并登记摄像头“押运车01”的以下事项：有产品质量证明。"),
        ("V5:line", None): ("met", ""),
        ("V5:bandwidth", None): ("not_met", "传输带宽足够：应为“是”，登记为“否”。"),
        ("V8.4:vehicle", "E"): ("met", ""),
        ("V10", None): ("judgement", "以下事项尚未登记，请核实后登记：设计方案已经公安机关核准。"),
    },
    "public-area": {
        ("V5:key-retention", None): ("met", ""),
        ("V5:codec", None): ("met", ""),
        ("V5:protocol", None): ("met", ""),
        ("V6:keeper", None): ("not_met", "应为“是”，登记为“否”。"),
        ("V6:places", "J"): ("not_met", "开城大道路口：缺少能看清人员和车辆通行情况的摄像头。"),
    },
    "non-key-place": {("V5:retention", None): ("met", ""), ("V5:ordinary", "O"): ("judgement", "判断：未要求安装")},
}


@pytest.mark.req("C-eval", "S-T1", "A6.2", "V5.2", "V5.4", "V6", "V8")
@pytest.mark.parametrize("name", SHOWN)
def test_an_example_says_what_its_site_lacks(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = judged(name, capsys)
    for key, (outcome, says) in SHOWN[name].items():
        finding = found[key]
        said = (finding["missing"] or finding["reason"] or {"zh": ""})["zh"]
        assert finding["outcome"] == outcome, key
        assert says in said, key


@pytest.mark.req("C4", "C-plan")
def test_a_plan_fed_back_names_the_corner_cameras_whose_loss_breaks_their_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = json.loads((EXAMPLES / "customs-wharf.json").read_text(encoding="utf-8"))
    found = fed_back(facts, tmp_path / "wharf.json", capsys)
    assert {each["outcome"] for (rule, _area), each in found.items() if rule == "1.4"} == {"met"}
    ground = found["1.4", "C1"]
    corners = [each["camera"] for each in ground["losses"] if each["breaks"] == ["A1.1.1.2"]]
    assert len(corners) == 5
    assert all(f"“{each}”" in ground["reason"]["zh"] for each in corners)


def fed_back(facts: dict[str, Any], path: Path, capsys: pytest.CaptureFixture[str]) -> dict[Any, dict[str, Any]]:
    """The findings about the cameras that a plan of the bare areas has."""
    path.write_text(json.dumps({**facts, "cameras": []}), encoding="utf-8")
    assert main(["rules", "plan", str(path), "--json"]) == 0
    known = {"id", "name", "area", "kind", "abilities", "mount", "stands", "control", "sees"}
    planned = [
        {key: value for key, value in each.items() if key in known}
        for each in json.loads(capsys.readouterr().out)["cameras"]
    ]
    path.write_text(json.dumps({**facts, "cameras": planned}), encoding="utf-8")
    assert main(["rules", "evaluate", str(path), "--json"]) == 0
    return {(each["rule"], each["area"]): each for each in json.loads(capsys.readouterr().out)["findings"]}


def test_every_example_is_looked_at() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.json")} == set(SHOWN)
