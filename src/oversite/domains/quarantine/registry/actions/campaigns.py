"""Verifications of the register: called, confirmed unit by unit, closed (req: Q11)."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.urls import reverse

from oversite.base.agencies.queries import is_inside, subtree
from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.registry import checks
from oversite.domains.quarantine.registry.models import (
    Campaign,
    CampaignItem,
    Laboratory,
    Point,
    Producer,
    Veterinarian,
)
from oversite.domains.quarantine.rules.queries import today

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency

Kind = CampaignItem.Kind
AUTHORITIES = ("quarantine", "agriculture", "prevention", "government")


@transaction.atomic
def call_campaign(user: "User", title: str, deadline_on: date) -> Campaign:
    """Call a verification of every unit below the caller's agency; raises `Refused` for a deadline that has passed."""
    user.require("quarantine.campaign.call", "Q11")
    if deadline_on < today():
        raise Refused(
            "quarantine.campaign.deadline", _("The deadline lies in the past. Choose a later day."), "Q11", 422
        )
    campaign = Campaign.objects.create(title=title, agency=user.agency, begun_at=clock.now(), deadline_on=deadline_on)
    for kind, subject, agency in _units(user.agency):
        _write_item(campaign, kind, subject, agency)
    count = campaign.items.count()
    data = {"title": title, "deadline": deadline_on, "units": count}
    record("quarantine.campaign.called", actor=user, subject=campaign, data=data, clause="Q11")
    notice = {"text": title, "tone": "soon", "url": reverse("quarantine_registry:campaign", args=[campaign.uid])}
    concerned = {item.agency_id: item.agency for item in campaign.items.select_related("agency")}
    for agency in concerned.values():
        publish("quarantine.campaign.called", campaign, notice, agency=agency)
    return campaign


@transaction.atomic
def confirm_item(user: "User", item: CampaignItem) -> CampaignItem:
    """Confirm that the data of a unit are complete and right; raises `Refused` while something is missing."""
    user.require("quarantine.campaign.confirm", "Q11")
    item = CampaignItem.objects.select_for_update().select_related("campaign", "agency").get(pk=item.pk)
    if not is_inside(item.agency, user.agency):
        raise Refused("quarantine.campaign.outside", _("This unit is not in your subtree."), "Q11", 404)
    if item.campaign.closed_at is not None:
        raise Refused("quarantine.campaign.closed", _("This verification is closed."), "Q11", 409)
    subject = subject_of(item)
    item.problems = problems_of(item.kind, subject) if subject is not None else []
    if item.problems:
        raise Refused(
            "quarantine.campaign.incomplete",
            _("The data are not complete yet: %(problems)s") % {"problems": " ".join(item.problems)},
            "Q11",
            422,
            {"problems": item.problems},
        )
    item.confirmed_at, item.confirmed_by = clock.now(), user.name
    item.save()
    data = {"kind": item.kind, "unit": item.title, "campaign": item.campaign.title}
    record("quarantine.campaign.confirmed", actor=user, subject=item, data=data, clause="Q11")
    return item


@transaction.atomic
def close_campaign(user: "User", campaign: Campaign, reason: str) -> Campaign:
    """Close a verification; what is unconfirmed then stays so in the record."""
    user.require("quarantine.campaign.call", "Q11")
    if campaign.closed_at is None:
        campaign.closed_at = clock.now()
        campaign.save(update_fields=["closed_at"])
        left = campaign.items.filter(confirmed_at=None).count()
        data = {"unconfirmed": left, "reason": reason}
        record("quarantine.campaign.closed", actor=user, subject=campaign, data=data, clause="Q11")
    return campaign


def note_changed(kind: str, subject: Any, agency: "Agency") -> None:
    """Part of every change of the register: in running verifications the unit is checked anew and unconfirmed."""
    for campaign in Campaign.objects.filter(closed_at=None).select_related("agency"):
        if is_inside(agency, campaign.agency):
            _write_item(campaign, kind, subject, agency)


def problems_of(kind: str, subject: Any) -> list[str]:
    """What is missing about a unit of a kind."""
    if kind == Kind.AGENCY:
        return checks.agency_problems(subject)
    if kind == Kind.POINT:
        return checks.point_problems(subject)
    if kind == Kind.VETERINARIAN:
        return checks.veterinarian_problems(subject, today())
    if kind == Kind.PRODUCER:
        return checks.producer_problems(subject, today())
    return checks.laboratory_problems(subject, today())


def subject_of(item: CampaignItem) -> Any:
    """The unit that an item is about, or none where it was taken out of use since."""
    kinds: dict[str, type[models.Model]] = {
        Kind.POINT: Point,
        Kind.VETERINARIAN: Veterinarian,
        Kind.PRODUCER: Producer,
        Kind.LABORATORY: Laboratory,
    }
    if item.kind == Kind.AGENCY:
        return type(item.agency).objects.filter(pk=item.subject_id).first()
    return kinds[item.kind]._default_manager.filter(pk=item.subject_id).first()  # noqa: SLF001


def _units(top: "Agency") -> Iterator[tuple[str, Any, "Agency"]]:
    inside = {"agency__path__startswith": top.path}
    for agency in subtree(top).filter(is_active=True, kind__in=AUTHORITIES):
        yield Kind.AGENCY, agency, agency
    for point in Point.objects.filter(is_active=True, **inside).select_related("agency"):
        yield Kind.POINT, point, point.agency
    for each in Veterinarian.objects.filter(is_active=True, **inside).select_related("agency", "user"):
        yield Kind.VETERINARIAN, each, each.agency
    for producer in Producer.objects.filter(state=Producer.State.CONFIRMED, **inside).select_related("agency", "unit"):
        yield Kind.PRODUCER, producer, producer.unit or producer.agency
    for laboratory in Laboratory.objects.filter(is_active=True, **inside).select_related("agency", "unit"):
        yield Kind.LABORATORY, laboratory, laboratory.unit or laboratory.agency


def _write_item(campaign: Campaign, kind: str, subject: Any, agency: "Agency") -> None:
    CampaignItem.objects.update_or_create(
        campaign=campaign,
        kind=kind,
        subject_id=str(subject.pk),
        defaults={
            "title": str(subject)[:120],
            "agency": agency,
            "latitude": getattr(subject, "latitude", None),
            "longitude": getattr(subject, "longitude", None),
            "problems": problems_of(kind, subject),
            "confirmed_at": None,
            "confirmed_by": "",
        },
    )
