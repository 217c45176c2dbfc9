"""The dated figures of the laboratory; none of them was found in a public text, so the province sets them."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.rules.slots import SettingKind, ShippedValue

UNVERIFIED = "未核实，由省级核定"
FIRST = date(2010, 1, 1)


def _own(value: str) -> tuple[ShippedValue, ...]:
    return (ShippedValue(value, FIRST, UNVERIFIED),)


FIGURES: dict[str, SettingKind] = {
    "laboratory.ct_positive_at_most": SettingKind(_("a Ct value up to this is positive"), "number", "Ct", _own("35")),
    "laboratory.ct_negative_from": SettingKind(
        _("a Ct value from this on is negative; between the two the test is repeated"), "number", "Ct", _own("40")
    ),
    "laboratory.ct_control_at_most": SettingKind(_("the positive control must amplify by"), "number", "Ct", _own("30")),
    "laboratory.transport_at_most": SettingKind(
        _("a sample that arrives warmer needs an explanation"), "number", "°C", _own("10")
    ),
    "laboratory.retention_days": SettingKind(
        _("what is left of a negative sample is kept for"), "number", _("days"), _own("90")
    ),
    "laboratory.retention_positive_days": SettingKind(
        _("what is left of a positive sample is kept for"), "number", _("days"), _own("365")
    ),
}
