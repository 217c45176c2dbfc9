"""Issuing certificates and everything that follows; each act is one transaction."""

from oversite.domains.quarantine.certificates.actions.arrivals import report_arrival
from oversite.domains.quarantine.certificates.actions.ending import (
    close_without_certificate,
    replace_certificate,
    void_certificate,
)
from oversite.domains.quarantine.certificates.actions.enrolling import (
    approve_enrolment,
    end_enrolment,
    refuse_enrolment,
    request_enrolment,
)
from oversite.domains.quarantine.certificates.actions.issuing import issue_certificate, note_printed
from oversite.domains.quarantine.certificates.actions.numbers import allot_numbers, return_numbers, spoil_numbers
from oversite.domains.quarantine.certificates.printing import complete_certificate

__all__ = [
    "allot_numbers",
    "approve_enrolment",
    "close_without_certificate",
    "complete_certificate",
    "end_enrolment",
    "issue_certificate",
    "note_printed",
    "refuse_enrolment",
    "replace_certificate",
    "report_arrival",
    "request_enrolment",
    "return_numbers",
    "spoil_numbers",
    "void_certificate",
]
