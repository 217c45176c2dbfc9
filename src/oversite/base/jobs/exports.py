"""Lists that are too long for one request, written as workbooks by the worker and kept for their owner."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _t
from django_tasks import task

from oversite.base.audit.actions import record
from oversite.base.jobs.running import current_job
from oversite.base.jobs.submission import submit_job
from oversite.common import config
from oversite.common.errors import Refused
from oversite.screens.excel import write_export
from oversite.screens.slots import ExportOrder

if TYPE_CHECKING:
    from oversite.base.accounts.models import User


def folder() -> Path:
    """Where finished workbooks wait."""
    return config.current().data_dir / "exports"


def workbook_path(job_id: object) -> Path:
    """The workbook of a job."""
    return folder() / f"{job_id}.xlsx"


def order_workbook(user: "User", order: ExportOrder) -> str:
    """Let the worker write a list for its user; gives the address at which the progress shows."""
    with transaction.atomic():
        facts = {
            "view": order.view,
            "title": order.title,
            "params": order.params,
            "kwargs": dict(order.kwargs),
            "user_id": user.pk,
            "language": translation.get_language() or "zh-hans",
        }
        record("jobs.export.ordered", actor=user, data={"list": order.view, "params": order.params})
        job = submit_job(write_workbook, facts, title=order.title, owner=user)
    return reverse("jobs:job", args=[job.pk])


@task(queue_name="long")
def write_workbook(*, view: str, title: str, params: str, kwargs: dict[str, Any], user_id: int, language: str) -> int:
    """Write the list as it is for its user now; gives the number of rows."""
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.get(pk=user_id)
    if not user.is_active:
        raise Refused("jobs.export.owner", "the account of the owner is closed")
    job = current_job()
    path = workbook_path(job.id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{job.attempt}.draft")
    with translation.override(language):
        try:
            with draft.open("wb") as stream:
                count = write_export(ExportOrder(view, title, params, kwargs), user, stream, job.progress)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        job.progress(count, count)
        job.offer_result(reverse("jobs:workbook", args=[job.id]), _t("workbook"))
    return count
