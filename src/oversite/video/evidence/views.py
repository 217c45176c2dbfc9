"""Pages of evidence: list, detail, keeping, verifying, releasing, exporting, the register of exports."""

from collections.abc import Iterable, Sequence
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from oversite.base.audit.queries import history_entries
from oversite.common import clock
from oversite.screens.act_page import ActPage
from oversite.screens.acts import Act, EmptyState
from oversite.screens.clauses import clause_words
from oversite.screens.columns import Column
from oversite.screens.detail_page import DetailPage, Fact, FactGroup, HistoryEntry, Tab
from oversite.screens.filters import ChoiceFilter, DateRangeFilter, TextFilter
from oversite.screens.form_page import FormPage
from oversite.screens.formats import BYTES, CODE, INSTANT, State, StateFormat
from oversite.screens.list_page import ListPage
from oversite.screens.page import require
from oversite.video.cameras import queries as register
from oversite.video.evidence import actions, playable, queries
from oversite.video.evidence.actions import ExportOrder
from oversite.video.evidence.forms import ExportForm, KeepForm, local_text
from oversite.video.evidence.models import Evidence, Export
from oversite.video.evidence.verify import Verdict

CHOICES_MAX = 2000

STATES = StateFormat(
    {
        Evidence.State.HELD: State(_("held"), "busy"),
        Evidence.State.SEALING: State(_("being sealed"), "busy"),
        Evidence.State.SEALED: State(_("sealed"), "good"),
        Evidence.State.FAILED: State(_("could not be sealed"), "now"),
        Evidence.State.RELEASED: State(_("hold released"), "quiet"),
    }
)
VERDICTS = StateFormat(
    {
        Verdict.VALID: State(_("genuine and whole"), "good"),
        Verdict.UNKNOWN_KEY: State(_("whole, but signed by an unknown key"), "soon"),
        Verdict.CHANGED: State(_("changed"), "now"),
        Verdict.UNREADABLE: State(_("cannot be read"), "now"),
    }
)


class EvidenceList(ListPage):
    """Everything that is kept as evidence."""

    menu = "evidence"
    title = _("Evidence")
    lead = _("Footage kept apart from the cycle, sealed so that anyone can check it.")
    permission = "evidence.read"
    default_sort = "-held"
    columns = (
        Column("title", _("title"), "title", sort="title"),
        Column("site", _("site"), "site.name", sort="site__name"),
        Column("from", _("from"), "from_at", INSTANT, "from_at"),
        Column("until", _("until"), "until_at", INSTANT),
        Column("reason", _("why it is kept"), "reason"),
        Column("keeper", _("kept by"), "keeper_name", sort="keeper_name"),
        Column("held", _("held at"), "held_at", INSTANT, "held_at"),
        Column("size", _("size"), "package_bytes", BYTES, is_hidden=True),
        Column("state", _("state"), "state", STATES, "state"),
        Column("verdict", _("last verdict"), "verdict", VERDICTS),
    )
    filters = (
        TextFilter("q", _("title, site or reason"), ("title", "site__name", "reason", "keeper_name")),
        ChoiceFilter("state", _("state"), Evidence.State.choices),
        DateRangeFilter("day", _("held at"), "held_at"),
    )
    empty = EmptyState(
        _("Nothing is kept as evidence yet"),
        _("Mark an anomaly in a supervision session, or select a stretch in playback and keep it."),
    )

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.evidence(user)

    def row_link(self, row: Any) -> str:
        return reverse("evidence:evidence", args=[row.uid])

    def main_act(self, user: Any) -> Act | None:
        if not user.has_perm("video.hold"):
            return None
        return Act(_("Keep footage"), reverse("evidence:keep"), "lock", is_main=True)

    def page_acts(self, user: Any) -> list[Act]:
        return [Act(_("Register of exports"), reverse("evidence:exports"), "list-details"), *super().page_acts(user)]


