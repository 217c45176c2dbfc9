"""Two endpoints and the network between them, with a clock that only moves when told."""

from itertools import count

from oversite.protocol.sip.endpoint import Endpoint
from oversite.protocol.sip.events import Event
from oversite.protocol.sip.headers import Headers
from oversite.protocol.sip.message import Request
from oversite.protocol.sip.transport import Address, Transport


class Wire:
    """`a` calls `b`. Sending is immediate unless `is_cut`; `passed` counts the messages each way."""

    def __init__(self, transport: Transport = "UDP") -> None:
        flow = 7 if transport == "TCP" else 0
        self.at_a = Address("10.0.0.1", 5060, transport, flow)
        self.at_b = Address("192.168.1.64", 5060, transport, flow)
        self.a = endpoint("a")
        self.b = endpoint("b")
        self.now = 100.0
        self.is_cut = False
        self.sent_by_a: list[bytes] = []
        self.times_of_a: list[float] = []
        self.sent_by_b: list[bytes] = []
        self.events_a: list[Event] = []
        self.events_b: list[Event] = []

    def run(self) -> None:
        """Carry messages until nobody has any."""
        moved = True
        while moved:
            moved = False
            for data, _ in self.a.datagrams_to_send():
                moved = True
                self.sent_by_a.append(data)
                self.times_of_a.append(round(self.now - 100.0, 3))
                if not self.is_cut:
                    self.events_b += self.b.receive(data, self.at_a, self.at_b, self.now)
            for data, _ in self.b.datagrams_to_send():
                moved = True
                self.sent_by_b.append(data)
                if not self.is_cut:
                    self.events_a += self.a.receive(data, self.at_b, self.at_a, self.now)

    def wait(self, seconds: float) -> None:
        """Let the clock run, firing every timer at its time."""
        end = self.now + seconds
        while True:
            due = [at for at in (self.a.next_timeout(), self.b.next_timeout()) if at is not None and at <= end]
            if not due:
                break
            self.now = max(self.now, min(due))
            self.events_a += self.a.handle_timeout(self.now)
            self.events_b += self.b.handle_timeout(self.now)
            self.run()
        self.now = end


def endpoint(name: str) -> Endpoint:
    numbers = count(1)
    return Endpoint(user_agent=f"test {name}", fresh=lambda what: f"{name}-{what}-{next(numbers)}")


def request(method: str, call_id: str = "call-1", number: int = 1) -> Request:
    return Request(
        method,
        "sip:34020000001320000001@3402000000",
        Headers(
            [
                ("From", "<sip:34020000002000000001@3402000000>;tag=a1"),
                ("To", "<sip:34020000001320000001@3402000000>"),
                ("Call-ID", call_id),
                ("CSeq", f"{number} {method}"),
                ("Contact", "<sip:34020000002000000001@10.0.0.1:5060>"),
            ]
        ),
        b"<Query/>" if method == "MESSAGE" else b"",
    )
