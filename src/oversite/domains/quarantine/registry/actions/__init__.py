"""Everything that changes the register."""

from oversite.domains.quarantine.registry.actions.bodies import (
    save_laboratory,
    save_method,
    save_person,
    save_point,
    save_pond,
    save_producer,
    save_veterinarian,
)
from oversite.domains.quarantine.registry.actions.campaigns import call_campaign, close_campaign, confirm_item
from oversite.domains.quarantine.registry.actions.contacts import call_contacts, file_contact
from oversite.domains.quarantine.registry.actions.problems import answer_problem, report_problem
from oversite.domains.quarantine.registry.actions.registration import (
    Confirmed,
    apply_producer,
    confirm_producer,
    refuse_producer,
    resume_producer,
    suspend_producer,
)
from oversite.domains.quarantine.registry.actions.sites import SEED_FARM, settle_all_sites, settle_site
from oversite.domains.quarantine.registry.actions.tests import file_test, plan_tests, remind_tests

__all__ = [
    "SEED_FARM",
    "Confirmed",
    "answer_problem",
    "apply_producer",
    "call_campaign",
    "call_contacts",
    "close_campaign",
    "confirm_item",
    "confirm_producer",
    "file_contact",
    "file_test",
    "plan_tests",
    "refuse_producer",
    "remind_tests",
    "report_problem",
    "resume_producer",
    "save_laboratory",
    "save_method",
    "save_person",
    "save_point",
    "save_pond",
    "save_producer",
    "save_veterinarian",
    "settle_all_sites",
    "settle_site",
    "suspend_producer",
]
