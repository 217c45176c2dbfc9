"""Passwords: the rules for new ones, and random ones for first sign-in."""

import secrets

ALPHABETS = ("abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-+=%@")
"""Four classes without letters that are mistaken for one another."""
RANDOM_LENGTH = 14


def random_password() -> str:
    """A password of `RANDOM_LENGTH` characters with one of every class at least, beginning with a letter."""
    everything = "".join(ALPHABETS)
    rest = [secrets.choice(alphabet) for alphabet in ALPHABETS[1:]]
    rest += [secrets.choice(everything) for _ in range(RANDOM_LENGTH - len(ALPHABETS))]
    secrets.SystemRandom().shuffle(rest)
    return secrets.choice(ALPHABETS[0]) + "".join(rest)
