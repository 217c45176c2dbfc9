"""Templates are data: the day of issue decides, a province may bring its own table."""

from datetime import date
from pathlib import Path

import pytest

from oversite.domains.quarantine.certificates.facts import LABELS, label_of
from oversite.domains.quarantine.certificates.kinds import CertificateKind, kind_of
from oversite.domains.quarantine.certificates.templates import TemplateError, template_for, templates

pytestmark = pytest.mark.req("Q1")


@pytest.mark.parametrize("kind", CertificateKind.values)
def test_the_day_decides_the_template(kind: str) -> None:
    assert template_for(kind, date(2025, 12, 31)).version == f"{kind}-2010"
    assert template_for(kind, date(2026, 1, 1)).version == f"{kind}-2026"
    with pytest.raises(TemplateError, match="in force"):
        template_for(kind, date(2009, 1, 1))


def test_products_carry_no_destination_since_2026() -> None:
    assert "destination" in template_for("product-a", date(2025, 6, 1)).fields
    assert "destination" not in template_for("product-a", date(2026, 6, 1)).fields


def test_every_template_has_a_source_two_copies_and_known_lines() -> None:
    for template in templates():
        assert template.source
        assert len(template.copies) == 2
        assert set(template.fields) <= set(LABELS)


def test_an_installation_may_bring_its_own_table(data_dir: Path) -> None:
    own = data_dir / "quarantine" / "templates.yaml"
    own.parent.mkdir()
    own.write_text(
        "- {kind: animal-b, version: local, title_zh: 证, title_en: c, effective_on: 2020-01-01, source: local,\n"
        "   validity: {mode: hours24}, copies: [a, b], fields: [owner!]}\n"
    )
    assert [each.version for each in templates()] == ["local"]
    own.write_text("- {kind: animal-b, version: local}\n")
    with pytest.raises(TemplateError, match="local"):
        templates()


LABELS_OF_FORM = {
    "animal-a": "货主 联系电话 动物种类 数量及单位 用途 启运地点 到达地点 承运人 承运人电话 运载方式 运载工具牌号 "
    "装运前消毒 牲畜耳标号 有效期 备注",
    "animal-b": "货主 联系电话 动物种类 数量及单位 用途 启运地点 到达地点 牲畜耳标号 有效期",
    "product-a": "货主 联系电话 产品名称 数量及单位 生产单位名称地址 目的地 承运人 承运人电话 运载方式 运载工具牌号 "
    "装运前消毒 有效期 备注",
    "product-b": "货主 产品名称 数量及单位 产地 目的地 检疫标志号 有效期 备注",
}
"""The lines of the four forms in use in Jiangsu in 2017, one line of goods each."""
OPTIONAL = {"牲畜耳标号", "备注"}
OURS = {"水产苗种生产许可证号"}
"""What seed's certificates have beyond the form."""


@pytest.mark.parametrize("kind", CertificateKind.values)
@pytest.mark.parametrize("on", [date(2025, 6, 1), date(2026, 6, 1)])
def test_the_lines_are_those_of_the_form(kind: str, on: date) -> None:
    template = template_for(kind, on)
    lines = {label_of(key, kind): key in template.required for key in template.fields}
    wanted = LABELS_OF_FORM[kind].split()
    if kind.startswith("product") and on.year >= 2026:
        wanted.remove("目的地")
    assert set(lines) - OURS == set(wanted)
    assert {label for label, is_required in lines.items() if not is_required} - OURS == OPTIONAL & set(wanted)
    assert template.has_agency_phone == (kind != "product-b")
    assert template.names_province == kind.endswith("-a")


def test_what_leaves_and_where_to_decides_the_kind() -> None:
    found = [kind_of(goods, leaves_province=leaves) for goods in ("animal", "product") for leaves in (True, False)]
    assert found == ["animal-a", "animal-b", "product-a", "product-b"]
