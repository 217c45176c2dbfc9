"""The demonstration's certificates: one in every state, under an enrolled seal and signature, and spoilt numbers.

Each is issued by the acts that people would take, at the time at which they would have taken them.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw

from oversite.base.accounts.models import User
from oversite.base.numbers.actions import Holder
from oversite.base.numbers.models import Block
from oversite.common import clock

if TYPE_CHECKING:
    from oversite.domains.quarantine.certificates.models import Certificate

SET_UP_DAYS_AGO, ENROLLED_DAYS_AGO, EXPIRED_DAYS_AGO = 20, 12, 9
TO_SECOND_VETERINARIAN, LOST, SPOILT = 20, 3, 2

Qualify = Callable[..., Any]
"""Gives a new inspection of the first veterinarian's that was decided as qualified; what was declared may differ."""
WITHIN: dict[str, Any] = {"to_area": "320500", "to_address": "江苏省苏州市吴江区示范养殖场"}
PRODUCTS: dict[str, Any] = {
    "goods": "product",
    "product_name": "冰鲜鲤鱼",
    "pond": None,
    "unit": "kilogram",
    "amount": 800,
}


def ago(**past: float) -> AbstractContextManager[None]:
    """Within it the clock shows a time gone by."""
    return clock.set_back(timedelta(**past))


@contextmanager
def done(**past: float) -> Iterator[None]:
    """Acts of a time gone by with the papers that they leave: printed, sealed and signed then, not today."""
    with ago(**past):
        yield
        complete_certificates()


def load_enrolments(veterinarian: Any, point: Any) -> None:
    """The keys, seal and signature, asked for and approved; numbers handed on, and some lost and spoilt."""
    from oversite.domains.quarantine.certificates import keys

    with ago(days=ENROLLED_DAYS_AGO):
        keys.code_key()
        keys.sm2_key()
        _enrol(veterinarian)
        _hand_on(point)


def load_certificates(veterinarian: Any, second: Any, qualify: Qualify) -> None:
    """One certificate in every state that a certificate can stand in."""
    user = veterinarian.user
    _expired(user, qualify)
    _void(user, qualify)
    _replaced(user, qualify)
    _arrived(user, qualify, 1)
    _arrived(user, qualify, 3)
    _printed(user, qualify)
    _within_the_province(user, qualify)
    _products(user, qualify)
    _closed(user, qualify)
    _without_signature(second.user, qualify)


def complete_certificates() -> None:
    """Make the PDFs and work records that the worker would make within its next minute, at the time shown there."""
    from oversite.domains.quarantine.certificates import actions, queries
    from oversite.domains.quarantine.inspections.actions import complete_record
    from oversite.domains.quarantine.inspections.queries import due_records

    for certificate in list(queries.incomplete_certificates()):
        actions.complete_certificate(certificate)
    for inspection in list(due_records()):
        complete_record(inspection)


def _enrol(veterinarian: Any) -> None:
    from oversite.domains.quarantine.certificates import actions

    keeper, province = (User.objects.get(username=name) for name in ("q-supervisor", "q-province"))
    seal = actions.request_enrolment(keeper, "seal", veterinarian.agency, _seal_picture())
    actions.approve_enrolment(province, seal)
    signature = actions.request_enrolment(veterinarian.user, "signature", veterinarian.agency, _signature_picture())
    actions.approve_enrolment(keeper, signature)


def _hand_on(point: Any) -> None:
    from oversite.domains.quarantine.certificates import actions
    from oversite.domains.quarantine.certificates.holders import below

    officer, hand = User.objects.get(username="q-officer"), Holder.of(point)
    receiver = next(each.holder for each in below(hand) if each.name == "官方兽医乙")
    actions.allot_numbers(officer, hand, receiver, TO_SECOND_VETERINARIAN)
    for count, state, reason in ((LOST, "lost", "空白证明在途中遗失，已登报声明"), (SPOILT, "void", "套打时卡纸损坏")):
        first = Block.objects.get(holder_kind=hand.kind, holder_id=hand.id).first
        actions.spoil_numbers(officer, hand, first, first + count - 1, state, reason)


