"""What is delivered: the records of a batch with the columns of the exchange, as a file or as JSON."""

import csv
import hashlib
import hmac
import io
import json
import secrets
from typing import Any

from oversite.common import clock, config
from oversite.common.keys import KEY_BYTES, ensure_key, read_key
from oversite.domains.quarantine.reporting.models import Batch
from oversite.domains.quarantine.reporting.standard import dataset
from oversite.domains.quarantine.rules.queries import setting

EXCHANGE = ("cd_id", "cd_time", "cd_source", "cd_batch", "cd_operation")
KEY = "supervision-exchange"


def records(batch: Batch) -> list[dict[str, str]]:
    """The records as they were when the batch was made, in its order."""
    source, made_at = setting("exchange.source"), clock.beijing_text(batch.made_at)
    rows = []
    for item in batch.items.select_related("entry").order_by("id"):
        exchange = (item.entry.uid.hex, made_at, source, batch.number, item.operation)
        rows.append({**item.values, **dict(zip(EXCHANGE, exchange, strict=True))})
    return rows


def file_of(batch: Batch) -> bytes:
    """The file of a batch: CSV (RFC 4180) in UTF-8 with a byte order mark, one head row; the same bytes every time.

    Text that a spreadsheet would take for a formula is led in by an apostrophe.
    """
    columns = [rule.column for rule in dataset(batch.dataset).fields]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([*EXCHANGE, *columns])
    for row in records(batch):
        writer.writerow([_safe(row.get(column, "")) for column in (*EXCHANGE, *columns)])
    return b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8")


def _safe(text: str) -> str:
    return f"'{text}" if text[:1] in "=+-@\t\r" and text[:1] else text


def message_of(batch: Batch) -> bytes:
    """The body of a delivery over HTTP."""
    body: dict[str, Any] = {"batch": batch.number, "dataset": batch.dataset, "records": records(batch)}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def seal_of(body: bytes) -> str:
    """HMAC-SHA256 of a body under the key that the receiving platform was given, hexadecimal."""
    return hmac.new(exchange_key(), body, hashlib.sha256).hexdigest()


def exchange_key() -> bytes:
    """The key shared with the receiving platform; made at its first use."""
    folder = config.current().keys_dir
    try:
        return read_key(folder, KEY)
    except FileNotFoundError:
        return ensure_key(folder, KEY, secrets.token_bytes(KEY_BYTES))
