"""Kinds of alarms in words: method and type as GB/T 28181-2022 numbers them (A.2.5, table of AlarmType)."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

METHODS: dict[int, Promise] = {
    1: _("telephone alarm"),
    2: _("device alarm"),
    3: _("message alarm"),
    4: _("position alarm"),
    5: _("video alarm"),
    6: _("device fault"),
    7: _("other alarm"),
}
TYPES: dict[tuple[int, int], Promise] = {
    (2, 1): _("picture lost"),
    (2, 2): _("device tampered with"),
    (2, 3): _("disk full"),
    (2, 4): _("device too hot"),
    (2, 5): _("device too cold"),
    (5, 1): _("raised by hand"),
    (5, 2): _("moving object"),
    (5, 3): _("object left behind"),
    (5, 4): _("object removed"),
    (5, 5): _("line crossed"),
    (5, 6): _("intrusion"),
    (5, 7): _("wrong direction"),
    (5, 8): _("loitering"),
    (5, 9): _("traffic count"),
    (5, 10): _("crowding"),
    (5, 11): _("picture abnormal"),
    (5, 12): _("fast movement"),
    (6, 1): _("disk fault"),
    (6, 2): _("fan fault"),
}


def kind_text(method: int | None, alarm_type: int | None) -> str:
    """`device alarm: picture lost`, as far as the numbers are known; the numbers themselves where they are not."""
    if method is None:
        return _t("alarm")
    head = str(METHODS.get(method) or _t("alarm of method %(method)s") % {"method": method})
    if alarm_type is None:
        return head
    kind = TYPES.get((method, alarm_type))
    return f"{head}：{kind if kind is not None else alarm_type}"
