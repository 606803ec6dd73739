"""What nobody should send: garbage, too much, nothing at all. The daemon answers or not, and goes on."""

import random
import socket
import unittest

from harness.agent import Agent
from harness.daemon import CARRIER, DOMAIN, PBX, Daemon, open_tcp, scratch
from harness.steps import URI, connect, hang_up
from harness.wait import eventually

SWITCH = ("127.0.0.1", 5060)


class Hostile(unittest.TestCase):
    def setUp(self):
        self.folder = scratch(self._testMethodName)

    def assert_a_call_works(self, daemon):
        daemon.assert_alive()
        with Agent(PBX) as pbx, Agent(CARRIER) as carrier:
            hang_up(*connect(pbx, carrier))
        daemon.eventually_idle()

    def test_garbage_over_udp(self):
        """Random octets, torn messages, an INVITE with each of its lines damaged in turn."""
        dice = random.Random(7)
        with Daemon(self.folder) as daemon, Agent(PBX) as pbx:
            throw = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.addCleanup(throw.close)
            call = pbx.invite(URI, domain=DOMAIN)
            good = call.invite.text().encode()
            call.final()
            for _ in range(500):
                throw.sendto(dice.randbytes(dice.randrange(0, 1400)), SWITCH)
            for _ in range(500):
                throw.sendto(good[: dice.randrange(len(good))], SWITCH)
            lines = good.split(b"\r\n")
            for n in range(len(lines)):
                for damaged in (b"", lines[n][::-1], lines[n] * 20, lines[n].replace(b":", b"", 1), lines[n] + b"\x00\xff\xfe"):
                    throw.sendto(b"\r\n".join(lines[:n] + [damaged] + lines[n + 1:]), SWITCH)
            self.assert_a_call_works(daemon)

    def test_malformed_examples(self):
        """R-033: the slips that one sees in the field get 400 or are read kindly; never a crash."""
        with Daemon(self.folder) as daemon, Agent(PBX) as pbx:
            call = pbx.invite(URI, domain=DOMAIN)
            good = call.invite.text()
            call.final()
            slips = [good.replace("Max-Forwards: 70", "Max-Forwards= 70"), good.replace(" SIP/2.0\r\n", "SIP/2.0\r\n", 1),
                     good.replace(f"@{DOMAIN} SIP", f"@{DOMAIN};transport+UDP SIP"), good.replace("CSeq: 1 INVITE", "CSeq: 1 BYE"),
                     good.replace("CSeq: 1 INVITE", "CSeq: 99999999999 INVITE"), good.replace("sip:", "gopher:", 1)]
            for n, slip in enumerate(slips):
                pbx.wire.send(slip.replace(call.call_id, f"slip{n}@{PBX}").replace("z9hG4bK", f"z9hG4bKs{n}"), SWITCH)
            self.assert_a_call_works(daemon)

    def test_100_kb_over_tcp(self):
        """A message above 64 kB is refused or its connection closed; the descriptor comes back."""
        with Daemon(self.folder) as daemon:
            fds = daemon.fds()
            head = (f"INVITE {URI} SIP/2.0\r\nVia: SIP/2.0/TCP {PBX}:5070;branch=z9hG4bKbig\r\nMax-Forwards: 70\r\n"
                    f"From: <sip:a@{DOMAIN}>;tag=1\r\nTo: <{URI}>\r\nCall-ID: big@{PBX}\r\nCSeq: 1 INVITE\r\n"
                    f"Contact: <sip:a@{PBX}:5070>\r\nContent-Type: application/sdp\r\nContent-Length: 100000\r\n\r\n")
            endless = f"INVITE {URI} SIP/2.0\r\n" + "X-Filler: " + "y" * 100000
            for attack in (head + "v" * 100000, endless):
                connection = open_tcp(SWITCH)
                answer = b""
                try:
                    connection.sendall(attack.encode())
                    while True:
                        got = connection.recv(4096)
                        answer += got
                        if not got or b"\r\n\r\n" in answer:
                            break
                except (ConnectionError, TimeoutError):
                    pass
                self.assertNotIn(b"SIP/2.0 2", answer)
                self.assertNotIn(b"SIP/2.0 407", answer)
                connection.close()
            eventually("the descriptors are back", lambda: daemon.fds() <= fds, 45, 0.5)
            self.assert_a_call_works(daemon)

    def test_silent_tcp_connections(self):
        """Connections that say nothing are closed by the daemon: its descriptors come back though the peers hold on."""
        with Daemon(self.folder) as daemon:
            fds = daemon.fds()
            silent = [open_tcp(SWITCH) for _ in range(20)]
            for connection in silent:
                self.addCleanup(connection.close)
            half = open_tcp(SWITCH)
            self.addCleanup(half.close)
            half.sendall(b"INVITE sip:x@y SIP/2.0\r\nVia: SIP/2.0/TCP")
            eventually("the descriptors are back", lambda: daemon.fds() <= fds, 60, 0.5)
            self.assert_a_call_works(daemon)


if __name__ == "__main__":
    unittest.main()
