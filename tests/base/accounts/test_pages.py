"""User administration on screen: made, trained, given roles, disabled; passwords are shown once."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from oversite.base.accounts.models import ApiToken, Role, RoleGrant, SavedView, User
from oversite.base.accounts.saved_views import MOST, SavedViews
from oversite.base.audit.models import Entry
from oversite.common import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client, tree, make_user):
    user = make_user(tree.region, "administrator", username="admin")
    client.force_login(user)
    return user


def text(response) -> str:
    return response.content.decode()


@pytest.mark.req("A8")
@pytest.mark.req("A10")
def test_from_a_new_account_to_a_monitor(client, administrator, tree):
    new = {"username": "zhang", "name": "张三", "agency": tree.post.pk}
    page = client.post("/accounts/users/new/", new)
    password = re.search(r"data-password>([^<]+)<", text(page)).group(1).replace("&#x27;", "'").replace("&amp;", "&")
    assert page.headers["Cache-Control"] == "no-store"
    user = User.objects.get(username="zhang")
    assert user.check_password(password)
    monitor = Role.objects.get(key="monitor")
    refused = client.post(f"/accounts/users/{user.pk}/roles/", {"role": monitor.pk})
    assert refused.status_code == 409
    row = Entry.objects.filter(outcome="refused").get()
    assert (row.act, row.clause, row.actor) == ("accounts.training.missing", "A8", "admin")
    training = {"course": "视频监管", "trained_on": "2026-03-01", "trained_by": "总局"}
    assert client.post(f"/accounts/users/{user.pk}/training/", training).status_code == 302
    assert client.post(f"/accounts/users/{user.pk}/roles/", {"role": monitor.pk}).status_code == 302
    detail = text(client.get(f"/accounts/users/{user.pk}/"))
    assert "张三" in detail
    assert password not in detail
    assert "视频监管" in text(client.get(f"/accounts/users/{user.pk}/?tab=training"))
    grant = RoleGrant.objects.get(user=user)
    assert client.post(f"/accounts/grants/{grant.pk}/revoke/", {}).status_code == 302
    assert client.post(f"/accounts/trainings/{user.trainings.get().pk}/void/", {"reason": "error"}).status_code == 302


def test_a_password_is_reset_and_shown_once(client, administrator, tree, make_user):
    user = make_user(tree.post, username="wang")
    url = f"/accounts/users/{user.pk}/password/"
    assert "data-password" not in text(client.get(url))
    password = re.search(r"data-password>([^<]+)<", text(client.post(url))).group(1)
    user.refresh_from_db()
    assert user.check_password(password)
    assert user.must_change_password
    assert password not in str(list(Entry.objects.values_list("data_text", flat=True)))


def test_an_account_is_disabled_with_a_reason_and_enabled_again(client, administrator, tree, make_user):
    user = make_user(tree.post, username="wang")
    assert client.post(f"/accounts/users/{user.pk}/disable/", {}).status_code == 422
    assert client.post(f"/accounts/users/{user.pk}/disable/", {"reason": "left"}).status_code == 302
    assert not User.objects.get(pk=user.pk).is_active
    assert client.post(f"/accounts/users/{user.pk}/enable/", {"reason": "back"}).status_code == 302
    assert client.post(f"/accounts/users/{user.pk}/unlock/").status_code == 302
    assert client.post(f"/accounts/users/{user.pk}/second-factor/", {"reason": "lost"}).status_code == 302
    own = client.post(f"/accounts/users/{administrator.pk}/disable/", {"reason": "x"})
    assert own.status_code == 403
    assert Entry.objects.filter(act="accounts.user.own", outcome="refused").exists()


def test_the_facts_of_an_account_change(client, administrator, tree, make_user):
    user = make_user(tree.post, username="wang")
    values = {"name": "王五", "agency": tree.region.pk, "phone": "138"}
    assert client.post(f"/accounts/users/{user.pk}/edit/", values).status_code == 302
    assert User.objects.get(pk=user.pk).name == "王五"
    outside = values | {"agency": tree.neighbour.pk}
    assert client.post(f"/accounts/users/{user.pk}/edit/", outside).status_code == 422


def test_the_list_of_users_filters_and_exports(client, administrator, tree, make_user):
    make_user(tree.post, "monitor", username="wang")
    make_user(tree.neighbour, username="elsewhere")
    page = text(client.get("/accounts/users/?role=monitor"))
    assert "wang" in page
    assert "elsewhere" not in text(client.get("/accounts/users/"))
    workbook = client.get("/accounts/users/?export=xlsx")
    assert b"".join(workbook.streaming_content)[:2] == b"PK"


def test_the_number_of_queries_does_not_grow_with_the_list(
    client, administrator, tree, make_user, django_assert_max_num_queries
):
    def queries(extra: int) -> int:
        for _index in range(extra):
            make_user(tree.post, "monitor")
        client.get("/accounts/users/")
        with django_assert_max_num_queries(40) as captured:
            client.get("/accounts/users/")
        return len(captured)

    assert queries(1) == queries(10)


def test_roles_are_made_and_changed(client, tree, make_user):
    client.force_login(make_user(tree.country, "security-administrator"))
    values = {"key": "reader", "label_zh": "读者", "label_en": "Reader", "permissions": ["audit.read"]}
    created = client.post("/accounts/roles/new/", values)
    assert created.status_code == 302
    assert "audit.read" in text(client.get(created.url))
    role = Role.objects.get(key="reader")
    assert client.post(f"/accounts/roles/{role.pk}/edit/", values | {"needs_second_factor": "on"}).status_code == 302
    assert client.post(f"/accounts/roles/{role.pk}/delete/").status_code == 302
    monitor = Role.objects.get(key="monitor")
    assert client.post(f"/accounts/roles/{monitor.pk}/edit/", {"needs_second_factor": "on"}).status_code == 302
    assert Role.objects.get(key="monitor").needs_second_factor
    assert client.post(f"/accounts/roles/{monitor.pk}/delete/").status_code == 409


def test_a_key_is_issued_shown_once_and_revoked(client, tree, make_user):
    owner = make_user(tree.post, "auditor", username="owner")
    client.force_login(make_user(tree.region, "security-administrator"))
    day = (clock.now() + timedelta(days=30)).date().isoformat()
    values = {
        "user": owner.pk,
        "name": "sharing",
        "permissions": ["audit.read"],
        "expires_on": day,
        "networks": "10.0.0.0/8\n",
    }
    shown = client.post("/accounts/keys/new/", values)
    key = re.search(r"data-token>([^<]+)<", text(shown)).group(1)
    assert shown.headers["Cache-Control"] == "no-store"
    assert key not in text(client.get("/accounts/keys/"))
    token = ApiToken.objects.get()
    assert token.networks == ["10.0.0.0/8"]
    wrong = client.post("/accounts/keys/new/", values | {"networks": "nonsense"})
    assert (wrong.status_code, "sharing" in text(wrong)) == (422, True)
    assert client.post(f"/accounts/keys/{token.pk}/revoke/").status_code == 302


def test_what_the_roles_do_not_allow_is_refused_and_recorded(client, tree, make_user):
    client.force_login(make_user(tree.post, "monitor", username="wang"))
    assert client.get("/accounts/users/").status_code == 403
    answer = client.get("/accounts/users/", HTTP_ACCEPT="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "screens.permission")
    rows = Entry.objects.filter(outcome="refused")
    assert [(row.actor, row.agency_code, row.origin) for row in rows] == [("wang", "YT", "127.0.0.1")] * 2


def test_what_belongs_to_another_agency_does_not_exist(client, administrator, tree, make_user):
    other = make_user(tree.neighbour)
    for name in ("accounts:user", "accounts:edit-user", "accounts:disable", "accounts:grant"):
        assert client.get(reverse(name, args=[other.pk])).status_code == 404


def test_saved_views_belong_to_their_user_and_are_bounded(tree, make_user):
    mine, other = make_user(tree.post), make_user(tree.post)
    store = SavedViews()
    for index in range(MOST + 5):
        store.save_view(mine, "list", f"view {index}", f"q={index}")
    store.save_view(mine, "list", "view 54", "q=again")
    store.save_view(other, "list", "view 54", "q=other")
    views = {view.name: view.query for view in store.saved_views(mine, "list")}
    assert len(views) == MOST
    assert views["view 54"] == "q=again"
    store.delete_view(mine, "list", "view 54")
    assert SavedView.objects.filter(name="view 54").get().user == other
