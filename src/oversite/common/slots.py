"""How a layer shows what it cannot know: the layer above plugs values into a slot that the lower layer declares."""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Slot(Generic[T]):
    """A named, ordered register of plugged-in values; a key is taken once.

    Raises `ValueError` at start when two plug in under the same key.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._values: dict[str, T] = {}

    def plug(self, key: str, value: T) -> T:
        """Plug `value` in under `key` and give it back."""
        if key in self._values:
            raise ValueError(f"slot {self.name}: {key!r} is taken")
        self._values[key] = value
        return value

    def __getitem__(self, key: str) -> T:
        return self._values[key]

    def get(self, key: str) -> T | None:
        """The value under `key`, or none."""
        return self._values.get(key)

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[T]:
        return iter(self._values.values())

    def __len__(self) -> int:
        return len(self._values)

    def items(self) -> Iterator[tuple[str, T]]:
        """Keys and values in the order in which they were plugged in."""
        return iter(self._values.items())
