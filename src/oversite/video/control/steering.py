"""One person steering one camera over one connection: messages in, messages out; knows no socket.

Every method is synchronous and touches the database; the socket runs them in its thread.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from django.utils.translation import gettext as _

from oversite.common import clock
from oversite.common.errors import Refused
from oversite.screens.clauses import clause_words
from oversite.video.cameras import queries as register
from oversite.video.control import actions, queries
from oversite.video.control.models import Lease, Movement
from oversite.video.control.pictures import has_turned
from oversite.video.gateway import actions as gateway
from oversite.video.gateway import queries as services

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.video.cameras.models import Camera

Message: TypeAlias = dict[str, Any]

REPEAT_S = 0.25
"""A repeated movement is passed on at most this often; signalling stops a camera after 2 s without one."""
PRESETS_MAX = 255
MOVES = frozenset({"move", "focus", "iris"})


class BadMessage(ValueError):
    """A message that is not one of ours; the text says what is wrong."""


@dataclass
class Steering:
    """What one connection knows: who, which camera, the lease it last told of, the movement that is on."""

    user: "User"
    camera: "Camera"
    told: str = ""
    was_mine: bool = False
    movement: Movement | None = None
    movement_id: int = 0
    sent_at: float = 0.0
    before: bytes = b""
    to_verify: list[tuple[int, Movement]] = field(default_factory=list)

    def handle(self, message: Mapping[str, Any], now: float) -> list[Message]:
        """Do what a message asks; gives the answers.

        Raises `Refused` (told and audited by the socket) and `BadMessage`.
        """
        kind = message.get("type")
        if kind == "take":
            actions.take(
                self.user,
                self.camera,
                is_special=message.get("special") is True,
                reason=str(message.get("reason") or ""),
            )
            return [*self.look(force=True), *self._presets()]
        if kind == "release":
            self.finish(now)
            actions.release(self.user, self.camera)
            self.was_mine = False
            return self.look(force=True)
        if kind == "stop":
            return self.finish(now)
        command = command_of(message)
        number = _number(message.get("id", 0), 0, 2**31)
        if command["action"] in MOVES:
            return self._move(command, number, now)
        return self._once(command, number)

    def look(self, *, force: bool = False) -> list[Message]:
        """Tell of the lease where it changed or was renewed, and the loser who took it and why."""
        lease = queries.running_lease(self.camera.pk)
        told = "" if lease is None else f"{lease.uid} {lease.expires_at}"
        is_mine = lease is not None and lease.holder_id == self.user.pk
        if told == self.told and not force:
            return []
        messages: list[Message] = []
        if self.was_mine and not is_mine:
            messages.append(self._lost(lease))
        self.told, self.was_mine = told, is_mine
        messages.append(self._status(lease))
        return messages

    def finish(self, now: float) -> list[Message]:
        """Stop what moves; the release of a button, the end of the connection."""
        if self.movement is None:
            return []
        movement, number, self.movement = self.movement, self.movement_id, None
        movement = actions.stop(self.camera, movement)
        self.sent_at = now
        if movement.state == Movement.State.ACKNOWLEDGED and movement.action == "move":
            self.to_verify.append((number, movement))
        return [_state(number, movement)]

    def may_still_steer(self) -> bool:
        """Whether the user's right to this camera still stands; a holder who lost it loses the lease."""
        found = register.camera(self.user, self.camera.uid, "video.steer")
        if found is not None:
            return True
        lease = queries.running_lease(self.camera.pk)
        if lease is not None and lease.holder_id == self.user.pk:
            actions.revoke(lease)
        return False

    def picture(self) -> bytes:
        """The picture that the camera shows now, where one of its streams runs; empty where none does."""
        dialog = services.running_stream(self.camera.pk)
        if dialog is None:
            return b""
        try:
            return gateway.take_snapshot(dialog.node, dialog.stream_key)[0]
        except gateway.StageFailure:
            return b""

    def remember_picture(self) -> None:
        """Keep the picture that the next movement will be compared with."""
        self.before = self.picture()

    def verify(self) -> list[Message]:
        """Compare the pictures around the movements that ended: verified, contradicted, or left as it is."""
        if not self.to_verify:
            return []
        ended, self.to_verify = self.to_verify, []
        after = self.picture()
        turned = has_turned(self.before, after) if self.before and after else None
        self.before = after or self.before
        if turned is None:
            return []
        state = Movement.State.VERIFIED if turned else Movement.State.CONTRADICTED
        return [_state(number, actions.note_state(movement, state)) for number, movement in ended]

    def _move(self, command: Message, number: int, now: float) -> list[Message]:
        running = self.movement
        if running is not None and running.command == command:
            if now - self.sent_at < REPEAT_S:
                return []
        else:
            self.finish(now)
            running = actions.begin_movement(self.user, self.camera, command)
        self.movement, self.movement_id, self.sent_at = running, number, now
        running = actions.send(self.camera, running, command)
        if running.state == Movement.State.FAILED:
            self.movement = None
        return [_state(number, running)]

    def _once(self, command: Message, number: int) -> list[Message]:
        movement = actions.begin_movement(self.user, self.camera, command)
        movement.ended_at = clock.now()
        movement.save(update_fields=["ended_at"])
        return [_state(number, actions.send(self.camera, movement, command))]

    def _status(self, lease: Lease | None) -> Message:
        prospect = queries.prospect(self.user, self.camera, lease)
        shown: Message | None = None
        if lease is not None:
            left_s = max(0, round((lease.expires_at - clock.now()).total_seconds()))
            shown = {
                "holder": lease.holder_name,
                "agency": lease.agency_name,
                "level": lease.level,
                "is_mine": lease.holder_id == self.user.pk,
                "is_special": lease.is_special,
                "reason": lease.reason,
                "expires_ms": clock.to_us(lease.expires_at) // 1000,
                "seconds_left": left_s,
            }
        clause = clause_words(prospect.clause)
        may = {"take": str(prospect.answer), "why": str(prospect.why), "clause": clause}
        return {"type": "lease", "lease": shown, "may": may}

    def _presets(self) -> list[Message]:
        """The presets that the device knows by name; nothing where it does not tell."""
        device = self.camera.device
        if device is None:
            return []
        try:
            told = gateway.ask_device(device.gb_id, "presets", camera_gb_id=self.camera.gb_id)
        except gateway.StageFailure:
            return []
        found = [
            {"number": item["number"], "name": str(item.get("name") or "")[:60]}
            for item in told.get("presets", [])[:PRESETS_MAX]
            if isinstance(item, dict) and isinstance(item.get("number"), int)
        ]
        return [{"type": "presets", "presets": found}] if found else []

    def _lost(self, lease: Lease | None) -> Message:
        if lease is None:
            ended = queries.leases(self.camera.pk).filter(holder=self.user).first()
            why = "" if ended is None else ended.get_end_cause_display()
            return {
                "type": "lost",
                "message": _("You no longer steer this camera: %(why)s.") % {"why": why or _("the lease ran out")},
                "by": "",
                "agency": "",
                "reason": "",
            }
        text = _("%(holder)s (%(agency)s) has taken over this camera.") % {
            "holder": lease.holder_name,
            "agency": lease.agency_name,
        }
        if lease.reason:
            text += " " + _("Reason: %(reason)s") % {"reason": lease.reason}
        return {
            "type": "lost",
            "message": text,
            "by": lease.holder_name,
            "agency": lease.agency_name,
            "reason": lease.reason,
        }


