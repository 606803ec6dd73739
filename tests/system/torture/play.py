"""How a torture message is played: adapted, sent, its outcome compared, and a call after it."""

import re

from harness.case import CARRIER, NUMBER, PBX, Case, by_address
from harness.sip import Message
from harness.steps import hang_up

from .expected import CARRIED, NO_TO_TAG, NUMBER_CALLED, READABLE, RIGHT_LENGTH, SILENCE

SWITCH = ("127.0.0.1", 5060)
DOMAIN = "example.com"
URI = f"sip:{NUMBER}@{DOMAIN}"


def configuration(transport="udp"):
    """A trunk of the RFC's domain that takes every caller and a missing Max-Forwards, so that nothing but the message decides."""
    config = by_address(domain=DOMAIN, caller_id={"allowed": ["any"], "on_fail": "private"})
    config["trunks"][0]["general"]["max_forwards_missing"] = "accept"
    if transport == "tcp":
        config["carriers"][0]["targets"] = [{"uri": f"sip:{{number}}@{CARRIER}:5060;transport=tcp"}]
    return config


def adapt(octets, transport, adapted, number=URI.encode()):
    """The changes that expected.py names, and no other."""
    octets = re.sub(rb"(?im)^(v(?:ia)?\s*:\s*SIP\s*/\s*\d\.\d\s*/\s*)(?:UDP|TCP|TLS)\b", rb"\g<1>" + transport.upper().encode(),
                    octets)
    if NUMBER_CALLED in adapted:
        octets = re.sub(rb"^(INVITE )[^?; ]+", rb"\g<1>" + number, octets)
    if NO_TO_TAG in adapted:
        octets = re.sub(rb";\s*tag\s*=\s*1918181833n", b"", octets)
    if RIGHT_LENGTH in adapted:
        length = str(len(octets.partition(b"\r\n\r\n")[2])).encode()
        octets = re.sub(rb"(?im)^(l|Content-Length)(\s*:\s*)\d+", rb"\g<1>\g<2>" + length, octets)
    if READABLE in adapted:
        octets = re.sub(rb"_\*\+`\.%indeed", b"_*.%indeed", octets).replace(b"\\\x00", b"")
    return octets


def requests_in(octets):
    """What there is to answer, for the headers that a response repeats."""
    starts = [0] + [m.start() for m in re.finditer(rb"(?<=\r\n\r\n)(?:\r\n)?(?=INVITE )", octets) if m.start() > 0]
    return [Message.parse(octets[at:].decode("latin-1").lstrip()) for at in starts]


class Play(Case):
    switch, uri = SWITCH, URI

    def play(self, carrier, sender, octets, outcomes):
        sender.wire.send(octets, self.switch)
        for request, outcome in zip(requests_in(octets), outcomes):
            if outcome == CARRIED:
                carried = carrier.incoming()
                carried.reject(486)
                self.assert_carried(carried.invite)
                self.assert_answered(sender, request, 486)
            elif outcome != SILENCE:
                yield self.assert_answered(sender, request, outcome)
        if outcomes == (SILENCE,) and sender.wire.transport == "tcp":
            self.assertEqual(sender.wire.rest(self.switch), b"", "closed without a word")

    def assert_answered(self, sender, request, status):
        """The final response, with what it repeats (RFC 3261 §8.2.6.2); one to an INVITE is acknowledged."""
        answer, _ = sender.take("final response", lambda m: m.status >= 200 and m.get("Call-ID") == request.get("Call-ID"), 20)
        self.assertEqual(answer.status, status, answer.text())
        if status != 400:  # what cannot be read is not repeated
            self.assertNotEqual(answer.tag("To"), "", answer.text())
            self.assertEqual(answer.tag("From"), request.tag("From"), answer.text())
            self.assertEqual(answer.cseq, request.cseq, answer.text())
        if request.method == "INVITE":
            lines = [("Via", request.all("Via")[0].split(",")[0]), ("Max-Forwards", "70"), ("From", request.get("From")),
                     ("To", answer.get("To")), ("Call-ID", request.get("Call-ID")), ("CSeq", f"{answer.cseq[0]} ACK")]
            sender.wire.send(Message(f"ACK {request.uri} SIP/2.0", lines).text(), self.switch)
        return answer

    def assert_carried(self, invite):
        """Nothing of the message's oddities goes on: the INVITE is the switch's own."""
        self.assertEqual(invite.uri, f"sip:{NUMBER}@{CARRIER}:5060" + invite.uri.partition(":5060")[2])
        for name in ("Route", "NewFangledHeader", "UnknownHeaderWithUnusualValue", "Record-Route"):
            self.assertEqual(invite.all(name), [], invite.text())
        self.assertEqual(len(invite.all("Via")), 1)
        self.assertIn("m=audio", invite.body)

    def assert_alive(self, daemon, pbx, carrier):
        """An OPTIONS is answered, which shows too that nothing else was going to be; and a call goes through."""
        answer = pbx.response_to(pbx.request("OPTIONS", "sip:switch.example.com"))
        self.assertEqual(answer.status, 200)
        call = pbx.invite(self.uri, domain=DOMAIN)
        incoming, _ = self.answered(carrier, call)
        hang_up(call, incoming)
        daemon.eventually_idle(60)

    def assert_nothing_more(self, agent):
        left = [m for m, _ in agent.waiting if m.status >= 200 or m.method]
        self.assertEqual(left, [], [m.text() for m in left])
        agent.waiting.clear()
