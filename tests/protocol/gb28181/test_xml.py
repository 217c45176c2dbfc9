"""XML as devices write it (quirks 1, 2, 3)."""

from contextlib import suppress
from xml.etree.ElementTree import Element, SubElement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversite.protocol.errors import PeerError
from oversite.protocol.gb28181 import xml
from oversite.protocol.gb28181.xml import decode_xml, encode_xml, is_damaged

NAME = "养殖场大门　東側㐂"


def document(charset: str | None, encoding: str, name: str = NAME) -> bytes:
    declaration = f'<?xml version="1.0" encoding="{charset}"?>\n' if charset else ""
    return f"{declaration}<Notify><Name>{name}</Name></Notify>".encode(encoding)


@pytest.mark.req("V5.1")
@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("GB2312", "gb18030"),
        ("gb2312", "utf-8"),
        ("GBK", "gb18030"),
        ("GB18030", "gb18030"),
        ("GB18030", "utf-8"),
        ("UTF-8", "utf-8"),
        ("UTF-8", "gb18030"),
        ("utf-8", "utf-8-sig"),
        ("ISO-8859-1", "gb18030"),
        (None, "gb18030"),
        (None, "utf-8"),
    ],
)
@pytest.mark.quirk(1)
def test_quirk_1_the_name_is_read_whatever_the_declaration_says(charset: str | None, encoding: str) -> None:
    assert decode_xml(document(charset, encoding)).element.findtext("Name") == NAME


@pytest.mark.parametrize("name", ["中国", "监控中心", "大门", "一号", "鸡舍一区", "東", "涓枃"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
@pytest.mark.quirk(1)
def test_quirk_1_short_names_are_told_apart(name: str, encoding: str) -> None:
    assert decode_xml(document("GB2312", encoding, name)).element.findtext("Name") == name


@pytest.mark.quirk(1)
def test_quirk_1_what_is_known_of_the_device_wins() -> None:
    assert decode_xml(document("UTF-8", "gb18030"), charset="gb18030").element.findtext("Name") == NAME
    assert decode_xml(document("GB2312", "utf-8"), charset="utf-8").element.findtext("Name") == NAME


@pytest.mark.quirk(1)
def test_quirk_1_a_wrong_declaration_is_noted() -> None:
    assert decode_xml(document("GB2312", "utf-8")).notes == ("charset declared gb18030, read as utf-8",)
    assert decode_xml(document("GB18030", "gb18030")).notes == ()
    assert decode_xml(document(None, "gb18030")).notes == ("no charset declared, read as gb18030",)


def test_bytes_of_no_charset_are_replaced_and_noted() -> None:
    decoded = decode_xml(b"<Notify><Name>\xff\xff</Name><SN>1</SN></Notify>")
    assert decoded.element.findtext("SN") == "1"
    assert decoded.notes == ("bytes that fit no charset were replaced",)


@pytest.mark.quirk(2)
def test_quirk_2_a_stray_ampersand_is_kept_as_text() -> None:
    decoded = decode_xml(b"<Notify><Name>A&B &lt; C&nbsp;D &#65;</Name></Notify>")
    assert decoded.element.findtext("Name") == "A&B < C&nbsp;D A"
    assert decoded.notes == ("2 stray & escaped",)


LINES = """<?xml version="1.0" encoding="GB2312"?>
<Response>
<CmdType>Catalog</CmdType>
<DeviceList Num="2">
<Item>
<DeviceID>34020000001320000001</DeviceID>
<Address>{address}
<Status>ON</Status>
</Item>
<Item>
<DeviceID>34020000001320000002</DeviceID>
<Address>street</Address>
</Item>
</DeviceList>
</Response>
"""


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("Block <3, gate</Address>", "Block <3, gate"),
        ("<b>Block</Address>", "<b>Block"),
        ("Block 3<", "Block 3<"),
        ("Block 3</Addre", "Block 3</Addre"),
        ("a<b & c</Address>", "a<b & c"),
    ],
)
@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.quirk(2)
def test_quirk_2_markup_in_an_address_damages_its_item_only(address: str, kept: str, joined: bool) -> None:
    text = LINES.format(address=address)
    if joined:
        text = text.replace(">\n<", "><").replace("\n<", "<")
        if not address.endswith(">"):
            pytest.skip("without line ends nothing says where the text stops")
    decoded = decode_xml(text.encode())
    first, second = decoded.element.iter("Item")
    assert first.findtext("Address") == kept
    assert is_damaged(first)
    assert second.findtext("Address") == "street"
    assert not is_damaged(second)
    assert decoded.notes[-1] == "1 damaged lines rescued"


