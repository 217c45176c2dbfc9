"""A slot takes a key once and keeps the order."""

import pytest

from oversite.common.slots import Slot


def test_a_taken_key_fails_at_start() -> None:
    slot: Slot[int] = Slot("measures")
    slot.plug("b", 2)
    slot.plug("a", 1)
    with pytest.raises(ValueError, match="measures: 'a' is taken"):
        slot.plug("a", 3)
    assert list(slot.items()) == [("b", 2), ("a", 1)]
    assert slot.get("c") is None
    assert "a" in slot
    assert len(slot) == 2
