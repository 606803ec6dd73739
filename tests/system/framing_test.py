"""Where a message begins and ends: on a stream in any number of segments, in a datagram with too many or too few octets."""

import socket
import unittest

from harness.case import CARRIER, NUMBER, PBX, Case, by_address
from harness.daemon import DOMAIN, Daemon
from harness.sip import Message
from harness.steps import URI, hang_up

SWITCH = ("127.0.0.1", 5060)


def options(name, transport="tcp", body="", length=None, filler=0):
    """An OPTIONS as octets; length: what Content-Length says instead of the truth."""
    text = (f"OPTIONS sip:{NUMBER}@{DOMAIN} SIP/2.0\r\nVia: SIP/2.0/{transport.upper()} {PBX}:5060;branch=z9hG4bK{name}\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:a@{DOMAIN}>;tag=1\r\nTo: <sip:b@{DOMAIN}>\r\nCall-ID: {name}\r\nCSeq: 1 OPTIONS\r\n")
    if filler:
        text += f"X-Filler: {'y' * filler}\r\n"
    if body:
        text += "Content-Type: application/sdp\r\n"
    return f"{text}Content-Length: {len(body) if length is None else length}\r\n\r\n{body}".encode()


class Framing(Case):
    def setUp(self):
        super().setUp()
        self.pbx, self.carrier = self.agent(PBX), self.agent(CARRIER)

    def connect(self):
        stream = socket.create_connection(SWITCH, 20, source_address=(PBX, 0))
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.addCleanup(stream.close)
        return stream

    def answers(self, stream, names):
        """The Call-IDs of the 200s that come over the stream, as many as there are names."""
        data = b""
        while data.count(b"\r\n\r\n") < len(names):
            got = stream.recv(65536)
            self.assertTrue(got, data)
            data += got
        parts = [Message.parse(part.decode().lstrip("\r\n") + "\r\n\r\n") for part in data.split(b"\r\n\r\n")[:-1]]
        self.assertEqual([(m.get("Call-ID"), m.status) for m in parts], [(name, 200) for name in names])

    def assert_a_call_works(self, daemon):
        call = self.pbx.invite(URI, domain=DOMAIN)
        incoming, _ = self.answered(self.carrier, call)
        hang_up(call, incoming)
        daemon.eventually_idle(60)

    def test_many_messages_in_one_segment(self):
        """R-175, RFC 3261 §7.5, §18.3: each is read, whatever line ends stand between and before them."""
        with Daemon(self.folder, by_address()) as daemon:
            for between in (b"", b"\r\n", b"\r\n\r\n", b"\r\n\r\n\r\n", b"\n"):
                with self.subTest(between=between):
                    stream = self.connect()
                    names = [f"p{len(between)}x{n}" for n in range(20)]
                    stream.sendall(b"".join(between + options(name, body="v=0\r\n") for name in names))
                    data = b""
                    while data.count(b"SIP/2.0 200") < len(names):
                        got = stream.recv(65536)
                        self.assertTrue(got, data)
                        data += got
                    for name in names:
                        self.assertEqual(data.count(f"Call-ID: {name}\r\n".encode()), 1)
            self.assert_a_call_works(daemon)

    def test_one_message_in_many_segments(self):
        """R-175: octet by octet, cut at every line end, and with a keep-alive of another segment before it."""
        with Daemon(self.folder, by_address()) as daemon:
            whole = options("octets", body="v=0\r\n")
            stream = self.connect()
            for octet in whole:
                stream.sendall(bytes([octet]))
            self.answers(stream, ["octets"])
            for name, cuts in (("lines", b"\r\n"), ("returns", b"\r"), ("colons", b":")):
                pieces = options(name, body="v=0\r\n").split(cuts)
                stream.sendall(b"\r\n")
                for n, piece in enumerate(pieces):
                    stream.sendall(piece + (cuts if n + 1 < len(pieces) else b""))
                self.answers(stream, [name])
            self.assert_a_call_works(daemon)

    def test_a_call_over_a_fragmented_stream(self):
        """R-175: INVITE and ACK in pieces and BYE with the next call's INVITE in one segment make two calls."""
        with Daemon(self.folder, by_address()) as daemon, self.agent(PBX, transport="tcp") as pbx:
            sends = pbx.wire.send

            def in_pieces(text, address):
                data = text if isinstance(text, bytes) else text.encode()
                for at in range(0, len(data), 97):
                    sends(data[at:at + 97], address)
            pbx.wire.send = in_pieces
            call = pbx.invite(URI, domain=DOMAIN)
            incoming, _ = self.answered(self.carrier, call)
            held = []
            pbx.wire.send = lambda text, address: held.append(text.encode())
            call.request("BYE")
            second = pbx.invite(URI, domain=DOMAIN)
            pbx.wire.send = sends
            sends(b"".join(held), SWITCH)
            incoming.expect_bye()
            self.assertEqual(call.response("BYE").status, 200)
            self.goes_to(self.carrier, second)
            daemon.eventually_idle(60)
            self.assertEqual(len(daemon.records("call")), 2)

    def test_content_length_over_udp(self):
        """RFC 3261 §18.3: octets behind the body are ignored, a body that is too short is 400."""
        with Daemon(self.folder, by_address()) as daemon:
            for name, octets, status in (("right", options("right", "udp", "v=0\r\n"), 200),
                                         ("long", options("long", "udp", "v=0\r\n", length=3), 200),
                                         ("none", options("none", "udp", "v=0\r\n", length=0), 200),
                                         ("short", options("short", "udp", "v=0\r\n", length=6), 400),
                                         ("huge", options("huge", "udp", "v=0\r\n", length=99999), 400)):
                with self.subTest(name=name):
                    self.pbx.wire.send(octets, SWITCH)
                    self.assertEqual(self.pbx.response_to(name).status, status)
            self.assert_a_call_works(daemon)

    def test_content_length_over_tcp(self):
        """RFC 3261 §18.3: the stream goes by it: what is behind the body is the next message, and what is missing is waited for."""
        with Daemon(self.folder, by_address()) as daemon:
            stream = self.connect()
            first = options("waits", body="v=0\r\n", length=9)
            stream.sendall(first)
            stream.sendall(b"s=-\n" + options("next"))
            self.answers(stream, ["waits", "next"])
            self.assert_a_call_works(daemon)

    def test_large_messages(self):
        """R-179: 60 kB come in over TCP and over UDP, and are answered or become a call (100 kB: hostile_test)."""
        with Daemon(self.folder, by_address()) as daemon:
            stream = self.connect()
            stream.sendall(options("large", filler=60000))
            self.answers(stream, ["large"])
            self.pbx.wire.send(options("datagram", "udp", filler=60000), SWITCH)
            self.assertEqual(self.pbx.response_to("datagram").status, 200)
            call = self.pbx.invite(URI, domain=DOMAIN, headers=[("X-Filler", "y" * 60000)])
            self.goes_to(self.carrier, call)
            self.assert_a_call_works(daemon)


if __name__ == "__main__":
    unittest.main()
