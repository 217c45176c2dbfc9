"""Seals and signatures: asked for, looked at, approved, taken out of use (req: Q10)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.audit.queries import history_entries
from oversite.domains.quarantine.certificates import actions, queries
from oversite.domains.quarantine.certificates.models import Enrolment
from oversite.domains.quarantine.certificates.states import ENROLMENT
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import CODE, INSTANT
from oversite.screens.list_page import ListPage


def enrolment_url(enrolment: Enrolment) -> str:
    """The page of a seal or signature."""
    return reverse("quarantine_certificates:enrolment", args=[enrolment.uid])


def enrolment_picture(request: HttpRequest, uid: Any) -> HttpResponse:
    """The picture itself, for those who see the enrolment."""
    found = queries.enrolments(request.user).filter(uid=uid).first()  # type: ignore[arg-type]
    if found is None:
        raise Http404
    return HttpResponse(bytes(found.image), content_type="image/png", headers={"Cache-Control": "private, no-store"})


class EnrolmentPage:
    """What the pages share."""

    menu = "quarantine-enrolments"
    permission = "quarantine.enrolment.read"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Enrolment]:
        """Those of the subtree."""
        return queries.enrolments(user)


class EnrolmentList(EnrolmentPage, ListPage):
    """Every seal and signature."""

    title = _("Seals and signatures")
    lead = _("Without them a certificate is still issued, with places for both.")
    default_sort = "-requested_at"
    columns: Sequence[Column] = (
        Column("kind", _("Kind"), "get_kind_display", sort="kind", link=enrolment_url),
        Column("state", _("State"), "state", ENROLMENT, sort="state"),
        Column("agency", _("Agency"), "agency.name", sort="agency__name"),
        Column("veterinarian", _("Official veterinarian"), lambda row: row.veterinarian or ""),
        Column("requested_by", _("Requested by"), "requested_by"),
        Column("requested_at", _("Requested at"), "requested_at", INSTANT, sort="requested_at"),
        Column("decided_by", _("Decided by"), "decided_by"),
        Column("key", _("Key valid until"), "key.ends_at", INSTANT),
    )
    filters = (
        ChoiceFilter("state", _("State"), Enrolment.State.choices, field="state"),
        ChoiceFilter("kind", _("Kind"), Enrolment.Kind.choices, field="kind"),
    )
    empty = EmptyState(_("Nothing is enrolled yet"), _("Photograph seal or signature on white paper and ask for it."))

    def page_acts(self, user: Any) -> list[Act]:
        """Ask for one; see the keys."""
        found = []
        if user.has_perm("quarantine.keys.read"):
            found.append(Act(_("Signing keys"), reverse("quarantine_certificates:keys"), "key"))
        if user.has_perm("quarantine.enrolment.request"):
            for kind, label in (
                (Enrolment.Kind.SIGNATURE, _("Enrol a signature")),
                (Enrolment.Kind.SEAL, _("Enrol a seal")),
            ):
                found.append(
                    Act(label, reverse("quarantine_certificates:enrolment-new", args=[kind]), "rosette-discount-check")
                )
        return found


class EnrolmentDetail(EnrolmentPage, DetailPage):
    """One seal or signature."""

    def heading(self, subject: Any = None) -> Any:
        """What it is and whose."""
        return str(subject) if subject else ""

    def state(self, subject: Enrolment) -> str:
        """Its state."""
        return ENROLMENT.html(subject.state)

    def fact_groups(self, subject: Enrolment) -> Sequence[FactGroup]:
        """Who asked, who decided, which key."""
        key = subject.key
        facts = [
            Fact(_("Agency"), subject.agency.name),
            Fact(_("Official veterinarian"), subject.veterinarian or ""),
            Fact(_("Requested by"), subject.requested_by),
            Fact(_("Requested at"), subject.requested_at, INSTANT),
            Fact(_("Decided by"), subject.decided_by),
            Fact(_("Decided at"), subject.decided_at, INSTANT),
            Fact(_("Reason"), subject.reason, is_wide=True),
        ]
        if key is not None:
            facts += [
                Fact(_("Kept in"), key.get_store_display()),
                Fact(_("Key valid until"), key.ends_at, INSTANT),
                Fact(_("Fingerprint"), key.fingerprint, CODE, is_wide=True),
            ]
        return [FactGroup("", facts)]

    def history(self, subject: Enrolment, user: Any) -> Sequence[HistoryEntry]:
        """What the audit says."""
        return history_entries(subject, user)

    def tabs(self, subject: Enrolment, user: Any) -> Sequence[Tab]:
        """The picture."""
        del user
        url = reverse("quarantine_certificates:enrolment-picture", args=[subject.uid])
        template = "quarantine_certificates/picture.html"
        return [Tab("picture", _("Picture"), (), template_name=template, context={"picture_url": url})]

    def acts(self, subject: Enrolment, user: Any) -> list[Act]:
        """Approve, refuse, take out of use."""
        if not user.has_perm("quarantine.enrolment.approve"):
            return []
        own = subject.requested_user_id == user.pk
        why = _("somebody else decides your request") if own else ""
        if subject.state == Enrolment.State.REQUESTED:
            return [
                Act(_("Approve"), _url("approve", subject), "check", why, is_main=True, is_dialog=True),
                Act(_("Turn down"), _url("refuse", subject), "x", why, is_dialog=True),
            ]
        if subject.state == Enrolment.State.APPROVED:
            return [Act(_("Take out of use"), _url("end", subject), "ban", is_grave=True, is_dialog=True)]
        return []


class PictureForm(forms.Form):
    """The photograph."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG or JPEG: the seal or signature alone, on white paper."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg"}),
    )


