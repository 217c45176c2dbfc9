"""Addresses of viewing."""

from django.urls import path

from oversite.video.viewing import asks, views

app_name = "viewing"
urlpatterns = [
    path("", views.Wall.as_view(), name="wall"),
    path("playback/", views.Playback.as_view(), name="playback"),
    path("log/", views.UsageLog.as_view(), name="log"),
    path("live/<uuid:uid>", asks.live, name="live"),
    path("snapshot/<uuid:uid>", asks.snapshot, name="snapshot"),
    path("viewings/<int:viewing>/end", asks.end, name="end"),
    path("viewings/<int:viewing>/control", asks.control, name="control"),
    path("playback/days", asks.days, name="days"),
    path("playback/recorded", asks.recorded, name="recorded"),
    path("playback/timeline", asks.timeline, name="timeline"),
    path("playback/open", asks.open_recordings, name="open"),
    path("playback/device", asks.open_device, name="device"),
    path("playback/fetch", asks.fetch, name="fetch"),
]
