"""Dialogs from both ends, over a restart."""

import json

import pytest

from oversite.protocol.errors import PeerError, UsageError
from oversite.protocol.sip.dialog import Dialog, DialogState
from oversite.protocol.sip.headers import Headers
from oversite.protocol.sip.message import Request, Response


def invite() -> Request:
    headers = Headers(
        [
            ("Via", "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1"),
            ("From", "<sip:34020000002000000001@3402000000>;tag=ours"),
            ("To", "<sip:34020000001320000001@3402000000>"),
            ("Call-ID", "call-1"),
            ("CSeq", "20 INVITE"),
            ("Contact", "<sip:34020000002000000001@10.0.0.1:5060>"),
        ]
    )
    return Request("INVITE", "sip:34020000001320000001@3402000000", headers)


def answer(status: int = 200, contact: str = "<sip:34020000001320000001@192.168.1.64:5060>") -> Response:
    response = invite().reply(status)
    response.headers.set("To", response.headers.get("To") + ";tag=theirs")
    if contact:
        response.headers.add("Contact", contact)
    response.headers.add("Record-Route", "<sip:p2.example.com;lr>, <sip:p1.example.com;lr>")
    return response


@pytest.mark.req("V5.1")
def test_the_caller_acknowledges_and_hangs_up() -> None:
    dialog = Dialog.from_response(invite(), answer())
    assert dialog.state is DialogState.CONFIRMED
    ack = dialog.ack()
    assert (ack.method, ack.cseq.number, ack.uri) == ("ACK", 20, "sip:34020000001320000001@192.168.1.64:5060")
    assert ack.headers.get_all("Route") == ["<sip:p1.example.com;lr>", "<sip:p2.example.com;lr>"]
    bye = dialog.request("BYE")
    assert (bye.cseq.number, bye.from_.tag, bye.to.tag) == (21, "ours", "theirs")
    with pytest.raises(UsageError):
        dialog.request("INFO")


def test_without_contact_the_request_uri_of_the_invite_is_kept() -> None:
    dialog = Dialog.from_response(invite(), answer(contact=""))
    assert dialog.request("BYE").uri == "sip:34020000001320000001@3402000000"


def test_early_then_confirmed_with_another_tag() -> None:
    dialog = Dialog.from_response(invite(), answer(183))
    assert dialog.state is DialogState.EARLY
    final = answer()
    final.headers.set("To", "<sip:34020000001320000001@3402000000>;tag=final")
    dialog.receive_response(final)
    assert (dialog.state, dialog.remote_tag) == (DialogState.CONFIRMED, "final")
    dialog.receive_response(answer(486))
    assert dialog.state is DialogState.ENDED


def test_the_called_side_answers_and_is_hung_up_on() -> None:
    dialog = Dialog.from_request(invite(), "theirs")
    dialog.confirm()
    caller = Dialog.from_response(invite(), answer())
    bye = caller.request("BYE")
    assert dialog.is_for(bye)
    dialog.receive_request(bye)
    assert dialog.state is DialogState.ENDED
    stranger = caller.key
    assert stranger == ("call-1", "ours", "theirs")


def test_an_old_cseq_is_refused() -> None:
    dialog = Dialog.from_request(invite(), "theirs")
    old = Request("INFO", "sip:x@y", Headers([("CSeq", "19 INFO")]))
    with pytest.raises(PeerError) as caught:
        dialog.receive_request(old)
    assert caught.value.status_hint == 500


def test_a_dialog_survives_a_restart_as_plain_data() -> None:
    dialog = Dialog.from_response(invite(), answer())
    dialog.request("INFO", b"PLAY RTSP/1.0\r\n", "Application/MANSRTSP")
    adopted = Dialog.from_dict(json.loads(json.dumps(dialog.to_dict())))
    assert adopted == dialog
    bye = adopted.request("BYE")
    assert bye.cseq.number == 22
    again = Dialog.from_dict(dialog.to_dict()).request("INVITE")
    assert again.cseq.number == 22
