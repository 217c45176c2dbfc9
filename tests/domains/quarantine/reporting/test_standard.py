"""The datasets of Internet+Supervision, field by field."""

import pytest

from domains.quarantine.reporting.cases import GOOD, INSPECTION, OFFICER, PENALTY, PLAN, USCC
from oversite.domains.quarantine.reporting.standard import dataset, datasets, faults_of

pytestmark = pytest.mark.req("Q3")


def reasons(key, values, is_known=lambda _dataset, _code: True):
    return {fault.column: fault.reason for fault in faults_of(dataset(key), values, is_known)}


def test_the_six_families_are_there():
    assert list(datasets()) == ["inspection", "penalty", "coercion", "officer", "object", "plan"]


@pytest.mark.parametrize("key", list(GOOD))
def test_a_complete_record_has_no_fault(key):
    assert reasons(key, GOOD[key]) == {}


@pytest.mark.parametrize("key", list(GOOD))
def test_every_required_field_is_missed_and_nothing_else(key):
    required = {rule.column for rule in dataset(key).fields if rule.is_required}
    assert required == set(GOOD[key])
    assert reasons(key, {}) == dict.fromkeys(required, "required")


@pytest.mark.parametrize("key", list(GOOD))
def test_no_field_takes_more_than_its_length(key):
    for rule in dataset(key).fields:
        told = reasons(key, {**GOOD[key], rule.column: "9" * (rule.length + 1)})
        assert told[rule.column] == "length", rule.column


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("supervise_item_implement_code", "0123456789012", "pattern-item"),
        ("supervise_item_implement_code", "0123456789012A", "pattern-item"),
        ("supervise_item_check_icode", f"{USCC}6", "pattern-check-item"),
        ("supervise_item_check_icode", f"{USCC[:-1]}1", "pattern-check-item"),
        ("administrative_cp_na", "4", "code"),
        ("administrative_cp_ui_code", "91321012", "pattern-party"),
        ("area_number", "32101", "pattern-division"),
        ("check_form", "1", "code"),
        ("check_date", "2026-02-30", "date"),
        ("check_date", "20261120", "date"),
        ("check_personnel", "张三", "least"),
        ("check_personnel", "张三、张三", "least"),
        ("submitted_on", "2026-11-19", "order"),
        ("implement_institution_code", "913210", "pattern-uscc"),
    ],
)
def test_an_inspection_is_refused_for(column, value, reason):
    assert reasons("inspection", {**INSPECTION, column: value}) == {column: reason}


@pytest.mark.parametrize(
    ("key", "good", "column", "value", "reason"),
    [
        ("penalty", PENALTY, "fine", "1.234", "money"),
        ("penalty", {**PENALTY, "filed_on": "2026-11-22"}, "closed_on", "2026-11-21", "order"),
        ("officer", OFFICER, "identity_number", "1234", "pattern-identity"),
        ("plan", PLAN, "check_ratio", "1.1", "ratio"),
        ("plan", PLAN, "check_ratio", "NaN", "ratio"),
        ("plan", PLAN, "plan_year", "1999", "year"),
        ("plan", PLAN, "plan_year", "２０２６", "year"),
    ],
)
def test_others_are_refused_for(key, good, column, value, reason):
    assert reasons(key, {**good, column: value})[column] == reason


@pytest.mark.parametrize("key", ["penalty", "coercion"])
def test_what_was_punished_or_forced_refers_to_an_inspection(key):
    assert reasons(key, GOOD[key], lambda name, code: (name, code) != ("inspection", "JL2026000001")) == {
        "check_action_code": "link"
    }


def test_a_code_list_that_was_not_verified_says_so():
    unverified = {
        rule.codes.key
        for each in datasets().values()
        for rule in each.fields
        if rule.codes and "未核实" in rule.codes.source
    }
    assert {"papers", "check-type", "penalty"} <= unverified
