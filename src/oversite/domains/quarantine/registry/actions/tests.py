"""Producers' own periodic tests: planned, reminded, filed (req: Q17)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse

from oversite.base.agencies.queries import is_inside
from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.registry.models import PeriodicTest, Producer
from oversite.domains.quarantine.rules.queries import diseases, number, requirements, today

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

FILE = "quarantine.test.file"


@transaction.atomic
def plan_tests(producer: Producer) -> list[PeriodicTest]:
    """Plan the tests that the procedures in force ask of a producer's species and that are not planned yet."""
    planned = []
    for licensed in producer.licensed.select_related("species"):
        for asked in requirements(licensed.species):
            mine = producer.tests.filter(species=licensed.species, disease__key=asked.disease_key)
            if not asked.needs_test or mine.filter(filed_at=None).exists():
                continue
            period = asked.period_days or number("test.period_days")
            last = mine.exclude(sampled_on=None).order_by("-sampled_on").first()
            sampled_on = last.sampled_on if last else None
            due = sampled_on + timedelta(days=period) if sampled_on else today() + timedelta(days=period)
            disease = diseases().get(key=asked.disease_key)
            planned.append(
                PeriodicTest.objects.create(
                    producer=producer, species=licensed.species, disease=disease, due_on=due, period_days=period
                )
            )
    return planned


@transaction.atomic
def file_test(user: "User", test: PeriodicTest, values: Mapping[str, Any]) -> PeriodicTest:
    """File a result; the next test is planned from the day of sampling on.

    `values`: sampled_on, laboratory, report_number, result. Raises `Refused` for one that is filed already, a day to
    come, and a producer that is not the user's.
    """
    user.require(FILE, "Q17")
    test = PeriodicTest.objects.select_for_update(of=("self",)).select_related("producer__unit").get(pk=test.pk)
    producer = test.producer
    owner = producer.unit or producer.agency
    if not is_inside(owner, user.agency):
        raise Refused("quarantine.registry.outside", _("This unit is not in your subtree."), "A4.1", 404)
    if test.filed_at is not None:
        raise Refused("quarantine.test.filed", _("The result of this test is filed already."), "Q17", 409)
    sampled_on: date = values["sampled_on"]
    if sampled_on > today():
        raise Refused("quarantine.test.future", _("The day of sampling lies in the future."), "Q17", 422)
    test.sampled_on, test.result = sampled_on, values["result"]
    test.laboratory, test.report_number = values["laboratory"], values["report_number"]
    test.filed_at, test.filed_by = clock.now(), user.name
    test.save()
    PeriodicTest.objects.create(
        producer=producer,
        species=test.species,
        disease=test.disease,
        due_on=sampled_on + timedelta(days=test.period_days),
        period_days=test.period_days,
    )
    data = {"test": str(test), "result": test.result, "sampled_on": sampled_on, "report": test.report_number}
    record("quarantine.test.filed", actor=user, subject=producer, data=data, clause="Q17")
    if test.result == PeriodicTest.Result.POSITIVE:
        text = str(_("%(producer)s: %(test)s is positive") % {"producer": producer.name, "test": test})
        publish("quarantine.test.positive", test, {"text": text, "tone": "now"}, agency=owner)
    return test


def _url(test: PeriodicTest) -> str:
    return reverse("quarantine_registry:test", args=[test.uid])


@transaction.atomic
def remind_tests(day: date) -> int:
    """Remind of every test that is due soon or overdue, once a week at most; gives how many. Called daily."""
    for producer in Producer.objects.filter(state=Producer.State.CONFIRMED):
        plan_tests(producer)
    soon = day + timedelta(days=number("test.remind_days"))
    week_ago = clock.now() - timedelta(days=7)
    due = PeriodicTest.objects.filter(filed_at=None, due_on__lte=soon, producer__state=Producer.State.CONFIRMED)
    reminded = 0
    for test in due.select_related("producer__unit", "producer__agency", "species", "disease"):
        if test.reminded_at is not None and test.reminded_at > week_ago:
            continue
        text = str(_("%(test)s is to be tested until %(day)s") % {"test": test, "day": test.due_on})
        tone = "now" if test.due_on < day else "soon"
        owner = test.producer.unit or test.producer.agency
        publish("quarantine.test.due", test, {"text": text, "tone": tone, "url": _url(test)}, agency=owner)
        test.reminded_at = clock.now()
        test.save(update_fields=["reminded_at"])
        reminded += 1
    return reminded
