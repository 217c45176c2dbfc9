"""The words that a declaration chooses from, and how the forms print them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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
