"""The floor plan of a demonstration site: drawn here, its areas outlined and its cameras placed on it."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from oversite.base.sites.models import Site
from oversite.oversight.rules import pictures
from oversite.oversight.rules.queries import picture_of
from oversite.video.cameras.models import Camera

WIDTH_PX, HEIGHT_PX = 1600, 1000
PAPER, WATER, ROAD, GROUND, LINE, STACK = "#f4f2ec", "#cfe0ee", "#dcd9d0", "#ffffff", "#8d8a82", "#c9c2b2"

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in fractions of the picture."""


def place(told: Mapping[str, Any]) -> None:
    """Draw the floor plan of every site that the data describes one of, where none is kept yet."""
    for row in told["sites"]:
        site = Site.objects.get(code=row["code"])
        if "floorplan" in row and picture_of(site) is None:
            pictures.keep_picture(None, site, SimpleUploadedFile("plan.png", drawn(row["floorplan"])))
            pictures.keep_layout(None, site, layout_of(row["floorplan"]))


def layout_of(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Outlines of the areas by code and view sectors of the cameras by uid, as the page of placement keeps them."""
    uids = dict(Camera.objects.filter(gb_id__in=plan["cameras"]).values_list("gb_id", "uid"))
    names = ("x", "y", "direction", "angle", "reach")
    return {
        "areas": {
            code: [[left, top], [right, top], [right, bottom], [left, bottom]]
            for code, (left, top, right, bottom) in plan["areas"].items()
        },
        "cameras": {
            str(uids[gb_id]): dict(zip(names, sector, strict=True)) for gb_id, sector in plan["cameras"].items()
        },
    }


def drawn(plan: Mapping[str, Any]) -> bytes:
    """The picture as PNG: water, roads, the grounds of the areas, and what stands there."""
    picture = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), PAPER)
    pen = ImageDraw.Draw(picture)
    for colour, outline, boxes in (
        (WATER, None, plan["water"]),
        (ROAD, None, plan["roads"]),
        (GROUND, LINE, plan["areas"].values()),
        (STACK, LINE, plan["stacks"]),
    ):
        for box in boxes:
            pen.rectangle(_pixels(box), fill=colour, outline=outline, width=2)
    stream = BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()


def _pixels(box: Box) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    return left * WIDTH_PX, top * HEIGHT_PX, right * WIDTH_PX, bottom * HEIGHT_PX
