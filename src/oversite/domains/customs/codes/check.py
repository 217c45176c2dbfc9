"""What is wrong with a camera code: which digits, and why, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from oversite.domains.customs.codes.code import (
    CODE_DIGITS,
    PART_NAMES,
    SPANS,
    CameraCode,
    Fault,
    Place,
    typed_digits,
)
from oversite.domains.customs.codes.tables import TABLED, Entry, tables
from oversite.domains.customs.words import Words

_LENGTH: Final = Words(
    "编码应为 20 位数字，现为 {count} 位。请对照编码逐位核对，查找多出或缺少的数字。",
    "A camera code has 20 digits; this one has {count}. Compare it digit by digit to find what is missing or too much.",
)
_CHARACTER: Final = Words(
    "第 {place} 位是“{found}”，编码只能由数字组成。",
    "Digit {place} is “{found}”; a camera code consists of digits only.",
)
_FIXED: Final = Words(
    "第 9 至 10 位（国标行业编码）是 {found}，应为 10（海关），不可更改。",
    "Digits 9 to 10 (industry) are {found}; they are always 10 (customs).",
)
_UNKNOWN: Final = Words(
    "第 {digits} 位（{name}）是 {found}，规则中没有此代码。可用的代码：{offered}。",
    "{digits} ({name}): {found} is no code that annex 3 has. It has: {offered}.",
)
_MISSING: Final = Words(
    "缺少第 {digits} 位（{name}）。可用的代码：{offered}。",
    "{digits} ({name}) are missing. There is: {offered}.",
)
_ZERO: Final = Words(
    "第 {digits} 位（{name}）是 000，流水号应从 001 开始。",
    "{digits} ({name}): 000 is no serial; serials begin with 001.",
)
_CIRCUMSTANCE: Final = Words(
    "第 14 至 15 位（场所分类）是 {found}，但该摄像头属于{case}，应为 {expected}。",
    "Digits 14 to 15 (class of the site) are {found}, but the camera is {case}: they must be {expected}.",
)
_CASES_CLASH: Final = Words(
    "该场所同时登记为{cases}，各自要求不同的场所分类代码。请确认属于哪一种情形。",
    "The place is registered as {cases}; each asks for another class. Say which of them it is.",
)
_SHORT: Final = Words(
    "使用 {found}（其他）的理由“{reason}”过短：请用至少 {least} 个字说明为什么没有合适的具体分类。",
    "The reason “{reason}” for {found} (other) is too short: say in at least {least} characters why no class fits.",
)
_CAUTION: Final = Words(
    "第 14 至 15 位（场所分类）是 {found}（其他），应严格谨慎使用：请核对登记的理由，能用具体分类的应改用具体分类。",
    "Digits 14 to 15 (class of the site) are {found} (other), to be used with care: see whether the reason on file "
    "holds, and take a class that fits where there is one.",
)
REASON_CHARACTERS: Final = 2
_REASON: Final = Words(
    "第 14 至 15 位（场所分类）是 {found}（其他），应严格谨慎使用：请写明理由，或选用具体分类。",
    "Digits 14 to 15 (class of the site) are {found} (other): say why, or take a class that fits.",
)


def check_code(text: str, place: Place | None = None) -> tuple[Fault, ...]:
    """Everything that is wrong with a code as typed; empty when it is right.

    With `place` the special cases are judged too, and an "other" class wants its reason (req: C-code). The code has no
    check digit: a wrong digit that makes another valid code cannot be seen.
    """
    digits = typed_digits(text)
    shape = tuple(_shape_faults(digits))
    if shape:
        return shape
    code = CameraCode.split(digits)
    faults = [*_part_faults(code)]
    if place is not None:
        faults += _place_faults(code, place)
    return tuple(faults)


def is_right(text: str) -> bool:
    """Whether the digits by themselves make a camera code."""
    return not check_code(text)


def cautions(text: str) -> tuple[Fault, ...]:
    """What a right code still asks to be looked at: an "other" class, whose reason the digits cannot say."""
    digits = typed_digits(text)
    if not is_right(digits):
        return ()
    code = CameraCode.split(digits)
    if not tables().entries["site_class"][code.site_class].needs_reason:
        return ()
    message, clause = _CAUTION.filled(found=code.site_class), tables().reason_clause
    return (Fault("code.other", "site_class", SPANS["site_class"], code.site_class, message, clause),)


def offered(part: str) -> Words:
    """The codes of a table, each with what it stands for."""
    rows = tables().entries[part].values()
    return Words(
        "、".join(f"{each.digits}（{each.label.zh}）" for each in rows),
        ", ".join(f"{each.digits} ({each.label.en})" for each in rows),
    )


def span_text(part: str) -> Words:
    """`14 至 15` and `Digits 14 to 15`."""
    first, last = SPANS[part]
    if first == last:
        return Words(str(first), f"Digit {first}")
    return Words(f"{first} 至 {last}", f"Digits {first} to {last}")


def unknown_fault(part: str, found: str) -> Fault:
    """The fault of digits that their table does not have."""
    name, digits, known = PART_NAMES[part], span_text(part), offered(part)
    said = _UNKNOWN if found else _MISSING
    message = Words(
        said.zh.format(digits=digits.zh, name=name.zh, found=found, offered=known.zh),
        said.en.format(digits=digits.en, name=name.en, found=found, offered=known.en),
    )
    return Fault("code.unknown" if found else "code.missing", part, SPANS[part], found, message, tables().clauses[part])


def _shape_faults(digits: str) -> Iterator[Fault]:
    for place, character in enumerate(digits[:CODE_DIGITS], 1):
        if not (character.isascii() and character.isdecimal()):
            part = next(name for name, span in SPANS.items() if span.first <= place <= span.last)
            message = _CHARACTER.filled(place=place, found=character)
            yield Fault("code.character", part, (place, place), character, message, "A3.1.2.1")
    if len(digits) != CODE_DIGITS:
        message = _LENGTH.filled(count=len(digits))
        yield Fault("code.length", "", (1, CODE_DIGITS), digits[:40], message, "A3.1.2.1")


def _part_faults(code: CameraCode) -> Iterator[Fault]:
    known = tables()
    for part in SPANS:
        found = getattr(code, part)
        if part == "industry" and found not in known.entries[part]:
            yield Fault("code.industry", part, SPANS[part], found, _FIXED.filled(found=found), known.clauses[part])
        elif part in TABLED and found not in known.entries[part]:
            yield unknown_fault(part, found)
        elif part in {"site", "serial"} and int(found) == 0:
            name, digits = PART_NAMES[part], span_text(part)
            message = Words(
                _ZERO.zh.format(digits=digits.zh, name=name.zh), _ZERO.en.format(digits=digits.en, name=name.en)
            )
            yield Fault("code.zero", part, SPANS[part], found, message, known.clauses[part])


def _place_faults(code: CameraCode, place: Place) -> Iterator[Fault]:
    known = tables()
    span = SPANS["site_class"]
    cases = [known.circumstances[each] for each in sorted(place.circumstances)]
    if len({case.site_class for case in cases}) > 1:
        message = Words(
            _CASES_CLASH.zh.format(cases="、".join(case.label.zh for case in cases)),
            _CASES_CLASH.en.format(cases=" and ".join(case.label.en for case in cases)),
        )
        yield Fault("code.cases", "site_class", span, code.site_class, message, known.clauses["site_class"])
    elif cases and code.site_class != cases[0].site_class:
        [case, *_] = cases
        message = Words(
            _CIRCUMSTANCE.zh.format(found=code.site_class, case=case.label.zh, expected=case.site_class),
            _CIRCUMSTANCE.en.format(found=code.site_class, case=case.label.en, expected=case.site_class),
        )
        yield Fault("code.circumstance", "site_class", span, code.site_class, message, case.clause)
    entry: Entry | None = known.entries["site_class"].get(code.site_class)
    reason = place.reason.strip()
    if entry is None or not entry.needs_reason or len(reason) >= REASON_CHARACTERS:
        return
    message = _REASON.filled(found=code.site_class)
    if reason:
        message = _SHORT.filled(found=code.site_class, reason=reason, least=REASON_CHARACTERS)
    yield Fault("code.reason", "site_class", span, code.site_class, message, known.reason_clause)
