"""The measures that a treatment notice chooses from; what each orders, and on what grounds, the province maintains."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext_lazy as _

from oversite.common.sentences import sentence
from oversite.domains.quarantine.rules.queries import setting
from oversite.domains.quarantine.rules.slots import SETTINGS, SettingKind, ShippedValue
from oversite.screens.slots import Words

UNVERIFIED: Final = "未核实，由省级核定"
SINCE: Final = date(2011, 3, 17)
_ORDERED = sentence("treatment notice, %(measure)s: what is ordered")
_ON = sentence("treatment notice, %(measure)s: legal grounds")


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: its name on the form and in the settings, and the order and grounds that are shipped."""

    name_zh: str
    label: Words
    order_zh: str
    grounds_zh: str


LAW: Final = "《中华人民共和国动物防疫法》"
PROCEDURE: Final = "水产苗种产地检疫规程（检疫不合格的处理）"
MEASURES: Final[dict[str, Measure]] = {
    "test": Measure(
        "实验室检测", _("laboratory test"), "停止出运，采样送指定实验室检测；检测结果出具前不得移动、销售。", PROCEDURE
    ),
    "isolate": Measure(
        "隔离", _("isolation"), "原池隔离，进排水与用具单独使用，隔离期间不得移入、移出或者销售。", PROCEDURE
    ),
    "cure": Measure(
        "治疗", _("treatment"), "在官方兽医监督下治疗，如实记录用药并遵守休药期；康复后可以重新申报检疫。", PROCEDURE
    ),
    "incinerate": Measure("焚毁", _("incineration"), "在官方兽医监督下焚毁，费用由货主承担。", LAW),
    "bury": Measure("掩埋", _("burial"), "在官方兽医监督下深埋，掩埋点远离水源并作标记，费用由货主承担。", LAW),
    "render": Measure("化制", _("rendering"), "送无害化处理场所化制，运输途中密闭，凭处理凭证销案。", LAW),
    "disinfect": Measure("消毒", _("disinfection"), "对池塘、用水、用具和运载工具消毒，经官方兽医确认后再用。", LAW),
    "return": Measure("退回", _("return"), "退回起运地，由起运地检疫机构接收并监督处理。", PROCEDURE),
    "other": Measure("其他", _("other measure"), "", PROCEDURE),
}


@dataclass(frozen=True, slots=True)
class Ordered:
    """A measure as a notice orders it: in force on the day of the notice, with what the veterinarian added."""

    kind: str
    text: str
    order: str
    grounds: str

    def as_json(self) -> dict[str, str]:
        """For the row, which keeps what was ordered whatever the province changes later."""
        return {"kind": self.kind, "text": self.text, "order": self.order, "grounds": self.grounds}


def ordered(kind: str, text: str) -> Ordered:
    """A measure with the order and the grounds of today."""
    return Ordered(kind, text.strip()[:200], setting(_key(kind)), setting(f"{_key(kind)}.grounds"))


def name_zh(kind: str) -> str:
    """What the form calls a measure."""
    return MEASURES[kind].name_zh


def plug_settings() -> None:
    """Two dated figures for each measure, which the province maintains with the others."""
    for kind, measure in MEASURES.items():
        said = {"measure": measure.label}
        order = ShippedValue(measure.order_zh, SINCE, UNVERIFIED, "由规程和法律的处理要求写成，不是其原文")
        grounds = ShippedValue(measure.grounds_zh, SINCE, UNVERIFIED, "请补到条、款、项")
        SETTINGS.plug(_key(kind), SettingKind(_ORDERED % said, "text", shipped=(order,)))
        SETTINGS.plug(f"{_key(kind)}.grounds", SettingKind(_ON % said, "text", shipped=(grounds,)))


def _key(kind: str) -> str:
    return f"treatment.{kind}"
