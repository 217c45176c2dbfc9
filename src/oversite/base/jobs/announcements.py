"""What the owner's browser is told about a job, and only theirs."""

from typing import Any

from oversite.base.events.actions import publish
from oversite.base.events.slots import FeedEvent, Viewer
from oversite.base.jobs.models import Job
from oversite.common import clock

KIND = "jobs.progress"
PAGE = "/jobs/"


def publish_job(job: Job) -> None:
    """Tell how the job stands; inside a transaction. Work without an owner is not announced."""
    if job.owner_id is not None:
        publish(KIND, ("jobs.job", str(job.pk)), job_facts(job))


def job_facts(job: Job) -> dict[str, Any]:
    """State, counts and time left of a job for the page; `text`, `tone` and `url` make a notice of its end."""
    facts = {
        "owner": job.owner_id,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "doing": job.progress_text,
        "left_s": left_s(job),
    }
    if job.state == Job.State.SUCCEEDED:
        facts |= {"text": job.title, "tone": "good", "url": job.result_url or PAGE}
    elif job.state == Job.State.FAILED:
        facts |= {"text": job.title, "tone": "now", "url": PAGE}
    return facts


def left_s(job: Job) -> int | None:
    """Seconds that a running job probably still needs, by its pace in this attempt; none while nobody can say."""
    if job.state != Job.State.RUNNING or not job.total or not job.done or job.started_at is None:
        return None
    spent_s = (clock.now() - job.started_at).total_seconds()
    return round(spent_s * max(0, job.total - job.done) / job.done)


def is_owner(viewer: Viewer, event: FeedEvent) -> bool:
    """Whether the event is about the viewer's own work."""
    return event.data.get("owner") == viewer.user_id
