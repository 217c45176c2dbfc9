"""What sites cannot know: which classes of sites there are, and what belongs to a site in the apps above."""

from dataclasses import dataclass

from django.utils.translation import get_language

from oversite.common.slots import Slot


@dataclass(frozen=True, slots=True)
class SiteClass:
    """A class of sites in both languages; `area_kinds` are its kinds of areas: key → (Chinese, English)."""

    label_zh: str
    label_en: str
    area_kinds: tuple[tuple[str, str, str], ...] = ()

    @property
    def label(self) -> str:
        """The class in the reader's language."""
        return self.label_en if (get_language() or "").startswith("en") else self.label_zh


SITE_CLASSES: Slot[SiteClass] = Slot("site classes")
