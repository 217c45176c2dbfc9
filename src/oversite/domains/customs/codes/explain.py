"""A camera code read aloud: what its digits say as a customs code, and what they say as a GB/T 28181 identity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from oversite.domains.customs.codes.check import cautions, check_code
from oversite.domains.customs.codes.code import PART_NAMES, SPANS, CameraCode, Fault, typed_digits
from oversite.domains.customs.codes.tables import TABLED, tables
from oversite.domains.customs.words import Words

_UNKNOWN: Final = Words("规则中没有此代码", "no code that annex 3 has")
_GROUPS: Final = {
    "supervised": Words("海关监管作业场所", "customs-supervised site"),
    "other": Words("其他监管业务场所", "other place of supervision"),
    "zone": Words("海关特殊监管区域和保税监管场所", "special supervision zone or bonded place"),
}
_GB_TYPES: Final = {"131": Words("摄像机", "camera"), "132": Words("网络摄像机（IPC）", "network camera (IPC)")}
IDENTITY: Final = Words(
    "这 20 位数字同时是该摄像头在 GB/T 28181 网络中的设备编码，请把同一编码配置到设备上。",
    "The same 20 digits are the camera's identity in a GB/T 28181 network: set them in the device as they are.",
)

NO_IDENTITY: Final = Words(
    "这不是海关摄像头编码，请勿配置到设备上。", "This is no camera code of customs: set it in no device."
)


@dataclass(frozen=True, slots=True)
class Part:
    """A run of digits: where it stands (from 1), what it is called, what its value means, and the provision."""

    key: str
    digits: tuple[int, int]
    value: str
    name: Words
    meaning: Words
    clause: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A code in its parts, read as a customs code and as an identity of GB/T 28181, and what is wrong with it."""

    code: str
    parts: tuple[Part, ...]
    identity: tuple[Part, ...]
    note: Words
    faults: tuple[Fault, ...]
    cautions: tuple[Fault, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Everything in both languages."""
        return {
            "code": self.code,
            "valid": not self.faults,
            "parts": [_part_json(part) for part in self.parts],
            "gb28181": {"note": _words_json(self.note), "parts": [_part_json(part) for part in self.identity]},
            "faults": faults_json(self.faults),
            "cautions": faults_json(self.cautions),
        }


def explain_code(text: str) -> Explanation:
    """Explain a code as typed; a wrong one is explained as far as its digits go, with its faults, as no identity."""
    digits = typed_digits(text)
    faults = check_code(digits)
    try:
        code = CameraCode.split(digits)
    except ValueError:
        return Explanation(digits[:40], (), (), NO_IDENTITY, faults)
    parts = tuple(
        Part(
            part,
            span,
            getattr(code, part),
            PART_NAMES[part],
            _meaning(part, getattr(code, part)),
            tables().clauses[part],
        )
        for part, span in SPANS.items()
    )
    if faults:
        return Explanation(digits, parts, (), NO_IDENTITY, faults)
    return Explanation(digits, parts, _identity(digits), IDENTITY, faults, cautions(digits))


def faults_json(faults: tuple[Fault, ...]) -> list[dict[str, Any]]:
    """Faults for programs."""
    return [
        {
            "key": fault.key,
            "part": fault.part,
            "digits": list(fault.digits),
            "found": fault.found,
            "message": _words_json(fault.message),
            "clause": fault.clause,
        }
        for fault in faults
    ]


def _meaning(part: str, value: str) -> Words:
    if part in TABLED:
        entry = tables().entries[part].get(value)
        if entry is None:
            return _UNKNOWN
        group = _GROUPS.get(entry.group)
        if group is not None:
            return Words(f"{entry.label.zh}（{group.zh}）", f"{entry.label.en} ({group.en})")
        return Words(f"由{entry.label.zh}主控", f"controlled by {entry.label.en}") if part == "control" else entry.label
    if part == "district":
        return Words(f"关区 {value}", f"customs district {value}")
    if part == "site":
        return Words(f"本关区第 {value} 号场所", f"site {value} of the district")
    return Words(f"该位置的第 {int(value)} 个摄像头", f"camera number {int(value)} at the position")


def _identity(digits: str) -> tuple[Part, ...]:
    """The same digits by appendix E of GB/T 28181: centre 8, industry 2, type 3, network 1, serial 6."""
    kind = digits[10:13]
    shared = Words(
        "国标的网络标识位；此处是场所分类代码的首位，不表示网络",
        "the standard's network digit; here the first digit of the site class, not a network",
    )
    rows = (
        ("centre", (1, 8), Words("中心编码", "centre"), Words("关区、场所与主控部门", "district, site and department")),
        ("industry", (9, 10), Words("行业编码", "industry"), Words("海关", "customs")),
        ("type", (11, 13), Words("类型编码", "type"), _GB_TYPES.get(kind, _UNKNOWN)),
        ("network", (14, 14), Words("网络标识", "network"), shared),
        ("serial", (15, 20), Words("序号", "serial"), Words("分类末位、位置与序号", "rest of class, position, serial")),
    )
    return tuple(
        Part(key, span, digits[span[0] - 1 : span[1]], name, meaning, "GB/T 28181-2022 E")
        for key, span, name, meaning in rows
    )


def _part_json(part: Part) -> dict[str, Any]:
    return {
        "part": part.key,
        "digits": list(part.digits),
        "value": part.value,
        "name": _words_json(part.name),
        "meaning": _words_json(part.meaning),
        "clause": part.clause,
    }


def _words_json(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
