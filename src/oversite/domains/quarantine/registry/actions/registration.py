"""Producers that register themselves, and the agency that confirms them (req: Q19)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse

from oversite.base.accounts.actions import create_user, disable_user, enable_user, grant_role
from oversite.base.accounts.queries import active_users_of, disabled_users_of, shipped_role
from oversite.base.agencies.actions import create_agency
from oversite.base.agencies.queries import is_inside
from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine import roles
from oversite.domains.quarantine.registry.actions.bodies import CHANGE, PRODUCER_FIELDS
from oversite.domains.quarantine.registry.actions.campaigns import note_changed
from oversite.domains.quarantine.registry.actions.sites import settle_site
from oversite.domains.quarantine.registry.actions.tests import plan_tests
from oversite.domains.quarantine.registry.checks import is_credit_code
from oversite.domains.quarantine.registry.models import CampaignItem, LicensedSpecies, Producer
from oversite.domains.quarantine.rules.queries import is_on

if TYPE_CHECKING:
    from collections.abc import Iterable

    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.rules.models import Species


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A producer just confirmed, with the user name and the password that is shown once."""

    producer: Producer
    username: str
    password: str


@transaction.atomic
def apply_producer(values: Mapping[str, Any], username: str, species: "Iterable[Species]") -> Producer:
    """Take the registration of a producer from the public page; nobody can sign in with it yet.

    Raises `Refused` while registration is closed, for a credit code that is none or that is known already.
    """
    if not is_on("registration.open"):
        raise Refused(
            "quarantine.registration.closed",
            _("Producers cannot register themselves at the moment. Ask the declaration point of your area."),
            "Q19",
        )
    code = str(values["credit_code"])
    if not is_credit_code(code):
        raise Refused(
            "quarantine.registration.code",
            _("This is not a valid unified social credit code. Compare it with the business licence."),
            "Q19",
            422,
        )
    earlier = Producer.objects.select_for_update().filter(credit_code=code).first()
    if earlier is not None and earlier.state != Producer.State.REFUSED:
        raise Refused(
            "quarantine.registration.known",
            _("A producer with this credit code is registered already. Ask the declaration point of your area."),
            "Q19",
            409,
        )
    producer = earlier or Producer()
    for name in PRODUCER_FIELDS:
        if name in values:
            setattr(producer, name, values[name])
    producer.state, producer.applied_at, producer.applied_username = Producer.State.APPLIED, clock.now(), username
    producer.decision_reason = ""
    producer.save()
    producer.licensed.all().delete()
    LicensedSpecies.objects.bulk_create([LicensedSpecies(producer=producer, species=each) for each in species])
    data = {"credit_code": code, "name": producer.name, "again": earlier is not None}
    record("quarantine.producer.applied", actor=None, subject=producer, data=data, clause="Q19")
    publish(
        "quarantine.producer.applied",
        producer,
        {
            "text": str(_("%(name)s has registered") % {"name": producer.name}),
            "tone": "soon",
            "url": reverse("quarantine_registry:producer", args=[producer.uid]),
        },
        agency=producer.agency,
    )
    return producer


@transaction.atomic
def confirm_producer(user: "User | None", producer: Producer, username: str = "") -> Confirmed:
    """Confirm a registration: the producer gets its own unit below the agency, an account, and its site.

    Raises `Refused` where it does not wait for confirmation, or the user name is taken.
    """
    producer = _locked(user, producer, Producer.State.APPLIED)
    username = username or producer.applied_username
    unit = producer.unit or create_agency(
        None,
        parent=producer.agency,
        code=producer.credit_code,
        name=producer.name,
        kind="enterprise",
        level=min(producer.agency.level + 1, 9),
        address=producer.address,
        phone=producer.contact_phone,
    )
    password = ""
    if not active_users_of(unit).exists():
        made = create_user(
            None,
            username=username,
            name=producer.contact_name or producer.name,
            agency=unit,
            phone=producer.contact_phone,
        )
        grant_role(None, made.user, shipped_role(roles.PRODUCER))
        password = made.password
    producer.unit, producer.state = unit, Producer.State.CONFIRMED
    _decided(user, producer, "")
    plan_tests(producer)
    record("quarantine.producer.confirmed", actor=user, subject=producer, data={"username": username}, clause="Q19")
    note_changed(CampaignItem.Kind.PRODUCER, producer, unit)
    return Confirmed(producer, username, password)


@transaction.atomic
def refuse_producer(user: "User", producer: Producer, reason: str) -> Producer:
    """Refuse a registration with the reason that the applicant reads; it may register again."""
    return _moved(user, producer, Producer.State.APPLIED, Producer.State.REFUSED, reason)


@transaction.atomic
def suspend_producer(user: "User", producer: Producer, reason: str) -> Producer:
    """Take a confirmed producer out: it cannot sign in or declare until it is taken back."""
    producer = _moved(user, producer, Producer.State.CONFIRMED, Producer.State.SUSPENDED, reason)
    accounts = list(active_users_of(producer.unit)) if producer.unit is not None else []
    for each in accounts:
        disable_user(None, each, reason)
    producer.suspended_accounts = [each.username for each in accounts]
    producer.save(update_fields=["suspended_accounts"])
    return producer


@transaction.atomic
def resume_producer(user: "User", producer: Producer, reason: str) -> Producer:
    """Take a suspended producer back, with the accounts that its suspension took out of use and no others."""
    producer = _moved(user, producer, Producer.State.SUSPENDED, Producer.State.CONFIRMED, reason, act="resumed")
    if producer.unit is not None:
        taken = disabled_users_of(producer.unit).filter(username__in=producer.suspended_accounts)
        for each in taken:
            enable_user(None, each, reason)
    producer.suspended_accounts = []
    producer.save(update_fields=["suspended_accounts"])
    return producer


def _moved(user: "User", producer: Producer, before: str, after: str, reason: str, act: str = "") -> Producer:
    """The producer in its new state, with the audit row; the act is called like the state unless it has a name."""
    producer = _locked(user, producer, before)
    producer.state = after
    _decided(user, producer, reason)
    record(f"quarantine.producer.{act or after}", actor=user, subject=producer, data={"reason": reason}, clause="Q19")
    return producer


def _locked(user: "User | None", producer: Producer, state: str) -> Producer:
    if user is not None:
        user.require(CHANGE, "Q19")
    fresh = (
        Producer.objects.select_for_update(of=("self",)).select_related("agency", "unit", "site").get(pk=producer.pk)
    )
    if user is not None and not is_inside(fresh.agency, user.agency):
        raise Refused("quarantine.registry.outside", _("This unit is not in your subtree."), "A4.1", 404)
    if fresh.state != state:
        raise Refused(
            "quarantine.producer.state",
            _("%(producer)s is in the state “%(state)s”; this is not possible now.")
            % {"producer": fresh.name, "state": fresh.get_state_display()},
            "Q19",
            409,
        )
    return fresh


def _decided(user: "User | None", producer: Producer, reason: str) -> None:
    producer.decided_at, producer.decided_by = clock.now(), user.name if user else ""
    producer.decision_reason = reason[:300]
    producer.save()
    settle_site(producer)
