"""Addresses of sites."""

from django.urls import path

from oversite.base.sites import transfer, views

app_name = "sites"
urlpatterns = [
    path("", views.SiteList.as_view(), name="list"),
    path("map/", views.SiteMap.as_view(), name="map"),
    path("new/", views.SiteEdit.as_view(), name="new"),
    path("import/", transfer.SiteImport.as_view(), name="import"),
    path("import/areas/", transfer.AreaImport.as_view(), name="import-areas"),
    path("export.<slug:form>", transfer.export, name="export"),
    path("<uuid:uid>/", views.SiteDetail.as_view(), name="site"),
    path("<uuid:uid>/edit/", views.SiteEdit.as_view(), name="edit"),
    path("<uuid:uid>/areas/new/", views.AreaEdit.as_view(), name="area-new"),
    path("<uuid:uid>/areas/<int:pk>/", views.AreaEdit.as_view(), name="area-edit"),
    path("<uuid:uid>/areas/<int:pk>/remove/", views.AreaRemove.as_view(), name="area-remove"),
    path("<uuid:uid>/contacts/new/", views.ContactEdit.as_view(), name="contact-new"),
    path("<uuid:uid>/contacts/<int:pk>/", views.ContactEdit.as_view(), name="contact-edit"),
    path("<uuid:uid>/contacts/<int:pk>/remove/", views.ContactRemove.as_view(), name="contact-remove"),
]
