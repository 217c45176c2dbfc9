"""Everything that changes inspections, disease records and treatment notices."""

from oversite.domains.quarantine.inspections.actions.conducting import (
    FieldDraft,
    add_photo,
    assign,
    begin_inspection,
    save_draft,
)
from oversite.domains.quarantine.inspections.actions.deciding import (
    Treatment,
    archive,
    complete_record,
    find_qualified,
    find_unqualified,
    issue_treatment,
    missing_in_file,
    note_certified,
    note_closed,
    note_disposal,
    note_recovery,
    note_replaced,
    note_revoked,
)
from oversite.domains.quarantine.inspections.actions.diseases import file_record, withdraw_record
from oversite.domains.quarantine.inspections.actions.signing import Drawn, sign, signer_of

__all__ = [
    "Drawn",
    "FieldDraft",
    "Treatment",
    "add_photo",
    "archive",
    "assign",
    "begin_inspection",
    "complete_record",
    "file_record",
    "find_qualified",
    "find_unqualified",
    "issue_treatment",
    "missing_in_file",
    "note_certified",
    "note_closed",
    "note_disposal",
    "note_recovery",
    "note_replaced",
    "note_revoked",
    "save_draft",
    "sign",
    "signer_of",
    "withdraw_record",
]
