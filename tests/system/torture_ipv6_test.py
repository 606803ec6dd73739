"""The messages of RFC 5118 (R-175, R-180) at an IPv6 listener, over UDP and over TCP; after each one a call goes through."""

import unittest
from contextlib import nullcontext

import torture
from harness.agent import Agent
from harness.daemon import Daemon
from torture.expected import RFC5118
from torture.play import NUMBER, Play, adapt, configuration

SWITCH, PBX6, CARRIER6 = ("fd77::1", 5060), "fd77::10", "fd77::20"


def configuration_v6():
    config = configuration()
    config["listeners"] = [{"name": "udp6", "transport": "udp", "address": "[fd77::1]:5060"},
                           {"name": "tcp6", "transport": "tcp", "address": "[fd77::1]:5060"}]
    # RFC 5118 §4.8: a caller by IPv6 may have its media on IPv4.
    config["media"]["address_v6"] = "fd77::1"
    config["access_groups"]["hq"] = {"ips": [PBX6]}
    config["carriers"][0].update(targets=[{"uri": f"sip:{{number}}@[{CARRIER6}]:5060"}], sources=[CARRIER6])
    return config


class TortureIpv6(Play):
    switch = SWITCH

    def assert_carried(self, invite):
        self.assertEqual(invite.uri, f"sip:{NUMBER}@[{CARRIER6}]:5060")
        self.assertEqual(len(invite.all("Via")), 1)
        self.assertIn("c=IN IP6 fd77::1", invite.body)

    def play_all(self, transport):
        texts = torture.messages("rfc5118.txt")
        with Daemon(self.folder, configuration_v6()) as daemon:
            fds = daemon.fds()
            pbx, carrier = self.agent(PBX6, switch=SWITCH), self.agent(CARRIER6, switch=SWITCH)
            for row in RFC5118:
                with self.subTest(message=texts[row.name]):
                    octets = adapt(texts[row.name].octets, transport, row.adapted)
                    octets = octets.replace(b"Call-ID: ", f"Call-ID: {row.name}-".encode())
                    with nullcontext(pbx) if transport == "udp" else Agent(PBX6, transport="tcp", switch=SWITCH) as sender:
                        list(self.play(carrier, sender, octets, row.over(transport)))
                        self.assert_alive(daemon, pbx, carrier)
                        for agent in (pbx, carrier, sender):
                            self.assert_nothing_more(agent)
            self.assertEqual(daemon.stats()["unlawful_events"], 0)
            daemon.eventually_as_at_start(fds, 60)
        self.assertEqual({row.name for row in RFC5118}, set(texts), "every message of the RFC is played")

    def test_requests_over_udp(self):
        """R-175, R-180: every message of RFC 5118, over UDP."""
        self.play_all("udp")

    def test_requests_over_tcp(self):
        """R-175, R-180: every message of RFC 5118, over TCP."""
        self.play_all("tcp")


if __name__ == "__main__":
    unittest.main()
