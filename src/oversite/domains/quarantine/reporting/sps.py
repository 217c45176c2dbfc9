"""A certificate as UN/CEFACT SPS XML (SPSCertificate 17, RABIE 21, UDT 21), as far as public samples define it.

The order of elements is that of published ePhyto messages; the schemas themselves were not at hand.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from oversite.common import clock
from oversite.domains.quarantine.declarations.words import PURPOSE_ZH
from oversite.domains.quarantine.rules.quantities import Unit

if TYPE_CHECKING:
    from oversite.domains.quarantine.certificates.models import Certificate

CERTIFICATE: Final = "urn:un:unece:uncefact:data:standard:SPSCertificate:17"
AGGREGATE: Final = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:21"
DATA_TYPE: Final = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:21"
VETERINARY: Final = "853"
"""UN/EDIFACT 1001: veterinary certificate; 851, which the samples show, is for plants."""
ISSUED: Final = "70"
CANCELLED: Final = "40"
KILOGRAM: Final = "KGM"
"""UN/ECE Recommendation 20."""


def sps_xml(certificate: "Certificate", latin: str) -> bytes:
    """The message: void and replaced certificates are cancelled, a replacement names what it replaces and why."""
    for prefix, uri in (("rsm", CERTIFICATE), ("ram", AGGREGATE), ("udt", DATA_TYPE)):
        ET.register_namespace(prefix, uri)
    root = ET.Element(f"{{{CERTIFICATE}}}SPSCertificate")
    _document(ET.SubElement(root, f"{{{CERTIFICATE}}}SPSExchangedDocument"), certificate)
    _consignment(ET.SubElement(root, f"{{{CERTIFICATE}}}SPSConsignment"), certificate, latin)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True))


def _add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, f"{{{AGGREGATE}}}{name}", attributes)
    element.text = text or None
    return element


def _instant(parent: ET.Element, name: str, at: datetime) -> None:
    holder = _add(parent, name)
    text = ET.SubElement(holder, f"{{{DATA_TYPE}}}DateTimeString")
    text.text = at.astimezone(clock.BEIJING).isoformat(timespec="seconds")


def _party(parent: ET.Element, role: str, name: str, address: str = "") -> None:
    party = _add(parent, role)
    _add(party, "Name", name, languageID="zh")
    if address:
        _add(_add(party, "SpecifiedSPSAddress"), "LineOne", address, languageID="zh")


def _note(parent: ET.Element, subject: str, content: str) -> None:
    note = _add(parent, "IncludedSPSNote")
    _add(note, "Subject", subject)
    _add(note, "Content", content)


def _document(parent: ET.Element, certificate: "Certificate") -> None:
    is_cancelled = certificate.state in ("void", "replaced")
    _add(parent, "Name", certificate.get_kind_display())
    _add(parent, "ID", certificate.number)
    _add(parent, "TypeCode", VETERINARY)
    _add(parent, "StatusCode", CANCELLED if is_cancelled else ISSUED)
    _instant(parent, "IssueDateTime", certificate.issued_at)
    _party(parent, "IssuerSPSParty", certificate.agency.name)
    if certificate.replaces is not None:
        former = certificate.replaces
        _note(parent, "ADRP", "1")
        _note(parent, "ADRPN", former.number)
        _note(parent, "ADRPR", former.ended_reason)
        _note(parent, "ADRD", former.issued_at.astimezone(clock.BEIJING).isoformat(timespec="seconds"))
    signing = _add(parent, "SignatorySPSAuthentication")
    _instant(signing, "ActualDateTime", certificate.issued_at)
    _add(_add(signing, "IssueSPSLocation"), "Name", certificate.agency.address or certificate.agency.name)
    provider = _add(signing, "ProviderSPSParty")
    _add(provider, "Name", certificate.agency.name)
    _add(_add(provider, "SpecifiedSPSPerson"), "Name", certificate.veterinarian.user.name)


def _consignment(parent: ET.Element, certificate: "Certificate", latin: str) -> None:
    told = {line["key"]: str(line.get("value", "")) for line in certificate.facts}
    _party(parent, "ConsignorSPSParty", certificate.owner, told.get("departure", ""))
    _party(parent, "ConsigneeSPSParty", told.get("destination") or certificate.destination)
    for role in ("ExportSPSCountry", "ImportSPSCountry"):
        country = _add(parent, role)
        _add(country, "ID", "CN")
        division = certificate.from_area if role.startswith("Export") else certificate.to_area
        _add(_add(country, "SubordinateSPSCountrySubDivision"), "Name", division)
    item = _add(parent, "IncludedSPSConsignmentItem")
    line = _add(item, "IncludedSPSTradeLineItem")
    unit, amount = certificate.quantity.counted
    _add(line, "SequenceNumeric", "1")
    purpose = PURPOSE_ZH.get(certificate.purpose, certificate.purpose)
    _add(line, "Description", f"{certificate.species}苗种（{purpose}）", languageID="zh")
    _add(line, "CommonName", certificate.species)
    if latin:
        _add(line, "ScientificName", latin)
    if unit == Unit.KILOGRAM:
        _add(line, "NetWeightMeasure", str(amount), unitCode=KILOGRAM)
    else:
        for subject, content in (("OQV", str(amount)), ("OQU", "Units")):
            note = _add(line, "AdditionalInformationSPSNote")
            _add(note, "Subject", subject)
            _add(note, "Content", content)
    origin = _add(line, "OriginSPSCountry")
    _add(origin, "ID", "CN")
    _add(_add(origin, "SubordinateSPSCountrySubDivision"), "Name", certificate.from_area)
