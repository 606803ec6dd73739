"""REFER: a customer hands its call on (R-128). The transferor is leg A or leg B; the switch dials, tells and lets go."""

import unittest

from harness.agent import Agent
from harness.daemon import CARRIER, PBX, Daemon, configuration, scratch
from harness.rtp import RtpEnd, exchange
from harness.sip import media_address
from harness.steps import connect, hang_up, originate

PBX_2 = "127.0.0.11"
ELSEWHERE = f"<sip:200@{PBX_2}>"


def transferring(mode, **more):
    config = configuration()
    if mode:
        config["trunks"][0]["general"]["transfer"] = {"mode": mode, **more}
    return config


class Transfer(unittest.TestCase):
    def setUp(self):
        self.folder = scratch(self._testMethodName)
        self.pbx, self.carrier, self.other = Agent(PBX), Agent(CARRIER), Agent(PBX_2)
        for agent in (self.pbx, self.carrier, self.other):
            self.addCleanup(agent.close)

    def call_of(self, kind):
        """(the PBX's dialog, the carrier's) of a call that PBX or carrier began."""
        if kind == "termination":
            return connect(self.pbx, self.carrier)
        call, incoming = originate(self.carrier, self.pbx)
        return incoming, call

    def refer(self, dialog, to=ELSEWHERE, status=202, headers=()):
        dialog.request("REFER", headers=[("Refer-To", to), *headers])
        answer = dialog.response("REFER")
        self.assertEqual(answer.status, status, answer.text())
        return answer

    def told(self, dialog):
        """The next NOTIFY: (its sipfrag, its Subscription-State)."""
        notify, source = dialog.expect_request("NOTIFY", seconds=8)
        dialog.reply(notify, source, 200, "OK")
        self.assertIn("refer", notify.get("Event"))
        self.assertIn("message/sipfrag", notify.get("Content-Type"))
        return notify.body.strip(), notify.get("Subscription-State")

    def told_finally(self, dialog):
        """All NOTIFYs up to the one that ends the subscription."""
        seen = []
        while True:
            frag, state = self.told(dialog)
            seen.append(frag.split(" ", 2)[1])
            if state.startswith("terminated"):
                return seen

    def test_blind(self):
        for kind in ("termination", "origination"):
            with self.subTest(kind), Daemon(self.folder / kind, transferring("sip_only")) as daemon:
                pbx, carrier = self.call_of(kind)
                self.refer(pbx)
                incoming = self.other.incoming()
                self.assertIn("m=audio", incoming.invite.body)
                incoming.ring()
                incoming.reply(incoming.invite, incoming.source, 200, "OK", self.other.sdp())
                incoming.expect_request("ACK")
                seen = self.told_finally(pbx)
                self.assertEqual((seen[0], seen[-1]), ("100", "200"), seen)
                pbx.request("BYE")
                self.assertEqual(pbx.response("BYE").status, 200)
                near, far = RtpEnd(PBX_2, 30000, 0x33), RtpEnd(CARRIER, 30000, 0x22)
                exchange([(near, media_address(incoming.invite.body)[:2]), (far, media_address(carrier.remote_sdp)[:2])], 0.6)
                self.assertGreater(len(near.heard_from(0x22)), 15)
                self.assertGreater(len(far.heard_from(0x33)), 15)
                near.close()
                far.close()
                hang_up(carrier, incoming)
                daemon.record()
                daemon.eventually_idle()

    def test_busy_target(self):
        with Daemon(self.folder, transferring("sip_only")) as daemon:
            pbx, carrier = self.call_of("termination")
            self.refer(pbx)
            self.other.incoming().reject(486)
            self.assertEqual(self.told_finally(pbx)[-1], "486")
            near, far = RtpEnd(PBX, 30000, 0x11), RtpEnd(CARRIER, 30000, 0x22)
            self.addCleanup(near.close)
            self.addCleanup(far.close)
            exchange([(near, media_address(pbx.remote_sdp)[:2]), (far, media_address(carrier.remote_sdp)[:2])], 0.5)
            self.assertGreater(len(near.heard_from(0x22)), 15)
            hang_up(pbx, carrier)
            self.assertEqual(daemon.record()["reason"], "caller_hung_up")
            daemon.eventually_idle()

    def test_not_allowed(self):
        for mode, to in ((None, ELSEWHERE), ("off", ELSEWHERE), ("sip_only", "<sip:+13125550100@acme.test>")):
            with self.subTest(f"{mode} {to}"), Daemon(self.folder / f"{mode}{len(to)}", transferring(mode)) as daemon:
                pbx, carrier = self.call_of("termination")
                pbx.request("REFER", headers=[("Refer-To", to)])
                self.assertIn(pbx.response("REFER").status, (403, 405, 603))
                hang_up(pbx, carrier)
                daemon.record()
                daemon.eventually_idle()

    def test_to_the_telephone_network(self):
        with Daemon(self.folder, transferring("all")) as daemon:
            pbx, carrier = self.call_of("termination")
            self.refer(pbx, "<sip:+13125550100@acme.test>")
            incoming = self.carrier.incoming()
            self.assertTrue(incoming.invite.uri.startswith("sip:+13125550100@"), incoming.invite.uri)
            incoming.reply(incoming.invite, incoming.source, 200, "OK", self.carrier.sdp())
            incoming.expect_request("ACK")
            self.assertEqual(self.told_finally(pbx)[-1], "200")
            pbx.request("BYE")
            hang_up(carrier, incoming)
            daemon.record()
            daemon.eventually_idle()

    def test_transferor_forgets_its_bye(self):
        with Daemon(self.folder, transferring("sip_only", guard="1s")) as daemon:
            pbx, carrier = self.call_of("termination")
            self.refer(pbx)
            incoming = self.other.incoming()
            incoming.reply(incoming.invite, incoming.source, 200, "OK", self.other.sdp())
            incoming.expect_request("ACK")
            self.assertEqual(self.told_finally(pbx)[-1], "200")
            pbx.expect_bye(seconds=5)
            hang_up(carrier, incoming)
            daemon.record()
            daemon.eventually_idle()

    def test_transferor_leaves_at_once(self):
        with Daemon(self.folder, transferring("sip_only")) as daemon:
            pbx, carrier = self.call_of("termination")
            self.refer(pbx)
            incoming = self.other.incoming()
            pbx.request("BYE")
            self.assertEqual(pbx.response("BYE").status, 200)
            incoming.reply(incoming.invite, incoming.source, 200, "OK", self.other.sdp())
            incoming.expect_request("ACK")
            hang_up(carrier, incoming)
            daemon.record()
            daemon.eventually_idle()

    def test_the_transferee_hangs_up(self):
        with Daemon(self.folder, transferring("sip_only")) as daemon:
            pbx, carrier = self.call_of("termination")
            self.refer(pbx)
            incoming = self.other.incoming()
            incoming.ring()
            carrier.request("BYE")
            cancel, source = incoming.expect_request("CANCEL")
            incoming.reply(cancel, source, 200, "OK")
            incoming.reply(incoming.invite, incoming.source, 487, "Request Terminated")
            pbx.expect_bye()
            self.assertEqual(carrier.response("BYE").status, 200)
            daemon.record()
            daemon.eventually_idle()

    def test_attended(self):
        """The PBX has two calls, and joins their far ends: Refer-To holds Replaces (RFC 3891, RFC 5589 §7)."""
        with Daemon(self.folder, transferring("all")) as daemon:
            first, carrier = self.call_of("termination")
            second, consulted = self.call_of("termination")
            replaces = (f"{second.call_id.replace('@', '%40')}%3Bto-tag%3D{second.remote.split('tag=')[1]}"
                        f"%3Bfrom-tag%3D{second.local.split('tag=')[1]}")
            self.refer(first, f"<sip:+12125550100@acme.test?Replaces={replaces}>")
            incoming = self.carrier.incoming()
            named = incoming.invite.get("Replaces")
            self.assertTrue(named.startswith(consulted.call_id), named)
            self.assertIn(f"to-tag={consulted.local_tag}", named)
            incoming.reply(incoming.invite, incoming.source, 200, "OK", self.carrier.sdp())
            incoming.expect_request("ACK")
            consulted.request("BYE")  # the replaced dialog ends (RFC 3891 §3)
            second.expect_bye()
            self.assertEqual(self.told_finally(first)[-1], "200")
            first.request("BYE")
            hang_up(carrier, incoming)
            daemon.eventually_idle()


if __name__ == "__main__":
    unittest.main()
