"""What inspections cannot know: what the laboratory found, which an app above fills in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from oversite.common.slots import Slot
from oversite.screens.detail_page import Tab
from oversite.screens.slots import Words

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.inspections.models import Inspection
    from oversite.screens.acts import Act


@dataclass(frozen=True, slots=True)
class TestReport:
    """A report about samples of one inspection; one that is not released counts for nothing."""

    __test__ = False

    disease_key: str
    disease: str
    laboratory: str
    number: str
    method: str
    result: str
    is_released: bool
    is_negative: bool
    concluded_on: date | None = None


TEST_REPORTS: Slot[Callable[["Inspection"], Sequence[TestReport]]] = Slot("quarantine test reports")
"""Where reports about an inspection's samples come from; without any, a test that is needed stays unreleased."""
INSPECTION_TABS: Slot[Callable[["Inspection", "User"], Tab | None]] = Slot("inspection tabs")
"""Tabs of the page of an inspection: samples, certificates."""
INSPECTION_ACTS: Slot[Callable[["Inspection", "User"], "Sequence[Act]"]] = Slot("inspection acts")
"""Acts of apps above on the page of an inspection: take a sample, issue the certificate."""
ARCHIVE_NEEDS: Slot[Callable[["Inspection"], Sequence[Words]]] = Slot("what an archived file must hold")
"""Sentences that say what is still missing before the file of a declaration can be closed (req: Q9)."""
