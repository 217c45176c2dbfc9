"""What a finding says is missing: one sentence that a site operator understands, in both languages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from oversite.oversight.rules.engine import words
from oversite.oversight.rules.engine.cells import Cell
from oversite.oversight.rules.engine.facts import CameraFacts
from oversite.oversight.rules.engine.rule import Demand
from oversite.oversight.rules.engine.view import AreaView, Place
from oversite.oversight.rules.engine.vocabulary import Vocabulary
from oversite.oversight.rules.engine.words import Label

MAX_PLACES = 6
MAX_NEAR = 3
MAX_NAMED = 6
NO_LABEL = Label("", "")


def joined(labels: Iterable[Label]) -> Label:
    """Several things, one after the other."""
    found = list(dict.fromkeys(labels))
    return Label("、".join(each.zh for each in found), ", ".join(each.en for each in found))


def apart(labels: Iterable[Label]) -> Label:
    """Several things of which some are themselves several."""
    found = list(labels)
    return Label("，".join(each.zh for each in found), ", ".join(each.en for each in found))


def listed(labels: Iterable[Label]) -> Label:
    """Several statements in one sentence, without its full stop."""
    found = list(dict.fromkeys(labels))
    return Label("；".join(each.zh for each in found), "; ".join(each.en for each in found))


def cameras_label(view: AreaView, mask: int) -> Label:
    """Cameras by their names, the first of many; all of many by their number alone."""
    cameras = view.named(mask)
    if mask == view.all and len(cameras) > MAX_NAMED:
        return Label(f"全部{len(cameras)}个摄像头", f"all {len(cameras)} cameras")
    return _named(cameras, MAX_NAMED)


def every_camera_label(view: AreaView, mask: int) -> Label:
    """Cameras by their names, none left out."""
    cameras = view.named(mask)
    return _named(cameras, len(cameras))


def _named(cameras: Sequence[CameraFacts], most: int) -> Label:
    names = [each.name or each.id for each in cameras[:most]]
    more = len(cameras) > len(names)
    zh = "、".join(f"“{each}”" for each in names) + (f"等{len(cameras)}个" if more else "")
    en = ", ".join(f"“{each}”" for each in names) + (f" and {len(cameras) - len(names)} more" if more else "")
    return Label(f"摄像头{zh}", f"camera{'s' if len(cameras) > 1 else ''} {en}")


def place_label(view: AreaView, place: Place) -> Label:
    """What one place is called: by its own name where it has one, else by its number where there are several."""
    return places_label(view, place[0], (place[1],))


def places_label(view: AreaView, part: str, indices: Sequence[int]) -> Label:
    """What several instances of a part are called; one of many has its name or number."""
    if part == words.WHOLE:
        return Label("整个区域", "the area as a whole")
    word = view.vocabulary.parts[part]
    count = view.count(part)
    names = view.area.part_names.get(word.follows or part, ())
    if count == 1 and not names:
        return word.label
    label_zh = place_noun(view.vocabulary, part)
    if len(indices) == count > 1:
        return words.ALL_OF.get((part, count)) or Label(f"各{label_zh}", f"every {word.label.en}")
    known = [names[each - 1] if each <= len(names) else "" for each in indices]
    called_zh = "、".join(name or f"{each}号" for name, each in zip(known, indices, strict=True))
    called_en = ", ".join(name or str(each) for name, each in zip(known, indices, strict=True))
    is_said = not word.follows and all(name.endswith(word.label.zh) for name in known)
    noun = "" if is_said else label_zh
    return Label(f"{called_zh}{noun}", f"{word.label.en} {called_en}")


def place_noun(vocabulary: Vocabulary, part: str) -> str:
    """What a numbered part is called in Chinese: with what it is a part of, `车道车头前方`."""
    word = vocabulary.parts[part]
    holder = vocabulary.parts[word.follows].label.zh if word.follows else ""
    return word.label.zh if word.label.zh.startswith(holder) else f"{holder}{word.label.zh}"


def sight_label(vocabulary: Vocabulary, subject: str) -> Label:
    """What is seen; several subjects are joined."""
    return joined(vocabulary.subjects[each] for each in subject.split("&") if each)


def kind_label(kinds: tuple[str, ...]) -> Label:
    """Cameras of these kinds."""
    kind = next(
        (key for key, groups in words.DEMANDED_KINDS.items() if len(groups) == 1 and set(groups[0]) == set(kinds)),
        words.ANY,
    )
    return words.KIND_LABELS[kind] if kind != words.ANY else Label("摄像头", "camera")


def asked_of(vocabulary: Vocabulary, demand: Demand) -> list[Label]:
    """What a camera must have or be besides its kind, each as something that it is to be."""
    asked = [_ability(vocabulary, each) for each in demand.abilities]
    asked += [Label(f"装在{vocabulary.mounts[each].zh}", vocabulary.mounts[each].en) for each in demand.mount]
    if demand.control:
        right = words.CONTROL_LABELS[demand.control]
        asked.append(Label(f"由{right.zh}", f"under {right.en}"))
    return asked


def _ability(vocabulary: Vocabulary, word: str) -> Label:
    label = vocabulary.abilities[word]
    return Label(words.ABILITY_ASKED.get(word, f"具备{label.zh}功能"), label.en)


@dataclass(frozen=True, slots=True)
class Lack:
    """So many cameras of some kinds for the same subjects, wherever that is."""

    kinds: tuple[str, ...]
    is_stand: bool
    need: int
    there: int
    subject: str


Places = dict[str, list[int]]
"""By part the instances of it; part "": the area at large."""


def missing(view: AreaView, demand: Demand, failed: Sequence[Cell]) -> Label:
    """What is missing in the area, place by place, and which cameras there come near."""
    told = list(grouped(failed).items())
    asked = joined(asked_of(view.vocabulary, demand))
    inside = asked if len(told) == 1 else NO_LABEL
    parts = [_lack(view, demand, lack, places, inside) for lack, places in told[:MAX_PLACES]]
    if len(told) > MAX_PLACES:
        parts.append(Label(f"另有{len(told) - MAX_PLACES}类缺失", f"and {len(told) - MAX_PLACES} more"))
    if asked.zh and not inside.zh:
        parts.append(Label(f"以上均须{asked.zh}", f"all of them {asked.en}"))
    body, near = listed(parts), listed(near_misses(view, demand, failed))
    more = Label(f"{near.zh}。", f" {near.en[:1].upper()}{near.en[1:]}.") if near.zh else NO_LABEL
    return Label(f"{view.area.label}：{body.zh}。{more.zh}", f"{view.area.label}: {body.en}.{more.en}")


def grouped(cells: Iterable[Cell]) -> dict[Lack, Places]:
    """Cells that say the same: first what is asked of one place, then the places of which that is asked."""
    at: dict[tuple[Place | None, tuple[str, ...], bool, int, int], list[str]] = {}
    for cell in cells:
        key = (cell.place, cell.kinds, cell.is_stand, cell.need, cell.sure.bit_count())
        at.setdefault(key, []).append(cell.subject)
    told: dict[Lack, Places] = {}
    for (place, kinds, is_stand, need, there), subjects in at.items():
        part, index = place or ("", 0)
        lack = Lack(kinds, is_stand, need, there, "&".join(each for each in subjects if each))
        told.setdefault(lack, {}).setdefault(part, []).append(index)
    return told


def all_places(view: AreaView, places: Places) -> Label:
    """The places of a group, one after the other; empty for the area at large."""
    told = [places_label(view, part, indices) for part, indices in places.items() if part]
    return apart(told) if any("、" in each.zh for each in told) else joined(told)


def _lack(view: AreaView, demand: Demand, lack: Lack, places: Places, asked: Label) -> Label:
    at = all_places(view, places)
    seen = sight_label(view.vocabulary, lack.subject)
    kind = kind_label(lack.kinds)
    extra = Label(f"（须{asked.zh}）" if asked.zh else "", f" ({asked.en})" if asked.en else "")
    count = Label(f"{lack.need}个", f"{lack.need} of: ") if lack.need > 1 else Label("", "a ")
    if demand.basis == "diagonal":
        count, extra = Label(f"对角安装的{count.zh}", count.en), Label(extra.zh, f", on opposite corners{extra.en}")
    there = Label(f"，现有{lack.there}个", f", {lack.there} now") if lack.need > 1 else NO_LABEL
    each_zh = "均" if sum(map(len, places.values())) > 1 else ""
    if lack.is_stand:
        return Label(f"{at.zh}{each_zh}没有安装{kind.zh}{extra.zh}", f"no {kind.en}{extra.en} stands at {at.en}")
    sees_zh = f"能看清{seen.zh}的" if seen.zh else ""
    sees_en = f" that sees {seen.en}" if seen.en else " watching" if at.en else ""
    at_en = f" at {at.en}" if at.en and seen.en else f" {at.en}" if at.en else ""
    return Label(
        f"{at.zh}{each_zh}缺少{count.zh}{sees_zh}{kind.zh}{extra.zh}{there.zh}",
        f"{count.en}{kind.en}{extra.en}{sees_en}{at_en} is missing{there.en}",
    )


def near_misses(view: AreaView, demand: Demand, failed: Sequence[Cell]) -> list[Label]:
    """Cameras that see what is asked but are not as the rule asks, with what they lack."""
    near = 0
    for cell in failed:
        seen = view.standing(cell.place)[0] if cell.is_stand and cell.place else _seeing(view, cell)
        near |= seen & ~cell.sure
    alike: dict[Label, int] = {}
    for number, camera in enumerate(view.cameras):
        lacks = joined(_lacks(view.vocabulary, demand, camera)) if near >> number & 1 else NO_LABEL
        if lacks.zh:
            alike[lacks] = alike.get(lacks, 0) | 1 << number
    told = []
    does = Label("装在该处", "stands there") if all(each.is_stand for each in failed) else Label("能看到", "can see it")
    for what, mask in list(alike.items())[:MAX_NEAR]:
        cameras = cameras_label(view, mask)
        told.append(Label(f"{cameras.zh}{does.zh}，但须{what.zh}", f"{cameras.en} {does.en} but must be: {what.en}"))
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
    """What a camera would have to be that it is not."""
    is_right = camera.control == demand.control or (demand.control == "primary" and camera.control == "exclusive")
    lacking = Demand(
        abilities=tuple(each for each in demand.abilities if each not in camera.abilities),
        mount=tuple(each for each in demand.mount if camera.mount is not None and each not in camera.mount),
        control=None if is_right else demand.control,
    )
    kind = []
    if len(demand.kinds) == 1 and camera.kind not in demand.kinds[0]:
        label = words.KIND_LABELS[demand.kind]
        kind.append(Label(f"是{label.zh}", f"a {label.en}"))
    return kind + asked_of(vocabulary, lacking)
