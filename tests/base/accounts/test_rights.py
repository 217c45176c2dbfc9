"""The one choke point: who sees which rows, and who may do what."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from oversite.base.accounts import roles
from oversite.base.accounts.actions import (
    change_role,
    change_user,
    create_role,
    create_user,
    delete_role,
    disable_user,
    grant_role,
    narrow_grant,
    record_training,
    reset_password,
    revoke_role,
    void_training,
)
from oversite.base.accounts.models import Role, RoleGrant, User
from oversite.base.accounts.queries import (
    has_permission,
    restrict,
    separation_breaches,
    untrained_holders,
    users,
)
from oversite.base.accounts.slots import PERMISSIONS, SCOPE_KINDS, ScopeKind
from oversite.base.agencies.models import Agency
from oversite.base.agencies.queries import agencies
from oversite.base.audit.models import Entry
from oversite.common.errors import Refused

pytestmark = pytest.mark.django_db


def role(key: str) -> Role:
    return Role.objects.get(key=key)


def code(error: pytest.ExceptionInfo[Refused]) -> str:
    return error.value.code


@pytest.mark.req("A4.1")
def test_a_user_sees_their_own_subtree_and_nothing_beside_it(tree, make_user):
    seen = {
        agency.code: {a.code for a in agencies(make_user(agency))} for agency in (tree.country, tree.region, tree.post)
    }
    assert seen == {"CN": {"CN", "SD", "YT", "LN"}, "SD": {"SD", "YT"}, "YT": {"YT"}}


@pytest.mark.req("A4.1")
def test_restrict_gives_rows_whose_agency_is_in_the_subtree(tree, make_user):
    for agency in (tree.country, tree.region, tree.post, tree.neighbour):
        make_user(agency, username=agency.code.lower())
    security = make_user(tree.region, "security-administrator")
    seen = restrict(User.objects.all(), security, "accounts.read", "agency")
    assert {user.username for user in seen} == {"sd", "yt", security.username}


def test_restrict_takes_any_of_several_paths(tree, make_user):
    user = make_user(tree.post, "auditor")
    assert set(restrict(Agency.objects.all(), user, None, "")) == {tree.post}
    assert restrict(User.objects.all(), user, None, "agency", "department__agency").get() == user


def test_restrict_gives_nothing_without_the_permission_or_an_active_account(tree, make_user):
    monitor, auditor = make_user(tree.country, "monitor"), make_user(tree.country, "auditor")
    assert not restrict(User.objects.all(), monitor, "accounts.read", "agency").exists()
    assert restrict(User.objects.all(), auditor, "accounts.read", "agency").exists()
    disable_user(None, auditor, "left")
    assert not restrict(User.objects.all(), User.objects.get(pk=auditor.pk), "accounts.read", "agency").exists()
    assert not restrict(User.objects.all(), AnonymousUser(), None, "agency").exists()
    assert not has_permission(AnonymousUser(), "accounts.read")


@pytest.fixture
def agency_scope(monkeypatch):
    kind = ScopeKind(
        "one agency",
        "agencies.agency",
        lambda ids: Q(code__in=ids),
        lambda user: [(a.code, a.name) for a in agencies(user)],
    )
    monkeypatch.setitem(SCOPE_KINDS._values, "agency", kind)


@pytest.mark.req("A9")
def test_a_narrowed_role_counts_only_for_what_it_was_narrowed_to(tree, make_user, agency_scope):
    administrator = make_user(tree.country, "administrator")
    user = make_user(tree.country, "auditor")
    narrow_grant(administrator, user.grants.get(), [("agency", "YT"), ("agency", "LN")])
    assert {a.code for a in restrict(Agency.objects.all(), user, "audit.read", "")} == {"YT", "LN"}
    assert restrict(User.objects.all(), user, "accounts.read", "agency").count() == 2  # other models are not narrowed
    grant_role(None, user, role("audit-administrator"))  # carries audit.read for the whole subtree
    assert restrict(Agency.objects.all(), user, "audit.read", "").count() == 4
    row = Entry.objects.filter(act="accounts.role.narrowed").get()
    assert row.data["to"] == [["agency", "LN"], ["agency", "YT"]]


def test_a_narrowed_role_never_reaches_beyond_the_subtree(tree, make_user, agency_scope):
    user = make_user(tree.post, "auditor")
    narrow_grant(None, user.grants.get(), [("agency", "LN")])
    assert not restrict(Agency.objects.all(), user, "audit.read", "").exists()


def test_nobody_narrows_to_what_they_cannot_see(tree, make_user, agency_scope):
    administrator, user = make_user(tree.region, "administrator"), make_user(tree.post, "auditor")
    with pytest.raises(Refused) as refused:
        narrow_grant(administrator, user.grants.get(), [("agency", "LN")])
    assert code(refused) == "accounts.scope.unknown"


def test_roles_are_data_with_a_shipped_set():
    shipped = {role.key: role for role in Role.objects.filter(is_shipped=True)}
    assert set(shipped) == set(roles.shipped_roles())
    assert {key for key, role in shipped.items() if role.needs_training} == {"monitor", "administrator"}
    assert {key for key, role in shipped.items() if role.is_separated} == {
        "system-administrator",
        "security-administrator",
        "audit-administrator",
    }
    for key, each in shipped.items():
        assert each.permissions == roles.shipped_permissions(key)


@pytest.mark.req("A8")
@pytest.mark.parametrize("key", ["monitor", "administrator"])
def test_nobody_is_monitor_or_administrator_without_recorded_training(tree, key):
    user = create_user(None, username="new", name="N", agency=tree.post).user
    with pytest.raises(Refused) as refused:
        grant_role(None, user, role(key))
    assert (code(refused), refused.value.clause) == ("accounts.training.missing", "A8")
    training = record_training(None, user, course="c", trained_on=date(2026, 1, 2), trained_by="t")
    grant_role(None, user, role(key))
    with pytest.raises(Refused) as refused:
        void_training(None, training, "error")
    assert code(refused) == "accounts.training.needed"
    revoke_role(None, user, role(key))
    void_training(None, training, "error")
    with pytest.raises(Refused):
        grant_role(None, user, role(key))


def test_a_training_still_to_come_is_not_recorded(tree, make_user):
    with pytest.raises(Refused) as refused:
        record_training(None, make_user(tree.post), course="c", trained_on=date(2999, 1, 1), trained_by="t")
    assert code(refused) == "accounts.training.future"


SEPARATED = ("system-administrator", "security-administrator", "audit-administrator")


@pytest.mark.parametrize(("first", "second"), [(a, b) for a in SEPARATED for b in SEPARATED if a != b])
def test_no_two_of_the_three_administrators_in_one_person(tree, make_user, first, second):
    user = make_user(tree.post, first)
    with pytest.raises(Refused) as refused:
        grant_role(None, user, role(second))
    assert code(refused) == "accounts.administrators.separated"
    assert separation_breaches() == []
    RoleGrant.objects.create(user=user, role=role(second))  # beneath the action
    assert [(found, len(held)) for found, held in separation_breaches()] == [(user, 2)]


def test_no_role_made_here_joins_what_is_kept_apart(tree, make_user):
    security = make_user(tree.country, "security-administrator")
    for apart in ("audit.seal", "accounts.separate"):
        with pytest.raises(Refused) as refused:
            create_role(security, key="all", label_zh="全", label_en="All", permissions=["audit.read", apart])
        assert code(refused) == "accounts.role.permissions"
    made = create_role(security, key="reader", label_zh="读者", label_en="Reader", permissions=["audit.read"])
    user = make_user(tree.post, "reader")
    assert user.permissions == {"audit.read"}
    change_role(security, made, label_zh="读", label_en="R", permissions=["audit.export"], needs_second_factor=True)
    again = User.objects.get(pk=user.pk)
    assert (again.permissions, again.needs_second_factor) == ({"audit.export"}, True)
    with pytest.raises(Refused) as refused:
        delete_role(security, made)
    assert code(refused) == "accounts.role.held"
    revoke_role(None, user, made)
    delete_role(security, made)
    assert not Role.objects.filter(key="reader").exists()


def test_a_shipped_role_follows_the_program(tree, make_user):
    security = make_user(tree.country, "security-administrator")
    monitor = change_role(security, role("monitor"), permissions=["accounts.separate"], needs_second_factor=True)
    assert monitor.needs_second_factor
    assert monitor.permissions == roles.shipped_permissions("monitor")
    Role.objects.filter(key="monitor").update(permissions=["accounts.separate"])
    roles.restore_shipped_roles()
    assert role("monitor").permissions == roles.shipped_permissions("monitor")
    assert role("monitor").needs_second_factor


@pytest.mark.req("A10")
def test_the_administrator_gives_roles_within_the_subtree_only(tree, make_user):
    administrator = make_user(tree.region, "administrator")
    grant_role(administrator, make_user(tree.post), role("monitor"))
    row = Entry.objects.filter(act="accounts.role.granted").order_by("-position")[0]
    assert (row.actor, row.clause, row.data) == (administrator.username, "A10", {"role": "monitor"})
    with pytest.raises(Refused) as refused:
        grant_role(administrator, make_user(tree.neighbour), role("monitor"))
    assert (code(refused), refused.value.status) == ("accounts.agency.outside", 404)


def test_who_may_change_whom(tree, make_user):
    administrator, security = make_user(tree.region, "administrator"), make_user(tree.region, "security-administrator")
    monitor, auditor = make_user(tree.post, "monitor"), make_user(tree.post, "audit-administrator")
    cases = [
        (monitor, lambda: grant_role(monitor, make_user(tree.post), role("monitor")), "accounts.permission.missing"),
        (administrator, lambda: grant_role(administrator, administrator, role("monitor")), "accounts.user.own"),
        (administrator, lambda: grant_role(administrator, monitor, role(SEPARATED[0])), "accounts.permission.missing"),
        # whoever resets the password of an administrator could become them
        (administrator, lambda: reset_password(administrator, auditor), "accounts.permission.missing"),
        (administrator, lambda: disable_user(administrator, administrator, "x"), "accounts.user.own"),
        (administrator, lambda: change_user(administrator, monitor, agency=tree.neighbour), "accounts.agency.outside"),
        (
            administrator,
            lambda: create_user(administrator, username="x", name="X", agency=tree.country),
            "accounts.agency.outside",
        ),
    ]
    for _actor, act, expected in cases:
        with pytest.raises(Refused) as refused:
            act()
        assert code(refused) == expected
    assert reset_password(security, auditor)
    grant_role(security, monitor, role("system-administrator"))


def test_a_user_name_is_taken_whatever_its_case(tree, make_user):
    make_user(tree.post, username="wang")
    with pytest.raises(Refused) as refused:
        create_user(None, username="WANG", name="W", agency=tree.post)
    assert code(refused) == "accounts.username.taken"


def test_changes_are_told_from_and_to(tree, make_user):
    user = make_user(tree.post, username="wang")
    change_user(None, user, name="王五", phone="", agency=tree.region)
    row = Entry.objects.filter(act="accounts.user.changed").get()
    assert row.data == {"name": ["用户wang", "王五"], "agency": ["YT", "SD"]}
    change_user(None, User.objects.get(pk=user.pk), name="王五")
    assert Entry.objects.filter(act="accounts.user.changed").count() == 1


def test_fsck_finds_who_holds_a_role_without_training(tree, make_user):
    user = make_user(tree.post, "monitor")
    assert untrained_holders() == []
    user.trainings.all().delete()
    assert [grant.user for grant in untrained_holders()] == [user]


def test_users_are_seen_by_those_who_may(tree, make_user):
    make_user(tree.neighbour)
    administrator, monitor = make_user(tree.region, "administrator"), make_user(tree.post, "monitor")
    assert set(users(administrator)) == {administrator, monitor}
    assert not users(monitor).exists()


def test_every_permission_names_shipped_roles_that_exist():
    for key, permission in PERMISSIONS.items():
        assert permission.roles <= set(roles.shipped_roles()), key
