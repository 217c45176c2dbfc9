"""The Subject header of an INVITE: who sends which stream to whom (9.2; appendix D of the 2016 edition)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from oversite.protocol.errors import PeerError


@dataclass(frozen=True, slots=True)
class Subject:
    """`senderID:senderSeq,receiverID:receiverSeq`; in some dialects the sender's seq names the sub-stream."""

    sender_id: str
    sender_sequence: str
    receiver_id: str
    receiver_sequence: str = "0"

    def __str__(self) -> str:
        return f"{self.sender_id}:{self.sender_sequence},{self.receiver_id}:{self.receiver_sequence}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the header; sequences may be missing. Raises `PeerError`."""
        sender, comma, receiver = text.strip().partition(",")
        sender_id, _, sender_sequence = sender.strip().partition(":")
        receiver_id, _, receiver_sequence = receiver.strip().partition(":")
        if not comma or not sender_id or not receiver_id:
            raise PeerError(f"not a Subject: {text[:100]!r}")
        return cls(sender_id[:64], sender_sequence[:64] or "0", receiver_id[:64], receiver_sequence[:64] or "0")
