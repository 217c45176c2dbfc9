"""Addresses of declarations."""

from django.urls import path

from oversite.domains.quarantine.declarations import purchase_views, views

app_name = "quarantine_declarations"
urlpatterns = [
    path("", views.Declarations.as_view(), name="declarations"),
    path("new/", views.New.as_view(), name="new"),
    path("new/<uuid:producer>/", views.Draft.as_view(), name="draft"),
    path("purchases/", purchase_views.Purchases.as_view(), name="purchases"),
    path("purchases/new/", purchase_views.PurchaseNew.as_view(), name="purchase-new"),
    path("purchases/<uuid:uid>/", purchase_views.PurchaseDetail.as_view(), name="purchase"),
    path("<uuid:uid>/", views.Detail.as_view(), name="declaration"),
    path("<uuid:uid>/change/", views.Change.as_view(), name="change"),
    path("<uuid:uid>/submit/", views.Submit.as_view(), name="submit"),
    path("<uuid:uid>/withdraw/", views.Withdraw.as_view(), name="withdraw"),
    path("<uuid:uid>/accept/", views.Accept.as_view(), name="accept"),
    path("<uuid:uid>/refuse/", views.Refuse.as_view(), name="refuse"),
    path("<uuid:uid>/archive/", views.Archive.as_view(), name="archive"),
    path("<uuid:uid>/correction/", views.Correction.as_view(), name="correction"),
    path("<uuid:uid>/attach/", views.Attach.as_view(), name="attach"),
    path("<uuid:uid>/paper/", views.Paper.as_view(), name="paper"),
]