class EnrolmentRequest(FormPage):
    """Ask for a seal or one's own signature to be used."""

    menu = "quarantine-enrolments"
    permission = "quarantine.enrolment.request"
    title = _("Ask for a seal or signature to be enrolled")
    lead = _("It is used from its approval on, by somebody other than you.")
    button = _("Ask for approval")
    form_class = PictureForm

    def cancel_to(self) -> str:
        """Back to the list."""
        return reverse("quarantine_certificates:enrolments")

    def perform(self, form: Any, user: Any) -> str:
        """Ask."""
        kind = self.kwargs["kind"]
        if kind not in Enrolment.Kind.values:
            raise Http404
        picture = form.cleaned_data["picture"].read(6_000_000)
        return enrolment_url(actions.request_enrolment(user, kind, user.agency, picture))


class EnrolmentAct(EnrolmentPage, ActPage):
    """What the acts share."""

    permission = "quarantine.enrolment.approve"
    clause = "Q10"


class TokenForm(forms.Form):
    """Where the key lies."""

    token_label = forms.CharField(
        label=_("Label of the key on the token"),
        max_length=60,
        required=False,
        help_text=_("Empty: a new key in a file of this installation."),
    )


class EnrolmentApprove(EnrolmentAct):
    """Approve a request."""

    title = _("Approve")
    button = _("Approve")
    form_class = TokenForm

    def sentence(self, subject: Enrolment) -> Any:
        """What will happen."""
        return _("%(what)s is printed on every certificate from now on, and a key signs for it.") % {"what": subject}

    def perform(self, subject: Enrolment, form: forms.Form, user: Any) -> str:
        """Approve."""
        return enrolment_url(actions.approve_enrolment(user, subject, form.cleaned_data["token_label"]))


class EnrolmentRefuse(EnrolmentAct):
    """Refuse a request."""

    title = _("Turn down")
    button = _("Turn down")
    reason = "required"

    def sentence(self, subject: Enrolment) -> Any:
        """What will happen."""
        return _("%(what)s is not used; who asked sees the reason.") % {"what": subject}

    def perform(self, subject: Enrolment, form: forms.Form, user: Any) -> str:
        """Refuse."""
        return enrolment_url(actions.refuse_enrolment(user, subject, form.cleaned_data["reason"]))


class EnrolmentEnd(EnrolmentAct):
    """Take a seal or signature out of use."""

    title = _("Take out of use")
    button = _("Take out of use")
    reason = "required"
    is_grave = True

    def sentence(self, subject: Enrolment) -> Any:
        """What will happen."""
        return _("Certificates are issued without %(what)s from now on; those issued stay as they are.") % {
            "what": subject
        }

    def perform(self, subject: Enrolment, form: forms.Form, user: Any) -> str:
        """End it."""
        return enrolment_url(actions.end_enrolment(user, subject, form.cleaned_data["reason"]))


def _url(name: str, enrolment: Enrolment) -> str:
    return reverse(f"quarantine_certificates:enrolment-{name}", args=[enrolment.uid])
