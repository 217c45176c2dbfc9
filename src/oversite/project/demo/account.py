"""An account of the demonstration, as it is printed once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the demonstration; the password is empty where its owner has set one."""

    username: str
    name: str
    agency: str
    roles: tuple[str, ...]
    password: str
