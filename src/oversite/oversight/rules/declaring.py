"""Pages where areas and cameras are declared."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from oversite.base.sites.queries import areas_of
from oversite.oversight.rules import actions, choices, queries
from oversite.oversight.rules.construction import as_planned
from oversite.oversight.rules.engine.facts import AreaFacts, SiteFacts
from oversite.oversight.rules.engine.problems import FactsError
from oversite.oversight.rules.engine.rule import Rulebook
from oversite.oversight.rules.forms import AreaForm, CameraForm, SiteForm
from oversite.oversight.rules.views import SitePage, placement_url
from oversite.screens.form_page import FormPage
from oversite.video.cameras.queries import registered_cameras


class DeclarePage(SitePage, FormPage):
    """A form about a site whose rulebook says what may be declared."""

    permission = "rules.declare"

    def site(self) -> Any:
        """The site that the address names."""
        return get_object_or_404(queries.judged_sites(self.user), uid=self.kwargs["uid"])

    def cancel_to(self) -> str:
        return placement_url(self.site())

    def book(self) -> Rulebook:
        """The book by which the site is judged."""
        book = queries.book_of(self.site())
        if book is None:
            raise Http404
        return book

    def facts(self) -> SiteFacts:
        """The facts as they are; what no longer fits the book must be mended in the register first."""
        try:
            return queries.site_facts(self.site(), self.book())
        except FactsError as error:
            raise actions.unfit(error) from error


class SiteDeclare(DeclarePage):
    """Features and facts of a site."""

    title = _("Facts of the site")
    lead = _("What rules about the whole site ask for.")
    form_class = SiteForm

    def form(self, **kwargs: Any) -> Any:
        declared = queries.site_declaration(self.site())
        features = list(declared.features) if declared else []
        facts, known = (declared.facts if declared else {}), queries.known_facts(self.site()).site
        return SiteForm(book=self.book(), features=features, facts=facts, known=known.keys(), **kwargs)

    def perform(self, form: Any, user: Any) -> str:
        site = self.site()
        values = {"features": form.cleaned_data["features"], "facts": form.facts()}
        actions.declare_site(user, site, values)
        return placement_url(site)


class AreaDeclare(DeclarePage):
    """What an area consists of."""

    lead = _("How many of each part the area has; the rules count by them.")
    form_class = AreaForm

    def area(self) -> Any:
        """The area that the address names."""
        return get_object_or_404(areas_of(self.site()), pk=self.kwargs["area"])

    def heading(self, subject: Any = None) -> Any:
        return _("%(area)s · Parts of the area") % {"area": self.area().name}

    def form(self, **kwargs: Any) -> Any:
        book, site = self.book(), self.site()
        present = choices.area_of(self.facts(), self.area().code) or AreaFacts(self.area().code, self.area().kind)
        rules = choices.rules_about(book, site.site_class, present)
        return AreaForm(book=book, site_class=site.site_class, area=present, rules=rules, **kwargs)

    def perform(self, form: Any, user: Any) -> str:
        actions.declare_area(user, self.area(), form.values())
        return placement_url(self.site())


class CameraDeclare(DeclarePage):
    """What a camera sees."""

    lead = _("Open its picture and tick what can be seen there clearly.")
    form_class = CameraForm

    def queryset(self, user: Any) -> QuerySet[Any]:
        return registered_cameras(user).filter(site__in=queries.judged_sites(user))

    def camera(self) -> Any:
        """The camera that the address names."""
        return get_object_or_404(self.queryset(self.user), uid=self.kwargs["uid"])

    def site(self) -> Any:
        return self.camera().site

    def heading(self, subject: Any = None) -> Any:
        return _("%(camera)s · What it sees") % {"camera": self.camera().name}

    def page_acts(self, user: Any) -> Any:
        from oversite.screens.acts import Act

        del user
        wall = reverse("viewing:wall") + f"?camera={self.camera().uid}"
        return [Act(_("Live picture"), wall, "device-cctv")]

    def form(self, **kwargs: Any) -> Any:
        camera, book, site = self.camera(), self.book(), self.site()
        facts = self.facts()
        area = choices.area_of(facts, camera.area.code) if camera.area else None
        rules = choices.rules_about(book, site.site_class, area) if area else []
        said = queries.camera_declaration(camera)
        declared = {"sees": said.sees, "stands": said.stands, "mount": said.mount, "facts": said.facts} if said else {}
        proposed = self.proposed(camera) if declared.get("sees") is None else None
        known = queries.known_facts(site).cameras.get(str(camera.uid), {}).keys()
        return CameraForm(
            book=book, area=area, rules=rules, declared=declared, proposed=proposed, known=known, **kwargs
        )

    def proposed(self, camera: Any) -> dict[str, Any] | None:
        """What the construction line that the camera fills wants it to see; a kept camera's line wants nothing."""
        line = queries.line_of(camera)
        return as_planned(line) if line is not None and line.spec.get("sees") else None

    def perform(self, form: Any, user: Any) -> str:
        actions.declare_camera(user, self.camera(), form.values())
        return placement_url(self.site())
