"""The dated figures and local codes of reporting."""

from datetime import date

from django.utils.functional import lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.reporting.standard import CodeList, code_lists
from oversite.domains.quarantine.reporting.words import is_english
from oversite.domains.quarantine.rules.codes import written_codes
from oversite.domains.quarantine.rules.slots import SettingKind, ShippedValue

LOCAL = "由省级按接收平台要求填写"
UNVERIFIED = "未核实，由省级核定"
FIRST = date(2019, 9, 1)


def _own(value: str, source: str = LOCAL) -> tuple[ShippedValue, ...]:
    return (ShippedValue(value, FIRST, source),)


FIGURES: dict[str, SettingKind] = {
    "exchange.source": SettingKind(_("source code of this system in the exchange"), "text", "", _own("SCMZCDJY")),
    "exchange.address": SettingKind(_("address that takes deliveries over HTTP"), "text", "", _own("")),
    "exchange.item_code": SettingKind(_("code of the supervision item, 14 digits"), "text", "", _own("")),
    "exchange.check_code": SettingKind(_("code of its check list"), "text", "", _own("")),
    "finding.silent_months": SettingKind(
        _("a licensed producer of a catalogued species is asked after so long without a declaration"),
        "number",
        _("months"),
        _own("12", UNVERIFIED),
    ),
    "finding.withdrawn_days": SettingKind(
        _("a withdrawn declaration is asked about after"), "number", _("days"), _own("30", UNVERIFIED)
    ),
}
CODES = "exchange.codes."
"""What the keys of code lists begin with."""


def _named(codes: CodeList) -> str:
    return _t("code list “%(list)s”") % {"list": codes.label_en if is_english() else codes.label_zh}


def _listed(codes: CodeList) -> SettingKind:
    label = lazy(_named, str)(codes)
    value = ShippedValue(written_codes(codes.entries), codes.effective_on, codes.source)
    return SettingKind(label, "codes", "", (value,))


FIGURES |= {f"{CODES}{key}": _listed(codes) for key, codes in code_lists().items()}
