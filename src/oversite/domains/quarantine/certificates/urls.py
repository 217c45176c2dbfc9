"""Addresses of the app, below /quarantine/certificates/."""

from django.urls import path

from oversite.domains.quarantine.certificates import views

app_name = "quarantine_certificates"
urlpatterns = [
    path("", views.CertificateList.as_view(), name="certificates"),
    path("issue/<uuid:uid>/", views.CertificateIssue.as_view(), name="issue"),
    path("close/<uuid:uid>/", views.CloseWithoutCertificate.as_view(), name="close"),
    path("receive/", views.ReceiveFind.as_view(), name="receive-find"),
    path("receive/<str:number>/", views.Receive.as_view(), name="receive"),
    path("numbers/", views.HandList.as_view(), name="numbers"),
    path("numbers/<str:kind>/<str:holder>/allot/", views.NumbersAllot.as_view(), name="numbers-allot"),
    path("numbers/<str:kind>/<str:holder>/return/", views.NumbersReturn.as_view(), name="numbers-return"),
    path("numbers/<str:kind>/<str:holder>/spoil/", views.NumbersSpoil.as_view(), name="numbers-spoil"),
    path("enrolments/", views.EnrolmentList.as_view(), name="enrolments"),
    path("enrolments/new/<str:kind>/", views.EnrolmentRequest.as_view(), name="enrolment-new"),
    path("enrolments/<uuid:uid>/", views.EnrolmentDetail.as_view(), name="enrolment"),
    path("enrolments/<uuid:uid>/picture.png", views.enrolment_picture, name="enrolment-picture"),
    path("enrolments/<uuid:uid>/approve/", views.EnrolmentApprove.as_view(), name="enrolment-approve"),
    path("enrolments/<uuid:uid>/refuse/", views.EnrolmentRefuse.as_view(), name="enrolment-refuse"),
    path("enrolments/<uuid:uid>/end/", views.EnrolmentEnd.as_view(), name="enrolment-end"),
    path("keys/", views.KeyList.as_view(), name="keys"),
    path("keys/renew/", views.KeyRenew.as_view(), name="key-renew"),
    path("keys/<int:pk>/revoke/", views.KeyRevoke.as_view(), name="key-revoke"),
    path("<uuid:uid>/", views.CertificateDetail.as_view(), name="certificate"),
    path("<uuid:uid>/print/", views.CertificatePrint.as_view(), name="print"),
    path("<uuid:uid>/sm2", views.sm2_signature, name="sm2"),
    path("<uuid:uid>/void/", views.CertificateVoid.as_view(), name="void"),
    path("<uuid:uid>/replace/", views.CertificateReplace.as_view(), name="replace"),
    path("<uuid:uid>/papers/", views.PaperFile.as_view(), name="paper"),
    path("<uuid:uid>/papers/look/", views.PaperLook.as_view(), name="paper-look"),
]
