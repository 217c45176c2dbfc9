"""What the domain plugs in: its site class, who steers there, the checklist, the record sheet."""

from pathlib import Path

import yaml
from django.utils.translation import gettext_lazy as _

from oversite.base.documents.slots import FORMS, Form
from oversite.base.sites.slots import SITE_CLASSES, SiteClass
from oversite.oversight.supervision.slots import (
    CHECKLISTS,
    RECORD_SHEETS,
    SITE_CHECKLISTS,
    RecordSheet,
    checklist_from,
)
from oversite.video.control.policies import Policy
from oversite.video.control.slots import class_policies

HERE = Path(__file__).parent
FARM = "aquaculture-farm"
ANNEX_1 = "aquaculture.annex-1"
