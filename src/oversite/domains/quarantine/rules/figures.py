"""The dated figures of declaration, inspection and sampling, with where each comes from."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.rules.slots import SettingKind, ShippedValue

UNVERIFIED = "未核实，由省级核定"
FIRST = date(2010, 1, 1)


def _own(value: str, on: date = FIRST) -> tuple[ShippedValue, ...]:
    return (ShippedValue(value, on, UNVERIFIED),)


FIGURES: dict[str, SettingKind] = {
    "declaration.lead_days": SettingKind(
        _("seed is declared so long before it leaves"),
        "number",
        _("days"),
        (
            ShippedValue("20", date(2010, 3, 1), "《动物检疫管理办法》（2010）第28条"),
            ShippedValue("3", date(2022, 12, 1), "农业农村部令2022年第7号；水产苗种适用与否未核实"),
        ),
    ),
    "declaration.wild_days": SettingKind(
        _("wild seed is declared within so long after it was caught"),
        "number",
        _("days"),
        (ShippedValue("2", date(2010, 3, 1), "《动物检疫管理办法》（2010）第29条"),),
    ),
    "declaration.correction_days": SettingKind(_("a correction is due within"), "number", _("days"), _own("3")),
    "declaration.number_prefix": SettingKind(
        _("numbers of declarations begin with"),
        "text",
        "",
        (ShippedValue("苏(320000)", FIRST, "江苏省电子出证系统表样（2017）"),),
    ),
    "purchase.report_hours": SettingKind(
        _("seed from another province is reported to the county within"),
        "number",
        _("hours"),
        (ShippedValue("24", date(2010, 3, 1), "《动物检疫管理办法》（2010）；农渔发〔2011〕6号"),),
    ),
    "registration.open": SettingKind(_("producers may register themselves"), "yes-no", "", _own("yes")),
    "inspection.people": SettingKind(_("veterinarians for one inspection"), "number", _("persons"), _own("2")),
    "inspection.history_months": SettingKind(
        _("disease history shown to the veterinarian"),
        "number",
        _("months"),
        (ShippedValue("12", date(2011, 1, 1), "农渔发〔2011〕6号"),),
    ),
    "inspection.signatures": SettingKind(
        _("an inspection is decided only with signatures drawn on the device"), "yes-no", "", _own("no")
    ),
    "file.retention_months": SettingKind(
        _("declarations and work records are kept for"),
        "number",
        _("months"),
        (ShippedValue("24", date(2011, 1, 1), "农渔发〔2011〕6号"),),
    ),
    "sampling.prevalence_percent": SettingKind(
        _("prevalence that a sample must find"), "number", "%", (ShippedValue("2", FIRST, "山东省2019年监测计划"),)
    ),
    "sampling.confidence_percent": SettingKind(
        _("confidence of a sample"), "number", "%", (ShippedValue("95", FIRST, "山东省2019年监测计划"),)
    ),
    "test.period_days": SettingKind(_("producers test their seed every"), "number", _("days"), _own("180")),
    "test.remind_days": SettingKind(_("a periodic test is reminded so long before"), "number", _("days"), _own("14")),
}
