"""Signing in: the lock, the idle logout, the first password, the second factor."""

import re
import time
from datetime import timedelta
from hashlib import sha1
from hmac import new as hmac

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib import messages
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from oversite.base.accounts.actions import create_user, disable_user, reset_password, unlock_user
from oversite.base.accounts.adapters import AccountAdapter, SecondFactorAdapter
from oversite.base.accounts.models import Role, User
from oversite.base.accounts.passwords import RANDOM_ITERATIONS, random_password
from oversite.base.accounts.queries import user_of_session
from oversite.base.audit.models import Entry
from oversite.common import clock

pytestmark = pytest.mark.django_db
PASSWORD = "Right-horse-7"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _nothing_cached():
    cache.clear()


@pytest.fixture
def at(monkeypatch):
    """Sets the clocks of sign-in and sessions forward."""
    start, wall = clock.now(), time.time()

    def move(**shift: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: start + timedelta(**shift))
        monkeypatch.setattr(time, "time", lambda: wall + timedelta(**shift).total_seconds())

    return move


def sign_in(client: Client, username: str = "wang", password: str = PASSWORD, **extra):
    return client.post(LOGIN, {"login": username, "password": password}, **extra)


def acts() -> list[str]:
    return list(Entry.objects.order_by("position").values_list("act", flat=True))


def test_signing_in_and_out_are_rows(client, tree, make_user):
    make_user(tree.post, "monitor", username="wang")
    assert sign_in(client, REMOTE_ADDR="10.9.8.7").status_code == 302
    assert client.get("/agencies/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/agencies/").status_code == 302
    assert acts()[-2:] == ["accounts.session.opened", "accounts.session.closed"]
    assert Entry.objects.get(act="accounts.session.opened").origin == "10.9.8.7"


def test_nobody_signs_up_and_no_password_is_reset_by_mail(client):
    for path in ("signup/", "password/reset/", "email/", "3rdparty/", "login/code/"):
        assert client.get(f"/accounts/{path}").status_code == 404
    assert "signup" not in client.get(LOGIN).content.decode()


def test_five_failures_lock_for_thirty_minutes_and_say_until_when(client, tree, make_user, at):
    make_user(tree.post, username="wang")
    until = clock.beijing_text(clock.now() + timedelta(minutes=30))[:15]
    for _index in range(4):
        assert until not in sign_in(client, password="wrong").content.decode()
    assert until in sign_in(client, password="wrong").content.decode()
    assert sign_in(client).status_code == 200  # the right password does not help
    at(minutes=29)
    assert sign_in(client).status_code == 200
    at(minutes=30, seconds=2)
    assert sign_in(client).status_code == 302
    assert acts().count("accounts.session.refused") == 5
    assert "accounts.session.locked" in acts()


def test_a_name_that_does_not_exist_is_locked_alike(client):
    pages = [sign_in(client, username="nobody", password="wrong").content.decode() for _index in range(6)]
    assert clock.beijing_text(clock.now() + timedelta(minutes=30))[:13] in pages[4]
    assert clock.beijing_text(clock.now() + timedelta(minutes=30))[:13] in pages[5]


def test_neither_another_host_nor_another_case_nor_another_address_gives_more_attempts(client, tree, make_user):
    make_user(tree.post, username="wang")
    for index, name in enumerate(["wang", "WANG", "Wang", " wang", "wAng"]):
        sign_in(client, name, "wrong", HTTP_HOST=f"h{index}.example", REMOTE_ADDR=f"10.0.0.{index}")
    assert sign_in(client).status_code == 200


def test_an_administrator_lifts_the_lock(client, tree, make_user):
    user = make_user(tree.post, username="wang")
    for _index in range(6):
        sign_in(client, password="wrong")
    unlock_user(None, user)
    assert sign_in(client).status_code == 302


def test_a_success_forgives_nothing_but_counts_nothing(client, tree, make_user):
    make_user(tree.post, username="wang")
    for _index in range(4):
        sign_in(client, password="wrong")
    assert sign_in(client).status_code == 302
    client.post("/accounts/logout/")
    sign_in(client, password="wrong")
    assert sign_in(client).status_code == 200


def test_a_disabled_account_does_not_sign_in_and_its_session_ends(client, tree, make_user):
    user = make_user(tree.post, username="wang")
    sign_in(client)
    key = client.session.session_key
    assert user_of_session(key) == user
    disable_user(None, user, "left")
    assert client.get("/agencies/").status_code == 302
    assert user_of_session(key) is None
    assert reverse("account_inactive") in sign_in(Client()).url


