"""Taking a sample: by the plan, under a seal whose number is used once."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from oversite.base.audit.actions import record
from oversite.base.documents.queries import missing_glyphs
from oversite.base.numbers.actions import Holder, draw_value
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.declarations import flow as declaring
from oversite.domains.quarantine.laboratory import queries
from oversite.domains.quarantine.laboratory.actions.steps import link, next_number
from oversite.domains.quarantine.laboratory.models import Custody, Sample, Test
from oversite.domains.quarantine.laboratory.plans import plan_for
from oversite.domains.quarantine.registry.queries import designated_laboratories

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.inspections.models import Inspection
    from oversite.domains.quarantine.registry.models import Laboratory

SEAL_DIGITS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSample:
    """What the taker enters; `seal` as it stands on the seal, `diseases` by key."""

    laboratory: "Laboratory"
    diseases: Sequence[str]
    seal: str
    count: int
    base_amount: int
    base_unit: str
    storage: str
    second: "User"
    witness_name: str
    pond: str = ""
    stage: str = ""
    note: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None


@transaction.atomic
def take_sample(actor: "User", inspection: "Inspection", given: NewSample) -> Sample:
    """Take a sample during an inspection; its seal leaves the unused ones, and the second taker has yet to sign.

    Raises `Refused` outside an inspection, for a laboratory that is not designated or not accredited for a disease,
    for fewer seed than the plan without a word why, for a seal that is not an unused one of the agency, and where one
    person would sign twice.
    """
    actor.require(queries.TAKE)
    _check(actor, inspection, given)
    plan, now = plan_for(inspection), clock.now()
    if given.count < plan.size.least and not given.note.strip():
        raise Refused(
            "quarantine.sample.few",
            _("The plan asks for at least %(least)s seed. Take more, or say in the note why there are fewer.")
            % {"least": plan.size.least},
            "Q8",
            422,
        )
    sample = Sample(
        inspection=inspection,
        agency=inspection.agency,
        producer=inspection.declaration.producer,
        species=inspection.declaration.species,
        laboratory=given.laboratory,
        pond=given.pond,
        stage=given.stage,
        base_amount=given.base_amount,
        base_unit=given.base_unit,
        count=given.count,
        planned_count=plan.size.planned,
        prevalence_percent=plan.prevalence_percent,
        confidence_percent=plan.confidence_percent,
        storage=given.storage,
        note=given.note,
        latitude=given.latitude,
        longitude=given.longitude,
        taken_at=now,
        taker=actor,
        second=given.second,
        witness_name=given.witness_name,
        seal_number=given.seal,
        number=str(now.timestamp()),
    )
    sample.save()
    _number(sample, given.seal)
    for disease in queries.disease_choices(list(dict.fromkeys(given.diseases))):
        Test.objects.create(sample=sample, disease=disease)
    link(sample, Custody.Event.TAKEN, taker=actor.name, giver=given.witness_name, is_seal_intact=True, at=now)
    record(
        "quarantine.sample.taken",
        actor=actor,
        subject=sample,
        data={"number": sample.number, "seal": sample.seal_number, "count": sample.count, "least": plan.size.least},
        clause="Q8",
    )
    return sample


def _number(sample: Sample, seal: str) -> None:
    """Give the sample its number and draw its seal: the seals of an agency are in its own hand."""
    year = sample.taken_at.astimezone(clock.BEIJING).year
    sample.number = next_number(f"sample.{year}", f"{year}年抽样单编号", f"CY{year}", sample)
    try:
        drawn = draw_value(queries.seal_pool(), seal_value(seal), Holder.of(sample.agency), sample)
    except Refused as refused:
        if not refused.code.startswith("numbers."):
            raise
        raise Refused(
            "quarantine.seal.unusable",
            _(
                "Seal %(seal)s is no unused seal of %(agency)s: it was used already, is void or lost, or was never "
                "handed out. Read the number again, or have seals handed out."
            )
            % {"seal": seal, "agency": sample.agency.name},
            "Q8",
            409,
        ) from refused
    sample.seal_number = drawn.text
    sample.save(update_fields=["number", "seal_number"])


def seal_value(text: str) -> int:
    """The number on a seal: eight digits with or without their letter; raises `Refused` for anything else."""
    digits = text.strip().upper().removeprefix("F")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= SEAL_DIGITS):
        raise Refused(
            "quarantine.seal.unreadable",
            _("A seal number is F and eight digits. Read it from the seal again."),
            "Q8",
            422,
        )
    return int(digits)


def _check(actor: "User", inspection: "Inspection", given: NewSample) -> None:
    declaration = inspection.declaration
    declaration.refresh_from_db(fields=["state"])
    if declaration.state not in (declaring.State.INSPECTING, declaring.State.TESTING):
        raise Refused(
            "quarantine.sample.inspection",
            _("Samples are taken while an inspection is under way. Begin the inspection first."),
            "Q8",
            409,
        )
    if not designated_laboratories().filter(pk=given.laboratory.pk).exists():
        raise Refused(
            "quarantine.sample.laboratory",
            _("This laboratory is not designated at present. Choose another."),
            "Q7",
            409,
        )
    if given.second.pk == actor.pk:
        raise Refused("quarantine.sample.second", _("Two different people sign for a sample."), "Q8", 422)
    wanted = queries.disease_choices(list(dict.fromkeys(given.diseases)))
    if not wanted or len(wanted) != len(set(given.diseases)):
        raise Refused("quarantine.sample.diseases", _("Choose at least one disease to test for."), "Q8", 422)
    lacking = [str(disease) for disease in wanted if not queries.can_test(given.laboratory, disease)]
    if lacking:
        raise Refused(
            "quarantine.sample.method",
            _("The laboratory has no accredited method against %(diseases)s. Choose another laboratory.")
            % {"diseases": "、".join(lacking)},
            "Q7",
            409,
        )
    texts = (given.pond, given.stage, given.storage, given.witness_name, given.note)
    if missing := sorted(missing_glyphs("".join(texts))):
        raise Refused(
            "quarantine.sample.unprintable",
            _("These characters cannot be printed: %(characters)s. Write them in another way.")
            % {"characters": " ".join(missing)},
            status=422,
        )
