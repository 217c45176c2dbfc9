"""Export policies of the two site classes that the tests use."""

from oversite.video.evidence.slots import ExportPolicy, export_policies
from video.conftest import CUSTOMS_CLASS, FARM_CLASS

if FARM_CLASS not in export_policies:
    export_policies.plug(FARM_CLASS, ExportPolicy(False, "A20", "养殖场视频不得外传"))
    export_policies.plug(CUSTOMS_CLASS, ExportPolicy(True, "C-A4.5"))
