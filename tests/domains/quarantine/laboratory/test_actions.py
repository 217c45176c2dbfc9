"""A sample from the pond to the released report, and everything that must not happen on the way."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from oversite.base.audit.models import Entry
from oversite.base.documents.models import Document
from oversite.base.documents.queries import document_bytes
from oversite.base.events.models import Event
from oversite.base.numbers.models import Number
from oversite.base.numbers.queries import gap_report
from oversite.common.errors import Refused
from oversite.common.identities import open_identity
from oversite.common.pades import signatures_in
from oversite.domains.quarantine.inspections.queries import failed_tests, unreleased_tests
from oversite.domains.quarantine.laboratory import actions, queries
from oversite.domains.quarantine.laboratory.flow import State
from oversite.domains.quarantine.laboratory.judging import Measured
from oversite.domains.quarantine.laboratory.models import Sample
from oversite.domains.quarantine.laboratory.plans import plan_for
from oversite.domains.quarantine.laboratory.readings import Reading
from oversite.domains.quarantine.registry.models import LaboratoryMethod
from oversite.domains.quarantine.rules.queries import today

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q8")]


def code_of(call):
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def declared(case):
    case.inspection.declaration.refresh_from_db()
    return case.inspection.declaration.state


def test_the_plan_asks_for_150_fry_at_95_percent_and_2_percent(case):
    plan = plan_for(case.inspection)
    assert (plan.size.least, plan.size.planned) == (149, 150)
    assert plan.needed == {"wtd"}


def test_the_whole_way_ends_in_a_released_report(case):
    sample = case.released()
    assert sample.state == State.RELEASED
    assert sample.is_negative is True
    assert [link.event for link in sample.custody.all()] == ["taken", "signed", "handed", "received", "retained"]
    assert sample.report_number.startswith(f"JC{case.laboratory.pk:02d}-")
    report = Document.objects.get(uid=sample.report_uid)
    assert (report.form, report.signature_algorithm) == ("quarantine.test-report", "ed25519")
    assert unreleased_tests(case.inspection) == []
    assert declared(case) == "inspecting"
    acts = set(Entry.objects.filter(subject_id=str(sample.pk)).values_list("act", flat=True))
    assert {"quarantine.sample.taken", "quarantine.test.entered", "quarantine.report.released"} <= acts


def test_the_seal_of_the_laboratory_is_inside_the_report_and_anyone_can_check_it(case, data_dir):
    sample = case.released()
    own = open_identity(
        data_dir / "keys", f"laboratory-seal-{case.laboratory.pk}", case.laboratory.name, sample.released_at
    )
    pdf = document_bytes(sample.report_uid)
    [found] = signatures_in(pdf, [own.issuer])
    assert (found.field_name, found.name) == ("Laboratory", case.laboratory.name)
    assert found.is_intact
    assert found.is_trusted
    assert found.covers_everything
    said = str(PdfFileReader(BytesIO(pdf)).embedded_signatures[0].sig_object["/Reason"])
    people = f"检测：{sample.tester.name}，复核：{sample.reviewer.name}，批准：{sample.approver.name}"
    assert said == f"检测报告 {sample.report_number}（{people}）"
    changed = bytearray(pdf)
    changed[len(pdf) // 3] ^= 1
    assert not any(each.is_intact for each in signatures_in(bytes(changed), [own.issuer]))


def test_nothing_counts_before_the_report_is_released(case):
    sample = case.reviewed()
    assert declared(case) == "testing"
    assert unreleased_tests(case.inspection) == ["wtd"]
    actions.release_report(case.approver, sample)
    assert unreleased_tests(case.inspection) == []


def test_a_positive_report_speaks_against_the_certificate(case):
    case.released("positive", 24.8)
    assert [report.disease_key for report in failed_tests(case.inspection)] == ["wtd"]


def test_a_seal_is_used_once_and_only_from_the_agencys_hand(case):
    case.taken(seal="F00000150")
    assert code_of(lambda: case.taken(seal="F00000150")) == "quarantine.seal.unusable"
    assert code_of(lambda: case.taken(seal="F00009999")) == "quarantine.seal.unusable"
    assert code_of(lambda: case.taken(seal="F12A")) == "quarantine.seal.unreadable"
    assert Sample.objects.count() == 1
    assert gap_report(queries.seal_pool()).is_balanced


def test_fewer_seed_than_planned_need_a_reason(case):
    assert code_of(lambda: case.taken(count=148)) == "quarantine.sample.few"
    assert case.taken(count=148, note="池内仅存少量亲本后代").count == 148


def test_two_different_people_sign(case):
    assert code_of(lambda: case.taken(second=case.taker)) == "quarantine.sample.second"
    sample = case.taken()
    assert code_of(lambda: actions.countersign(case.taker, sample)) == "quarantine.sample.signer"
    assert actions.countersign(case.second, sample).state == State.SEALED


def send(case, sample, **changes):
    values = {"carrier": "冷链", "temperature_c": Decimal("4.0"), "is_seal_intact": True, **changes}
    return actions.hand_over(case.taker, sample, **values)


def test_an_unsigned_sample_is_not_sent(case):
    assert code_of(lambda: send(case, case.taken())) == "quarantine.sample.impossible"
    assert declared(case) == "inspecting"


def test_a_broken_seal_is_neither_sent_nor_received(case):
    assert code_of(lambda: send(case, case.sealed(), is_seal_intact=False)) == "quarantine.sample.seal"
    broken = case.arrived(is_seal_intact=False)
    sample = case.sent()
    assert code_of(lambda: actions.receive_sample(case.tester, sample, broken)) == "quarantine.sample.seal"
    rejected = actions.reject_sample(case.tester, sample, "seal", "封签断裂", broken)
    assert rejected.state == State.REJECTED
    assert unreleased_tests(case.inspection) == ["wtd"]


def test_a_refused_sample_gives_the_declaration_back_to_its_inspection(case):
    refused, other = case.sent(), case.sent()
    actions.reject_sample(case.tester, refused, "seal", "封签断裂", case.arrived(is_seal_intact=False))
    assert declared(case) == "testing", "the other one is still on its way"
    actions.reject_sample(case.tester, other, "spoiled", "苗种死亡", case.arrived())
    assert declared(case) == "inspecting"
    assert unreleased_tests(case.inspection) == ["wtd"], "what must be tested is not qualified without a report"
    assert case.sent().state == State.SENT
    assert declared(case) == "testing"


def test_what_is_kept_is_seen_by_the_laboratory_and_by_who_supervises_it(case, make_user):
    sample = case.released()
    supervisor = make_user(case.county, "quarantine-supervisor")
    for user, seen in (
        (case.tester, [sample]),
        (supervisor, [sample]),
        (make_user(case.laboratory.agency, "quarantine-province"), [sample]),
        (case.taker, []),
        (case.farmer, []),
    ):
        assert list(queries.kept(user)) == seen, str(user)


def test_a_discarded_sample_voids_its_seal(case):
    sample = actions.discard_sample(case.taker, case.taken(), "苗种死亡")
    assert sample.state == State.DISCARDED
    assert Number.objects.get(text=sample.seal_number).state == "void"
    assert gap_report(queries.seal_pool()).is_balanced


@pytest.mark.parametrize("changes", [{"temperature_c": Decimal("15.5")}, {"count": 140}])
def test_what_came_warm_or_short_needs_a_word(case, changes):
    sample = case.sent()
    assert (
        code_of(lambda: actions.receive_sample(case.tester, sample, case.arrived(**changes)))
        == "quarantine.sample.unexplained"
    )
    arrived = case.arrived(**changes, note="途中延误，样品状态良好")
    assert actions.receive_sample(case.tester, sample, arrived).state == State.RECEIVED


def test_a_laboratory_without_the_method_gets_no_sample(case):
    assert code_of(lambda: case.taken(diseases=["wsd"])) == "quarantine.sample.method"
    LaboratoryMethod.objects.update(valid_until_on=today() - timedelta(days=1))
    assert code_of(case.taken) == "quarantine.sample.method"
    case.laboratory.designated_until_on = today() - timedelta(days=1)
    case.laboratory.save()
    assert code_of(case.taken) == "quarantine.sample.laboratory"


def test_the_result_must_be_what_the_values_say(case):
    test = case.received().tests.get()
    assert code_of(lambda: actions.enter_result(case.tester, test, case.entry("negative", 24.0))) == (
        "quarantine.test.result"
    )
    failed = Measured(kind="ct", readings=(Reading("1", None),), positive_control=33.0)
    assert code_of(lambda: actions.enter_result(case.tester, test, case.entry(measured=failed))) == (
        "quarantine.test.positive_control"
    )
    many = Measured(kind="count", examined=30, positives=31)
    assert code_of(lambda: actions.enter_result(case.tester, test, case.entry("positive", measured=many))) == (
        "quarantine.test.positives"
    )


def test_a_doubtful_result_is_repeated_before_the_report_and_the_first_values_stay_in_the_audit(case):
    sample = case.tested("doubtful", 37.2)
    assert code_of(lambda: actions.submit_results(case.tester, sample)) == "quarantine.test.missing"
    actions.enter_result(case.tester, sample.tests.get(), case.entry("negative"))
    assert actions.submit_results(case.tester, sample).state == State.REVIEW
    entry = Entry.objects.filter(act="quarantine.test.entered").order_by("-position").first()
    assert entry.data["before"]["readings"]["ct"] == [["1", None], ["2", 37.2]]


def test_three_different_people_answer_for_a_report(case):
    people = case.laboratory.people
    for user in (case.tester, case.reviewer):
        for duty in ("reviewer", "approver"):
            people.get_or_create(user=user, duty=duty, defaults={"name": user.name})
    sample = case.submitted()
    assert code_of(lambda: actions.pass_review(case.tester, sample)) == "quarantine.laboratory.three"
    sample = actions.pass_review(case.reviewer, sample)
    for user in (case.tester, case.reviewer):
        assert code_of(lambda user=user: actions.release_report(user, sample)) == "quarantine.laboratory.three"
    assert actions.release_report(case.approver, sample).state == State.RELEASED


def test_a_duty_is_needed_for_each_hand(case):
    sample = case.received()
    assert code_of(lambda: actions.enter_result(case.approver, sample.tests.get(), case.entry())) == (
        "quarantine.laboratory.duty"
    )
    assert code_of(lambda: actions.pass_review(case.approver, sample)) == "quarantine.laboratory.duty"


def test_returned_results_are_reviewed_anew(case):
    sample = actions.return_sample(case.approver, case.reviewed(), "复核原始曲线")
    assert (sample.state, sample.reviewer, sample.returned_note) == (State.TESTING, None, "复核原始曲线")


def test_a_wrong_report_is_invalidated_copied_and_told_never_edited(case):
    sample = case.released()
    content = Document.objects.get(uid=sample.report_uid).sha256
    copy = actions.invalidate_report(case.approver, sample, "阳性对照批号有误")
    sample.refresh_from_db()
    assert (sample.state, sample.is_negative, sample.retest) == (State.INVALID, True, copy)
    assert Document.objects.get(uid=sample.report_uid).sha256 == content
    assert (copy.state, copy.number, copy.report_number) == (State.RECEIVED, f"{sample.number}-R1", "")
    assert [test.result for test in sample.tests.all()] == ["negative"]
    assert [test.result for test in copy.tests.all()] == [""]
    assert unreleased_tests(case.inspection) == ["wtd"]
    assert declared(case) == "testing"
    told = Event.objects.filter(kind="quarantine.sample.invalidated").values_list("agency_path", flat=True)
    assert list(told) == [case.producer.unit.path], "once: the agency hears what is told below it"
    assert case.producer.unit.path.startswith(case.county.path)


def test_the_retest_has_its_own_report_that_names_the_former(case):
    former = case.released()
    copy = actions.invalidate_report(case.approver, former, "样品混淆")
    sample = actions.submit_results(case.tester, case.measure(copy, "positive", 21.0))
    again = actions.release_report(case.approver, actions.pass_review(case.reviewer, sample))
    assert again.report_number != former.report_number
    assert Document.objects.get(uid=former.report_uid).superseded_by == Document.objects.get(uid=again.report_uid)
    assert [report.number for report in queries.reports(case.inspection)] == [again.report_number]
    second = actions.invalidate_report(case.approver, again, "再次复检")
    assert second.number == f"{former.number}-R2"


def test_a_stale_page_overwrites_nothing(case):
    sample = case.submitted()
    seen = sample.revision
    actions.pass_review(case.reviewer, sample, seen)
    assert code_of(lambda: actions.return_sample(case.approver, sample, "重做", seen)) == "quarantine.sample.stale"


def test_the_rest_is_kept_until_its_day(case):
    sample = case.released()
    assert sample.retained_until_on == today() + timedelta(days=90)
    assert code_of(lambda: actions.dispose_rest(case.tester, sample, "高压灭菌", "王某")) == "quarantine.sample.early"
    Sample.objects.update(retained_until_on=today() - timedelta(days=1))
    assert actions.dispose_rest(case.tester, sample, "高压灭菌", "王某").disposed_by == f"{case.tester.name}、王某"
    assert code_of(lambda: actions.dispose_rest(case.tester, sample, "高压灭菌", "王某")) == "quarantine.sample.rest"
    assert sample.custody.last().event == "disposed"


def test_positive_rests_are_kept_longer(case):
    assert case.released("positive", 20.0).retained_until_on == today() + timedelta(days=365)


@pytest.mark.req("Q-acc")
def test_each_sees_its_own(case, make_user):
    from domains.quarantine.laboratory.cases import make_case
    from oversite.base.agencies.actions import create_agency

    other = make_case(create_agency, make_user)
    sample = case.received()
    assert [each.pk for each in queries.samples(case.taker)] == [sample.pk]
    assert [each.pk for each in queries.samples(case.tester)] == [sample.pk]
    assert not queries.samples(case.farmer)
    for stranger in (other.taker, other.tester, other.farmer):
        assert not queries.samples(stranger)
        assert not queries.of_laboratory(stranger)
    case.measure(sample)
    sample = actions.pass_review(case.reviewer, actions.submit_results(case.tester, sample))
    assert not queries.samples(case.farmer)
    actions.release_report(case.approver, sample)
    assert [each.pk for each in queries.samples(case.farmer)] == [sample.pk]


def test_a_laboratory_that_lies_in_another_county_shows_that_county_nothing(case, make_user):
    from oversite.base.agencies.actions import create_agency

    away = create_agency(None, parent=None, code="AWAY", name="邻县", kind="agriculture", level=3)
    type(away).objects.move(case.laboratory.unit, away, "last-child")
    neighbour = make_user(away, "quarantine-veterinarian")
    case.received()
    assert not queries.samples(neighbour)


def test_client_and_takers_are_told_once_and_the_laboratory_sees_what_waits(case, client):
    def desk(user):
        client.force_login(user)
        return client.get("/").content.decode()

    sample = case.sent()
    assert sample.number in desk(case.tester)
    assert sample.number not in desk(case.reviewer)
    released = case.measure(actions.receive_sample(case.tester, sample, case.arrived()))
    released = actions.pass_review(case.reviewer, actions.submit_results(case.tester, released))
    released = actions.release_report(case.approver, released)
    actions.invalidate_report(case.approver, released, "对照加样错误")
    for person in (case.taker, case.farmer):
        page = desk(person)
        assert page.count(f"检测报告 {released.report_number} 已作废") == 1
        assert page.count(f"检测报告 {released.report_number} 已发布") == 1


def test_nobody_hands_seals_to_their_own_hand(case, make_user, client):
    client.force_login(make_user(case.county, "quarantine-supervisor"))
    page = client.get("/quarantine/laboratory/seals/hand-out/").content.decode()
    assert f'value="{case.county.pk}"' not in page
