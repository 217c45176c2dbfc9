"""Papers of devices (chapter 1 no. 5) and machine rooms (no. 8)."""

from dataclasses import replace
from datetime import date

import pytest

from oversite.domains.customs.papers import CameraPapers, RoomPapers, camera_findings, room_findings

TODAY = date(2026, 11, 22)
WHOLE = CameraPapers("厂商", "X1", "HS/T 58-2019, GB/T 28181-2022", "海关视频平台", "C-1", date(2028, 1, 1))


def keys(papers: CameraPapers) -> list[str]:
    return [finding.key for finding in camera_findings(papers, TODAY)]


@pytest.mark.req("C5")
def test_whole_papers_give_no_finding() -> None:
    assert keys(WHOLE) == []


@pytest.mark.req("C5")
def test_missing_is_a_finding() -> None:
    assert keys(CameraPapers()) == ["model", "hs-t-58", "national", "compatible", "certificate"]


@pytest.mark.req("C5")
@pytest.mark.parametrize(
    ("papers", "key"),
    [
        (replace(WHOLE, model=""), "model"),
        (replace(WHOLE, conforms_to="GB/T 28181-2022"), "hs-t-58"),
        (replace(WHOLE, conforms_to="HS/T 58"), "national"),
        (replace(WHOLE, compatible_with=""), "compatible"),
        (replace(WHOLE, certificate_number=""), "certificate"),
        (replace(WHOLE, certificate_expires_on=None), "certificate-term"),
        (replace(WHOLE, certificate_expires_on=date(2026, 11, 21)), "certificate-expired"),
        (replace(WHOLE, certificate_expires_on=date(2026, 12, 1)), "certificate-soon"),
    ],
)
def test_each_paper_is_asked_for(papers: CameraPapers, key: str) -> None:
    assert keys(papers) == [key]
    (finding,) = camera_findings(papers, TODAY)
    assert finding.is_soon is (key == "certificate-soon")
    assert finding.message.zh != finding.message.en


@pytest.mark.req("C5")
@pytest.mark.parametrize("text", ["HS/T 58、GB 35114", "hs/t58 gbt 28181", "HST 58; GB/T28181"])
def test_standards_are_recognised_however_they_are_written(text: str) -> None:
    assert keys(replace(WHOLE, conforms_to=text)) == []


@pytest.mark.req("C8")
def test_rooms() -> None:
    assert [finding.key for finding in room_findings([])] == ["room"]
    whole = RoomPapers("机房", "yes", ["storage", "network", "security"])
    assert room_findings([whole]) == ()
    assert [each.key for each in room_findings([replace(whole, network_security="no")])] == ["insecure"]
    assert [each.key for each in room_findings([replace(whole, network_security="")])] == ["unassessed"]
    assert [each.key for each in room_findings([whole, RoomPapers("机柜", "yes", [])])] == ["empty"]
    assert [each.key for each in room_findings([replace(whole, purposes=["storage"])])] == ["security-device"]
