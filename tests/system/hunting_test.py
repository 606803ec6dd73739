"""Which target gets the call next, and which answer ends the hunt."""

import time
import unittest

from harness.agent import Agent
from harness.daemon import CARRIER, CARRIER_2, PBX, Daemon, configuration, scratch
from harness.steps import dial, hang_up


def two_targets():
    config = configuration()
    config["carriers"][0]["sources"] = [CARRIER, CARRIER_2]
    config["carriers"][0]["targets"] = [{"uri": f"sip:{{number}}@{CARRIER}:5060", "priority": 1},
                                        {"uri": f"sip:{{number}}@{CARRIER_2}:5060", "priority": 2}]
    return config


class Hunting(unittest.TestCase):
    def setUp(self):
        self.folder = scratch(self._testMethodName)
        self.pbx, self.first, self.second = (self.open(ip) for ip in (PBX, CARRIER, CARRIER_2))

    def open(self, ip):
        agent = Agent(ip)
        self.addCleanup(agent.close)
        return agent

    def take(self, call, incoming):
        incoming.reply(incoming.invite, incoming.source, 200, "OK", self.second.sdp())
        self.assertEqual(call.final().status, 200)
        call.ack()
        incoming.expect_request("ACK")

    def test_silent_target(self):
        """R-084, R-105: the next target gets the call not before 4 s; a late 200 of the first is ACKed and BYEd, not bridged."""
        with Daemon(self.folder, two_targets()) as daemon:
            begin = time.monotonic()
            call = dial(self.pbx)
            silent = self.first.incoming()
            incoming = self.second.incoming(10)
            self.assertGreaterEqual(time.monotonic() - begin, 3.9)
            self.take(call, incoming)
            silent.reply(silent.invite, silent.source, 200, "OK", self.first.sdp())
            silent.expect_request("ACK")
            silent.expect_bye()
            hang_up(call, incoming)
            record = daemon.record()
            self.assertEqual((record["attempts"], record["target_address"]), (2, f"{CARRIER_2}:5060"))
            attempts = daemon.records("attempt")
            self.assertEqual([a["attempt"] for a in attempts], [1, 2])
            self.assertEqual(attempts[0]["reason"], "no_response")
            daemon.eventually_idle()

    def test_100_stops_the_clock(self):
        """R-105: a 100 is a response: no fail-over at 4 s."""
        with Daemon(self.folder, two_targets()) as daemon:
            call = dial(self.pbx)
            slow = self.first.incoming()
            slow.ring(100)
            self.second.nothing(4.5)
            slow.reply(slow.invite, slow.source, 200, "OK", self.first.sdp())
            self.assertEqual(call.final().status, 200)
            call.ack()
            slow.expect_request("ACK")
            hang_up(call, slow)
            daemon.eventually_idle()

    def test_refused_port(self):
        """R-105: nobody listens at the first target: the second gets the call at once, well before 4 s of silence."""
        self.first.close()
        with Daemon(self.folder, two_targets()) as daemon:
            call = dial(self.pbx)
            incoming = self.second.incoming(10)
            self.take(call, incoming)
            hang_up(call, incoming)
            self.assertEqual(daemon.records("attempt")[0]["reason"], "target_unreachable")

    def test_answers_that_end_the_hunt(self):
        """R-085, R-086, R-104: these are passed on, and the second target hears nothing."""
        with Daemon(self.folder, two_targets()) as daemon:
            for status in (404, 410, 484, 486, 600, 603):
                call = dial(self.pbx)
                self.first.incoming().reject(status)
                self.assertEqual(call.final().status, status)
            self.second.nothing(0.5)
            daemon.eventually_idle()

    def test_answers_that_go_on(self):
        """R-104: every other failure tries the next target; when none is left the caller gets the last answer's class."""
        with Daemon(self.folder, two_targets()) as daemon:
            for status in (403, 408, 480, 488, 500, 503):
                call = dial(self.pbx)
                self.first.incoming().reject(status)
                self.second.incoming().reject(486)
                self.assertEqual(call.final().status, 486, status)
            call = dial(self.pbx)
            self.first.incoming().reject(503)
            self.second.incoming().reject(503)
            self.assertGreaterEqual(call.final().status, 500)
            daemon.eventually_idle()


if __name__ == "__main__":
    unittest.main()
