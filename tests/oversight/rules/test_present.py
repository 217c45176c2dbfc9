"""A camera that is really lost: its device goes offline, or its channel is announced no more (req: C4)."""

import json
import re
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from oversight.rules.conftest import Port
from oversite.base.documents.actions import SignedBy
from oversite.base.documents.queries import documents
from oversite.common import clock
from oversite.oversight.rules import actions, present, queries, reports
from oversite.video.cameras.models import Camera, Channel, Device

pytestmark = [pytest.mark.django_db, pytest.mark.req("C4")]


@pytest.fixture
def device(port: Port) -> Device:
    """The recorder of both cameras, online; what the yard's camera sees is declared."""
    made = Device.objects.create(gb_id="42010000001180000001", name="录像机", site=port.site, is_online=True)
    Camera.objects.filter(site=port.site).update(device=made)
    actions.declare_camera(port.operator, port.wide, {"sees": ["panorama"], "stands": [], "mount": []})
    return made


def uncovered(port: Port) -> set[tuple[str, str]]:
    return {(each["rule"], each["area"]) for each in present.present_of(port.site).uncovered}


def test_while_every_camera_is_online_nothing_is_uncovered(port: Port, device: Device) -> None:
    assert present.present_of(port.site) == present.Present((), ())


def test_an_offline_device_uncovers_what_its_cameras_saw_and_the_verdict_stays(port: Port, device: Device) -> None:
    Device.objects.filter(pk=device.pk).update(is_online=False)
    assert ("2.1.2.2", "Y1") in uncovered(port)
    newest = queries.newest_evaluation(port.site)
    assert newest is not None
    assert {each["outcome"] for each in newest.findings if each["rule"] == "2.1.2.2"} == {"met"}


def test_a_channel_that_the_recorder_announces_as_off_is_lost_too(port: Port, device: Device) -> None:
    Channel.objects.create(device=device, gb_id=port.wide.gb_id, is_online=False, seen_at=clock.now())
    assert present.present_of(port.site).offline == (str(port.wide.uid),)
    assert ("2.1.2.2", "Y1") in uncovered(port)


def test_another_camera_of_the_sort_takes_over(port: Port, device: Device) -> None:
    other = Camera.objects.create(
        gb_id="42010000001320000077",
        name="堆场高点",
        site=port.site,
        area=port.yard,
        mount="wide",
        control_right="primary",
        device=Device.objects.create(gb_id="42010000001180000002", name="另一台", site=port.site, is_online=True),
    )
    actions.declare_camera(port.operator, other, {"sees": ["panorama"], "stands": [], "mount": []})
    Device.objects.filter(pk=device.pk).update(is_online=False)
    assert ("2.1.2.2", "Y1") not in uncovered(port)


def test_a_camera_that_no_device_answers_for_yet_is_no_loss(port: Port, device: Device) -> None:
    Camera.objects.create(gb_id="42010000001320000078", name="新录入", site=port.site, area=port.yard, mount="wide")
    assert present.present_of(port.site) == present.Present((), ())


def test_the_page_says_so(port: Port, device: Device) -> None:
    Device.objects.filter(pk=device.pk).update(is_online=False)
    client = Client()
    client.force_login(port.officer)
    page = client.get(reverse("rules:site", args=[port.site.uid])).content.decode()
    assert "data-uncovered" in page
    assert "堆场全景" in page


def page_of(port: Port) -> str:
    client = Client()
    client.force_login(port.officer)
    return client.get(reverse("rules:site", args=[port.site.uid])).content.decode()


def test_a_finding_that_rests_on_a_lost_camera_says_so_beside_it_and_is_to_be_dealt_with(
    port: Port, device: Device
) -> None:
    assert "data-lost" not in page_of(port)
    Device.objects.filter(pk=device.pk).update(is_online=False)
    page = page_of(port)
    [row] = re.findall(r'data-rule="2\.1\.2\.2".*?</li>', page, re.DOTALL)
    assert "data-lost" in row
    assert "因离线目前无人监控" in row
    assert re.search(r"堆场全景</span>.{0,120}离线", row, re.DOTALL)


