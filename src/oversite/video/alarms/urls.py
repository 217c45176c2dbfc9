"""Where alarms answer."""

from django.urls import path

from oversite.video.alarms import views

app_name = "alarms"
urlpatterns = [
    path("", views.Alarms.as_view(), name="alarms"),
    path("<int:pk>/", views.AlarmDetail.as_view(), name="alarm"),
    path("<int:pk>/acknowledge/", views.Acknowledge.as_view(), name="acknowledge"),
]
