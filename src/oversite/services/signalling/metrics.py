"""Counters of the service, served at GET /metrics of its door."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """One set per process; a test has its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._counters: dict[str, Counter] = {}
        self.events = Counter("oversite_signalling_events", "What happened", ["what"], registry=self.registry)
        self.refusals = Counter(
            "oversite_signalling_refused_registrations", "Registrations refused", ["why"], registry=self.registry
        )
        self.starts = Counter(
            "oversite_signalling_stream_starts", "Stream starts by outcome", ["stage"], registry=self.registry
        )
        self.start_seconds = Histogram(
            "oversite_signalling_start_seconds",
            "From request to first key frame",
            buckets=(0.1, 0.2, 0.3, 0.5, 1, 1.5, 2, 4, 8, 15),
            registry=self.registry,
        )
        self.devices_online = Gauge("oversite_signalling_devices_online", "Devices online", registry=self.registry)
        self.endpoint = Gauge(
            "oversite_signalling_sip", "Totals of the SIP endpoint since its start", ["what"], registry=self.registry
        )
        self.sessions = Gauge("oversite_signalling_sessions", "Streams that run", registry=self.registry)

    def count(self, what: str, amount: int = 1) -> None:
        """One more of `what`."""
        counter = self._counters.get(what)
        if counter is None:
            counter = self._counters[what] = self.events.labels(what)
        counter.inc(amount)

    def text(self) -> bytes:
        """The exposition format of Prometheus."""
        return generate_latest(self.registry)
