"""The tree of the wall: agency → site → area → camera, with online counts (req: C-A4.8)."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from oversite.base.accounts.queries import has_permission
from oversite.base.agencies.queries import agencies
from oversite.video.cameras import queries

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency
    from oversite.video.cameras.models import Camera

STEP = 4
"""Characters of one level in the path of an agency."""


@dataclass(slots=True)
class Branch:
    """One node above the cameras, counting those below it."""

    kind: str
    id: int
    name: str
    online: int = 0
    total: int = 0
    children: list["Branch | dict[str, Any]"] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The node as the island reads it."""
        children = [child.as_json() if isinstance(child, Branch) else child for child in self.children]
        return {
            "kind": self.kind,
            "id": self.id,
            "name": self.name,
            "online": self.online,
            "total": self.total,
            "children": children,
        }


class Tree:
    """Built from the user's cameras in four queries, whatever their number."""

    def __init__(self, user: "User", permission: str = "video.live") -> None:
        self._user = user
        self._agencies: dict[str, Agency] = {agency.path: agency for agency in agencies(user)}
        self._branches: dict[tuple[str, str], Branch] = {}
        self._roots: list[Branch] = []
        self._favourites = queries.favourites(user)
        found = queries.with_presence(queries.cameras(user, permission))
        self._steerable: set[int] = (
            set(queries.cameras(user, "video.steer").values_list("pk", flat=True))
            if has_permission(user, "video.steer")
            else set()
        )
        for camera in queries.in_tree_order(found):
            self._add(camera)

    def as_json(self) -> dict[str, Any]:
        """`{"nodes": [...]}`; what has no camera below it is left out."""
        return {"nodes": [branch.as_json() for branch in self._roots]}

    def _add(self, camera: "Camera") -> None:
        leaf = self._leaf(camera)
        above = self._above(camera)
        above[-1].children.append(leaf)
        for branch in above:
            branch.total += 1
            branch.online += leaf["online"]

    def _above(self, camera: "Camera") -> list[Branch]:
        """The nodes from the root to the one that the camera hangs under."""
        site = camera.site
        line: list[Branch] = []
        path = site.agency.path
        for length in range(STEP, len(path) + 1, STEP):
            agency = self._agencies.get(path[:length])
            if agency is not None:
                line.append(self._branch("agency", str(agency.pk), agency.pk, agency.name, line))
        line.append(self._branch("site", str(site.pk), site.pk, site.name, line))
        if camera.area is not None:
            line.append(self._branch("area", str(camera.area.pk), camera.area.pk, camera.area.name, line))
        return line

    def _branch(self, kind: str, key: str, number: int, name: str, line: list[Branch]) -> Branch:
        branch = self._branches.get((kind, key))
        if branch is None:
            branch = self._branches[kind, key] = Branch(kind, number, name)
            (line[-1].children if line else self._roots).append(branch)
        return branch

    def _leaf(self, camera: "Camera") -> dict[str, Any]:
        return {
            "kind": "camera",
            "uid": str(camera.uid),
            "name": camera.name,
            "title": queries.title(camera),
            "online": queries.is_online(camera),
            "mount": camera.mount,
            "can_steer": camera.pk in self._steerable and queries.is_steerable(camera),
            "has_sub_stream": camera.has_sub_stream,
            "codec": camera.measured_codec,
            "is_favourite": camera.pk in self._favourites,
        }
