"""Whatever arrives at the port, the service goes on and no fault of ours is met."""

import random
import re

import pytest

from oversite.protocol.sip.transport import Address
from services.signalling.stage import DEVICE_ID, Stage, in_loop

HEAD = (
    "{method} sip:34020000002000000001@3402000000 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:5060;rport;branch=z9hG4bK{n}\r\n"
    "From: <sip:" + DEVICE_ID + "@3402000000>;tag={n}\r\nTo: <sip:" + DEVICE_ID + "@3402000000>;tag=x\r\n"
    "Call-ID: c{n}\r\nCSeq: {n} {method}\r\nContact: <sip:" + DEVICE_ID + "@10.0.0.9:5060>;expires=3600\r\n"
    "Expires: 3600\r\nX-GB-Ver: 3.0\r\n{more}Content-Length: {length}\r\n\r\n"
)
AUTHORIZATION = (
    'Authorization: Digest username="' + DEVICE_ID + '", realm="3402000000", nonce="0123456789ab", '
    'uri="sip:34020000002000000001@3402000000", response="0", algorithm=MD5, qop=auth, nc=1, cnonce="c"\r\n'
)
BODIES = [
    "",
    "<Notify><CmdType>Keepalive</CmdType><SN>1</SN><DeviceID>" + DEVICE_ID + "</DeviceID><Status>OK</Status></Notify>",
    "<Notify><CmdType>MediaStatus</CmdType><SN>1</SN><DeviceID>1</DeviceID><NotifyType>121</NotifyType></Notify>",
    "<Notify><CmdType>Alarm</CmdType><SN>1</SN><DeviceID>a b</DeviceID><AlarmMethod>5</AlarmMethod></Notify>",
    """<Notify><CmdType>Catalog</CmdType><SN>1</SN><DeviceID>1</DeviceID>
    <DeviceList><Item><DeviceID>2</DeviceID><Event>OFF</Event></Item></DeviceList></Notify>""",
    """<Response><CmdType>Catalog</CmdType><SN>1</SN><DeviceID>1</DeviceID><SumNum>1</SumNum>
    <DeviceList><Item><DeviceID>34020000001310000001</DeviceID><Name>x</Name></Item></DeviceList></Response>""",
    """<Response><CmdType>DeviceStatus</CmdType><SN>1</SN><DeviceID>1</DeviceID>
    <DeviceTime>2026-11-21T14:00:00</DeviceTime></Response>""",
    "v=0\r\nm=video 1 RTP/AVP 96\r\n",
]
AWKWARD = [b"", b"\0", b"\xff", b"\r\n", b" ", b";", b"<", b'"', b"9" * 40, "²".encode()]
METHODS = ["REGISTER", "MESSAGE", "NOTIFY", "BYE", "INVITE", "ACK", "CANCEL", "INFO", "OPTIONS", "SUBSCRIBE"]


def message(chance: random.Random, number: int) -> bytes:
    body = chance.choice(BODIES)
    more = chance.choice(["", AUTHORIZATION, "Event: Catalog\r\n", "Contact: *\r\n"])
    text = HEAD.format(method=chance.choice(METHODS), n=number, more=more, length=len(body)) + body
    if chance.random() < 0.2:
        text = re.sub(r"^\w+ \S+ SIP/2.0", f"SIP/2.0 {chance.choice([100, 200, 302, 401, 486])} x", text)
    return mutated(chance, text.encode())


def mutated(chance: random.Random, data: bytes) -> bytes:
    """Some bytes changed, dropped, doubled or swapped for awkward ones."""
    for _ in range(chance.choice([0, 0, 1, 2, 8])):
        at = chance.randrange(len(data))
        piece = chance.choice(
            [b"", b"\0", b"\xff", b"\r\n", b" ", b";", b"<", b'"', b"9" * 40, "²".encode(), data[at : at + 30]]
        )
        data = data[:at] + piece + data[at + chance.randrange(12) :] or b"x"
    return data


@pytest.mark.req("V5.1")
@pytest.mark.parametrize("seed", range(4))
@in_loop
async def test_thousands_of_broken_messages_meet_no_fault_of_ours(seed: int) -> None:
    chance = random.Random(seed)
    async with Stage() as stage, stage.device() as device:
        await device.register()
        home = stage.service.directory.devices[DEVICE_ID].address
        for number in range(1, 1501):
            source = chance.choice([home, Address("10.0.0.9", 5060)])
            stage.service.shell.receive(message(chance, number), source)
        failed = stage.service.metrics.registry.get_sample_value(
            "oversite_signalling_events_total", {"what": "event_failed"}
        )
        assert failed is None
        assert (await device.register()).status == 200
        assert (await device.keep_alive()).status == 200
