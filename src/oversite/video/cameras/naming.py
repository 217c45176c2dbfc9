"""Names that a register makes: they follow what the camera is, and nobody types them."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.video.cameras.slots import NAME_REGISTERS

if TYPE_CHECKING:
    from oversite.video.cameras.models import Camera


def keep_register_name(camera: "Camera", changes: dict[str, list[Any]]) -> None:
    """Give the camera the name that its register makes; `changes` gets it too. Raises `Refused` for any other name."""
    for register in NAME_REGISTERS:
        problem = register.code_problem(camera)
        if problem:
            raise Refused("cameras.code", problem, "C-code", 409)
        name = register.name_of(camera)
        if name is None or name == camera.name:
            continue
        if "name" in changes and camera.pk is not None:
            raise Refused(
                "cameras.name.generated",
                _("The name of this camera is the text on its picture, “%(name)s”. Change the position it belongs to.")
                % {"name": name},
                "C-OSD",
                409,
                {"wanted": name, "typed": camera.name},
            )
        changes["name"] = [camera.name, name]
        camera.name = name


def tell_registers(camera: "Camera", changed: Collection[str]) -> None:
    """Tell the registers which fields of a known camera are others now."""
    for register in NAME_REGISTERS:
        register.changed(camera, changed)


def name_made_at(camera: "Camera") -> str:
    """Where the camera's name is made, or nothing where people type it."""
    return next((url for register in NAME_REGISTERS if (url := register.where(camera))), "")
