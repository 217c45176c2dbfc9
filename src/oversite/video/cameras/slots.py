"""What is plugged into the register: registers of their own that name cameras, and parts of a camera's page."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from oversite.common.slots import Slot
from oversite.screens.acts import Act
from oversite.screens.detail_page import FactGroup

if TYPE_CHECKING:
    from oversite.video.cameras.models import Camera


@dataclass(frozen=True, slots=True)
class NameRegister:
    """A register that gives cameras their names and codes.

    `name_of(camera)` is the name that the camera must have as it now is, or none where the register does not know it;
    it may raise `Refused`. `code_problem(camera)` says what speaks against the camera's code, or nothing.
    `where(camera)` is the address at which the name is made, "" where the register does not know the camera.
    `changed(camera, names of fields)` is called in the transaction that saved a camera which was there before.
    """

    name_of: Callable[["Camera"], str | None]
    code_problem: Callable[["Camera"], str | None]
    where: Callable[["Camera"], str]
    changed: Callable[["Camera", Collection[str]], None]


@dataclass(frozen=True, slots=True)
class CameraPart:
    """What a page about a camera shows besides: facts, and acts for this user."""

    facts: Callable[["Camera", Any], FactGroup | None]
    acts: Callable[["Camera", Any], list[Act]]


NAME_REGISTERS: Slot[NameRegister] = Slot("name registers")
CAMERA_PARTS: Slot[CameraPart] = Slot("camera parts")
