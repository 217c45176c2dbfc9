"""What this node counts, for Prometheus and for the health check."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

if TYPE_CHECKING:
    from oversite.services.media.node import MediaNode

STALE_SECONDS = 20.0
"""A node that records and has made nothing durable for so long does not look alive."""
_UDP_TABLE = Path("/proc/net/udp")


def receive_drops(ports: set[int]) -> int:
    """Datagrams that the kernel had no room for, on these ports of ours."""
    try:
        lines = _UDP_TABLE.read_text(encoding="ascii").splitlines()[1:]
    except OSError:
        return 0
    rows = (line.split() for line in lines)
    return sum(int(row[-1]) for row in rows if int(row[1].rpartition(":")[2], 16) in ports)


class NodeCollector(Collector):
    """Reads the node's own counts when Prometheus asks; runs in the loop."""

    def __init__(self, node: "MediaNode") -> None:
        self._node = node

    def collect(self) -> Iterator[Metric]:
        """Every metric."""
        yield from self._of_streams()
        node = self._node
        writer, store = node.writer, node.store
        yield _counter("oversite_media_written_bytes", "Bytes written to recordings.", writer.written_bytes)
        yield _gauge("oversite_media_queued_bytes", "Bytes that wait for the disk.", writer.queued_bytes)
        yield _gauge("oversite_media_sync_longest_ms", "The longest synchronisation so far.", writer.longest_sync_ms)
        yield _counter("oversite_media_write_errors", "Files or synchronisations that failed.", writer.errors)
        yield _gauge("oversite_media_database_reachable", "1 while the database can be used.", store.is_reachable)
        yield _gauge("oversite_media_facts_waiting", "Facts about files that wait for the database.", store.pending)
        yield _gauge("oversite_media_files_without_row", "Files whose camera is not in the register.", store.unknown)
        yield _counter("oversite_media_faults", "Faults of ours that the loop outlived.", node.loop.faults)
        yield _counter("oversite_media_malformed_requests", "HTTP requests that were none.", node.http.malformed)
        yield _gauge("oversite_media_viewings", "Viewings under way.", len(node.viewings))
        yield _gauge("oversite_media_ports_in_use", "Receive ports in use.", node.pool.in_use)
        yield _gauge("oversite_media_ports", "Receive ports of this node.", node.pool.capacity)

    def _of_streams(self) -> Iterator[Metric]:
        receivers = list(self._node.streams.receivers.values())
        stats = [receiver.rtp.stats for receiver in receivers]
        ports = {receiver.transport.port for receiver in receivers if receiver.transport is not None}
        stages = GaugeMetricFamily("oversite_media_streams", "Streams by stage.", labels=["stage"])
        for stage in ("waiting_packet", "waiting_key", "playing", "failed"):
            stages.add_metric([stage], sum(receiver.stage == stage for receiver in receivers))
        yield stages
        recorders = [receiver.recorder for receiver in receivers if receiver.recorder is not None]
        recording = sum(recorder.is_recording for recorder in recorders)
        yield _gauge("oversite_media_recordings", "Streams being recorded.", recording)
        yield _gauge("oversite_media_recordings_in_trouble", "Streams that should be.", len(recorders) - recording)
        yield _counter("oversite_media_packets", "RTP packets of running streams.", sum(item.packets for item in stats))
        yield _counter("oversite_media_lost_packets", "RTP packets that never came.", sum(item.lost for item in stats))
        yield _counter("oversite_media_malformed_packets", "Not RTP.", sum(item.malformed for item in stats))
        yield _counter(
            "oversite_media_bad_units", "Pictures that cannot be read.", sum(item.bad_units for item in stats)
        )
        foreign = sum(item.foreign for item in stats)
        foreign += sum(receiver.transport.foreign_packets for receiver in receivers if receiver.transport is not None)
        yield _counter("oversite_media_foreign_packets", "Of sources that are not the stream's.", foreign)
        yield _counter("oversite_media_receive_drops", "Datagrams without room in the kernel.", receive_drops(ports))


def _counter(name: str, text: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(name, text, value=value)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def exposition(node: "MediaNode") -> bytes:
    """The answer to `GET /metrics`."""
    registry = CollectorRegistry()
    registry.register(NodeCollector(node))
    return generate_latest(registry)


def health(node: "MediaNode") -> dict[str, object]:
    """The answer to `GET /healthz`: `status` is ok, degraded (database away) or failing (no bytes reach disk)."""
    recorders = [receiver.recorder for receiver in node.streams.receivers.values() if receiver.recorder is not None]
    recording = sum(recorder.is_recording for recorder in recorders)
    age = node.loop.now - node.writer.durable_at
    status = "ok"
    if not node.store.is_reachable or recording < len(recorders):
        status = "degraded"
    if recording and age > STALE_SECONDS:
        status = "failing"
    return {
        "status": status,
        "node": node.number,
        "streams": len(node.streams.receivers),
        "recording": recording,
        "viewings": len(node.viewings),
        "database": node.store.is_reachable,
        "durable_age_s": round(age, 1) if recording else None,
    }
