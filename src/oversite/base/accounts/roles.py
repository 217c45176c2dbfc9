"""The shipped roles as data; their permissions are plugged in by the apps that know them."""

from typing import Any

from oversite.base.accounts.slots import (
    ADMINISTRATOR,
    AUDIT_ADMINISTRATOR,
    AUDITOR,
    MONITOR,
    PERMISSIONS,
    ROLES,
    SECURITY_ADMINISTRATOR,
    SITE_OPERATOR,
    SYSTEM_ADMINISTRATOR,
    ShippedRole,
)

SHIPPED: dict[str, ShippedRole] = {
    MONITOR: ShippedRole("监控员", "Monitor", needs_training=True),  # A art. 8, 9
    ADMINISTRATOR: ShippedRole("管理员", "Administrator", needs_training=True),  # A art. 8, 10
    SITE_OPERATOR: ShippedRole("场所操作员", "Site operator"),
    AUDITOR: ShippedRole("审计员", "Auditor"),
    SYSTEM_ADMINISTRATOR: ShippedRole(
        "系统管理员", "System administrator", needs_second_factor=True, is_separated=True
    ),
    SECURITY_ADMINISTRATOR: ShippedRole(
        "安全管理员", "Security administrator", needs_second_factor=True, is_separated=True
    ),
    AUDIT_ADMINISTRATOR: ShippedRole("审计管理员", "Audit administrator", needs_second_factor=True, is_separated=True),
}


def shipped_roles() -> dict[str, ShippedRole]:
    """The roles of the program and those that the domains plug in."""
    return SHIPPED | dict(ROLES.items())


def shipped_permissions(role_key: str) -> list[str]:
    """The permissions that the plugged-in apps give to a shipped role, and those that it carries itself, sorted."""
    shipped = shipped_roles().get(role_key)
    carried = shipped.carries if shipped else frozenset()
    return sorted(name for name, permission in PERMISSIONS.items() if role_key in permission.roles or name in carried)


def separated_permissions() -> frozenset[str]:
    """What only the three administrators carry: no role made here may hold any of it."""
    apart = {key for key, shipped in shipped_roles().items() if shipped.is_separated}
    return frozenset(name for name, permission in PERMISSIONS.items() if permission.roles and permission.roles <= apart)


def restore_shipped_roles(using: str = "default", **_signal: Any) -> None:
    """Write the shipped roles as this program has them; whether a second factor is needed stays as it was set."""
    from oversite.base.accounts.models import Role

    for key, shipped in shipped_roles().items():
        fixed = {
            "label_zh": shipped.label_zh,
            "label_en": shipped.label_en,
            "permissions": shipped_permissions(key),
            "needs_training": shipped.needs_training,
            "is_separated": shipped.is_separated,
            "is_shipped": True,
        }
        Role.objects.using(using).update_or_create(
            key=key,
            defaults=fixed,
            create_defaults={**fixed, "needs_second_factor": shipped.needs_second_factor},
        )
