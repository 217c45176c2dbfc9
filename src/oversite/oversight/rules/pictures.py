"""Plan pictures: taken in safely, kept as PNG of our own making, so that nothing of the upload itself is served."""

from __future__ import annotations

import io
import uuid
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.actions import record
from oversite.common import clock, config
from oversite.common.errors import Refused
from oversite.common.later import Later
from oversite.oversight.rules import actions, queries
from oversite.oversight.rules.models import SitePicture

if TYPE_CHECKING:
    import PIL
    from django.core.files.uploadedfile import UploadedFile
    from PIL import Image

    from oversite.base.accounts.models import User
    from oversite.base.sites.models import Site
else:
    PIL, Image = Later("PIL"), Later("PIL.Image")

MAX_BYTES = 20_000_000
MAX_PIXELS = 40_000_000
MAX_SIDE_PX = 3000
FORMATS = ("PNG", "JPEG", "WEBP")
MAX_POINTS = 100
MAX_SHAPES = 2_000


@transaction.atomic
def keep_picture(actor: User | None, site: Site, upload: UploadedFile[bytes]) -> SitePicture:
    """Take a floor plan in. Raises `Refused`: too large, no picture, or a picture that unpacks beyond all measure."""
    actions.require_change(actor, site)
    picture = _safe(upload)
    path = _folder() / f"{uuid.uuid4()}.png"
    picture.save(path, format="PNG", optimize=False)
    made, _is_new = SitePicture.objects.update_or_create(
        site=site,
        defaults={
            "path": path.name,
            "width_px": picture.width,
            "height_px": picture.height,
            "changed_by": str(actor or ""),
            "changed_at": clock.now(),
        },
    )
    record("rules.picture.kept", actor=actor, subject=site, data={"size": [picture.width, picture.height]})
    return made


def _safe(upload: UploadedFile[bytes]) -> Image.Image:
    """The picture, decoded, without metadata, at most `MAX_SIDE_PX` on a side."""
    if upload.size is None or upload.size > MAX_BYTES:
        raise Refused("rules.picture.large", _("The file is larger than 20 MB. Export a smaller picture."), status=413)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(upload.read(MAX_BYTES + 1)), formats=FORMATS) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise _too_many_pixels()
                opened.load()
                picture = opened.convert("RGB")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise _too_many_pixels() from error
    except (PIL.UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Refused(
            "rules.picture.unreadable", _("This is no PNG, JPEG or WebP picture that can be read."), status=422
        ) from error
    picture.thumbnail((MAX_SIDE_PX, MAX_SIDE_PX))
    return picture


def _too_many_pixels() -> Refused:
    return Refused(
        "rules.picture.pixels", _("The picture has more than 40 million pixels. Export a smaller one."), status=413
    )


def _folder() -> Path:
    folder = config.current().data_dir / "plans"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def picture_path(picture: SitePicture) -> Path:
    """The file of a plan picture."""
    return _folder() / Path(picture.path).name


@transaction.atomic
def keep_layout(actor: User | None, site: Site, layout: object) -> SitePicture:
    """Keep where areas and cameras lie on the picture, in fractions of its sides. Raises `Refused`."""
    actions.require_change(actor, site)
    picture = queries.picture_of(site)
    if picture is None:
        raise Refused("rules.picture.none", _("Upload a plan picture first."), status=409)
    checked = checked_layout(layout)
    if checked is None:
        raise Refused("rules.layout", _("The layout is not of the form that this page sends."), status=422)
    picture.layout, picture.changed_by, picture.changed_at = checked, str(actor or ""), clock.now()
    picture.save(update_fields=["layout", "changed_by", "changed_at"])
    shapes = {name: len(found) for name, found in checked.items()}
    record("rules.layout.changed", actor=actor, subject=site, data=shapes)
    return picture


def checked_layout(layout: object) -> dict[str, Any] | None:
    """`{areas: {code: [[x, y], …]}, cameras: {uid: {x, y, direction, angle, reach}}}`, or none where it is not that."""
    if not isinstance(layout, dict) or set(layout) - {"areas", "cameras"}:
        return None
    areas, cameras = layout.get("areas", {}), layout.get("cameras", {})
    if not isinstance(areas, dict) or not isinstance(cameras, dict) or len(areas) + len(cameras) > MAX_SHAPES:
        return None
    if not all(_is_outline(each) for each in areas.values()) or not all(_is_sector(each) for each in cameras.values()):
        return None
    return {"areas": areas, "cameras": cameras}


def _is_outline(value: object) -> bool:
    if not isinstance(value, list) or not 3 <= len(value) <= MAX_POINTS:
        return False
    return all(isinstance(point, list) and len(point) == 2 and all(map(_is_fraction, point)) for point in value)


def _is_sector(value: object) -> bool:
    if not isinstance(value, Mapping) or set(value) != {"x", "y", "direction", "angle", "reach"}:
        return False
    turns = all(_is_within(value[name], 360) for name in ("direction", "angle"))
    return turns and all(_is_fraction(value[name]) for name in ("x", "y", "reach"))


def _is_fraction(value: object) -> bool:
    return _is_within(value, 1)


def _is_within(value: object, most: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= most
