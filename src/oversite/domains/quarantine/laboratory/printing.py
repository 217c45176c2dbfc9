"""The sample form and the report as documents: printed once, kept, never printed anew."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from oversite.base.documents import queries as stored
from oversite.base.documents.actions import note_opened, print_document
from oversite.common import clock, config
from oversite.common.identities import open_identity
from oversite.common.signing import Signer, open_signer
from oversite.domains.quarantine.laboratory.models import Sample, Test
from oversite.domains.quarantine.rules.quantities import Quantity

if TYPE_CHECKING:
    from datetime import datetime

    from oversite.base.accounts.models import User
    from oversite.base.documents.models import Document

SAMPLE_FORM = "quarantine.sample-form"
REPORT = "quarantine.test-report"
RESULT_ZH = {"negative": "阴性", "positive": "阳性", "doubtful": "可疑", "": ""}


def print_sample_form(actor: "User", sample: Sample) -> "Document":
    """Print and keep the sample form with both signatures' names and times."""
    return print_document(
        actor, SAMPLE_FORM, form_data(sample), number=sample.number, subject=sample, agency=sample.agency
    )


def print_report(actor: "User", sample: Sample) -> "Document":
    """Print the report under the laboratory's seal and keep it; a retest's report names the one it takes the place of.

    The seal is a signature inside the PDF (PAdES) that names who tested, reviewed and approved; beside it lies the one
    that `oversite trust export` is for.
    """
    former = sample.retest_of
    before = stored.documents_of(former).filter(form=REPORT).first() if former else None
    return print_document(
        actor,
        REPORT,
        report_data(sample),
        number=sample.report_number,
        subject=sample,
        agency=sample.agency,
        supersedes=before,
        signer=signer_of(sample),
        seal=lambda pdf: _sealed(sample, pdf),
    )


def _sealed(sample: Sample, pdf: bytes) -> bytes:
    from oversite.common.pades import Seal, sign_pdf

    own = open_identity(
        config.current().keys_dir, f"laboratory-seal-{sample.laboratory_id}", sample.laboratory.name, clock.now()
    )
    people = (("检测", sample.tester), ("复核", sample.reviewer), ("批准", sample.approver))
    said = "，".join(f"{duty}：{person.name}" for duty, person in people if person is not None)
    reason = f"检测报告 {sample.report_number}（{said}）"
    return sign_pdf(pdf, [Seal("Laboratory", own.signer, own.certificate, own.issuer, own.holder, reason)])


def signer_of(sample: Sample) -> Signer:
    """The key of the sample's laboratory."""
    return open_signer(config.current().keys_dir, f"laboratory-{sample.laboratory_id}")


def open_document(user: "User", sample: Sample, form: str) -> bytes:
    """The bytes of a kept document about a sample; that `user` opened it goes into the audit."""
    document = stored.documents_of(sample).get(form=form)
    content = stored.document_bytes(document.uid)
    note_opened(user, document)
    return content


def _at(instant: "datetime | None") -> str:
    return clock.beijing_text(instant)[:16] if instant else ""


def _common(sample: Sample) -> dict[str, Any]:
    declaration = sample.inspection.declaration
    return {
        "agency": sample.agency.name,
        "producer": sample.producer.name,
        "declaration": declaration.number,
        "place": declaration.from_address,
        "pond": sample.pond,
        "species": sample.species.name_zh,
        "stage": sample.stage,
        "base": Quantity(sample.base_amount, sample.base_unit).text_zh,
        "count": str(sample.count),
        "taken_at": _at(sample.taken_at),
        "laboratory": sample.laboratory.name,
        "seal": sample.seal_number,
        "storage": sample.storage,
        "taker": sample.taker.name,
        "second": sample.second.name if sample.second else "",
        "witness": sample.witness_name,
    }


def form_data(sample: Sample) -> dict[str, Any]:
    """What the sample form prints."""
    by_rule = f"置信度 {sample.confidence_percent} %，流行率 {sample.prevalence_percent} %"
    place = f"{sample.latitude}, {sample.longitude}" if sample.latitude is not None else ""
    return _common(sample) | {
        "position": place,
        "planned": f"{sample.planned_count}（{by_rule}）",
        "diseases": [test.disease.name_zh for test in sample.tests.select_related("disease")],
        "second_at": _at(sample.second_signed_at),
        "note": sample.note,
    }


def report_data(sample: Sample) -> dict[str, Any]:
    """What the report prints."""
    laboratory, tests = sample.laboratory, list(sample.tests.select_related("disease"))
    return _common(sample) | {
        "sample": sample.number,
        "receipt": sample.receipt_number,
        "received_at": _at(sample.received_at),
        "address": laboratory.address,
        "cma": laboratory.cma_number,
        "cnas": laboratory.cnas_number,
        "designation": " ".join(filter(None, (laboratory.designated_by, laboratory.designation_number))),
        "tests": [_row(test) for test in tests],
        "conclusion": conclusion(tests),
        "tester": sample.tester.name if sample.tester else "",
        "reviewer": sample.reviewer.name if sample.reviewer else "",
        "approver": sample.approver.name if sample.approver else "",
        "submitted_at": _at(sample.submitted_at),
        "reviewed_at": _at(sample.reviewed_at),
        "released_at": _at(sample.released_at),
        "replaces": sample.retest_of.report_number if sample.retest_of else "",
    }


def _row(test: Test) -> dict[str, str]:
    return {
        "disease": test.disease.name_zh,
        "standard": test.standard,
        "instrument": test.instrument,
        "readings": readings_text(test),
        "result": RESULT_ZH[test.result],
        "on": test.tested_on.isoformat() if test.tested_on else "",
    }


def readings_text(test: Test) -> str:
    """Raw values in one line, as the report prints them."""
    if "examined" in test.readings:
        return f"检查 {test.readings['examined']} 份，阳性 {test.readings['positives']} 份"
    wells = [f"{name}：{_ct(ct)}" for name, ct in test.readings.get("ct", [])]
    if not wells:
        return ""
    found = {name: test.readings.get(f"{name}_control") for name in ("positive", "negative")}
    controls = f"阳性对照：{_ct(found['positive'])}；阴性对照：{_ct(found['negative'])}"
    return f"Ct值 {'；'.join(wells)}（{controls}）"


def _ct(value: float | None) -> str:
    return "未检出" if value is None else str(value)


def conclusion(tests: Sequence[Test]) -> str:
    """The concluding sentence of the report."""
    positive = [test.disease.name_zh for test in tests if test.result == Test.Result.POSITIVE]
    return f"所检样品{'、'.join(positive)}检测结果为阳性。" if positive else "所检项目检测结果均为阴性。"
