"""Issuing: number, row, printed code and audit in one transaction; the PDF follows and can be made again."""

import hashlib
import ipaddress
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from oversite.base.audit.actions import record
from oversite.base.documents.queries import missing_glyphs
from oversite.base.events.actions import publish
from oversite.base.numbers.actions import draw
from oversite.common import clock, config
from oversite.common.clock import BEIJING
from oversite.common.errors import Refused
from oversite.common.sentences import sentence as _
from oversite.domains.quarantine.certificates import keys
from oversite.domains.quarantine.certificates.facts import Issue, Terms, blank_facts, printed_facts
from oversite.domains.quarantine.certificates.kinds import IN_CODE, kind_of
from oversite.domains.quarantine.certificates.models import Certificate, Enrolment, SigningKey
from oversite.domains.quarantine.certificates.numbering import certificate_pool, hand_of
from oversite.domains.quarantine.certificates.proof import carrier, cose
from oversite.domains.quarantine.certificates.proof.carrier import Carried
from oversite.domains.quarantine.certificates.proof.claims import Claims
from oversite.domains.quarantine.certificates.templates import Template, template_for
from oversite.domains.quarantine.certificates.validity import Mode, valid_until
from oversite.domains.quarantine.declarations.destinations import divisions_of, is_within
from oversite.domains.quarantine.inspections.actions import note_certified
from oversite.domains.quarantine.inspections.queries import decision
from oversite.domains.quarantine.registry.queries import in_office, is_in_area, veterinarian_of
from oversite.domains.quarantine.rules.quantities import UNIT_ZH

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.domains.quarantine.inspections.facts import Decision
    from oversite.domains.quarantine.inspections.models import Inspection
    from oversite.domains.quarantine.registry.models import Veterinarian

ISSUE = "quarantine.certificate.issue"
CODE_TEXT = 60
"""Characters of a text that the printed code carries; the page behind it has all of them."""


@transaction.atomic
def issue_certificate(user: "User", inspection: "Inspection", terms: Terms) -> Certificate:
    """Issue the certificate of a qualified inspection (req: Q1); `complete_certificate` makes its PDF afterwards.

    Raises `Refused` for anyone but a veterinarian in office and in their area who inspected it, with a test or a
    decision that speaks against it, for a line left blank, with a key whose period is over, and without a number left.
    """
    user.require(ISSUE, "Q1")
    decided = decided_facts(inspection)
    veterinarian = issuer(user, decided)
    certificate = write_certificate(veterinarian, inspection, decided, terms)
    note_certified(user, inspection, certificate.number)
    record("quarantine.certificate.issued", actor=user, subject=certificate, data=audited(certificate), clause="Q1")
    publish("quarantine.certificate.issued", certificate, {"number": certificate.number}, agency=certificate.agency)
    return certificate


@transaction.atomic
def note_printed(user: "User", certificate: Certificate) -> None:
    """Write down that a certificate was printed; the first time counts as its state."""
    Certificate.objects.filter(pk=certificate.pk, printed_at=None).update(printed_at=clock.now())
    record("quarantine.certificate.printed", actor=user, subject=certificate, data={"number": certificate.number})


def decided_facts(inspection: "Inspection") -> "Decision":
    """The facts of the inspection; raises `Refused` where it is not qualified, or tests are missing or against it."""
    try:
        return decision(inspection)
    except ValueError as error:
        raise Refused(
            "quarantine.certificate.undecided",
            _(
                "No certificate can be issued: the inspection is not concluded as qualified, or a required test report "
                "is not released or not negative."
            ),
            "Q8",
            409,
        ) from error


def issuer(user: "User", decided: "Decision") -> "Veterinarian":
    """The veterinarian that `user` is; raises `Refused` for one out of office or area, or not of this inspection."""
    veterinarian = veterinarian_of(user)
    if veterinarian is None or not in_office(veterinarian):
        raise Refused(
            "quarantine.certificate.office",
            _("Only an official veterinarian whose own certificate is valid can issue. Have your entry renewed."),
            "Q10",
            403,
        )
    if not is_in_area(veterinarian, decided.departure.area_code):
        raise Refused(
            "quarantine.certificate.area",
            _("The place of departure lies outside your area of office; a veterinarian of that area issues."),
            "Q1",
            403,
        )
    if veterinarian.pk not in {each.pk for each in decided.veterinarians}:
        raise Refused(
            "quarantine.certificate.stranger",
            _("Only a veterinarian who inspected this seed can certify it."),
            "Q1",
            403,
        )
    return veterinarian


