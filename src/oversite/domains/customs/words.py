"""A label or sentence in both languages, for the parts of the domain that know no framework."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The same thing said in Chinese and in English."""

    zh: str
    en: str

    def said(self, language: str) -> str:
        """The English text for `en…`, else the Chinese one."""
        return self.en if language.startswith("en") else self.zh

    def filled(self, **values: object) -> Words:
        """Both texts with their `{name}` places filled."""
        return Words(self.zh.format(**values), self.en.format(**values))
