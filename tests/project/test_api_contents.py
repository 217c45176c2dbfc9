"""What `/api/v1` tells: pages without repeats, filters, instants in UTC, and never a secret."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from access.registry import World
from oversite.base.audit.models import Entry
from oversite.base.sites.models import Area, Site
from oversite.common import clock
from oversite.oversight.supervision import actions as supervision
from oversite.oversight.supervision.actions import Mark
from oversite.video.cameras.models import Camera, Channel, Device
from oversite.video.cameras.sealing import seal
from oversite.video.evidence import actions as evidence
from oversite.video.evidence import queries as kept
from oversite.video.viewing.models import Viewing
from project.keys import NEEDS, caller, key_of
from video.footage import record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
DAY = "2026-11-20"


@pytest.fixture
def world(tree: Any, make_user: Any) -> World:
    return World(tree, make_user)


@pytest.fixture
def get(world: World) -> Any:
    """Asks a route with a key that may everything."""
    text = key_of(caller(world, world.tree.post), {each for needs in NEEDS.values() for each in needs})
    client = Client(headers={"Authorization": f"Bearer {text}"})

    def ask(name: str, *args: Any, **query: Any) -> Any:
        response = client.get(reverse(f"api:{name}", args=args), query)
        assert response.status_code == 200, response.content
        return response.json() if response["Content-Type"].startswith("application/json") else response.content

    ask.client = client  # type: ignore[attr-defined]
    return ask


def sites(world: World, count: int) -> None:
    for number in range(count):
        Site.objects.create(code=f"N{number:03d}", name="场", site_class="aquaculture-farm", agency=world.tree.post)


def test_pages_follow_each_other_without_gap_or_repeat(world, get):
    sites(world, 7)
    codes, after = [], ""
    for _page in range(4):
        page = get("sites", limit=2, after=after)
        codes += [row["code"] for row in page["items"]]
        after = page["next"]
        assert page["has_more"] is (len(codes) < 7)
    assert codes == [f"N{number:03d}" for number in range(7)]
    assert get("sites", after=after) == {"items": [], "next": after, "has_more": False}
    Site.objects.create(code="LATER", name="新", site_class="aquaculture-farm", agency=world.tree.post)
    assert [row["code"] for row in get("sites", after=after)["items"]] == ["LATER"]


@pytest.mark.parametrize(
    ("query", "field"), [({"limit": 201}, "limit"), ({"limit": 0}, "limit"), ({"after": "x"}, "after")]
)
def test_a_page_that_cannot_be_asked_for_names_the_parameter(get, query, field):
    response = get.client.get(reverse("api:sites"), query)
    assert response.status_code == 422
    assert [each["field"] for each in response.json()["fields"]] == [field]


def test_the_newest_comes_first_or_last(world, get):
    user = world.user(world.tree.post, "monitor")
    for minute in range(3):
        Viewing.objects.create(
            user=user,
            viewer_name=f"看{minute}",
            camera=world.camera,
            kind="live",
            opened_at=NOON + timedelta(minutes=minute),
        )
    assert [row["viewer"] for row in get("viewings")["items"]] == ["看2", "看1", "看0"]
    assert [row["viewer"] for row in get("viewings", oldest_first=True, limit=2)["items"]] == ["看0", "看1"]
    one = get("viewings", since="2026-11-20T12:01:00+08:00", until="2026-11-20T04:02:00Z")["items"]
    assert [(row["viewer"], row["opened_at"]) for row in one] == [("看1", "2026-11-20T04:01:00Z")]
    assert get("viewings", viewer="nobody")["items"] == []
    assert get("viewings", kind="recording")["items"] == []


@pytest.mark.parametrize(("name", "most"), [("cameras", 11), ("devices", 11), ("channels", 14)])
def test_the_number_of_queries_does_not_grow_with_the_list(world, get, name, most):
    for number in range(30):
        device = Device.objects.create(gb_id=f"340200000011100001{number:02d}", name="机", site=world.site)
        Camera.objects.create(gb_id=f"340200000013200001{number:02d}", name="塘", site=world.site, device=device)
        Channel.objects.create(device=world.device, gb_id=device.gb_id, name="道", seen_at=NOON)
    path = [world.device.uid] if name == "channels" else []
    get(name, *path)  # the first use of a key is written down
    counts = []
    for limit in (2, 30):
        with CaptureQueriesContext(connection) as queries:
            assert len(get(name, *path, limit=limit)["items"]) == limit
        counts.append(len(queries))
    assert counts[0] == counts[1] <= most


def test_a_site_with_its_areas(world, get):
    world.site.areas.create(code="A1", name="东塘", kind="pond", length_m="20.50", is_key=True)
    site = get("site", world.site.uid)
    assert (site["code"], site["agency"]) == ("S1", {"code": "YT", "name": "烟台局"})
    assert [(area["code"], area["length_m"], area["key"]) for area in site["areas"]] == [("A1", 20.5, True)]
    assert get("sites", q="S1")["items"] == get("sites", agency="YT", active=True)["items"] != []
    assert get("sites", active=False)["items"] == get("sites", q="无")["items"] == []


def test_cameras_are_online_as_their_device_and_its_catalogue_say(world, get):
    Device.objects.filter(pk=world.device.pk).update(is_online=True)
    dark = Camera.objects.create(gb_id="34020000001320000002", name="西塘", site=world.site, device=world.device)
    Channel.objects.create(device=world.device, gb_id=dark.gb_id, is_online=False, seen_at=NOON)
    Camera.objects.filter(pk=world.camera.pk).update(measured_codec="h265", measured_kbps=2048)
    assert {row["name"]: row["online"] for row in get("cameras")["items"]} == {"东塘": True, "西塘": False}
    assert [row["name"] for row in get("cameras", online=True)["items"]] == ["东塘"]
    assert [row["name"] for row in get("cameras", online=False)["items"]] == ["西塘"]
    assert [row["name"] for row in get("cameras", gb_id=dark.gb_id)["items"]] == ["西塘"]
    assert get("cameras", site=str(world.camera.uid))["items"] == []
    full = get("camera", world.camera.uid)
    assert (full["codec"], full["measured_kbps"], full["online"]) == ("h265", 2048, True)


def test_a_device_says_how_much_of_its_catalogue_arrived(world, get):
    Device.objects.filter(pk=world.device.pk).update(channels_seen=3, channels_total=5)
    Channel.objects.create(device=world.device, gb_id=world.camera.gb_id, name="东塘", seen_at=NOON)
    Channel.objects.create(device=world.device, gb_id="34020000001320000099", name="新", seen_at=NOON)
    device = get("device", world.device.uid)
    assert (device["channels_received"], device["channels_announced"]) == (3, 5)
    assert [(row["name"], row["camera"]) for row in get("channels", world.device.uid)["items"]] == [
        ("东塘", str(world.camera.uid)),
        ("新", None),
    ]


def test_a_day_of_a_camera_is_footage_and_gaps(world, get):
    record(world.camera, NOON, 10)
    day = get("recordings", world.camera.uid, day=DAY)
    assert (day["from_at"], day["until_at"]) == ("2026-11-19T16:00:00Z", "2026-11-20T16:00:00Z")
    (footage,) = day["recorded"]
    assert footage["from_at"] == "2026-11-20T04:00:00Z"
    assert [(gap["from_at"], gap["until_at"]) for gap in day["gaps"]] == [
        (day["from_at"], footage["from_at"]),
        (footage["until_at"], day["until_at"]),
    ]
    assert get("recordings", world.camera.uid, day=DAY, stream=1)["recorded"] == []
    future = get("recordings", world.camera.uid, day="2199-12-31")
    assert (future["recorded"], future["gaps"]) == ([], [])


@pytest.mark.req("A18.1")
def test_evidence_is_listed_and_verified(world, get, make_user):
    user = make_user(world.tree.post, "administrator")
    record(world.camera, NOON, 10)
    row = evidence.keep_footage(user, world.camera, NOON, NOON + timedelta(seconds=9), reason="用药记录不符")
    assert [each["state"] for each in get("evidence-list", site=str(world.site.uid))["items"]] == ["held"]
    url = reverse("api:verify", args=[row.uid])
    early = get.client.post(url)
    assert (early.status_code, early.json()["code"]) == (409, "evidence.package.none")
    evidence.seal(user, row)
    assert get.client.post(url).json()["valid"] is True
    sealed = get("evidence", row.uid)
    assert (sealed["state"], sealed["verdict"]) == ("sealed", "valid")
    assert [each["uid"] for each in sealed["cameras"]] == [str(world.camera.uid)]
    assert Entry.objects.filter(act="evidence.package.verified").latest("position").actor == "caller-yt"
    row.refresh_from_db()
    package = kept.stored_package(row)
    assert package
    target = next(
        path for path in [package.path, *package.path.rglob("*")] if path.is_file() and path.stat().st_size > 5000
    )
    changed = bytearray(target.read_bytes())
    changed[len(changed) // 2] ^= 1
    target.chmod(0o600)
    target.write_bytes(changed)
    verdict = get.client.post(url).json()
    assert (verdict["valid"], verdict["verdict"]) == (False, "changed")
    assert verdict["problems"]


@pytest.mark.req("A16.2")
def test_a_filed_session_with_its_points_and_its_sheet(world, get):
    user = world.user(world.tree.post, "monitor")
    pond = Area.objects.create(site=world.site, code="A1", name="东塘", kind="pond")
    session = supervision.begin_session(user, world.site, "live")
    supervision.mark_point(
        user,
        session,
        Mark(camera=world.camera, area=pond, grade="minor", moment_at=clock.now(), remark="水色异常", items=("water",)),
    )
    draft = get("session", session.uid)
    assert (draft["state"], draft["sheet_url"], draft["number"]) == ("draft", "", "")
    filed = supervision.submit_session(user, session)
    found = get("session", filed.uid)
    assert [(point["grade"], point["remark"], point["area"]) for point in found["points"]] == [
        ("minor", "水色异常", "A1")
    ]
    (row,) = get("sessions", state="submitted")["items"]
    assert (row["number"], row["points_count"], row["anomalies_count"]) == (filed.number, 1, 1)
    sheet = get.client.get(found["sheet_url"])
    assert (sheet.status_code, sheet["Content-Type"]) == (200, "application/pdf")
    assert filed.number in "".join(page.extract_text() for page in PdfReader(BytesIO(sheet.content)).pages)
    opened = Entry.objects.get(act="documents.document.opened")
    assert opened.actor == "caller-yt"


def test_the_audit_is_pulled_from_the_beginning_and_the_pull_is_a_row(world, get):
    get("entries", actor="caller-yt")
    get("entries", outcome="refused")
    first = get("entries", oldest_first=True, limit=2)
    positions = [row["position"] for row in first["items"]]
    second = get("entries", oldest_first=True, limit=2, after=first["next"])
    positions += [row["position"] for row in second["items"]]
    assert positions == sorted(set(positions))
    assert len(positions) == 4
    rows = Entry.objects.filter(act="audit.exported")
    assert [row.data["filters"] for row in rows.order_by("position")] == [
        {"actor": "caller-yt"},
        {"outcome": "refused"},
        {"limit": 2, "oldest_first": True},
    ]
    (row,) = get("entries", act="audit.exported", limit=1)["items"]
    kept_row = Entry.objects.get(position=row["position"])
    assert (row["hash"], row["previous_hash"]) == (kept_row.hash, kept_row.previous_hash)
    assert row["data"] == kept_row.data


def test_no_secret_is_told(world, get):
    Device.objects.filter(pk=world.device.pk).update(password_sealed=seal("Gb-secret-1", world.device.uid))
    user = world.user(world.tree.post, "monitor")
    Viewing.objects.create(
        user=user, camera=world.camera, kind="live", opened_at=NOON, stream_key="live-1-0", session="secret-session"
    )
    told = json.dumps(
        [
            get("devices"),
            get("device", world.device.uid),
            get("cameras"),
            get("camera", world.camera.uid),
            get("viewings"),
            get("entries", limit=200),
        ]
    )
    for secret in ("Gb-secret-1", "sealed", "password_sealed", "live-1-0", "secret-session", "token_sha256"):
        assert secret not in told


def test_findings_are_told_with_their_clauses_and_what_an_officer_signed(world, get):
    from access.rules.rules import port
    from oversite.oversight.rules import actions as placement

    site = port(world)
    site.areas.create(code="G1", name="卡口", kind="gate")
    Camera.objects.create(gb_id="42010000001320000072", name="全景", site=site, mount="fixed")
    placement.evaluate_site(site, "test")
    officer = caller(world, world.tree.post)
    placement.sign_judgement(officer, site, "1.7:placement", "", "met", "画面覆盖到位")
    [verdict] = get("verdicts", site=str(site.uid))["items"]
    assert (verdict["book"], verdict["judged"]) == ("customs", 1)
    gate = get("findings", verdict["uid"], clause="2.1.6", outcome="not_met")["items"]
    assert [each["rule"] for each in gate] == ["2.1.6.1", "2.1.6.2"]
    assert gate[0]["citation"] == {"zh": "第二章第一节第六项（一）", "en": "chapter 2, section 1, no. 6 (1)"}
    [signed] = get("findings", verdict["uid"], clause="1.7", outcome="met")["items"]
    assert (signed["found"], signed["judgement"]["remark"]) == ("judgement", "画面覆盖到位")
    assert get("finding", verdict["uid"], signed["number"]) == signed
    first = get("findings", verdict["uid"], limit=2)
    second = get("findings", verdict["uid"], limit=2, after=first["next"])
    assert [each["number"] for each in (*first["items"], *second["items"])] == [1, 2, 3, 4]
    assert all(
        each["outcome"] in {"not_met", "judgement"} for each in get("findings", verdict["uid"], open=True)["items"]
    )


def test_the_construction_list_and_the_codes_are_told(world, get):
    from access.rules.customs import position
    from access.rules.rules import port
    from oversite.oversight.rules import actions as placement

    site = port(world)
    site.areas.create(code="G1", name="卡口", kind="gate")
    assert get("plan-lines", site.uid)["items"] == []
    placement.adopt_plan(caller(world, world.tree.post), site, placement.propose_plan(site, []))
    lines = get("plan-lines", site.uid)["items"]
    assert {(each["area"], each["state"]) for each in lines} == {("G1", "planned")}
    assert "2.1.6.1" in {rule for each in lines for rule in each["rules"]}
    code, uid = "42010011101320803002", position(world)["uid"]
    assert [each["uid"] for each in get("positions", code=code)["items"]] == [str(uid)]
    assert get("position", uid)["position_label"].startswith("查验场地")
