"""The register as files: the columns that go out and come in, and what is wrong with each row."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from oversite.base.audit.actions import record
from oversite.base.sites import actions, checks, queries
from oversite.base.sites.models import Area, Contact, Site
from oversite.base.sites.slots import SITE_CLASSES
from oversite.screens.tables import ImportColumn, Imported, ImportRow

if TYPE_CHECKING:
    from oversite.base.accounts.models import User
    from oversite.base.agencies.models import Agency

SITE_COLUMNS: Sequence[ImportColumn] = (
    ImportColumn(
        "code",
        pgettext_lazy("site", "code"),
        True,
        "FJ001",
        _("letters, digits, hyphens; a known code changes that site"),
    ),
    ImportColumn("name", _("name"), True, "一号养殖场"),
    ImportColumn("name_en", _("English name")),
    ImportColumn("site_class", _("class"), True, "aquaculture-farm", _("name or key of the class")),
    ImportColumn("agency", _("agency in charge"), True, "350100", _("code or full name")),
    ImportColumn("operator", _("operator"), False, "350100E1", _("code or full name of an enterprise")),
    ImportColumn("contact_name", _("contact"), False, "值班室"),
    ImportColumn("contact_phone", _("contact's telephone"), False, "0591-00000000"),
    ImportColumn("address", _("address"), False, "福建省福州市连江县"),
    ImportColumn("latitude", _("latitude"), False, "26.197000", _("degrees, decimal, north positive")),
    ImportColumn("longitude", _("longitude"), False, "119.540000", _("degrees, decimal, east positive")),
    ImportColumn("is_active", _("active"), False, "yes", _("yes or no")),
)
AREA_COLUMNS: Sequence[ImportColumn] = (
    ImportColumn("code", pgettext_lazy("site", "code"), True, "A1"),
    ImportColumn("name", _("name"), True, "饲料仓库"),
    ImportColumn("kind", _("kind"), True, "feed-store"),
    ImportColumn("length_m", _("length"), False, "12", _("metres")),
    ImportColumn("width_m", _("width"), False, "8", _("metres")),
    ImportColumn("height_m", _("height"), False, "4", _("metres")),
    ImportColumn("boundary", _("boundary")),
    ImportColumn("is_key", _("key area"), False, "no", _("yes or no")),
)
SITE_AREA_COLUMNS: Sequence[ImportColumn] = (ImportColumn("site", _("site code"), True, "FJ001"), *AREA_COLUMNS)
CONTACT_COLUMNS: Sequence[ImportColumn] = (
    ImportColumn("name", _("name"), True),
    ImportColumn("post", _("post")),
    ImportColumn("phone", _("telephone"), True),
)
NESTED = {"areas": AREA_COLUMNS, "contacts": CONTACT_COLUMNS}
YES, NO = frozenset({"yes", "true", "1", "是"}), frozenset({"no", "false", "0", "否"})


class SiteImporter:
    """Checks and applies rows of sites for one user; agencies and known sites are read once."""

    def __init__(self, user: "User") -> None:
        self.user = user
        self.agencies = _by_code_and_name(queries.agencies_in_charge(user))
        self.operators = _by_code_and_name(queries.operators(user))
        self.known = {site.code: site for site in queries.changeable_sites(user)}
        self.classes = _class_names()

    def check(self, rows: Iterable[ImportRow]) -> None:
        """Add to each row what is wrong with it, and with the areas and contacts in it."""
        seen: dict[str, int] = {}
        for row in rows:
            first = seen.setdefault(row.values["code"], row.number)
            if row.values["code"] and first != row.number:
                row.errors.append(
                    _t("The code %(code)s stands in row %(row)s already.") % {"code": row.values["code"], "row": first}
                )
            if not row.errors:
                self._check_site(row)
            _check_areas(row, self.classes.get(row.values["site_class"], ""))

    def _check_site(self, row: ImportRow) -> None:
        values = self.values(row)
        if not row.errors:
            known = self.known.get(values["code"])
            changed = values if known is None else row.kept(values)
            row.errors += checks.site_problems(_copy(known or Site(), changed), self.user)

    def values(self, row: ImportRow) -> dict[str, Any]:
        """The fields of a site from a row; what is wrong is added to the row's errors."""
        texts = row.values
        values: dict[str, Any] = {name: texts[name] for name in ("code", "name", "name_en", "contact_name", "address")}
        values["contact_phone"] = texts["contact_phone"]
        values["site_class"] = self.classes.get(texts["site_class"], texts["site_class"])
        values["agency"] = _found(row, self.agencies, texts["agency"], _t("agency in charge"))
        operator = texts["operator"]
        values["operator"] = _found(row, self.operators, operator, _t("operator")) if operator else None
        for name in ("latitude", "longitude"):
            values[name] = _degrees(row, name)
        values["is_active"] = _yes_no(row, "is_active", is_default=True)
        row.errors += _too_long(Site, values)
        return values

    def apply(self, rows: Sequence[ImportRow]) -> Imported:
        """Take all rows in, or none: a row whose code is known changes that site."""
        done = Imported()
        with transaction.atomic():
            for row in rows:
                known = self.known.get(row.values["code"])
                before = None if known is None else exported_whole(known)
                values = self.values(row)
                site = actions.save_site(self.user, known, values if known is None else row.kept(values))
                _save_areas(self.user, site, row.nested.get("areas", ()))
                _save_contacts(self.user, site, row.nested.get("contacts", ()))
                done.note(before, exported_whole(site))
            data = {"rows": len(rows), **done.counts}
            record("sites.register.imported", actor=self.user, data=data, clause="C-A4.8")
        return done


