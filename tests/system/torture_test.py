"""The torture messages of RFC 4475 (R-033, R-175), each over UDP and over TCP; after each one a call goes through and nothing is left.

The messages are files of torture/, what the RFC says and what comes back is torture/expected.py. The RFC's responses are played by a
carrier, as they are and as answers to an INVITE of the switch.
"""

import unittest
from contextlib import nullcontext

import torture
from harness.agent import Agent
from harness.case import CARRIER, PBX
from harness.daemon import Daemon
from harness.sip import Message
from harness.steps import hang_up
from torture.expected import BROKEN, RESPONSES, RFC4475, USED
from torture.play import DOMAIN, SWITCH, URI, Play, adapt, configuration

REQUESTS = ("rfc4475_valid.txt", "rfc4475_invalid.txt", "rfc4475_layers.txt")


class Torture(Play):
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
            carrier.wire.send(text.octets, self.switch)  # nobody's: nothing comes of it
        call = pbx.invite(self.uri, domain=DOMAIN)
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

    def test_requests_over_udp(self):
        """R-033, R-175: every request of RFC 4475, over UDP."""
        self.play_all("udp")

    def test_requests_over_tcp(self):
        """R-033, R-175: every request of RFC 4475, over TCP."""
        self.play_all("tcp")

    def test_responses_over_udp(self):
        """R-033, R-175: the responses of RFC 4475, from a carrier over UDP."""
        self.play_responses("udp")

    def test_responses_over_tcp(self):
        """R-033, R-175: the responses of RFC 4475, from a carrier over TCP."""
        self.play_responses("tcp")


if __name__ == "__main__":
    unittest.main()
