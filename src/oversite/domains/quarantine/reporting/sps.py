"""A certificate as UN/CEFACT SPS XML (SPSCertificate 17, RABIE 21, UDT 21), as far as public samples define it.

The UN/CEFACT schema files themselves were not at hand. Order and required elements are those of public code generated
from them; and nothing stands here that the types in the ePhyto hub's published WSDL, a narrower profile, do not know.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

from oversite.common import clock
from oversite.domains.quarantine.declarations.words import PURPOSE_ZH
from oversite.domains.quarantine.rules.divisions import JIANGSU, stem
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
COUNTRY: Final = ("CN", "中国")
LEVELS: Final = {2: "1", 4: "2", 6: "3"}
"""The level of a division (province, city, county) by the digits of its code that say something."""
ATTESTATION: Final = "本批{goods}经检疫合格，准予按上列事项运输。"
"""The sentence above the signature on the printed form."""


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
    _add(party, "Name", name)
    if address:
        _add(_add(party, "SpecifiedSPSAddress"), "LineOne", address)


def _note(parent: ET.Element, subject: str, content: str) -> None:
    note = _add(parent, "IncludedSPSNote")
    _add(note, "Subject", subject)
    _add(note, "Content", content)


def _country(parent: ET.Element, name: str) -> ET.Element:
    country = _add(parent, name)
    for tag, text in zip(("ID", "Name"), COUNTRY, strict=True):
        _add(country, tag, text)
    return country


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
    clause = _add(signing, "IncludedSPSClause")
    _add(clause, "ID", "1")
    _add(clause, "Content", ATTESTATION.format(goods=certificate.species))


def _consignment(parent: ET.Element, certificate: "Certificate", latin: str) -> None:
    told = {line["key"]: str(line.get("value", "")) for line in certificate.facts}
    _party(parent, "ConsignorSPSParty", certificate.owner, told.get("departure", ""))
    _party(parent, "ConsigneeSPSParty", told.get("destination") or certificate.destination, certificate.destination)
    for role in ("ExportSPSCountry", "ImportSPSCountry"):
        _country(parent, role)
    place = _add(_add(parent, "ExaminationSPSEvent"), "OccurrenceSPSLocation")
    _add(place, "Name", told.get("departure") or certificate.agency.name)
    item = _add(parent, "IncludedSPSConsignmentItem")
    line = _add(item, "IncludedSPSTradeLineItem")
    unit, amount = certificate.quantity.counted
    _add(line, "SequenceNumeric", "1")
    purpose = PURPOSE_ZH.get(certificate.purpose, certificate.purpose)
    _add(line, "Description", f"{certificate.species}苗种（{purpose}）", languageID="zh")
    _add(line, "CommonName", certificate.species)
    if latin:
        _add(line, "ScientificName", latin)
    _add(line, "IntendedUse", purpose, languageID="zh")
    if unit == Unit.KILOGRAM:
        _add(line, "NetWeightMeasure", str(amount), unitCode=KILOGRAM)
    else:
        for subject, content in (("OQV", str(amount)), ("OQU", "Units")):
            note = _add(line, "AdditionalInformationSPSNote")
            _add(note, "Subject", subject)
            _add(note, "Content", content)
    division = _add(_country(line, "OriginSPSCountry"), "SubordinateSPSCountrySubDivision")
    _add(division, "Name", JIANGSU.get(certificate.from_area, certificate.from_area))
    _add(division, "HierarchicalLevelCode", LEVELS[len(stem(certificate.from_area))])
