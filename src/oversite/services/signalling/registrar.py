"""REGISTER: who may come in, and with which password (GB/T 28181 9.1, RFC 3261 10; quirk 17)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import structlog

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181.clock import format_date
from oversite.protocol.gb28181.dialect import HEADER as VERSION_HEADER
from oversite.protocol.gb28181.dialect import Dialect, dialect_of
from oversite.protocol.gb28181.identity import is_gb_id
from oversite.protocol.sip.digest import (
    Challenge,
    Credentials,
    is_supported,
    issue_nonce,
    nonce_freshness,
    verify,
)
from oversite.protocol.sip.message import Request, Response
from oversite.protocol.sip.transport import Address
from oversite.services.signalling.directory import Device, Directory
from oversite.services.signalling.metrics import Metrics
from oversite.services.signalling.records import DUPLICATE, RefusalRecord

log = structlog.get_logger("oversite.signalling")

NONCE_LIFETIME_S: Final = 300
DEFAULT_EXPIRES_S: Final = 86_400
MAX_EXPIRES_S: Final = 7 * 86_400
MAX_REMEMBERED: Final = 50_000
TELL_AGAIN_S: Final = 3_600.0
AUDIT_EVERY_S: Final = 60.0
AUDIT_ROWS: Final = 20
MAX_REFUSALS: Final = 1_000
DUPLICATE_WITHIN_S: Final = 60.0

Outcome = Literal["challenged", "refused", "registered", "refreshed", "unregistered"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The response to send and what it meant; `device` is set once the digest was right."""

    response: Response
    outcome: Outcome
    device: Device | None = None


