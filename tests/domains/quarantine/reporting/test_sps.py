"""A certificate as UN/CEFACT SPS XML."""

from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest

from oversite.common import clock
from oversite.domains.quarantine.reporting.sps import AGGREGATE, CERTIFICATE, sps_xml
from oversite.domains.quarantine.rules.quantities import Quantity

pytestmark = pytest.mark.req("Q1")
# Names in the order of the schema (SPSCertificate 17, RABIE 21), "!" where one is required, as far as the classes say
# that public repositories hold generated from it: the order after the FLUX inspection models of IARA (C#), what is
# required after the data transfer objects of DEFRA's trade mapping (Java). The schema files were not at hand.
PARTY = "ID Name! RoleCode TypeCode SpecifiedSPSAddress DefinedSPSContact SpecifiedSPSPerson"
COUNTRY = "ID! Name! SubordinateSPSCountrySubDivision"
NOTE = "Subject ContentCode Content! SubjectCode"
STRUCTURE = {
    "SPSCertificate": "SPSExchangedDocument! SPSConsignment!",
    "SPSExchangedDocument": "Name! ID! Description TypeCode! StatusCode! IssueDateTime! CopyIndicator IssuerSPSParty "
    "RecipientSPSParty IncludedSPSNote ReferenceSPSReferencedDocument SignatorySPSAuthentication!",
    "SignatorySPSAuthentication": "TypeCode ActualDateTime! IssueSPSLocation ProviderSPSParty! "
    "LocationProviderSPSParty IncludedSPSClause!",
    "IncludedSPSClause": "ID Content!",
    "IssueSPSLocation": "ID Name!",
    "OccurrenceSPSLocation": "ID Name!",
    "ExaminationSPSEvent": "OccurrenceSPSLocation!",
    "SPSConsignment": "ID AvailabilityDueDateTime ExportExitDateTime ShipStoresIndicator ConsignorSPSParty! "
    "ConsigneeSPSParty! ExportSPSCountry! ReExportSPSCountry StorageSPSEvent LoadingBaseportSPSLocation "
    "ImportSPSCountry! ConsigneeReceiptSPSLocation TransitSPSCountry TransitSPSLocation "
    "UnloadingBaseportSPSLocation ExaminationSPSEvent! IncludedSPSConsignmentItem!",
    "IncludedSPSConsignmentItem": "NatureIdentificationSPSCargo IncludedSPSTradeLineItem!",
    "IncludedSPSTradeLineItem": "SequenceNumeric! Description! CommonName ScientificName ProductionBatchID IntendedUse "
    "ExpiryDateTime NetWeightMeasure GrossWeightMeasure NetVolumeMeasure GrossVolumeMeasure "
    "AdditionalInformationSPSNote ApplicableSPSClassification PhysicalSPSPackage AssociatedSPSTransportEquipment "
    "OriginSPSCountry OriginSPSLocation",
    "SubordinateSPSCountrySubDivision": "ID Name! HierarchicalLevelCode! FunctionTypeCode",
    "SpecifiedSPSAddress": "PostcodeCode LineOne",
    "SpecifiedSPSPerson": "Name!",
    "IssueDateTime": "DateTimeString!",
    "ActualDateTime": "DateTimeString!",
    **dict.fromkeys(("IssuerSPSParty", "ProviderSPSParty", "ConsignorSPSParty", "ConsigneeSPSParty"), PARTY),
    **dict.fromkeys(("ExportSPSCountry", "ImportSPSCountry", "OriginSPSCountry"), COUNTRY),
    **dict.fromkeys(("IncludedSPSNote", "AdditionalInformationSPSNote"), NOTE),
}
NAMES = {"c": CERTIFICATE, "a": AGGREGATE}


