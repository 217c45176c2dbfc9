"""The facts that a printed code carries (docs/ref/certificate-qr.md): a CBOR map with small integer keys."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import IntEnum
from typing import Final

from oversite.domains.quarantine.certificates.proof.cose import CoseError, decode_cbor, encode_cbor


class Kind(IntEnum):
    """The four certificates: live animals or products, leaving the province (A) or staying in it (B)."""

    ANIMAL_A = 1
    ANIMAL_B = 2
    PRODUCT_A = 3
    PRODUCT_B = 4


TEXT_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class Claims:
    """What the code says; instants are aware UTC, whole seconds; texts are empty where the form has no such field."""

    number: str
    kind: Kind
    issued_at: datetime
    valid_until: datetime
    owner: str
    goods: str
    quantity: str
    unit: str
    purpose: str = ""
    origin: str = ""
    destination: str = ""
    vehicle: str = ""
    veterinarian: str = ""
    agency: str = ""
    replaces: str = ""

    def __bytes__(self) -> bytes:
        """The map, deterministic; empty texts are left out."""
        content = {key: _plain(getattr(self, name)) for key, name in KEYS.items()}
        return encode_cbor({key: value for key, value in content.items() if value != ""})


KEYS: Final = dict(enumerate((item.name for item in fields(Claims)), 1))
"""Key in the map → field; a new field gets the next key, an old key is never given away."""
INSTANTS: Final = frozenset({"issued_at", "valid_until"})
REQUIRED: Final = frozenset({"number", "kind", "issued_at", "valid_until", "owner", "goods", "quantity", "unit"})


def parse_claims(payload: bytes) -> Claims:
    """Read what `bytes(claims)` wrote; raises `CoseError` for anything else; unknown keys are passed over."""
    content = decode_cbor(payload)
    if not isinstance(content, Mapping):
        raise CoseError("the claims are no map")
    values = {name: _value(name, content[key]) for key, name in KEYS.items() if key in content}
    if missing := REQUIRED - set(values):
        raise CoseError(f"the claims lack {', '.join(sorted(missing))}")
    return Claims(**values)  # type: ignore[arg-type]  # `_value` gives each field its type


def _plain(value: object) -> object:
    return int(value.timestamp()) if isinstance(value, datetime) else value


def _value(name: str, value: object) -> object:
    try:
        if name == "kind" and type(value) is int:
            return Kind(value)
        if name in INSTANTS and type(value) is int:
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise CoseError(f"the claims have no usable {name}") from error
    if name != "kind" and name not in INSTANTS and isinstance(value, str) and len(value) <= TEXT_CHARACTERS:
        return value
    raise CoseError(f"the claims have no usable {name}")
