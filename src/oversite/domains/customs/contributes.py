"""What the domain plugs in: its site class, who steers there, on what ground video may leave."""

from pathlib import Path

from oversite.base.sites.slots import SITE_CLASSES, SiteClass
from oversite.oversight.rules.slots import RULEBOOKS, class_words
from oversite.video.control.slots import Policy, class_policies
from oversite.video.evidence.slots import ExportPolicy, export_policies

DEPOT = "customs-depot"
BOOK = RULEBOOKS.plug("customs", Path(__file__).parent / "rulebook")

SITE_CLASSES.plug(
    DEPOT,
    SiteClass(
        "保税监管场所",
        "bonded depot",
        (
            ("gate", "卡口", "gate"),
            ("inspection", "查验区", "inspection area"),
            ("storage", "仓储区", "storage area"),
        ),
    ),
)
class_policies.plug(DEPOT, Policy.CUSTOMS_PRIMARY)
export_policies.plug(DEPOT, ExportPolicy(is_allowed=True, clause="C-A4.5"))

for word, site_class in class_words(BOOK).items():
    SITE_CLASSES.plug(word, site_class)
    class_policies.plug(word, Policy.CUSTOMS_PRIMARY)
    export_policies.plug(word, ExportPolicy(is_allowed=True, clause="C-A4.5"))
