"""Quarantine: rules, register, declarations, inspections."""

from datetime import timedelta
from typing import Any

from access.registry import Rule, World

PROVINCE, SUPERVISOR = "quarantine-province", "quarantine-supervisor"
VETERINARIAN, OFFICER = "quarantine-veterinarian", "quarantine-officer"
PRODUCER, PREVENTION = "quarantine-producer", "quarantine-prevention"


def species(key: str = "common-carp") -> Any:
    from oversite.domains.quarantine.rules.models import Species

    return Species.objects.get(key=key)


def point(world: World) -> Any:
    from oversite.domains.quarantine.registry.models import Point

    values = {"code": "P1", "name": "申报点", "agency": world.tree.post, "area_codes": ["320583"]}
    return world.thing("q-point", lambda: Point.objects.create(**values))


def veterinarian(world: World, name: str = "first") -> Any:
    from oversite.domains.quarantine.registry.models import Veterinarian

    def make() -> Any:
        user = world.user(world.tree.post, VETERINARIAN)
        if name != "first":
            user = world.make_user(world.tree.post, VETERINARIAN, username=f"vet-{name}")
        values = {"user": user, "agency": world.tree.post, "area_codes": ["320583"]}
        return Veterinarian.objects.create(certificate_number=f"V-{name}", **values)

    return world.thing(f"q-vet-{name}", make)


def producer(world: World) -> Any:
    from oversite.common import clock
    from oversite.domains.quarantine.registry.models import Producer

    def make() -> Any:
        made = Producer.objects.create(
            name="苗种场",
            credit_code="91320583MA1ABCDE5R",
            agency=world.tree.post,
            state="confirmed",
            applied_at=clock.now(),
            applied_username="farmer",
        )
        made.licensed.create(species=species())
        return made

    return world.thing("q-producer", make)


def pond(world: World) -> Any:
    from oversite.common import clock

    owner = producer(world)
    return world.thing("q-pond", lambda: owner.ponds.create(code="1", species=species(), counted_at=clock.now()))


def periodic_test(world: World) -> Any:
    from oversite.domains.quarantine.rules.models import Disease
    from oversite.domains.quarantine.rules.queries import today

    owner, disease = producer(world), Disease.objects.get(key="svc")
    values = {"species": species(), "disease": disease, "due_on": today(), "period_days": 90}
    return world.thing("q-test", lambda: owner.tests.create(**values))


def laboratory(world: World) -> Any:
    from oversite.domains.quarantine.registry.models import Laboratory

    return world.thing("q-lab", lambda: Laboratory.objects.create(name="实验室", agency=world.tree.post))


def method(world: World) -> Any:
    from oversite.domains.quarantine.rules.models import Disease

    owner, disease = laboratory(world), Disease.objects.get(key="svc")
    return world.thing("q-method", lambda: owner.methods.create(disease=disease, standard="SC/T"))


def person(world: World) -> Any:
    owner = laboratory(world)
    return world.thing("q-person", lambda: owner.people.create(name="甲", duty="tester"))


def campaign(world: World) -> Any:
    from oversite.common import clock
    from oversite.domains.quarantine.registry.models import Campaign
    from oversite.domains.quarantine.rules.queries import today

    values = {"title": "核查", "agency": world.tree.post, "begun_at": clock.now(), "deadline_on": today()}
    return world.thing("q-campaign", lambda: Campaign.objects.create(**values))


def item(world: World) -> Any:
    owner, subject = campaign(world), point(world)
    values = {"kind": "point", "subject_id": str(subject.pk), "title": "申报点", "agency": world.tree.post}
    return world.thing("q-item", lambda: owner.items.create(**values))


def contacts(world: World) -> Any:
    from oversite.common import clock
    from oversite.domains.quarantine.registry.models import ContactCall
    from oversite.domains.quarantine.rules.queries import today

    values = {"title": "联系人", "agency": world.tree.post, "called_at": clock.now(), "deadline_on": today()}
    return world.thing("q-contacts", lambda: ContactCall.objects.create(**values))


