"""The facts of a submitted session in the order in which the record sheet prints them (req: A16.2)."""

from datetime import datetime

from oversite.common import clock
from oversite.oversight.supervision.models import Point, Session
from oversite.oversight.supervision.slots import Checklist, Item

RESULT_ZH = {"normal": "正常", "minor": "一般异常", "serious": "严重异常", "unlawful": "违法情况"}


def sheet_data(session: Session, checklist: Checklist | None) -> dict[str, object]:
    """What the form needs: text only, dates in Beijing time, one row per mark in the order of marking."""
    day = session.started_at.astimezone(clock.BEIJING)
    is_live = session.mode == Session.Mode.LIVE
    points = list(session.points.select_related("area", "camera"))
    return {
        "number": session.number,
        "agency": session.agency.name,
        "operator": session.operator_name,
        "year": str(day.year),
        "month": str(day.month),
        "day": str(day.day),
        "site": session.site.name,
        "live": is_live,
        "playback": not is_live,
        "live_period": _period(session.started_at, session.ended_at) if is_live else "",
        "playback_period": "" if is_live else _period(session.footage_from_at, session.footage_until_at),
        "points": [_row(point, checklist) for point in points],
        "remarks": [_remark(point) for point in points if point.remark],
        "supersedes": session.supersedes.number if session.supersedes else "",
    }


def _period(first: datetime | None, last: datetime | None) -> str:
    if first is None or last is None:
        return ""
    start, end = clock.beijing_text(first), clock.beijing_text(last)
    return f"{start} 至 {end[11:] if end[:10] == start[:10] else end}"


def _row(point: Point, checklist: Checklist | None) -> dict[str, str]:
    items = [item for key in point.items if checklist and (item := checklist.item(key))]
    looked_at = "；".join(_item_text(item, point) for item in items)
    return {
        "name": point.name,
        "content": "。".join(text.rstrip("。") for text in (looked_at, point.content) if text) + "。",
        "result": RESULT_ZH[point.grade],
    }


def _item_text(item: Item, point: Point) -> str:
    answers = [_answer(follow_up.label_zh, point.answers.get(follow_up.key)) for follow_up in item.follow_ups]
    said = "，".join(answer for answer in answers if answer)
    return f"{item.label_zh}（{said}）" if said else item.label_zh


def _answer(label: str, answer: object) -> str:
    if answer is True:
        return label
    return f"{label}：{answer}" if isinstance(answer, str) and answer else ""


def _remark(point: Point) -> str:
    return f"{point.name} {clock.beijing_text(point.moment_at)}：{point.remark}"
