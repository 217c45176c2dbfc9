"""Reading records, batches, draws and findings, each through the reader's rights."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from oversite.base.accounts.queries import restrict
from oversite.base.jobs.queries import next_attempt_at
from oversite.domains.quarantine.reporting import standard
from oversite.domains.quarantine.reporting.draws import Pools, is_proved
from oversite.domains.quarantine.reporting.figures import CODES
from oversite.domains.quarantine.reporting.models import Batch, BatchItem, Draw, Entry, Finding
from oversite.domains.quarantine.reporting.standard import CodeList, Dataset
from oversite.domains.quarantine.rules.codes import read_codes
from oversite.domains.quarantine.rules.queries import in_force

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

READ = "quarantine.exchange.read"
CHANGE = "quarantine.exchange.change"
DELIVER = "quarantine.exchange.deliver"
FINDINGS = "quarantine.finding.read"
DECIDE = "quarantine.finding.decide"
STATISTICS = "quarantine.statistics.read"


def entries(user: "User", dataset: str = "", permission: str = READ) -> QuerySet[Entry]:
    """The records of the subtree, of one dataset or all."""
    rows = restrict(Entry.objects.select_related("agency"), user, permission, "agency")
    return rows.filter(dataset=dataset) if dataset else rows


def code_lists() -> dict[str, CodeList]:
    """The code lists in force, by their keys: the province's own version where it entered one."""
    rows = in_force(CODES)
    return {
        key: replace(shipped, source=row.source, entries=read_codes(row.value), effective_on=row.effective_on)
        if (row := rows.get(f"{CODES}{key}"))
        else shipped
        for key, shipped in standard.code_lists().items()
    }


def dataset_in_force(key: str) -> Dataset:
    """A dataset with the code lists in force; raises `KeyError`."""
    return standard.dataset(key).with_codes(code_lists())


def counts_by_dataset(user: "User") -> dict[str, dict[str, int]]:
    """Dataset → state → how many records of the subtree."""
    found: dict[str, dict[str, int]] = {}
    rows = entries(user).order_by().values("dataset", "state").annotate(number=Count("id"))
    for row in rows:
        found.setdefault(row["dataset"], {})[row["state"]] = row["number"]
    return found


def batches(user: "User", permission: str = READ) -> QuerySet[Batch]:
    """The deliveries of the subtree."""
    rows = Batch.objects.select_related("agency").annotate(
        item_count=Count("items"), refused_count=Count("items", filter=Q(items__outcome=BatchItem.Outcome.REFUSED))
    )
    return restrict(rows, user, permission, "agency")


def job_key(batch: Batch) -> str:
    """What the keys of a batch's deliveries begin with."""
    return f"quarantine.batch.{batch.pk}."


def next_attempt_of(batch: Batch) -> datetime | None:
    """When a delivery over HTTP that did not arrive is tried again by itself."""
    return next_attempt_at(job_key(batch)) if batch.state == Batch.State.MADE else None


def draws(user: "User", permission: str = READ) -> QuerySet[Draw]:
    """The random-check plans of the subtree."""
    return restrict(Draw.objects.select_related("agency"), user, permission, "agency")


def pools_of(draw: Draw) -> Pools:
    """The frozen pools of a plan."""
    pairs = ([(str(key), str(name)) for key, name in rows] for rows in (draw.objects_pool, draw.officers_pool))
    objects, officers = pairs
    return Pools(tuple(objects), tuple(officers), draw.object_count, draw.officers_each)


def is_draw_proved(draw: Draw) -> bool:
    """Whether a draw follows from what was published before it."""
    result = [(key, list(officers)) for key, officers in draw.result]
    return bool(draw.drawn_at) and is_proved(pools_of(draw), draw.digest, draw.committed, draw.seed, draw.word, result)


def findings(user: "User", permission: str = FINDINGS) -> QuerySet[Finding]:
    """The findings of the subtree."""
    return restrict(Finding.objects.select_related("agency", "producer", "declaration"), user, permission, "agency")


def is_known(dataset: str, code: str) -> bool:
    """Whether a record that can be referred to has this number."""
    return Entry.objects.filter(dataset=dataset, code=code).exclude(state=Entry.State.WITHDRAWN).exists()