def test_the_first_sign_in_changes_the_password(client, tree):
    new = create_user(None, username="wang", name="W", agency=tree.post)
    sign_in(client, password=new.password)
    change = reverse("account_change_password")
    assert client.get("/agencies/").url == change
    assert client.get("/agencies/", HTTP_ACCEPT="application/json").status_code == 403
    assert user_of_session(client.session.session_key) is None
    post = {"oldpassword": new.password, "password1": "Other-horse-8", "password2": "Other-horse-8"}
    assert client.post(change, post | {"oldpassword": "wrong"}).status_code == 200
    assert client.post(change, post).status_code == 302
    assert client.get("/agencies/").status_code == 200
    assert "accounts.password.changed" in acts()
    assert sign_in(Client(), password="Other-horse-8").status_code == 302


@pytest.mark.parametrize(
    ("password", "is_good"),
    [
        ("Short-1", False),
        ("alllowercaseletters", False),
        ("lower-and-sign", False),
        ("lower-and-1digit", True),
        ("Lower1andCapital", True),
        ("My-wang-12345", False),
        ("My-GNAW-12345", False),
        (PASSWORD, False),
    ],
)
def test_password_rules(client, tree, make_user, password, is_good):
    make_user(tree.post, username="wang")
    sign_in(client)
    post = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert client.post(reverse("account_change_password"), post).status_code == (302 if is_good else 200)


def test_none_of_the_last_five_passwords_comes_back(client, tree, make_user):
    make_user(tree.post, username="wang")
    sign_in(client)
    present = PASSWORD

    def change(to: str) -> int:
        cache.clear()
        post = {"oldpassword": present, "password1": to, "password2": to}
        return client.post(reverse("account_change_password"), post).status_code

    for index in range(4):
        assert change(f"Another-horse-{index}") == 302
        present = f"Another-horse-{index}"
        assert change(PASSWORD) == 200
    assert change("Another-horse-4") == 302
    present = "Another-horse-4"
    assert change(PASSWORD) == 302


def test_random_passwords_keep_the_rules_and_differ():
    made = {random_password() for _index in range(200)}
    assert len(made) == 200
    for password in made:
        assert len(password) == 14
        assert all(re.search(pattern, password) for pattern in ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]"))


def test_a_random_password_is_hashed_quickly_and_in_full_once_it_was_used(client, tree, settings, monkeypatch):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 4 * RANDOM_ITERATIONS)
    made = create_user(None, username="wang", name="王", agency=tree.post)

    def rounds() -> int:
        return int(User.objects.get(username="wang").password.split("$")[1])

    assert rounds() == RANDOM_ITERATIONS
    assert sign_in(client, password="Wrong-horse-7").status_code == 200
    assert rounds() == RANDOM_ITERATIONS
    assert sign_in(client, password=made.password).status_code == 302
    assert rounds() == 4 * RANDOM_ITERATIONS
    assert sign_in(Client(), password=reset_password(None, made.user)).status_code == 302
    create_user(None, username="li", name="李", agency=tree.post, password=PASSWORD)
    assert f"${4 * RANDOM_ITERATIONS}$" in User.objects.get(username="li").password, "a chosen one may be guessed"


def test_no_account_exists_before_somebody_makes_one():
    assert not User.objects.exists()


PAGE = {"HTTP_SEC_FETCH_MODE": "navigate"}
SCRIPT = {"HTTP_SEC_FETCH_MODE": "cors"}


@pytest.mark.parametrize(
    ("ask", "extends"),
    [
        (lambda client: client.get("/agencies/", **PAGE), True),
        (lambda client: client.get("/agencies/list/?q=a", HTTP_HX_REQUEST="true", **SCRIPT), True),
        (lambda client: client.post("/accounts/session/alive", **SCRIPT), True),
        (lambda client: client.get("/accounts/session/left", **SCRIPT), False),
        (lambda client: client.get("/agencies/", **SCRIPT), False),
        (lambda client: client.get("/agencies/", HTTP_ACCEPT="text/event-stream", **SCRIPT), False),
        (lambda client: client.get("/agencies/list/", HTTP_HX_REQUEST="true", HTTP_X_OVERSITE_POLL="1"), False),
    ],
)
def test_what_counts_as_use_for_the_idle_logout(client, tree, make_user, at, ask, extends):
    make_user(tree.post, username="wang")
    sign_in(client)
    at(minutes=14)
    ask(client)
    at(minutes=16)
    assert client.get("/agencies/", **PAGE).status_code == (200 if extends else 302)
    assert ("accounts.session.expired" in acts()) is not extends


