"""Certificate numbers: who holds how many, the gap report, handing on, giving back, declaring void or lost."""

from io import BytesIO
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.numbers.actions import Holder
from oversite.common import clock
from oversite.domains.quarantine.certificates import actions, balances, holders
from oversite.domains.quarantine.certificates.holders import Hand
from oversite.domains.quarantine.certificates.numbering import certificate_pool
from oversite.screens.acts import Act
from oversite.screens.form_page import FormPage
from oversite.screens.page import PageView

LIST = "quarantine_certificates:numbers"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOBODY = "-"
"""In addresses: the installation, which has no id."""


class HandList(PageView):
    """Every hand of the subtree with what it holds and what became of it; the sums balance or it is said."""

    menu = "quarantine-numbers"
    permission = "quarantine.numbers.read"
    title = _("Certificate numbers")
    lead = _("Handed down from province to veterinarian, used once, never lost: the report balances or says where not.")
    template_name = "quarantine_certificates/numbers.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The report."""
        found = balances.report(self.user, certificate_pool())
        if request.GET.get("format") == "xlsx":
            return _workbook(found)
        may = request.user.has_perm("quarantine.numbers.allot")
        rows = [{"line": line, "acts": _acts(line, may=may)} for line in found.lines]
        return self.show({"report": found, "rows": rows})

    def page_acts(self, user: Any) -> list[Act]:
        """The same as a workbook."""
        return [Act(_("Excel"), f"{reverse(LIST)}?format=xlsx", "file-spreadsheet")]


def _workbook(found: balances.Report) -> HttpResponse:
    stream = BytesIO()
    balances.write_report(stream, found)
    name = f"numbers-{clock.now().astimezone(clock.BEIJING):%Y%m%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(stream.getvalue(), content_type=EXCEL, headers=headers)


def _acts(line: balances.Line, *, may: bool) -> list[Act]:
    hand, unused, acts = line.hand, line.own.unused, []
    if may:
        args = [hand.holder.kind, hand.holder.id or NOBODY]
        if hand.holder.kind != holders.VETERINARIAN and unused:
            acts.append(Act(_("Hand on"), reverse("quarantine_certificates:numbers-allot", args=args), "arrow-right"))
        if hand.holder.id and unused:
            acts.append(
                Act(_("Give back"), reverse("quarantine_certificates:numbers-return", args=args), "arrow-back-up")
            )
        if unused:
            acts.append(
                Act(
                    _("Void or lost"), reverse("quarantine_certificates:numbers-spoil", args=args), "ban", is_grave=True
                )
            )
    return acts


class HandForm(FormPage):
    """What the forms about one hand share."""

    menu = "quarantine-numbers"
    permission = "quarantine.numbers.allot"

    def hand(self) -> Hand:
        """The hand of the address; 404 outside the user's subtree."""
        number = self.kwargs["holder"]
        holder = Holder(self.kwargs["kind"], "" if number == NOBODY else number)
        found = holders.hand(holder) if number == NOBODY or number.isdigit() else None
        if found is None or not holders.is_own(self.user, holder):
            raise Http404
        return found

    def heading(self, subject: Any = None) -> Any:
        """What is done, and whose numbers they are."""
        return f"{self.title} · {self.hand().name}"

    def cancel_to(self) -> str:
        """Back to the report."""
        return reverse(LIST)


class AllotForm(forms.Form):
    """To whom, how many."""

    receiver = forms.ChoiceField(label=_("Receiver"))
    count = forms.IntegerField(label=_("How many"), min_value=1)

    def __init__(self, *args: Any, hand: Hand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below = holders.below(hand.holder)
        choice = self.fields["receiver"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(f"{each.holder.kind}:{each.holder.id}", each.name) for each in below]


class NumbersAllot(HandForm):
    """Hand numbers one step down."""

    title = _("Hand on")
    lead = _("The lowest unused numbers go one step down.")
    button = _("Hand on")
    form_class = AllotForm

    def form(self, **kwargs: Any) -> forms.BaseForm:
        """The form with those right below."""
        return super().form(hand=self.hand(), **kwargs)

    def perform(self, form: Any, user: Any) -> str:
        """Hand them on."""
        kind, _colon, number = form.cleaned_data["receiver"].partition(":")
        actions.allot_numbers(user, self.hand().holder, Holder(kind, number), form.cleaned_data["count"])
        return reverse(LIST)


class CountForm(forms.Form):
    """How many."""

    count = forms.IntegerField(label=_("How many"), min_value=1)


class NumbersReturn(HandForm):
    """Give numbers back."""

    title = _("Give back")
    lead = _("The lowest unused numbers go back one step up.")
    button = _("Give back")
    form_class = CountForm

    def perform(self, form: Any, user: Any) -> str:
        """Give them back."""
        actions.return_numbers(user, self.hand().holder, form.cleaned_data["count"])
        return reverse(LIST)


class SerialField(forms.IntegerField):
    """The serial of a number, entered as it is printed or without its prefix."""

    def to_python(self, value: Any) -> Any:
        """The serial alone."""
        pool, text = certificate_pool(), str(value or "").strip()
        is_whole = len(text) == len(pool.prefix) + pool.width and text.startswith(pool.prefix)
        return super().to_python(text[len(pool.prefix) :] if is_whole else text)


class SpoilForm(forms.Form):
    """Which numbers, what became of them, why."""

    first = SerialField(label=_("First number"), min_value=0, help_text=_("as printed, or without the prefix"))
    last = SerialField(label=_("Last number"), min_value=0)
    state = forms.ChoiceField(label=_("State"), choices=[("void", _("void")), ("lost", _("lost"))])
    reason = forms.CharField(label=_("Reason"), max_length=200)


class NumbersSpoil(HandForm):
    """Declare unused numbers void or lost."""

    title = _("Void or lost")
    lead = _("These numbers stay in sight and are never used.")
    button = _("Mark them")
    form_class = SpoilForm

    def perform(self, form: Any, user: Any) -> str:
        """Declare them."""
        asked = form.cleaned_data
        actions.spoil_numbers(user, self.hand().holder, asked["first"], asked["last"], asked["state"], asked["reason"])
        return reverse(LIST)