class Registrar:
    """Decides on REGISTER requests. `nonce_key` makes nonces that need no memory; `default_password` is the
    domain's: with it a device that the register does not know comes in as unclaimed.
    """

    def __init__(
        self, directory: Directory, metrics: Metrics, *, domain: str, default_password: str, nonce_key: bytes
    ) -> None:
        self._directory = directory
        self._metrics = metrics
        self._domain = domain
        self._default_password = default_password
        self._nonce_key = nonce_key
        self._used_nonces: OrderedDict[str, float] = OrderedDict()
        self._told: OrderedDict[tuple[str, str], list[float]] = OrderedDict()
        self._refusals: dict[tuple[str, str], RefusalRecord] = {}
        self._audited_s = float("-inf")
        self._audited = 0

    def register(self, request: Request, source: Address, now_s: float, now_at: datetime) -> Verdict:
        """Judge one REGISTER; never raises."""
        try:
            return self._register(request, source, now_s, now_at)
        except PeerError as error:
            return self._refuse(request, source, "", "malformed", error.reason, now_s, status=error.status_hint)

    def take_refusals(self, now_s: float) -> list[RefusalRecord]:
        """Refusals for the audit: of one device and cause at most one an hour, of all together a few a minute, so
        that nobody can fill the chain with invented identities.
        """
        if now_s - self._audited_s >= AUDIT_EVERY_S:
            self._audited_s, self._audited = now_s, 0
        keys = list(self._refusals)[: AUDIT_ROWS - self._audited]
        self._audited += len(keys)
        return [self._refusals.pop(key) for key in keys]

    def _register(self, request: Request, source: Address, now_s: float, now_at: datetime) -> Verdict:
        gb_id = request.to.uri.user or request.from_.uri.user
        if not is_gb_id(gb_id):
            why = f"identity has {len(gb_id)} characters, 20 digits are needed"
            return self._refuse(request, source, gb_id, "identity", why, now_s)
        authorization = request.headers.get("Authorization")
        if not authorization:
            return self._challenge(request, gb_id, now_s)
        credentials = Credentials.parse(authorization)
        if credentials.username != gb_id:
            return self._refuse(request, source, gb_id, "username", "digest is of another identity", now_s)
        nonce = credentials.nonce
        fresh = nonce_freshness(nonce, self._nonce_key, now_s, lifetime_s=NONCE_LIFETIME_S, bound_to=gb_id)
        if fresh != "fresh" or nonce in self._used_nonces:
            return self._challenge(request, gb_id, now_s, stale=True)
        return self._judge(request, credentials, source, now_s, now_at)

    def _judge(
        self, request: Request, credentials: Credentials, source: Address, now_s: float, now_at: datetime
    ) -> Verdict:
        gb_id = credentials.username
        device = self._directory.devices.get(gb_id)
        password = (device.password if device else "") or self._default_password
        if not password or not verify(credentials, password=password, method="REGISTER"):
            why = "password is wrong" if device else "device is unknown and the domain's password is wrong"
            code = "password" if device else "unknown"
            return self._refuse(request, source, gb_id, code, why, now_s)
        if device is not None and not device.is_active:
            return self._refuse(request, source, gb_id, "inactive", "device is switched off in the register", now_s)
        self._remember(credentials.nonce, now_s)
        if device is None:
            device = self._directory.devices[gb_id] = Device(gb_id)
            log.info("device_unclaimed", device=gb_id, source=str(source))
            self._metrics.count("unclaimed")
        return self._accept(request, device, source, now_s, now_at)

    def _accept(self, request: Request, device: Device, source: Address, now_s: float, now_at: datetime) -> Verdict:
        version = request.headers.get(VERSION_HEADER)
        expires_s = requested_expires(request)
        response = request.reply(200)
        response.headers.add("Expires", str(expires_s))
        response.headers.add("Date", format_date(now_at))
        if version:
            response.headers.add(VERSION_HEADER, Dialect.GB2022.version)
        if contact := request.headers.get("Contact"):
            response.headers.add("Contact", contact)
        if expires_s == 0:
            return Verdict(response, "unregistered", device)
        self._note_duplicate(device, request, source, now_s)
        outcome: Outcome = "refreshed" if device.is_online and self._is_same(device, request) else "registered"
        device.dialect = dialect_of(version)
        device.register_call_id = request.call_id
        device.registered_at = device.seen_at = now_at
        device.seen_s, device.expires_s = now_s, now_s + expires_s
        if not device.is_online:
            device.is_online = device.has_changed = True
        if outcome == "registered":
            device.clock.reset()
        self._directory.bind(device, source)
        self._directory.touch(device)
        return Verdict(response, outcome, device)

    def _is_same(self, device: Device, request: Request) -> bool:
        """A refresh keeps its Call-ID; a device that has started anew has another. After our own restart we
        cannot tell, and asking once more costs little."""
        return device.register_call_id == request.call_id

    def _note_duplicate(self, device: Device, request: Request, source: Address, now_s: float) -> None:
        old = device.source
        if old is None or not device.is_online or old.host == source.host:
            return
        if now_s - device.seen_s < DUPLICATE_WITHIN_S and device.register_call_id not in {"", request.call_id}:
            self._metrics.count("duplicate_identity")
            self._tell(device.gb_id, source, DUPLICATE, f"was online at {old} and has registered at {source}", now_s)

    def _challenge(self, request: Request, gb_id: str, now_s: float, *, stale: bool = False) -> Verdict:
        nonce = issue_nonce(self._nonce_key, now_s, gb_id)
        response = request.reply(401)
        response.headers.add("WWW-Authenticate", str(Challenge(self._domain, nonce, stale=stale)))
        version = request.headers.get(VERSION_HEADER)
        if dialect_of(version) is Dialect.GB2022 and is_supported("SM3"):
            challenge = Challenge(self._domain, nonce, algorithm="SM3", stale=stale)
            response.headers.add("WWW-Authenticate", str(challenge))
        if version:
            response.headers.add(VERSION_HEADER, Dialect.GB2022.version)
        return Verdict(response, "challenged")

    def _refuse(
        self, request: Request, source: Address, gb_id: str, code: str, why: str, now_s: float, *, status: int = 403
    ) -> Verdict:
        self._metrics.refusals.labels(code).inc()
        self._tell(gb_id[:64].encode("ascii", "backslashreplace").decode(), source, code, why, now_s)
        return Verdict(request.reply(status, f"Forbidden ({why})" if status == 403 else ""), "refused")

    def _tell(self, gb_id: str, source: Address, code: str, why: str, now_s: float) -> None:
        """The log and the audit, at most once an hour for each device and cause."""
        key = (gb_id or source.host, code)
        told = self._told.setdefault(key, [float("-inf"), 0])
        told[1] += 1
        if now_s - told[0] >= TELL_AGAIN_S:
            what = "duplicate_identity" if code == DUPLICATE else "registration_refused"
            log.warning(what, device=gb_id, code=code, why=why, source=str(source), times=int(told[1]))
            if len(self._refusals) < MAX_REFUSALS:
                self._refusals[key] = RefusalRecord(gb_id, code, why, str(source), int(told[1]))
            told[0], told[1] = now_s, 0
        while len(self._told) > MAX_REMEMBERED:
            self._told.popitem(last=False)

    def _remember(self, nonce: str, now_s: float) -> None:
        """A nonce opens the door once: a digest that somebody overheard does not open it again."""
        self._used_nonces[nonce] = now_s
        while self._used_nonces:
            oldest, at = next(iter(self._used_nonces.items()))
            if now_s - at <= NONCE_LIFETIME_S and len(self._used_nonces) <= MAX_REMEMBERED:
                break
            del self._used_nonces[oldest]


def requested_expires(request: Request) -> int:
    """Seconds of the Contact's own `expires`, of the header, or the standard's default."""
    contact = request.contact
    own = contact.param("expires") if contact else None
    if own is not None and own.isascii() and own.isdigit() and len(own) <= 9:
        return min(int(own), MAX_EXPIRES_S)
    return DEFAULT_EXPIRES_S if request.expires is None else min(request.expires, MAX_EXPIRES_S)
