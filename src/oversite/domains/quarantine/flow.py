"""The way of a thing as a table: what may follow what, and nothing else; the rest is refused in one way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import TextChoices

from oversite.common.errors import Refused
from oversite.common.sentences import Sentence

State = TypeVar("State", bound=TextChoices)
Step = TypeVar("Step", bound=TextChoices)


@dataclass(frozen=True, slots=True)
class Flow(Generic[State, Step]):
    """`table` is (state, step) → the state that follows; `code`, `impossible` and `clause` tell what is refused.

    `impossible` is a sentence with the places `state` and `step`.
    """

    states: type[State]
    table: Mapping[tuple[State, Step], State]
    code: str
    impossible: Sentence
    clause: str

    def after(self, state: str, step: Step) -> State:
        """The state after `step`; raises `Refused` where it is not possible now."""
        found = self.table.get((self.states(state), step))
        if found is None:
            words = {"state": self.states(state).label, "step": step.label}
            data: dict[str, object] = {"state": state, "step": step.value}
            raise Refused(self.code, self.impossible % words, self.clause, 409, data)
        return found

    def can(self, state: str, step: Step) -> bool:
        """Whether `step` is possible in `state`."""
        return (self.states(state), step) in self.table
