"""Saved views of lists, kept per user."""

from collections.abc import Sequence

from oversite.base.accounts.models import SavedView, User
from oversite.screens import slots

MOST = 50
"""Views of one list that one user may keep; beyond it the oldest goes."""


class SavedViews:
    """The store that the list screens ask for saved views."""

    def saved_views(self, user: User, list_key: str) -> Sequence[slots.SavedView]:
        """The user's views of one list, by name."""
        rows = SavedView.objects.filter(user=user, screen=list_key)
        return [slots.SavedView(row.name, row.query) for row in rows]

    def save_view(self, user: User, list_key: str, name: str, query: str) -> None:
        """Keep a view under a name, replacing the one of that name."""
        SavedView.objects.update_or_create(
            user=user, screen=list_key[:80], name=name[:60], defaults={"query": query[:2000]}
        )
        kept = SavedView.objects.filter(user=user, screen=list_key).order_by("-pk").values_list("pk", flat=True)
        SavedView.objects.filter(pk__in=list(kept[MOST:])).delete()

    def delete_view(self, user: User, list_key: str, name: str) -> None:
        """Forget the user's view of that name."""
        SavedView.objects.filter(user=user, screen=list_key, name=name).delete()
