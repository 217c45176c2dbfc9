"""What a finding says: one sentence that a site operator understands, in both languages."""

from collections.abc import Iterable, Sequence

from oversite.oversight.rules.engine import words
from oversite.oversight.rules.engine.cells import Cell
from oversite.oversight.rules.engine.facts import CameraFacts
from oversite.oversight.rules.engine.rule import Demand
from oversite.oversight.rules.engine.view import AreaView, Place
from oversite.oversight.rules.engine.vocabulary import Vocabulary
from oversite.oversight.rules.engine.words import Label

MAX_PLACES = 6
MAX_NEAR = 3


def joined(labels: Iterable[Label]) -> Label:
    """Several things, one after the other."""
    found = list(dict.fromkeys(labels))
    return Label("、".join(each.zh for each in found), ", ".join(each.en for each in found))


def _ended(parts: Sequence[Label]) -> Label:
    return Label("；".join(each.zh for each in parts) + "。", "; ".join(each.en for each in parts) + ".")


def place_label(view: AreaView, place: Place) -> Label:
    """What a place is called: by its own name where it has one, else by its number where there are several."""
    part, index = place
    if part == words.WHOLE:
        return Label(view.area.label, view.area.label)
    label = view.vocabulary.parts[part].label
    names = view.area.part_names.get(view.vocabulary.parts[part].follows or part, ())
    if index <= len(names):
        return Label(f"{names[index - 1]}{label.zh}", f"{label.en} {names[index - 1]}")
    if view.count(part) == 1:
        return label
    return Label(f"{index}号{label.zh}", f"{label.en} {index}")


def sight_label(vocabulary: Vocabulary, subject: str) -> Label:
    """What is seen; several subjects are joined."""
    return joined(vocabulary.subjects[each] for each in subject.split("&") if each)


def wanted(vocabulary: Vocabulary, demand: Demand, kinds: tuple[str, ...]) -> Label:
    """The camera that a demand asks for."""
    kind = next(
        (key for key, groups in words.DEMANDED_KINDS.items() if len(groups) == 1 and set(groups[0]) == set(kinds)),
        "any",
    )
    label = words.KIND_LABELS[kind] if kind != words.ANY else Label("摄像头", "camera")
    more = [vocabulary.abilities[each] for each in demand.abilities]
    more += [vocabulary.mounts[each] for each in demand.mount]
    if demand.control:
        more.append(words.CONTROL_LABELS[demand.control])
    if not more:
        return label
    extra = joined(more)
    return Label(f"{label.zh}（{extra.zh}）", f"{label.en} ({extra.en})")


def missing(view: AreaView, demand: Demand, failed: Sequence[Cell]) -> Label:
    """What is missing in the area, place by place, and which cameras there come near."""
    told: dict[tuple[Place | None, tuple[str, ...], bool, int, int], list[str]] = {}
    for cell in failed:
        key = (cell.place, cell.kinds, cell.is_stand, cell.need, cell.sure.bit_count())
        told.setdefault(key, []).append(cell.subject)
    parts = [
        _lack(view, demand, place, kinds, "&".join(subjects), (need, there), is_stand=is_stand)
        for (place, kinds, is_stand, need, there), subjects in list(told.items())[:MAX_PLACES]
    ]
    if len(told) > MAX_PLACES:
        more = len(told) - MAX_PLACES
        parts.append(Label(f"另有{more}处", f"and {more} more places"))
    parts += near_misses(view, demand, failed)
    body = _ended(parts)
    return Label(f"{view.area.label}：{body.zh}", f"{view.area.label}: {body.en}")


def _lack(
    view: AreaView,
    demand: Demand,
    place: Place | None,
    kinds: tuple[str, ...],
    subject: str,
    numbers: tuple[int, int],
    *,
    is_stand: bool,
) -> Label:
    need, there = numbers
    camera = wanted(view.vocabulary, demand, kinds)
    at = place_label(view, place) if place else Label("", "")
    seen = sight_label(view.vocabulary, subject.strip("&"))
    count_zh = f"{need}个" if need > 1 else ""
    count_en = f"{need} of: " if need > 1 else "a "
    diagonal = demand.basis == "diagonal"
    if is_stand:
        zh, en = f"{at.zh}处缺少{count_zh}{camera.zh}", f"no {camera.en} stands at {at.en}"
    elif seen.zh:
        where_zh = f"{at.zh}处" if place else ""
        where_en = f" at {at.en}" if place else ""
        zh = f"{where_zh}缺少{count_zh}能看清{seen.zh}的{camera.zh}"
        en = f"{count_en}{camera.en} that sees {seen.en}{where_en} is missing"
    else:
        zh = f"{at.zh}处缺少{count_zh}{camera.zh}" if place else f"缺少{count_zh}{camera.zh}"
        en = f"{count_en}{camera.en}" + (f" watching {at.en}" if place else "") + " is missing"
    if diagonal:
        zh, en = f"{zh}，且须对角安装", f"{en}, on opposite corners"
    if need > 1:
        zh, en = f"{zh}（现有{there}个）", f"{en} ({there} now)"
    return Label(zh, en)


def near_misses(view: AreaView, demand: Demand, failed: Sequence[Cell]) -> list[Label]:
    """Cameras that see what is asked but are not as the rule asks, each with what it lacks."""
    near: dict[str, CameraFacts] = {}
    for cell in failed:
        seen = view.standing(cell.place)[0] if cell.is_stand and cell.place else _seeing(view, cell)
        for camera in view.named(seen & ~cell.sure):
            near.setdefault(camera.id, camera)
    told = []
    for camera in list(near.values())[:MAX_NEAR]:
        lacks = _lacks(view.vocabulary, demand, camera)
        if lacks:
            what = joined(lacks)
            name = camera.name or camera.id
            told.append(
                Label(f"摄像头“{name}”虽能看到，但应为：{what.zh}", f"camera “{name}” sees it but must be: {what.en}")
            )
    return told


def _seeing(view: AreaView, cell: Cell) -> int:
    if not cell.subject:
        return view.seeing("", cell.place)[0] if cell.place else 0
    mask = view.all
    place = None if cell.place and cell.place[0] == words.WHOLE else cell.place
    for subject in cell.subject.split("&"):
        mask &= view.seeing(subject, place)[0]
    return mask


def _lacks(vocabulary: Vocabulary, demand: Demand, camera: CameraFacts) -> list[Label]:
    lacks = []
    if len(demand.kinds) == 1 and camera.kind not in demand.kinds[0]:
        lacks.append(words.KIND_LABELS[demand.kind])
    lacks += [vocabulary.abilities[each] for each in demand.abilities if each not in camera.abilities]
    lacks += [vocabulary.mounts[each] for each in demand.mount if camera.mount is not None and each not in camera.mount]
    right = camera.control == demand.control or (demand.control == "primary" and camera.control == "exclusive")
    if demand.control and not right:
        lacks.append(words.CONTROL_LABELS[demand.control])
    return lacks
