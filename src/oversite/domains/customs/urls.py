"""Addresses of the customs register."""

from django.urls import path, re_path

from oversite.domains.customs.views import allotting, houses, positions, rooms, sites

app_name = "customs"
urlpatterns = [
    path("", sites.Sites.as_view(), name="sites"),
    path("code/", positions.Explain.as_view(), name="explain"),
    path("houses/", houses.Houses.as_view(), name="houses"),
    path("houses/new/", houses.HouseEdit.as_view(), name="new-house"),
    path("houses/<int:pk>/", houses.HouseEdit.as_view(), name="house"),
    path("short-names/", houses.ShortNames.as_view(), name="short-names"),
    path("short-names/new/", houses.ShortNameEdit.as_view(), name="new-short-name"),
    path("short-names/<int:pk>/", houses.ShortNameEdit.as_view(), name="short-name"),
    path("short-names/<int:pk>/remove/", houses.ShortNameRemove.as_view(), name="remove-short-name"),
    path("positions/", positions.Positions.as_view(), name="positions"),
    path("positions/<uuid:uid>/", positions.PositionDetail.as_view(), name="position"),
    path("positions/<uuid:uid>/change/", positions.PositionEdit.as_view(), name="change-position"),
    path("positions/<uuid:uid>/camera/", positions.Assign.as_view(), name="assign"),
    path("positions/<uuid:uid>/close/", positions.Close.as_view(), name="close"),
    path("positions/<uuid:uid>/push/", positions.Push.as_view(), name="push"),
    path("positions/<uuid:uid>/check/", positions.Check.as_view(), name="check"),
    path("papers/", rooms.Papers.as_view(), name="papers"),
    path("sites/<uuid:uid>/", sites.SiteRegister.as_view(), name="site"),
    path("sites/<uuid:uid>/register/", sites.RegistrationEdit.as_view(), name="register"),
    path("sites/<uuid:uid>/allot/", allotting.Allot.as_view(), name="allot"),
    path("sites/<uuid:uid>/texts/write/", sites.WriteTexts.as_view(), name="write-texts"),
    path("sites/<uuid:uid>/texts/read/", sites.ReadTexts.as_view(), name="read-texts"),
    path("sites/<uuid:uid>/signs/", sites.Signs.as_view(), name="signs"),
    re_path(
        r"^signs/(?P<kind>image|sound)-(?P<size>large|medium|small)\.svg$", sites.sign_drawing, name="sign-drawing"
    ),
    path("sites/<uuid:uid>/rooms/new/", rooms.RoomEdit.as_view(), name="new-room"),
    path("sites/<uuid:uid>/rooms/<int:pk>/", rooms.RoomEdit.as_view(), name="room"),
    path("sites/<uuid:uid>/rooms/<int:pk>/remove/", rooms.RoomRemove.as_view(), name="remove-room"),
    path("rooms/<int:room>/equipment/new/", rooms.EquipmentEdit.as_view(), name="new-equipment"),
    path("rooms/<int:room>/equipment/<int:pk>/", rooms.EquipmentEdit.as_view(), name="equipment"),
    path("rooms/<int:room>/equipment/<int:pk>/remove/", rooms.EquipmentRemove.as_view(), name="remove-equipment"),
]
