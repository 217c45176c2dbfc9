"""`oversite code`: without a server, without a database."""

import json

import pytest

from oversite.project.cli import main

EXAMPLE = "42010011101320803002"
BUILD = ["code", "build", "--district", "4201", "--site", "001", "--control", "customs", "--device", "ip-camera"]
pytestmark = pytest.mark.req("C-code")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = main(arguments)
    return status, capsys.readouterr().out


def test_the_example_of_the_document_is_built(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = (*BUILD, "--class", "wharf", "--position", "inspection", "--serial", "2")
    assert run(capsys, *arguments) == (0, EXAMPLE + "\n")
    status, text = run(capsys, *arguments, "--json")
    assert status == 0
    assert json.loads(text)["code"] == EXAMPLE


def test_a_code_that_cannot_be_built_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    status, text = run(capsys, *BUILD, "--class", "18", "--position", "23", "--serial", "2", "--lang", "en")
    assert status == 1
    assert "Digits 16 to 17" in text
    status, text = run(capsys, *BUILD, "--class", "18", "--position", "22", "--serial", "2")
    assert status == 1
    assert "理由" in text


def test_the_special_case_settles_the_class(capsys: pytest.CaptureFixture[str]) -> None:
    status, text = run(capsys, *BUILD, "--position", "08", "--serial", "1", "--case", "land-border")
    assert (status, text[13:15]) == (0, "10")


def test_explain_says_what_the_digits_mean_twice(capsys: pytest.CaptureFixture[str]) -> None:
    status, text = run(capsys, "code", "explain", EXAMPLE)
    assert status == 0
    assert "由海关主控" in text
    assert "GB/T 28181" in text
    status, text = run(capsys, "code", "explain", EXAMPLE, "--json")
    told = json.loads(text)
    assert told["valid"]
    assert {part["part"]: part["value"] for part in told["gb28181"]["parts"]}["type"] == "132"


def test_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "code", "check", EXAMPLE)[0] == 0
    status, text = run(capsys, "code", "check", EXAMPLE[:7] + "4" + EXAMPLE[8:])
    assert status == 1
    assert "第 8 位" in text
    status, text = run(capsys, "code", "check", "1", "--json")
    told = json.loads(text)
    assert (status, told["valid"], told["faults"][0]["key"]) == (1, False, "code.length")
    status, text = run(capsys, "code", "explain", "1")
    assert status == 1
