"""What the app plugs in: permissions of the register and of pictures, what a grant may be narrowed to, acts."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oversite.base.accounts.slots import PERMISSIONS, SCOPE_KINDS, Permission, ScopeKind
from oversite.base.audit.slots import ACTS, REFUSED_ACTS
from oversite.base.jobs.slots import SCHEDULES, Schedule
from oversite.base.sites.slots import SITE_TABS, SiteTab
from oversite.screens.slots import MENU, MenuEntry
from oversite.video.cameras import queries
from oversite.video.cameras.tabs import cameras_of_site
from oversite.video.cameras.tasks import measure_streams

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

WATCHERS = frozenset({"monitor", "administrator"})

PERMISSIONS.plug(
    "cameras.read",
    Permission(_("see cameras and devices"), WATCHERS | {"site-operator", "auditor"}),
)
PERMISSIONS.plug("cameras.change", Permission(_("change cameras and devices"), frozenset({"administrator"})))
PERMISSIONS.plug(
    "cameras.declare", Permission(_("enter the cameras of the sites that one operates"), frozenset({"site-operator"}))
)
PERMISSIONS.plug("video.live", Permission(_("watch live pictures"), WATCHERS | {"site-operator"}))
PERMISSIONS.plug("video.playback", Permission(_("play back recordings"), WATCHERS))

ACTS.plug("cameras.camera.created", _("camera registered"))
ACTS.plug("cameras.camera.changed", _("camera changed"))
ACTS.plug("cameras.camera.removed", _("camera taken out"))
ACTS.plug("cameras.camera.declared", _("camera entered by the operator of the site"))
ACTS.plug("cameras.camera.redeclared", _("camera changed by the operator of the site"))
ACTS.plug("cameras.camera.withdrawn", _("camera taken back by the operator of the site"))
ACTS.plug("cameras.camera.claimed", _("channel registered as a camera"))
ACTS.plug("cameras.device.created", _("device registered"))
ACTS.plug("cameras.device.changed", _("device changed"))
ACTS.plug("cameras.device.password", _("device password set"))
ACTS.plug("cameras.register.imported", _("cameras imported"))
ACTS.plug("cameras.register.exported", _("cameras exported"))
ACTS.plug("cameras.group.changed", _("camera group changed"))
ACTS.plug("cameras.device.duplicate", _("one device identity used in two places"))
ACTS.plug("video.device.refused.identity", _("device not let in: its identity is not 20 digits"))
ACTS.plug("video.device.refused.username", _("device not let in: it signs with another identity"))
ACTS.plug("video.device.refused.password", _("device not let in: wrong password"))
ACTS.plug("video.device.refused.unknown", _("device not let in: unknown, and without the domain's password"))
ACTS.plug("video.device.refused.inactive", _("device not let in: it is switched off in the register"))
ACTS.plug("video.device.refused.malformed", _("device not let in: its registration cannot be read"))
REFUSED_ACTS.plug("cameras", _("changing the register of cameras"))
REFUSED_ACTS.plug("video.device.refused", _("registration of a device"))


def _cameras(ids: Collection[str]) -> Q:
    return Q(pk__in=[int(key) for key in ids if key.isdecimal()])


def _groups(ids: Collection[str]) -> Q:
    return Q(pk__in=queries.members_of(int(key) for key in ids if key.isdecimal()))


def _camera_choices(user: "User") -> Iterable[tuple[str, str]]:
    return ((str(camera.pk), queries.title(camera)) for camera in queries.cameras(user, None))


def _group_choices(user: "User") -> Iterable[tuple[str, str]]:
    return ((str(group.pk), group.name) for group in queries.groups(user))


SCOPE_KINDS.plug("cameras.camera", ScopeKind(_("camera"), "cameras.camera", _cameras, _camera_choices))
SCOPE_KINDS.plug("cameras.cameragroup", ScopeKind(_("camera group"), "cameras.camera", _groups, _group_choices))
MENU.plug("cameras", MenuEntry("cameras", _("Cameras"), "cameras:cameras", "device-cctv", "cameras.read", 32))
SITE_TABS.plug("cameras", SiteTab(cameras_of_site, order=10))
SCHEDULES.plug(
    "cameras.measure", Schedule(task=measure_streams, title=_("measure streams"), every=timedelta(minutes=1))
)
