"""What is missing in the papers of a camera (req: C5) and in the machine rooms of a site (req: C8). Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from oversite.domains.customs.words import Words

SOON: Final = timedelta(days=60)
_HS_T_58: Final = re.compile(r"HS\s*/?\s*T\s*58", re.IGNORECASE)
_NATIONAL: Final = re.compile(r"\bGB\s*/?\s*[TZ]?\s*\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PaperFinding:
    """One thing that is missing: a permanent key, the sentence, the provision; `is_soon` has still time."""

    key: str
    message: Words
    clause: str
    is_soon: bool = False


@dataclass(frozen=True, slots=True)
class CameraPapers:
    """What the register says about a camera as a device."""

    manufacturer: str = ""
    model: str = ""
    conforms_to: str = ""
    compatible_with: str = ""
    certificate_number: str = ""
    certificate_expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class RoomPapers:
    """A machine room or cabinet: `network_security` is yes, no or "" (not assessed); `purposes` of its equipment."""

    name: str
    network_security: str
    purposes: Collection[str]


def camera_findings(papers: CameraPapers, on: date) -> tuple[PaperFinding, ...]:
    """Everything that chapter 1 no. 5 asks of a device and the register does not have on this day."""
    found: list[PaperFinding] = []

    def add(key: str, zh: str, en: str, *, is_soon: bool = False) -> None:
        found.append(PaperFinding(key, Words(zh, en), "C:1.5", is_soon))

    if not (papers.manufacturer and papers.model):
        add("model", "未登记厂商和型号。", "Manufacturer and model are not registered.")
    if not _HS_T_58.search(papers.conforms_to):
        add("hs-t-58", "未登记符合 HS/T 58。", "Conformity with HS/T 58 is not registered.")
    if not _NATIONAL.search(papers.conforms_to):
        add("national", "未登记符合的国家标准。", "Conformity with a national standard is not registered.")
    if not papers.compatible_with:
        add(
            "compatible",
            "未登记与海关现有系统的兼容性。",
            "Compatibility with customs' systems is not registered.",
        )
    if not papers.certificate_number:
        add("certificate", "未登记安全认证证书。", "The security certificate is not registered.")
    elif papers.certificate_expires_on is None:
        add("certificate-term", "未登记证书有效期。", "How long the certificate is valid is not registered.")
    elif papers.certificate_expires_on < on:
        day = papers.certificate_expires_on.isoformat()
        add("certificate-expired", f"安全认证证书已于 {day} 到期。", f"The security certificate expired on {day}.")
    elif papers.certificate_expires_on < on + SOON:
        day = papers.certificate_expires_on.isoformat()
        add(
            "certificate-soon",
            f"安全认证证书将于 {day} 到期。",
            f"The security certificate expires on {day}.",
            is_soon=True,
        )
    return tuple(found)


def room_findings(rooms: Sequence[RoomPapers]) -> tuple[PaperFinding, ...]:
    """What chapter 1 no. 8 asks of a site and the register does not have."""
    if not rooms:
        words = Words("未登记机房或机柜。", "No machine room or cabinet is registered.")
        return (PaperFinding("room", words, "C:1.8"),)
    found = []
    for room in rooms:
        if room.network_security == "no":
            words = Words(
                f"{room.name}不符合海关网络安全要求。", f"{room.name} falls short of customs' network security."
            )
            found.append(PaperFinding("insecure", words, "C:1.8"))
        elif room.network_security != "yes":
            words = Words(f"{room.name}的网络安全尚未评估。", f"The network security of {room.name} is not assessed.")
            found.append(PaperFinding("unassessed", words, "C:1.8"))
        if not room.purposes:
            words = Words(f"{room.name}未登记所安置的设备。", f"The equipment in {room.name} is not registered.")
            found.append(PaperFinding("empty", words, "C:1.8"))
    if not any("security" in room.purposes for room in rooms):
        words = Words("未登记与海关联网的视频监控安全设备。", "No security device that links to customs is registered.")
        found.append(PaperFinding("security-device", words, "C:1.6"))
    return tuple(found)
