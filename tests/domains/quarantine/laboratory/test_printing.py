"""The report prints the controls beside the wells, and a paper field is no act."""

import pytest
from django.utils import translation

from oversite.domains.quarantine.declarations.forms import AttachForm
from oversite.domains.quarantine.laboratory.models import Test as LabTest
from oversite.domains.quarantine.laboratory.printing import readings_text


@pytest.mark.req("Q8")
def test_the_controls_stand_beside_the_wells() -> None:
    readings = {"ct": [["1", 21.5], ["2", None]], "positive_control": 24.1, "negative_control": None}
    text = readings_text(LabTest(readings=readings))
    assert text == "Ct值 1：21.5；2：未检出（阳性对照：24.1；阴性对照：未检出）"


def test_the_field_of_an_attachment_is_called_a_document() -> None:
    with translation.override("zh-hans"):
        assert str(AttachForm.base_fields["file"].label) == "文件"
