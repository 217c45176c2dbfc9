"""Modules that take long to load and are needed seldom: loaded when something of them is first asked for.

A process that is killed must be back at once, and most processes never draw, scan or sign anything.
"""

from importlib import import_module
from typing import Any


class Later:
    """Stands for a module: `if TYPE_CHECKING: import numpy as np`, `else: np = Later("numpy")`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)
