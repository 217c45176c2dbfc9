"""The people of quarantine: keys of the roles that permissions name as their carriers."""

from oversite.base.accounts.slots import ShippedRole

PROVINCE = "quarantine-province"
SUPERVISOR = "quarantine-supervisor"
VETERINARIAN = "quarantine-veterinarian"
OFFICER = "quarantine-officer"
PRODUCER = "quarantine-producer"
LABORATORY = "quarantine-laboratory"
PREVENTION = "quarantine-prevention"

KEEP_CONTACT = frozenset({"agencies.contact"})
"""Who answers for an agency keeps the address and the telephone that its papers print."""
LOOK_ON = frozenset({"sites.read", "cameras.read", "video.live"})
"""A producer is a site: it sees its own cameras."""
LOOK_BACK = LOOK_ON | {"video.playback"}
"""Those who act for the state see the hatcheries of their subtree, and what was recorded there."""

SHIPPED: dict[str, ShippedRole] = {
    PROVINCE: ShippedRole("省级检疫管理员", "Provincial quarantine administrator", carries=LOOK_BACK | KEEP_CONTACT),
    SUPERVISOR: ShippedRole("检疫监督管理员", "Quarantine supervisor", carries=LOOK_BACK | KEEP_CONTACT),
    VETERINARIAN: ShippedRole("渔业官方兽医", "Official veterinarian", carries=LOOK_BACK),
    OFFICER: ShippedRole("申报点工作人员", "Officer of a declaration point", carries=LOOK_BACK),
    PRODUCER: ShippedRole("水产苗种生产单位", "Producer of aquatic seed", carries=LOOK_ON),
    LABORATORY: ShippedRole("检测实验室人员", "Laboratory staff"),
    PREVENTION: ShippedRole("疫病预防控制人员", "Staff of the prevention centre"),
}
AUTHORITY = frozenset({PROVINCE, SUPERVISOR, VETERINARIAN, OFFICER})
"""Those who act for the state."""
EVERYBODY = frozenset(SHIPPED)
