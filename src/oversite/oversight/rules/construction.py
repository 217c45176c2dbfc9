"""The construction list: which registered camera is which planned one, and how far it is."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from oversite.oversight.rules.engine.sights import parse_sights
from oversite.oversight.rules.models import CameraDeclaration, PlanLine
from oversite.video.cameras.queries import cameras_at, is_online, with_presence

if TYPE_CHECKING:
    from oversite.base.sites.models import Site
    from oversite.video.cameras.models import Camera


def match_lines(lines: Sequence[PlanLine], site: "Site") -> list[PlanLine]:
    """Give every line its camera and state; returns those that changed.

    A camera is a line's by its uid (kept cameras), by its code, or else as the first free one of the same area and
    kind that declares to see what the line asks.
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
    """Set camera and state of a line; true where that changed it."""
    state = PlanLine.State.PLANNED
    if camera is not None:
        sees = covers(line, declared.get(camera.pk))
        state = PlanLine.State.VERIFIED if sees and is_online(camera) else PlanLine.State.BUILT
    before = (line.camera_id, line.state)
    line.camera_id = camera.pk if camera else None
    line.state = state
    return before != (line.camera_id, line.state)


def covers(line: PlanLine, declared: CameraDeclaration | None) -> bool:
    """Whether a camera declares to see all that the line asks."""
    if declared is None or declared.sees is None:
        return False
    return _sights(line.spec.get("sees") or ()) <= _sights(declared.sees)


def _sights(texts: Sequence[str]) -> set[str]:
    return {str(each) for text in texts for each in parse_sights(text) or ()}


def _is_kept(line: PlanLine, camera: "Camera", declared: CameraDeclaration | None) -> bool:
    del declared
    return str(line.spec.get("id")) == str(camera.uid)


def _has_code(line: PlanLine, camera: "Camera", declared: CameraDeclaration | None) -> bool:
    del declared
    return bool(line.code) and line.code in {camera.camera_code, camera.gb_id}


def _sees_as_planned(line: PlanLine, camera: "Camera", declared: CameraDeclaration | None) -> bool:
    is_there = camera.area is not None and camera.area.code == line.area_code and camera.mount == line.spec.get("kind")
    return is_there and covers(line, declared)