def test_a_camera_of_which_nobody_has_said_what_it_sees_does_not_hide_the_loss(port: Port, device: Device) -> None:
    other = Device.objects.create(gb_id="42010000001180000002", name="另一台", site=port.site, is_online=True)
    Camera.objects.create(
        gb_id="42010000001320000077",
        name="堆场高点",
        site=port.site,
        area=port.yard,
        mount="wide",
        control_right="primary",
        device=other,
    )
    Device.objects.filter(pk=device.pk).update(is_online=False)
    assert ("2.1.2.2", "Y1") in uncovered(port)


def test_every_camera_that_a_finding_names_opens_its_live_picture(port: Port, device: Device) -> None:
    Camera.objects.filter(pk=port.wide.pk).update(control_right="")
    actions.evaluate_site(port.site, "test")
    [row] = re.findall(r'data-rule="2\.1\.2\.2".*?</li>', page_of(port), re.DOTALL)
    assert "摄像头“堆场全景”" in row
    assert f'data-live="{port.wide.uid}" href="/video/?camera={port.wide.uid}"' in row


class TestWhoSeesOnlySomeCameras:
    """Reads no names of the others, in whatever sentence they stand."""

    @pytest.fixture
    def narrowed(self, port: Port, make_user: Any, tree: Any) -> Any:
        from oversite.base.accounts.models import GrantScope, RoleGrant

        user = make_user(tree.post, "monitor", username="narrow")
        for grant in RoleGrant.objects.filter(user=user):
            GrantScope.objects.create(grant=grant, subject_kind="cameras.camera", subject_id=str(port.wide.pk))
        return user

    def test_findings_pages_and_lists(self, port: Port, narrowed: Any) -> None:
        port.gate.is_key = True
        port.gate.save()
        actions.declare_camera(
            port.operator, port.head, {"sees": ["plate&driver@lane-head:1"], "stands": [], "mount": []}
        )
        client = Client()
        client.force_login(port.officer)
        url = reverse("rules:site", args=[port.site.uid]) + "?show=all"
        assert "卡口车头" in client.get(url).content.decode()
        client.force_login(narrowed)
        page = client.get(url).content.decode()
        assert "卡口车头" not in page
        assert str(port.head.uid) not in page
        assert "另一摄像机" in page
        assert "堆场全景" in page

    @pytest.mark.req("A4.1", "C-eval")
    def test_a_report_that_they_sign_names_what_they_see_and_says_that_there_is_more(
        self, port: Port, device: Device, narrowed: Any
    ) -> None:
        said = {"sees": ["plate&driver@lane-head:1"], "stands": [], "mount": []}
        actions.declare_camera(port.operator, port.head, said)
        Device.objects.filter(pk=device.pk).update(is_online=False)
        evaluation = actions.evaluate_site(port.site, "test")
        assert evaluation is not None
        told = {
            user.username: json.dumps(
                reports.report_data(evaluation, SignedBy(user, "码头", clock.now())), ensure_ascii=False
            )
            for user in (port.officer, narrowed)
        }
        whole, part = told[port.officer.username], told["narrow"]
        assert "卡口车头" in whole
        assert '"unseen": 0' in whole
        for hidden in ("卡口车头", str(port.head.uid)):
            assert hidden not in part
        assert "堆场全景" in part
        assert '"unseen": 1' in part
        assert "另1个摄像头" in part

    @pytest.mark.req("A4.1")
    def test_reports_of_others_are_not_theirs_to_read(self, port: Port, narrowed: Any) -> None:
        theirs = reports.sign_report(port.officer, port.site)
        own = reports.sign_report(narrowed, port.site)
        assert list(documents(narrowed)) == [own]
        assert set(documents(port.officer)) == {theirs, own}

    @pytest.mark.req("A4.1")
    def test_the_workbook_of_findings_names_no_other(self, port: Port, narrowed: Any) -> None:
        said = {"sees": ["plate&driver@lane-head:1"], "stands": [], "mount": []}
        actions.declare_camera(port.operator, port.head, said)
        with reports.export_findings(narrowed, port.site, only_open=False) as stream:
            sheet = openpyxl.load_workbook(stream).active
        assert sheet is not None
        told = " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
        assert "卡口车头" not in told
        assert str(port.head.uid) not in told
