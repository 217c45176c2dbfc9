"""Reading supervision sessions, each through the reader's rights."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from oversite.base.accounts.queries import has_permission, is_narrowed, restrict
from oversite.base.sites.queries import visible_sites
from oversite.common import clock
from oversite.oversight.supervision.models import Point, Session
from oversite.oversight.supervision.slots import CHECKLISTS, SITE_CHECKLISTS
from oversite.video.cameras.queries import registered_cameras

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.sites.models import Site
    from oversite.video.cameras.models import Camera

AROUND = timedelta(seconds=30)


def sessions(user: "User", permission: str = "supervision.read") -> QuerySet[Session]:
    """The sessions `user` may use with `permission`: those over sites that their agency answers for.

    Where the right is narrowed to single cameras, a session that graded another one is not among them.
    """
    counted = Session.objects.select_related("site", "operator", "agency").annotate(
        point_count=Count("points"),
        anomaly_count=Count("points", filter=~Q(points__grade=Point.Grade.NORMAL)),
    )
    return _of_own_cameras(restrict(counted, user, permission, "site__agency"), user, permission)


def drafts(user: "User") -> QuerySet[Session]:
    """The sessions that `user` has begun and not yet submitted."""
    return sessions(user, "supervision.conduct").filter(operator=user, state=Session.State.DRAFT)


def sites_to_supervise(user: "User") -> "QuerySet[Site]":
    """The sites in use at which `user` can begin a session: their class has a checklist."""
    seen = visible_sites(user)
    if not has_permission(user, "supervision.conduct"):
        return seen.none()
    classes = [site_class for site_class, key in SITE_CHECKLISTS.items() if key in CHECKLISTS]
    return seen.filter(is_active=True, site_class__in=classes)


def filed_with_anomalies(user: "User") -> QuerySet[Session]:
    """The filed sheets that stand and report more than normality."""
    worse = [grade for grade in Point.Grade.values if grade != Point.Grade.NORMAL]
    filed = Session.objects.filter(state=Session.State.SUBMITTED, points__grade__in=worse).distinct()
    return _of_own_cameras(restrict(filed, user, "supervision.read", "site__agency"), user, "supervision.read")


def _of_own_cameras(found: QuerySet[Session], user: "User", permission: str) -> QuerySet[Session]:
    if not is_narrowed(user, permission, "cameras.camera"):
        return found
    own = registered_cameras(user, permission).values("pk")
    return found.exclude(Exists(Point.objects.filter(session=OuterRef("pk")).exclude(camera__in=own)))


def next_number(site_code: str, at: datetime) -> str:
    """The number of the next sheet of a site on the Beijing day of `at`; call it in the submitting transaction."""
    day = at.astimezone(clock.BEIJING).strftime("%Y%m%d")
    prefix = f"{site_code}-{day}-"
    last = Session.objects.filter(number__startswith=prefix).order_by("number").last()
    serial = int(last.number.removeprefix(prefix)) + 1 if last else 1
    return f"{prefix}{serial:03d}"


def footage_around(moment_at: datetime) -> tuple[datetime, datetime]:
    """The minute of footage that is kept around an anomaly, half of it after the moment shown."""
    return moment_at - AROUND, moment_at + AROUND


def anomalies(user: "User", camera: "Camera", start_at: datetime, end_at: datetime) -> QuerySet[Point]:
    """The anomalies marked at a camera within a period, of sessions that `user` may read."""
    return (
        Point.objects.filter(session__in=sessions(user).values("pk"))
        .filter(camera=camera, moment_at__gte=start_at, moment_at__lt=end_at)
        .exclude(grade=Point.Grade.NORMAL)
        .exclude(session__state=Session.State.DISCARDED)
        .select_related("session")
    )
