"""A customs house with a site of three cameras, its administrator, and the door of signalling as a script."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from oversite.video.gateway.actions import Stage, StageFailure


@dataclass
class Port:
    """A site of the post `tree.post`, in charge of which stands the house of district 4201."""

    house: Any
    site: Any
    device: Any
    cameras: list[Any]
    user: Any
    client: Client


@pytest.fixture
def port(tree: Any, make_user: Any, data_dir: Any) -> Port:
    from oversite.base.agencies.actions import create_agency
    from oversite.base.sites.models import Area, Site
    from oversite.domains.customs.actions import save_house
    from oversite.video.cameras.models import Camera, Device

    agency = create_agency(None, parent=tree.country, code="C42", name="烟台海关", kind="customs", level=3)
    names = {"district": "4201", "regional_name": "青岛海关", "house_name": "烟台海关"}
    house = save_house(None, None, {"agency": agency, **names})
    site = Site.objects.create(code="K1", name="一号码头", site_class="customs-depot", agency=agency)
    area = Area.objects.create(site=site, code="A", name="查验区", kind="inspection")
    device = Device.objects.create(gb_id="42010011101180000001", name="录像机", site=site, is_online=True)
    cameras = [
        Camera.objects.create(
            gb_id=f"4201001110132000000{number}",
            name=f"摄像机{number}",
            site=site,
            area=area,
            device=device,
            mount=mount,
            control_right=right,
        )
        for number, mount, right in ((1, "pan-tilt", "primary"), (2, "fixed", ""), (3, "fixed", ""))
    ]
    user = make_user(agency, "administrator", username="guan")
    client = Client()
    client.force_login(user)
    return Port(house, site, device, cameras, user, client)


@pytest.fixture
def register(port: Port) -> Callable[..., Any]:
    """Puts a site into the register."""
    from oversite.domains.customs.actions import save_registration

    def make(site: Any = None, **values: Any) -> Any:
        plain = {
            "house": port.house,
            "registration_code": "CNQGD420001",
            "site_class": "08",
            "place_name": "一号码头",
        }
        return save_registration(port.user, site or port.site, None, {**plain, **values})

    return make


@dataclass
class Devices:
    """What devices are told and say of the text in their pictures, by channel."""

    shown: dict[str, list[str]] = field(default_factory=dict)
    cut_at: int | None = None
    is_ok: bool = True
    knows: bool = True
    failure: StageFailure | None = None
    told: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def put(self, device: str, channel: str, screen: dict[str, Any]) -> bool:
        if self.failure:
            raise self.failure
        self.told.append((device, channel, screen))
        if self.is_ok:
            self.shown[channel] = [line["text"][: self.cut_at] for line in screen["lines"]]
        return self.is_ok

    def ask(self, device: str, kind: str, *, camera_gb_id: str) -> dict[str, Any]:
        assert kind == "screen"
        if self.failure:
            raise self.failure
        if not self.knows:
            return {"result": "ERROR", "screen": None}
        lines = [{"text": text, "x": 16, "y": 900} for text in self.shown.get(camera_gb_id, ["IPC"])]
        return {"screen": {"lines": lines, "time_type": 0, "time_y": 16, "height": 1080}}


@pytest.fixture
def devices(monkeypatch: pytest.MonkeyPatch) -> Devices:
    from oversite.video.gateway import actions

    scripted = Devices()
    monkeypatch.setattr(actions, "put_screen", scripted.put)
    monkeypatch.setattr(actions, "ask_device", scripted.ask)
    return scripted


def no_answer() -> StageFailure:
    """A device that says nothing."""
    return StageFailure(Stage.NO_ANSWER, reason="accepted, but not answered")