def test_idling_ends_the_session_for_pages_scripts_and_sockets(client, tree, make_user, at):
    make_user(tree.post, username="wang")
    sign_in(client)
    at(minutes=10)
    assert client.get("/accounts/session/left", **SCRIPT).json()["seconds"] in {300, 299}
    key = client.session.session_key
    at(minutes=15, seconds=5)
    assert user_of_session(key) is None
    response = client.get("/agencies/list/", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://h/agencies/?a=1")
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == f"{LOGIN}?next=%2Fagencies%2F%3Fa%3D1"
    assert client.get("/agencies/?a=1", **PAGE).url == f"{LOGIN}?next=%2Fagencies%2F%3Fa%3D1"


def test_an_address_of_somebody_else_is_never_gone_back_to(client, tree, make_user):
    make_user(tree.post, username="wang")
    response = client.post(f"{LOGIN}?next=https://evil.example/", {"login": "wang", "password": PASSWORD})
    assert response.url == "/"


# -- second factor ------------------------------------------------------------------------------------------------


def totp(secret: str, step: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def enrol(client: Client) -> str:
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = page.context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": totp(secret)}).status_code == 302
    return secret


def test_a_role_that_needs_it_leads_to_enrolment(client, tree, make_user):
    make_user(tree.post, "security-administrator", username="wang", needs_second_factor=True)
    sign_in(client)
    assert client.get("/agencies/").url == reverse("mfa_activate_totp")
    enrol(client)
    assert client.get("/agencies/").status_code == 200
    assert "accounts.second_factor.enrolled" in acts()
    page = client.get(reverse("mfa_view_recovery_codes"))
    assert len(page.context["unused_codes"]) == 10


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("mfa_activate_totp", ["双因素认证已启用，请保存恢复码。"]),
        ("mfa_generate_recovery_codes", ["双因素认证已启用，请保存恢复码。", "已生成新的恢复码，原有恢复码失效。"]),
    ],
)
def test_the_first_recovery_codes_replace_none(rf, page, said):
    request = rf.post(reverse(page))
    request._messages = CookieStorage(request)
    for template in ("totp_activated", "recovery_codes_generated"):
        AccountAdapter(request).add_message(request, messages.SUCCESS, f"mfa/messages/{template}.txt")
    assert [message.message for message in messages.get_messages(request)] == said


def test_the_code_is_asked_for_at_the_next_sign_in_and_counts_once(client, tree, make_user, at):
    make_user(tree.post, "security-administrator", username="wang", needs_second_factor=True)
    sign_in(client)
    secret = enrol(client)
    at(minutes=3)
    second = Client()
    assert sign_in(second).url == reverse("mfa_authenticate")
    assert second.get("/agencies/").status_code == 302
    assert second.get(reverse("mfa_authenticate")).status_code == 200
    assert second.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    empty = second.post(reverse("mfa_authenticate"), {"code": ""}).content.decode()
    assert "请填写动态码。" in empty, "the error calls the field what the field calls itself"
    assert "认证器代码" not in empty
    code = totp(secret)
    assert second.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert second.get("/agencies/").status_code == 200
    assert "accounts.second_factor.refused" in acts()
    third = Client()
    sign_in(third)
    at(minutes=3, seconds=31)  # allauth alone would accept it again: it lies within the tolerance
    assert third.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200


def test_a_recovery_code_signs_in_once(client, tree, make_user):
    make_user(tree.post, username="wang")
    sign_in(client)
    enrol(client)
    code = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"][0]
    for expected in (302, 200):
        other = Client()
        sign_in(other)
        assert other.post(reverse("mfa_authenticate"), {"code": code}).status_code == expected


def test_it_cannot_be_removed_while_a_role_needs_it(client, tree, make_user):
    make_user(tree.post, "security-administrator", username="wang", needs_second_factor=True)
    sign_in(client)
    enrol(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(type="totp").exists()
    Role.objects.update(needs_second_factor=False)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert "accounts.second_factor.removed" in acts()


def test_seeds_are_sealed_in_the_database(client, tree, make_user):
    make_user(tree.post, username="wang")
    sign_in(client)
    secret = enrol(client)
    stored = [authenticator.data for authenticator in Authenticator.objects.all()]
    assert secret not in str(stored)
    sealed = next(data["secret"] for data in stored if "secret" in data)
    adapter = SecondFactorAdapter()
    assert adapter.decrypt(sealed) == secret
    assert adapter.encrypt(secret) != sealed  # a fresh nonce each time
    with pytest.raises(ValueError, match="not sealed"):
        adapter.decrypt(secret)
    with pytest.raises(Exception):  # noqa: B017, PT011  cryptography's InvalidTag has no text
        adapter.decrypt(sealed[:-8] + "AAAAAAA=")


def test_codes_are_those_of_rfc_6238():
    """Appendix B, SHA-1, time 59: 94287082; its last six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert hmac(b"12345678901234567890", (1).to_bytes(8, "big"), sha1).hexdigest()
    assert format_hotp_value(hotp_value(secret, 1)) == "287082"
