"""The people of quarantine: keys of the roles that permissions name as their carriers."""

from oversite.base.accounts.slots import ShippedRole

PROVINCE = "quarantine-province"
SUPERVISOR = "quarantine-supervisor"
VETERINARIAN = "quarantine-veterinarian"
OFFICER = "quarantine-officer"
PRODUCER = "quarantine-producer"
LABORATORY = "quarantine-laboratory"
PREVENTION = "quarantine-prevention"

SHIPPED: dict[str, ShippedRole] = {
    PROVINCE: ShippedRole("省级检疫管理员", "Provincial quarantine administrator"),
    SUPERVISOR: ShippedRole("检疫监督管理员", "Quarantine supervisor"),
    VETERINARIAN: ShippedRole("渔业官方兽医", "Official veterinarian"),
    OFFICER: ShippedRole("申报点工作人员", "Officer of a declaration point"),
    PRODUCER: ShippedRole("水产苗种生产单位", "Producer of aquatic seed"),
    LABORATORY: ShippedRole("检测实验室人员", "Laboratory staff"),
    PREVENTION: ShippedRole("疫病预防控制人员", "Staff of the prevention centre"),
}
AUTHORITY = frozenset({PROVINCE, SUPERVISOR, VETERINARIAN, OFFICER})
"""Those who act for the state."""
EVERYBODY = frozenset(SHIPPED)
