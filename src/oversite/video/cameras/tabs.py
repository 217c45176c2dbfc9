"""The tab of cameras on the page of a site."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import Tab
from oversite.screens.formats import CODE, INSTANT, NUMBER, Cell, Format, State, StateFormat
from oversite.video.cameras import queries

if TYPE_CHECKING:
    from oversite.base.sites.models import Site

CODEC_NAMES = {
    "h264": "H.264",
    "h265": "H.265",
    "svac": "SVAC",
    "mpeg4": "MPEG-4",
    "g711a": "G.711A",
    "g711u": "G.711U",
    "aac": "AAC",
}


class CodecFormat(Format):
    """A codec by its name in the standards."""

    def html(self, value: object) -> str:
        """`H.264` for `h264`."""
        return super().html(CODEC_NAMES.get(str(value), value))

    def cell(self, value: object) -> Cell:
        """As on the page."""
        return CODEC_NAMES.get(str(value), None if value is None else str(value))


CODEC = CodecFormat()
PRESENCE = StateFormat({"True": State(_("online"), "good"), "False": State(_("offline"), "now")})
CAMERA_COLUMNS = (
    Column("name", _("camera"), "name", link=lambda row: reverse("cameras:camera", args=[row.uid])),
    Column("area", _("area"), "area.name"),
    Column("gb_id", _("GB/T 28181 identity"), "gb_id", CODE),
    Column("mount", _("kind"), "get_mount_display"),
    Column("control", _("control right"), "get_control_right_display"),
    Column("online", _("state"), queries.is_online, PRESENCE),
)

FAULTS = {
    "malformed": _("signalling message that cannot be read"),
    "malformed_body": _("XML that cannot be read"),
    "mended_body": _("XML that had to be mended"),
    "malformed_sdp": _("SDP that cannot be read"),
    "wrong_length": _("wrong length of a message"),
    "malformed_packets": _("packets that are not RTP"),
    "bad_units": _("pictures that cannot be read"),
}
COMPLAINT_COLUMNS = (
    Column("what", _("fault"), lambda row: FAULTS.get(row.what, row.what)),
    Column("times", _("times"), "times", NUMBER),
    Column("last", _("last time"), "last_at", INSTANT),
    Column("source", _("source address"), "source", CODE),
    Column("why", _("particulars"), "why"),
)


def cameras_of_site(site: "Site", user: Any) -> Tab | None:
    """The cameras of a site that the user may see; none for those who may see no camera."""
    if not user.has_perm("cameras.read"):
        return None
    found = queries.with_presence(queries.registered_cameras(user).filter(site=site)).order_by("area__code", "name")
    empty = EmptyState(_("No camera stands here yet"))
    url = reverse("cameras:new") + f"?site={site.code}"
    act = Act(_("Register a camera"), url, "plus") if queries.may_enter_cameras(user, site) else None
    return Tab("cameras", _("Cameras"), found, CAMERA_COLUMNS, found.count(), act=act, empty=empty)
