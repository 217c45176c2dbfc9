"""What the customs register knows of a site, in the words of the rulebook: papers, codes, texts, machine rooms."""

from typing import TYPE_CHECKING

from oversite.common import clock
from oversite.domains.customs.codes import check_code
from oversite.domains.customs.models import CameraPosition, MachineRoom, ScreenCheck
from oversite.domains.customs.papers import CameraPapers, camera_findings
from oversite.domains.customs.queries import registration_of
from oversite.oversight.rules.slots import KnownFacts
from oversite.video.cameras.queries import cameras_at

if TYPE_CHECKING:
    from oversite.base.sites.models import Site
    from oversite.video.cameras.models import Camera

Facts = dict[str, bool | int | str]
UNCERTIFIED = frozenset({"certificate-term", "certificate-expired"})


def known_facts(site: "Site") -> KnownFacts:
    """The facts of a site and its cameras; what nobody has registered is left open."""
    positions = CameraPosition.objects.filter(registration__site=site, closed_at=None, camera__isnull=False)
    screens = dict(positions.values_list("camera_id", "screen__state"))
    is_registered = registration_of(site) is not None
    cameras = {}
    for camera in cameras_at(site):
        facts = _papers(camera)
        if is_registered:
            facts["coded"] = camera.pk in screens
        elif camera.camera_code and not check_code(camera.camera_code):
            facts["coded"] = True
        if screens.get(camera.pk) in {ScreenCheck.State.MATCH, ScreenCheck.State.MISMATCH}:
            facts["labelled"] = screens[camera.pk] == ScreenCheck.State.MATCH
        cameras[str(camera.uid)] = facts
    return KnownFacts(_rooms(site), cameras)


def _papers(camera: "Camera") -> Facts:
    """Conformity and certificate, where anything about them is registered (req: C5)."""
    papers = CameraPapers(
        camera.manufacturer,
        camera.model,
        camera.conforms_to,
        camera.compatible_with,
        camera.certificate_number,
        camera.certificate_expires_on,
    )
    missing = {each.key for each in camera_findings(papers, clock.now().astimezone(clock.BEIJING).date())}
    facts: Facts = {}
    if camera.conforms_to:
        facts["conforms_hs_t_58"] = "hs-t-58" not in missing
        facts["conforms_national"] = "national" not in missing
    if camera.certificate_number:
        facts["security_certified"] = not missing & UNCERTIFIED
    return facts


def _rooms(site: "Site") -> Facts:
    """Whether the machine rooms meet customs' network security, where all are assessed (req: C8)."""
    states = set(MachineRoom.objects.filter(site=site).values_list("network_security", flat=True))
    if not states or MachineRoom.Secure.UNKNOWN in states:
        return {}
    return {"machine_room": states == {MachineRoom.Secure.YES}}
