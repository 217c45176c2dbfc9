"""A cited provision in words: officers read 《…》第十六条, never the ID by which code cites it."""

from django.utils.translation import get_language

from oversite.screens.slots import PROVISIONS, Words


def clause_words(clause: Words) -> str:
    """The document and article behind an ID such as `A16.2`; any other citation is in words already."""
    cited = str(clause)
    found = PROVISIONS.get(cited)
    if found is None:
        return cited
    if (get_language() or "zh").startswith("zh"):
        return f"《{found.document_zh}》{found.place_zh}"
    return f"{found.document_en}, {found.place_en}"
