"""Putting a camera code together from what is known about the camera and its place."""

from __future__ import annotations

from typing import Final

from oversite.domains.customs.codes.check import check_code, unknown_fault
from oversite.domains.customs.codes.code import (
    INDUSTRY,
    PART_NAMES,
    SERIAL_MAX,
    SPANS,
    CameraCode,
    Fault,
    Place,
    typed_digits,
)
from oversite.domains.customs.codes.tables import TABLED, tables
from oversite.domains.customs.words import Words

_SHAPE: Final = Words(
    "{name}应为 {length} 位数字，现为“{found}”。", "The {name} must have {length} digits; “{found}” was given."
)
_SERIAL: Final = Words(
    "位置序号应为 1 至 999，现为 {found}。同一位置编码超过 999 个时不能再分配：请改用更合适的位置代码。",
    "The serial at a position is 1 to 999; {found} was given. A position takes no more than 999 codes: use another.",
)
_REGISTRATION: Final = Words(
    "监管作业场所代码“{found}”的后三位不是可用的流水号（001 至 999）。请核对注册的场所代码。",
    "The last three characters of the registration code “{found}” are no serial (001 to 999). Look it up again.",
)


class CodeRefused(ValueError):
    """The code cannot be built; `faults` says which digits and why."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(" ".join(fault.message.en for fault in faults))
        self.faults = faults


def build_code(
    *,
    district: str,
    site: str,
    control: str,
    device: str,
    site_class: str,
    position: str,
    serial: int,
    place: Place = Place(),  # noqa: B008 - frozen
) -> str:
    """The 20 digits; tabled parts are given by their digits or their key (`customs`, `ip-camera`, `wharf` …).

    A site class of "" is settled by the special case of `place`. Raises `CodeRefused` naming everything that is wrong
    (req: C-code).
    """
    faults: list[Fault] = []
    given = {"control": control, "industry": INDUSTRY, "device": device, "site_class": site_class, "position": position}
    if not site_class and len(place.circumstances) == 1:
        [circumstance] = place.circumstances
        given["site_class"] = tables().circumstances[circumstance].site_class
    parts: dict[str, str] = {}
    for part in TABLED:
        entry = tables().find(part, given[part])
        if entry is None:
            faults.append(unknown_fault(part, given[part][:20]))
        else:
            parts[part] = entry.digits
    for part, text in (("district", district), ("site", site)):
        parts[part] = typed_digits(text)
        faults += _shape_faults(part, parts[part])
    if not 1 <= serial <= SERIAL_MAX:
        message = _SERIAL.filled(found=serial)
        faults.append(
            Fault("code.serial", "serial", SPANS["serial"], str(serial)[:20], message, tables().clauses["serial"])
        )
    if faults:
        raise CodeRefused(tuple(faults))
    code = str(CameraCode(**parts, serial=f"{serial:03d}"))
    wrong = check_code(code, place)
    if wrong:
        raise CodeRefused(wrong)
    return code


def recorded_site_digits(registration_code: str) -> str:
    """Digits 5 to 7 of a site that customs registered: the last three of its registration code (A3.1.2.3).

    Raises `CodeRefused` where these are no serial.
    """
    digits = typed_digits(registration_code)[-3:]
    if len(digits) == 3 and digits.isascii() and digits.isdecimal() and int(digits):
        return digits
    message = _REGISTRATION.filled(found=registration_code[:40])
    fault = Fault("code.registration", "site", SPANS["site"], registration_code[:40], message, "A3.1.2.3")
    raise CodeRefused((fault,))


def _shape_faults(part: str, text: str) -> list[Fault]:
    length = SPANS[part].length
    if len(text) == length and text.isascii() and text.isdecimal():
        return []
    name = PART_NAMES[part]
    message = Words(
        _SHAPE.zh.format(name=name.zh, length=length, found=text[:20]),
        _SHAPE.en.format(name=name.en, length=length, found=text[:20]),
    )
    return [Fault("code.shape", part, SPANS[part], text[:20], message, tables().clauses[part])]
