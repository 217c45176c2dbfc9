"""What the domain plugs in: site class, rulebook, who steers there, checklist, record sheet, what may leave."""

from pathlib import Path

import yaml
from django.utils.translation import gettext_lazy as _

from oversite.base.documents.slots import FORMS, Form
from oversite.base.sites.slots import SITE_CLASSES, SiteClass
from oversite.oversight.rules.slots import RULEBOOKS
from oversite.oversight.supervision.slots import (
    CHECKLISTS,
    RECORD_SHEETS,
    SITE_CHECKLISTS,
    RecordSheet,
    checklist_from,
)
from oversite.video.control.slots import Policy, class_policies
from oversite.video.evidence.slots import ExportPolicy, export_policies

HERE = Path(__file__).parent
FARM = "aquaculture-farm"
ANNEX_1 = "aquaculture.annex-1"

SITE_CLASSES.plug(
    FARM,
    SiteClass(
        "出口水产品备案养殖场",
        "export aquaculture farm",
        (
            ("medicine-store", "药房", "medicine store"),
            ("feed-store", "饲料仓库", "feed store"),
            ("feed-preparation", "饲料房", "feed preparation room"),
            ("pond", "养殖池", "pond"),
            ("transfer-pond", "分转池", "transfer pond"),
            ("packing", "包装区", "packing area"),
            ("loading", "出运装卸区", "loading area"),
        ),
    ),
)
RULEBOOKS.plug("aquaculture", HERE / "rulebook")
class_policies.plug(FARM, Policy.FARM)
export_policies.plug(
    FARM,
    ExportPolicy(
        is_allowed=False,
        clause="A20",
        message=_(
            "Video of farms is internal to inspection and quarantine and does not leave the platform. "
            "Verify the evidence here; the enterprise's copy of the daily record is all that is handed out."
        ),
    ),
)
_checklist = checklist_from(yaml.safe_load((HERE / "checklists/farming.yaml").read_text(encoding="utf-8")))
CHECKLISTS.plug(_checklist.key, _checklist)
SITE_CHECKLISTS.plug(FARM, _checklist.key)
FORMS.plug(
    ANNEX_1,
    Form(
        "出口水产品养殖场电子监管视频监控记录单",
        "Record sheet of the video supervision of an export fish farm",
        HERE / "forms/annex1.typ",
        "supervision.read",
    ),
)
RECORD_SHEETS.plug(FARM, RecordSheet(ANNEX_1, "A16.2"))
