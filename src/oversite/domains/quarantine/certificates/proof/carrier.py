"""The text in the printed code: an address that any phone opens, whose last part is the signed message.

The address up to the message is signed along (as external data): the same message under another address is refused, so
a look-alike site cannot print codes that an inspector's check accepts.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final

from oversite.common.errors import OversiteError

PATH: Final = "/c/"
MESSAGE_CHARACTERS: Final = 2_400
"""More does not fit into a printed code."""
TEXT = re.compile(rf"(?P<address>https?://[^\s/?#]{{1,253}}(?:/[^\s?#]{{0,200}})?{PATH})(?P<message>[A-Za-z0-9_-]+)")
PURPOSE: Final = b"oversite certificate "


class CarrierError(OversiteError):
    """The text is not that of a certificate's code."""


@dataclass(frozen=True, slots=True)
class Carried:
    """An address ending in `/c/`, and the message after it."""

    address: str
    message: bytes

    @property
    def text(self) -> str:
        """What the code says."""
        return self.address + encode(self.message)

    @property
    def external(self) -> bytes:
        """What is signed along with the message."""
        return PURPOSE + self.address.encode()


def address_of(public_url: str) -> str:
    """The address under which an installation opens its certificates."""
    return public_url.rstrip("/") + PATH


def parse_text(text: str) -> Carried:
    """Read the text of a code; raises `CarrierError`."""
    text = text.strip()
    found = TEXT.fullmatch(text) if len(text) <= MESSAGE_CHARACTERS + 500 else None
    if found is None:
        raise CarrierError("this is not the code of a certificate")
    return Carried(found["address"], decode(found["message"]))


def encode(message: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(message).rstrip(b"=").decode("ascii")


def decode(text: str, characters: int = MESSAGE_CHARACTERS) -> bytes:
    """The bytes of base64url without padding; raises `CarrierError`, also for a second way to write the same bytes."""
    if len(text) > characters:
        raise CarrierError("this is too long")
    try:
        message = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise CarrierError("the message is damaged") from error
    if encode(message) != text:
        raise CarrierError("the message is damaged")
    return message