class EvidenceDetail(DetailPage):
    """One piece of evidence: what, why, its seal, and what was done with it."""

    menu = "evidence"
    permission = "evidence.read"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.evidence(user)

    def state(self, subject: Evidence) -> str:
        return STATES.html(subject.state)

    def fact_groups(self, subject: Evidence) -> Sequence[FactGroup]:
        what = [
            Fact(_("site"), subject.site.name, link=reverse("sites:site", args=[subject.site.uid])),
            Fact(_("from"), subject.from_at, INSTANT),
            Fact(_("until"), subject.until_at, INSTANT),
            Fact(_("why it is kept"), subject.reason, is_wide=True),
            Fact(_("kept by"), f"{subject.keeper_name} · {subject.agency_name}"),
            Fact(_("held at"), subject.held_at, INSTANT),
        ]
        if subject.released_at:
            what += [
                Fact(_("released at"), subject.released_at, INSTANT),
                Fact(_("reason for the release"), subject.release_reason, is_wide=True),
            ]
        seal = [
            Fact(_("sealed at"), subject.sealed_at, INSTANT),
            Fact(_("size"), subject.package_bytes or None, BYTES),
            Fact(_("SHA-256 of the manifest"), subject.manifest_sha256, CODE, is_wide=True),
            Fact(_("fingerprint of the key"), subject.key_fingerprint, CODE, is_wide=True),
            Fact(_("last verified at"), subject.verified_at, INSTANT),
            Fact(_("last verdict"), subject.verdict, VERDICTS),
        ]
        if subject.problem:
            seal.append(Fact(_("problem"), _t(subject.problem), is_wide=True))
        return [FactGroup(_("What is kept"), what), FactGroup(_("Seal of the package"), seal)]

    def history(self, subject: Evidence, user: Any) -> Iterable[HistoryEntry]:
        return history_entries(subject, user)

    def tabs(self, subject: Evidence, user: Any) -> Sequence[Tab]:
        cameras = [link.camera for link in subject.cameras.select_related("camera__site")]
        exports = subject.exports.all()
        return (
            Tab(
                "cameras",
                _("Cameras"),
                cameras,
                (
                    Column("name", _("camera"), "name", link=lambda row: reverse("cameras:camera", args=[row.uid])),
                    Column("gb_id", _("GB/T 28181 identity"), "gb_id", CODE),
                    Column("play", _("recording"), lambda _row: _t("play back"), link=lambda row: _play(row, subject)),
                ),
                len(cameras),
            ),
            Tab("exports", _("Exports"), exports, EXPORT_COLUMNS, len(exports), empty=EmptyState(_("Never exported"))),
        )

    def acts(self, subject: Evidence, user: Any) -> list[Act]:
        unsealed = "" if subject.package_path else _("This evidence is not sealed yet.")
        acts = [Act(_("Verify"), _url("verify", subject), "shield-check", unsealed, is_main=True, is_dialog=True)]
        if not subject.package_path and user.has_perm("video.hold"):
            running = subject.until_at > clock.now()
            why_not = _("This period is still being recorded.") if running else ""
            acts.append(Act(_("Seal now"), _url("seal", subject), "lock", why_not, is_dialog=True))
        acts.append(Act(_("Export"), _url("export", subject), "download", why_not_exported(subject, user) or unsealed))
        if user.has_perm("video.release") and subject.state != Evidence.State.RELEASED:
            acts.append(Act(_("Release"), _url("release", subject), "lock-open", is_grave=True, is_dialog=True))
        return acts


def why_not_exported(row: Evidence, user: Any) -> Any:
    """Why this evidence cannot be exported by this user: the rule of its site first, then their roles."""
    policy = queries.export_policy(row.site)
    if not policy.is_allowed:
        return f"{policy.message}（{clause_words(policy.clause)}）"
    return "" if user.has_perm("video.export") else _("Your roles do not include exports. Ask your administrator.")


class Keep(FormPage):
    """Keep footage of a site as evidence."""

    menu = "evidence"
    title = _("Keep footage as evidence")
    lead = _("It is held at once and never deleted; when the period is over it is sealed.")
    permission = "video.hold"
    form_class = KeepForm
    button = _("Keep")

    def cancel_to(self) -> str:
        return reverse("evidence:list")

    def form(self, **kwargs: Any) -> Any:
        cameras = register.in_tree_order(register.cameras(self.user, "video.hold"))[:CHOICES_MAX]
        return super().form(choices=[(str(each.uid), register.title(each)) for each in cameras], **kwargs)

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET
        found: dict[str, Any] = {"cameras": asked.getlist("camera")[:16]}
        for field, name in (("from_at", "start_ms"), ("until_at", "end_ms")):
            text = asked.get(name, "")
            if text.isascii() and text.isdecimal() and len(text) <= 13:
                found[field] = local_text(clock.from_us(int(text) * 1000))
        return found

    def perform(self, form: Any, user: Any) -> str:
        cleaned = form.cleaned_data
        uids = [UUID(uid) for uid in cleaned["cameras"]]
        cameras = list(register.cameras(user, "video.hold").filter(uid__in=uids))
        kept = actions.keep_footage(
            user,
            cameras,
            cleaned["from_at"],
            cleaned["until_at"],
            reason=cleaned["reason"],
            title=cleaned["title"],
        )
        return _url("evidence", kept)


