"""What the domain plugs in: its rulebook and the class of sites that the book knows."""

from pathlib import Path

from oversite.base.sites.slots import SITE_CLASSES
from oversite.oversight.rules.slots import RULEBOOKS, class_words

BOOK = RULEBOOKS.plug("slaughter", Path(__file__).parent / "rulebook")

for word, site_class in class_words(BOOK).items():
    SITE_CLASSES.plug(word, site_class)
