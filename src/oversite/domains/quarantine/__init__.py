"""Quarantine of aquatic seed at its origin (水产苗种产地检疫): a house of several apps, each using those before it."""

APPS = [
    "oversite.domains.quarantine.files",
    "oversite.domains.quarantine.rules",
    "oversite.domains.quarantine.registry",
    "oversite.domains.quarantine.declarations",
    "oversite.domains.quarantine.inspections",
    "oversite.domains.quarantine.laboratory",
    "oversite.domains.quarantine.certificates",
    "oversite.domains.quarantine.reporting",
]
"""The apps of the domain, lowest first."""
