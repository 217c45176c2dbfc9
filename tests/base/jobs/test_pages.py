"""The page of long work: the owner's alone; a long list becomes a workbook that waits for its owner."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from base.jobs import samples
from oversite.base.audit.models import Entry
from oversite.base.jobs import actions, exports, liveness, runner
from oversite.base.jobs.models import Job
from oversite.common import clock
from oversite.screens.slots import EXPORTERS, ExportOrder
from people import make_agency, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker() -> UUID:
    """A registered worker."""
    return liveness.register_worker(liveness.Process("here", 1, "1")).pk


def test_everybody_sees_and_cancels_only_their_own(client: Client) -> None:
    owner, other = make_user(make_agency()), make_user(make_agency())
    job = actions.submit_job(samples.add, {"left": 1, "right": 1}, title="年度汇总", owner=owner)
    client.force_login(other)
    assert "年度汇总" not in client.get("/jobs/").content.decode()
    assert client.get(f"/jobs/{job.pk}/").status_code == 404
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 404
    client.force_login(owner)
    assert "年度汇总" in client.get("/jobs/").content.decode()
    assert client.get(f"/jobs/{job.pk}/cancel/").status_code == 405
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 302
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 302


def test_progress_counts_and_time_left_are_shown(client: Client) -> None:
    owner = make_user(make_agency())
    job = actions.submit_job(samples.add, {"left": 1, "right": 1}, title="年度汇总", owner=owner)
    started_at = clock.now() - timedelta(minutes=10)
    Job.objects.filter(pk=job.pk).update(
        state="running", done=250, total=1000, progress_text="写入", started_at=started_at
    )
    client.force_login(owner)
    page = client.get("/jobs/").content.decode()
    assert 'value="250" max="1000"' in page
    assert "250 / 1000" in page
    assert "30" in page.split("剩余")[1][:20]


def test_a_long_list_is_written_by_the_worker_for_its_owner(
    client: Client, worker: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "folder", lambda: tmp_path)
    agency = make_agency(name="甲机构")
    make_agency(name="乙机构")
    owner, other = make_user(agency, "sites.read"), make_user(agency, "sites.read")
    exporter = EXPORTERS.get("excel")
    assert exporter is not None
    address = exporter(owner, ExportOrder("oversite.base.agencies.views.AgencyList", "机构", "", {}))
    job = Job.objects.get()
    assert address == reverse("jobs:job", args=[job.pk])
    assert Entry.objects.filter(act="jobs.export.ordered", actor=owner.username).exists()
    assert not runner.run_next(worker, ["default"])
    assert runner.run_next(worker, ["long"])
    job.refresh_from_db()
    assert (job.state, job.done) == ("succeeded", 1)
    client.force_login(owner)
    response = client.get(job.result_url)
    book = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))
    texts = [str(cell.value) for line in book.worksheets[0].iter_rows() for cell in line]
    assert "甲机构" in texts
    assert "乙机构" not in texts
    client.force_login(other)
    assert client.get(job.result_url).status_code == 404
    assert not list(tmp_path.glob("*.draft"))
