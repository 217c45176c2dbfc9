"""One delivery over HTTP, and reading the receipt that answers it; everything that comes back is hostile."""

import json
import urllib.error
import urllib.request
from typing import Any, Final
from urllib.parse import urlsplit

from oversite.common.errors import OversiteError
from oversite.common.sentences import sentence
from oversite.domains.quarantine.reporting.actions.delivering import Answer

TIMEOUT_S: Final = 20
MOST_BYTES: Final = 4_000_000
NO_WEB_ADDRESS: Final = sentence("the address is neither http nor https")
TOO_LARGE: Final = sentence("the receipt is too large")
UNREADABLE: Final = sentence("the receipt cannot be read")
"""Kept in English on the batch, and translated where they are read."""


class DeliveryError(Exception):
    """The delivery did not arrive, or nobody can tell; it is tried again under the same number."""


class DeliveryRefusedError(OversiteError):
    """The other side refuses the whole delivery, or answers nonsense; trying again would not help."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """A delivery goes to the address that was set, and nowhere else."""


def post(address: str, body: bytes, seal: str, batch: str) -> dict[str, Answer]:
    """Deliver `body`, give the answers by `cd_id`; raises `DeliveryError` or `DeliveryRefusedError`."""
    if urlsplit(address).scheme not in ("http", "https"):
        raise DeliveryRefusedError(NO_WEB_ADDRESS.text)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Oversite-Batch": batch,
        "X-Oversite-Seal": seal,
    }
    request = urllib.request.Request(address, body, headers, method="POST")  # noqa: S310 - the scheme was judged
    opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT_S) as response:
            content = response.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        with error:
            if 400 <= error.code < 500 and error.code not in (408, 425, 429):
                raise DeliveryRefusedError(f"HTTP {error.code}") from error
            raise DeliveryError(f"HTTP {error.code}") from error
    except (OSError, ValueError) as error:
        raise DeliveryError(f"{type(error).__name__}: {error}"[:200]) from error
    return read_receipt(content)


def read_receipt(content: bytes) -> dict[str, Answer]:
    """The answers of a receipt: `{"accepted": [cd_id…], "refused": [{"cd_id", "field", "reason"}…]}`.

    An empty object is a receipt that is yet to come. Raises `DeliveryRefusedError` for anything else.
    """
    if len(content) > MOST_BYTES:
        raise DeliveryRefusedError(TOO_LARGE.text)
    try:
        told = json.loads(content or b"{}")
        accepted, refused = told.get("accepted", []), told.get("refused", [])
        answers = {str(cd_id): Answer(True) for cd_id in accepted}
        for row in refused:
            answers[str(row["cd_id"])] = Answer(False, str(row.get("field", "")), str(row.get("reason", "")))
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise DeliveryRefusedError(UNREADABLE.text) from error
    return answers