class EvidenceAct(ActPage):
    """An act on one piece of evidence."""

    menu = "evidence"
    model_pk = "uid"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.evidence(user)


class Verify(EvidenceAct):
    """Verify a package where it lies."""

    title = _("Verify evidence")
    permission = "evidence.read"
    clause = "A18.1"
    button = _("Verify now")

    def sentence(self, subject: Evidence) -> Any:
        return _("Every byte of the package is read and compared with its manifest and signature.")

    def perform(self, subject: Evidence, form: Any, user: Any) -> str:
        result = actions.verify(user, subject)
        if result.is_valid:
            text = _t("Genuine and whole: %(count)s files were checked. Key %(key)s.")
            messages.success(self.request, text % {"count": result.files_checked, "key": result.key_fingerprint[:16]})
        else:
            files = "、".join(problem.file for problem in result.problems[:5])
            messages.error(self.request, _t("This package is not genuine: %(files)s") % {"files": files or "—"})
        return _url("evidence", subject)


class Seal(EvidenceAct):
    """Seal held footage now."""

    title = _("Seal evidence")
    permission = "video.hold"
    clause = "A18.1"
    irreversible = _("A sealed package never changes.")
    button = _("Seal now")

    def sentence(self, subject: Evidence) -> Any:
        return _("The held footage is copied into a package that is hashed and signed.")

    def perform(self, subject: Evidence, form: Any, user: Any) -> str:
        row = actions.seal(user, subject)
        if row.state == Evidence.State.FAILED:
            messages.error(self.request, _t("It could not be sealed: %(problem)s") % {"problem": _t(row.problem)})
        return _url("evidence", subject)


class Release(EvidenceAct):
    """Let held recordings go back into the cycle."""

    title = _("Release held footage")
    permission = "video.release"
    clause = "A18.1"
    reason = "required"
    irreversible = _("The recordings may be overwritten afterwards. A sealed package stays.")
    button = _("Release")
    is_grave = True

    def sentence(self, subject: Evidence) -> Any:
        return _("The footage goes back into the cycle of recordings.")

    def perform(self, subject: Evidence, form: Any, user: Any) -> str:
        actions.release(user, subject, form.cleaned_data["reason"])
        return _url("evidence", subject)


class ExportEvidence(EvidenceAct):
    """Let a sealed package leave the platform."""

    title = _("Export evidence")
    permission = "evidence.read"
    clause = "C-A4.5"
    form_class = ExportForm
    irreversible = _("The export stands in the register of exports for good.")
    button = _("Export")

    def subject(self) -> Evidence:
        """The evidence; what its site's rule keeps inside is refused to everybody alike, before any role is asked."""
        found: Evidence = super().subject()
        actions.check_policy(found, self.request.POST.get("recipient", ""))
        require(self.user, "video.export")
        return found

    def sentence(self, subject: Evidence) -> Any:
        return _("The sealed package leaves the platform. You answer for where it goes.")

    def perform(self, subject: Evidence, form: Any, user: Any) -> str:
        cleaned = form.cleaned_data
        order = ExportOrder(cleaned["basis"], cleaned["basis_text"], cleaned["purpose"], cleaned["recipient"])
        made = actions.export(user, subject, order)
        messages.success(self.request, _t("Entered in the register of exports. Fetch the package within 24 hours."))
        return reverse("evidence:export-done", args=[made.pk])


