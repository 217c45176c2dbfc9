"""What certificates cannot know: where apps above take them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from oversite.common.slots import Slot

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.certificates.models import Certificate
    from oversite.screens.acts import Act

CERTIFICATE_ACTS: Slot[Callable[["Certificate", "User"], "Sequence[Act]"]] = Slot("certificate acts")
"""Acts of apps above on the page of a certificate: its export for authorities abroad."""