def write_certificate(
    veterinarian: "Veterinarian",
    inspection: "Inspection",
    decided: "Decision",
    terms: Terms,
    replaces: Certificate | None = None,
) -> Certificate:
    """Number, row and printed code of one certificate; part of the act that issues or replaces."""
    key = keys.code_key()  # its first use makes it: no certificate is older than the key that signs it
    now = max(clock.now().replace(microsecond=0), key.begins_at)
    kind = kind_of(decided.goods, leaves_province=decided.leaves_province)
    template = template_for(kind, now.astimezone(BEIJING).date())
    days = terms.days if template.validity.mode is Mode.DAYS else 1
    _check_days(template, days)
    if "destination" in template.fields:
        _check_destination(decided, terms.destination)
    seal, signature = _seal_of(decided), _signature_of(veterinarian)
    until = valid_until(template.validity, now, days)
    if replaces is None:
        _check_not_departed(terms, now)
    _check_departure(decided, terms, until)
    certificate = Certificate(
        kind=kind,
        template=template.version,
        inspection=inspection,
        agency=decided.agency,
        producer_unit=inspection.declaration.producer.unit,
        veterinarian=veterinarian,
        owner=decided.owner.name,
        species_key=decided.species_key,
        species=decided.species_zh,
        product=decided.product_zh,
        amount=decided.quantity.amount,
        unit=decided.quantity.unit,
        purpose=decided.purpose,
        from_area=decided.departure.area_code,
        to_area=decided.destination.area_code,
        destination=terms.destination if "destination" in template.fields else "",
        leaves_province=decided.leaves_province,
        terms=terms.as_json(),
        valid_days=days,
        issued_at=now,
        valid_until=until,
        address=_address(),
        key_fingerprint=key.fingerprint,
        seal=seal,
        signature=signature,
        replaces=replaces,
    )
    issue = Issue(
        number="0" * 10,
        template=template,
        veterinarian=veterinarian,
        issued_at=now,
        valid_until=until,
        replaces=replaces.number if replaces else "",
    )
    _check_facts(printed_facts(decided, terms, issue), template)
    number = draw(
        certificate_pool(), hand_of(veterinarian), ("quarantine_certificates.certificate", str(certificate.uid))
    )
    _check_first(inspection)
    certificate.number = number.text
    certificate.facts = printed_facts(decided, terms, _numbered(issue, number.text))
    certificate.code = _code(certificate, decided, terms, template, keys.signer_of(key))
    certificate.code_sha256 = hashlib.sha256(certificate.code.encode()).hexdigest()
    certificate.save(force_insert=True)
    return certificate


def _check_first(inspection: "Inspection") -> None:
    """Under the lock of the pool: of two who issue for one inspection the second is refused, its number goes back."""
    counting = (Certificate.State.ISSUED, Certificate.State.USED)
    if Certificate.objects.filter(inspection_id=inspection.pk, state__in=counting).exists():
        raise Refused(
            "quarantine.certificate.exists",
            _("This inspection has its certificate already. Reload the page."),
            "Q1",
            409,
        )


def _numbered(issue: Issue, number: str) -> Issue:
    return replace(issue, number=number)


def _check_days(template: Template, days: int) -> None:
    if not 1 <= days <= template.validity.most_days:
        raise Refused(
            "quarantine.certificate.days",
            _("This certificate can be valid for 1 to %(most)s days of travel.")
            % {"most": template.validity.most_days},
            "Q1",
            422,
        )


def _check_not_departed(terms: Terms, now: datetime) -> None:
    """Judged by the very instant that is printed as that of issue, also where midnight falls in between."""
    day = now.astimezone(BEIJING).date()
    if terms.departs_on and date.fromisoformat(terms.departs_on) < day:
        raise Refused(
            "quarantine.certificate.departed",
            _(
                "The day of leaving, %(leaves)s, lies before the day of issue, %(day)s: no certificate is issued for "
                "seed that has left. Enter the day on which it really leaves."
            )
            % {"leaves": terms.departs_on, "day": day},
            "Q1",
            422,
        )


def _check_departure(decided: "Decision", terms: Terms, until: datetime) -> None:
    """A certificate that ends before the seed leaves certifies nothing: by law it is issued before departure."""
    leaves_on = date.fromisoformat(terms.departs_on) if terms.departs_on else decided.departs_on
    if (last := until.astimezone(BEIJING).date()) < leaves_on:
        raise Refused(
            "quarantine.certificate.early",
            _(
                "The certificate would end on %(last)s, before the seed leaves on %(day)s. Issue it right before it "
                "leaves; where it leaves earlier than declared, enter that day."
            )
            % {"last": last, "day": leaves_on},
            "Q1",
            422,
        )