def entry(world: World) -> Any:
    owner = contacts(world)
    values = {"number": 1, "region": "南京", "area_code": "320100", "agency": world.tree.post}
    return world.thing("q-entry", lambda: owner.entries.create(**values))


def problem(world: World) -> Any:
    from oversite.common import clock
    from oversite.domains.quarantine.registry.models import Problem

    def make() -> Any:
        reporter, now = world.user(world.tree.post, SUPERVISOR), clock.now()
        values = {"agency": world.tree.post, "reporter": reporter, "reported_at": now, "changed_at": now}
        return Problem.objects.create(title="问题", text="…", **values)

    return world.thing("q-problem", make)


def declaration(world: World, state: str = "draft") -> Any:
    from oversite.common import clock
    from oversite.domains.quarantine.declarations.models import Declaration
    from oversite.domains.quarantine.rules.queries import today

    def make() -> Any:
        return Declaration.objects.create(
            state=state,
            number="" if state == "draft" else f"苏{state}",
            producer=producer(world),
            point=point(world),
            agency=world.tree.post,
            declarant_name="张三",
            declarant_phone="1",
            species=species(),
            pond=pond(world),
            amount=1,
            unit="tail",
            purpose="farming",
            from_kind="farm",
            from_area="320583",
            from_address="昆山",
            to_kind="farm",
            to_area="320100",
            to_address="南京",
            consignee_name="李四",
            departs_on=today() + timedelta(days=9),
            created_at=clock.now(),
        )

    return world.thing(f"q-declaration-{state}", make)


def purchase(world: World) -> Any:
    from oversite.common import clock
    from oversite.domains.quarantine.declarations.models import PurchaseReport

    def make() -> Any:
        now = clock.now()
        values = {"agency": world.tree.post, "species": species(), "amount": 1, "unit": "tail"}
        times = {"arrived_at": now, "reported_at": now, "is_late": False}
        return PurchaseReport.objects.create(buyer_name="王某", from_area="330500", to_area="320583", **values, **times)

    return world.thing("q-purchase", make)


def inspection(world: World, state: str = "inspecting") -> Any:
    from oversite.common import clock
    from oversite.domains.quarantine.inspections.models import Inspection
    from oversite.domains.quarantine.rules.queries import today

    def make() -> Any:
        return Inspection.objects.create(
            declaration=declaration(world, state),
            agency=world.tree.post,
            veterinarian=veterinarian(world),
            assigned_at=clock.now(),
            assigned_by="甲",
            planned_on=today(),
            place="1号池",
        )

    return world.thing(f"q-inspection-{state}", make)


def notice(world: World) -> Any:
    from oversite.common import clock
    from oversite.domains.quarantine.inspections.models import TreatmentNotice

    def make() -> Any:
        return TreatmentNotice.objects.create(
            inspection=inspection(world, "treated"),
            number="N1",
            agency=world.tree.post,
            basis="法",
            grounds="病",
            amount=1,
            unit="tail",
            measures=[{"kind": "bury", "text": ""}],
            party_name="甲",
            issued_at=clock.now(),
            issued_by="乙",
        )

    return world.thing("q-notice", make)


def record(world: World) -> Any:
    from oversite.common import clock
    from oversite.domains.quarantine.inspections.models import DiseaseRecord
    from oversite.domains.quarantine.rules.models import Disease
    from oversite.domains.quarantine.rules.queries import today

    def make() -> Any:
        return DiseaseRecord.objects.create(
            agency=world.tree.post,
            species=species(),
            disease=Disease.objects.get(key="svc"),
            area_code="320583",
            place="昆山",
            sampled_on=today(),
            result="negative",
            filed_at=clock.now(),
            filed_by="甲",
        )

    return world.thing("q-record", make)


