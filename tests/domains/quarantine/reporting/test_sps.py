"""A certificate as UN/CEFACT SPS XML."""

from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest

from oversite.common import clock
from oversite.domains.quarantine.reporting.sps import AGGREGATE, CERTIFICATE, sps_xml
from oversite.domains.quarantine.rules.quantities import Quantity

pytestmark = pytest.mark.req("Q1")
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
    order = [child.tag.split("}")[1] for child in root.find("c:SPSExchangedDocument", NAMES)]
    assert order == [
        "Name",
        "ID",
        "TypeCode",
        "StatusCode",
        "IssueDateTime",
        "IssuerSPSParty",
        "SignatorySPSAuthentication",
    ]


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
