"""Long work: everybody sees their own."""

import uuid

from access.registry import Rule, World


def job(world: World):
    from oversite.base.jobs.models import Job
    from oversite.common import clock

    def make():
        return Job.objects.create(
            id=uuid.uuid4(),
            task_path="x",
            title="烟台局的清单",
            owner=world.user(world.tree.post, ""),
            state=Job.State.SUCCEEDED,
            created_at=clock.now(),
        )

    return {"pk": world.thing("job", make).pk}


RULES = {
    "jobs:list": Rule(),
    "jobs:job": Rule(kwargs=job, has_object=True),
    "jobs:cancel": Rule(kwargs=job, has_object=True),
    "jobs:workbook": Rule(kwargs=job, has_object=True, without_right_role="there is no file behind this row"),
}
