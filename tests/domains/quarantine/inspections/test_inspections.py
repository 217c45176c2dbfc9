"""From the assignment to the certificate's facts or the treatment notice."""

import uuid
from datetime import date, timedelta
from io import BytesIO

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from oversite.base.documents.models import Document
from oversite.base.documents.queries import document_bytes, documents_of
from oversite.base.numbers.queries import unbalanced_pools
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.domains.quarantine.declarations import actions as declarations
from oversite.domains.quarantine.declarations.flow import Step
from oversite.domains.quarantine.inspections import actions, papers, queries, tasks
from oversite.domains.quarantine.inspections.models import Draft
from oversite.domains.quarantine.registry import actions as registry
from oversite.domains.quarantine.rules import actions as rules
from oversite.domains.quarantine.rules.queries import today

pytestmark = [pytest.mark.django_db]


def refusal(act, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return refused.value.code.split(".", 1)[-1]


def send(house, declared, first, second):
    return actions.assign(house.officer, declared, first, second, planned_on=today(), place="1号池")


@pytest.mark.req("Q5")
def test_two_people_go_where_the_rule_says_so(house):
    declared = house.accepted()
    assert refusal(send, house, declared, house.first, None) == "inspection.people"
    assert refusal(send, house, declared, house.first, house.first) == "inspection.people"
    assert refusal(send, house, declared, house.first, house.stranger) == "veterinarian.area"
    registry.save_veterinarian(None, house.second, {"valid_until_on": date(2020, 1, 1)})
    assert refusal(send, house, declared, house.first, house.second) == "veterinarian.office"
    rules.enter_setting(None, "inspection.people", "1", effective_on=today(), source="省")
    assert send(house, declared, house.first, None).declaration.state == "assigned"


def test_only_those_who_were_sent_inspect(house, assigned, fill, make_user):
    from oversite.domains.quarantine import roles

    third = make_user(house.county, roles.VETERINARIAN)
    assert refusal(actions.save_draft, third, assigned, fill.draft(assigned)) == "inspection.not_sent"
    registry.save_veterinarian(None, house.first, {"area_codes": ["320100"]})
    assert refusal(actions.save_draft, house.first.user, assigned, fill.draft(assigned)) == "veterinarian.area"


@pytest.mark.req("Q12")
def test_a_draft_that_comes_twice_counts_once(house, assigned, fill):
    sent = fill.draft(assigned, remark="现场")
    saved = actions.save_draft(house.first.user, assigned, sent)
    again = actions.save_draft(house.first.user, saved, sent)
    assert (saved.revision, again.revision) == (1, 1)
    assert Draft.objects.count() == 1
    assert saved.declaration.state == "inspecting"


@pytest.mark.req("Q12")
def test_a_stale_phone_overwrites_nothing(house, assigned, fill):
    mine, yours = fill.draft(assigned, remark="我的"), fill.draft(assigned, remark="你的")
    saved = actions.save_draft(house.first.user, assigned, mine)
    assert refusal(actions.save_draft, house.second.user, saved, yours) == "inspection.stale"
    saved.refresh_from_db()
    assert saved.remark == "我的"


@pytest.mark.req("Q12")
def test_what_a_phone_sends_is_bounded(house, assigned, fill):
    findings = {"licence": {"answer": "maybe", "note": "x" * 9999}, "no-zone": {"answer": "na"}, "unknown": 5}
    saved = actions.save_draft(house.first.user, assigned, fill.draft(assigned, findings=findings))
    assert saved.findings == {"licence": {"note": "x" * 300}}
    ahead = fill.draft(saved, written_at=clock.now() + timedelta(hours=1))
    assert refusal(actions.save_draft, house.first.user, saved, ahead) == "inspection.clock"


@pytest.mark.req("Q12")
def test_a_photograph_keeps_its_time_and_place_and_comes_once(house, filled):
    png = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (9).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0" + b"\0" * 4
    at = clock.now() - timedelta(hours=2)

    def add():
        upload = SimpleUploadedFile("a.png", png)
        return actions.add_photo(house.first.user, filled, upload, taken_at=at, place=("31.1", "120.8"))

    first, second = add(), add()
    assert first.pk == second.pk
    assert first.taken_at == at


@pytest.mark.req("Q5")
def test_qualified_seed_gives_the_facts_of_its_certificate(house, filled):
    decided = actions.find_qualified(house.first.user, filled)
    assert document_bytes(decided.record_uid).startswith(b"%PDF")
    assert list(queries.certifiable(house.first.user)) == [decided]
    facts = queries.decision(decided)
    assert (facts.species_zh, facts.quantity.text_zh, facts.leaves_province) == ("鲤", "3 万尾", True)
    assert [each.certificate_number for each in facts.veterinarians] == ["苏渔兽医A1", "苏渔兽医A2"]
    assert facts.departure.kind_zh == "养殖场"
    actions.note_certified(house.first.user, decided, "3200000001")
    assert decided.declaration.state == "certified"
    assert not queries.certifiable(house.first.user).exists()
    assert refusal(actions.note_certified, house.second.user, decided, "3200000002") == "flow.impossible"


def printed(inspection):
    """The text of the work record in force, without spaces; it is one sheet, which two people sign."""
    [sheet] = pypdf.PdfReader(BytesIO(document_bytes(inspection.record_uid))).pages
    return "".join(sheet.extract_text().split())


@pytest.mark.req("Q5", "Q9")
def test_the_work_record_bears_every_certificate_that_was_issued_on_it(house, filled):
    decided = actions.find_qualified(house.first.user, filled)
    first = decided.record_uid
    assert "出证后补记" in printed(decided)
    actions.note_certified(house.first.user, decided, "3200000001")
    assert [str(need) for need in actions.missing_in_file(decided)] != []
    tasks.complete_records.func()
    decided.refresh_from_db()
    assert decided.record_uid != first
    assert "检疫证明编号3200000001" in printed(decided)
    assert "第2次打印" in printed(decided)
    assert actions.complete_record(decided).record_uid == decided.record_uid, "nothing is due any more"
    actions.note_replaced(decided, "3200000002")
    again = actions.complete_record(decided)
    assert "3200000002；3200000001（已换发）" in printed(again)
    actions.note_revoked(house.first.user, again)
    void = actions.complete_record(again)
    assert "3200000002（已作废）；3200000001（已换发）" in printed(void)
    numbers = documents_of(void).order_by("id").values_list("number", flat=True)
    assert list(numbers) == [void.record_number, *(f"{void.record_number}-{count}" for count in (2, 3, 4))]
    assert documents_of(void).filter(superseded_by=None).get().uid == void.record_uid


@pytest.mark.req("Q5")
def test_the_work_record_bears_the_treatment_notice(house, filled):
    found = actions.find_unqualified(house.first.user, filled, "镜检发现小瓜虫")
    ordered = actions.Treatment(
        basis="动物防疫法", amount=3, unit="10k-tail", measures=[("isolate", "")], party_name="示范苗种场"
    )
    notice = actions.issue_treatment(house.first.user, found, ordered)
    found.refresh_from_db()
    assert f"处理通知单编号{notice.number}" in printed(found)


@pytest.mark.req("Q5")
def test_what_is_unchecked_bad_or_too_much_is_not_qualified(house, assigned, fill):
    user = house.first.user
    saved = actions.save_draft(user, assigned, fill.draft(assigned, findings={}))
    assert refusal(actions.find_qualified, user, saved) == "decision.unanswered"
    saved = actions.save_draft(user, saved, fill.draft(saved, findings=fill.all_yes(activity="no")))
    assert refusal(actions.find_qualified, user, saved) == "decision.failed"
    saved = actions.save_draft(user, saved, fill.draft(saved, counted_amount=4))
    assert refusal(actions.find_qualified, user, saved) == "decision.amount"


@pytest.mark.req("Q14")
def test_nothing_is_qualified_on_an_unreleased_or_positive_report(house, procedure, assigned, fill, reports, report):
    user = house.first.user
    saved = actions.save_draft(user, assigned, fill.draft(assigned))
    assert saved.needed_tests == ["cev"]
    assert refusal(actions.find_qualified, user, saved) == "decision.unreleased"
    reports.append(report(is_released=False))
    assert refusal(actions.find_qualified, user, saved) == "decision.unreleased"
    reports[:] = [report(is_negative=False, result="阳性")]
    assert refusal(actions.find_qualified, user, saved) == "decision.positive"
    reports[:] = [report()]
    decided = actions.find_qualified(user, saved)
    assert queries.decision(decided).test_reports == reports
    reports[:] = [report(is_released=False)]
    with pytest.raises(ValueError, match="tests"):
        queries.decision(decided)


@pytest.mark.req("Q17")
def test_a_valid_own_test_spares_the_laboratory(house, procedure):
    [test] = registry.plan_tests(house.producer)
    values = {"sampled_on": today() - timedelta(days=20), "laboratory": "L", "report_number": "1", "result": "negative"}
    registry.file_test(house.farmer, test, values)
    declared = house.accepted()
    assert send(house, declared, house.first, house.second).needed_tests == []


def test_samples_and_reports_move_the_declaration(house, filled):
    user = house.first.user
    declarations.move(user, filled.declaration, Step.SAMPLE)
    assert filled.declaration.state == "testing"
    assert refusal(actions.find_qualified, user, filled) == "flow.impossible"
    declarations.move(user, filled.declaration, Step.REPORT)
    assert actions.find_qualified(user, filled).verdict == "qualified"


def ordered(**changes):
    values = {
        "basis": "《动物防疫法》第四十八条",
        "amount": 3,
        "unit": "10k-tail",
        "measures": [("isolate", ""), ("cure", "用药14天")],
        "party_name": "昆山示范水产苗种场",
    }
    return actions.Treatment(**values | changes)


@pytest.mark.req("Q5")
def test_unqualified_seed_is_treated_and_declared_again(house, filled):
    user = house.first.user
    decided = actions.find_unqualified(user, filled, "检出小瓜虫")
    assert refusal(actions.issue_treatment, user, decided, ordered(amount=4)) == "treatment.amount"
    assert refusal(actions.issue_treatment, user, decided, ordered(measures=[])) == "treatment.measures"
    notice = actions.issue_treatment(user, decided, ordered())
    assert notice.number == f"320583{today().year}000001"
    assert document_bytes(notice.document_uid).startswith(b"%PDF")
    assert papers.notice_data(notice)["quantity"] == "3 万尾（大写：叁万尾）"
    isolation, cure = papers.notice_data(notice)["measures"]
    assert (isolation["name"], isolation["text"], cure["name"], cure["text"]) == ("隔离", "", "治疗", "用药14天")
    assert isolation["order"].startswith("原池隔离")
    assert cure["order"].startswith("在官方兽医监督下治疗")
    assert cure["grounds"]
    assert refusal(actions.archive, user, decided) == "file.incomplete"
    recovered = actions.note_recovery(user, notice, done_on=today(), how="复检阴性")
    assert recovered.state == "recovered"
    assert refusal(actions.note_recovery, user, notice, done_on=today(), how="x") == "treatment.done"
    actions.archive(user, decided)
    decided.declaration.refresh_from_db()
    assert (decided.declaration.state, decided.declaration.outcome) == ("archived", "treated")
    again = declarations.draft_declaration(house.farmer, house.producer, house.values(), follows=decided.declaration)
    assert declarations.submit_declaration(house.farmer, again).follows == decided.declaration
    assert unbalanced_pools() == []


def test_disposal_is_supervised_and_bounded(house, filled):
    user = house.first.user
    notice = actions.issue_treatment(
        user, actions.find_unqualified(user, filled, "大量死亡"), ordered(measures=[("bury", "")])
    )
    facts = {"how": "深埋", "supervised_by": "用户A1、用户A2"}
    assert refusal(actions.note_disposal, user, notice, done_on=today(), amount=4, **facts) == "treatment.more"
    tomorrow = today() + timedelta(days=1)
    assert refusal(actions.note_disposal, user, notice, done_on=tomorrow, amount=3, **facts) == "treatment.day"
    assert actions.note_disposal(user, notice, done_on=today(), amount=3, **facts).state == "disposed"


def test_a_producer_reads_the_inspection_of_its_own_seed_only(house, filled, make_user):
    from oversite.domains.quarantine import roles

    assert queries.inspections(house.farmer).count() == 1
    assert not queries.inspections(make_user(house.elsewhere, roles.VETERINARIAN)).exists()
    assert not queries.certifiable(house.farmer).exists()


def test_a_draft_of_another_inspection_is_refused(house, filled, fill):
    declared = house.accepted(amount=1)
    other = send(house, declared, house.first, house.second)
    known = Draft.objects.get()
    sent = fill.draft(other, client_id=uuid.UUID(str(known.client_id)))
    assert refusal(actions.save_draft, house.first.user, other, sent) == "inspection.draft"


@pytest.mark.req("Q1")
def test_only_what_was_found_is_certified(house, assigned, fill):
    user = house.first.user
    saved = actions.save_draft(user, assigned, fill.draft(assigned, counted_amount=0))
    assert refusal(actions.find_qualified, user, saved) == "decision.amount"
    saved = actions.save_draft(user, saved, fill.draft(saved, counted_amount=2))
    assert queries.decision(actions.find_qualified(user, saved)).quantity.text_zh == "2 万尾"


@pytest.mark.req("Q8")
def test_a_retest_may_turn_down_what_was_qualified_until_its_certificate_is_issued(house, filled):
    user = house.first.user
    first = actions.find_qualified(user, filled).record_uid
    decided = actions.find_unqualified(user, filled, "复检阳性")
    assert (decided.verdict, decided.declaration.state) == ("unqualified", "unqualified")
    assert not queries.certifiable(user).exists()
    assert Document.objects.get(uid=first).superseded_by.uid == decided.record_uid
    assert actions.issue_treatment(user, decided, ordered()).grounds == "复检阳性"


def test_recovery_lies_between_the_notice_and_today_and_only_then_is_declared_again(house, filled, client):
    user = house.first.user
    notice = actions.issue_treatment(user, actions.find_unqualified(user, filled, "检出小瓜虫"), ordered())
    for day in (today() - timedelta(days=1), today() + timedelta(days=1)):
        assert refusal(actions.note_recovery, user, notice, done_on=day, how="复检阴性") == "treatment.day"
    declared = filled.declaration
    page = reverse("quarantine_declarations:declaration", args=[declared.uid])
    client.force_login(house.farmer)
    assert f"?follows={declared.uid}" not in client.get(page).content.decode()
    actions.note_recovery(user, notice, done_on=today(), how="复检阴性")
    assert f"?follows={declared.uid}" in client.get(page).content.decode()
