"""Templates are data: the day of issue decides, a province may bring its own table."""

from datetime import date
from pathlib import Path

import pytest

from oversite.domains.quarantine.certificates.facts import LABELS
from oversite.domains.quarantine.certificates.kinds import CertificateKind
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
