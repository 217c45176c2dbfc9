"""Identities as people type them: 20 digits, and what is wrong with those that are not."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _

GB_ID_DIGITS = 20
RECORDER_TYPES = frozenset({"111", "112", "113", "118"})
PLATFORM_TYPES = frozenset({"200"})


def gb_id_problem(text: str) -> "str | Promise | None":
    """What is wrong with a GB/T 28181 identity, as a sentence that says what to do; none when it is right."""
    if not text:
        return _("The GB/T 28181 identity is missing. It has 20 digits.")
    if not (text.isascii() and text.isdecimal()):
        return _("The GB/T 28181 identity has digits only; “%(text)s” has other characters.") % {"text": text[:40]}
    if len(text) != GB_ID_DIGITS:
        return _(
            "The GB/T 28181 identity has 20 digits; this one has %(count)s. Compare it with the settings of the device."
        ) % {"count": len(text)}
    return None


def device_kind(gb_id: str) -> str:
    """Camera, recorder or platform, by digits 11 to 13."""
    kind = gb_id[10:13]
    if kind in RECORDER_TYPES:
        return "recorder"
    return "platform" if kind in PLATFORM_TYPES else "camera"


def kind_problem(gb_id: str, kind: str) -> "str | Promise | None":
    """What speaks against calling a device of this identity a `kind`, or none; the digits are not always right."""
    if gb_id_problem(gb_id) or device_kind(gb_id) == kind:
        return None
    return _("Digits 11 to 13 of the identity are %(digits)s, which stand for another kind of device.") % {
        "digits": gb_id[10:13]
    }


def typed_digits(value: object) -> str:
    """An identity as a sheet or form gave it, without the spaces and hyphens that people put in."""
    return "".join(str(value or "").split()).replace("-", "")
