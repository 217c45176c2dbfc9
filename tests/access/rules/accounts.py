"""Signing in, users, roles, keys."""

from datetime import timedelta

from access.registry import Rule, World

OPEN = Rule(is_public=True)
OWN = Rule()
ADMINISTRATOR = "administrator"
SECURITY = "security-administrator"


def somebody(world: World):
    return world.thing("somebody", lambda: world.make_user(world.tree.post, "monitor", username="somebody"))


def user(world: World):
    return {"pk": somebody(world).pk}


def grant(world: World):
    return {"pk": somebody(world).grants.get().pk}


def training(world: World):
    return {"pk": somebody(world).trainings.get().pk}


def own_role(world: World):
    from oversite.base.accounts.models import Role

    role = world.thing("role", lambda: Role.objects.create(key="made-here", label_zh="自建", label_en="Made here"))
    return {"pk": role.pk}


def key(world: World):
    from oversite.base.accounts.models import ApiToken
    from oversite.common import clock

    def make():
        return ApiToken.objects.create(
            user=somebody(world), name="key", token_sha256="0" * 64, expires_at=clock.now() + timedelta(days=1)
        )

    return {"pk": world.thing("key", make).pk}


def of(kwargs, role=ADMINISTRATOR):
    return Rule(role=role, kwargs=kwargs, has_object=True)


NEEDS_ENROLMENT = "nothing is enrolled: it leads elsewhere"

RULES = {
    "account_login": OPEN,
    "account_inactive": OPEN,
    "mfa_authenticate": OPEN,
    "account_logout": OPEN,
    "account_reauthenticate": OWN,
    "account_change_password": OWN,
    "mfa_index": OWN,
    "mfa_reauthenticate": OWN,
    "mfa_activate_totp": OWN,
    "mfa_deactivate_totp": Rule(without_right_role=NEEDS_ENROLMENT),
    "mfa_view_recovery_codes": Rule(without_right_role=NEEDS_ENROLMENT),
    "mfa_generate_recovery_codes": Rule(without_right_role=NEEDS_ENROLMENT),
    "mfa_download_recovery_codes": Rule(without_right_role=NEEDS_ENROLMENT),
    "session_alive": OWN,
    "session_left": OWN,
    "accounts:users": Rule(role=ADMINISTRATOR),
    "accounts:new-user": Rule(role=ADMINISTRATOR),
    "accounts:user": of(user),
    "accounts:edit-user": of(user),
    "accounts:disable": of(user),
    "accounts:enable": of(user),
    "accounts:unlock": of(user),
    "accounts:reset-password": of(user),
    "accounts:reset-second-factor": of(user),
    "accounts:record-training": of(user),
    "accounts:void-training": of(training),
    "accounts:grant": of(user),
    "accounts:revoke": of(grant),
    "accounts:narrow": of(grant),
    "accounts:roles": Rule(role=ADMINISTRATOR),
    "accounts:role": Rule(role=ADMINISTRATOR, kwargs=own_role),
    "accounts:new-role": Rule(role=SECURITY),
    "accounts:edit-role": Rule(role=SECURITY, kwargs=own_role),
    "accounts:delete-role": Rule(role=SECURITY, kwargs=own_role),
    "accounts:tokens": Rule(role=SECURITY),
    "accounts:new-token": Rule(role=SECURITY),
    "accounts:revoke-token": of(key, SECURITY),
}
