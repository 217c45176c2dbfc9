"""Reads about the services: media nodes, running streams, what is wanted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from oversite.common import clock, config
from oversite.video.gateway import doors
from oversite.video.gateway.models import Dialog, MediaNode, WantedStream
from oversite.video.gateway.stages import StageFailure

if TYPE_CHECKING:
    from django.db.models import QuerySet

NODE_BEAT_S = 30


@dataclass(frozen=True, slots=True)
class Node:
    """One media node: its number, where its door is and where browsers reach it."""

    number: int
    door_url: str
    public_url: str


def nodes() -> list[Node]:
    """The media nodes that live; the configured ones where none has reported yet."""
    since = clock.now() - timedelta(seconds=NODE_BEAT_S)
    rows = MediaNode.objects.filter(beat_at__gte=since)
    found = [Node(row.number, row.door_url, row.public_url) for row in rows]
    return found or [configured_node(number) for number in range(config.current().media_nodes)]


def node(number: int) -> Node:
    """The node of that number, as it last reported or as configured."""
    row = MediaNode.objects.filter(number=number).first()
    return configured_node(number) if row is None else Node(row.number, row.door_url, row.public_url)


def recordings_node() -> Node:
    """The living node with the fewest streams: the nodes share the volumes, so any of them serves any recording."""
    since = clock.now() - timedelta(seconds=NODE_BEAT_S)
    row = MediaNode.objects.filter(beat_at__gte=since).order_by("streams", "number").first()
    return configured_node(0) if row is None else Node(row.number, row.door_url, row.public_url)


def configured_node(number: int) -> Node:
    """The node as the configuration describes it."""
    url = config.current().media_url(number)
    return Node(number, url, url)


def running_stream(camera_id: int, stream: int | None = None) -> Dialog | None:
    """The live dialog of a camera (of one of its streams), if one runs; the main stream first."""
    found = Dialog.objects.filter(camera_id=camera_id, kind="live")
    if stream is not None:
        found = found.filter(stream=stream)
    return found.order_by("stream", "-started_at").first()


def wanted_streams() -> "QuerySet[WantedStream]":
    """Wishes whose time is not over."""
    return WantedStream.objects.exclude(until_at__lt=clock.now())


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a device, or a host that is none, sent and could not be read: how often since the service started."""

    what: str
    device: str
    source: str
    why: str
    times: int
    last_at: datetime | None


def complaints(device_gb_id: str = "") -> list[Complaint]:
    """The faults that signalling counted, of one device or of all; none while it does not answer."""
    try:
        rows = doors.complaints(device_gb_id)
    except StageFailure:
        return []
    return [
        Complaint(
            what=str(row.get("what", "")),
            device=str(row.get("device", "")),
            source=str(row.get("source", "")),
            why=str(row.get("why", "")),
            times=int(row.get("times") or 0),
            last_at=datetime.fromisoformat(str(row["last_at"])),
        )
        for row in rows
    ]


def received_streams() -> list[dict[str, Any]]:
    """What all nodes receive now, with codec and counters; a node that does not answer is left out."""
    found: list[dict[str, Any]] = []
    for each in nodes():
        try:
            found += doors.receivers(each.door_url)
        except StageFailure:
            continue
    return found
