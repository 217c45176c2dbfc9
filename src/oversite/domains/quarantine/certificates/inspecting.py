"""What this app puts on the page of an inspection, and what the archive waits for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.common.clock import BEIJING
from oversite.domains.quarantine.certificates import papers, queries
from oversite.domains.quarantine.certificates.states import STATE
from oversite.domains.quarantine.files.queries import files_of
from oversite.domains.quarantine.inspections.queries import failed_tests, unreleased_tests
from oversite.domains.quarantine.searching import by_number
from oversite.screens.acts import Act
from oversite.screens.columns import Column
from oversite.screens.detail_page import Tab
from oversite.screens.formats import CODE, INSTANT
from oversite.screens.slots import Found, Words

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.certificates.models import Certificate
    from oversite.domains.quarantine.inspections.models import Inspection


def certificate_url(certificate: "Certificate") -> str:
    """The page of a certificate."""
    return reverse("quarantine_certificates:certificate", args=[certificate.uid])


def _found(each: "Certificate") -> Found:
    told = (STATE.states[queries.shown_state(each)].word, each.owner, f"{each.issued_at.astimezone(BEIJING):%Y-%m-%d}")
    papers_back = files_of(each).filter(kind__startswith="paper-").count()
    detail = [*told, _("%(count)s papers filed") % {"count": papers_back}] if papers_back else told
    return Found(_("quarantine certificate"), each.number, " · ".join(map(str, detail)), certificate_url(each))


search = by_number(queries.certificates, ("number",), _found)
"""By the number on a certificate, with what was photographed back of it (req: Q9)."""
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
