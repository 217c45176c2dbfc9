"""The way of a sample to the laboratory: second signature, hand-over, receipt or refusal."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.base.numbers.actions import withdraw
from oversite.base.numbers.queries import number_of
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence
from oversite.domains.quarantine.declarations.actions import move
from oversite.domains.quarantine.declarations.flow import Step as Declaring
from oversite.domains.quarantine.laboratory import printing, queries
from oversite.domains.quarantine.laboratory.actions.steps import announce, link, locked, next_number, numbers, step
from oversite.domains.quarantine.laboratory.flow import Step
from oversite.domains.quarantine.laboratory.models import Custody, Sample
from oversite.domains.quarantine.rules.queries import number

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

REJECTIONS = {
    "seal": _("seal broken or missing"),
    "number": _("seal number differs from the form"),
    "amount": _("too few seed"),
    "spoiled": _("seed dead or spoiled"),
    "temperature": _("kept too warm or too cold"),
    "paper": _("sample form missing or incomplete"),
    "other": _("other non-conformity"),
}
"""Why a laboratory refuses a sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """In which state a sample came in."""

    temperature_c: Decimal | None
    is_seal_intact: bool
    count: int
    giver: str
    note: str = ""


@transaction.atomic
def countersign(actor: "User", sample: Sample, revision: int | None = None) -> Sample:
    """Sign as the second person; the sample form is printed and kept. Raises `Refused` for anybody else."""
    actor.require(queries.TAKE)
    sample = locked(sample, revision)
    if sample.second_id != actor.pk:
        raise Refused(
            "quarantine.sample.signer",
            _("Only the second taker named on the form signs it. Ask them to sign in and sign."),
            "Q8",
        )
    now = clock.now()
    step(actor, sample, Step.SEAL, "quarantine.sample.signed", second_signed_at=now)
    link(sample, Custody.Event.SIGNED, taker=actor.name, at=now, is_seal_intact=True)
    sample.form_uid = printing.print_sample_form(actor, sample).uid
    sample.save(update_fields=["form_uid"])
    return sample


@transaction.atomic
def discard_sample(actor: "User", sample: Sample, reason: str, revision: int | None = None) -> Sample:
    """Discard a sample that was not sent; its seal is void. The reason stays."""
    actor.require(queries.TAKE)
    sample = locked(sample, revision)
    drawn = number_of(queries.SEAL_POOL, sample.seal_number)
    if drawn is not None:
        withdraw(actor, drawn, "void", reason)
    return step(actor, sample, Step.DISCARD, "quarantine.sample.discarded", note=reason[:300])


@transaction.atomic
def hand_over(
    actor: "User",
    sample: Sample,
    *,
    carrier: str,
    temperature_c: Decimal | None,
    is_seal_intact: bool,
    note: str = "",
    revision: int | None = None,
) -> Sample:
    """Give the sealed sample to whoever carries it; the declaration now waits for the laboratory.

    Raises `Refused` for a broken seal: that sample is discarded and taken again.
    """
    actor.require(queries.TAKE)
    sample = locked(sample, revision)
    if not is_seal_intact:
        raise Refused(
            "quarantine.sample.seal",
            _("A sample with a broken seal is not sent. Discard it and take a new one under a new seal."),
            "Q8",
            409,
        )
    move(actor, sample.inspection.declaration, Declaring.SAMPLE)
    step(actor, sample, Step.SEND, "quarantine.sample.sent")
    link(
        sample,
        Custody.Event.HANDED,
        giver=actor.name,
        taker=carrier,
        temperature_c=temperature_c,
        is_seal_intact=True,
        note=note,
    )
    text = _t("Sample %(sample)s is on its way to the laboratory.") % numbers(sample)
    announce(sample, "sent", text, "busy", sample.laboratory.unit)
    return sample


@transaction.atomic
def receive_sample(actor: "User", sample: Sample, arrived: Arrived, revision: int | None = None) -> Sample:
    """Receive a sample under a number of the laboratory.

    Raises `Refused` for a broken seal, and without a word of explanation for a sample that came too warm or with
    fewer seed than were sent.
    """
    actor.require(queries.WORK)
    sample = locked(sample, revision)
    if not arrived.is_seal_intact:
        raise Refused(
            "quarantine.sample.seal", _("A sample with a broken seal is not received. Refuse it instead."), "Q8", 409
        )
    warmest = number("laboratory.transport_at_most")
    is_warm = arrived.temperature_c is not None and arrived.temperature_c > warmest
    if (is_warm or arrived.count < sample.count) and not arrived.note.strip():
        raise Refused(
            "quarantine.sample.unexplained",
            sentence(
                "It came warmer than %(warmest)s °C or with fewer than %(count)s seed: say in the note why it is taken."
            )
            % {"warmest": warmest, "count": sample.count},
            "Q8",
            422,
        )
    now = clock.now()
    year, own = now.astimezone(clock.BEIJING).year, sample.laboratory_id
    receipt = next_number(f"receipt.{own}.{year}", f"{year}年收样编号", f"SY{own:02d}-{year}-", sample)
    step(actor, sample, Step.RECEIVE, "quarantine.sample.received", receipt_number=receipt, received_at=now)
    _link_arrival(sample, Custody.Event.RECEIVED, actor, arrived)
    text = _t("The laboratory has received sample %(sample)s.") % numbers(sample)
    announce(sample, "received", text, "good", sample.agency)
    return sample


@transaction.atomic
def reject_sample(
    actor: "User", sample: Sample, reason: str, note: str, arrived: Arrived, revision: int | None = None
) -> Sample:
    """Refuse a sample with the non-conformity that speaks against it; the agency is told and takes another.

    With no other sample on its way the declaration goes back to its inspection: what needs no test can be decided.
    """
    actor.require(queries.WORK)
    sample = locked(sample, revision)
    if reason not in REJECTIONS or not note.strip():
        raise Refused("quarantine.sample.reason", _("Say what is wrong with the sample."), "Q8", 422)
    changes = {"rejected_for": reason, "rejected_note": note[:300]}
    step(actor, sample, Step.REJECT, "quarantine.sample.rejected", **changes)
    _link_arrival(sample, Custody.Event.REJECTED, actor, arrived, note)
    if queries.awaits_nothing(sample.inspection):
        move(actor, sample.inspection.declaration, Declaring.UNSAMPLE)
    text = _t("The laboratory refuses sample %(sample)s. Take another one.") % numbers(sample)
    announce(sample, "rejected", text, "now", sample.agency)
    return sample


def _link_arrival(sample: Sample, event: Custody.Event, actor: "User", arrived: Arrived, note: str = "") -> None:
    link(
        sample,
        event,
        giver=arrived.giver,
        taker=actor.name,
        temperature_c=arrived.temperature_c,
        is_seal_intact=arrived.is_seal_intact,
        count=arrived.count,
        note=(note or arrived.note)[:300],
    )
