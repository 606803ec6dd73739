"""Session timers and silence: who refreshes, with what, and what happens when nobody is there any more (R-130). RFC 4028."""

import re
import unittest

from harness.agent import Agent
from harness.daemon import CARRIER, PBX, Daemon, configuration, scratch
from harness.rtp import RtpEnd, exchange
from harness.sip import media_address
from harness.steps import connect, dial, hang_up


def timed(of_trunk=None, of_carrier=None, media_timeout=None):
    """Seconds where RFC 4028 has minutes: the file says so, with a warning."""
    config = configuration()
    config["trunks"][0]["general"].update({"session_timer": of_trunk or {"support": "off"}})
    config["carriers"][0]["general"].update({"session_timer": of_carrier or {"support": "off"}})
    if media_timeout:
        config["media"]["silence_timeout"] = "1s"
        config["trunks"][0]["general"]["media_timeout"] = media_timeout
    return config


SHORT = {"support": "supported", "expires": "6s", "min": "2s"}


class SessionTimers(unittest.TestCase):
    def setUp(self):
        self.folder = scratch(self._testMethodName)
        self.pbx, self.carrier = Agent(PBX), Agent(CARRIER)
        self.addCleanup(self.pbx.close)
        self.addCleanup(self.carrier.close)

    def test_too_short(self):
        with Daemon(self.folder, configuration()) as daemon:
            call = dial(self.pbx, headers=[("Supported", "timer"), ("Session-Expires", "30")])
            answer = call.final()
            self.assertEqual((answer.status, answer.get("Min-SE")), (422, "90"), answer.text())
            daemon.record()

    def test_agreement(self):
        with Daemon(self.folder, configuration()) as daemon:
            call = dial(self.pbx, headers=[("Supported", "timer"), ("Session-Expires", "600;refresher=uac")])
            incoming = self.carrier.incoming()
            self.assertRegex(incoming.invite.get("Session-Expires"), r"^1800")
            self.assertEqual(incoming.invite.get("Min-SE"), "90")
            self.assertIn("timer", incoming.invite.get("Supported"))
            incoming.reply(incoming.invite, incoming.source, 200, "OK", self.carrier.sdp())
            final = call.final()
            self.assertEqual(final.get("Session-Expires").replace(" ", ""), "600;refresher=uac")
            self.assertIn("timer", final.get("Require"))
            call.ack()
            incoming.expect_request("ACK")
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_our_refresh(self):
        for allow, method in (("INVITE, ACK, BYE, UPDATE", "UPDATE"), ("INVITE, ACK, BYE", "INVITE")):
            with self.subTest(method), Daemon(self.folder / method, timed(of_carrier=SHORT)) as daemon:
                call = dial(self.pbx)
                incoming = self.carrier.incoming()
                incoming.reply(incoming.invite, incoming.source, 200, "OK", self.carrier.sdp(),
                               [("Session-Expires", "4;refresher=uac"), ("Allow", allow), ("Require", "timer")])
                self.assertEqual(call.final().status, 200)
                call.ack()
                incoming.expect_request("ACK")
                for _ in range(2):
                    refresh, source = incoming.expect_request(method, seconds=5)
                    self.assertRegex(refresh.get("Session-Expires"), r"^4")
                    body = self.carrier.sdp() if method == "INVITE" else ""
                    incoming.reply(refresh, source, 200, "OK", body, [("Session-Expires", "4;refresher=uac")])
                    if method == "INVITE":
                        incoming.expect_request("ACK")
                self.pbx.nothing(0.1, lambda m: m.method in ("INVITE", "UPDATE"))
                hang_up(call, incoming)
                daemon.eventually_idle()

    def test_vanished_pbx(self):
        """R-130: the PBX was to refresh and does not."""
        with Daemon(self.folder, timed(of_trunk=SHORT)) as daemon:
            call = dial(self.pbx, headers=[("Supported", "timer"), ("Session-Expires", "4;refresher=uac")])
            incoming = self.carrier.incoming()
            incoming.reply(incoming.invite, incoming.source, 200, "OK", self.carrier.sdp())
            self.assertEqual(call.final().get("Session-Expires").replace(" ", ""), "4;refresher=uac")
            call.ack()
            incoming.expect_request("ACK")
            bye = incoming.expect_bye(seconds=10)
            self.assertIn("session_expired", bye.get("Reason"))
            call.expect_bye()
            self.assertEqual(daemon.record()["reason"], "session_expired")
            daemon.eventually_idle()

    def test_failed_refresh(self):
        with Daemon(self.folder, timed(of_carrier=SHORT)) as daemon:
            call = dial(self.pbx)
            incoming = self.carrier.incoming()
            incoming.reply(incoming.invite, incoming.source, 200, "OK", self.carrier.sdp(),
                           [("Session-Expires", "4;refresher=uac"), ("Allow", "UPDATE")])
            self.assertEqual(call.final().status, 200)
            call.ack()
            incoming.expect_request("ACK")
            refresh, source = incoming.expect_request("UPDATE", seconds=5)
            incoming.reply(refresh, source, 481, "Call Does Not Exist")
            call.expect_bye(seconds=5)
            self.assertEqual(daemon.record()["reason"], "session_expired")
            daemon.eventually_idle(40)

    def test_refresh_by_the_pbx(self):
        with Daemon(self.folder, timed(of_trunk=SHORT)) as daemon:
            call = dial(self.pbx, headers=[("Supported", "timer"), ("Session-Expires", "4;refresher=uac")])
            incoming = self.carrier.incoming()
            incoming.reply(incoming.invite, incoming.source, 200, "OK", self.carrier.sdp())
            call.final()
            call.ack()
            incoming.expect_request("ACK")
            for _ in range(3):
                self.carrier.nothing(2)
                call.request("UPDATE", headers=[("Supported", "timer"), ("Session-Expires", "4;refresher=uac")])
                answer = call.response("UPDATE")
                self.assertEqual(answer.status, 200, answer.text())
                self.assertTrue(re.match(r"4\s*;\s*refresher=uac", answer.get("Session-Expires")), answer.text())
            hang_up(call, incoming)
            self.assertEqual(daemon.record()["reason"], "caller_hung_up")
            daemon.eventually_idle()

    def test_silence(self):
        with Daemon(self.folder, timed(media_timeout="3s")) as daemon:
            call, incoming = connect(self.pbx, self.carrier)
            near = RtpEnd(PBX, 30000, 0x11)
            self.addCleanup(near.close)
            exchange([(near, media_address(call.remote_sdp)[:2])], 0.3)
            bye = incoming.expect_bye(seconds=10)
            self.assertIn("media_timeout", bye.get("Reason"))
            call.expect_bye()
            self.assertEqual(daemon.record()["reason"], "media_timeout")
            daemon.eventually_idle()


if __name__ == "__main__":
    unittest.main()
