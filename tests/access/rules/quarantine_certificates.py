"""Certificates: whoever acts for the state in the subtree, the producer of the seed; and everybody for the check."""

from datetime import date

from access.registry import Rule, World
from access.rules.quarantine import veterinarian as registered

VETERINARIAN, PROVINCE = "quarantine-veterinarian", "quarantine-province"


def house(world: World):
    from domains.quarantine.certificates.cases import make_house
    from oversite.base.agencies.actions import create_agency

    tree = world.tree
    return world.thing(
        "quarantine-house", lambda: make_house(create_agency, world.make_user, (tree.country, tree.region, tree.post))
    )


def veterinarian(world: World):
    """The registered one, at work where the house stands, with numbers in hand."""

    def make():
        from domains.quarantine.certificates.cases import with_numbers

        found = registered(world)
        found.area_codes, found.valid_until_on = ["3210"], date(2035, 12, 31)
        found.save()
        return with_numbers(found, 9)

    return world.thing("quarantine-vet", make)


def certificate(world: World):
    def make():
        from domains.quarantine.certificates.cases import TERMS
        from oversite.domains.quarantine.certificates import actions

        vet = veterinarian(world)
        return actions.issue_certificate(vet.user, house(world).inspection(vet), TERMS)

    return {"uid": world.thing("quarantine-certificate", make).uid}


def number(world: World):
    certificate(world)
    return {"number": world.made["quarantine-certificate"].number}


def code(world: World):
    certificate(world)
    return {"code": world.made["quarantine-certificate"].code}


def inspection(world: World):
    vet = veterinarian(world)
    return {"uid": world.thing("quarantine-inspection", lambda: house(world).inspection(vet)).uid}


def enrolment(world: World):
    def make():
        from domains.quarantine.certificates.inked import seal_picture
        from oversite.domains.quarantine.certificates import actions

        return actions.request_enrolment(veterinarian(world).user, "seal", world.tree.post, seal_picture())

    return {"uid": world.thing("quarantine-enrolment", make).uid}


def code_key(world: World):
    from oversite.domains.quarantine.certificates.models import SigningKey

    certificate(world)
    return {"pk": SigningKey.objects.get(purpose="code").pk}


def hand(world: World):
    return {"kind": "agencies.agency", "holder": str(world.tree.post.pk)}


def of(name: str, role: str, kwargs, *, has_object: bool = True, **more) -> dict[str, Rule]:
    return {f"quarantine_certificates:{name}": Rule(role=role, kwargs=kwargs, has_object=has_object, **more)}


RULES = {
    "quarantine_certificates:certificates": Rule(role=VETERINARIAN),
    "quarantine_certificates:numbers": Rule(role=VETERINARIAN),
    "quarantine_certificates:enrolments": Rule(role=VETERINARIAN),
    "quarantine_certificates:keys": Rule(role=PROVINCE),
    "quarantine_certificates:key-renew": Rule(role=PROVINCE),
    **of("key-revoke", PROVINCE, code_key, has_object=False),  # the keys are the installation's
    "quarantine_certificates:receive-find": Rule(role=VETERINARIAN),
    "quarantine_certificates:enrolment-new": Rule(role=VETERINARIAN, kwargs=lambda _world: {"kind": "seal"}),
    **of("receive", VETERINARIAN, number, has_object=False),  # found by its whole number, wherever it was issued
    **of("issue", VETERINARIAN, inspection),
    **of("close", VETERINARIAN, inspection),
    **of("certificate", VETERINARIAN, certificate),
    **of("print", VETERINARIAN, certificate),
    **of("sm2", VETERINARIAN, certificate, without_right_role="there is a signature once the document is printed"),
    **of("void", VETERINARIAN, certificate),
    **of("replace", VETERINARIAN, certificate),
    **of("paper", VETERINARIAN, certificate),
    **of("paper-look", VETERINARIAN, certificate, without_right_role="it answers to a photograph that is posted"),
    **of("enrolment", PROVINCE, enrolment),
    **of("enrolment-picture", PROVINCE, enrolment),
    **of("enrolment-approve", PROVINCE, enrolment),
    **of("enrolment-refuse", PROVINCE, enrolment),
    **of("enrolment-end", PROVINCE, enrolment),
    **of("numbers-allot", PROVINCE, hand),
    **of("numbers-return", PROVINCE, hand),
    **of("numbers-spoil", PROVINCE, hand),
    **{
        f"certificate_check:{name}": Rule(is_public=True)
        for name in ("ask", "trust", "revocations", "offline", "offline-worker", "offline-files", "offline-manifest")
    },
    "certificate_check:offline-icon": Rule(is_public=True),
    "certificate_check:code": Rule(is_public=True, kwargs=code),
}
