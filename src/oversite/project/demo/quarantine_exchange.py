"""The demonstration's deliveries to Internet+Supervision: one in every state, with records refused and why.

The receiving platform of the demonstration does not exist; what it answered is entered as people would enter it.
"""

from datetime import timedelta

from oversite.base.accounts.models import User
from oversite.base.jobs.endings import put_back
from oversite.base.jobs.models import Job
from oversite.common import clock
from oversite.domains.quarantine.registry.checks import with_check_sign
from oversite.domains.quarantine.reporting import actions, queries
from oversite.domains.quarantine.reporting.models import Batch, Draw, Entry
from oversite.domains.quarantine.rules.actions import enter_setting
from oversite.domains.quarantine.rules.queries import today

SOURCE = "示范数据，由省级按接收平台要求填写"
ADDRESS = "http://127.0.0.1:9/exchange"
"""Nobody listens there."""
FIGURES = {
    "exchange.address": ADDRESS,
    "exchange.item_code": "01323200000001",
    "exchange.check_code": f"{with_check_sign('11320000014000123')}1",
}
REFUSALS = (
    ("check_personnel_code", "执法证号在执法人员库中不存在"),
    ("administrative_cp_ui_code", "统一社会信用代码与法人库登记名称不一致"),
)
RETRY = timedelta(minutes=15)


def load() -> None:
    """Fill the records of the province, deliver them in every way, and take what receipts there are."""
    if Batch.objects.exists():
        return
    for key, value in FIGURES.items():
        enter_setting(None, key, value, effective_on=today(), source=SOURCE)
    county, province = (User.objects.get(username=name) for name in ("jd-supervisor", "js-province"))
    _failed(county)
    actions.collect_entries(province)
    _settled(province)
    _drawn(province)
    _retried(province)
    _acts_that_follow(province)


def _failed(user: User) -> None:
    """The officers of one county went over HTTP, and the platform would not have them."""
    batch = _over_http(user, "officer")
    Job.objects.filter(key__startswith=queries.job_key(batch)).update(
        state=Job.State.CANCELLED, finished_at=clock.now()
    )
    actions.note_failed(batch, "HTTP 401", is_final=True)


def _over_http(user: User, dataset: str) -> Batch:
    return actions.make_batch(user, dataset, Batch.Way.HTTP)


def _settled(user: User) -> None:
    """Officers all accepted but one, inspections with two refused: the receipts are complete."""
    for dataset, refused in (("officer", REFUSALS[:1]), ("inspection", REFUSALS)):
        batch = actions.note_delivered(user, actions.make_batch(user, dataset, Batch.Way.FILE))
        answers = {item.entry.uid.hex: actions.Answer(True) for item in batch.items.select_related("entry")}
        columns = {rule.column for rule in queries.dataset_in_force(dataset).fields}
        for cd_id, (column, reason) in zip(answers, refused, strict=False):
            told = column if column in columns else "certificate_number"
            answers[cd_id] = actions.Answer(False, told, reason)
        actions.settle_batch(user, batch, answers)


def _drawn(user: User) -> None:
    """A random-check plan, drawn, delivered as a file, and without a receipt so far; another one only frozen."""
    plan = _frozen(user, "01", "水产苗种产地检疫双随机抽查（示范）")
    actions.draw_plan(user, plan, "见证人报数：37")
    actions.note_delivered(user, actions.make_batch(user, "plan", Batch.Way.FILE))
    _frozen(user, "02", "苗种场年末抽查（示范，待抽取）")


def _frozen(user: User, serial: str, title: str) -> Draw:
    year = today().year
    return actions.freeze_plan(
        user,
        code=f"SSJ{year}-{serial}",
        title=f"{year}年{title}",
        year=year,
        area_code="320000",
        object_count=3,
        officers_each=2,
    )


def _retried(user: User) -> None:
    """The objects are on their way over HTTP; the platform was down three times, the next attempt is due."""
    batch = _over_http(user, "object")
    for error in ("HTTP 503", "HTTP 503", "HTTP 503"):
        actions.note_failed(batch, error, is_final=False)
    job = Job.objects.get(key__startswith=queries.job_key(batch))
    job.attempts = 3
    job.save(update_fields=["attempts"])
    put_back(job, "HTTP 503", RETRY)


def _acts_that_follow(user: User) -> None:
    """What waits for the next delivery: a changed record, one to be deleted there, a penalty; and one incomplete."""
    known = list(Entry.objects.filter(dataset="inspection", state=Entry.State.ACCEPTED).order_by("code")[:3])
    changed, ended, punished = known
    actions.save_entry(user, "inspection", changed.values | {"check_mode": "02"}, agency=changed.agency, entry=changed)
    actions.withdraw_entry(user, ended, "与另一条检查行为重复")
    columns = {rule.column for rule in queries.dataset_in_force("penalty").fields}
    party = {column: value for column, value in punished.values.items() if column in columns}
    penalty = {
        **party,
        "punish_action_name": f"对{punished.values['administrative_cp']}未附检疫证明运输水产苗种的处罚（示范）",
        "punish_action_code": "CF-示范-0001",
        "case_source": "01",
        "illegal_fact": "运输水产苗种未附有检疫证明（示范）",
        "punish_basis": "《中华人民共和国动物防疫法》第一百条（示范）",
        "punish_procedure": "2",
        "is_hearing": "0",
        "is_crime": "0",
        "decision_number": "示范罚〔2026〕1号",
        "decided_on": today().isoformat(),
        "punish_type": "02",
        "punish_result": "罚款 3000 元",
        "fine": "3000.00",
        "is_reconsidered": "0",
        "is_litigated": "0",
        "is_closed_without": "0",
    }
    actions.save_entry(user, "penalty", penalty, agency=punished.agency)
    coercion = {**party, "force_action_name": "扣押未附检疫证明的水产苗种（示范）", "force_action_code": "QZ-示范-0001"}
    actions.save_entry(user, "coercion", coercion, agency=punished.agency)