class AreaImporter:
    """Checks and applies rows of areas of many sites for one user."""

    def __init__(self, user: "User") -> None:
        self.user = user
        self.sites = {site.code: site for site in queries.changeable_sites(user)}

    def check(self, rows: Iterable[ImportRow]) -> None:
        """Add to each row what is wrong with it."""
        seen: dict[tuple[str, str], int] = {}
        for row in rows:
            place = (row.values["site"], row.values["code"])
            first = seen.setdefault(place, row.number)
            if all(place) and first != row.number:
                row.errors.append(
                    _t("The code %(code)s stands in row %(row)s already.") % {"code": place[1], "row": first}
                )
            site = self.sites.get(place[0])
            if site is None and place[0]:
                row.errors.append(_t("None of your sites has the code %(code)s.") % {"code": place[0][:40]})
            if site is not None and not row.errors:
                _check_area(row, site)

    def apply(self, rows: Sequence[ImportRow]) -> Imported:
        """Take all rows in, or none: a row whose code is known in its site changes that area."""
        done = Imported()
        with transaction.atomic():
            for row in rows:
                site = self.sites[row.values["site"]]
                before = _area_of(site, row.values["code"])
                _save_areas(self.user, site, [row])
                done.note(before, _area_of(site, row.values["code"]))
            data = {"areas": len(rows), **done.counts}
            record("sites.register.imported", actor=self.user, data=data, clause="C4")
        return done


def exported_site(site: Site) -> dict[str, Any]:
    """A site as the import takes it again."""
    return {
        "code": site.code,
        "name": site.name,
        "name_en": site.name_en,
        "site_class": site.site_class,
        "agency": site.agency.code,
        "operator": site.operator.code if site.operator else "",
        "contact_name": site.contact_name,
        "contact_phone": site.contact_phone,
        "address": site.address,
        "latitude": _text(site.latitude),
        "longitude": _text(site.longitude),
        "is_active": "yes" if site.is_active else "no",
    }


def exported_area(area: Area) -> dict[str, Any]:
    """An area as the import takes it again."""
    return {
        "code": area.code,
        "name": area.name,
        "kind": area.kind,
        "length_m": _text(area.length_m),
        "width_m": _text(area.width_m),
        "height_m": _text(area.height_m),
        "boundary": area.boundary,
        "is_key": "yes" if area.is_key else "no",
    }


def exported_areas(sites: Iterable[Site]) -> list[dict[str, Any]]:
    """The areas of sites as rows of their own workbook, with the code of the site first."""
    return [{"site": site.code, **exported_area(area)} for site in sites for area in queries.areas_of(site)]


def exported_whole(site: Site) -> dict[str, Any]:
    """A site with its areas and contacts, for JSON."""
    contacts = [
        {"name": contact.name, "post": contact.post, "phone": contact.phone} for contact in queries.contacts_of(site)
    ]
    areas = [exported_area(area) for area in queries.areas_of(site)]
    return {**exported_site(site), "areas": areas, "contacts": contacts}


def _area_of(site: Site, code: str) -> dict[str, Any] | None:
    known = Area.objects.filter(site=site, code=code).first()
    return None if known is None else exported_area(known)


def _class_names() -> dict[str, str]:
    """Key of a class by its name in either language, or by itself."""
    names: dict[str, str] = {}
    for key, site_class in SITE_CLASSES.items():
        names |= {site_class.label_zh: key, site_class.label_en: key, key: key}
    return names


def _area_kind_names(class_key: str) -> dict[str, str]:
    """Key of a kind of area by its name in either language."""
    site_class = SITE_CLASSES.get(class_key)
    return {name: kind[0] for kind in site_class.area_kinds for name in kind} if site_class else {}


