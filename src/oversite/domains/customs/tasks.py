"""Long work of the domain, done by the worker."""

from django.utils import translation
from django_tasks import task

from oversite.common.errors import Refused


@task(queue_name="long")
def do_screens(*, registration_id: int, user_id: int, is_push: bool, language: str) -> dict[str, int]:
    """Write or read the texts of all cameras of a site, for the user who ordered it."""
    from django.contrib.auth import get_user_model

    from oversite.domains.customs.actions.screens import run_screens

    user = get_user_model().objects.get(pk=user_id)
    if not user.is_active:
        raise Refused("customs.screens.owner", "the account of the one who ordered it is closed")
    with translation.override(language):
        return run_screens(user, registration_id, is_push=is_push)
