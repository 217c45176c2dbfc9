"""Code lists of Internet+Supervision are entered with day and source, and records are held against those in force."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from domains.quarantine.reporting.cases import GOOD
from oversite.base.agencies.models import Agency
from oversite.common.errors import Refused
from oversite.domains.quarantine.reporting import actions, queries
from oversite.domains.quarantine.reporting.models import Entry
from oversite.domains.quarantine.reporting.standard import code_lists
from oversite.domains.quarantine.rules.actions import enter_setting
from oversite.domains.quarantine.rules.models import Setting
from oversite.domains.quarantine.rules.queries import today

pytestmark = [pytest.mark.django_db, pytest.mark.req("Q3")]
KEY = "exchange.codes.check-mode"
IMPORT = "/quarantine/rules/settings/import/"


@pytest.fixture
def province(case, make_user):
    return make_user(Agency.objects.get(pk=case.county.pk), "quarantine-province")


def enter(value, days=0):
    day = today() + timedelta(days=days)
    return enter_setting(None, KEY, value, effective_on=day, source="接收平台数据字典")


def test_every_shipped_list_is_a_dated_figure_with_its_source(case):
    assert {key.removeprefix("exchange.codes.") for key in Setting.objects.values_list("key", flat=True)} >= set(
        code_lists()
    )
    assert queries.code_lists() == code_lists()


def test_a_version_counts_from_its_day_on_and_is_verified_by_its_source(case):
    enter("01 现场检查\n03 书面检查", days=3)
    assert queries.code_lists()["check-mode"] == code_lists()["check-mode"]
    enter("01 现场检查\n03 书面检查")
    found = queries.code_lists()["check-mode"]
    assert (dict(found.entries), found.is_verified) == ({"01": "现场检查", "03": "书面检查"}, True)


@pytest.mark.parametrize("value", ["01", "01 现场\n01 书面", " ", "x" * 30 + " 长代码"])
def test_what_is_no_code_list_is_refused(case, value):
    with pytest.raises(Refused) as refused:
        enter(value)
    assert refused.value.code == "quarantine.rules.codes"


def test_a_record_that_a_newer_list_speaks_against_is_not_delivered(keeper):
    values = {**GOOD["inspection"], "check_mode": "02"}
    entry = actions.save_entry(keeper, "inspection", values, agency=keeper.agency)
    other = {**GOOD["inspection"], "check_action_code": "JL2026000002"}
    actions.save_entry(keeper, "inspection", other, agency=keeper.agency)
    assert entry.state == "ready"
    enter("01 现场检查\n03 书面检查")
    batch = actions.make_batch(keeper, "inspection", "file")
    assert [item.entry.code for item in batch.items.all()] == ["JL2026000002"]
    entry = Entry.objects.get(pk=entry.pk)
    assert (entry.state, entry.faults) == ("incomplete", [["check_mode", "code", {"value": "02"}]])


def test_the_form_of_a_record_offers_the_list_in_force(client, keeper):
    enter("01 现场检查\n03 书面检查")
    client.force_login(keeper)
    page = client.get("/quarantine/reporting/exchange/inspection/new/").content.decode()
    assert "03 书面检查" in page
    assert "02 非现场检查" not in page


def workbook(client):
    content = b"".join(client.get(f"{IMPORT}?template=1").streaming_content)
    return openpyxl.load_workbook(BytesIO(content))


def upload(client, book):
    stream = BytesIO()
    book.save(stream)
    return client.post(IMPORT, {"file": SimpleUploadedFile("figures.xlsx", stream.getvalue())})


@pytest.mark.req("Q14")
def test_the_workbook_holds_what_is_in_force_and_only_what_was_changed_is_entered(client, province):
    client.force_login(province)
    book = workbook(client)
    sheet = book.worksheets[0]
    [row] = [line for line in sheet.iter_rows(min_row=2) if line[0].value == KEY]
    before = Setting.objects.count()
    row[2].value, row[4].value = "01 现场检查\n05 视频检查", "省级数据字典2026"
    assert upload(client, book).status_code == 302
    assert Setting.objects.count() == before + 1
    assert dict(queries.code_lists()["check-mode"].entries) == {"01": "现场检查", "05": "视频检查"}
    row[2].value = "没有代码"
    answer = upload(client, book)
    assert answer.status_code == 422
    assert "没有代码" in answer.content.decode()
    assert Setting.objects.count() == before + 1
