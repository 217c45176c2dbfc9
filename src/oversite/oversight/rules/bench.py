"""How many sites one core judges: sites of a given size, each with other cameras missing."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from oversite.oversight.rules.engine.evaluation import evaluate
from oversite.oversight.rules.engine.facts import AreaFacts, CameraFacts, SiteFacts
from oversite.oversight.rules.engine.planning import make_plan
from oversite.oversight.rules.engine.rule import Rulebook


def run(book: Rulebook, site_class: str, sites: int, cameras: int) -> dict[str, Any]:
    """Judge `sites` sites of `cameras` cameras; gives the figures. The facts are made beforehand."""
    began = time.perf_counter()
    full = _site(book, site_class, cameras)
    planned_s = time.perf_counter() - began
    made = list(_variants(full, sites))
    began = time.process_time()
    findings = sum(len(evaluate(book, each)) for each in made)
    spent_s = time.process_time() - began
    return {
        "sites": sites,
        "cameras_per_site": len(full.cameras),
        "areas_per_site": len(full.areas),
        "findings": findings,
        "cpu_s": round(spent_s, 3),
        "sites_per_minute_per_core": round(sites / spent_s * 60),
        "ms_per_site": round(spent_s / sites * 1000, 3),
        "plan_s": round(planned_s, 3),
    }


def _site(book: Rulebook, site_class: str, cameras: int) -> SiteFacts:
    """A site with one area after another of every kind of its class, as many as its plan has cameras for."""
    areas: list[AreaFacts] = []
    found: list[CameraFacts] = []
    for number, kind in enumerate(itertools.cycle(book.area_kinds(site_class)), start=1):
        area = AreaFacts(f"{kind}-{number}", kind)
        planned = make_plan(book, SiteFacts("bench", site_class, areas=(area,))).cameras
        if len(found) + len(planned) > cameras or number > cameras:
            break
        areas.append(area)
        found.extend(each.facts for each in planned)
    rest = [replace(found[0], id=f"more-{number}") for number in range(cameras - len(found))]
    return SiteFacts("bench", site_class, areas=tuple(areas), cameras=(*found, *rest))


def _variants(full: SiteFacts, sites: int) -> Iterator[SiteFacts]:
    for number in range(sites):
        lost = number % len(full.cameras)
        yield replace(full, code=f"bench-{number}", cameras=(*full.cameras[:lost], *full.cameras[lost + 1 :]))
