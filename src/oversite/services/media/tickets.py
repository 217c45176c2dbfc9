"""Tickets: who may see what, for one viewing; pushed by the web, burned on connect, void after 15 seconds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

VALID_SECONDS = 15.0
TICKET_CHARS_MIN = 22
"""128 bits in base64 are 22 characters, in hexadecimal 32."""
TICKETS_MAX = 100_000

Kind = Literal["live", "recording", "playback"]


class TicketRefused(Exception):
    """The ticket cannot be used; the text says why, for the log and the browser's console."""


@dataclass(frozen=True, slots=True)
class TicketSegment:
    """A recorded file that a ticket opens."""

    segment_id: int
    volume: str
    path: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket opens; `void_at` is a monotonic time by which it must be used first."""

    token: str
    kind: Kind
    viewing_id: str
    void_at: float
    stream_key: str = ""
    segments: tuple[TicketSegment, ...] = ()


@dataclass(slots=True)
class Viewing:
    """A viewing that has a ticket here; `end` closes what it shows."""

    viewing_id: str
    granted_at: float
    is_used: bool = False
    client_ip: str = ""
    ends: list[Callable[[], None]] = field(default_factory=list)


class TicketOffice:
    """Holds the tickets of this node and ends viewings whose right has ended."""

    def __init__(self) -> None:
        self.viewings: dict[str, Viewing] = {}
        self.on_expired: Callable[[str], None] = _nothing
        """A viewing whose ticket nobody used."""
        self._tickets: dict[str, Ticket] = {}

    def grant(self, ticket: Ticket, now: float) -> None:
        """Take a ticket in; raises `ValueError` where it is too short, not new, or there are too many."""
        if len(ticket.token) < TICKET_CHARS_MIN:
            raise ValueError("a ticket has 128 bits or more")
        if ticket.token in self._tickets:
            raise ValueError("this ticket was given before")
        if len(self._tickets) >= TICKETS_MAX:
            raise ValueError("too many tickets")
        self._tickets[ticket.token] = ticket
        viewing = self.viewings.setdefault(ticket.viewing_id, Viewing(ticket.viewing_id, now))
        viewing.granted_at = now

    def burn(self, token: str, now: float) -> tuple[Ticket, Viewing]:
        """Use a ticket for a live picture or a playback: once, in time. Raises `TicketRefused`."""
        ticket = self._tickets.pop(token, None)
        if ticket is None:
            raise TicketRefused("no such ticket; each opens one picture once")
        if now > ticket.void_at:
            raise TicketRefused("the ticket is void; it is good for 15 seconds")
        if ticket.kind == "recording":
            self._tickets[token] = ticket
            raise TicketRefused("this ticket opens recordings")
        return ticket, self._viewing(ticket)

    def open_recording(self, token: str, client_ip: str, now: float) -> tuple[Ticket, Viewing]:
        """Use a ticket for recordings: bound to its first client, good while its viewing is allowed.

        Raises `TicketRefused`.
        """
        ticket = self._tickets.get(token)
        if ticket is None or ticket.kind != "recording":
            raise TicketRefused("no such ticket")
        known = self.viewings.get(ticket.viewing_id)
        if (known is None or not known.client_ip) and now > ticket.void_at:
            del self._tickets[token]
            raise TicketRefused("the ticket is void; it is good for 15 seconds")
        viewing = self._viewing(ticket)
        viewing.client_ip = viewing.client_ip or client_ip
        if viewing.client_ip != client_ip:
            raise TicketRefused("the ticket belongs to another client")
        return ticket, viewing

    def allow_only(self, viewing_ids: Iterable[str], now: float) -> list[str]:
        """End every viewing that is not named, and give them; one with a ticket fresher than the list is left."""
        allowed = set(viewing_ids)
        ended = [
            viewing.viewing_id
            for viewing in self.viewings.values()
            if viewing.viewing_id not in allowed and now - viewing.granted_at > VALID_SECONDS
        ]
        for viewing_id in ended:
            self.end(viewing_id)
        return ended

    def end(self, viewing_id: str) -> bool:
        """Close what a viewing shows and void its tickets; says whether there was such a viewing."""
        viewing = self.viewings.pop(viewing_id, None)
        if viewing is None:
            return False
        for token in [key for key, ticket in self._tickets.items() if ticket.viewing_id == viewing_id]:
            del self._tickets[token]
        for end in list(viewing.ends):
            end()
        return True

    def sweep(self, now: float) -> None:
        """Forget tickets that were never used in time, and viewings that are left without any."""
        for token, ticket in list(self._tickets.items()):
            viewing = self.viewings.get(ticket.viewing_id)
            is_bound = ticket.kind == "recording" and viewing is not None and viewing.client_ip
            if now > ticket.void_at and not is_bound:
                del self._tickets[token]
        kept = {ticket.viewing_id for ticket in self._tickets.values()}
        for viewing_id, viewing in list(self.viewings.items()):
            if not viewing.ends and viewing_id not in kept and now - viewing.granted_at > VALID_SECONDS:
                del self.viewings[viewing_id]
                if not viewing.is_used:
                    self.on_expired(viewing_id)

    def _viewing(self, ticket: Ticket) -> Viewing:
        viewing = self.viewings.setdefault(ticket.viewing_id, Viewing(ticket.viewing_id, ticket.void_at))
        viewing.is_used = True
        return viewing


def _nothing(_viewing_id: str) -> None:
    """Nobody wants to know."""
