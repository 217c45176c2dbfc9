"""One installation with the demonstration, one Chromium, and a seat for everybody who is needed."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from journeys.seat import Seat
from oversite.project.selftest.installation import Installation, installation

DESK = {"width": 1366, "height": 768}
PATIENCE_MS = 20_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The product starts when everything without it is done; what would make others wait comes last."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> tuple[bool, bool]:
    return "product" in getattr(item, "fixturenames", ()), item.get_closest_marker("last") is not None


@pytest.fixture(scope="session")
def product() -> Iterator[Installation]:
    """The whole product in its own processes, with simulated cameras."""
    with installation() as running:
        yield running


@pytest.fixture(scope="session")
def filed() -> dict[str, str]:
    """Address of the evidence of the session that was filed, so that others need not wait while it is sealed."""
    return {}


@pytest.fixture(scope="session")
def signed_in() -> dict[str, Any]:
    """Password and cookies of those who have signed in once, so that later tests need not do it again."""
    return {}


TakeSeat = Callable[..., Seat]


@pytest.fixture
def take_seat(product: Installation, browser: Any, signed_in: dict[str, Any]) -> Iterator[TakeSeat]:
    """Gives `take_seat("monitor")`: a browser window in which that user of the demonstration is signed in.

    Fails at the end when a page complained: console errors, CSP violations, requests to another host.
    """
    seats: list[Seat] = []

    def take(username: str, *, is_signed_in: bool = True, **settings: Any) -> Seat:
        account = product.accounts[username]
        known = signed_in.get(username) if is_signed_in else None
        options = {"viewport": DESK, "locale": "zh-CN", "storage_state": known and known[1], **settings}
        context = browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        password = signed_in[username][0] if username in signed_in else account.password
        seat = Seat(context, context.new_page(), product.origin, account, password)
        seats.append(seat)
        if is_signed_in and known is None:
            seat.sign_in()
            seat.choose_password()
            signed_in[username] = (seat.password, context.storage_state())
        return seat

    yield take
    faults = [f"{seat.account.username} at {fault}" for seat in seats for fault in seat.faults]
    for seat in seats:
        seat.context.close()
    assert faults == []


@pytest.fixture
def monitor(take_seat: TakeSeat) -> Seat:
    """The monitor of the farm's branch, with all four cameras online."""
    return at_work(take_seat("monitor"), 4)


def at_work(seat: Seat, count: int) -> Seat:
    """Wait at the duty desk until so many cameras are online, whatever else is registered and away."""
    deadline = time.monotonic() + 60
    online = re.compile(r"(\d+) / \d+")
    while time.monotonic() < deadline:
        seat.open("/")
        if any(int(each.split("/")[0]) >= count for each in seat.page.get_by_text(online).all_inner_texts()):
            return seat
        seat.page.wait_for_timeout(500)
    raise AssertionError(f"not all {count} cameras came online")
