"""The copy of exported footage that ordinary players play, with who, when and what for in it (req: V14.use)."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from django.urls import reverse

from oversite.base.jobs.models import Job
from oversite.common.signing import parse_trust
from oversite.video.evidence import actions, package, playable, queries
from oversite.video.evidence.models import Evidence, Export
from oversite.video.evidence.watermark import mark
from video.conftest import downloaded
from video.footage import record

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
RIGHTS = ("cameras.read", "evidence.read", "video.hold", "video.export")
ORDER = actions.ExportOrder("consent", "署关函〔2026〕1号", "案件移交", "海关缉私局")


@pytest.fixture
def made(world: Any) -> Export:
    """An export of sealed customs footage that begins in the middle of a file."""
    record(world.customs_camera, NOON, 10)
    user = world.person("officer", world.customs, *RIGHTS)
    kept = actions.keep_footage(
        user, world.customs_camera, NOON + timedelta(seconds=3), NOON + timedelta(seconds=7), reason="查验"
    )
    actions.seal(user, kept)
    return actions.export(user, Evidence.objects.get(pk=kept.pk), ORDER)


def luma(container: Any) -> list[Any]:
    return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


@pytest.mark.req("V14.use")
def test_the_copy_begins_at_zero_carries_the_mark_and_is_named_as_derived(made: Export) -> None:
    steps: list[tuple[int, int]] = []
    actions.make_copy(made.pk, lambda done, total, _text: steps.append((done, total)))
    made.refresh_from_db()
    stored = queries.stored_copy(made)
    assert stored is not None
    assert steps[0] == (0, 1)
    assert steps[-1] == (1, 1)
    with zipfile.ZipFile(stored.path) as copy, zipfile.ZipFile(queries.stored_package(made.evidence).path) as sealed:  # type: ignore[union-attr]
        told = json.loads(copy.read(playable.LIST))
        assert (told["is_evidence"], told["derived_from"]["manifest_sha256"]) == (False, made.manifest_sha256)
        assert told["mark"].split(" ", 2)[0] == made.exporter_name
        assert told["purpose"] in told["mark"]
        signature = json.loads(copy.read(playable.SIGNATURE))
        assert signature["fingerprint"] == queries.own_fingerprint()
        (file,) = told["files"]
        data = copy.read(file["file"])
        assert package.digests_of(io.BytesIO(data)).sha256 == file["sha256"]
        original = sealed.read(file["of"]["file"])
    with av.open(io.BytesIO(original)) as before, av.open(io.BytesIO(data)) as after:
        assert before.start_time == 0
        assert after.start_time == 0
        assert after.streams.video[0].codec_context.name == "h264"
        pictures = list(zip(luma(before), luma(after), strict=True))
    changed = [np.abs(one.astype(int) - other.astype(int)) > 20 for one, other in pictures]
    assert min(float(each.mean()) for each in changed) > 0.005, "every picture carries the mark"


def test_the_mark_is_legible_on_bright_and_on_dark() -> None:
    burned = mark("武汉海关监管员 武汉海关 2026-11-22 12:00:00 案件移交", 640, 360)
    for ground in (10, 128, 245):
        picture = np.full((360, 640), ground, np.uint8)
        difference = np.abs(burned.burn(picture).astype(int) - ground)
        assert (difference > 30).mean() > 0.005, ground
        assert (difference == 0).mean() > 0.5, "most of the picture stays as it was"


def test_ordering_an_export_orders_its_copy_once(made: Export) -> None:
    job = Job.objects.get(key=f"evidence.copy:{made.pk}")
    assert job.owner_id == made.exporter_id
    assert "查验" in str(job.title) or made.evidence.title in job.title


def test_a_package_that_cannot_be_read_says_so_and_stays_fetchable(made: Export, sign_in: Any) -> None:
    Path(queries.stored_package(made.evidence).path).write_bytes(b"PK broken")  # type: ignore[union-attr]
    actions.make_copy(made.pk, lambda *_step: None)
    made.refresh_from_db()
    assert made.copy_problem
    page = sign_in(made.exporter).get(reverse("evidence:export-done", args=[made.pk]))
    (copy,) = [act for act in page.context["page_acts"] if act.url == reverse("evidence:copy", args=[made.pk])]
    assert copy.why_not == made.copy_problem


@pytest.mark.req("V14.log")
def test_the_copy_is_for_its_exporter_for_a_day(made: Export, sign_in: Any, world: Any) -> None:
    fetch = reverse("evidence:copy", args=[made.pk])
    client = sign_in(made.exporter)
    assert client.get(fetch).status_code == 404, "it is not made yet"
    actions.make_copy(made.pk, lambda *_step: None)
    assert downloaded(client.get(fetch))[:2] == b"PK"
    assert sign_in(world.person("other", world.customs, *RIGHTS)).get(fetch).status_code == 404
    Export.objects.update(exported_at=NOON - timedelta(days=2))
    assert client.get(fetch).status_code == 404
    path = queries.stored_copy(Export.objects.get(pk=made.pk)).path  # type: ignore[union-attr]
    actions._remove_old_copies()
    assert not path.exists()


def test_the_signature_fits_the_list(made: Export) -> None:
    actions.make_copy(made.pk, lambda *_step: None)
    stored = queries.stored_copy(Export.objects.get(pk=made.pk))
    assert stored is not None
    with zipfile.ZipFile(stored.path) as copy:
        content, signature = copy.read(playable.LIST), json.loads(copy.read(playable.SIGNATURE))
    (key,) = parse_trust(queries.own_trust())
    import base64

    from oversite.common.signing import verify

    assert verify(key, content, base64.b64decode(signature["signature"]))
