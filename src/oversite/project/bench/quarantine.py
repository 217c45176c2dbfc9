"""Qualified inspections for the bench, written straight into an empty database: the way to them is not measured."""

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from oversite.common import clock

if TYPE_CHECKING:
    from oversite.domains.quarantine.inspections.models import Inspection
    from oversite.domains.quarantine.registry.models import Point, Producer, Veterinarian
    from oversite.domains.quarantine.rules.models import Species


def qualified_inspections(count: int) -> "Iterator[Inspection]":
    """So many, all of one veterinarian with numbers in hand, seal and signature enrolled."""
    from oversite.base.accounts.actions import create_user, grant_role
    from oversite.base.accounts.models import Role
    from oversite.base.agencies.actions import create_agency
    from oversite.base.numbers.actions import INSTALLATION, Holder, allot
    from oversite.domains.quarantine.certificates import actions
    from oversite.domains.quarantine.certificates.numbering import certificate_pool
    from oversite.domains.quarantine.registry.models import Point, Producer, Veterinarian
    from oversite.domains.quarantine.rules.models import Species

    province = create_agency(None, parent=None, code="BENCH", name="省动物卫生监督所", kind="agriculture", level=1)
    county = create_agency(None, parent=province, code="BENCH1", name="县动物卫生监督所", kind="agriculture", level=3)
    type(county).objects.filter(pk=county.pk).update(phone="0514-80000000")
    county.refresh_from_db()
    people = []
    for name, agency, role in (("兽医", county, "quarantine-veterinarian"), ("省级", province, "quarantine-province")):
        user = create_user(None, username=f"bench-{role}", name=name, agency=agency).user
        grant_role(None, user, Role.objects.get(key=role))
        people.append(type(user).objects.get(pk=user.pk))
    veterinarian = Veterinarian.objects.create(
        user=people[0], agency=county, certificate_number="BENCH0001", area_codes=["32"]
    )
    allot(None, certificate_pool(), INSTALLATION, Holder.of(veterinarian), count)
    for kind in ("seal", "signature"):
        enrolment = actions.request_enrolment(people[0], kind, county, _ring())
        actions.approve_enrolment(people[1], enrolment)
    now = clock.now()
    producer = Producer.objects.create(
        name="苗种场", credit_code="BENCH", agency=county, state="confirmed", applied_at=now
    )
    point = Point.objects.create(code="BENCH", name="申报点", agency=county)
    species = Species.objects.create(key="bench", name_zh="罗氏沼虾", group="crustacean")
    for number in range(count):
        yield _inspection(veterinarian, producer, point, species, number)


def _inspection(
    veterinarian: "Veterinarian", producer: "Producer", point: "Point", species: "Species", number: int
) -> "Inspection":
    from oversite.domains.quarantine.declarations.models import Declaration
    from oversite.domains.quarantine.inspections.models import Inspection

    now = clock.now()
    agency = point.agency
    declaration = Declaration.objects.create(
        number=f"BENCH{number:06d}",
        state="qualified",
        producer=producer,
        point=point,
        agency=agency,
        declarant_name="李养殖",
        declarant_phone="0514-86000000",
        species=species,
        amount=1_200_000,
        unit="tail",
        purpose="farming",
        from_kind="farm",
        from_area="321012",
        from_address="江苏省扬州市江都区邵伯镇甘棠路8号",
        to_kind="farm",
        to_area="330503",
        to_address="浙江省湖州市南浔区菱湖镇鱼种场",
        consignee_name="湖州菱湖鱼种场",
        carrier_name="顺达水产运输队",
        carrier_phone="0514-80000001",
        vehicle="苏K12345",
        departs_on=now.date(),
        created_at=now,
    )
    return Inspection.objects.create(
        declaration=declaration,
        agency=agency,
        veterinarian=veterinarian,
        assigned_at=now,
        assigned_by="站长",
        planned_on=now.date(),
        place="邵伯镇",
        disinfectant="聚维酮碘",
        verdict="qualified",
        decided_at=now,
        record_number=f"JL{number:06d}",
    )


def _ring() -> bytes:
    picture = Image.new("RGB", (800, 800), "white")
    ImageDraw.Draw(picture).ellipse((60, 60, 740, 740), outline=(200, 20, 30), width=30)
    stream = BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()
