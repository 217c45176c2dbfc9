"""What the customs register says about cameras: plugged into the register of cameras and into pages of sites."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oversite.common.errors import Refused
from oversite.domains.customs import queries
from oversite.domains.customs.codes import check_code
from oversite.domains.customs.models import CameraPosition, ScreenCheck
from oversite.domains.customs.reading import in_language
from oversite.oversight.rules.slots import Advice
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import Fact, FactGroup, Tab
from oversite.screens.formats import CODE, INSTANT, State, StateFormat

if TYPE_CHECKING:
    from oversite.base.sites.models import Site
    from oversite.video.cameras.models import Camera

PICTURE_FIELDS = frozenset({"name", "gb_id", "device"})
"""What the text on the picture and who shows it rest on; the name follows the kind of the camera."""
SCREEN = StateFormat(
    {
        "": State(_("not read yet"), "quiet"),
        ScreenCheck.State.MATCH: State(ScreenCheck.State.MATCH.label, "good"),
        ScreenCheck.State.MISMATCH: State(ScreenCheck.State.MISMATCH.label, "now"),
        ScreenCheck.State.UNSUPPORTED: State(ScreenCheck.State.UNSUPPORTED.label, "soon"),
        ScreenCheck.State.REFUSED: State(ScreenCheck.State.REFUSED.label, "now"),
        ScreenCheck.State.NO_ANSWER: State(ScreenCheck.State.NO_ANSWER.label, "soon"),
        ScreenCheck.State.NO_CHANNEL: State(ScreenCheck.State.NO_CHANNEL.label, "now"),
    }
)


def screen_state(position: CameraPosition) -> str:
    """The state of the text on the picture, "" where it was never read."""
    check = getattr(position, "screen", None)
    return check.state if check is not None else ""


def camera_name(position: CameraPosition) -> str:
    """The name of the camera that hangs there; "" for a planned one."""
    return position.camera.name if position.camera is not None else ""


def name_on_picture(position: CameraPosition) -> str:
    """The name of the camera that hangs there, or the one that a camera will have there."""
    if position.camera is not None:
        return position.camera.name
    try:
        return queries.text_of(position).name
    except Refused as refused:
        return str(refused)


def control_word(position: CameraPosition) -> str:
    """The control right that the rules ask for there."""
    return str(position.get_control_right_display())


def built(position: CameraPosition) -> str:
    """Whether a camera hangs there already."""
    return "built" if position.camera_id is not None else "planned"


BUILT = StateFormat({"built": State(_("hangs there"), "good"), "planned": State(_("planned"), "quiet")})
POSITION_COLUMNS = (
    Column("code", _("camera code"), "code", CODE, link=lambda row: reverse("customs:position", args=[row.uid])),
    Column("name", _("name on the picture"), name_on_picture),
    Column("area", _("area"), "area.name"),
    Column("control", _("control right"), control_word),
    Column("camera", _("camera"), built, BUILT),
    Column("screen", _("text on the picture"), screen_state, SCREEN),
)


def positions_of_site(site: "Site", user: Any) -> Tab | None:
    """The tab of codes on the page of a site that belongs to a customs house."""
    if not user.has_perm(queries.READ) or queries.house_of(site) is None:
        return None
    found = queries.positions(user).filter(registration__site=site, closed_at=None).order_by("code")
    act = Act(_("Codes, texts, notices"), reverse("customs:site", args=[site.uid]), "list-details")
    empty = EmptyState(_("No code is allotted here yet"), _("Put the site into the customs register first."))
    return Tab("customs", _("Codes"), found, POSITION_COLUMNS, found.count(), act=act, empty=empty)


def advise_plan(user: Any, site: "Site") -> Advice | None:
    """That a site outside of the register has no codes and names to give, with the form for those who may fill it."""
    if queries.registration_of(site) is not None:
        return None
    text = _("Planned cameras get their codes and names once the site is in the customs register.")
    if not queries.sites_to_register(user).filter(pk=site.pk).exists():
        return Advice(text)
    return Advice(text, [(_("Put into the register"), reverse("customs:register", args=[site.uid]))])


def why_no_codes(user: Any, site: "Site") -> "str | Promise":
    """Why somebody cannot have the planned cameras of a site coded."""
    if queries.registration_of(site) is None:
        return _("Put the site into the customs register first.")
    if not (user.has_perm(queries.CHANGE) and site.agency.path.startswith(user.agency.path)):
        return _("Customs allots the codes; the list shows the next free ones until then.")
    return ""


def name_of(camera: "Camera") -> str | None:
    """The name that a camera at a position must have."""
    position = queries.position_of(camera)
    return None if position is None else queries.text_of(position, camera).name


def code_problem(camera: "Camera") -> str | None:
    """A camera at a position stays at its site and bears the code of the position; others bear none that is wrong."""
    position = queries.position_of(camera)
    if position is None:
        return _wrong_code(camera) or _elsewheres_identity(camera)
    if camera.site_id != position.registration.site_id:
        text = _("The camera hangs at position %(code)s of %(site)s. Hang another camera there, or close the position.")
        return str(text % {"code": position.code, "site": position.registration.site.name})
    if camera.camera_code != position.code:
        return str(_("The code of this camera is %(code)s; it belongs to the position.") % {"code": position.code})
    return None


def _wrong_code(camera: "Camera") -> str | None:
    """A code of customs that is no code; for other sites the field is theirs to use."""
    if not camera.camera_code or queries.house_of(camera.site) is None:
        return None
    faults = check_code(camera.camera_code)
    if faults:
        return " ".join(in_language(fault.message) for fault in faults)
    if CameraPosition.objects.filter(code=camera.camera_code).exclude(pk__in=_planned_here(camera)).exists():
        return str(_("The code %(code)s belongs to a position already.") % {"code": camera.camera_code})
    return None


def _elsewheres_identity(camera: "Camera") -> str | None:
    """A code doubles as an identity: that of a position elsewhere is not to be taken; what stood already may stay."""
    if not CameraPosition.objects.filter(code=camera.gb_id).exclude(registration__site=camera.site_id).exists():
        return None
    if camera.pk and type(camera).objects.filter(pk=camera.pk, gb_id=camera.gb_id).exists():
        return None
    text = _(
        "The identity %(code)s is the code of a position at another site. Compare it with the settings of the device."
    )
    return str(text % {"code": camera.gb_id})


def _planned_here(camera: "Camera") -> list[int]:
    """The planned positions of the camera's site: hardware that comes with such a code is about to be hung there."""
    registration = queries.registration_of(camera.site)
    return [] if registration is None else [each.pk for each in queries.planned_positions(registration)]


