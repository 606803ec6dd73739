"""How the daemon ends: in order, with a call up, and not in order at all."""

import json
import unittest

from harness.agent import Agent
from harness.daemon import CARRIER, PBX, Daemon, configuration, scratch
from harness.rtp import RtpEnd, exchange
from harness.sip import media_address
from harness.steps import connect, dial, hang_up
from harness.wait import eventually


class Shutdown(unittest.TestCase):
    def setUp(self):
        self.folder = scratch(self._testMethodName)
        self.pbx, self.carrier = Agent(PBX), Agent(CARRIER)
        self.addCleanup(self.pbx.close)
        self.addCleanup(self.carrier.close)

    def test_drain(self):
        """SIGTERM: the live call goes on with its sound, a new one gets 503 and Retry-After, the end comes with the BYE."""
        daemon = Daemon(self.folder).start()
        self.addCleanup(daemon.kill)
        call, incoming = connect(self.pbx, self.carrier)
        daemon.process.terminate()
        eventually("draining", lambda: daemon.stats()["draining"])
        refused = self.pbx.invite(f"sip:+12125550100@{'acme.test'}", user="acme", password="right-horse", domain="acme.test")
        answer = refused.final()
        if answer.status == 407:
            refused.answer_challenge(answer)
            answer = refused.final()
        self.assertEqual(answer.status, 503)
        self.assertGreater(int(answer.get("Retry-After", "0").split(";")[0].split("(")[0]), 0)
        near, far = RtpEnd(PBX, 30000, 0x11), RtpEnd(CARRIER, 30000, 0x22)
        exchange([(near, media_address(call.remote_sdp)[:2]), (far, media_address(incoming.remote_sdp)[:2])], 0.5)
        self.assertGreater(len(near.heard_from(0x22)), 20)
        self.assertGreater(len(far.heard_from(0x11)), 20)
        near.close()
        far.close()
        daemon.assert_alive()
        hang_up(call, incoming)
        self.assertEqual(daemon.process.wait(10), 0, daemon.everything())
        daemon.assert_silent_sanitizer()
        answered = [r for r in daemon.records("call") if r["sip_status"] == 200]
        self.assertEqual([r["reason"] for r in answered], ["caller_hung_up"])

    def test_drain_timeout(self):
        """The drain ends at its configured time: both sides get BYE, the record is written, the status is 0."""
        config = configuration()
        config["limits"]["drain_timeout"] = "1s"
        daemon = Daemon(self.folder, config).start()
        self.addCleanup(daemon.kill)
        call, incoming = connect(self.pbx, self.carrier)
        daemon.process.terminate()
        call.expect_bye()
        incoming.expect_bye()
        self.assertEqual(daemon.process.wait(15), 0, daemon.everything())
        self.assertEqual(daemon.record()["reason"], "shutting_down")

    def test_kill_9_loses_no_finished_call(self):
        """Twenty calls end, two are up, kill -9: the twenty records are there, and the next start writes on."""
        daemon = Daemon(self.folder).start()
        self.addCleanup(daemon.kill)
        finished = []
        for _ in range(20):
            call, incoming = connect(self.pbx, self.carrier)
            hang_up(call, incoming)
            finished.append(call.call_id)
        for _ in range(2):
            connect(self.pbx, self.carrier)
        daemon.process.kill()
        self.assertEqual([r["call_id"] for r in daemon.records("call")], finished)
        daemon.start()
        hang_up(*connect(self.pbx, self.carrier))
        daemon.stop()
        self.assertEqual(len([json.loads(line) for line in daemon.cdr_path.read_text().splitlines() if '"call"' in line]), 21)

    def test_second_daemon_is_refused(self):
        """The port is taken: one clear line, status 1, and the first goes on."""
        with Daemon(self.folder) as daemon:
            second = Daemon(scratch("second"))
            with self.assertRaises(AssertionError) as refused:
                second.start()
            self.assertIn("ended at start with 1", str(refused.exception))
            self.assertIn("5060", str(refused.exception))
            hang_up(*connect(self.pbx, self.carrier))
            daemon.assert_alive()

    def test_stop_while_it_rings(self):
        """SIGTERM before the answer: the call may still be answered."""
        daemon = Daemon(self.folder).start()
        self.addCleanup(daemon.kill)
        call = dial(self.pbx)
        incoming = self.carrier.incoming()
        incoming.ring()
        call.provisional(180)
        daemon.process.terminate()
        eventually("draining", lambda: daemon.stats()["draining"])
        incoming.reply(incoming.invite, incoming.source, 200, "OK", self.carrier.sdp())
        self.assertEqual(call.final().status, 200)
        call.ack()
        incoming.expect_request("ACK")
        hang_up(call, incoming)
        self.assertEqual(daemon.process.wait(10), 0, daemon.everything())


if __name__ == "__main__":
    unittest.main()
