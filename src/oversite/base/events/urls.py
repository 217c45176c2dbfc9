"""Address of the event stream."""

from django.urls import path

from oversite.base.events import views

app_name = "events"
urlpatterns = [path("", views.events, name="stream")]
