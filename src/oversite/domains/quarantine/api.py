"""What the domain adds to `/api/v1`."""

from typing import Final

from ninja import Router

from oversite.domains.quarantine.certificates.api import router as certificates

ROUTERS: Final[tuple[tuple[str, Router], ...]] = (("/certificates", certificates),)