class ExportDetail(DetailPage):
    """One row of the register of exports, with the package for the exporter to fetch."""

    menu = "evidence"
    permission = "evidence.read"

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.exports(user)

    def heading(self, subject: Any = None) -> Any:
        return _t("Export of %(title)s") % {"title": subject.evidence.title}

    def fact_groups(self, subject: Export) -> Sequence[FactGroup]:
        facts = [
            Fact(_("evidence"), subject.evidence.title, link=_url("evidence", subject.evidence)),
            Fact(_("basis"), subject.get_basis_display()),
            Fact(_("consent or provision"), subject.basis_text),
            Fact(_("purpose"), subject.purpose),
            Fact(_("goes to"), subject.recipient),
            Fact(_("exported by"), f"{subject.exporter_name} · {subject.agency_name}"),
            Fact(_("exported at"), subject.exported_at, INSTANT),
            Fact(_("size"), subject.package_bytes, BYTES),
            Fact(_("SHA-256 of the manifest"), subject.manifest_sha256, CODE, is_wide=True),
        ]
        copy = [
            Fact(_("burned into the picture"), playable.mark_text(subject), is_wide=True),
            Fact(_("size"), subject.copy_bytes or None, BYTES),
            Fact(_("why there is no playable copy"), subject.copy_problem, is_wide=True),
            Fact(_("SHA-256 of the copy's list"), subject.copy_sha256, CODE, is_wide=True),
        ]
        return [FactGroup(_("Export"), facts), FactGroup(_("Playable copy (no evidence by itself)"), copy)]

    def history(self, subject: Export, user: Any) -> Iterable[HistoryEntry]:
        """What the audit says of the evidence, without what befell its other exports."""
        return history_entries(subject.evidence, user, lambda row: row.data.get("export", subject.pk) == subject.pk)

    def acts(self, subject: Export, user: Any) -> list[Act]:
        why_not = "" if may_fetch(user, subject) else _("Only the exporter fetches the package, within 24 hours.")
        no_copy = subject.copy_problem or ("" if subject.copy_path else _("The playable copy is being made."))
        package_url, copy_url = (reverse(f"evidence:{name}", args=[subject.pk]) for name in ("package", "copy"))
        return [
            Act(_("Fetch the playable copy"), copy_url, "player-play", why_not or no_copy),
            Act(_("Fetch the package"), package_url, "download", why_not, is_main=True),
        ]


EXPORT_COLUMNS = (
    Column(
        "at", _("exported at"), "exported_at", INSTANT, link=lambda row: reverse("evidence:export-done", args=[row.pk])
    ),
    Column("exporter", _("exported by"), "exporter_name"),
    Column("basis", _("basis"), "get_basis_display"),
    Column("basis_text", _("consent or provision"), "basis_text"),
    Column("purpose", _("purpose"), "purpose"),
    Column("recipient", _("goes to"), "recipient"),
)


class Exports(ListPage):
    """The register of exports: by whom, when, for what, where it went (req: V14.log)."""

    menu = "evidence"
    title = _("Register of exports")
    lead = _("Every package that left the platform: by whom, when, on what ground, for what, and where it went.")
    permission = "evidence.read"
    columns = (
        Column("evidence", _("evidence"), "evidence.title"),
        Column("site", _("site"), "evidence.site.name"),
        *EXPORT_COLUMNS,
        Column("sha256", _("SHA-256 of the manifest"), "manifest_sha256", CODE, is_hidden=True),
    )
    filters = (
        TextFilter("q", _("title, purpose or recipient"), ("evidence__title", "purpose", "recipient", "basis_text")),
        ChoiceFilter("basis", _("basis"), Export.Basis.choices),
        DateRangeFilter("day", _("exported"), "exported_at"),
    )
    empty = EmptyState(_("Nothing has left the platform"))

    def queryset(self, user: Any) -> QuerySet[Any]:
        return queries.exports(user)

    def row_link(self, row: Any) -> str:
        return reverse("evidence:export-done", args=[row.pk])


@require_GET
def package(request: HttpRequest, pk: int) -> FileResponse:
    """The sealed package, for its exporter, for a day."""
    user = cast("Any", request.user)
    require(user, "video.export")
    made = queries.exports(user).filter(pk=pk).first()
    stored = None if made is None or not may_fetch(user, made) else queries.stored_package(made.evidence)
    if made is None or stored is None:
        raise Http404
    actions.note_download(user, made)
    return FileResponse(
        stored.path.open("rb"),
        as_attachment=True,
        filename=f"{made.evidence.uid}.zip",
        content_type="application/zip",
    )


@require_GET
def copy(request: HttpRequest, pk: int) -> FileResponse:
    """The playable copy with the mark burned in, for its exporter, for a day."""
    user = cast("Any", request.user)
    require(user, "video.export")
    made = queries.exports(user).filter(pk=pk).first()
    stored = None if made is None or not may_fetch(user, made) else queries.stored_copy(made)
    if made is None or stored is None or not stored.path.is_file():
        raise Http404
    actions.note_download(user, made, "copy")
    name = f"{made.evidence.uid}-copy.zip"
    return FileResponse(stored.path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")


def may_fetch(user: Any, made: Export) -> bool:
    """Whether a user may fetch an exported package now."""
    is_fresh = clock.now() - made.exported_at < queries.DOWNLOAD_WITHIN
    return bool(made.exporter_id == user.pk and is_fresh and user.has_perm("video.export"))


def _url(name: str, row: Evidence) -> str:
    return reverse(f"evidence:{name}", args=[row.uid])


def _play(camera: Any, row: Evidence) -> str:
    return f"{reverse('viewing:playback')}?camera={camera.uid}&at={clock.to_us(row.from_at) // 1000}"
