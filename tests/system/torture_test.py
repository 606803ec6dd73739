"""The torture messages of RFC 4475 (R-033, R-175), each over UDP and over TCP; after each one a call goes through and nothing is left.

The messages are files of torture/, what the RFC says and what comes back is torture/expected.py. The RFC's responses are played by a
carrier, as they are and as answers to an INVITE of the switch.
"""

import re
import unittest
from contextlib import nullcontext

import torture
from harness.agent import Agent
from harness.case import CARRIER, NUMBER, PBX, Case, by_address
from harness.daemon import Daemon
from harness.sip import Message
from harness.steps import hang_up
from torture.expected import (BROKEN, CARRIED, NO_TO_TAG, NUMBER_CALLED, READABLE, RESPONSES, RFC4475, RIGHT_LENGTH, SILENCE, USED)

SWITCH = ("127.0.0.1", 5060)
DOMAIN = "example.com"
URI = f"sip:{NUMBER}@{DOMAIN}"
REQUESTS = ("rfc4475_valid.txt", "rfc4475_invalid.txt", "rfc4475_layers.txt")


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


class Torture(Case):
    def play(self, carrier, sender, octets, outcomes):
        sender.wire.send(octets, SWITCH)
        for request, outcome in zip(requests_in(octets), outcomes):
            if outcome == CARRIED:
                carried = carrier.incoming()
                carried.reject(486)
                self.assert_carried(carried.invite)
                self.assert_answered(sender, request, 486)
            elif outcome != SILENCE:
                yield self.assert_answered(sender, request, outcome)
        if outcomes == (SILENCE,) and sender.wire.transport == "tcp":
            self.assertEqual(sender.wire.rest(SWITCH), b"", "closed without a word")

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
            sender.wire.send(Message(f"ACK {request.uri} SIP/2.0", lines).text(), SWITCH)
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
        answer = pbx.response_to(pbx.request("OPTIONS", "sip:127.0.0.1"))
        self.assertEqual(answer.status, 200)
        call = pbx.invite(URI, domain=DOMAIN)
        incoming, _ = self.answered(carrier, call)
        hang_up(call, incoming)
        daemon.eventually_idle(60)

    def assert_nothing_more(self, agent):
        left = [m for m, _ in agent.waiting if m.status >= 200 or m.method]
        self.assertEqual(left, [], [m.text() for m in left])
        agent.waiting.clear()

    def play_all(self, transport):
        texts = {name: text for file in REQUESTS for name, text in torture.messages(file).items()}
        played = set()
        with Daemon(self.folder, configuration()) as daemon:
            fds = daemon.fds()
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            for row in RFC4475:
                played.add(row.name)
                with self.subTest(message=texts[row.name], adapted=row.adapted):
                    octets = adapt(texts[row.name].octets, transport, row.adapted)
                    octets = octets.replace(b"Call-ID: ", b"Call-ID: again-") if row.adapted and row.over(transport) else octets
                    # Each message has a connection of its own: some are to be closed.
                    with nullcontext(pbx) if transport == "udp" else Agent(PBX, transport="tcp") as sender:
                        answers = list(self.play(carrier, sender, octets, row.over(transport)))
                        for name, value in row.headers.items():
                            self.assertIn(value, answers[0].get(name), answers[0].text())
                        self.assert_alive(daemon, pbx, carrier)
                        for agent in (pbx, carrier, sender):
                            self.assert_nothing_more(agent)
            self.assertEqual(daemon.stats()["unlawful_events"], 0)
            self.assertEqual(daemon.stats()["stale_callbacks"], 0)
            daemon.eventually_as_at_start(fds, 60)
        self.assertEqual(played | {row.name for row in RESPONSES}, set(texts), "every message of the RFC is played")
        self.assertEqual(len(texts), 49)

    def test_requests_over_udp(self):
        """R-033, R-175: every request of RFC 4475, over UDP."""
        self.play_all("udp")

    def test_requests_over_tcp(self):
        """R-033, R-175: every request of RFC 4475, over TCP."""
        self.play_all("tcp")

    def as_answer(self, text, incoming, row):
        """The response with what makes it one to this INVITE."""
        given, invite = Message.parse(text.octets.decode("latin-1")), incoming.invite
        via = invite.all("Via") + (given.all("Via")[1:] if "Via" in row.keeps else [])
        cseq = f"{given.cseq[0] if 'CSeq' in row.keeps else invite.cseq[0]} INVITE"
        lines = [("Via", v) for v in via] + [("From", invite.get("From")), ("To", incoming.local), ("Call-ID", incoming.call_id),
                                             ("CSeq", cseq)]
        lines += [h for h in given.headers if h[0] not in ("Via", "From", "To", "Call-ID", "CSeq", "Content-Length")]
        # The descriptions of the RFC answer no offer of ours.
        return Message(given.start, lines, incoming.agent.sdp() if given.body else "").text().encode("latin-1")

    def play_response(self, pbx, carrier, text, row):
        outcome = row.over(carrier.wire.transport)
        if outcome != BROKEN:
            carrier.wire.send(text.octets, SWITCH)  # nobody's: nothing comes of it
        call = pbx.invite(URI, domain=DOMAIN)
        incoming = carrier.incoming()
        carrier.wire.send(self.as_answer(text, incoming, row), incoming.source)
        if outcome == BROKEN:
            self.assertEqual(carrier.wire.rest(incoming.source), b"")
            self.assertGreaterEqual(call.final(60).status, 408)
        elif outcome == USED and text.octets.startswith(b"SIP/2.0 200"):
            self.assertEqual(call.final().status, 200)
            call.ack()
            self.assertEqual(incoming.expect_request("ACK")[0].uri, "sip:user@host198.example.com")
            hang_up(call, incoming)
        else:
            incoming.reject(486)
            self.assertEqual(call.final().status, 486)

    def play_responses(self, transport):
        texts = {name: text for file in REQUESTS for name, text in torture.messages(file).items()}
        with Daemon(self.folder, configuration(transport)) as daemon:
            fds = daemon.fds()
            pbx, carrier = self.agent(PBX), self.agent(CARRIER, transport=transport)
            for row in RESPONSES:
                with self.subTest(message=texts[row.name]):
                    self.play_response(pbx, carrier, texts[row.name], row)
                    self.assert_alive(daemon, pbx, carrier)
                    self.assert_nothing_more(pbx)
                    self.assert_nothing_more(carrier)
            self.assertEqual(daemon.stats()["unlawful_events"], 0)
            carrier.close()
            daemon.eventually_as_at_start(fds, 60)

    def test_responses_over_udp(self):
        """R-033, R-175: the responses of RFC 4475, from a carrier over UDP."""
        self.play_responses("udp")

    def test_responses_over_tcp(self):
        """R-033, R-175: the responses of RFC 4475, from a carrier over TCP."""
        self.play_responses("tcp")


if __name__ == "__main__":
    unittest.main()
