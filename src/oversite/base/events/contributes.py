"""What the app plugs in: the one connection of each page to the event stream."""

from django.urls import reverse

from oversite.screens.slots import TOP_BAR, TopBarPart

TOP_BAR.plug(
    "events",
    TopBarPart("notices", "events/notices.html", lambda _request: {"props": {"url": reverse("events:stream")}}),
)
