"""The words of mechanism that every rulebook may use: the engine acts on them, so they are not data."""

from dataclasses import dataclass

ANY = "any"
WHOLE = "whole"
"""The area itself as a place."""
SITE = "site"
"""The area kind that stands for the whole site."""
PANORAMA = "panorama"

CAMERA_KINDS = ("fixed", "wide", "pan-tilt")
"""What one physical camera is."""


@dataclass(frozen=True, slots=True)
class Label:
    """One thing in both languages."""

    zh: str
    en: str


DEMANDED_KINDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "any": (CAMERA_KINDS,),
    "fixed": (("fixed",),),
    "wide": (("wide",),),
    "pan-tilt": (("pan-tilt",),),
    "wide-or-pan-tilt": (("wide", "pan-tilt"),),
    "wide-and-pan-tilt": (("wide",), ("pan-tilt",)),
    "fixed-and-pan-tilt": (("fixed",), ("pan-tilt",)),
}
"""What a rule may ask: each inner tuple is needed once, by a camera of one of its kinds."""

KIND_LABELS = {
    "any": Label("摄像头", "camera of any kind"),
    "fixed": Label("固定摄像头", "fixed camera"),
    "wide": Label("广角摄像头", "wide-angle camera"),
    "pan-tilt": Label("云台摄像头", "pan-tilt camera"),
    "wide-or-pan-tilt": Label("广角或云台摄像头", "wide-angle or pan-tilt camera"),
    "wide-and-pan-tilt": Label("广角及云台摄像头", "wide-angle and pan-tilt cameras"),
    "fixed-and-pan-tilt": Label("固定与云台组合摄像头", "fixed and pan-tilt cameras combined"),
}
CONTROL_LABELS = {
    "exclusive": Label("海关专控", "exclusive control"),
    "primary": Label("海关主控", "primary control"),
}
STRENGTH_LABELS = {
    "always": Label("应当", "always"),
    "as-required": Label("根据监管需要", "as supervision requires"),
}
BASIS_LABELS = {
    "area": Label("按区域", "per area"),
    "each": Label("按每一部位", "at each"),
    "point": Label("按监控点位", "per monitoring point"),
    "corners-and-centre": Label("四角及居中", "four corners and the centre"),
    "four-corners": Label("四角", "four corners"),
    "ends-or-centre": Label("两端或居中", "both ends or the centre"),
    "both-ends": Label("两端", "both ends"),
    "diagonal": Label("对角", "two on a diagonal"),
    "continuity": Label("连续不间断", "without a gap"),
    "as-necessary": Label("视实际需要", "as many as in fact necessary"),
    "every-camera": Label("全部摄像头", "every camera"),
    "site": Label("按场所", "of the site"),
}
ABILITY_LABELS = {
    "audio": Label("音频采集", "records sound"),
    "plate": Label("车牌识别", "reads number plates"),
    "face": Label("人脸识别", "recognises faces"),
    "identify-staff": Label("作业人员辨识", "identifies staff"),
    "identify-passers-by": Label("通过人员辨识", "identifies passers-by"),
    "motion": Label("移动侦测", "detects motion"),
    "intrusion": Label("入侵报警", "detects intrusion"),
    "long-range": Label("远距离", "long range"),
    "ultra-hd": Label("超高清", "ultra-high definition"),
    "night": Label("夜间照明或红外", "night light or infrared"),
    "birds-eye": Label("鸟瞰", "bird's-eye view"),
    "on-vehicle": Label("随车安装", "on the vehicle"),
}
ABILITY_ASKED = {
    "on-vehicle": "随车安装",
    "night": "有夜间照明或红外",
    "long-range": "能远距离监控",
    "ultra-hd": "为超高清",
    "birds-eye": "能鸟瞰",
}
"""What a sentence asks in Chinese where “have the function of …” would not be said."""
MOUNT_LABELS = {
    "high": Label("高点位置", "at a high point"),
    "overhead": Label("上端", "overhead"),
    "above-table": Label("查验台正上方", "right above the table"),
}
OUTCOME_LABELS = {
    "met": Label("符合", "met"),
    "not_met": Label("不符合", "not met"),
    "judgement": Label("需关员判断", "officer's judgement"),
    "not_applicable": Label("不适用", "not applicable"),
    "governed_elsewhere": Label("从其他规定", "governed elsewhere"),
}
ENGINE_PARTS = {
    "corner": (Label("角", "corner"), 4),
    "centre": (Label("居中位置", "centre"), 1),
    "end": (Label("端", "end"), 2),
    "section": (Label("围网区段", "stretch of fence"), 1),
}
ALL_OF = {("corner", 4): Label("四角", "all four corners"), ("end", 2): Label("两端", "both ends")}
"""What all instances of a part are called where that has a word of its own."""
ENGINE_SUBJECTS = {PANORAMA: Label("区域全景", "panorama of the area")}
ENGINE_AREAS = {SITE: Label("场所整体", "the site as a whole")}

IMPLIED_STANDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "corners-and-centre": (("corner", "centre"),),
    "four-corners": (("corner",),),
    "both-ends": (("end",),),
    "ends-or-centre": (("end",), ("centre",)),
}
"""Where the cameras of a basis stand; several tuples are alternatives."""
