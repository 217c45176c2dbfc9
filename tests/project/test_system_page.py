"""The system administrator sees what runs, and nobody else does."""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from oversite.base.jobs.models import Job, Worker
from oversite.common import clock
from oversite.video.gateway.models import MediaNode

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_dir")]


@pytest.fixture
def administrator(client: Any, tree: Any, make_user: Any) -> Any:
    client.force_login(make_user(tree.country, "system-administrator"))
    return client


def test_processes_that_live_and_those_not_heard_of(administrator: Any) -> None:
    long_ago = clock.from_us(0)
    MediaNode.objects.create(number=0, door_url="http://m", public_url="http://m0", streams=3, beat_at=clock.now())
    MediaNode.objects.create(number=1, door_url="http://m", public_url="http://m1", beat_at=long_ago)
    Worker.objects.create(machine="host-a", pid=77, started_at=long_ago, heartbeat_at=long_ago)
    page = administrator.get(reverse("system")).content.decode()
    for words in ("http://m0", "3 路码流", "host-a", "无应答", "Django", "SQLite", "数据目录"):
        assert words in page or (words == "SQLite" and "PostgreSQL" in page), words
    assert page.count("无应答") == 3, "the second node, the worker, and signalling, which does not run here"


def test_long_work_that_failed_says_why(administrator: Any) -> None:
    Job.objects.create(
        id=uuid.uuid4(),
        task_path="x",
        title="清单",
        state=Job.State.FAILED,
        error="a\nValueError: 坏了",
        created_at=clock.now(),
    )
    assert "ValueError: 坏了" in administrator.get(reverse("system") + "?tab=jobs").content.decode()


def test_a_monitor_is_refused(client: Any, tree: Any, make_user: Any) -> None:
    client.force_login(make_user(tree.country, "monitor"))
    assert client.get(reverse("system")).status_code == 403


def test_metrics_need_the_key_of_the_data_folder_also_from_this_machine(client: Any, data_dir: Any) -> None:
    assert client.get("/metrics").status_code == 403
    key = (data_dir / "keys" / "metrics").read_text()
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
    allowed = client.get("/metrics", headers={"Authorization": f"Bearer {key}"})
    assert b"python_info" in allowed.content
    far = client.get("/metrics", headers={"Authorization": f"Bearer {key}"}, REMOTE_ADDR="203.0.113.9")
    assert far.status_code == 403
