"""Where the audit answers."""

from django.urls import path

from oversite.base.audit import views

urlpatterns = [
    path("", views.EntryList.as_view(), name="audit_entries"),
    path("<int:pk>/", views.EntryDetail.as_view(), name="audit_entry"),
    path("chain/", views.Chain.as_view(), name="audit_chain"),
    path("chain/check/", views.CheckChain.as_view(), name="audit_check"),
    path("chain/keep/", views.KeepHead.as_view(), name="audit_keep"),
]
