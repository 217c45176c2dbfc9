"""The words that a declaration chooses from, and how the forms print them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.declarations.flow import State
from oversite.screens.slots import Words


class Purpose(models.TextChoices):
    """What the seed is for; how forms print it is in `PURPOSE_ZH`."""

    FARMING = "farming", _("farming")
    BREEDING = "breeding", _("breeding")
    RELEASE = "release", _("release into open waters")
    EXHIBITION = "exhibition", _("exhibition")
    OTHER = "other", _("other purpose")


PURPOSE_ZH: dict[str, str] = {
    Purpose.FARMING: "养殖",
    Purpose.BREEDING: "种用",
    Purpose.RELEASE: "增殖放流",
    Purpose.EXHIBITION: "展览",
    Purpose.OTHER: "其他",
}


class Goods(models.TextChoices):
    """What leaves: it decides between the certificates for animals and those for products (the form's 申报类型)."""

    ANIMAL = "animal", _("live animals")
    PRODUCT = "product", _("animal products")


GOODS_ZH: dict[str, str] = {Goods.ANIMAL: "动物", Goods.PRODUCT: "动物产品"}


class PlaceKind(models.TextChoices):
    """What sort of place seed leaves or reaches."""

    FARM = "farm", _("farm")
    MARKET = "market", _("trading market")
    HOUSEHOLD = "household", _("scattered household")
    WATERS = "waters", _("open waters")
    PROCESSING = "processing", _("processing plant")


PLACE_ZH: dict[str, str] = {
    PlaceKind.FARM: "养殖场",
    PlaceKind.MARKET: "交易市场",
    PlaceKind.HOUSEHOLD: "散养户",
    PlaceKind.WATERS: "天然水域",
    PlaceKind.PROCESSING: "加工厂",
}


class Origin(models.TextChoices):
    """Where the seed comes from."""

    BRED = "bred", _("artificially bred")
    WILD = "wild", _("lawfully caught in the wild")


ORIGIN_ZH: dict[str, str] = {Origin.BRED: "人工繁育", Origin.WILD: "合法捕捞"}


class Transport(models.TextChoices):
    """By what it travels."""

    ROAD = "road", _("road")
    RAIL = "rail", _("rail")
    WATER = "water", _("water")
    AIR = "air", _("air")


TRANSPORT_ZH: dict[str, str] = {
    Transport.ROAD: "公路",
    Transport.RAIL: "铁路",
    Transport.WATER: "水路",
    Transport.AIR: "航空",
}
NEXT: dict[str, Words] = {
    State.DRAFT: _("Next: complete the declaration, attach the papers, then submit it."),
    State.SUBMITTED: _("Next: the declaration point accepts it, refuses it, or asks once for a correction."),
    State.CORRECTING: _("Next: the producer corrects what was asked and submits again."),
    State.ACCEPTED: _("Next: the declaration point assigns veterinarians."),
    State.ASSIGNED: _("Next: the veterinarians inspect on the spot."),
    State.INSPECTING: _("Next: the veterinarian answers every item, takes samples where they are needed, and decides."),
    State.TESTING: _("Next: the laboratory tests; nothing is decided before its report is released."),
    State.QUALIFIED: _("Next: the veterinarian issues the certificate."),
    State.UNQUALIFIED: _("Next: the veterinarian issues the treatment notice."),
    State.TREATED: _("Next: the notice is carried out under supervision; seed that recovered may be declared again."),
    State.CLOSED: _("Next: the veterinarian archives the file."),
    State.CERTIFIED: _("Next: the signed papers are photographed back, then the file is archived."),
    State.REFUSED: _("The producer may declare anew once the reason is mended."),
}
"""What happens next, and by whom; nothing is left to do in the other states."""


def next_step(state: str) -> Words:
    """What happens next to a declaration."""
    return NEXT.get(state, "")
