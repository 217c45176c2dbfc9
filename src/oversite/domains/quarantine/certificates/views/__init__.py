"""The pages of the app."""

from oversite.domains.quarantine.certificates.views.arrivals import Receive, ReceiveFind
from oversite.domains.quarantine.certificates.views.certificates import (
    CertificateDetail,
    CertificateList,
    CertificatePrint,
    CertificateReplace,
    CertificateVoid,
    sm2_signature,
)
from oversite.domains.quarantine.certificates.views.enrolments import (
    EnrolmentApprove,
    EnrolmentDetail,
    EnrolmentEnd,
    EnrolmentList,
    EnrolmentRefuse,
    EnrolmentRequest,
    enrolment_picture,
)
from oversite.domains.quarantine.certificates.views.issuing import CertificateIssue, CloseWithoutCertificate
from oversite.domains.quarantine.certificates.views.keys import KeyList, KeyRenew, KeyRevoke
from oversite.domains.quarantine.certificates.views.numbers import (
    HandList,
    NumbersAllot,
    NumbersReturn,
    NumbersSpoil,
)
from oversite.domains.quarantine.certificates.views.papers import PaperFile, PaperLook

__all__ = [
    "CertificateDetail",
    "CertificateIssue",
    "CertificateList",
    "CertificatePrint",
    "CertificateReplace",
    "CertificateVoid",
    "CloseWithoutCertificate",
    "EnrolmentApprove",
    "EnrolmentDetail",
    "EnrolmentEnd",
    "EnrolmentList",
    "EnrolmentRefuse",
    "EnrolmentRequest",
    "HandList",
    "KeyList",
    "KeyRenew",
    "KeyRevoke",
    "NumbersAllot",
    "NumbersReturn",
    "NumbersSpoil",
    "PaperFile",
    "PaperLook",
    "Receive",
    "ReceiveFind",
    "enrolment_picture",
    "sm2_signature",
]
