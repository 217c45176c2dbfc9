"""Where the thirteen cities of Jiangsu lie, and the waters between them, for schematic maps.

The maps show relative places and no boundaries: maps with boundaries need an approved source.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _t

from oversite.domains.quarantine.rules.divisions import JIANGSU

Side = Literal["left", "right", "top", "bottom"]
SEATS: Final[dict[str, tuple[float, float, Side]]] = {
    "320100": (32.06, 118.80, "left"),
    "320200": (31.49, 120.31, "right"),
    "320300": (34.21, 117.28, "right"),
    "320400": (31.81, 119.97, "bottom"),
    "320500": (31.30, 120.58, "right"),
    "320600": (31.98, 120.89, "right"),
    "320700": (34.60, 119.22, "left"),
    "320800": (33.61, 119.02, "right"),
    "320900": (33.35, 120.16, "left"),
    "321000": (32.39, 119.41, "left"),
    "321100": (32.19, 119.43, "bottom"),
    "321200": (32.46, 119.92, "right"),
    "321300": (33.96, 118.28, "right"),
}
"""Latitude and longitude of the seat of each city's government, and on which side of it there is room for words."""
COAST: Final = (
    (35.09, 119.31), (34.77, 119.25), (34.72, 119.46), (34.46, 119.79), (34.31, 120.27), (34.03, 120.42),
    (33.81, 120.52), (33.40, 120.74), (33.05, 120.89), (32.63, 120.97), (32.43, 121.38), (32.13, 121.53),
    (31.87, 121.86), (31.70, 121.93),
)  # fmt: skip
RIVER: Final = (
    (31.78, 118.48), (32.10, 118.72), (32.19, 118.98), (32.24, 119.43), (32.21, 119.78), (31.98, 119.95),
    (31.94, 120.27), (32.00, 120.52), (31.96, 120.80), (31.76, 121.00), (31.72, 121.38), (31.70, 121.93),
)  # fmt: skip
LAKES: Final = (("太湖", "Lake Tai", 31.20, 120.13, 26), ("洪泽湖", "Lake Hongze", 33.28, 118.62, 19))
"""Name, English name, latitude, longitude, radius in kilometres."""


def schematic_map(
    places: Iterable[Mapping[str, Any]], legend: Sequence[tuple[str, Any]], *, named: bool = True
) -> dict[str, Any]:
    """What the island `map` draws: `places` on the schematic map, and the words of their marks as (tone, word).

    `named` writes the cities beside their seats; leave it out where the places themselves say so.
    """
    is_english = (get_language() or "").startswith("en")
    cities = [
        {"lat": lat, "lng": lng, "label": JIANGSU[code], "side": side} for code, (lat, lng, side) in SEATS.items()
    ]
    return {
        "places": list(places),
        "legend": [{"tone": tone, "word": str(word)} for tone, word in legend],
        "cities": cities if named else [],
        "lines": [
            {"points": COAST, "label": _t("Yellow Sea"), "lat": 33.9, "lng": 121.0},
            {"points": RIVER, "label": _t("Yangtze"), "lat": 31.58, "lng": 121.25},
        ],
        "lakes": [
            {"lat": lat, "lng": lng, "radius_m": radius_km * 1000, "label": en if is_english else zh}
            for zh, en, lat, lng, radius_km in LAKES
        ],
        "bounds": [[31.05, 117.05], [35.0, 121.6]],
        "note": _t("Schematic map: it shows where the cities lie to each other, and no boundaries."),
    }


def city_of(code: str) -> str:
    """The code of the city of Jiangsu that a division lies in, or nothing."""
    city = f"{code[:4]}00"
    return city if city in SEATS else ""