@pytest.mark.quirk(2)
def test_quirk_2_a_sound_text_of_several_lines_is_let_alone() -> None:
    text = LINES.format(address="Block 3</Address>\n<Block>x<y</Block>").replace("street", "street\nhouse")
    second = list(decode_xml(text.encode()).element.iter("Item"))[1]
    assert second.findtext("Address") == "street\nhouse"
    assert not is_damaged(second)


@pytest.mark.quirk(3)
def test_quirk_3_control_characters_are_stripped_and_counted() -> None:
    decoded = decode_xml(b"\x01<Notify>\x02<Name>a\x03\x08b</Name></Notify>\x00\x00")
    assert decoded.element.findtext("Name") == "ab"
    assert decoded.notes == ("4 control characters stripped",)


def test_references_to_forbidden_characters_vanish() -> None:
    assert decode_xml(b"<a>x&#0;&#x1;&#55296;&#9999999;y</a>").element.text == "xy"


def test_namespaces_are_dropped() -> None:
    assert decode_xml(b'<n:Notify xmlns:n="urn:x"><n:SN>1</n:SN></n:Notify>').element.findtext("SN") == "1"


@pytest.mark.parametrize(
    "raw",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<?xml version="1.0" encoding="UTF-16"?>' + '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'.encode("utf-16"),
        b"",
        b"hello",
        b"<a><b></a>",
        b"<a>" * 40 + b"</a>" * 40,
        b"<a/>" * 2,
    ],
)
def test_what_is_dangerous_or_no_document_is_refused(raw: bytes) -> None:
    with pytest.raises(PeerError):
        decode_xml(raw)


def test_size_and_number_of_elements_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_BYTES", 100)
    with pytest.raises(PeerError, match="too long") as caught:
        decode_xml(b"<a>" + b"x" * 100 + b"</a>")
    assert caught.value.status_hint == 413
    monkeypatch.setattr(xml, "MAX_ELEMENTS", 5)
    with pytest.raises(PeerError, match="too many"):
        decode_xml(b"<a>" + b"<b/>" * 20 + b"</a>")


def test_only_so_much_is_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = b"<a>x & y</a>"
    assert decode_xml(raw).element.text == "x & y"
    monkeypatch.setattr(xml, "MAX_REPAIRED_BYTES", 5)
    with pytest.raises(PeerError, match="too long to repair"):
        decode_xml(raw)


def test_we_write_one_element_per_line_and_escape() -> None:
    root = Element("Query")
    SubElement(root, "Name").text = "a<b & \x01c"
    SubElement(root, "DeviceList", {"Num": "0"})
    assert encode_xml(root).decode("gb18030") == (
        '<?xml version="1.0" encoding="GB18030"?>\r\n<Query>\r\n<Name>a&lt;b &amp; c</Name>\r\n'
        '<DeviceList Num="0"></DeviceList>\r\n</Query>\r\n'
    )


def test_text_beyond_gb2312_is_written_as_gb18030() -> None:
    root = Element("Query")
    root.text = "大门"
    assert encode_xml(root, "GB2312").startswith(b'<?xml version="1.0" encoding="GB2312"?>')
    root.text = NAME
    raw = encode_xml(root, "GB2312")
    assert raw.startswith(b'<?xml version="1.0" encoding="GB18030"?>')
    assert decode_xml(raw).element.text == NAME


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=30))
def test_chinese_text_in_utf8_is_never_taken_for_gb18030(name: str) -> None:
    assert decode_xml(document("GB2312", "utf-8", name)).element.findtext("Name") == name


@given(st.text(st.characters(codec="gb18030", exclude_characters="<&\r", exclude_categories=("Cc", "Cs")), max_size=60))
def test_any_text_survives_writing_and_reading(name: str) -> None:
    root = Element("Notify")
    SubElement(root, "Name").text = f"中{name}文"
    read = decode_xml(encode_xml(root), charset="gb18030").element.findtext("Name")
    assert read == f"中{name}文".translate({0xFFFE: None, 0xFFFF: None})


fragments = st.sampled_from(
    [
        b"<",
        b">",
        b"&",
        b"</Item>",
        b"<Item>",
        b"<Address>",
        b"</Address>",
        b"\n",
        b"<a>",
        b"</a>",
        b"&#",
        b"\xff",
        b"<![CDATA[",
    ]
)


@given(st.binary(max_size=200) | st.lists(fragments | st.binary(max_size=4), max_size=40).map(b"".join))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    for body in (raw, b"<Notify>" + raw + b"</Notify>"):
        with suppress(PeerError):
            assert decode_xml(body).element.tag
