"""The text in a picture (2022, A.2.1.12): set by DeviceConfig (A.2.3.2.11), read by ConfigDownload."""

import pytest

from oversite.protocol.gb28181.config_download import ConfigDownloadQuery, ConfigDownloadResponse
from oversite.protocol.gb28181.device_config import DeviceConfig
from oversite.protocol.gb28181.manscdp import parse_manscdp
from oversite.protocol.gb28181.osd import OsdLine, OsdSettings

CAMERA = "42010011101320803002"
SETTINGS = OsdSettings(
    length=1920,
    width=1080,
    time_x=16,
    time_y=16,
    lines=(OsdLine("上海洋山海关洋山申港石油码头", 16, 944), OsdLine("查验平台01云台", 16, 1004)),
)
ELEMENT = (
    "<OSDConfig><Length>1920</Length><Width>1080</Width><TimeX>16</TimeX><TimeY>16</TimeY>"
    "<TimeEnable>1</TimeEnable><TextEnable>1</TextEnable><TimeType>0</TimeType><SumNum>2</SumNum>"
    "<Item><Text>上海洋山海关洋山申港石油码头</Text><X>16</X><Y>944</Y></Item>"
    "<Item><Text>查验平台01云台</Text><X>16</X><Y>1004</Y></Item></OSDConfig>"
)


def document(root: str, command: str, inner: str, charset: str = "GB18030") -> bytes:
    text = (
        f'<?xml version="1.0" encoding="{charset}"?><{root}><CmdType>{command}</CmdType><SN>17</SN>'
        f"<DeviceID>{CAMERA}</DeviceID>{inner}</{root}>"
    )
    return text.encode(charset)


@pytest.mark.req("C-OSD", "V5.1")
def test_the_text_is_set_in_the_standards_words_and_order() -> None:
    config = DeviceConfig(device_id=CAMERA, sn=17, osd=SETTINGS)
    assert config.to_xml("GB18030").replace(b"\r\n", b"") == document("Control", "DeviceConfig", ELEMENT)
    assert parse_manscdp(document("Control", "DeviceConfig", ELEMENT)) == config


@pytest.mark.req("C-OSD", "V5.1")
def test_the_text_is_asked_for_and_read_back() -> None:
    query = ConfigDownloadQuery(device_id=CAMERA, sn=17, config_types=("OSDConfig",))
    assert b"<ConfigType>OSDConfig</ConfigType>" in query.to_xml()
    answer = parse_manscdp(document("Response", "ConfigDownload", "<Result>OK</Result>" + ELEMENT))
    assert answer == ConfigDownloadResponse(device_id=CAMERA, sn=17, osd=SETTINGS)
    assert parse_manscdp(answer.to_xml()) == answer


@pytest.mark.quirk(10)
def test_an_element_of_another_name_is_known_by_its_content() -> None:
    answer = parse_manscdp(
        document("Response", "ConfigDownload", "<Result>OK</Result>" + ELEMENT.replace("OSDConfig", "OSDCfg"))
    )
    assert isinstance(answer, ConfigDownloadResponse)
    assert answer.osd == SETTINGS


def test_what_is_left_out_has_the_values_of_the_standard() -> None:
    answer = parse_manscdp(
        document("Response", "ConfigDownload", "<OSDConfig><Length>640</Length><Width>360</Width></OSDConfig>")
    )
    assert isinstance(answer, ConfigDownloadResponse)
    assert answer.osd == OsdSettings(640, 360, time_type=None)
    assert answer.osd.shows_time
    assert answer.osd.shows_text


@pytest.mark.parametrize(
    "inner",
    [
        "<OSDConfig/>",
        "<OSDConfig><SumNum>9999999999</SumNum><Item/></OSDConfig>",
        "<OSDConfig><Length>wide</Length><TimeEnable>maybe</TimeEnable><Item><X>-1e999</X></Item></OSDConfig>",
        "<OSDConfig>" + "<Item><Text>x</Text></Item>" * 5000 + "</OSDConfig>",
    ],
)
def test_nonsense_is_bounded_and_breaks_nothing(inner: str) -> None:
    answer = parse_manscdp(document("Response", "ConfigDownload", inner))
    assert isinstance(answer, ConfigDownloadResponse)
    assert answer.osd is not None
    assert len(answer.osd.lines) <= 64


def test_a_device_of_2016_knows_nothing_of_it() -> None:
    answer = parse_manscdp(document("Response", "ConfigDownload", "<Result>ERROR</Result>"))
    assert answer == ConfigDownloadResponse(device_id=CAMERA, sn=17, result="ERROR")


def test_a_configuration_of_something_else_is_no_text() -> None:
    config = parse_manscdp(document("Control", "DeviceConfig", "<FrameMirror>1</FrameMirror>"))
    assert config == DeviceConfig(device_id=CAMERA, sn=17)
