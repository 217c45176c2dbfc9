"""The pool of certificate numbers and who may hold some: province, city, county, point, veterinarian (req: Q1)."""

from typing import TYPE_CHECKING, Final

from oversite.base.numbers.actions import Holder, open_pool
from oversite.domains.quarantine.rules.queries import setting

if TYPE_CHECKING:
    from oversite.base.numbers.models import Pool
    from oversite.domains.quarantine.registry.models import Veterinarian

POOL: Final = "quarantine-certificate"
PREFIX: Final = "certificate.number-prefix"
WIDTH: Final = 8
TITLE: Final = "检疫证明编号（动物、产品）"


def certificate_pool() -> "Pool":
    """The pool of this installation: the prefix of the province and eight digits; opened at its first use."""
    return open_pool(POOL, title=TITLE, width=WIDTH, prefix=setting(PREFIX))


def hand_of(veterinarian: "Veterinarian") -> Holder:
    """The hand of a veterinarian."""
    return Holder.of(veterinarian)
