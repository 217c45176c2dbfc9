"""Pages of supervision: the list, the sitting itself, the filed sheet."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from oversite.base.accounts.queries import has_permission
from oversite.base.audit.queries import history_entries
from oversite.base.sites.queries import areas_of, visible_sites
from oversite.common import clock
from oversite.common.errors import Refused
from oversite.oversight.supervision import actions, pictures, printing, queries
from oversite.oversight.supervision.actions import Mark
from oversite.oversight.supervision.forms import BeginForm, MarkForm, in_language
from oversite.oversight.supervision.models import Point, Session
from oversite.oversight.supervision.slots import CHECKLISTS, Checklist, checklist_of
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, DateRangeFilter, TextFilter
from oversite.screens.form_page import FormPage, FormSection, error_list, section_views
from oversite.screens.formats import CODE, INSTANT, NUMBER, State, StateFormat
from oversite.screens.list_page import ListPage
from oversite.screens.page import PageView
from oversite.screens.print_page import PrintPage
from oversite.video.cameras.queries import cameras, in_tree_order

GRADES = StateFormat(
    {
        Point.Grade.NORMAL: State(_("normal"), "good"),
        Point.Grade.MINOR: State(_("minor anomaly"), "soon"),
        Point.Grade.SERIOUS: State(_("serious anomaly"), "now"),
        Point.Grade.UNLAWFUL: State(_("unlawful act"), "now"),
    }
)
STATES = StateFormat(
    {
        Session.State.DRAFT: State(_("draft"), "busy"),
        Session.State.SUBMITTED: State(_("filed"), "good"),
        Session.State.SUPERSEDED: State(_("superseded"), "quiet"),
        Session.State.DISCARDED: State(_("discarded"), "quiet"),
    }
)


class Sessions(ListPage):
    """Every session over the sites of the reader's agency."""

    menu = "supervision"
    title = _("Supervision")
    lead = _("Sessions of looking at sites, and the record sheets filed from them.")
    permission = "supervision.read"
    default_sort = "-started"
    columns = (
        Column("number", _("number"), lambda row: row.number or _("not filed yet"), CODE, "number"),
        Column("site", _("site"), "site.name", sort="site__name"),
        Column("mode", _("mode"), "get_mode_display", sort="mode"),
        Column("operator", _("monitoring officer"), "operator_name", sort="operator_name"),
        Column("started", _("begun at"), "started_at", INSTANT, "started_at"),
        Column("points", _("points"), "point_count", NUMBER),
        Column("anomalies", _("anomalies"), "anomaly_count", NUMBER),
        Column("state", _("state"), "state", STATES, "state"),
    )
    filters = (
        TextFilter("q", _("site, number or officer"), ("site__name", "number", "operator_name")),
        ChoiceFilter("state", _("state"), Session.State.choices),
        ChoiceFilter("mode", _("mode"), Session.Mode.choices),
        DateRangeFilter("day", _("begun at"), "started_at"),
    )
    empty = EmptyState(
        _("No session has been held yet"), _("Open a site and choose “Supervise” to watch it and grade what you see.")
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.sessions(user)

    def row_link(self, row: Any) -> str:
        return reverse("supervision:session", args=[row.uid])


class Begin(FormPage):
    """Begin looking at a site."""

    menu = "supervision"
    title = _("Begin a supervision session")
    lead = _("You grade each monitored point; the record sheet is filed when you submit.")
    permission = "supervision.conduct"
    form_class = BeginForm
    model_pk = "uid"
    button = _("Begin")

    def heading(self, subject: Any = None) -> Any:
        return f"{self._site().name} · {self.title}"

    def cancel_to(self) -> str:
        return reverse("supervision:sessions")

    def perform(self, form: Any, user: Any) -> str:
        session = actions.begin_session(user, self._site(), form.cleaned_data["mode"])
        return reverse("supervision:conduct", args=[session.uid])

    def _site(self) -> Any:
        return get_object_or_404(visible_sites(self.user), uid=self.kwargs["site"])


class SessionDetail(DetailPage):
    """A session with its points; a filed one with its sheet."""

    menu = "supervision"
    permission = "supervision.read"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.sessions(user).select_related("supersedes", "superseded_by")

    def state(self, subject: Session) -> str:
        return STATES.html(subject.state)

    def fact_groups(self, subject: Session) -> Sequence[FactGroup]:
        later = getattr(subject, "superseded_by", None)
        facts = [
            Fact(_("site"), subject.site.name, link=reverse("sites:site", args=[subject.site.uid])),
            Fact(_("monitoring officer"), f"{subject.operator_name} · {subject.agency}"),
            Fact(_("mode"), subject.get_mode_display()),
            Fact(_("begun at"), subject.started_at, INSTANT),
            Fact(_("ended at"), subject.ended_at, INSTANT),
        ]
        if subject.mode == Session.Mode.PLAYBACK:
            facts.append(Fact(_("footage from"), subject.footage_from_at, INSTANT))
            facts.append(Fact(_("footage until"), subject.footage_until_at, INSTANT))
        if subject.supersedes:
            facts.append(_link(_("supersedes"), subject.supersedes))
        if later:
            facts.append(_link(_("superseded by"), later))
        if subject.reason:
            facts.append(Fact(_("reason"), subject.reason, is_wide=True))
        return [FactGroup(_("Session"), facts)]

    def history(self, subject: Session, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def tabs(self, subject: Session, user: Any) -> Sequence[Tab]:
        points = list(subject.points.select_related("area", "camera"))
        return [
            Tab(
                "points",
                _("monitored points"),
                points,
                count=len(points),
                template_name="supervision/points.html",
                context={"points": [_shown(point) for point in points], "session": subject},
                empty=EmptyState(_("No point has been graded yet")),
            )
        ]

    def acts(self, subject: Session, user: Any) -> list[Act]:
        is_draft = subject.state == Session.State.DRAFT
        own = subject.operator_id == user.pk and has_permission(user, "supervision.conduct")
        not_own = "" if own else _("Another officer conducts this session.")
        if is_draft:
            go_on = Act(_("Go on"), _url("conduct", subject), "player-play", why_not=not_own, is_main=True)
            return [go_on, Act(_("Discard"), _url("discard", subject), "trash", why_not=not_own, is_dialog=True)]
        if subject.state == Session.State.DISCARDED:
            return []
        stands = subject.state == Session.State.SUBMITTED
        why_not = "" if stands else _("This sheet has been superseded.")
        return [
            Act(_("Record sheet"), _url("sheet", subject), "file-type-pdf", is_main=True),
            Act(_("Correct"), _url("correct", subject), "pencil", why_not=why_not, is_dialog=True),
        ]


class Conduct(PageView):
    """The sitting: pictures left, the checklist and the marks right."""

    menu = "supervision"
    permission = "supervision.conduct"
    template_name = "supervision/conduct.html"
    model_pk = "uid"
    theme = "dark"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.drafts(user)

    def heading(self, subject: Any = None) -> Any:
        return f"{subject.site.name} · {subject.get_mode_display()}"

    def page_acts(self, user: Any) -> list[Act]:
        subject = self.subject()
        return [
            Act(_("Discard"), _url("discard", subject), "trash", is_dialog=True),
            Act(_("Submit"), _url("submit", subject), "send", is_main=True, is_dialog=True),
        ]

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The page with the pictures and an empty mark."""
        session = self.subject()
        form = _mark_form(session, self.user)
        return self.show({**_sitting(session, form), "pictures": pictures.island_props(self.user, session)})


class Marks(PageView):
    """The part of the sitting that changes: the form of the next mark and the marks made."""

    permission = "supervision.conduct"
    template_name = "supervision/marks.html"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.drafts(user)

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """The part with the checklist of the camera and area chosen; what was typed is kept."""
        session = self.subject()
        given = dict(request.GET.items()) | {"items": request.GET.getlist("items")}
        return self.show(_sitting(session, _mark_form(session, self.user, initial=given)))

    def post(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        """Make a mark, or show the form again with what was typed."""
        session = self.subject()
        form = _mark_form(session, self.user, data=request.POST)
        if not form.is_valid():
            return self.show(_sitting(session, form), status=422)
        refused = _refusal(lambda: actions.mark_point(self.user, session, _mark(self.user, session, form)))
        if refused:
            return self.show({**_sitting(session, form), "refused": refused}, status=refused.status)
        place = {name: form.cleaned_data[name] for name in ("camera", "area")}
        return self.show(_sitting(session, _mark_form(session, self.user, initial=place)))


class Withdraw(ActPage):
    """Take a mark out of the draft."""

    permission = "supervision.conduct"
    title = _("Withdraw the mark")
    model_pk = "uid"
    reason = "required"
    button = _("Withdraw")

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.drafts(user)

    def sentence(self, subject: Any) -> Any:
        return _("The mark is taken out of the draft. Picture and footage that were kept for it stay kept.")

    def perform(self, subject: Session, form: Any, user: Any) -> str:
        point = get_object_or_404(subject.points, uid=self.kwargs["point"])
        actions.withdraw_point(user, point, form.cleaned_data["reason"])
        return _url("conduct", subject)


class Submit(ActPage):
    """File the session."""

    permission = "supervision.conduct"
    title = _("Submit the session")
    model_pk = "uid"
    button = _("Submit")
    clause = "A16.2"
    irreversible = _("A filed sheet does not change any more; it can only be superseded by a correction.")

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.drafts(user)

    def sentence(self, subject: Session) -> Any:
        count = subject.points.count()
        text = ngettext(
            "The record sheet of %(site)s is numbered and filed with %(count)d graded point.",
            "The record sheet of %(site)s is numbered and filed with %(count)d graded points.",
            count,
        )
        return text % {"site": subject.site.name, "count": count}

    def perform(self, subject: Session, form: Any, user: Any) -> str:
        return _url("session", actions.submit_session(user, subject))


class Discard(ActPage):
    """Give a draft up."""

    permission = "supervision.conduct"
    title = _("Discard the session")
    model_pk = "uid"
    reason = "required"
    button = _("Discard")
    is_grave = True

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.drafts(user)

    def sentence(self, subject: Any) -> Any:
        return _("The draft is closed without a record sheet and stays in the list as discarded.")

    def perform(self, subject: Session, form: Any, user: Any) -> str:
        actions.discard_session(user, subject, form.cleaned_data["reason"])
        return reverse("supervision:sessions")


class Correct(ActPage):
    """Begin a correction of a filed sheet."""

    permission = "supervision.conduct"
    title = _("Correct the sheet")
    model_pk = "uid"
    reason = "required"
    button = _("Begin the correction")

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.sessions(user, "supervision.conduct")

    def sentence(self, subject: Session) -> Any:
        return _("A draft with the same marks is made; once filed, it supersedes %(number)s.") % {
            "number": subject.number
        }

    def perform(self, subject: Session, form: Any, user: Any) -> str:
        return _url("conduct", actions.correct_session(user, subject, form.cleaned_data["reason"]))


class Sheet(PrintPage):
    """The filed record sheet as PDF."""

    menu = "supervision"
    permission = "supervision.read"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.sessions(user).exclude(document_uid=None)

    def pdf(self, subject: Session, user: Any) -> bytes:
        return printing.open_sheet(user, subject)


def picture(request: HttpRequest, uid: str, point: str) -> HttpResponse:
    """The picture kept for a mark."""
    if not has_permission(request.user, "supervision.read"):
        raise Http404
    session = get_object_or_404(queries.sessions(cast("Any", request.user)), uid=uid)
    marked = get_object_or_404(session.points, uid=point)
    if marked.snapshot_uid is None:
        raise Http404
    return HttpResponse(pictures.kept(marked), content_type="image/jpeg", headers={"Cache-Control": "private"})


def _url(name: str, session: Session) -> str:
    return reverse(f"supervision:{name}", args=[session.uid])


def _link(label: Any, session: Session) -> Fact:
    return Fact(label, session.number or session, CODE, link=_url("session", session))


def _checklist(session: Session) -> Checklist:
    checklist = CHECKLISTS.get(session.checklist) or checklist_of(session.site.site_class)
    if checklist is None:
        raise Http404
    return checklist


def _mark_form(session: Session, user: Any, **kwargs: Any) -> MarkForm:
    seen = in_tree_order(cameras(user, "video.live").filter(site=session.site))
    return MarkForm(
        cameras=list(seen),
        areas=list(areas_of(session.site)),
        checklist=_checklist(session),
        is_of_recording=session.mode == Session.Mode.PLAYBACK,
        **kwargs,
    )


def _mark(user: Any, session: Session, form: MarkForm) -> Mark:
    cleaned = form.cleaned_data
    camera = form.cameras[cleaned["camera"]]
    moment: datetime = cleaned["moment"] or clock.now()
    is_normal = cleaned["grade"] == Point.Grade.NORMAL
    return Mark(
        camera=camera,
        area=form.areas.get(cleaned["area"]) or camera.area,
        grade=cleaned["grade"],
        moment_at=moment,
        items=tuple(cleaned["items"]),
        content=cleaned["content"],
        remark=cleaned["remark"],
        answers=form.answers(),
        jpeg=None if is_normal else pictures.at(user, session, camera, moment),
    )


def _sections(form: MarkForm) -> list[FormSection]:
    main = FormSection("", ("camera", "area", "items", "content", "grade", "remark"))
    if not form.follow_ups:
        return [main]
    return [main, FormSection(_("Enquiry and follow-up"), form.follow_up_names)]


def _sitting(session: Session, form: MarkForm) -> dict[str, Any]:
    points = session.points.select_related("area", "camera").order_by("-marked_at")
    return {
        "subject": session,
        "form": form,
        "section_views": section_views(form, _sections(form), {}),
        "errors": error_list(form),
        "points": [_shown(point) for point in points],
        "session": session,
    }


def _shown(point: Point) -> dict[str, Any]:
    checklist = CHECKLISTS.get(point.session.checklist)
    items = [item for key in point.items if checklist and (item := checklist.item(key))]
    return {
        "point": point,
        "grade": GRADES.html(point.grade),
        "is_picture_missing": point.grade != Point.Grade.NORMAL and point.snapshot_uid is None,
        "items": [in_language(item.label_zh, item.label_en) for item in items],
    }


def _refusal(act: Callable[[], object]) -> Refused | None:
    try:
        act()
    except Refused as refused:
        return refused
    return None
