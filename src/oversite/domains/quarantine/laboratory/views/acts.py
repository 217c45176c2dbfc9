"""What is done with a sample, each in a dialog that says what follows."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.laboratory import actions, forms, queries
from oversite.domains.quarantine.laboratory.actions.custody import Arrived
from oversite.domains.quarantine.laboratory.models import Sample, Test
from oversite.domains.quarantine.laboratory.views.samples import MENU, link_to
from oversite.domains.quarantine.rules.queries import today
from oversite.screens.act_page import ActPage
from oversite.screens.form_page import FormPage, FormSection


class SampleAct(ActPage):
    """An act on a sample; it carries the revision that the page showed."""

    menu = MENU
    model_pk = "uid"
    form_class = forms.RevisionForm
    clause = "Q8"

    def form(self, **kwargs: Any) -> Any:
        initial = {"revision": self.subject().revision, **self.start(self.subject())}
        return super().form(initial=initial, **kwargs)

    def start(self, subject: Sample) -> dict[str, Any]:
        """What the fields begin with."""
        del subject
        return {}

    def perform(self, subject: Sample, form: Any, user: Any) -> str:
        self.act(subject, form.cleaned_data, user)
        return link_to(subject)

    def act(self, subject: Sample, given: dict[str, Any], user: Any) -> None:
        """Call the action."""
        raise NotImplementedError


class FieldAct(SampleAct):
    """An act of those who take samples."""

    permission = queries.TAKE

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.of_agency(user)


class LaboratoryAct(SampleAct):
    """An act of the laboratory that works on the sample."""

    permission = queries.WORK

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.of_laboratory(user)


class Seal(FieldAct):
    """The second signature."""

    title = _("Sign as the second")
    button = _("Sign")

    def sentence(self, subject: Any) -> Any:
        return _("You sign that %(number)s was taken and sealed as the form says; the form is printed and kept.") % {
            "number": subject.number
        }

    def act(self, subject: Sample, given: dict[str, Any], user: Any) -> None:
        actions.countersign(user, subject, given["revision"])


class Discard(FieldAct):
    """Before it is sent."""

    title = _("Discard the sample")
    irreversible = _("Its seal number becomes void and is never used again.")
    reason = "required"
    button = _("Discard")
    is_grave = True

    def sentence(self, subject: Any) -> Any:
        return _("Sample %(number)s is discarded and not tested.") % {"number": subject.number}

    def act(self, subject: Sample, given: dict[str, Any], user: Any) -> None:
        actions.discard_sample(user, subject, given["reason"], given["revision"])


class Send(FieldAct):
    """Hand the sample over."""

    title = _("Hand over")
    form_class = forms.HandOverForm
    button = _("Hand over")

    def sentence(self, subject: Any) -> Any:
        return _("Sample %(number)s under seal %(seal)s goes to %(laboratory)s.") % {
            "number": subject.number,
            "seal": subject.seal_number,
            "laboratory": subject.laboratory.name,
        }

    def act(self, subject: Sample, given: dict[str, Any], user: Any) -> None:
        names = ("carrier", "temperature_c", "is_seal_intact", "note", "revision")
        actions.hand_over(user, subject, **{name: given[name] for name in names})


def _arrived(given: dict[str, Any]) -> Arrived:
    return Arrived(**{name: given[name] for name in ("giver", "temperature_c", "is_seal_intact", "count", "note")})


class Receive(LaboratoryAct):
    """Take the sample in."""

    title = _("Receive the sample")
    form_class = forms.ReceiveForm
    button = _("Receive")

    def start(self, subject: Sample) -> dict[str, Any]:
        return {"count": subject.count}

    def sentence(self, subject: Any) -> Any:
        return _("The sample gets a receipt number. On the form: seal %(seal)s, %(count)s seed, %(storage)s.") % {
            "seal": subject.seal_number,
            "count": subject.count,
            "storage": subject.storage,
        }

    def act(self, subject: Sample, given: dict[str, Any], user: Any) -> None:
        actions.receive_sample(user, subject, _arrived(given), given["revision"])


class Reject(LaboratoryAct):
    """Refuse the sample."""

    title = _("Refuse the sample")
    form_class = forms.RejectForm
    irreversible = _("The sample is not tested; the agency takes another one.")
    button = _("Refuse")
    is_grave = True

    def start(self, subject: Sample) -> dict[str, Any]:
        return {"count": subject.count}

    def sentence(self, subject: Any) -> Any:
        return _("Sample %(number)s is refused and the agency is told why.") % {"number": subject.number}

    def act(self, subject: Sample, given: dict[str, Any], user: Any) -> None:
        note = given["note"]
        actions.reject_sample(user, subject, given["rejection"], note, _arrived(given), given["revision"])


class Submit(LaboratoryAct):
    """Hand the results in."""

    title = _("Hand in for review")
    button = _("Hand in")

    def sentence(self, subject: Any) -> Any:
        return _("You answer as tester for the results of %(number)s; somebody else reviews them.") % {
            "number": subject.number
        }

    def act(self, subject: Sample, given: dict[str, Any], user: Any) -> None:
        actions.submit_results(user, subject, given["revision"])


class Pass(LaboratoryAct):
    """Pass the review."""

    title = _("Pass the review")
    button = _("Pass")

    def sentence(self, subject: Any) -> Any:
        return _("You have held methods, raw values and results of %(number)s against each other.") % {
            "number": subject.number
        }

    def act(self, subject: Sample, given: dict[str, Any], user: Any) -> None:
        actions.pass_review(user, subject, given["revision"])


class Return(LaboratoryAct):
    """Give the results back."""

    title = _("Return to the tester")
    reason = "required"
    reason_label = _("What the tester has to do")
    button = _("Return")

    def sentence(self, subject: Any) -> Any:
        return _("The results of %(number)s go back to the tester; review and approval start anew.") % {
            "number": subject.number
        }

    def act(self, subject: Sample, given: dict[str, Any], user: Any) -> None:
        actions.return_sample(user, subject, given["reason"], given["revision"])


class Release(LaboratoryAct):
    """Release the report."""

    title = _("Release the report")
    irreversible = _("A released report is never edited; a wrong one is invalidated and the sample tested again.")
    button = _("Release it")

    def sentence(self, subject: Any) -> Any:
        return _("The report on %(number)s gets its number, is signed, and counts from now on.") % {
            "number": subject.number
        }

    def act(self, subject: Sample, given: dict[str, Any], user: Any) -> None:
        actions.release_report(user, subject, given["revision"])


class Invalidate(LaboratoryAct):
    """Invalidate a report."""

    title = _("Invalidate the report")
    irreversible = _("The report stays in sight as not valid; agency and producer are told, the sample is copied.")
    reason = "required"
    button = _("Invalidate")
    is_grave = True

    def sentence(self, subject: Any) -> Any:
        return _("Report %(report)s counts for nothing from now on, and a copy of the sample is tested again.") % {
            "report": subject.report_number
        }

    def perform(self, subject: Sample, form: Any, user: Any) -> str:
        given = form.cleaned_data
        return link_to(actions.invalidate_report(user, subject, given["reason"], given["revision"]))


class Dispose(LaboratoryAct):
    """Dispose of what is left."""

    title = _("Dispose of the rest")
    form_class = forms.DisposeForm
    button = _("Record the disposal")

    def sentence(self, subject: Any) -> Any:
        return _("What was left of %(number)s is recorded as disposed of.") % {"number": subject.number}

    def act(self, subject: Sample, given: dict[str, Any], user: Any) -> None:
        actions.dispose_rest(user, subject, given["how"], given["witness"], given["revision"])


class EnterResult(FormPage):
    """Raw values and result of one test."""

    menu = MENU
    title = _("Enter a result")
    lead = _("The result is the one that the raw values carry; a run with failed controls counts for nothing.")
    permission = queries.WORK
    form_class = forms.ResultForm
    sections = (
        FormSection(_("Method"), ("method", "instrument", "tested_on")),
        FormSection(
            _("Raw values"),
            ("kind", "readings", "positive_control", "negative_control", "examined", "positives"),
        ),
        FormSection(_("Test result"), ("result", "note")),
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.tests_of_laboratory(user).select_related("sample__laboratory")

    def heading(self, subject: Any = None) -> Any:
        test = self.subject()
        return f"{test.sample.number} · {test.disease}"

    def form(self, **kwargs: Any) -> Any:
        test = get_object_or_404(self.queryset(self.user), pk=self.kwargs["pk"])
        kwargs["initial"] = {"revision": test.sample.revision, "tested_on": today(), **_entered(test)}
        return forms.ResultForm(methods=queries.methods_for(test), **kwargs)

    def cancel_to(self) -> str:
        return link_to(self.subject().sample)

    def perform(self, form: Any, user: Any) -> str:
        test, given = self.subject(), form.cleaned_data
        entry = actions.TestEntry(
            method=form.methods[given["method"]],
            instrument=given["instrument"],
            measured=given["measured"],
            result=given["result"],
            tested_on=given["tested_on"],
            note=given["note"],
        )
        actions.enter_result(user, test, entry, given["revision"])
        return link_to(test.sample)


def _entered(test: Test) -> dict[str, Any]:
    if not test.kind:
        return {"kind": Test.Kind.CT}
    readings = test.readings
    lines = [f"{name} {'—' if ct is None else ct}" for name, ct in readings.get("ct", [])]
    return {
        "method": str(test.method_id or ""),
        "instrument": test.instrument,
        "tested_on": test.tested_on,
        "kind": test.kind,
        "readings": "\n".join(lines),
        "result": test.result,
        "note": test.note,
        **{name: readings.get(name) for name in ("positive_control", "negative_control", "examined", "positives")},
    }
