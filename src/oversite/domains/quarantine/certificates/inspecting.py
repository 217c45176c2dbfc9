"""What this app puts on the page of an inspection, and what the archive waits for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.certificates import papers, queries
from oversite.domains.quarantine.certificates.states import STATE
from oversite.domains.quarantine.inspections.queries import failed_tests, unreleased_tests
from oversite.screens.acts import Act
from oversite.screens.columns import Column
from oversite.screens.detail_page import Tab
from oversite.screens.formats import CODE, INSTANT
from oversite.screens.slots import Words

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.certificates.models import Certificate
    from oversite.domains.quarantine.inspections.models import Inspection


def certificate_url(certificate: "Certificate") -> str:
    """The page of a certificate."""
    return reverse("quarantine_certificates:certificate", args=[certificate.uid])


COLUMNS = (
    Column("number", _("Number"), "number", CODE, link=certificate_url),
    Column("state", _("State"), queries.shown_state, STATE),
    Column("issued_at", _("Issued at"), "issued_at", INSTANT),
    Column("valid_until", _("Valid until"), "valid_until", INSTANT),
)


def inspection_acts(inspection: "Inspection", user: "User") -> Sequence[Act]:
    """The way to the certificate, once the inspection is qualified."""
    if inspection.verdict != "qualified" or not user.has_perm("quarantine.certificate.issue"):
        return []
    if inspection.declaration.state != "qualified":
        return []
    issue, close = (reverse(f"quarantine_certificates:{name}", args=[inspection.uid]) for name in ("issue", "close"))
    why = _("a report is awaited or not negative") if unreleased_tests(inspection) or failed_tests(inspection) else ""
    return [
        Act(_("Issue the certificate"), issue, "certificate", why_not=why, is_main=not why),
        Act(_("Close without a certificate"), close, "x", is_dialog=True),
    ]


def inspection_tab(inspection: "Inspection", user: "User") -> Tab | None:
    """The certificates of an inspection."""
    rows = queries.certificates(user).filter(inspection_id=inspection.pk)
    count = rows.count()
    return Tab("certificates", _("Certificates"), rows, COLUMNS, count=count) if count else None


def missing_papers(inspection: "Inspection") -> list[Words]:
    """What the file of a certified declaration still lacks (req: Q9)."""
    return [sentence for each in queries.certificates_of(inspection) for sentence in papers.missing(each)]


def can_read(user: "User", pk: str) -> bool:
    """Whether a user may read the papers of the certificate with this primary key."""
    return queries.certificates(user).filter(pk=pk).exists()
