"""MANSCDP bodies as a device writes them: rightly, or with the faults that it has."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from oversite.protocol.gb28181.dialect import Dialect
from oversite.protocol.gb28181.message import ManscdpMessage
from oversite.simulator.misbehaviour import Misbehaviour

_ADDRESS = re.compile(rb"<Address>[^<]*</Address>")
_PTZ_TYPE = re.compile(rb"\s*<PTZType>(\d+)</PTZType>")
_PARENT = re.compile(rb"<ParentID>(\d+)</ParentID>")


def write_body(message: ManscdpMessage, dialect: Dialect, faults: AbstractSet[Misbehaviour]) -> bytes:
    """The bytes of a message."""
    if Misbehaviour.UTF8_AS_GB2312 in faults:
        body = message.to_xml("UTF-8").replace(b'encoding="UTF-8"', b'encoding="GB2312"', 1)
    elif Misbehaviour.NO_DECLARATION in faults:
        body = message.to_xml("GB18030").partition(b"\r\n")[2]
    else:
        body = message.to_xml(dialect.charset)
    if Misbehaviour.ODD_ITEMS in faults:
        body = _odd(body)
    if Misbehaviour.BROKEN_ADDRESS in faults:
        body = _ADDRESS.sub(b"<Address>Road & Lane <3</Address>", body)
    if Misbehaviour.CONTROL_CHARACTERS in faults:
        body = body.replace(b"<Name>", b"<Name>\x01\x08")
    if Misbehaviour.OTHER_CONFIG_NAME in faults:
        body = body.replace(b"BasicParam>", b"BasicParamCfg>")
    if Misbehaviour.HOME_POSITION_ALIAS in faults:
        body = body.replace(b">HomePositionQuery<", b">HomePosition<")
    return body


def _odd(body: bytes) -> bytes:
    found = _PTZ_TYPE.search(body)
    if found is not None:
        body = _PTZ_TYPE.sub(b"", body).replace(b"<Info>", b"<PTZType>" + found[1] + b"</PTZType>\r\n<Info>")
    body = body.replace(b"<Parental>0<", b"<Parental>65535<").replace(b"<Status>ON<", b"<Status>ONLINE<")
    return _PARENT.sub(rb"<ParentID>34020000002000000001/\1</ParentID>", body)