def certificate(**changes):
    values = {
        "number": "3200000018",
        "state": "issued",
        "issued_at": clock.now(),
        "agency": SimpleNamespace(name="江都区动物卫生监督所", address=""),
        "veterinarian": SimpleNamespace(user=SimpleNamespace(name="张三")),
        "owner": "邵伯湖苗种场",
        "species": "罗氏沼虾",
        "purpose": "farming",
        "from_area": "321012",
        "to_area": "330503",
        "destination": "湖州市南浔区菱湖镇",
        "facts": [{"key": "departure", "value": "邵伯镇甘棠路8号"}, {"key": "destination", "value": "菱湖鱼种场"}],
        "quantity": Quantity(3, "10k-tail"),
        "replaces": None,
        "get_kind_display": lambda: "动物检疫证明（动物A）",
        **changes,
    }
    return SimpleNamespace(**values)


def texts(root, path):
    return [element.text for element in root.findall(path, NAMES)]


def read(**changes):
    return ET.fromstring(sps_xml(certificate(**changes), "Macrobrachium rosenbergii"))


def test_the_message_says_what_the_certificate_says():
    root = read()
    assert root.tag == f"{{{CERTIFICATE}}}SPSCertificate"
    document = "c:SPSExchangedDocument/a:"
    assert texts(root, f"{document}ID") == ["3200000018"]
    assert texts(root, f"{document}TypeCode") == ["853"]
    assert texts(root, f"{document}StatusCode") == ["70"]
    assert texts(root, ".//a:ScientificName") == ["Macrobrachium rosenbergii"]
    assert "30000" in texts(root, ".//a:AdditionalInformationSPSNote/a:Content")


@pytest.mark.parametrize("unit", ["10k-tail", "kilogram"])
@pytest.mark.parametrize("is_replacement", [True, False])
def test_every_element_stands_in_the_order_of_the_schema_and_none_that_is_required_is_missing(unit, is_replacement):
    former = SimpleNamespace(number="3200000017", ended_reason="车辆变更", issued_at=clock.now())
    root = read(quantity=Quantity(3, unit), replaces=former if is_replacement else None)
    for element in root.iter():
        names = [child.tag.partition("}")[2] for child in element]
        own = element.tag.partition("}")[2]
        if not names:
            assert (element.text or "").strip(), f"{own} is empty"
            continue
        order = STRUCTURE[own].split()
        known = [name.rstrip("!") for name in order]
        assert [known.index(name) for name in names] == sorted(known.index(name) for name in names), own
        assert {name.rstrip("!") for name in order if name.endswith("!")} <= set(names), own


def test_the_division_of_departure_has_a_name_and_a_level():
    at = ".//a:OriginSPSCountry/a:SubordinateSPSCountrySubDivision/a:"
    for area, name, level in (("321000", "扬州", "2"), ("321012", "321012", "3")):
        root = read(from_area=area)
        assert [texts(root, at + tag) for tag in ("Name", "HierarchicalLevelCode")] == [[name], [level]]


def test_only_texts_of_the_goods_name_their_language():
    """The types in the ePhyto hub's published WSDL know no language elsewhere, and no division but of the origin."""
    root = read()
    goods = {"Description", "IntendedUse"}
    assert {element.tag.partition("}")[2] for element in root.iter() if element.get("languageID")} == goods
    assert len(root.findall(".//a:SubordinateSPSCountrySubDivision", NAMES)) == 1


@pytest.mark.parametrize("state", ["void", "replaced"])
def test_what_is_void_is_cancelled(state):
    assert texts(read(state=state), "c:SPSExchangedDocument/a:StatusCode") == ["40"]


def test_a_replacement_names_the_former_number_and_why():
    former = SimpleNamespace(number="3200000017", ended_reason="车辆变更", issued_at=clock.now())
    root = read(replaces=former)
    notes = dict(
        zip(texts(root, ".//a:IncludedSPSNote/a:Subject"), texts(root, ".//a:IncludedSPSNote/a:Content"), strict=True)
    )
    assert (notes["ADRPN"], notes["ADRPR"]) == ("3200000017", "车辆变更")


def test_weighed_seed_is_a_weight():
    [weight] = read(quantity=Quantity(80, "kilogram")).findall(".//a:NetWeightMeasure", NAMES)
    assert (weight.text, weight.attrib) == ("80", {"unitCode": "KGM"})
