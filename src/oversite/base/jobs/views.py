"""My long work: how far it is, cancelling it, its result."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from oversite.base.jobs import actions, announcements, exports, queries
from oversite.base.jobs.models import Job
from oversite.common.errors import Refused
from oversite.screens.excel import CONTENT_TYPE
from oversite.screens.formats import Tone
from oversite.screens.page import PageView, go_to

SHOWN = 50
TONES: dict[str, Tone] = {
    Job.State.WAITING: "quiet",
    Job.State.RUNNING: "busy",
    Job.State.SUCCEEDED: "good",
    Job.State.FAILED: "now",
    Job.State.CANCELLED: "quiet",
}


class OwnJobs(PageView):
    """The user's own long work, newest first; rows follow the worker by the event stream."""

    menu = "jobs"
    title = _("My long work")
    lead = _("Work goes on when you leave this page; a notice tells you when it is done. Results are kept for 30 days.")
    template_name = "jobs/jobs.html"

    def queryset(self, user: Any) -> QuerySet[Job]:
        """The user's own."""
        return queries.own_jobs(user)

    def jobs(self) -> list[Job]:
        """What is shown."""
        return list(self.queryset(self.user)[:SHOWN])

    def get(self, _request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The page."""
        rows = [
            {"job": job, "tone": TONES[job.state], "left_ms": _left_ms(job), "error": _reason(job)}
            for job in self.jobs()
        ]
        return self.show({"rows": rows})


class OneJob(OwnJobs):
    """One piece of work, as an export leads to it."""

    def jobs(self) -> list[Job]:
        """This one."""
        return [self.subject()]

    def heading(self, subject: Any = None) -> Any:
        """As the whole page."""
        del subject
        return self.title


class CancelJob(OwnJobs):
    """Cancel by a button; there is nothing to ask."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Cancel, and go back to the page."""
        try:
            actions.cancel_job(self.user, self.subject())
            messages.success(request, _t("It is cancelled; what was running stops at its next step."))
        except Refused as refused:
            messages.warning(request, str(refused))
        return go_to(request, reverse("jobs:list"))


class Workbook(OwnJobs):
    """The workbook of a finished export."""

    def get(self, _request: HttpRequest, **_kwargs: Any) -> Any:
        """The file, for its owner."""
        job: Job = self.subject()
        path = exports.workbook_path(job.pk)
        if not path.is_file():
            raise Http404
        name = f"{job.title}.xlsx"
        return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=CONTENT_TYPE)


def _left_ms(job: Job) -> int | None:
    left_s = announcements.left_s(job)
    return None if left_s is None else left_s * 1000


def _reason(job: Job) -> str:
    """Why it failed, as far as the words are meant for people."""
    if job.state == Job.State.FAILED:
        return job.error.splitlines()[0][:200] if job.error else _t("It failed; the administrator finds the reason.")
    return ""
