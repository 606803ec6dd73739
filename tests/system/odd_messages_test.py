"""Requests that are sound and odd: what the daemon answers to methods, extensions, bodies and copies that it does not serve."""

import secrets
import socket
import unittest

from harness.agent import OutgoingCall
from harness.case import CARRIER, NUMBER, PBX, Case, by_address
from harness.daemon import DOMAIN, Daemon
from harness.sip import Message
from harness.steps import URI, hang_up

ALLOW = {"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "UPDATE"}


def tokens(value):
    return [t.strip() for t in value.split(",")]


class OddMessages(Case):
    def setUp(self):
        super().setUp()
        self.pbx, self.carrier = self.agent(PBX), self.agent(CARRIER)

    def ask(self, method, headers=(), body=""):
        return self.pbx.response_to(self.pbx.request(method, f"sip:{NUMBER}@{DOMAIN}", headers, body))

    def assert_allow(self, answer):
        """Once, and what is served: no more, no less."""
        self.assertEqual(len(answer.all("Allow")), 1, answer.text())
        given = tokens(answer.get("Allow"))
        self.assertEqual(len(given), len(set(given)), answer.text())
        self.assertLessEqual(ALLOW, set(given), answer.text())
        self.assertLessEqual(set(given), ALLOW | {"PRACK", "INFO", "REFER", "NOTIFY"}, answer.text())

    def assert_a_call_works(self, daemon):
        call = self.pbx.invite(URI, domain=DOMAIN)
        incoming, _ = self.answered(self.carrier, call)
        hang_up(call, incoming)
        daemon.eventually_idle(60)

    def test_methods(self):
        """R-031: OPTIONS tells what is served; what is not gets 405, with the same Allow."""
        with Daemon(self.folder, by_address()) as daemon:
            answer = self.ask("OPTIONS")
            self.assertEqual(answer.status, 200)
            self.assert_allow(answer)
            self.assertEqual(answer.get("Accept"), "application/sdp")
            self.assertEqual(answer.get("Accept-Encoding"), "identity")
            self.assertNotEqual(answer.tag("To"), "")
            for method in ("REGISTER", "SUBSCRIBE", "PUBLISH", "MESSAGE", "options", "FOO"):
                with self.subTest(method=method):
                    answer = self.ask(method, [("Event", "presence")])
                    self.assertEqual(answer.status, 405, answer.text())
                    self.assert_allow(answer)
            self.assert_a_call_works(daemon)

    def test_required_extensions(self):
        """R-175: Require with what nobody knows is 420, and Unsupported lists it, in OPTIONS and in INVITE alike."""
        with Daemon(self.folder, by_address()) as daemon:
            answer = self.ask("OPTIONS", [("Require", "first, second"), ("Proxy-Require", "ofProxies")])
            self.assertEqual((answer.status, answer.get("Unsupported")), (420, "first, second"), answer.text())
            call = self.pbx.invite(URI, domain=DOMAIN, headers=[("Require", "first")])
            answer = self.refused(call, 420, "extension_required")
            self.assertEqual(answer.get("Unsupported"), "first")
            self.carrier.nothing(0.1)
            self.assert_a_call_works(daemon)

    def test_bodies(self):
        """R-175: a body of another type or encoding is 415, which says what could be read."""
        with Daemon(self.folder, by_address()) as daemon:
            answer = self.ask("OPTIONS", [("Content-Type", "text/plain")], "hello")
            self.assertEqual((answer.status, answer.get("Accept")), (415, "application/sdp"))
            answer = self.ask("OPTIONS", [("Content-Type", "application/sdp"), ("Content-Encoding", "gzip")], "hello")
            self.assertEqual((answer.status, answer.get("Accept-Encoding")), (415, "identity"))
            call = self.pbx.invite(URI, domain=DOMAIN, headers=[("Content-Encoding", "deflate")])
            answer = self.refused(call, 415, "unsupported_body")
            self.assertEqual(answer.get("Accept-Encoding"), "identity")
            call = OutgoingCall(self.pbx, URI, domain=DOMAIN, body="hello")
            call.send_invite()
            invite = call.invite.text().replace("application/sdp", "text/plain")
            call.final()  # as application/sdp it is no description either
            self.pbx.wire.send(invite.replace(call.call_id, "plain@test").replace("z9hG4bK", "z9hG4bKplain"), self.pbx.switch)
            call.call_id = "plain@test"
            answer = self.refused(call, 415, "unsupported_body")
            self.assertEqual(answer.get("Accept"), "application/sdp")
            self.carrier.nothing(0.1)
            self.assert_a_call_works(daemon)

    def test_bodies_inside(self):
        """RFC 3261 §8.2.3: the same inside a dialog, from either side; the session stays as it was, and the call goes on."""
        odd = (("text/plain", ()), ("application/sdp", [("Content-Encoding", "gzip")]), ("application/pidf+xml", ()),
               ("multipart/mixed;boundary=b1", ()))
        with Daemon(self.folder, by_address()) as daemon:
            call = self.pbx.invite(URI, domain=DOMAIN)
            incoming, _ = self.answered(self.carrier, call)
            for side in (call, incoming):
                held = side.agent.sdp(extra=("a=sendonly",))  # would be an offer, were it read
                for kind, headers in odd:
                    for method in ("INVITE", "UPDATE"):
                        with self.subTest(kind=kind, method=method):
                            sent = side.request(method, body=held, headers=headers, kind=kind)
                            answer = side.response(method)
                            self.assertEqual(answer.status, 415, answer.text())
                            self.assertEqual(answer.get("Accept"), "application/sdp")
                            self.assertEqual(answer.get("Accept-Encoding"), "identity")
                            if method == "INVITE":
                                self.acknowledge(side, sent, answer)
                side.request("INFO", body="Signal=5\r\n", headers=[("Content-Encoding", "gzip")], kind="application/dtmf-relay")
                answer = side.response("INFO")
                self.assertEqual((answer.status, answer.get("Accept-Encoding")), (415, "identity"), answer.text())
            for side in (call, incoming):
                side.agent.nothing(0.1, lambda m: m.method in ("INVITE", "UPDATE", "INFO", "BYE"))
            self.assertEqual(call.reinvite(self.pbx.sdp()).status, 200)
            hang_up(call, incoming)
            daemon.eventually_idle(60)

    def acknowledge(self, side, sent, answer):
        """The ACK of a refused re-INVITE: its own branch (RFC 3261 §17.1.1.3)."""
        lines = [h for h in sent.headers if h[0] in ("Via", "Max-Forwards", "From", "Call-ID")]
        lines += [("To", answer.get("To")), ("CSeq", f"{sent.cseq[0]} ACK")]
        side.agent.wire.send(Message(f"ACK {side.target} SIP/2.0", lines).text(), side.agent.switch)

    def test_parts(self):
        """RFC 5621: of a multipart/mixed body the description counts; a part that is required and not understood refuses all."""
        def parts(handling):
            return (f"--b1\r\nContent-Type: application/isup;version=itu-t92+\r\nContent-Disposition: signal;handling={handling}\r\n"
                    f"\r\n\x01\x02\r\n--b1\r\nContent-Type: application/sdp\r\n\r\n{self.pbx.sdp()}\r\n--b1--\r\n")
        kind = "multipart/mixed; boundary=b1"
        with Daemon(self.folder, by_address()) as daemon:
            call = self.pbx.invite(URI, domain=DOMAIN, body=parts("optional"), kind=kind)
            incoming, _ = self.answered(self.carrier, call)
            self.assertEqual(incoming.invite.get("Content-Type"), "application/sdp")
            self.assertNotIn("isup", incoming.invite.text())
            call.request("UPDATE", body=parts("optional"), kind=kind)
            self.assertEqual(call.response("UPDATE").status, 200)
            hang_up(call, incoming)
            call = self.pbx.invite(URI, domain=DOMAIN, body=parts("required"), kind=kind)
            self.assertEqual(self.refused(call, 415, "unsupported_body").get("Accept"), "application/sdp")
            self.carrier.nothing(0.1)
            self.assert_a_call_works(daemon)

    def test_acks(self):
        """An ACK has no answer that could refuse it: with a header that cannot be read it counts, over UDP and over TCP."""
        with Daemon(self.folder, by_address()) as daemon, self.agent(PBX, transport="tcp") as stream:
            for agent in (self.pbx, stream):
                for broken in (("Session-Expires", "soon"), ("Reason", ";;="), ("Date", "never"), ("Max-Forwards", "many")):
                    with self.subTest(transport=agent.wire.transport, broken=broken):
                        call = agent.invite(URI, domain=DOMAIN)
                        incoming = self.carrier.incoming()
                        incoming.reply(incoming.invite, incoming.source, 200, "OK", self.carrier.sdp())
                        self.assertEqual(call.final().status, 200)
                        call.request("ACK", headers=[broken], cseq=call.invite.cseq[0])
                        incoming.expect_request("ACK")
                        before = agent.wire.repeated
                        agent.nothing(1.2, lambda m: m.method == "BYE")  # our 200 would come again after 0.5 s
                        self.assertEqual(agent.wire.repeated, before)
                        hang_up(call, incoming)
            daemon.eventually_idle(60)
            self.assertEqual({r["reason"] for r in daemon.records("call")}, {"caller_hung_up"})

    def test_requests_of_no_dialog(self):
        """R-175: a To tag that names no dialog is 481, a CANCEL of nothing too; an ACK gets nothing, whatever it says."""
        with Daemon(self.folder, by_address()) as daemon:
            for method in ("BYE", "INVITE", "UPDATE", "OPTIONS", "INFO", "NOTIFY", "REFER", "CANCEL", "ACK"):
                with self.subTest(method=method):
                    call = OutgoingCall(self.pbx, URI, domain=DOMAIN)
                    tag = "" if method == "CANCEL" else ";tag=nobody"
                    lines = [("Via", self.pbx.via()), ("Max-Forwards", "70"), ("From", call.local), ("To", f"<{URI}>{tag}"),
                             ("Call-ID", call.call_id), ("CSeq", f"1 {method}"), ("Contact", self.pbx.contact())]
                    self.pbx.wire.send(Message(f"{method} {URI} SIP/2.0", lines).text(), self.pbx.switch)
                    if method != "ACK":
                        self.assertEqual(self.pbx.response_to(call.call_id).status, 481)
            self.assertEqual(self.ask("OPTIONS").status, 200)
            self.assertEqual([m for m, _ in self.pbx.waiting], [])
            self.assert_a_call_works(daemon)

    def test_merged_requests(self):
        """R-175, RFC 3261 §8.2.2.2: a copy of a live INVITE by another branch is 482; its own repetition is no copy."""
        with Daemon(self.folder, by_address()) as daemon:
            call = self.pbx.invite(URI, domain=DOMAIN)
            incoming = self.carrier.incoming()
            call.provisional(100)
            self.pbx.wire.send(call.invite.text(), self.pbx.switch)
            copy = call.invite.text().replace("z9hG4bK", "z9hG4bKcopy")
            self.pbx.wire.send(copy, self.pbx.switch)
            merged, _ = self.pbx.take("482", lambda m: m.status >= 200)
            self.assertEqual(merged.status, 482, merged.text())
            self.assertIn("z9hG4bKcopy", merged.get("Via"))
            incoming.reply(incoming.invite, incoming.source, 200, "OK", self.carrier.sdp())
            self.assertEqual(call.final().status, 200)
            call.ack()
            incoming.expect_request("ACK")
            hang_up(call, incoming)
            self.carrier.nothing(0.1, lambda m: m.method == "INVITE")
            daemon.eventually_idle(60)
            self.assertEqual(len(daemon.records("call")), 1)

    def test_options_inside_a_dialog(self):
        """R-031: answered by the switch itself, for either side; a method that is not served is 405 there too."""
        with Daemon(self.folder, by_address()) as daemon:
            call = self.pbx.invite(URI, domain=DOMAIN)
            incoming, _ = self.answered(self.carrier, call)
            for side in (call, incoming):
                for method, status in (("OPTIONS", 200), ("PUBLISH", 405)):
                    side.request(method)
                    answer = side.response(method)
                    self.assertEqual(answer.status, status, answer.text())
                    self.assert_allow(answer)
            hang_up(call, incoming)
            daemon.eventually_idle(60)

    def test_names_in_via(self):
        """A Via that names a third host has no answer sent there, and no name server asked: the answer goes to where it came from."""
        resolver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        resolver.bind(("127.0.0.1", 53))
        self.addCleanup(resolver.close)
        resolver.setblocking(False)
        third = self.agent("127.0.0.77", transport="tcp")
        with Daemon(self.folder, by_address()) as daemon:
            for version, via, broken in (("7.0", "UDP host.example.com", ""), ("2.0", "TCP 127.0.0.77:5060", "Date: never\r\n"),
                                         ("2.0", "UDP host.example.com", "Date: never\r\n"), ("2.0", "TCP host.example.com", "")):
                call_id = secrets.token_hex(6)
                self.pbx.wire.send(
                    f"OPTIONS sip:a@{DOMAIN} SIP/{version}\r\nVia: SIP/2.0/{via};branch=z9hG4bK{call_id}\r\nMax-Forwards: 70\r\n"
                    f"From: <sip:a@{DOMAIN}>;tag=1\r\nTo: <sip:b@{DOMAIN}>\r\nCall-ID: {call_id}\r\nCSeq: 1 OPTIONS\r\n{broken}"
                    "Content-Length: 0\r\n\r\n", self.pbx.switch)
                if via.startswith("UDP"):
                    self.assertEqual(self.pbx.response_to(call_id).status, 505 if version == "7.0" else 400)
            self.assertEqual(self.ask("OPTIONS").status, 200)
            self.assertEqual([m for m, _ in self.pbx.waiting], [])
            third.nothing(0.1)
            with self.assertRaises(BlockingIOError):
                resolver.recv(512)
            self.assert_a_call_works(daemon)


if __name__ == "__main__":
    unittest.main()
