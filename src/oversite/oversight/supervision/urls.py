"""Addresses of supervision."""

from django.urls import path

from oversite.oversight.supervision import views

app_name = "supervision"
urlpatterns = [
    path("", views.Sessions.as_view(), name="sessions"),
    path("begin/<uuid:site>/", views.Begin.as_view(), name="begin"),
    path("<uuid:uid>/", views.SessionDetail.as_view(), name="session"),
    path("<uuid:uid>/conduct/", views.Conduct.as_view(), name="conduct"),
    path("<uuid:uid>/marks/", views.Marks.as_view(), name="marks"),
    path("<uuid:uid>/marks/<uuid:point>/withdraw/", views.Withdraw.as_view(), name="withdraw"),
    path("<uuid:uid>/submit/", views.Submit.as_view(), name="submit"),
    path("<uuid:uid>/discard/", views.Discard.as_view(), name="discard"),
    path("<uuid:uid>/correct/", views.Correct.as_view(), name="correct"),
    path("<uuid:uid>/sheet/", views.Sheet.as_view(), name="sheet"),
    path("<uuid:uid>/marks/<uuid:point>/picture.jpg", views.picture, name="picture"),
]
