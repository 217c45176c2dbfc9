"""What a judgement rests on: a digest of the facts that its rule reads, so that it lapses when they change."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any


def key_of(rule: str, area: str) -> str:
    """Under what name the grounds of a rule in an area are kept."""
    return f"{area}|{rule}"


def digest(value: object) -> str:
    """SHA-256 of a JSON value, the same however its keys are ordered."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def grounds_of(facts: Mapping[str, Any], findings: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Per finding the digest of its area and the cameras there (of the site: of the site and all its cameras).

    Names are left out: a new name changes nothing that a rule reads.
    """
    areas = {each["id"]: _plain(each) for each in facts["areas"]}
    by_area: dict[str, list[Any]] = {area: [] for area in areas}
    cameras = sorted((_plain(each) for each in facts["cameras"]), key=lambda each: str(each["id"]))
    for camera in cameras:
        by_area.setdefault(camera.get("area") or "", []).append(camera)
    site = _plain(facts["site"])
    of_area = {area: digest([areas[area], by_area[area], sorted(site.get("features") or ())]) for area in areas}
    of_site = digest([site, cameras])
    return {
        key_of(each["rule"], each["area"] or ""): of_area[each["area"]] if each["area"] else of_site
        for each in findings
    }


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in {"name", "code"}}