def _check_destination(decided: "Decision", destination: str) -> None:
    """Kind and validity follow from the declared area: a place elsewhere would contradict both."""
    declared = decided.destination
    if destination.strip() and not is_within(destination, declared.area_code, declared.address):
        raise Refused(
            "quarantine.certificate.destination",
            _(
                "The destination lies outside the declared area %(area)s (%(divisions)s). Write a place there, "
                "beginning with these words; for another area a new declaration is needed."
            )
            % {"area": declared.area_code, "divisions": divisions_of(declared.address)},
            "Q1",
            422,
        )


def _check_facts(facts: list[dict[str, str]], template: Template) -> None:
    """Nothing blank and nothing unprintable, before a number is used up."""
    if blank := blank_facts(facts, template):
        raise Refused(
            "quarantine.certificate.blank",
            _("These lines must be filled in: %(lines)s.") % {"lines": "、".join(blank)},
            "Q9",
            422,
            {"lines": blank},
        )
    if missing := missing_glyphs("".join(fact["value"] for fact in facts)):
        raise Refused(
            "quarantine.certificate.glyph",
            _("These characters cannot be printed: %(characters)s. Write them in another way.")
            % {"characters": "、".join(sorted(missing))},
            "Q9",
            422,
        )


def _seal_of(decided: "Decision") -> SigningKey | None:
    enrolled = Enrolment.objects.filter(
        kind=Enrolment.Kind.SEAL, state=Enrolment.State.APPROVED, agency_id=decided.agency.pk
    )
    return _key_in_force(enrolled.select_related("key").first())


def _signature_of(veterinarian: "Veterinarian") -> SigningKey | None:
    enrolled = Enrolment.objects.filter(
        kind=Enrolment.Kind.SIGNATURE, state=Enrolment.State.APPROVED, veterinarian_id=veterinarian.pk
    )
    return _key_in_force(enrolled.select_related("key").first())


def _key_in_force(enrolment: Enrolment | None) -> SigningKey | None:
    """None where nothing is enrolled: the form keeps its empty place then (req: Q10).

    A token that was pulled out is noticed here, before a number is used up.
    """
    if enrolment is None or enrolment.key is None:
        return None
    keys.require_in_force(enrolment.key)
    if enrolment.key.store == SigningKey.Store.TOKEN:
        keys.signer_of(enrolment.key)
    return enrolment.key


def _code(certificate: Certificate, decided: "Decision", terms: Terms, template: Template, signer: Any) -> str:
    """The signed message with what the form prints, and nothing that it does not."""
    claims = Claims(
        number=certificate.number,
        kind=IN_CODE[certificate.kind],
        issued_at=certificate.issued_at,
        valid_until=certificate.valid_until,
        owner=certificate.owner[:CODE_TEXT],
        goods=(certificate.product or certificate.species)[:CODE_TEXT],
        quantity=str(certificate.amount),
        unit=UNIT_ZH[certificate.unit],
        purpose=decided.purpose_zh if "purpose" in template.fields else "",
        origin=decided.departure.address[:CODE_TEXT],
        destination=certificate.destination[:CODE_TEXT],
        vehicle=terms.vehicle[:CODE_TEXT] if "vehicle" in template.fields else "",
        veterinarian=certificate.veterinarian.user.name[:CODE_TEXT],
        agency=decided.agency.name[:CODE_TEXT],
        replaces=certificate.replaces.number if certificate.replaces else "",
    )
    return carrier.encode(cose.sign1(signer, bytes(claims), Carried(certificate.address, b"").external))


def _address() -> str:
    """The address printed into the codes; raises `Refused` where nobody beyond this machine could open it."""
    current = config.current()
    if not current.public_url and not _is_loopback(current.reached_at):
        raise Refused(
            "quarantine.public_url.missing",
            _("The public address of this installation (public_url) is not set: nobody could open codes printed now."),
            "Q6",
            409,
        )
    return carrier.address_of(current.web_url)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def audited(certificate: Certificate) -> dict[str, object]:
    """What the audit keeps of a certificate that was issued."""
    return {
        "number": certificate.number,
        "kind": certificate.kind,
        "amount": certificate.amount,
        "unit": certificate.unit,
        "valid_until": certificate.valid_until.isoformat(),
        "code_sha256": certificate.code_sha256,
        "key": certificate.key_fingerprint,
    }
