"""Steps that many tests share."""

from .daemon import CARRIER, DID, DOMAIN, NUMBER, PASSWORD, PBX, USER

URI = f"sip:{NUMBER}@{DOMAIN}"


def dial(pbx, uri=URI, password=PASSWORD, **options):
    """INVITE and the answer to the challenge; returns the call, its second INVITE being under way."""
    call = pbx.invite(uri, user=USER, password=password, domain=DOMAIN, **options)
    call.authenticate()
    return call


def connect(pbx, carrier, **options):
    """A termination call up to the ACK on both sides: (call, incoming)."""
    call = dial(pbx, **options)
    incoming = carrier.incoming()
    incoming.ring()
    call.provisional(180)
    incoming.reply(incoming.invite, incoming.source, 200, "OK", carrier.sdp())
    answer = call.final()
    assert answer.status == 200, answer.text()
    call.ack()
    incoming.expect_request("ACK")
    return call, incoming


def originate(carrier, pbx, number=DID):
    """A call from the carrier to the PBX, up to the ACK on both sides."""
    call = carrier.invite(f"sip:{number}@127.0.0.1", caller="+13125550123", domain=CARRIER)
    incoming = pbx.incoming()
    incoming.reply(incoming.invite, incoming.source, 200, "OK", pbx.sdp())
    answer = call.final()
    assert answer.status == 200, answer.text()
    call.ack()
    incoming.expect_request("ACK")
    return call, incoming


def hang_up(call, incoming):
    """BYE from the caller, through to the callee and back."""
    call.request("BYE")
    incoming.expect_bye()
    answer = call.response("BYE")
    assert answer.status == 200, answer.text()


__all__ = ["CARRIER", "PBX", "URI", "connect", "dial", "hang_up", "originate"]
