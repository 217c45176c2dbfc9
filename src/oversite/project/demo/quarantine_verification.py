"""The demonstration's verification of the register: every city with its point, people and producers.

The cities differ by fixed steps: some have everything confirmed, some are complete and unconfirmed, some lack facts.
"""

from datetime import timedelta
from decimal import Decimal

from oversite.base.accounts import actions as accounts
from oversite.base.accounts.models import User
from oversite.base.accounts.queries import shipped_role
from oversite.base.agencies.models import Agency
from oversite.domains.quarantine.registry import actions, queries
from oversite.domains.quarantine.registry.models import Campaign, Point, PointOfficer, Producer
from oversite.domains.quarantine.rules.divisions import JIANGSU
from oversite.domains.quarantine.rules.geography import SEATS
from oversite.domains.quarantine.rules.models import FarmCategory
from oversite.domains.quarantine.rules.queries import today

TITLE = "全省水产苗种检疫基础信息核查（示范）"
DONE, UNCONFIRMED, ONE_LACKS, MANY_LACK = range(4)
"""How far a city is; the thirteen take turns."""
NANJING = "320100"
"""Its keeper is among the demonstration's people; the other cities get one whom nobody is told the password of."""
COUNTIES = ("320583", "321012")
"""Counties that confirm their own; in the first of them the point and the veterinarians are confirmed."""


def load() -> None:
    """Complete the cities' data as far as each is, call the verification, and confirm what its units confirmed."""
    if Campaign.objects.filter(title=TITLE).exists():
        return
    for number, code in enumerate(JIANGSU):
        _complete(code, number % 4)
    campaign = actions.call_campaign(User.objects.get(username="q-province"), TITLE, today() + timedelta(days=30))
    for number, code in enumerate(JIANGSU):
        _confirm(campaign, code, number % 4)
    keeper = User.objects.get(username="q-supervisor")
    for item in queries.campaign_items(keeper, campaign).filter(kind__in=("point", "veterinarian")):
        actions.confirm_item(keeper, item)


def _keeper(code: str) -> User:
    username = "q-nanjing" if code == NANJING else f"q-city-{code[:4]}"
    found = User.objects.filter(username=username).first()
    if found is not None:
        return found
    agency = Agency.objects.get(code=code)
    made = accounts.create_user(None, username=username, name=f"{JIANGSU[code]}市所管理员", agency=agency)
    accounts.grant_role(None, made.user, shipped_role("quarantine-supervisor"))
    return made.user


def _complete(code: str, stage: int) -> None:
    """Facts of the city's point and producers; the further a city is, the fewer are missing."""
    keeper, name = _keeper(code), JIANGSU[code]
    latitude, longitude, _side = SEATS[code]
    for point in Point.objects.filter(code__startswith=f"SB{code[:4]}"):
        point.address, point.phone = f"{name}市政务服务中心（示范地址）", f"0510-8000{code[2:]}"
        point.hours = "" if stage == MANY_LACK else "周一至周五 8:30–11:30、13:30–17:00"
        point.latitude, point.longitude = _beside(latitude, longitude, 0)
        point.save()
        PointOfficer.objects.get_or_create(point=point, user=keeper)
    ours = Producer.objects.filter(area_code__startswith=code[:4], credit_code__contains="MA1JGJY")
    for number, producer in enumerate(ours.order_by("credit_code"), 1):
        _producer(producer, name, _beside(latitude, longitude, number), lacks=_lacks(stage, number))


def _lacks(stage: int, number: int) -> bool:
    return stage == MANY_LACK or (stage == ONE_LACKS and number == 1)


def _beside(latitude: float, longitude: float, number: int) -> tuple[Decimal, Decimal]:
    """A place some kilometres off the seat of the city."""
    return Decimal(f"{latitude + 0.12 * (number - 1):.4f}"), Decimal(f"{longitude + 0.16 * (1 - number % 2 * 2):.4f}")


def _producer(producer: Producer, city: str, place: tuple[Decimal, Decimal], *, lacks: bool) -> None:
    producer.latitude, producer.longitude = place
    producer.licence_issuer = f"{city}市农业农村局"
    producer.licence_valid_until_on = today() + timedelta(days=-40 if lacks else 900)
    producer.water_certificate = "" if lacks else f"{city}府养证(2022){producer.pk:04d}"
    producer.contact_name, producer.contact_phone = f"{producer.name}负责人", f"139{producer.pk:08d}"
    producer.category = FarmCategory.objects.get(key="city-seed")
    producer.save()


def _confirm(campaign: Campaign, code: str, stage: int) -> None:
    """What the city's keeper has confirmed: everything that is complete, its own agency alone, or nothing."""
    if stage == UNCONFIRMED:
        return
    keeper = _keeper(code)
    apart = tuple(Agency.objects.filter(code__in=COUNTIES).values_list("path", flat=True))
    for item in queries.campaign_items(keeper, campaign):
        is_done = not item.problems and (stage != MANY_LACK or item.kind == "agency")
        if is_done and not item.agency.path.startswith(apart):
            actions.confirm_item(keeper, item)
