"""Loading the demonstration through the same actions that people's acts go through; it may be run twice."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.apps import apps
from django.db import transaction

from oversite.base.accounts import actions as accounts
from oversite.base.accounts.models import Role, User
from oversite.base.agencies import actions as agencies
from oversite.base.agencies.models import Agency
from oversite.base.sites import actions as sites
from oversite.base.sites.models import Site
from oversite.common.config import Config
from oversite.project.demo import floorplan, quarantine
from oversite.project.demo.account import Account
from oversite.project.demo.declared import declare, plain, register_customs
from oversite.project.demo.facts import device_password, facts
from oversite.video.cameras import actions as cameras
from oversite.video.cameras.models import Camera, Device

TRAINED_ON = date(2026, 1, 5)


@transaction.atomic
def load(config: Config, tell: Callable[[str], None] = lambda _step: None) -> list[Account]:
    """Load what is not there yet and give the accounts; those that were never signed in to get a fresh password.

    `tell` hears what comes next: some of it takes a while.
    """
    told = facts()
    tell("entering agencies and accounts")
    for row in told["agencies"]:
        _agency(row)
    accounts_given = [_account(row) for row in told["users"]]
    tell("entering sites and cameras")
    for row in told["sites"]:
        _site(row, device_password(config))
    floorplan.place(told)
    register_customs(told)
    tell("entering the producers of fry")
    accounts_given += quarantine.load(told["hatchery"], device_password(config))
    if apps.is_installed("oversite.domains.quarantine.reporting"):
        from oversite.project.demo import quarantine_exchange, quarantine_lab, quarantine_verification

        tell("entering declarations, laboratory reports and certificates")
        accounts_given += quarantine_lab.load(_account)
        quarantine_verification.load()
        quarantine_exchange.load()
    return accounts_given


def _agency(row: dict[str, Any]) -> None:
    if Agency.objects.filter(code=row["code"]).exists():
        return
    parent = Agency.objects.get(code=row["parent"]) if "parent" in row else None
    values = {key: value for key, value in row.items() if key != "parent"}
    agencies.create_agency(None, parent=parent, **values)


def _account(row: dict[str, Any]) -> Account:
    user = User.objects.filter(username=row["username"]).first()
    password = ""
    if user is None:
        agency = Agency.objects.get(code=row["agency"])
        made = accounts.create_user(None, username=row["username"], name=row["name"], agency=agency)
        user, password = made.user, made.password
        accounts.record_training(
            None, user, course="电子监管视频监控操作", trained_on=TRAINED_ON, trained_by=agency.name
        )
        for role in Role.objects.filter(key__in=row["roles"]):
            accounts.grant_role(None, user, role)
    elif user.must_change_password:
        password = accounts.reset_password(None, user)
    return Account(row["username"], row["name"], user.agency.name, tuple(row["roles"]), password)


def _site(row: dict[str, Any], password: str) -> None:
    if Site.objects.filter(code=row["code"]).exists():
        return
    nested = {"areas", "devices", "cameras", "agency", "operator", "declared", "floorplan"}
    values = {key: value for key, value in row.items() if key not in nested}
    bodies = {name: Agency.objects.get(code=row[name]) for name in ("agency", "operator")}
    site = sites.save_site(None, None, values | bodies)
    areas = {area["code"]: sites.save_area(None, None, plain(area) | {"site": site}) for area in row["areas"]}
    for device in row["devices"]:
        values = {key: value for key, value in device.items() if key != "channels"}
        cameras.save_device(None, None, values | {"site": site}, password)
    for camera in row["cameras"]:
        device = Device.objects.get(gb_id=camera["device"])
        placed = {"site": site, "area": areas[camera["area"]], "device": device, "records": "declared" not in row}
        cameras.save_camera(None, None, plain(camera) | placed)
    declare(site, row)


def is_loaded() -> bool:
    """Whether the demonstration's cameras are in the register."""
    return Camera.objects.filter(gb_id=facts()["sites"][0]["cameras"][0]["gb_id"]).exists()
