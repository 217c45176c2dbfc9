"""Certificates, what reached its destination, keys, and the seals and signatures that were asked for."""

from oversite.domains.quarantine.certificates.models.arrivals import Arrival
from oversite.domains.quarantine.certificates.models.certificates import Certificate
from oversite.domains.quarantine.certificates.models.keys import Enrolment, SigningKey

__all__ = ["Arrival", "Certificate", "Enrolment", "SigningKey"]
