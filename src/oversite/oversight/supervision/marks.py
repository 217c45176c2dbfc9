"""Anomalies on the 24-hour bar of a camera."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse

from oversite.oversight.supervision.queries import AROUND, anomalies
from oversite.video.viewing.slots import TimelineMark

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.video.cameras.models import Camera


def marks(user: "User", camera: "Camera", start_at: datetime, end_at: datetime) -> Iterator[TimelineMark]:
    """Each anomaly with the minute of footage that is kept around it, leading to its session."""
    for point in anomalies(user, camera, start_at, end_at):
        title = f"{point.name} · {point.get_grade_display()}"
        url = reverse("supervision:session", args=[point.session.uid])
        yield TimelineMark(point.moment_at - AROUND, point.moment_at + AROUND, "anomaly", title, url)
