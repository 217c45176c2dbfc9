"""The register: people, places and bodies of quarantine, and what is asked of them."""

from oversite.domains.quarantine.registry.models.campaigns import Campaign, CampaignItem
from oversite.domains.quarantine.registry.models.contacts import ContactCall, ContactEntry
from oversite.domains.quarantine.registry.models.laboratories import Laboratory, LaboratoryMethod, LaboratoryPerson
from oversite.domains.quarantine.registry.models.places import Point, PointOfficer, Veterinarian
from oversite.domains.quarantine.registry.models.problems import Problem, ProblemNote
from oversite.domains.quarantine.registry.models.producers import LicensedSpecies, Pond, Producer
from oversite.domains.quarantine.registry.models.tests import PeriodicTest

__all__ = [
    "Campaign",
    "CampaignItem",
    "ContactCall",
    "ContactEntry",
    "Laboratory",
    "LaboratoryMethod",
    "LaboratoryPerson",
    "LicensedSpecies",
    "PeriodicTest",
    "Point",
    "PointOfficer",
    "Pond",
    "Problem",
    "ProblemNote",
    "Producer",
    "Veterinarian",
]