def procedure(world: World, is_draft: bool = True) -> Any:
    from oversite.domains.quarantine.rules.models import Procedure
    from oversite.domains.quarantine.rules.queries import today

    if not is_draft:
        return Procedure.objects.filter(is_shipped=True).first()
    values = {"group": "fish", "title": "规程", "effective_on": today(), "source": "省"}
    return world.thing("q-procedure", lambda: Procedure.objects.create(**values))


def procedure_entry(world: World) -> Any:
    from oversite.domains.quarantine.rules.models import Disease

    owner, disease = procedure(world), Disease.objects.get(key="svc")
    return world.thing("q-procedure-entry", lambda: owner.entries.create(disease=disease, is_whole_group=True))


def attached(world: World) -> Any:
    from oversite.domains.quarantine.files.actions import keep_file

    return world.thing("q-file", lambda: keep_file(None, declaration(world), "licence", "a", b"%PDF-1.7\n%%EOF"))


def keyed(thing: Any) -> Any:
    """Names an object by its uid."""
    return lambda world: {"uid": thing(world).uid}


def numbered(model: str) -> Any:
    """Names a shipped row by its key."""

    def kwargs(_world: World) -> dict[str, Any]:
        from django.apps import apps

        return {"pk": apps.get_model("quarantine_rules", model).objects.first().pk}

    return kwargs


def of(thing: Any, role: str, **values: Any) -> Rule:
    return Rule(role=role, kwargs=keyed(thing), has_object=True, **values)


def ruled(role: str, kwargs: Any, **values: Any) -> Rule:
    return Rule(role=role, kwargs=kwargs, **values)