def _by_code_and_name(agencies: Iterable["Agency"]) -> "dict[str, Agency]":
    """By code and by name; a name that two bear finds neither."""
    found: dict[str, Agency] = {}
    twice: set[str] = set()
    rows = list(agencies)
    for agency in rows:
        if agency.name in found:
            twice.add(agency.name)
        found[agency.name] = agency
    return {key: value for key, value in found.items() if key not in twice} | {row.code: row for row in rows}


def _found(row: ImportRow, agencies: "Mapping[str, Agency]", text: str, label: str) -> "Agency | None":
    agency = agencies.get(text)
    if agency is None:
        row.errors.append(
            _t("%(label)s: nobody in your subtree has the code or name “%(text)s”.")
            % {"label": label, "text": text[:60]}
        )
    return agency


def _degrees(row: ImportRow, name: str) -> Decimal | None:
    text = row.values[name]
    try:
        return checks.degrees(text, name) if text else None
    except ValueError as error:
        row.errors.append(str(error))
        return None


def _yes_no(row: ImportRow, name: str, *, is_default: bool) -> bool:
    text = row.values[name].lower()
    if text and text not in YES | NO:
        row.errors.append(_t("“%(text)s”: write yes or no.") % {"text": text[:20]})
    return text in YES if text else is_default


def _metres(row: ImportRow, name: str) -> Decimal | None:
    text = row.values[name]
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(-1)
    if not (value.is_finite() and 0 < value < 1_000_000):
        row.errors.append(_t("“%(text)s”: a size is a number of metres above 0.") % {"text": text[:20]})
        return None
    return value.quantize(Decimal("0.01"))


def _area_values(row: ImportRow, site: Site) -> dict[str, Any]:
    values: dict[str, Any] = {name: row.values[name] for name in ("code", "name", "kind", "boundary")}
    values["kind"] = _area_kind_names(site.site_class).get(values["kind"], values["kind"])
    for name in ("length_m", "width_m", "height_m"):
        values[name] = _metres(row, name)
    values["is_key"] = _yes_no(row, "is_key", is_default=False)
    row.errors += _too_long(Area, values)
    return {**values, "site": site}


def _check_area(row: ImportRow, site: Site) -> None:
    values = _area_values(row, site)
    if not row.errors:
        known = Area.objects.filter(site=site.pk, code=values["code"]).first() if site.pk else None
        changed = values if known is None else {**row.kept(values), "site": site}
        row.errors += checks.area_problems(_copy(known or Area(), changed))


def _check_areas(row: ImportRow, class_key: str) -> None:
    """Check the areas in a row against each other and by themselves."""
    site = Site(code=row.values["code"], site_class=class_key)
    seen: set[str] = set()
    for area in row.nested.get("areas", ()):
        if area.values["code"] in seen:
            area.errors.append(_t("The code %(code)s stands here twice.") % {"code": area.values["code"]})
        seen.add(area.values["code"])
        values = _area_values(area, site)
        if not area.errors:
            area.errors += checks.area_problems(_copy(Area(), values))
    for name in NESTED:
        known = set(row.errors)
        texts = [f"{name} {each.number}: {error}" for each in row.nested.get(name, ()) for error in each.errors]
        row.errors += [text for text in texts if text not in known]


def _save_areas(user: "User", site: Site, rows: Iterable[ImportRow]) -> None:
    for row in rows:
        known = Area.objects.filter(site=site, code=row.values["code"]).first()
        values = _area_values(ImportRow(row.number, row.values), site)
        actions.save_area(user, known, values if known is None else {**row.kept(values), "site": site})


def _save_contacts(user: "User", site: Site, rows: Iterable[ImportRow]) -> None:
    for row in rows:
        known = Contact.objects.filter(site=site, name=row.values["name"]).first()
        values = row.values if known is None else row.kept(row.values)
        actions.save_contact(user, known, {**values, "site": site})


def _copy(instance: Any, values: Mapping[str, Any]) -> Any:
    """An unsaved copy with other values, to be checked."""
    copy = type(instance)(**{field.attname: getattr(instance, field.attname) for field in instance._meta.fields})
    for name, value in values.items():
        setattr(copy, name, value)
    return copy


def _too_long(model: Any, values: Mapping[str, Any]) -> list[str]:
    problems = []
    for name, value in values.items():
        field = model._meta.get_field(name)
        if isinstance(value, str) and field.max_length and len(value) > field.max_length:
            problems.append(
                _t("“%(label)s” has more than %(most)s characters.")
                % {"label": field.verbose_name, "most": field.max_length}
            )
    return problems


def _text(value: Decimal | None) -> str:
    return "" if value is None else str(value)