def made_at(camera: "Camera") -> str:
    """Where the name of a camera is made."""
    position = queries.position_of(camera)
    return "" if position is None else reverse("customs:position", args=[position.uid])


def forget_picture(camera: "Camera", changed: Collection[str]) -> None:
    """What was read of a picture is open again once another text must stand there, or another device shows it."""
    if PICTURE_FIELDS.intersection(changed) and (position := queries.position_of(camera)) is not None:
        ScreenCheck.objects.filter(position=position).delete()


def camera_facts(camera: "Camera", user: Any) -> FactGroup | None:
    """Code, text and whether the device shows it, for a page about the camera."""
    position = queries.positions(user).filter(camera=camera).first()
    if position is None:
        return None
    check = getattr(position, "screen", None)
    url = reverse("customs:position", args=[position.uid])
    same = camera.gb_id == position.code
    facts = [
        Fact(_("camera code"), position.code, CODE, link=url),
        Fact(
            _("identity in the video network"),
            _("the code") if same else _("another one: set the code in the device"),
        ),
        Fact(_("text on the picture"), screen_state(position), SCREEN),
        Fact(_("read at"), check.checked_at if check else None, INSTANT),
    ]
    facts += [Fact(_("difference"), text, is_wide=True) for text in differences(check)]
    return FactGroup(_("Customs register"), facts)


def differences(check: ScreenCheck | None) -> list[str]:
    """The differences in the reader's language."""
    if check is None:
        return []
    language = in_language_key()
    return [str(each.get(language, "")) for each in check.differences] + ([check.reason] if check.reason else [])


def in_language_key() -> str:
    """`zh` or `en`."""
    from oversite.domains.customs.words import Words

    return in_language(Words("zh", "en"))


def camera_acts(camera: "Camera", user: Any) -> list[Act]:
    """Write and read the text of a camera."""
    if not user.has_perm(queries.PUSH):
        return []
    position = queries.positions(user, queries.PUSH).filter(camera=camera).first()
    return [] if position is None else screen_acts(position)


def screen_acts(position: CameraPosition) -> list[Act]:
    """Write and read, or why not."""
    camera = position.camera
    if camera is None or position.closed_at is not None:
        return []
    why_not = "" if camera.device is not None else _("No device answers for this camera.")
    return [
        Act(_("Write the text"), reverse("customs:push", args=[position.uid]), "upload", why_not, is_dialog=True),
        Act(_("Read the text"), reverse("customs:check", args=[position.uid]), "refresh", why_not, is_dialog=True),
    ]
