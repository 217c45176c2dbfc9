"""How states and results look on pages."""

from django.utils.translation import gettext_lazy as _

from oversite.domains.quarantine.laboratory.flow import State as Stage
from oversite.domains.quarantine.laboratory.models import Test
from oversite.screens.formats import State, StateFormat

TONES = {
    Stage.TAKEN: "soon",
    Stage.SEALED: "busy",
    Stage.SENT: "busy",
    Stage.RECEIVED: "busy",
    Stage.REJECTED: "now",
    Stage.TESTING: "busy",
    Stage.REVIEW: "soon",
    Stage.APPROVAL: "soon",
    Stage.RELEASED: "good",
    Stage.INVALID: "now",
    Stage.DISCARDED: "quiet",
}
STATES = StateFormat({stage.value: State(stage.label, tone) for stage, tone in TONES.items()})  # type: ignore[arg-type]
RESULTS = StateFormat(
    {
        Test.Result.NEGATIVE: State(Test.Result.NEGATIVE.label, "good"),
        Test.Result.POSITIVE: State(Test.Result.POSITIVE.label, "now"),
        Test.Result.DOUBTFUL: State(Test.Result.DOUBTFUL.label, "soon"),
        "": State(_("no result yet"), "quiet"),
    }
)
