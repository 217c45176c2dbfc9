"""Writing what every installation begins with; rows that are there already stay as the province made them."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from oversite.domains.quarantine.rules.models import (
    Disease,
    FarmCategory,
    MustRule,
    Procedure,
    ProcedureEntry,
    Setting,
    Species,
)
from oversite.domains.quarantine.rules.slots import SETTINGS

HERE = Path(__file__).parent / "shipped"
CATALOGUE_SOURCE = "随系统提供"


def restore_shipped_rules(using: str = "default", **_signal: Any) -> None:
    """Write what is missing, after every migration."""
    with transaction.atomic(using=using):
        _catalogue(using)
        _procedures(using)
        _settings(using)


@cache
def _shipped(name: str) -> dict[str, list[dict[str, Any]]]:
    told: dict[str, list[dict[str, Any]]] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return told


def _catalogue(using: str) -> None:
    catalogue = _shipped("catalogue.yaml")
    for model, name in ((Species, "species"), (Disease, "diseases"), (FarmCategory, "categories")):
        manager: Any = model.objects.using(using)
        rows = [model(**{"source": CATALOGUE_SOURCE, **row}) for row in catalogue[name]]
        manager.bulk_create(rows, ignore_conflicts=True)


def _procedures(using: str) -> None:
    shipped = _shipped("procedures.yaml")
    diseases = {each.key: each for each in Disease.objects.using(using)}
    species = {each.key: each for each in Species.objects.using(using)}
    for told in shipped["procedures"]:
        values = {name: value for name, value in told.items() if name != "entries"}
        where = {name: values.pop(name) for name in ("group", "effective_on")}
        state = {"state": Procedure.State.PUBLISHED, "is_shipped": True}
        procedure, is_new = Procedure.objects.using(using).get_or_create(**where, defaults=values | state)
        for entry in told["entries"] if is_new else ():
            row = ProcedureEntry.objects.using(using).create(
                procedure=procedure, disease=diseases[entry["disease"]], source=entry.get("source", "")
            )
            row.species.add(*(species[key] for key in entry["species"]))
    for told in shipped["musts"]:
        where = {name: told[name] for name in ("condition", "effective_on")}
        MustRule.objects.using(using).get_or_create(**where, defaults=told | {"is_shipped": True})


def _settings(using: str) -> None:
    rows = [
        Setting(
            key=key,
            value=shipped.value,
            effective_on=shipped.effective_on,
            source=shipped.source,
            note=shipped.note,
            is_shipped=True,
        )
        for key, kind in SETTINGS.items()
        for shipped in kind.shipped
    ]
    Setting.objects.using(using).bulk_create(rows, ignore_conflicts=True)
