"""From which address the present act comes; set by the middleware, empty outside a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_origin: ContextVar[str] = ContextVar("audit_origin", default="")


def current_origin() -> str:
    """The client's address, or empty."""
    return _origin.get()


@contextmanager
def from_origin(address: str) -> Iterator[None]:
    """Rows recorded inside carry `address` (at most 60 characters)."""
    token = _origin.set(address[:60])
    try:
        yield
    finally:
        _origin.reset(token)
