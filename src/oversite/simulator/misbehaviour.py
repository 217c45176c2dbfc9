"""Everything a simulated device can do wrong, by name: what real ones have been seen to do, and plain faults.

`quirk` is the number in the list of interoperability quirks; None marks a fault that is no matter of the protocol.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Misbehaviour(Enum):
    """One way to misbehave: its name on the command line, what the device then does, and the quirk it stands for."""

    # The picture
    BLACK = ("black", "the picture is black", None)
    FROZEN = ("frozen", "the picture stands still, clock and all, while the stream goes on", None)
    BLURRED = ("blurred", "the picture is out of focus", None)
    COVERED = ("covered", "something hangs before the lens; the text in the picture stays", None)

    # The stream
    PACKET_LOSS = ("packet-loss", "two packets of a hundred are not sent", None)
    REORDER = ("reorder", "neighbouring packets change places now and then", None)
    SILENT = ("silent", "answers the INVITE with 200 OK and sends nothing", None)
    NO_KEY_FRAME = ("no-key-frame", "sends no key frame and no parameter sets", 21)
    LATE_PARAMETERS = ("late-parameters", "begins in the middle of a group of pictures", 21)
    H265_AS_H264 = ("h265-as-h264", "sends H.265 and says H.264 in the stream map", 20)
    NO_STREAM_MAP = ("no-stream-map", "sends no system header and no stream map", 20)
    BAD_STREAM_MAP_CRC = ("bad-stream-map-crc", "sends stream maps with a wrong CRC", 20)
    DECLARED_AUDIO_MISSING = ("declared-audio-missing", "declares sound in the stream map and sends none", 22)
    AUDIO_BESIDE = ("audio-beside", "sends sound as plain G.711 packets between the program stream", 23)
    RTCP_FIRST = ("rtcp-first", "sends an RTCP packet to the media port before everything else", 24)
    UNSCALED_SPEED = ("no-scale", "answers a change of speed with 200 OK and plays on as before", 26)
    INFO_REFUSED = ("info-400", "answers every playback control with 400", 27)

    # The call
    REFUSE_486 = ("refuse-486", "refuses every INVITE: busy here", None)
    REFUSE_488 = ("refuse-488", "refuses every INVITE: not acceptable here", None)
    NO_ANSWER = ("no-answer", "never answers an INVITE", None)
    MISSING_SSRC = ("missing-y", "leaves y= out of its answer", 5)
    OTHER_SSRC = ("other-ssrc", "answers with another SSRC than it was given, and uses it", 6)
    WRONG_SSRC = ("wrong-ssrc", "answers with the SSRC it was given and uses another", 6)
    SAME_SSRC = ("same-ssrc", "uses one and the same SSRC for all its streams", 7)
    EARLY_MEDIA = ("early-media", "sends pictures with its 200 OK and waits for no ACK", 6)
    SHORT_SSRC = ("short-y", "loses the leading zeros of y=", 32)
    BARE_SDP = ("bare-sdp", "leaves out rtpmap and the last line end of its SDP", 32)
    NO_END_NOTICE = ("no-end-notice", "never says that a playback has come to its end", None)
    FOREIGN_FROM = ("foreign-from", "sends MediaStatus with a From that is not the device", 4)

    # XML
    UTF8_AS_GB2312 = ("utf8-as-gb2312", "writes UTF-8 and declares GB2312", 1)
    NO_DECLARATION = ("no-declaration", "writes GB18030 without an XML declaration", 1)
    BROKEN_ADDRESS = ("broken-address", "writes `<` and a lone `&` into Address", 2)
    CONTROL_CHARACTERS = ("control-characters", "writes control characters into names", 3)
    ODD_ITEMS = ("odd-items", "Parental 65535, Status ONLINE, the whole way as ParentID, PTZType beside Info", 11)
    PARTIAL_CATALOGUE = ("partial-catalogue", "sends only the first part of its catalogue", 12)
    REPEATED_CATALOGUE = ("repeated-catalogue", "sends every part of its catalogue twice", 12)
    LATE_CATALOGUE = ("late-catalogue", "waits five seconds between the parts of its catalogue", 12)
    OTHER_CONFIG_NAME = ("other-config-name", "names the element of its configuration otherwise than asked", 10)
    SCREEN_REFUSED = ("screen-refused", "refuses to write another text into its picture", None)
    SCREEN_CUT = ("screen-cut", "says OK and keeps the first twelve characters of every line of text", None)
    SCREEN_UNKNOWN = ("screen-unknown", "knows nothing of text in its picture: the edition of 2016", None)
    REGISTER_INSTEAD = ("register-instead", "registers again instead of answering ConfigDownload", 9)
    HOME_POSITION_ALIAS = ("home-position-alias", "answers HomePosition to HomePositionQuery", 29)
    DEAF_TO_PRECISE_PTZ = ("deaf-to-precise-ptz", "takes PTZPreciseCtrl with 200 OK and does not move", 30)
    FLAT_POSITION = ("flat-position", "sends positions in the flat form of 2016", 31)
    ALL_OFF = ("all-off", "notifies its subscriber that all its channels are off", 34)
    NO_TYPE_NO_RECORDS = ("type-needed", "answers a RecordInfo without Type with nothing", 8)

    # SIP
    PRIVATE_CONTACT = ("private-contact", "writes a private address into Contact and Via", 13)
    BARE_URI = ("bare-uri", "uses code@domain without a port as Request-URI", 14)
    SPLIT_MESSAGES = ("split-messages", "sends its TCP messages in pieces, with CRLF between them", 15)
    WRONG_CONTENT_LENGTH = ("wrong-content-length", "writes a Content-Length seven bytes short (UDP)", 16)
    REGISTER_STORM = ("register-storm", "registers ten times a second", 17)
    NEW_PORT = ("new-port", "sends every other keepalive from another port", 18)
    SILENT_KEEPALIVE = ("no-keepalive", "sends no keepalives", 19)
    UNKNOWN_ROUTE = ("unknown-route", "adds a Route header that nobody knows", 35)
    DUPLICATE_IDENTITY = ("duplicate-identity", "registers with the identity of the first device", None)
    WRONG_PASSWORD = ("wrong-password", "answers the challenge with a wrong password", None)
    SHORT_IDENTITY = ("short-identity", "registers with 19 digits", None)

    # The clock
    CLOCK_WRONG = ("clock-wrong", "its clock is 90 seconds fast and takes no time from the server", None)

    def __init__(self, code: str, text: str, quirk: int | None) -> None:
        self.code = code
        self.text = text
        self.quirk = quirk


BY_CODE = {misbehaviour.code: misbehaviour for misbehaviour in Misbehaviour}


def misbehaviours(codes: Iterable[str]) -> set[Misbehaviour]:
    """The misbehaviours of these names; raises `KeyError` with the first that does not exist."""
    return {BY_CODE[code] for code in codes}
