"""The 20 digits of a customs camera (annex 3 part one): build, explain, check. Pure: no framework, no clock."""

from oversite.domains.customs.codes.build import CodeRefused, build_code, recorded_site_digits
from oversite.domains.customs.codes.check import cautions, check_code, is_right
from oversite.domains.customs.codes.code import CameraCode, Circumstance, Fault, Place
from oversite.domains.customs.codes.explain import Explanation, Part, explain_code
from oversite.domains.customs.codes.tables import Entry, Tables, tables

__all__ = [
    "CameraCode",
    "Circumstance",
    "CodeRefused",
    "Entry",
    "Explanation",
    "Fault",
    "Part",
    "Place",
    "Tables",
    "build_code",
    "cautions",
    "check_code",
    "explain_code",
    "is_right",
    "recorded_site_digits",
    "tables",
]
