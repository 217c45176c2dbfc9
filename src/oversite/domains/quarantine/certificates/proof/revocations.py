"""The signed list of certificates that are void or replaced, for those who check without a network.

A list speaks for the keys it names: a certificate of another key is not covered by it. Numbers of certificates that
expired long ago leave the list, they are refused as expired.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any, Final

from oversite.common.signing import Signer
from oversite.domains.quarantine.certificates.proof import carrier
from oversite.domains.quarantine.certificates.proof.cose import CoseError, encode_cbor, sign1

PURPOSE: Final = b"oversite revocations"
KEPT = timedelta(days=30)
"""How long after its last day of validity a certificate stays on the list."""


class Fate(IntEnum):
    """Why a certificate no longer counts."""

    VOID = 1
    REPLACED = 2


@dataclass(frozen=True, slots=True)
class Revocations:
    """Number → fate as of `as_of`, for certificates signed by the keys with `key_ids`; renewed by `next_at`."""

    as_of: datetime
    next_at: datetime
    key_ids: frozenset[bytes]
    fates: Mapping[str, Fate]

    def covers(self, key_id: bytes) -> bool:
        """Whether this list speaks for certificates of that key."""
        return key_id in self.key_ids

    def __bytes__(self) -> bytes:
        """The CBOR map."""
        fates = [[number, int(fate)] for number, fate in sorted(self.fates.items())]
        return encode_cbor(
            {1: int(self.as_of.timestamp()), 2: int(self.next_at.timestamp()), 3: sorted(self.key_ids), 4: fates}
        )


def revocations_text(revocations: Revocations, signer: Signer) -> str:
    """The list, signed, as one line of text."""
    return carrier.encode(sign1(signer, bytes(revocations), PURPOSE)) + "\n"


def parse_revocations(content: Any) -> Revocations:
    """Read the map of a list whose signature was checked; raises `CoseError`."""
    try:
        fates = {str(number): Fate(fate) for number, fate in content[4]}
        return Revocations(_instant(content[1]), _instant(content[2]), _key_ids(content[3]), fates)
    except (KeyError, IndexError, TypeError, ValueError, OverflowError, OSError) as error:
        raise CoseError("this is not a list of revocations") from error


def _instant(value: object) -> datetime:
    if type(value) is not int:
        raise ValueError("no instant")
    return datetime.fromtimestamp(value, UTC)


def _key_ids(values: Iterable[object]) -> frozenset[bytes]:
    if not all(isinstance(value, bytes) for value in values):
        raise ValueError("no key")
    return frozenset(value for value in values if isinstance(value, bytes))
