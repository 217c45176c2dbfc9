"""More datagrams than the processor can bear: what is served, in which order, and that it comes to an end."""

from heapq import heappop, heappush
from itertools import count
from typing import Any

import pytest

from oversite.protocol.sip.endpoint import Endpoint
from oversite.protocol.sip.events import RequestReceived
from oversite.protocol.sip.transport import Address
from oversite.services.signalling.intake import PATIENCE_S, Intake

LOCAL = Address("10.0.0.1", 5060)


def source(number: int) -> Address:
    return Address("10.1.0.1", 10_000 + number)


def register(number: int, cseq: int = 1, *, has_digest: bool = False) -> bytes:
    digest = 'Authorization: Digest username="x"\r\n' if has_digest else ""
    return (
        "REGISTER sip:34020000002000000001@3402000000 SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP 10.1.0.1:5060;rport;branch=z9hG4bK{number}-{cseq}\r\n"
        f"From: <sip:{number:020}@3402000000>;tag=1\r\nTo: <sip:{number:020}@3402000000>\r\n"
        f"Call-ID: call-{number}\r\nCSeq: {cseq} REGISTER\r\n{digest}Content-Length: 0\r\n\r\n"
    ).encode()


def served(intake: Intake, now_s: float = 0.0) -> list[bytes]:
    found = []
    while (waiting := intake.take(now_s)) is not None:
        found.append(waiting.data)
    return found


def test_a_copy_of_what_waits_is_not_served_twice() -> None:
    intake = Intake()
    for _ in range(5):
        intake.add(b"MESSAGE sip:a@b SIP/2.0\r\n\r\n", source(1), 0.0)
    intake.add(b"MESSAGE sip:a@b SIP/2.0\r\n\r\n", source(2), 0.0)
    assert len(served(intake)) == 2
    assert intake.counts["copies"] == 4


def test_of_two_registrations_of_a_device_only_the_newer_is_served() -> None:
    intake = Intake()
    intake.add(register(1, 1), source(1), 0.0)
    intake.add(register(1, 2, has_digest=True), source(1), 0.1)
    intake.add(register(2, 1), source(1), 0.2)
    assert served(intake) == [register(1, 2, has_digest=True), register(2, 1)]
    assert intake.counts["replaced"] == 1


def test_who_is_near_the_end_goes_first_but_beginners_are_not_forgotten() -> None:
    intake = Intake()
    for number in range(40):
        intake.add(register(number), source(number), 0.0)
        intake.add(register(100 + number, has_digest=True), source(number), 0.0)
    first = served(intake)[:40]
    beginners = [data for data in first if b"Authorization" not in data]
    assert len(beginners) == 5
    assert beginners == [register(number) for number in range(5)]


def test_who_has_given_up_is_not_served() -> None:
    intake = Intake()
    intake.add(register(1), source(1), 0.0)
    intake.add(register(2), source(2), 1.0)
    assert served(intake, PATIENCE_S) == [register(2)]
    assert intake.counts["outwaited"] == 1


@pytest.mark.parametrize("bounds", [{"most": 10}, {"most_bytes": 10 * len(register(10))}])
def test_what_waits_is_bounded_and_beginners_make_room(bounds: Any) -> None:
    intake = Intake(**bounds)
    for number in range(10, 40):
        intake.add(register(number), source(number), 0.0)
    for number in range(50, 53):
        intake.add(register(number, has_digest=True)[:100], source(number), 0.0)
    assert len(intake) == 10
    assert [data[:100] for data in served(intake)[:3]] == [register(n, has_digest=True)[:100] for n in (50, 51, 52)]
    assert intake.counts["crowded_out"] == 23


class Storm:
    """Devices after a power cut and a server that needs `cost_s` for every request that it reads: no clock but ours.

    A device repeats its request as RFC 3261 says and begins anew when it has given up; the first request is answered
    with a challenge, the second is accepted.
    """

    def __init__(self, devices: int, cost_s: float, copy_cost_s: float) -> None:
        self.now = 0.0
        self.registered: set[int] = set()
        self.cost_s, self.copy_cost_s = cost_s, copy_cost_s
        self.intake = Intake()
        tokens = count()
        self.endpoint = Endpoint(user_agent="x", fresh=lambda what: f"{what}{next(tokens)}")
        self.cseq = dict.fromkeys(range(devices), 0)
        self._order = count()
        self._due: list[tuple[float, int, int, bytes, float, float]] = []
        for number in range(devices):
            self._begin(number, number / devices, has_digest=False)

    def run(self, until_s: float) -> None:
        while self.now < until_s and len(self.registered) < len(self.cseq):
            self._arrive()
            waiting = self.intake.take(self.now)
            if waiting is None:
                self.now = max(self.now, self._due[0][0])
                continue
            events = self.endpoint.receive(waiting.data, waiting.source, LOCAL, self.now)
            self.now += self.cost_s if events else self.copy_cost_s
            for event in events:
                assert isinstance(event, RequestReceived)
                self._answer(event)
            self.endpoint.datagrams_to_send()
            self.endpoint.handle_timeout(self.now)

    def _answer(self, event: RequestReceived) -> None:
        number, cseq = int(event.request.from_.uri.user), event.request.cseq.number
        has_digest = bool(event.request.headers.get("Authorization"))
        self.endpoint.respond(event.transaction, event.request.reply(200 if has_digest else 401), self.now)
        if cseq != self.cseq[number]:
            return
        if has_digest:
            self.registered.add(number)
        else:
            self._begin(number, self.now, has_digest=True)

    def _begin(self, number: int, at_s: float, *, has_digest: bool) -> None:
        self.cseq[number] += 1
        data = register(number, self.cseq[number], has_digest=has_digest)
        heappush(self._due, (at_s, next(self._order), number, data, 0.5, at_s + 32.0))

    def _arrive(self) -> None:
        while self._due and self._due[0][0] <= self.now:
            at_s, _, number, data, resend_s, end_s = heappop(self._due)
            if number in self.registered or f"CSeq: {self.cseq[number]} ".encode() not in data:
                continue
            if at_s >= end_s:
                self._begin(number, at_s, has_digest=False)
                continue
            self.intake.add(data, source(number), self.now)
            again_s = min(at_s + resend_s, end_s)
            heappush(self._due, (again_s, next(self._order), number, data, min(resend_s * 2, 4.0), end_s))


@pytest.mark.req("V5.1")
@pytest.mark.quirk(17)
def test_a_storm_settles_in_the_time_that_reading_every_request_once_takes() -> None:
    """A thousand devices at once, ten milliseconds for each request: the queue is far longer than T1."""
    storm = Storm(devices=1_000, cost_s=0.01, copy_cost_s=0.0002)
    storm.run(until_s=120.0)
    assert len(storm.registered) == 1_000
    assert storm.now < 1.2 * 2 * 1_000 * 0.01
