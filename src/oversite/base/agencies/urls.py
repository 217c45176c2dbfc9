"""Where agencies answer."""

from django.urls import path

from oversite.base.agencies import views

urlpatterns = [
    path("", views.Tree.as_view(), name="agencies_tree"),
    path("list/", views.AgencyList.as_view(), name="agencies_list"),
    path("<int:pk>/", views.AgencyDetail.as_view(), name="agencies_agency"),
    path("<int:pk>/new/", views.AgencyCreate.as_view(), name="agencies_agency_new"),
    path("<int:pk>/edit/", views.AgencyEdit.as_view(), name="agencies_agency_edit"),
    path("<int:pk>/move/", views.AgencyMove.as_view(), name="agencies_agency_move"),
    path("<int:pk>/close/", views.AgencyClose.as_view(), name="agencies_agency_close"),
    path("<int:pk>/reopen/", views.AgencyReopen.as_view(), name="agencies_agency_reopen"),
    path("<int:pk>/departments/new/", views.DepartmentCreate.as_view(), name="agencies_department_new"),
    path("departments/<int:pk>/edit/", views.DepartmentEdit.as_view(), name="agencies_department_edit"),
]
