"""Running the main job once and saying how it went."""

from typing import Any

import av

from oversite.common.errors import OversiteError
from oversite.project.bench.calibration import calibration
from oversite.project.selftest.installation import installation
from oversite.project.selftest.steps import STEPS, begin, timed


def run() -> dict[str, Any]:
    """The figures and the verdict: `ok`, and where not, `failed` (the step) and `why`."""
    figures: dict[str, Any] = {"ok": False, "failed": "start"}
    try:
        with installation() as product:
            run = begin(product)
            figures = run.figures | {"ok": False}
            run.figures = figures
            for step in STEPS:
                figures["failed"] = step.__name__
                with timed(figures, step.__name__):
                    step(run)
        del figures["failed"]
        figures["ok"] = True
    except (OversiteError, OSError, RuntimeError, ValueError, av.FFmpegError) as error:
        figures["why"] = f"{type(error).__name__}: {error}"
    return figures | {"calibration": calibration()}
