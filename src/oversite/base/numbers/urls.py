"""Where the pools of numbers answer."""

from django.urls import path

from oversite.base.numbers import views

app_name = "numbers"
urlpatterns = [
    path("", views.Pools.as_view(), name="pools"),
    path("<int:pk>/", views.PoolDetail.as_view(), name="pool"),
]
