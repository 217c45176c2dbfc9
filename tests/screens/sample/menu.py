"""The navigation of the demonstration: the entries that the product has."""

from oversite.screens.slots import MENU, MenuEntry

ENTRIES = (
    ("duty", "值守台", "layout-dashboard", "home"),
    ("wall", "视频", "device-cctv", "pumps"),
    ("playback", "回放", "history", "pumps"),
    ("sites", "场所", "building-warehouse", "pumps"),
    ("pumps", "摄像机", "video", "pumps"),
    ("supervision", "监管", "clipboard-check", "pumps"),
    ("rules", "合规", "gavel", "pumps"),
    ("faults", "故障", "tool", "pumps"),
    ("approvals", "审批", "checks", "pumps"),
    ("statistics", "统计", "chart-bar", "pumps"),
    ("audit", "审计", "list-search", "pumps"),
    ("system", "系统", "settings", "pumps"),
)


def plug_in() -> None:
    for order, (key, label, icon, url_name) in enumerate(ENTRIES):
        if key not in MENU:
            group = "系统" if key in {"audit", "system"} else ""
            MENU.plug(key, MenuEntry(key, label, url_name, icon, "", order, group))
