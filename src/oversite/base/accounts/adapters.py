"""How allauth works here: sign-in is locked and recorded, TOTP seeds are sealed, nobody signs up."""

import base64
import binascii
import os
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from oversite.base.accounts import sessions, signin
from oversite.base.accounts.actions import change_own_password
from oversite.base.accounts.models import User
from oversite.base.audit.actions import record, record_refusal
from oversite.common import clock, config
from oversite.common.errors import Refused
from oversite.common.keys import read_key
from oversite.common.sentences import sentence as _
from oversite.screens.slots import Words

SEALED = "v1:"
NONCE_BYTES = 12


CODES_MADE = "mfa/messages/recovery_codes_generated.txt"
MESSAGES: dict[str, Words] = {
    "account/messages/password_changed.txt": gettext_lazy("The password is changed."),
    "mfa/messages/totp_activated.txt": gettext_lazy("The second factor is enrolled. Keep the recovery codes."),
    "mfa/messages/totp_deactivated.txt": gettext_lazy("The second factor is removed."),
    CODES_MADE: gettext_lazy("New recovery codes are made; the old ones are void."),
}
"""What allauth would tell → how we say it."""


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by user name; five failures lock for half an hour; every outcome is a row of the audit."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy(
            "User name or password is wrong. After five failures the account is locked for 30 minutes."
        ),
        "too_many_login_attempts": gettext_lazy("Five failures: locked for 30 minutes. Try again later."),
        "enter_current_password": gettext_lazy("The present password is wrong."),
    }

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *_rest: Any, **_more: Any
    ) -> None:
        """Our own words for what is worth saying; signing in and out show by themselves."""
        message = MESSAGES.get(message_template or "")
        if message_template == CODES_MADE and request.path == reverse("mfa_activate_totp"):
            return  # there were no codes before, and enrolling says that they are to be kept
        if message is not None:
            messages.add_message(request, level, str(message))

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts are made by administrators."""
        del request
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within five minutes of signing in, so that enrolment straight after it asks for nothing twice."""
        request = self.request
        if request is not None and request.user.is_authenticated:
            records = get_authentication_records(request, request.user)
            if records and time.time() - records[-1]["at"] < REAUTHENTICATION_TIMEOUT:
                return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures count per user name; allauth's own key holds the Host header, which the caller chooses."""
        del request
        return signin.lock_key(str(credentials.get("username", "")))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse a locked name, saying until when, before any password is looked at."""
        username = str(credentials.get("username", ""))
        until = signin.locked_until(username)
        if until:
            refused = locked(until, username)
            record_refusal(refused, actor=None, subject=("accounts.username", username))
            raise ValidationError(str(refused.message), code="locked")
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Record the failure; the fifth one locks."""
        username = str(credentials.get("username", ""))
        refused = Refused(
            "accounts.session.refused", _("Wrong user name or password."), data={"username": username[:60]}
        )
        record_refusal(refused, actor=None, subject=("accounts.username", username))
        key = signin.lock_key(username)
        if not ratelimit.consume(request, action="login_failed", key=key, dry_run=True):
            refused = locked(signin.lock(username), username)
            record_refusal(refused, actor=None, subject=("accounts.username", username))
            raise ValidationError(str(refused.message), code="locked")

    def login(self, request: HttpRequest, user: User) -> None:
        """Open the session and record it: no row, no session."""
        with transaction.atomic():
            record("accounts.session.opened", actor=user, subject=user)
            super().login(request, user)
            sessions.start(request, clock.now())

    def logout(self, request: HttpRequest) -> None:
        """Close the session and record it."""
        with transaction.atomic():
            user = request.user
            if isinstance(user, User):
                record("accounts.session.closed", actor=user, subject=user)
            super().logout(request)

    def set_password(self, user: User, password: str) -> None:
        """Set the password that the user chose."""
        change_own_password(user, password)


def locked(until: Any, username: str) -> Refused:
    """The refusal of a locked name."""
    text = clock.beijing_text(until)
    message = _("Five failures: locked until %(time)s (Beijing time). An administrator can lift the lock.")
    return Refused("accounts.session.locked", message % {"time": text}, data={"username": username[:60]})


class SecondFactorAdapter(DefaultMFAAdapter):
    """Seals what allauth keeps in the database; its own adapter stores TOTP seeds in clear."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is wrong, or it was used already. Wait for the next one."),
        "cannot_delete_authenticator": gettext_lazy("Your roles need a second factor: it cannot be removed."),
    }

    def encrypt(self, text: str) -> str:
        """AES-256-GCM under the installation's `totp` key; a fresh nonce stands before the sealed text."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(_totp_key()).encrypt(nonce, text.encode(), SEALED.encode())
        return SEALED + base64.b64encode(nonce + sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The counterpart of `encrypt`; raises `ValueError` for anything that was not sealed here."""
        if not encrypted_text.startswith(SEALED):
            raise ValueError("a secret of the second factor is not sealed")
        try:
            raw = base64.b64decode(encrypted_text.removeprefix(SEALED), validate=True)
        except binascii.Error as error:
            raise ValueError("a secret of the second factor is damaged") from error
        return AESGCM(_totp_key()).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], SEALED.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not while a role asks for it."""
        user = authenticator.user
        return not (isinstance(user, User) and user.needs_second_factor)


def _totp_key() -> bytes:
    return read_key(config.current().keys_dir, "totp")
