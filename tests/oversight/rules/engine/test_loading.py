"""A rulebook with a mistake does not load, and the error shows where it is and what is allowed."""

import shutil
from pathlib import Path

import pytest

from oversight.rules.engine.harbour import FOLDER, book
from oversite.oversight.rules.engine.loading import load_book
from oversite.oversight.rules.engine.reading import RulebookError

pytestmark = pytest.mark.req("C2", "C-eval")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the test book that a test may spoil."""
    return Path(shutil.copytree(FOLDER, tmp_path / "harbour"))


def spoil(folder: Path, old: str, new: str, file: str = "rules.yaml") -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "points: [lane-head, lane-tail]",
            "points: [lane-hed, lane-tail]",
            "unknown part 'lane-hed'; did you mean 'lane-head'?",
        ),
        ("control: primary", "control: sole", "unknown control right 'sole'; allowed: exclusive, none, primary"),
        ("camera: wide-or-pan-tilt", "camera: dome", "unknown camera kind 'dome'; allowed: any, fixed"),
        (
            "abilities: [face]",
            "abilities: [faces]",
            "unknown ability 'faces'; did you mean 'face'? Allowed: face, audio",
        ),
        ("sees: [people]", "sees: [peoples]", "unknown subject 'peoples'; did you mean 'people'?"),
        ("area: seal", "area: seals", "unknown area kind 'seals'; did you mean 'seal'?"),
        ("basis: continuity", "basis: gapless", "unknown count basis 'gapless'; allowed: area, as-necessary"),
        ("strength: as-required", "strength: maybe", "unknown strength 'maybe'; allowed: always, as-required"),
        ("area: fence\n", "area: fence\n    colour: red\n", "unknown key 'colour'; allowed: abilities, area"),
        ("require: {retention_days: 90}", "require: {storage: 90}", "unknown fact 'storage'; allowed: codec"),
        ("as: [2.1.8.1]", "as: [2.1.80]", "'as' names '2.1.80', and no rule cites that"),
        ("like: 2.1.6.1", "like: 2.1.6.9", "'like' names '2.1.6.9', which is no other rule"),
        ("- id: 2.1.6.2", "- id: 2.1.6.1", "the id '2.1.6.1' is taken by harbour/rules.yaml:3"),
        ("- id: 2.1.6.2", "- id: gate", "'gate' is no id: a path such as 2.1.5.1"),
        ("met: [wide panorama]", "met: [tube panorama]", "'tube' is no camera; allowed: fixed, pan-tilt, wide"),
        ("met: [wide panorama]", "met: [wide panorma]", "unknown subject 'panorma'; allowed: climbing"),
    ],
)
def test_an_unknown_word_is_refused_with_its_line_and_the_allowed_words(
    folder: Path, old: str, new: str, said: str
) -> None:
    spoil(folder, old, new)
    with pytest.raises(RulebookError) as raised:
        load_book(folder)
    assert said in str(raised.value)
    assert str(raised.value).startswith("harbour/rules.yaml:")


def test_a_book_that_fails_its_own_example_does_not_load(folder: Path) -> None:
    spoil(folder, "met: [wide panorama], not_met: [fixed panorama]", "met: [fixed panorama], not_met: []")
    with pytest.raises(RulebookError, match=r"the rule '2\.1\.2\.2' says not_met .* to its example of met"):
        load_book(folder)


@pytest.mark.parametrize("outcome", ["met", "not_met", "judgement"])
def test_a_rule_without_an_example_of_each_outcome_does_not_load(folder: Path, outcome: str) -> None:
    examples = {
        "met": "met: [wide panorama]",
        "not_met": "not_met: [fixed panorama]",
        "judgement": 'judgement: ["wide ?"]',
    }
    whole = "{" + ", ".join(examples.values()) + "}"
    spoil(folder, whole, "{" + ", ".join(text for key, text in examples.items() if key != outcome) + "}")
    with pytest.raises(RulebookError, match=rf"has no example of: {outcome}$"):
        load_book(folder)


def test_a_rule_as_customs_requires_shows_when_it_is_not_met(folder: Path) -> None:
    spoil(folder, "not_met: [fixed people], judgement: [fixed people]", "judgement: [fixed people]")
    with pytest.raises(RulebookError, match=r"'2\.1\.7\.2' has no example of: not_met$"):
        load_book(folder)


def test_a_rule_under_a_condition_shows_where_it_does_not_hold(folder: Path) -> None:
    spoil(
        folder,
        "control: exclusive\n    examples: {met: [fixed sealing]",
        "control: exclusive\n    unless: [closed-ground]\n    examples: {met: [fixed sealing]",
    )
    with pytest.raises(RulebookError, match=r"'2\.1\.8\.1' has no example of: not_applicable$"):
        load_book(folder)


def test_what_a_reference_resolves_to_is_proved_where_the_reference_says() -> None:
    derived = [each for each in book().rules if each.derived_from]
    assert all(each.examples for each in derived)
    sealing = next(each for each in derived if each.id == "2.1.8.2/2.1.8.1")
    assert {each.outcome for each in sealing.examples} == {"met", "not_met", "judgement", "not_applicable"}
    assert all(each.features == ("sealing-here",) for each in sealing.examples if each.outcome != "not_applicable")


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ("[chapter, verse]", "unknown level of a citation 'verse'; allowed: annex, article"),
        ("[chapter]", "deeper than"),
    ],
)
def test_a_book_says_how_to_cite_every_clause_it_has(folder: Path, levels: str, said: str) -> None:
    with (folder / "book.yaml").open("a", encoding="utf-8") as file:
        file.write(f'citation: {{"": {levels}}}\n')
    with pytest.raises(RulebookError, match=said):
        load_book(folder)


def test_a_count_below_one_is_refused(folder: Path) -> None:
    spoil(folder, "count: 2", "count: -1", "inner.yaml")
    with pytest.raises(RulebookError, match="'-1' is no count"):
        load_book(folder)


def test_a_key_that_stands_twice_is_refused(folder: Path) -> None:
    spoil(folder, "count: 2", "count: 2\n    count: 3", "inner.yaml")
    with pytest.raises(RulebookError, match=r"inner\.yaml:\d+: 'count' stands twice"):
        load_book(folder)


def test_what_is_not_yaml_is_refused_with_its_line(folder: Path) -> None:
    (folder / "rules.yaml").write_text("class: waterway\nrules: [\n", encoding="utf-8")
    with pytest.raises(RulebookError, match=r"rules\.yaml:\d+: not YAML"):
        load_book(folder)


def test_a_reference_resolves_to_the_rules_that_it_names() -> None:
    rules = {each.id: each for each in book().rules}
    passage = rules["2.1.8.2/2.1.8.1"]
    assert passage.clause == ("2.1.8.2", "2.1.8.1")
    assert passage.areas == ("gate", "passage")
    assert passage.when == ("sealing-here",)
    assert rules["2.1.11"].resolves_to == tuple(
        f"2.1.11/{each}" for each in ("2.1.2.1", "2.1.2.2", "2.1.6.1", "2.1.6.2")
    )


def test_a_reference_for_a_zone_keeps_the_areas_of_the_rules_it_names() -> None:
    rules = {each.id: each for each in book().rules}
    assert rules["2.1.11/2.1.6.1"].areas == ("gate",)
    assert rules["2.1.11/2.1.6.1"].zone == "domestic"


def test_a_copy_takes_everything_but_what_it_says_itself() -> None:
    rules = {each.id: each for each in book().rules}
    source, copy = rules["2.1.6.1"].demand, rules["2.2.1.1"].demand
    assert source is not None
    assert copy is not None
    assert (copy.points, copy.sees, copy.control) == (source.points, source.sees, "exclusive")
    assert rules["2.2.1.1"].classes == ("road",)
