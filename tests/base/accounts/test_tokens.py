"""Keys of other systems: hashed, a part of a user's rights, for a time, from certain addresses."""

from datetime import timedelta

import pytest

from oversite.base.accounts.actions import disable_user, issue_token, revoke_token, use_token
from oversite.base.accounts.models import ApiToken
from oversite.base.audit.actions import record
from oversite.base.audit.models import Entry
from oversite.common import clock
from oversite.common.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(tree, make_user):
    owner = make_user(tree.region, "administrator", username="owner")

    def make(**values):
        defaults = {"name": "sharing", "permissions": ["accounts.read"], "expires_at": clock.now() + timedelta(days=30)}
        return issue_token(None, owner, **defaults | values)

    return make


def test_a_key_acts_as_its_user_with_its_own_permissions(issue):
    new = issue()
    user = use_token(new.text, "10.0.0.1")
    assert (user.username, user.permissions) == ("owner", {"accounts.read"})
    assert new.text not in str(ApiToken.objects.values())
    row = record("audit.exported", actor=user)
    assert row.origin == new.text[:10]


def test_a_key_never_holds_more_than_its_user(issue):
    new = issue()
    ApiToken.objects.update(permissions=["accounts.read", "audit.seal"])
    assert use_token(new.text, "10.0.0.1").permissions == {"accounts.read"}


@pytest.mark.parametrize("names", [["audit.read"], ["audit.seal"], ["no.such"]])
def test_a_key_is_not_issued_for_what_its_user_lacks(issue, names):
    with pytest.raises(Refused):
        issue(permissions=names)


def test_a_key_never_carries_what_is_kept_apart(tree, make_user):
    owner = make_user(tree.region, "audit-administrator")
    with pytest.raises(Refused):
        issue_token(None, owner, name="n", permissions=["audit.seal"], expires_at=clock.now() + timedelta(days=1))


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_key_has_an_expiry_within_a_year(issue, days):
    with pytest.raises(Refused):
        issue(expires_at=clock.now() + timedelta(days=days))


def test_a_key_counts_only_from_its_addresses(issue):
    new = issue(networks=["10.1.2.0/24", "2001:db8::1"])
    assert use_token(new.text, "10.1.2.200")
    assert use_token(new.text, "2001:db8::1")
    assert use_token(new.text, "10.1.3.1") is None
    assert use_token(new.text, "") is None
    with pytest.raises(Refused):
        issue(networks=["10.1.2.0/33"])


def test_an_expired_revoked_or_unknown_key_is_nothing(issue, make_user, tree):
    expired, revoked, disabled = issue(), issue(), issue()
    ApiToken.objects.filter(pk=expired.token.pk).update(expires_at=clock.now())
    revoke_token(None, revoked.token)
    assert use_token(expired.text, "") is None
    assert use_token(revoked.text, "") is None
    assert use_token("ovs_nonsense", "") is None
    assert use_token(disabled.text, "")
    disable_user(None, disabled.token.user, "left")
    assert use_token(disabled.text, "") is None
    assert list(
        Entry.objects.filter(act__startswith="accounts.token").values_list("act", flat=True).order_by("act")
    ) == [
        *["accounts.token.issued"] * 3,
        "accounts.token.revoked",
        "accounts.token.used",
    ]


def test_the_last_use_is_written_once_a_minute(issue, django_assert_num_queries):
    new = issue()
    use_token(new.text, "")
    first = ApiToken.objects.get().used_at
    assert first
    use_token(new.text, "")
    assert ApiToken.objects.get().used_at == first
