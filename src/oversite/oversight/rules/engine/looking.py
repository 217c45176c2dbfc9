"""What an officer is asked: what to look at, in which cameras, and what it is about (req: C-eval)."""

from collections.abc import Sequence

from oversite.oversight.rules.engine import sentences
from oversite.oversight.rules.engine.cells import Cell
from oversite.oversight.rules.engine.rule import Demand
from oversite.oversight.rules.engine.sentences import cameras_label, joined, listed
from oversite.oversight.rules.engine.view import AreaView
from oversite.oversight.rules.engine.words import Label

NO_CAMERA_HERE = Label("此处尚无摄像头，请到现场查看", "no camera stands here: look on site")


def opened(view: AreaView, mask: int) -> Label:
    """Which cameras to open; where there are none, to go there."""
    if not mask:
        return NO_CAMERA_HERE
    label = cameras_label(view, mask)
    return Label(f"请打开{label.zh}的画面", f"open {label.en}")


def ended(label: Label) -> Label:
    """A sentence with its full stop, the first letter of the English one large."""
    return Label(f"{label.zh}。", f"{label.en[:1].upper()}{label.en[1:]}.")


def undeclared(view: AreaView, demand: Demand, open_cells: Sequence[Cell], possible: int) -> Label:
    """Cameras that may do it, of which nobody has said so: open them, and see whether they do."""
    found = sentences.grouped(open_cells).items()
    seen = [_seen(view, demand, lack, places) for lack, places in found if not lack.is_stand]
    shown = seen[: sentences.MAX_PLACES]
    if len(seen) > len(shown):
        shown.append(Label(f"以及另外{len(seen) - len(shown)}处", f"and {len(seen) - len(shown)} more"))
    told = [Label(f"能看清：{each.zh}", f"they show: {each.en}") for each in [listed(shown)] if each.zh]
    told += [_stood(view, lack, places) for lack, places in found if lack.is_stand]
    if demand.mount:
        mounts = joined(view.vocabulary.mounts[each] for each in demand.mount)
        told.append(Label(f"摄像头装在{mounts.zh}", f"they are mounted {mounts.en}"))
    what, start = listed(told), opened(view, possible)
    return ended(Label(f"{start.zh}，确认{what.zh}", f"{start.en} and make sure that {what.en}"))


def _stood(view: AreaView, lack: sentences.Lack, places: sentences.Places) -> Label:
    at, kind = sentences.all_places(view, places), sentences.kind_label(lack.kinds)
    return Label(f"{at.zh}装有{kind.zh}", f"a {kind.en} stands at {at.en}")


def _seen(view: AreaView, demand: Demand, lack: sentences.Lack, places: sentences.Places) -> Label:
    at = sentences.all_places(view, places)
    seen = sentences.sight_label(view.vocabulary, lack.subject)
    kind = sentences.kind_label(lack.kinds)
    what = Label(f"{at.zh}的{seen.zh}", f"{seen.en} at {at.en}") if at.zh and seen.zh else at if at.zh else seen
    if not what.zh:
        what = Label("本区域", "the area")
    if len(demand.kinds) == 1 and lack.need == 1:
        return what
    corners = demand.basis == "diagonal"
    count = Label(f"{lack.need}个", f"{lack.need} of: ") if lack.need > 1 else Label("", "a ")
    return Label(
        f"{what.zh}（由{'对角安装的' if corners else ''}{count.zh}{kind.zh}）",
        f"{what.en} (by {count.en}{kind.en}{' on opposite corners' if corners else ''})",
    )


def question(view: AreaView, about: Label, mask: int) -> Label:
    """A question that only an officer answers, with the cameras that help."""
    start = opened(view, mask)
    return ended(Label(f"{start.zh}，判断：{about.zh.rstrip('。')}", f"{start.en} and judge {about.en.rstrip('.')}"))


def customs_decides(missing: Label) -> Label:
    """A rule "as supervision requires" that is not met: first customs decides whether it holds here."""
    return Label(
        f"本项根据海关监管需要设置，请先决定此处是否需要。目前，{missing.zh}",
        f"Customs decides whether this is needed here. As it is: {missing.en}",
    )
