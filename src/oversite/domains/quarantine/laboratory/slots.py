"""What the laboratory cannot know: signatures inside its reports, which an app above can add."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from oversite.common.slots import Slot

if TYPE_CHECKING:
    from oversite.domains.quarantine.laboratory.models import Sample

SEALS: Slot[Callable[["Sample"], "Callable[[bytes], bytes] | None"]] = Slot("seals of laboratory reports")
"""For a sample whose report is being released: what puts signatures into the PDF, or none."""
