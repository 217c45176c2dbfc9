"""Work of the worker: footage that was still being recorded is attached, and what is complete is sealed."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _t
from django_tasks import task

from oversite.base.jobs.actions import current_job


@task(queue_name="long")
def make_copy(*, export: int, language: str) -> str:
    """Make the playable copy of an export, with the mark burned in; its job tells how far it is."""
    from oversite.video.evidence import actions

    job = current_job()
    with translation.override(language):
        made = actions.make_copy(export, job.progress)
        if made.copy_path:
            job.offer_result(reverse("evidence:copy", args=[made.pk]), _t("playable copy"))
        return made.copy_path or made.copy_problem


@task()
def seal_waiting() -> int:
    """Attach and seal what is due; gives how many were sealed. Safe to run twice."""
    from oversite.video.evidence import actions

    return actions.seal_waiting()
