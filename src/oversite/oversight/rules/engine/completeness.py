"""A rulebook against the index of its document's provisions: what has no rule, what has lost one (req: C2)."""

from collections import Counter
from pathlib import Path

from oversite.oversight.rules.engine.reading import Item, read_file
from oversite.oversight.rules.engine.rule import Rulebook
from oversite.oversight.rules.engine.words import Label

INDEX = "index.yaml"
ENTRY_KEYS = ("zh", "en", "heading", "reason", "remark", "rules")
REASON_CHARACTERS = 20
NO_RULE = Label("没有规则依据该条款，也未写明理由", "no rule cites it and no reason is written")


def index_of(folder: Path) -> dict[str, Item]:
    """The provisions of the document by their path; empty where the folder has no index. Raises `RulebookError`."""
    path = folder / INDEX
    if not path.is_file():
        return {}
    return read_file(path, f"{folder.name}/{INDEX}").mapping


def gaps(book: Rulebook, index: dict[str, Item]) -> list[Label]:
    """What is wrong between a book and its index, one line each, with file and line; empty where all is there.

    A provision has as many rules of its own as its entry says under `rules` (one where it says nothing; none where
    others cite it), or is a heading, or says in `reason` why no rule rests on it.
    """
    written = [rule for rule in book.rules if not rule.derived_from]
    own = Counter(rule.id.partition(":")[0] for rule in written)
    cited = {clause for rule in written for clause in rule.clause}
    cited |= set(book.redundancy.clause) if book.redundancy else set()
    found = [
        Label(f"{INDEX}没有条款“{each}”", f"the clause {each!r} is no provision of {INDEX}")
        for each in sorted((cited | set(own)) - set(index))
    ]
    for clause, item in index.items():
        problem = _problem(clause, item, own[clause], is_cited=clause in cited, index=index)
        if problem:
            at = f"{item.file}:{item.line}"
            found.append(Label(f"{at}：{clause}：{problem.zh}", f"{at}: {clause}: {problem.en}"))
    return found


def _problem(clause: str, item: Item, own: int, *, is_cited: bool, index: dict[str, Item]) -> Label | None:
    entry = item.only_keys(ENTRY_KEYS)
    if not is_cited and not own:
        if "heading" in entry:
            has_items = any(each.startswith(f"{clause}.") for each in index)
            return None if has_items else Label("标题之下没有条款", "a heading without items below it")
        is_reasoned = "reason" in entry and len(entry["reason"].text) > REASON_CHARACTERS
        return None if is_reasoned else NO_RULE
    if "reason" in entry:
        return Label("已有规则依据该条款，所写理由已过时", "a rule cites it: its reason is out of date")
    expected = entry["rules"].whole_number if "rules" in entry else 1
    return (
        None
        if own == expected
        else Label(f"应有{expected}条规则，现有{own}条", f"{expected} rules of its own are expected, there are {own}")
    )