def refusal(refused: Refused) -> Message:
    """A refusal as the page shows it."""
    clause = clause_words(refused.clause)
    return {"type": "refused", "code": refused.code, "message": str(refused.message), "clause": clause}


def command_of(message: Mapping[str, Any]) -> Message:
    """The command that a message asks for, bounded; raises `BadMessage`."""
    kind = message.get("type")
    if kind == "move":
        axes = {axis: _number(message.get(axis, 0), -1, 1) for axis in ("pan", "tilt", "zoom")}
        if not any(axes.values()):
            raise BadMessage("a movement has a direction")
        return {"action": "move", **axes, "speed": _number(message.get("speed", 128), 0, 255)}
    if kind in {"focus", "iris"}:
        direction = _number(message.get("direction", 0), -1, 1)
        return {"action": kind, "direction": direction, "speed": _number(message.get("speed", 128), 0, 255)}
    if kind == "preset":
        verb = message.get("verb")
        if verb not in {"set", "call", "delete"}:
            raise BadMessage("a preset is set, called or deleted")
        return {"action": "preset", "verb": verb, "number": _number(message.get("number"), 1, 255)}
    if kind == "wiper":
        return {"action": "wiper", "on": message.get("on") is True}
    raise BadMessage("unknown message")


def _number(value: object, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadMessage(f"a whole number from {least} to {most}")
    return value


def _state(number: int, movement: Movement) -> Message:
    return {"type": "state", "id": number, "state": str(movement.state), "message": movement.problem}
