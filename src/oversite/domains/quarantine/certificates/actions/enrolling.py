"""Enrolling the seal of an agency and the signature of a veterinarian: asked for, approved by another (req: Q10)."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from oversite.base.audit.actions import record
from oversite.base.events.actions import publish
from oversite.common import clock, config
from oversite.common.errors import OversiteError, Refused
from oversite.common.identities import open_authority
from oversite.common.sentences import sentence as _
from oversite.common.signing import Algorithm, Signer, open_signer
from oversite.common.tokens import open_token_signer
from oversite.domains.quarantine.certificates import keys
from oversite.domains.quarantine.certificates.models import Enrolment, SigningKey
from oversite.domains.quarantine.certificates.pictures import MEGABYTES, EnrolledPictureError, ready_picture
from oversite.domains.quarantine.registry.queries import veterinarian_of

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency

ENROL, APPROVE = "quarantine.enrolment.request", "quarantine.enrolment.approve"
PERIOD = timedelta(days=3 * 365)
WHY = {
    "bytes": _("the file is larger than %(megabytes)s MB"),
    "pixels": _("the picture is too large"),
    "format": _("this is neither PNG nor JPEG"),
    "blank": _("the picture shows nothing but paper"),
}
"""What an `EnrolledPictureError` says, for people."""


@transaction.atomic
def request_enrolment(user: "User", kind: str, agency: "Agency", picture: bytes) -> Enrolment:
    """Ask for the seal of an agency, or for one's own signature, to be used; `picture` is PNG or JPEG.

    Raises `Refused` for a picture that cannot be used, for a signature of somebody who is no veterinarian, and while
    an earlier request waits.
    """
    user.require(ENROL, "Q10")
    veterinarian = veterinarian_of(user) if kind == Enrolment.Kind.SIGNATURE else None
    if kind == Enrolment.Kind.SIGNATURE and veterinarian is None:
        raise Refused(
            "quarantine.enrolment.nobody", _("Only an official veterinarian enrols a signature: their own."), "Q10", 403
        )
    try:
        image = ready_picture(kind, picture)
    except EnrolledPictureError as error:
        raise Refused(
            "quarantine.enrolment.picture",
            _("This picture cannot be used (%(why)s). Photograph seal or signature on white paper.")
            % {"why": WHY[error.reason] % {"megabytes": MEGABYTES}},
            "Q10",
            422,
        ) from error
    own = {"kind": kind, "agency": veterinarian.agency if veterinarian else agency, "veterinarian": veterinarian}
    if Enrolment.objects.filter(state=Enrolment.State.REQUESTED, **own).exists():
        raise Refused(
            "quarantine.enrolment.waiting",
            _("An earlier request waits for approval. Have it refused first where this picture is to take its place."),
            "Q10",
            409,
        )
    enrolment = Enrolment.objects.create(
        **own,
        image=image,
        requested_by=user.name,
        requested_user_id=user.pk,
        requested_at=clock.now(),
    )
    record("quarantine.enrolment.requested", actor=user, subject=enrolment, data={"kind": kind}, clause="Q10")
    publish("quarantine.enrolment.requested", enrolment, {"kind": kind}, agency=enrolment.agency)
    return enrolment


@transaction.atomic
def approve_enrolment(user: "User", enrolment: Enrolment, token_label: str = "") -> Enrolment:
    """Approve a request: it gets a key, in a file or the one called `token_label` on the token, and is used from now.

    Raises `Refused` for one's own request, and where the key cannot be had. The one in use before ends.
    """
    user.require(APPROVE, "Q10")
    row = _waiting(user, enrolment)
    before = Enrolment.objects.filter(
        kind=row.kind, agency=row.agency, veterinarian=row.veterinarian, state=Enrolment.State.APPROVED
    ).first()
    if before is not None:
        _end(user, before, str(_("another one took its place")))
    row.key = _key(row, token_label.strip())
    row.state, row.decided_by, row.decided_at = Enrolment.State.APPROVED, user.name, clock.now()
    row.save(update_fields=["key", "state", "decided_by", "decided_at"])
    record(
        "quarantine.enrolment.approved",
        actor=user,
        subject=row,
        data={"kind": row.kind, "key": row.key.fingerprint, "store": row.key.store},
        clause="Q10",
    )
    return row


@transaction.atomic
def refuse_enrolment(user: "User", enrolment: Enrolment, reason: str) -> Enrolment:
    """Refuse a request with a reason."""
    user.require(APPROVE, "Q10")
    row = _waiting(user, enrolment)
    row.state, row.reason = Enrolment.State.REFUSED, reason.strip()[:200]
    row.decided_by, row.decided_at = user.name, clock.now()
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    record("quarantine.enrolment.refused", actor=user, subject=row, data={"reason": row.reason}, clause="Q10")
    return row


@transaction.atomic
def end_enrolment(user: "User", enrolment: Enrolment, reason: str) -> Enrolment:
    """Take a seal or signature out of use: certificates are issued with an empty place from now on."""
    user.require(APPROVE, "Q10")
    row = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if row.state != Enrolment.State.APPROVED:
        raise Refused("quarantine.enrolment.unused", _("It is not in use."), "Q10", 409)
    _end(user, row, reason)
    return row


def _waiting(user: "User", enrolment: Enrolment) -> Enrolment:
    row = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if row.state != Enrolment.State.REQUESTED:
        raise Refused("quarantine.enrolment.decided", _("This request is decided already."), "Q10", 409)
    if row.requested_user_id == user.pk:
        raise Refused("quarantine.enrolment.own", _("Somebody else decides your request."), "Q10", 403)
    return row


def _end(user: "User", row: Enrolment, reason: str) -> None:
    now = clock.now()
    row.state, row.reason = Enrolment.State.ENDED, reason.strip()[:200]
    row.save(update_fields=["state", "reason"])
    SigningKey.objects.filter(enrolment=row, retired_at=None).update(retired_at=now)
    record("quarantine.enrolment.ended", actor=user, subject=row, data={"reason": row.reason}, clause="Q10")


def _key(row: Enrolment, token_label: str) -> SigningKey:
    now = clock.now().replace(microsecond=0)
    keys_dir = config.current().keys_dir
    name = f"{row.kind}-{row.pk}"
    signer: Signer
    try:
        signer = (
            open_token_signer(keys.token(), token_label)
            if token_label
            else open_signer(keys_dir, name, Algorithm.ECDSA_P256)
        )
    except OversiteError as error:
        raise keys.unusable(token_label or name, error) from error
    authority = open_authority(keys_dir, now)
    holder = str(row.veterinarian) if row.veterinarian else row.agency.name
    return SigningKey.objects.create(
        purpose=row.kind,
        name=token_label or f"{name}.{Algorithm.ECDSA_P256}",
        store=SigningKey.Store.TOKEN if token_label else SigningKey.Store.FILE,
        algorithm=signer.algorithm,
        fingerprint=signer.fingerprint,
        certificate=authority.identify(
            signer.public_key, holder, row.agency.name, now - timedelta(hours=1), now + PERIOD
        ),
        issuer=authority.pem,
        holder=holder,
        begins_at=now,
        ends_at=now + PERIOD,
    )
