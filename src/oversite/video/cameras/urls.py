"""Addresses of the register."""

from django.urls import path, re_path

from oversite.video.cameras import edits, views

app_name = "cameras"
urlpatterns = [
    path("", views.Cameras.as_view(), name="cameras"),
    path("new/", edits.CameraEdit.as_view(), name="new"),
    path("tree.json", edits.tree, name="tree"),
    path("import/", edits.Import.as_view(), name="import"),
    re_path(r"^export\.(?P<form>xlsx|json)$", edits.export, name="export"),
    path("devices/", views.Devices.as_view(), name="devices"),
    path("devices/new/", edits.DeviceEdit.as_view(), name="new-device"),
    path("devices/<uuid:uid>/", views.DeviceDetail.as_view(), name="device"),
    path("devices/<uuid:uid>/change/", edits.DeviceEdit.as_view(), name="change-device"),
    path("devices/<uuid:uid>/catalogue/", edits.Catalogue.as_view(), name="catalogue"),
    path("devices/<uuid:uid>/channels/<str:gb_id>/claim/", edits.Claim.as_view(), name="claim"),
    path("groups/", views.Groups.as_view(), name="groups"),
    path("groups/new/", edits.GroupEdit.as_view(), name="new-group"),
    path("groups/<int:pk>/", edits.GroupEdit.as_view(), name="group"),
    path("<uuid:uid>/", views.CameraDetail.as_view(), name="camera"),
    path("<uuid:uid>/change/", edits.CameraEdit.as_view(), name="change"),
    path("<uuid:uid>/remove/", edits.CameraRemove.as_view(), name="remove"),
    path("<uuid:uid>/favourite", edits.favourite, name="favourite"),
]
