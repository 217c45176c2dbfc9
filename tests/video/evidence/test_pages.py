"""The pages of evidence, as the browser asks for them (req: A18.1, A20, C-A4.5, V14.log)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from oversite.base.audit.models import Entry
from oversite.video.evidence import actions, queries
from oversite.video.evidence.models import Evidence, Export
from oversite.video.evidence.verify import verify
from video.conftest import downloaded
from video.footage import record

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
RIGHTS = ("cameras.read", "evidence.read", "video.hold", "video.export", "video.release", "video.playback")
EXPORT = {"basis": "consent", "basis_text": "署关函〔2026〕1号", "purpose": "案件移交", "recipient": "海关缉私局"}


def url(name: str, row: Evidence) -> str:
    return reverse(f"evidence:{name}", args=[row.uid])


@pytest.fixture
def farm_row(world: Any) -> Evidence:
    record(world.camera, NOON, 10)
    user = world.person("keeper", world.branch, *RIGHTS)
    return actions.keep_footage(user, world.camera, NOON, NOON + timedelta(seconds=9), reason="用药记录不符")


@pytest.fixture
def customs_row(world: Any) -> Evidence:
    record(world.customs_camera, NOON, 10)
    user = world.person("officer", world.customs, *RIGHTS)
    return actions.keep_footage(user, world.customs_camera, NOON, NOON + timedelta(seconds=9), reason="查验")


@pytest.mark.parametrize("name", ["list", "keep", "exports"])
def test_pages_open(world: Any, sign_in: Any, name: str) -> None:
    client = sign_in(world.person("keeper", world.branch, *RIGHTS))
    assert client.get(reverse(f"evidence:{name}")).status_code == 200


def test_footage_is_kept_from_a_selection_in_playback(world: Any, sign_in: Any) -> None:
    record(world.camera, NOON, 10)
    client = sign_in(world.person("keeper", world.branch, *RIGHTS))
    start_ms = round(NOON.timestamp() * 1000)
    page = client.get(reverse("evidence:keep") + f"?camera={world.camera.uid}&start_ms={start_ms}&end_ms={start_ms}")
    assert page.context["form"].initial["from_at"] == "2026-11-20T12:00:00"
    values = {
        "cameras": [str(world.camera.uid)],
        "from_at": "2026-11-20T12:00:01",
        "until_at": "2026-11-20T12:00:08",
        "reason": "异常",
    }
    assert client.post(reverse("evidence:keep"), values).status_code == 302
    row = Evidence.objects.get()
    assert row.from_at == NOON + timedelta(seconds=1)
    assert row.holdings.count() == 1
    for wrong in ({"cameras": [str(world.customs_camera.uid)]}, {"from_at": "yesterday"}, {"until_at": "2026-11-20"}):
        assert client.post(reverse("evidence:keep"), values | wrong).status_code == 422
    assert Evidence.objects.count() == 1


@pytest.mark.req("A18.1", "A20")
def test_farm_evidence_is_sealed_and_verified_and_its_export_is_greyed_and_refused(
    farm_row: Evidence, sign_in: Any
) -> None:
    client = sign_in(farm_row.keeper)
    assert client.post(url("seal", farm_row)).status_code == 302
    response = client.post(url("verify", farm_row), follow=True)
    farm_row.refresh_from_db()
    assert (farm_row.state, farm_row.verdict) == ("sealed", "valid")
    (export,) = [act for act in response.context["page_acts"] if act.url == url("export", farm_row)]
    assert "第二十条" in str(export.why_not)
    refused = client.post(url("export", farm_row), EXPORT)
    assert refused.status_code == 403
    assert refused.context["refused"].clause == "A20"
    assert not Export.objects.exists()


@pytest.mark.req("C-A4.5", "V14.log")
def test_a_customs_package_is_exported_fetched_and_registered(
    customs_row: Evidence, sign_in: Any, world: Any, tmp_path: Any
) -> None:
    client = sign_in(customs_row.keeper)
    client.post(url("seal", customs_row))
    assert client.post(url("export", customs_row), EXPORT | {"basis_text": " "}).status_code == 422
    assert client.post(url("export", customs_row), EXPORT).status_code == 302
    made = Export.objects.get()
    fetch = reverse("evidence:package", args=[made.pk])
    response = client.get(fetch)
    data = downloaded(response)
    (tmp_path / "p.zip").write_bytes(data)
    (tmp_path / "trust").write_text(queries.own_trust(), encoding="utf-8")
    assert verify(tmp_path / "p.zip", tmp_path / "trust").is_valid
    assert Entry.objects.filter(act="evidence.package.downloaded").count() == 1
    page = client.get(reverse("evidence:exports")).content.decode()
    assert "海关缉私局" in page
    assert "署关函〔2026〕1号" in page
    other = sign_in(world.person("other", world.customs, *RIGHTS))
    assert other.get(fetch).status_code == 404
    Export.objects.update(exported_at=made.exported_at - timedelta(days=2))
    assert client.get(fetch).status_code == 404


def test_why_nothing_could_be_sealed_is_said_in_the_readers_language_with_what_to_do(world: Any, sign_in: Any) -> None:
    user = world.person("keeper", world.branch, *RIGHTS)
    row = actions.keep_footage(user, world.camera, NOON, NOON + timedelta(seconds=9), reason="异常")
    client = sign_in(user)
    page = client.post(url("seal", row), follow=True).content.decode()
    assert page.count("该时段没有平台录像。如设备中存有录像，请先在回放中取回，再封存。") == 2, "at once, and to stay"
    assert "recorded here" not in page


@pytest.mark.req("A9", "V14.log")
def test_the_page_of_an_export_tells_who_kept_sealed_verified_exported_and_fetched_it(
    customs_row: Evidence, sign_in: Any
) -> None:
    client = sign_in(customs_row.keeper)
    client.post(url("seal", customs_row))
    client.post(url("verify", customs_row))
    for recipient in ("海关缉私局", "地方检察院"):
        client.post(url("export", customs_row), EXPORT | {"recipient": recipient})
    made, other = Export.objects.order_by("pk")
    downloaded(client.get(reverse("evidence:package", args=[made.pk])))

    def told(export: Export) -> list[str]:
        page = client.get(reverse("evidence:export-done", args=[export.pk]))
        assert {entry.actor for entry in page.context["history"]} == {customs_row.keeper.name}
        return [str(entry.text) for entry in page.context["history"]]

    begun = ["校验证据", "封存证据", "留存录像"]
    assert told(made) == ["下载导出的证据", "导出证据", *begun]
    assert told(other) == ["导出证据", *begun], "the other export was not fetched"


def test_release_asks_for_a_reason(farm_row: Evidence, sign_in: Any) -> None:
    client = sign_in(farm_row.keeper)
    client.post(url("seal", farm_row))
    assert client.get(url("release", farm_row)).status_code == 200
    assert client.post(url("release", farm_row), {"reason": ""}).status_code == 422
    assert client.post(url("release", farm_row), {"reason": "案件办结"}).status_code == 302
    farm_row.refresh_from_db()
    assert farm_row.state == "released"


@pytest.mark.req("A4.1")
def test_a_neighbour_finds_nothing_and_a_reader_changes_nothing(world: Any, farm_row: Evidence, sign_in: Any) -> None:
    beside = sign_in(world.person("beside", world.neighbour, *RIGHTS))
    reader = sign_in(world.person("reader", world.branch, "evidence.read"))
    for name in ("evidence", "verify", "seal", "release", "export"):
        assert beside.get(url(name, farm_row)).status_code == 404, name
    for name in ("seal", "release", "export"):
        assert reader.post(url(name, farm_row), {"reason": "x", **EXPORT}).status_code == 403, name
    assert reader.get(url("evidence", farm_row)).status_code == 200


def test_a_broken_package_is_told_by_name(farm_row: Evidence, sign_in: Any) -> None:
    client = sign_in(farm_row.keeper)
    client.post(url("seal", farm_row))
    farm_row.refresh_from_db()
    stored = queries.stored_package(farm_row)
    assert stored is not None
    data = bytearray(stored.path.read_bytes())
    data[500] ^= 1
    stored.path.write_bytes(data)
    with translation.override("en"):
        response = client.post(url("verify", farm_row), follow=True)
    assert "segments/F001_34020000001320000001_20261120T120000000.mp4" in str(next(iter(response.context["messages"])))


def test_the_register_of_exports_goes_out_as_a_sheet(world: Any, sign_in: Any) -> None:
    client = sign_in(world.person("auditor", world.national, "evidence.read"))
    response = client.get(reverse("evidence:exports") + "?export=xlsx")
    assert downloaded(response).startswith(b"PK")


@pytest.mark.req("A20")
def test_the_refused_export_is_in_the_audit(farm_row: Evidence, sign_in: Any) -> None:
    client = sign_in(farm_row.keeper)
    client.post(url("seal", farm_row))
    client.post(url("export", farm_row), EXPORT)
    entry = Entry.objects.get(act="evidence.export.inside")
    assert (entry.outcome, entry.clause, entry.actor) == ("refused", "A20", "keeper")
    assert entry.data["recipient"] == "海关缉私局"


@pytest.mark.req("A20")
def test_whoever_asks_for_farm_footage_hears_the_rule_and_not_their_roles(
    farm_row: Evidence, sign_in: Any, world: Any, make_user: Any
) -> None:
    monitor = make_user(world.farm.agency, "monitor")
    client = sign_in(monitor)
    for response in (client.get(url("export", farm_row)), client.post(url("export", farm_row), EXPORT)):
        assert response.status_code == 403
        assert response.context["refused"].code == "evidence.export.inside"
        assert "第二十条" in response.content.decode()
    (export,) = [
        act for act in client.get(url("evidence", farm_row)).context["page_acts"] if act.url == url("export", farm_row)
    ]
    assert "第二十条" in str(export.why_not)
