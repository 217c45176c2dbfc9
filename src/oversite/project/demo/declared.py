"""What the demonstration declares for the rulebooks, and what stands in the customs register."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oversite.base.agencies.models import Agency
from oversite.base.sites.models import Site
from oversite.domains.customs import actions as customs
from oversite.domains.customs.models import CustomsHouse
from oversite.domains.customs.queries import registration_of
from oversite.oversight.rules import actions as rules
from oversite.video.cameras.models import Camera

if TYPE_CHECKING:
    from oversite.base.sites.models import Area


def plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without what is declared of it."""
    return {key: value for key, value in row.items() if key != "declared"}


def declare(site: Site, row: Mapping[str, Any]) -> None:
    """Declare a site, its areas and its cameras as the data says; a site without declarations stays as it is."""
    if "declared" not in row:
        return
    areas: dict[str, Area] = {area.code: area for area in site.areas.all()}
    for area in row["areas"]:
        if "declared" in area:
            rules.declare_area(None, areas[area["code"]], area["declared"])
    for camera in row["cameras"]:
        if "declared" in camera:
            said = {"stands": [], "mount": [], **camera["declared"]}
            rules.declare_camera(None, Camera.objects.get(gb_id=camera["gb_id"]), said)
    rules.declare_site(None, site, row["declared"])


def register_customs(told: Mapping[str, Any]) -> None:
    """Put houses and sites into the customs register that are not there yet."""
    for row in told.get("houses", []):
        if not CustomsHouse.objects.filter(district=row["district"]).exists():
            customs.save_house(None, None, {**row, "agency": Agency.objects.get(code=row["agency"])})
    for row in told.get("registrations", []):
        site = Site.objects.get(code=row["site"])
        if registration_of(site) is None:
            house = CustomsHouse.objects.get(district=row["district"])
            values = {key: value for key, value in row.items() if key not in {"site", "district"}}
            customs.save_registration(None, site, None, {**values, "house": house})
