"""Where the audit answers."""

from django.urls import path

from oversite.base.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.EntryList.as_view(), name="entries"),
    path("<int:pk>/", views.EntryDetail.as_view(), name="entry"),
    path("chain/", views.Chain.as_view(), name="chain"),
    path("chain/check/", views.CheckChain.as_view(), name="check"),
    path("chain/keep/", views.KeepHead.as_view(), name="keep"),
]
