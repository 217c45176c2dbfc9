"""Passwords: the rules for new ones (GB/T 22239-2019 8.1.4.1), and random ones for first sign-in."""

import secrets
from copy import copy
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, get_hasher, make_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from oversite.base.accounts.models import User

ALPHABETS = ("abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-+=%@")
"""Four classes without letters that are mistaken for one another."""
RANDOM_LENGTH = 14
RANDOM_ITERATIONS = 10_000
"""Rounds that a random password is hashed with: its eighty bits are not guessed, however quickly one may try."""
SHORTEST = 10
CLASSES_NEEDED = 3
HISTORY = 5


def random_password() -> str:
    """A password of `RANDOM_LENGTH` characters with one of every class at least, beginning with a letter."""
    everything = "".join(ALPHABETS)
    rest = [secrets.choice(alphabet) for alphabet in ALPHABETS[1:]]
    rest += [secrets.choice(everything) for _index in range(RANDOM_LENGTH - len(ALPHABETS))]
    secrets.SystemRandom().shuffle(rest)
    return secrets.choice(ALPHABETS[0]) + "".join(rest)


def hash_of_random(password: str) -> str:
    """The hash to keep of a random password, made in a hundredth of the time that one's own choice takes.

    So a hundred accounts are made at once; the first sign-in hashes it anew like any other.
    """
    hasher = copy(get_hasher())
    if isinstance(hasher, PBKDF2PasswordHasher):
        hasher.iterations = RANDOM_ITERATIONS
    return make_password(password, hasher=hasher)


class StrengthValidator:
    """At least ten characters from three of four classes: small and capital letters, digits, others."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        """Raise `ValidationError` when the password is too simple."""
        del user
        classes = {
            "lower" if c.islower() else "upper" if c.isupper() else "digit" if c.isdigit() else "other"
            for c in password
        }
        if len(password) < SHORTEST or len(classes) < CLASSES_NEEDED:
            raise ValidationError(self.get_help_text(), code="password_too_simple")

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("At least 10 characters, with three of: small letters, capital letters, digits, other signs.")


class UserNameValidator:
    """The password does not hold the user name, forwards or backwards."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        """Raise `ValidationError` when the user name is in the password."""
        name = (user.username if user else "").lower()
        if len(name) > 1 and (name in password.lower() or name[::-1] in password.lower()):
            raise ValidationError(self.get_help_text(), code="password_holds_user_name")

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("It does not contain the user name, neither forwards nor backwards.")


class HistoryValidator:
    """The password is neither the present one nor one of the last five."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        """Raise `ValidationError` when the password was used lately."""
        if user is None or user.pk is None:
            return
        used = [user.password, *user.old_passwords.values_list("password", flat=True)[: HISTORY - 1]]
        if any(check_password(password, each) for each in used if each):
            raise ValidationError(self.get_help_text(), code="password_used_before")

    def get_help_text(self) -> str:
        """The rule in words."""
        return _("It is none of the last 5 passwords.")
