"""The construction list: which registered camera is which planned one, and how far it is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from oversite.oversight.rules.engine.sights import parse_sights
from oversite.oversight.rules.models import CameraDeclaration, PlanLine
from oversite.video.cameras.queries import cameras_at, is_online, with_presence

if TYPE_CHECKING:
    from oversite.base.sites.models import Site
    from oversite.video.cameras.models import Camera


def match_lines(lines: Sequence[PlanLine], site: "Site") -> list[PlanLine]:
    """Give every line its camera and state; returns those that changed.

    A camera is a line's by its uid (kept cameras), by the code that the line has (as the camera's code or as its
    identity in the video network), or else as the first free one of the same area and kind that declares to see what
    the line asks. A line without a code takes over that of its camera: position, code and line are one.
    """
    cameras = list(with_presence(cameras_at(site)))
    declared = {each.camera_id: each for each in CameraDeclaration.objects.filter(camera__site=site)}
    free = {str(each.uid): each for each in cameras}
    matched: dict[int, Camera] = {}
    for test in (_is_kept, _has_code, _sees_as_planned):
        for line in lines:
            if line.number in matched:
                continue
            found = next((each for each in free.values() if test(line, each, declared.get(each.pk))), None)
            if found is not None:
                matched[line.number] = free.pop(str(found.uid))
    return [line for line in lines if _settle(line, matched.get(line.number), declared)]


def _settle(line: PlanLine, camera: "Camera | None", declared: dict[int, CameraDeclaration]) -> bool:
    """Set camera, code and state of a line; true where that changed it."""
    state = PlanLine.State.PLANNED
    code = line.code
    if camera is not None:
        state = PlanLine.State.BUILT if lacks(line, camera, declared.get(camera.pk)) else PlanLine.State.VERIFIED
        code = code or camera.camera_code
    before = (line.camera_id, line.state, line.code)
    line.camera, line.state, line.code = camera, state, code
    return before != (line.camera_id, line.state, line.code)


def lacks(line: PlanLine, camera: "Camera", declared: CameraDeclaration | None) -> list[str]:
    """What keeps a built camera from being verified: `kind`, `abilities`, `control`, `sees`, `online`."""
    spec = line.spec
    found = []
    if camera.mount != spec.get("kind"):
        found.append("kind")
    if set(spec.get("abilities") or ()) - abilities_of(camera):
        found.append("abilities")
    asked = spec.get("control_asked") or spec.get("control")
    if asked and camera.control_right not in {asked, "exclusive"}:
        found.append("control")
    if not covers(line, declared):
        found.append("sees")
    if not is_online(camera):
        found.append("online")
    return found


def abilities_of(camera: "Camera") -> set[str]:
    """What a camera can do; one with infrared light sees at night."""
    words = set(camera.abilities or ())
    return words | {"night"} if "infrared" in words else words


def covers(line: PlanLine, declared: CameraDeclaration | None) -> bool:
    """Whether a camera declares to see all that the line asks."""
    if declared is None or declared.sees is None:
        return False
    return _sights(line.spec.get("sees") or ()) <= _sights(declared.sees)


def as_planned(line: PlanLine) -> dict[str, Any]:
    """What the camera of a line is to see, proposed to who declares it."""
    return {name: list(line.spec.get(name) or ()) for name in ("sees", "stands", "mount")}


def _sights(texts: Sequence[str]) -> set[str]:
    return {str(each) for text in texts for each in parse_sights(text) or ()}


def _is_kept(line: PlanLine, camera: "Camera", declared: CameraDeclaration | None) -> bool:
    del declared
    return str(line.spec.get("id")) == str(camera.uid)


def _has_code(line: PlanLine, camera: "Camera", declared: CameraDeclaration | None) -> bool:
    del declared
    return bool(line.code) and line.code in {camera.camera_code, camera.gb_id}


def _sees_as_planned(line: PlanLine, camera: "Camera", declared: CameraDeclaration | None) -> bool:
    if line.code and camera.camera_code:
        return False  # it hangs at another position
    is_there = camera.area is not None and camera.area.code == line.area_code and camera.mount == line.spec.get("kind")
    return is_there and covers(line, declared)
