"""Requests of more than 1300 octets to targets over UDP (R-179), and callers over TCP (RFC 5923), on the wire."""

import socket
import unittest

from harness.case import CARRIER, PBX, Case, by_address, set_targets
from harness.daemon import DOMAIN, Daemon
from harness.steps import URI, hang_up


def permitted(word):
    """The carrier's target with large_requests, or without a word."""
    config = by_address()
    config["carriers"][0]["targets"][0].update({"large_requests": word} if word else {})
    return config


class LargeRequests(Case):
    def setUp(self):
        super().setUp()
        self.pbx, self.carrier = self.agent(PBX), self.agent(CARRIER)
        # What crosses of a description is small; headers of the caller's own cross as they are, up to 1,024 octets each.
        self.large = [("User-to-User", digit * 900 + ";encoding=hex") for digit in "1234"]

    def test_over_tcp(self):
        """A 3,000-octet INVITE comes over TCP to a target that takes it there; what is small of its dialog over UDP."""
        stream = self.agent(CARRIER, transport="tcp")
        with Daemon(self.folder, permitted("tcp")) as daemon:
            call = self.pbx.invite(URI, domain=DOMAIN, headers=self.large)
            incoming = stream.incoming()
            self.assertGreater(len(incoming.invite.text()), 3000)
            self.assertIn("/TCP 127.0.0.1;", incoming.invite.get("Via"))
            self.assertEqual(incoming.invite.all("User-to-User"), [value for _, value in self.large])
            stream.contact = self.carrier.contact  # the dialog is one over UDP
            incoming.reply(incoming.invite, incoming.source, 200, "OK", stream.sdp())
            self.assertEqual(call.final().status, 200)
            call.ack()
            incoming.agent = self.carrier
            incoming.expect_request("ACK")
            hang_up(call, incoming)
            small = self.pbx.invite(URI, domain=DOMAIN)
            self.goes_to(self.carrier, small)
            daemon.eventually_idle(60)

    def test_over_udp(self):
        """The same comes as a datagram to a target that does not say so."""
        stream = self.agent(CARRIER, transport="tcp")
        with Daemon(self.folder, permitted("")) as daemon:
            invite = self.goes_to(self.carrier, self.pbx.invite(URI, domain=DOMAIN, headers=self.large))
            self.assertGreater(len(invite.text()), 3000)
            stream.nothing(0.1)
            daemon.eventually_idle(60)

    def test_fallback(self):
        """Where the TCP port is closed, it goes over UDP, once and whole; and the next call too."""
        with Daemon(self.folder, permitted("tcp")) as daemon:
            for _ in range(2):
                call = self.pbx.invite(URI, domain=DOMAIN, headers=self.large)
                incoming, _ = self.answered(self.carrier, call)
                self.assertIn("/UDP 127.0.0.1;", incoming.invite.get("Via"))
                self.assertEqual(incoming.invite.all("User-to-User"), [value for _, value in self.large])
                hang_up(call, incoming)
            daemon.eventually_idle(60)
            self.assertEqual([r["reason"] for r in daemon.records("call")], ["caller_hung_up"] * 2)
            self.assertEqual(len(daemon.records("attempt")), 2)
            self.assertTrue([line for line in daemon.log() if line.get("event") == "large_request_by_udp"])

    def test_deaf_port(self):
        """Where nobody answers a SYN, UDP is tried in time: the target is not given up."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((CARRIER, 5060))
        listener.listen(0)
        fillers = [socket.socket() for _ in range(2)]
        for each in [listener, *fillers]:
            self.addCleanup(each.close)
        for each in fillers:
            each.setblocking(False)
            each.connect_ex((CARRIER, 5060))
        with Daemon(self.folder, permitted("tcp")) as daemon:
            self.goes_to(self.carrier, self.pbx.invite(URI, domain=DOMAIN, headers=self.large))
            daemon.eventually_idle(60)

    def test_to_a_trunk(self):
        """The word of a trunk's target counts for calls to it."""
        config = set_targets(by_address(), {"uri": f"sip:{{number}}@{PBX}:5060", "large_requests": "tcp"})
        stream = self.agent(PBX, transport="tcp")
        with Daemon(self.folder, config) as daemon:
            self.goes_to(stream, self.did_call(self.carrier, headers=self.large))
            self.goes_to(self.pbx, self.did_call(self.carrier))
            daemon.eventually_idle(60)


class TcpCallers(Case):
    def setUp(self):
        super().setUp()
        self.carrier = self.agent(CARRIER)
        self.pbx = self.agent(PBX, transport="tcp")

    def nowhere(self):
        """The PBX's Contact names a port where it does not listen."""
        self.pbx.contact = lambda: f"<sip:peer@{PBX}:5099;transport=tcp>"

    def test_one_connection(self):
        """Our re-INVITE, its ACK and our BYE come by the connection that the caller's INVITE came by (RFC 5923)."""
        self.nowhere()
        with Daemon(self.folder, by_address()) as daemon:
            call = self.pbx.invite(URI, domain=DOMAIN)
            incoming, _ = self.answered(self.carrier, call)
            call.request("OPTIONS")  # its answer: the ACK before it on the stream is there too
            self.assertEqual(call.response("OPTIONS").status, 200)
            incoming.request("INVITE", body=self.carrier.sdp(extra=("a=sendonly",)))
            asked, source = call.expect_request("INVITE")
            self.assertIn("a=sendonly", asked.body)
            call.reply(asked, source, 200, "OK", self.pbx.sdp(extra=("a=recvonly",)))
            self.assertEqual(incoming.response("INVITE").status, 200)
            incoming.request("ACK", cseq=incoming.local_cseq)
            call.expect_request("ACK")
            incoming.request("BYE")
            call.expect_bye()
            self.assertEqual(incoming.response("BYE").status, 200)
            daemon.eventually_idle(60)

    def test_reconnect(self):
        """A caller whose connection broke and who comes back is reached by the new one."""
        self.nowhere()
        with Daemon(self.folder, by_address()) as daemon:
            call = self.pbx.invite(URI, domain=DOMAIN)
            incoming, _ = self.answered(self.carrier, call)
            for stream in list(self.pbx.wire._streams):
                stream.close()
            self.pbx.wire._streams.clear()
            self.pbx.wire._peers.clear()
            call.request("OPTIONS")
            self.assertEqual(call.response("OPTIONS").status, 200)
            incoming.request("BYE")
            call.expect_bye()
            self.assertEqual(incoming.response("BYE").status, 200)
            daemon.eventually_idle(60)


if __name__ == "__main__":
    unittest.main()
