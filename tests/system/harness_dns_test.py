"""The scripted name server against the system's own resolver, and its octets against the RFCs."""

import socket
import struct
import subprocess
import time
import unittest

from harness.dns import DnsServer, encode_record
from harness.wait import eventually


def lookup(name):
    """The addresses that glibc finds, in its order; an empty list when there are none."""
    found = subprocess.run(["getent", "ahosts", name], capture_output=True, text=True, timeout=30).stdout
    return list(dict.fromkeys(line.split()[0] for line in found.splitlines()))


def exchange(server, octets):
    """One datagram to the server, and the one that comes back; None after half a second."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.5)
        client.sendto(octets, (server.ip, server.port))
        try:
            return client.recv(4096)
        except TimeoutError:
            return None


def query(name, number):
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!HHHHHH", 0x1234, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", number, 1)


class NameServer(unittest.TestCase):
    def setUp(self):
        self.dns = DnsServer()
        self.addCleanup(lambda: self.dns.close())  # whichever it is by then

    def test_the_systems_resolver_understands_it(self):
        self.dns.set("a.test", "A", "192.0.2.1")
        self.dns.set("a.test", "AAAA", "2001:db8::1")
        self.dns.set("www.test", "CNAME", "a.test")
        self.assertEqual(sorted(lookup("a.test")), ["192.0.2.1", "2001:db8::1"])
        self.assertEqual(sorted(lookup("WWW.test")), ["192.0.2.1", "2001:db8::1"])
        self.assertEqual(self.dns.count("a.test", "A"), 1)
        self.assertEqual(self.dns.count("www.test"), 2)
        self.assertEqual(self.dns.queries("www.test", "A")[0].transport, "udp")
        self.assertEqual(lookup("nobody.test"), [])
        self.dns.remove("a.test")
        self.assertEqual(lookup("a.test"), [])
        self.dns.forget_queries()
        self.assertEqual(self.dns.count(), 0)

    def test_truncated_answers_come_over_tcp(self):
        self.dns.set("big.test", "A", *(f"192.0.2.{n}" for n in range(1, 101)))
        self.dns.behave("big.test", "truncated")
        self.assertEqual(len(lookup("big.test")), 100)
        self.assertEqual({q.transport for q in self.dns.queries("big.test", "A")}, {"udp", "tcp"})

    def test_manners(self):
        self.dns.set("a.test", "A", "192.0.2.1")
        ask = query("a.test", 1)
        whole = exchange(self.dns, ask)
        self.assertEqual(whole[:2], b"\x12\x34")
        self.dns.behave("a.test", "silent")
        self.assertIsNone(exchange(self.dns, ask))
        self.dns.behave("a.test", "REFUSED")
        self.assertEqual(exchange(self.dns, ask)[3] & 15, 5)
        self.dns.behave("a.test", "garbage")
        self.assertEqual(exchange(self.dns, ask)[-3:], b"\xc0\xff\xee")
        self.dns.behave("a.test", drop=1)
        self.assertIsNone(exchange(self.dns, ask))
        self.assertEqual(exchange(self.dns, ask), whole)
        self.dns.behave("a.test", delay=0.2)
        begin = time.monotonic()
        self.assertEqual(exchange(self.dns, ask), whole)
        self.assertGreaterEqual(time.monotonic() - begin, 0.2)
        self.assertIsNone(exchange(self.dns, b"\0" * 5))
        self.assertIsNone(exchange(self.dns, ask[:-3]))
        with self.assertRaises(ValueError):
            self.dns.behave("a.test", "rude")

    def test_a_name_without_the_type_is_no_missing_name(self):
        self.dns.set("a.test", "A", "192.0.2.1")
        no_record, no_name = exchange(self.dns, query("a.test", 33)), exchange(self.dns, query("b.test", 33))
        self.assertEqual((no_record[3] & 15, no_name[3] & 15), (0, 3))
        for answer in (no_record, no_name):
            self.assertEqual(answer[6:10], b"\0\0\0\1")  # no answer, one authority
            self.assertEqual(answer[-4:], struct.pack("!I", 30))

    def test_services_and_pointers(self):
        """RFC 2782, RFC 3403 §4.1, octet by octet."""
        self.dns.set("_sip._udp.a.test", "SRV", (10, 60, 5060, "b.test"), (0, 0, 0, "."), ttl=7)
        answer = exchange(self.dns, query("_sip._udp.a.test", 33))
        owner = b"\x04_sip\x04_udp\x01a\x04test\x00"
        self.assertEqual(answer[6:8], b"\0\2")
        self.assertTrue(answer.endswith(
            owner + bytes.fromhex("0021 0001 00000007 000e 000a 003c 13c4") + b"\x01b\x04test\x00"
            + owner + bytes.fromhex("0021 0001 00000007 0007 0000 0000 0000 00")), answer)
        record = encode_record("a.test", "NAPTR", 60, b"")
        self.assertEqual(record, b"\x01a\x04test\x00" + bytes.fromhex("0023 0001 0000003c 0000"))
        self.dns.set("a.test", "NAPTR", (50, 51, "s", "SIP+D2U", "", "x.test"))
        self.assertTrue(exchange(self.dns, query("a.test", 35)).endswith(
            bytes.fromhex("0017 0032 0033") + b"\x01s\x07SIP+D2U\x00\x01x\x04test\x00"))

    def test_it_ends_and_its_port_is_free(self):
        self.dns.set("a.test", "A", "192.0.2.1")
        with socket.create_connection(("127.0.0.1", 53)):
            eventually("the stream is there", lambda: exchange(self.dns, query("a.test", 1)))
            self.dns.close()
        self.dns = DnsServer()
        self.assertEqual(exchange(self.dns, query("a.test", 1))[3] & 15, 3)


if __name__ == "__main__":
    unittest.main()