def _issue(user: User, qualify: Qualify, vehicle: str, days: int = 3, **changes: Any) -> "Certificate":
    from oversite.domains.quarantine.certificates import actions
    from oversite.domains.quarantine.certificates.facts import Terms

    terms = Terms(
        days=days,
        transport_zh="公路",
        carrier="示范水产运输队",
        carrier_phone="13900000003",
        vehicle=vehicle,
        disinfectant="聚维酮碘",
        destination=changes.get("to_address", "浙江省杭州市余杭区示范养殖场"),
        marks="苏A0000123",
        departs_on=clock.now().astimezone(clock.BEIJING).date().isoformat(),
    )
    return actions.issue_certificate(user, qualify(**changes), terms)


def _expired(user: User, qualify: Qualify) -> None:
    with done(days=EXPIRED_DAYS_AGO):
        _issue(user, qualify, "苏E20001", days=2)


def _void(user: User, qualify: Qualify) -> None:
    from oversite.domains.quarantine.certificates import actions

    with done(hours=20):
        certificate = _issue(user, qualify, "苏E20002")
    with done(hours=19):
        actions.void_certificate(user, certificate, "货主放弃运输")


def _replaced(user: User, qualify: Qualify) -> None:
    from oversite.domains.quarantine.certificates import actions

    with done(hours=18):
        certificate = _issue(user, qualify, "苏E20003")
    with done(hours=16):
        actions.replace_certificate(user, certificate, "车辆故障，换车承运", {"vehicle": "苏E20033"})


def _arrived(user: User, qualify: Qualify, amount: int) -> None:
    """A consignment of three of which `amount` have arrived."""
    from oversite.domains.quarantine.certificates import actions
    from oversite.domains.quarantine.certificates.actions.arrivals import Reported

    with done(hours=14):
        certificate = _issue(user, qualify, f"苏E2000{3 + amount}")
    farmer = User.objects.get(username="q-producer")
    place = "浙江省杭州市余杭区示范养殖场"
    told = Reported(
        amount=amount,
        arrived_at=clock.now() - timedelta(hours=3),
        place=place,
        reporter="余杭示范养殖场",
        reporter_phone="13900000002",
    )
    with done(hours=2):
        actions.report_arrival(farmer, certificate, told)


def _printed(user: User, qualify: Qualify) -> None:
    from oversite.domains.quarantine.certificates import actions

    with done(hours=1):
        certificate = actions.complete_certificate(_issue(user, qualify, "苏E20007"))
        actions.note_printed(user, certificate)


def _within_the_province(user: User, qualify: Qualify) -> None:
    with done(minutes=50):
        _issue(user, qualify, "苏E20009", **WITHIN)


def _products(user: User, qualify: Qualify) -> None:
    """Both certificates of products: out of the province, and within it."""
    with done(minutes=45):
        _issue(user, qualify, "苏E20010", **PRODUCTS)
        _issue(user, qualify, "苏E20011", **PRODUCTS, **WITHIN)


def _closed(user: User, qualify: Qualify) -> None:
    """One whose certificate was made void, and for which none is wanted any more."""
    from oversite.domains.quarantine.certificates import actions

    with done(minutes=40):
        certificate = _issue(user, qualify, "苏E20012")
        void = actions.void_certificate(user, certificate, "货主改为自养，不再出运")
        actions.close_without_certificate(user, void.inspection, "货主改为自养，不再出运")


def _without_signature(user: User, qualify: Qualify) -> None:
    """The second veterinarian has enrolled no signature: the form keeps its place."""
    with done(minutes=30):
        _issue(user, qualify, "苏E20008")


def _seal_picture() -> bytes:
    """A made-up seal as photographed: two rings and a star, no name of any authority."""
    picture = Image.new("RGB", (700, 700), (250, 250, 246))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((60, 60, 640, 640), outline=(200, 20, 30), width=20)
    pen.ellipse((105, 105, 595, 595), outline=(200, 20, 30), width=4)
    pen.regular_polygon((350, 350, 130), 5, fill=(200, 20, 30))
    return _png(picture)


def _signature_picture() -> bytes:
    """A made-up signature: strokes that nobody writes."""
    picture = Image.new("RGB", (900, 400), (250, 250, 246))
    pen = ImageDraw.Draw(picture)
    pen.line([(90, 260), (190, 110), (270, 280), (390, 130), (520, 270), (800, 150)], fill=(25, 25, 60), width=14)
    pen.line([(240, 320), (700, 300)], fill=(25, 25, 60), width=8)
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    stream = BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()
