"""Reading alarms: those of the devices and cameras that a user may see."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from oversite.base.accounts.queries import is_narrowed, restrict
from oversite.video.alarms.models import Alarm
from oversite.video.cameras.queries import registered_cameras

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from oversite.base.accounts.models import User
    from oversite.video.cameras.models import Camera


def alarms(user: "User | AnonymousUser", permission: str = "alarms.read") -> QuerySet[Alarm]:
    """The alarms of the user's sites; those of devices without a site are for the root agencies.

    A right narrowed to single cameras covers the alarms of these alone.
    """
    found = Alarm.objects.select_related("device", "camera", "camera__site", "site")
    seen = restrict(found, user, permission, "site__agency", "site__operator")
    if is_narrowed(user, permission, "cameras.camera"):
        return seen.filter(camera__in=registered_cameras(user, permission).values("pk"))
    if user.is_authenticated and user.agency.depth == 1 and user.has_perm(permission):
        return found.filter(Q(pk__in=seen.values("pk")) | Q(site__isnull=True))
    return seen


def open_alarms(user: "User | AnonymousUser") -> QuerySet[Alarm]:
    """Those that nobody has acknowledged yet."""
    return alarms(user).filter(acknowledged_at=None)


def alarms_at(user: "User", camera: "Camera", start_at: datetime, end_at: datetime) -> QuerySet[Alarm]:
    """The alarms of one camera within a period, in the order in which they came in."""
    return alarms(user).filter(camera=camera, received_at__gte=start_at, received_at__lt=end_at).order_by("received_at")
