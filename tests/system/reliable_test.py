"""Provisional responses: reliably or not, in either order, and whose early media is heard (R-129). RFC 3262."""

import unittest

from harness.agent import Agent
from harness.daemon import CARRIER, PBX, Daemon, configuration, scratch
from harness.rtp import RtpEnd, exchange
from harness.sip import media_address
from harness.steps import dial, hang_up


def wanting(support_of_caller="supported", support_of_target="supported", early_media="relay"):
    config = configuration()
    config["trunks"][0]["general"].update({"reliable": support_of_caller})
    config["carriers"][0]["general"].update({"reliable": support_of_target, "early_media": early_media})
    return config


RELIABLE = [("Supported", "100rel")]


class Provisional(unittest.TestCase):
    def setUp(self):
        self.folder = scratch(self._testMethodName)
        self.pbx, self.carrier = Agent(PBX), Agent(CARRIER)
        self.addCleanup(self.pbx.close)
        self.addCleanup(self.carrier.close)

    def answered(self, call, incoming, body=None):
        """200 to both, ACK from both; the PBX's 200."""
        incoming.reply(incoming.invite, incoming.source, 200, "OK", self.carrier.sdp() if body is None else body)
        final = call.final()
        self.assertEqual(final.status, 200, final.text())
        call.ack()
        incoming.expect_request("ACK")
        return final

    def prack(self, call, response):
        rack = f"{response.get('RSeq')} {response.get('CSeq')}"
        call.remote = response.get("To")
        call.target = response.get("Contact").strip("<>").split(">")[0] or call.target
        call.request("PRACK", headers=[("RAck", rack)])
        answer = call.response("PRACK")
        self.assertEqual(answer.status, 200, answer.text())

    def test_180_after_183_and_183_after_180(self):
        for order in ((183, 180), (180, 183)):
            with self.subTest(order), Daemon(self.folder / str(order[0]), wanting()) as daemon:
                call = dial(self.pbx)
                incoming = self.carrier.incoming()
                for status in order:
                    incoming.ring(status, self.carrier.sdp() if status == 183 else "")
                    seen = call.provisional(status)
                    self.assertEqual("m=audio" in seen.body, status == 183, seen.text())
                self.answered(call, incoming)
                hang_up(call, incoming)
                daemon.eventually_idle()

    def test_early_media(self):
        with Daemon(self.folder, wanting()) as daemon:
            call = dial(self.pbx)
            incoming = self.carrier.incoming()
            incoming.ring(183, self.carrier.sdp())
            early = call.provisional(183)
            near, far = RtpEnd(PBX, 30000, 0x11), RtpEnd(CARRIER, 30000, 0x22)
            self.addCleanup(near.close)
            self.addCleanup(far.close)
            exchange([(near, media_address(early.body)[:2]), (far, media_address(incoming.remote_sdp)[:2])], 0.5)
            self.assertGreater(len(near.heard_from(0x22)), 15)
            self.answered(call, incoming)
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_early_media_policy(self):
        for policy, seen in (("ignore", None), ("ringback", 180)):
            with self.subTest(policy), Daemon(self.folder / policy, wanting(early_media=policy)) as daemon:
                call = dial(self.pbx)
                incoming = self.carrier.incoming()
                incoming.ring(183, self.carrier.sdp())
                if seen:
                    self.assertEqual(call.provisional(seen).body, "")
                self.pbx.nothing(0.3, lambda m: m.status == 183)
                self.assertIn("m=audio", self.answered(call, incoming).body)
                hang_up(call, incoming)
                daemon.eventually_idle()

    def test_183_until_its_prack(self):
        with Daemon(self.folder, wanting()) as daemon:
            call = dial(self.pbx, headers=RELIABLE)
            incoming = self.carrier.incoming()
            incoming.ring(183, self.carrier.sdp())
            early = call.provisional(183)
            self.assertIn("100rel", early.get("Require"))
            before = self.pbx.wire.repeated
            self.pbx.nothing(1.2, lambda m: m.status >= 200 and m.get("Call-ID") == call.call_id)
            self.assertGreater(self.pbx.wire.repeated, before, "repeated while no PRACK came")
            self.prack(call, early)
            self.answered(call, incoming)
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_the_200_waits_for_the_prack(self):
        """RFC 3262 §3: a description that is not acknowledged yet holds the 2xx back."""
        with Daemon(self.folder, wanting()) as daemon:
            call = dial(self.pbx, headers=RELIABLE)
            incoming = self.carrier.incoming()
            incoming.ring(183, self.carrier.sdp())
            early = call.provisional(183)
            incoming.reply(incoming.invite, incoming.source, 200, "OK", self.carrier.sdp())
            self.pbx.nothing(0.4, lambda m: m.status == 200 and m.cseq[1] == "INVITE")
            self.prack(call, early)
            self.assertEqual(call.final().status, 200)
            call.ack()
            incoming.expect_request("ACK")
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_plain_caller(self):
        with Daemon(self.folder, wanting()) as daemon:
            call = dial(self.pbx)
            incoming = self.carrier.incoming()
            incoming.ring(183, self.carrier.sdp())
            self.assertNotIn("100rel", call.provisional(183).get("Require"))
            self.answered(call, incoming)
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_required_and_impossible(self):
        for support, headers, status, header in (("off", [("Require", "100rel")], 420, "Unsupported"),
                                                 ("required", [], 421, "Require")):
            with self.subTest(support), Daemon(self.folder / support, wanting(support)) as daemon:
                answer = dial(self.pbx, headers=headers).final()
                self.assertEqual(answer.status, status, answer.text())
                self.assertIn("100rel", answer.get(header))
                daemon.record()

    def test_prack_to_the_carrier(self):
        with Daemon(self.folder, wanting()) as daemon:
            call = dial(self.pbx)
            incoming = self.carrier.incoming()
            self.assertIn("100rel", incoming.invite.get("Supported"))
            reliable = [("Require", "100rel"), ("RSeq", "7001")]
            for _ in range(3):
                incoming.reply(incoming.invite, incoming.source, 183, "Session Progress", self.carrier.sdp(), reliable)
            prack, source = incoming.expect_request("PRACK")
            self.assertEqual(prack.get("RAck"), f"7001 {incoming.invite.get('CSeq')}")
            incoming.reply(prack, source, 200, "OK")
            self.carrier.nothing(0.5, lambda m: m.method == "PRACK")
            call.provisional(183)
            self.answered(call, incoming)
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_required_and_off(self):
        for support, header in (("required", "Require"), ("off", None)):
            with self.subTest(support), Daemon(self.folder / support, wanting("supported", support)) as daemon:
                call = dial(self.pbx)
                incoming = self.carrier.incoming()
                for name in ("Supported", "Require"):
                    self.assertEqual("100rel" in incoming.invite.get(name), name == header, incoming.invite.text())
                incoming.reject(486)
                self.assertEqual(call.final().status, 486)
                daemon.record()

    def test_late_offer_in_183(self):
        """Late offer: B's offer goes to A in a reliable 183, A's answer comes in its PRACK and goes on in ours."""
        with Daemon(self.folder, wanting()) as daemon:
            call = dial(self.pbx, body="", headers=RELIABLE)
            incoming = self.carrier.incoming()
            self.assertEqual(incoming.invite.body, "")
            incoming.reply(incoming.invite, incoming.source, 183, "Session Progress", self.carrier.sdp(),
                           [("Require", "100rel"), ("RSeq", "1")])
            early = call.provisional(183)
            self.assertIn("m=audio", early.body)
            call.remote, call.target = early.get("To"), early.get("Contact").strip("<>")
            call.request("PRACK", body=self.pbx.sdp(), headers=[("RAck", f"{early.get('RSeq')} {early.get('CSeq')}")])
            prack, source = incoming.expect_request("PRACK")
            self.assertIn("m=audio", prack.body)
            incoming.reply(prack, source, 200, "OK")
            self.assertEqual(call.response("PRACK").status, 200)
            incoming.reply(incoming.invite, incoming.source, 200, "OK")
            self.assertEqual(call.final().status, 200)
            call.ack()
            incoming.expect_request("ACK")
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_prack_never_comes(self):
        """64*T1 (RFC 3262 §3): the caller gets a final response, the carrier a CANCEL."""
        with Daemon(self.folder, wanting()) as daemon:
            call = dial(self.pbx, headers=RELIABLE)
            incoming = self.carrier.incoming()
            incoming.ring(183, self.carrier.sdp())
            call.provisional(183)
            cancel, source = incoming.expect_request("CANCEL", seconds=45)
            incoming.reply(cancel, source, 200, "OK")
            incoming.reply(incoming.invite, incoming.source, 487, "Request Terminated")
            self.assertGreaterEqual(call.final().status, 500)
            daemon.record()


if __name__ == "__main__":
    unittest.main()
