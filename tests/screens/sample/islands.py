"""Props and endpoints for looking at islands without the rest of the product."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path

SITES = ("烟台海益水产育苗场", "蓬莱蓝色海洋养殖基地", "莱州湾斑石鲷繁育场", "长岛海参良种场")


def tree(request: HttpRequest) -> JsonResponse:
    """Sites with four cameras each."""
    nodes = []
    for number, site in enumerate(SITES):
        cameras = [
            {
                "kind": "camera",
                "uid": f"{number}{each}",
                "name": name,
                "title": f"{site} · {name}",
                "online": (number + each) % 5 != 3,
                "mount": "ptz" if each == 0 else "fixed",
                "can_steer": each == 0,
                "has_sub_stream": True,
                "codec": "h264",
                "is_favourite": number == 0 and each < 2,
            }
            for each, name in enumerate(("1 号池全景", "投料口", "消毒通道", "出苗区"))
        ]
        online = sum(1 for camera in cameras if camera["online"])
        nodes.append(
            {"kind": "site", "id": f"s{number}", "name": site, "online": online, "total": 4, "children": cameras}
        )
    online = sum(node["online"] for node in nodes)
    agency = {"kind": "agency", "id": "a1", "name": "烟台市渔业监督管理站", "online": online, "total": 16}
    return JsonResponse({"nodes": [{**agency, "children": nodes}]})


def live(request: HttpRequest, camera: str) -> JsonResponse:
    """No service is there: the stage at which it fails differs by camera."""
    stages = {"00": "device_offline", "01": "no_packet", "02": "no_key_frame"}
    stage = stages.get(camera, "no_answer")
    body = {"code": f"video.{stage}", "message": "画面没有启动。", "stage": stage, "since_ms": 1795241109000}
    return JsonResponse(body, status=504)


DAY_MS = 1795190400000
HOUR_MS = 3_600_000


def span(start: float, end: float, **more: object) -> dict[str, object]:
    return {"start_ms": DAY_MS + round(start * HOUR_MS), "end_ms": DAY_MS + round(end * HOUR_MS), **more}


def timeline(request: HttpRequest) -> JsonResponse:
    """A day with a bit of everything."""
    lanes = {
        "recorded": [span(0, 3.2), span(3.4, 9.05), span(9.5, 14.1)],
        "gaps": [span(3.2, 3.4, cause="设备离线"), span(9.05, 9.5, cause="媒体服务重启")],
        "marks": [
            span(6.5, 6.6, kind="anomaly", title="未按规定穿戴", url="/x"),
            span(11.2, 11.25, kind="alarm", title="移动侦测", url="/y"),
        ],
        "held": [span(6.4, 6.7)],
        "device": [span(3.1, 3.5), span(9.0, 9.6)],
    }
    state = {"complete": True, "received": 2, "total": 2, "message": ""}
    return JsonResponse({"start_ms": DAY_MS, "end_ms": DAY_MS + 24 * HOUR_MS, "lanes": lanes, "device_state": state})


def days(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"days": {f"2026-11-{day:02}": {"recorded_ms": 86_400_000} for day in range(9, 22)}})


def refused(request: HttpRequest, camera: str = "") -> JsonResponse:
    return JsonResponse({"code": "x", "message": "此处没有媒体服务。"}, status=409)


def tasks(request: HttpRequest, camera: str = "") -> JsonResponse:
    return JsonResponse({})


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse("after")


def fail(request: HttpRequest) -> HttpResponse:
    return HttpResponse("<h1>a page of a proxy</h1>", status=502)


def dialog(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<dialog class="ov-dialog"><button type="button" data-dialog-close>close</button></dialog>')


CAMERAS = [{"uid": f"{n}0", "title": f"{site} · 1 号池全景"} for n, site in enumerate(SITES)]
PROPS: dict[str, Callable[[], dict[str, Any]]] = {
    "wall": lambda: {
        "tree_url": "/demo/tree",
        "live_url": "/demo/live/{camera}",
        "end_url": "/demo/end/{viewing}",
        "snapshot_url": "/demo/snapshot/{camera}",
        "favourite_url": "/demo/favourite/{camera}",
        "steer_url": "/ws/steer/{camera}",
        "playback_page": "/island/playback/?camera={camera}",
        "mark_page": "/mark/{camera}",
        "layout": 4,
        "cameras": ["00", "01", "02"],
        "site_acts": [{"label": "开展监控", "icon": "clipboard-check", "urls": {"s0": "/supervise/0"}}],
    },
    "playback": lambda: {
        "days_url": "/demo/days",
        "timeline_url": "/demo/timeline",
        "open_url": "/demo/open",
        "device_url": "/demo/device",
        "fetch_url": "/demo/fetch",
        "end_url": "/demo/end/{viewing}",
        "purposes": [
            {"key": "inspection", "label": "日常监督检查", "needs_text": False},
            {"key": "other", "label": "其他", "needs_text": True},
        ],
        "cameras": CAMERAS,
        "chosen": ["00"],
        "day": "2026-11-21",
        "selection_page": "/evidence/new?camera={camera}&from={start_ms}&to={end_ms}",
    },
    "timeline": lambda: {"timeline_url": "/demo/timeline", "camera": "00", "day": "2026-11-21"},
    "ptz": lambda: {"camera": "00", "title": "1 号池全景", "steer_url": "/ws/steer/{camera}"},
    "player": lambda: {
        "camera": "00",
        "title": "1 号池全景",
        "live_url": "/demo/live/{camera}",
        "end_url": "/demo/end/{viewing}",
    },
    "map": lambda: {
        "places": [
            {"lat": 37.46 + n / 9, "lng": 121.45 - n / 5, "label": site, "url": "/x", "tone": tone, "state": "在线"}
            for n, (site, tone) in enumerate(zip(SITES, ("good", "now", "soon", "good"), strict=True))
        ]
    },
    "charts": lambda: {
        "kind": "line",
        "labels": [f"11-{day:02}" for day in range(10, 22)],
        "series": [
            {"name": "在线率", "values": [97, 96, 98, 99, 98, 95, 91, 94, 97, 98, 99, 98]},
            {"name": "录像完整率", "values": [94, 95, 96, 97, 96, 92, 88, 90, 95, 97, 98, 97]},
        ],
        "unit": "%",
    },
    "events": lambda: {"url": "/events/"},
    "htmx": dict,
}

urlpatterns = [
    path("demo/tree", tree),
    path("demo/live/<str:camera>", live),
    path("demo/end/<str:camera>", tasks),
    path("demo/favourite/<str:camera>", tasks),
    path("demo/snapshot/<str:camera>", refused),
    path("demo/days", days),
    path("demo/timeline", timeline),
    path("demo/open", refused),
    path("demo/device", refused),
    path("demo/control", refused),
    path("demo/fetch", refused),
    path("demo/echo", echo),
    path("demo/fail", fail),
    path("demo/dialog", dialog),
]