RULES = {
    "quarantine_files:file": of(attached, OFFICER),
    "quarantine_rules:procedures": Rule(role=PROVINCE),
    "quarantine_rules:procedure-new": Rule(role=PROVINCE),
    "quarantine_rules:procedure": ruled(PROVINCE, lambda world: {"pk": procedure(world).pk}),
    "quarantine_rules:procedure-change": ruled(PROVINCE, lambda world: {"pk": procedure(world).pk}),
    "quarantine_rules:publish": ruled(PROVINCE, lambda world: {"pk": procedure(world).pk}),
    "quarantine_rules:repeal": ruled(PROVINCE, lambda world: {"pk": procedure(world, is_draft=False).pk}),
    "quarantine_rules:entry-new": ruled(PROVINCE, lambda world: {"pk": procedure(world).pk}),
    "quarantine_rules:entry": ruled(
        PROVINCE, lambda world: {"pk": procedure(world).pk, "entry": procedure_entry(world).pk}
    ),
    "quarantine_rules:species-list": Rule(role=VETERINARIAN),
    "quarantine_rules:species-new": Rule(role=PROVINCE),
    "quarantine_rules:species": ruled(PROVINCE, numbered("Species")),
    "quarantine_rules:diseases": Rule(role=VETERINARIAN),
    "quarantine_rules:disease-new": Rule(role=PROVINCE),
    "quarantine_rules:disease": ruled(PROVINCE, numbered("Disease")),
    "quarantine_rules:categories": Rule(role=VETERINARIAN),
    "quarantine_rules:category-new": Rule(role=PROVINCE),
    "quarantine_rules:category": ruled(PROVINCE, numbered("FarmCategory")),
    "quarantine_rules:musts": Rule(role=VETERINARIAN),
    "quarantine_rules:must-new": Rule(role=PROVINCE),
    "quarantine_rules:must-end": ruled(PROVINCE, numbered("MustRule")),
    "quarantine_rules:settings": Rule(role=VETERINARIAN),
    "quarantine_rules:settings-import": Rule(role=PROVINCE),
    "quarantine_rules:setting": ruled(PROVINCE, lambda _world: {"key": "declaration.lead_days"}),
    "quarantine_registry:register": Rule(is_public=True),
    "quarantine_registry:registered": Rule(is_public=True, kwargs=keyed(producer)),
    "quarantine_registry:public-points": Rule(is_public=True),
    "quarantine_registry:producers": Rule(role=SUPERVISOR),
    "quarantine_registry:producer-new": Rule(role=SUPERVISOR),
    "quarantine_registry:producer": of(producer, SUPERVISOR),
    "quarantine_registry:producer-change": of(producer, SUPERVISOR),
    "quarantine_registry:producer-confirm": of(producer, SUPERVISOR),
    "quarantine_registry:producer-refuse": of(producer, SUPERVISOR),
    "quarantine_registry:producer-suspend": of(producer, SUPERVISOR),
    "quarantine_registry:producer-resume": of(producer, SUPERVISOR),
    "quarantine_registry:pond-new": of(producer, SUPERVISOR),
    "quarantine_registry:pond": Rule(
        role=SUPERVISOR, kwargs=lambda world: {"uid": producer(world).uid, "pond": pond(world).uid}, has_object=True
    ),
    "quarantine_registry:tests": Rule(role=SUPERVISOR),
    "quarantine_registry:test": of(periodic_test, SUPERVISOR),
    "quarantine_registry:points": Rule(role=SUPERVISOR),
    "quarantine_registry:point-new": Rule(role=SUPERVISOR),
    "quarantine_registry:point": of(point, SUPERVISOR),
    "quarantine_registry:point-change": of(point, SUPERVISOR),
    "quarantine_registry:veterinarians": Rule(role=SUPERVISOR),
    "quarantine_registry:veterinarian-new": Rule(role=SUPERVISOR),
    "quarantine_registry:veterinarian": of(veterinarian, SUPERVISOR),
    "quarantine_registry:veterinarian-change": of(veterinarian, SUPERVISOR),
    "quarantine_registry:laboratories": Rule(role=SUPERVISOR),
    "quarantine_registry:laboratory-new": Rule(role=SUPERVISOR),
    "quarantine_registry:laboratory": of(laboratory, SUPERVISOR),
    "quarantine_registry:laboratory-change": of(laboratory, SUPERVISOR),
    "quarantine_registry:method-new": of(laboratory, SUPERVISOR),
    "quarantine_registry:method": Rule(
        role=SUPERVISOR, kwargs=lambda world: {"uid": laboratory(world).uid, "row": method(world).pk}, has_object=True
    ),
    "quarantine_registry:person-new": of(laboratory, SUPERVISOR),
    "quarantine_registry:person": Rule(
        role=SUPERVISOR, kwargs=lambda world: {"uid": laboratory(world).uid, "row": person(world).pk}, has_object=True
    ),
    "quarantine_registry:campaigns": Rule(role=SUPERVISOR),
    "quarantine_registry:campaign-new": Rule(role=PROVINCE),
    "quarantine_registry:campaign": of(campaign, SUPERVISOR),
    "quarantine_registry:campaign-close": of(campaign, PROVINCE),
    "quarantine_registry:campaign-items": of(campaign, SUPERVISOR),
    "quarantine_registry:campaign-item": Rule(
        role=SUPERVISOR, kwargs=lambda world: {"uid": campaign(world).uid, "item": item(world).pk}, has_object=True
    ),
    "quarantine_registry:campaign-confirm": Rule(
        role=SUPERVISOR, kwargs=lambda world: {"uid": campaign(world).uid, "item": item(world).pk}, has_object=True
    ),
    "quarantine_registry:contacts": Rule(role=SUPERVISOR),
    "quarantine_registry:contacts-new": Rule(role=PROVINCE),
    "quarantine_registry:contact-entries": of(contacts, SUPERVISOR),
    "quarantine_registry:contacts-print": of(contacts, SUPERVISOR),
    "quarantine_registry:contact-entry": Rule(
        role=SUPERVISOR, kwargs=lambda world: {"uid": contacts(world).uid, "pk": entry(world).pk}, has_object=True
    ),
    "quarantine_registry:problems": Rule(role=SUPERVISOR),
    "quarantine_registry:problem-new": Rule(role=SUPERVISOR),
    "quarantine_registry:problem": of(problem, SUPERVISOR),
    "quarantine_registry:problem-answer": of(problem, SUPERVISOR),
    "quarantine_declarations:declarations": Rule(role=OFFICER),
    "quarantine_declarations:new": Rule(role=OFFICER),
    "quarantine_declarations:draft": Rule(
        role=OFFICER, kwargs=lambda world: {"producer": producer(world).uid}, has_object=True
    ),
    "quarantine_declarations:declaration": of(declaration, OFFICER),
    "quarantine_declarations:change": of(declaration, OFFICER),
    "quarantine_declarations:submit": of(declaration, OFFICER),
    "quarantine_declarations:withdraw": of(declaration, OFFICER),
    "quarantine_declarations:accept": of(declaration, OFFICER),
    "quarantine_declarations:refuse": of(declaration, OFFICER),
    "quarantine_declarations:correction": of(declaration, OFFICER),
    "quarantine_declarations:archive": of(declaration, OFFICER),
    "quarantine_declarations:attach": of(declaration, OFFICER),
    "quarantine_declarations:paper": of(declaration, OFFICER),
    "quarantine_declarations:purchases": Rule(role=OFFICER),
    "quarantine_declarations:purchase-new": Rule(role=OFFICER),
    "quarantine_declarations:purchase": of(purchase, OFFICER),
    "quarantine_inspections:inspections": Rule(role=VETERINARIAN),
    "quarantine_inspections:assign": of(lambda world: declaration(world, "accepted"), OFFICER),
    "quarantine_inspections:inspection": of(inspection, VETERINARIAN),
    "quarantine_inspections:conduct": of(inspection, VETERINARIAN),
    "quarantine_inspections:sync": of(inspection, VETERINARIAN),
    "quarantine_inspections:sign": of(
        inspection, VETERINARIAN, body=lambda _world: {}, without_right_role="an empty signature is unreadable"
    ),
    "quarantine_inspections:field": Rule(role=VETERINARIAN),
    "quarantine_inspections:field-files": Rule(role=VETERINARIAN),
    "quarantine_inspections:field-worker": Rule(role=VETERINARIAN),
    "quarantine_inspections:field-manifest": Rule(role=VETERINARIAN),
    "quarantine_inspections:field-icon": Rule(role=VETERINARIAN),
    "quarantine_inspections:photo": of(inspection, VETERINARIAN),
    "quarantine_inspections:qualify": of(inspection, VETERINARIAN),
    "quarantine_inspections:disqualify": of(inspection, VETERINARIAN),
    "quarantine_inspections:treat": of(lambda world: inspection(world, "unqualified"), VETERINARIAN),
    "quarantine_inspections:archive": of(inspection, VETERINARIAN),
    "quarantine_inspections:record": of(
        inspection, VETERINARIAN, without_right_role="only a decided one has a work record"
    ),
    "quarantine_inspections:treatments": Rule(role=VETERINARIAN),
    "quarantine_inspections:treatment": of(notice, VETERINARIAN),
    "quarantine_inspections:dispose": of(notice, VETERINARIAN),
    "quarantine_inspections:recover": of(notice, VETERINARIAN),
    "quarantine_inspections:notice": of(notice, VETERINARIAN, without_right_role="no paper was printed here"),
    "quarantine_inspections:diseases": Rule(role=VETERINARIAN),
    "quarantine_inspections:disease-map": Rule(role=VETERINARIAN),
    "quarantine_inspections:disease-new": Rule(role=PREVENTION),
    "quarantine_inspections:disease": ruled(VETERINARIAN, keyed(record)),
    "quarantine_inspections:disease-withdraw": ruled(PREVENTION, keyed(record)),
}
