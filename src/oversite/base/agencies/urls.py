"""Where agencies answer."""

from django.urls import path

from oversite.base.agencies import views

app_name = "agencies"
urlpatterns = [
    path("", views.Tree.as_view(), name="tree"),
    path("list/", views.AgencyList.as_view(), name="list"),
    path("<int:pk>/", views.AgencyDetail.as_view(), name="agency"),
    path("<int:pk>/new/", views.AgencyCreate.as_view(), name="new"),
    path("<int:pk>/edit/", views.AgencyEdit.as_view(), name="edit"),
    path("<int:pk>/contact/", views.AgencyContact.as_view(), name="contact"),
    path("<int:pk>/move/", views.AgencyMove.as_view(), name="move"),
    path("<int:pk>/close/", views.AgencyClose.as_view(), name="close"),
    path("<int:pk>/reopen/", views.AgencyReopen.as_view(), name="reopen"),
    path("<int:pk>/departments/new/", views.DepartmentCreate.as_view(), name="new-department"),
    path("departments/<int:pk>/edit/", views.DepartmentEdit.as_view(), name="rename-department"),
]
