"""The sound of a call: where it goes, what is changed in it, and who cannot get into it."""

import re
import unittest

from harness.agent import Agent
from harness.daemon import CARRIER, PBX, Daemon, configuration, scratch
from harness.rtp import RtpEnd, exchange
from harness.sip import media_address
from harness.steps import connect, dial, hang_up, originate
from harness.wait import eventually


class Media(unittest.TestCase):
    def setUp(self):
        self.folder = scratch(self._testMethodName)
        self.pbx, self.carrier = Agent(PBX), Agent(CARRIER)
        self.addCleanup(self.pbx.close)
        self.addCleanup(self.carrier.close)

    def end(self, ip, port, mark):
        end = RtpEnd(ip, port, mark)
        self.addCleanup(end.close)
        return end

    def symmetric(self, on):
        config = configuration()
        config["trunks"][0]["general"]["symmetric_rtp"] = on
        return config

    def sides(self, call, incoming):
        """Where the two sides send to: (the caller's, the callee's)."""
        return media_address(call.remote_sdp)[:2], media_address(incoming.remote_sdp)[:2]

    def test_without_symmetric_rtp_the_description_counts(self):
        """R-131 off: the PBX sends from another port than it names; sound for it goes to the port it named."""
        with Daemon(self.folder, self.symmetric(False)):
            call, incoming = connect(self.pbx, self.carrier)
            named, other, far = self.end(PBX, 30000, 0x11), self.end(PBX, 31000, 0x33), self.end(CARRIER, 30000, 0x22)
            to_switch, to_switch_far = self.sides(call, incoming)
            exchange([(other, to_switch), (far, to_switch_far)], 0.6)
            self.assertGreater(len(named.heard_from(0x22)), 20)
            self.assertEqual(other.heard_from(0x22), [])
            hang_up(call, incoming)

    def test_symmetric_rtp_follows_the_source(self):
        """R-131 on, R-005: sound goes to where the PBX's own comes from, whichever side placed the call."""
        with Daemon(self.folder, self.symmetric(True)) as daemon:
            for direction in ("termination", "origination"):
                with self.subTest(direction):
                    if direction == "termination":
                        call, incoming = connect(self.pbx, self.carrier)
                        to_switch, to_switch_far = self.sides(call, incoming)
                    else:
                        call, incoming = originate(self.carrier, self.pbx)
                        to_switch_far, to_switch = self.sides(call, incoming)
                    behind_nat, far = RtpEnd(PBX, 31000, 0x33), RtpEnd(CARRIER, 30000, 0x22)
                    exchange([(behind_nat, to_switch), (far, to_switch_far)], 1.0)
                    self.assertGreater(len(behind_nat.heard_from(0x22)), 40)
                    self.assertGreater(len(far.heard_from(0x33)), 40)
                    behind_nat.close()
                    far.close()
                    hang_up(call, incoming)
            daemon.eventually_idle()

    def test_a_third_party_cannot_take_the_stream(self):
        """R-131: after the source is learnt, packets from elsewhere neither move the stream nor are heard; they are counted."""
        with Daemon(self.folder, self.symmetric(True)) as daemon:
            call, incoming = connect(self.pbx, self.carrier)
            near, far, thief = self.end(PBX, 31000, 0x33), self.end(CARRIER, 30000, 0x22), self.end("127.0.0.66", 30000, 0x66)
            to_switch, to_switch_far = self.sides(call, incoming)
            exchange([(near, to_switch), (far, to_switch_far)], 0.5)
            exchange([(near, to_switch), (far, to_switch_far), (thief, to_switch)], 0.5)
            self.assertEqual(thief.heard_from(0x22), [])
            self.assertEqual(far.heard_from(0x66), [])
            self.assertGreater(len(near.heard_from(0x22)), 45)
            hang_up(call, incoming)
            self.assertEqual(daemon.record()["media"]["caller"]["foreign_packets"], thief.sent)

    def test_payload_types_are_mapped(self):
        """Each side keeps its own number for telephone-event; the other hears it under its own."""
        with Daemon(self.folder):
            offer = re.sub(r"\b101\b", "96", self.pbx.sdp())
            call = dial(self.pbx, body=offer)
            incoming = self.carrier.incoming()
            incoming.reply(incoming.invite, incoming.source, 200, "OK", re.sub(r"\b101\b", "110", self.carrier.sdp()))
            answer = call.final()
            self.assertIn("a=rtpmap:96 telephone-event/8000", answer.body)
            call.ack()
            incoming.expect_request("ACK")
            near, far = self.end(PBX, 30000, 0x11), self.end(CARRIER, 30000, 0x22)
            to_switch, to_switch_far = media_address(answer.body)[:2], media_address(incoming.remote_sdp)[:2]
            exchange([(near, to_switch), (far, to_switch_far)], 0.3)
            near.send(to_switch, 96)
            far.send(to_switch_far, int(re.search(r"^a=rtpmap:(\d+) telephone-event", incoming.remote_sdp, re.M).group(1)))

            def events(end):
                return {h[0] for h in end.heard_from(0x11) + end.heard_from(0x22) if h[0] != 8}

            eventually("both sides hear the event", lambda: events(near) and events(far), 3)
            self.assertEqual(events(near), {96})
            self.assertEqual(events(far), {110})
            hang_up(call, incoming)

    def test_attributes_of_a_description(self):
        """What a side can hear crosses; what names its own sockets, and what nobody knows, does not (R-177)."""
        with Daemon(self.folder) as daemon:
            lines = ["a=ptime:20", "a=maxptime:40", "a=rtcp:30777", "a=rtcp-mux", "a=x-unheard-of:1", "a=silenceSupp:off - - - -"]
            call = dial(self.pbx, body=self.pbx.sdp(extra=lines) + "m=video 31000 RTP/AVP 31\r\na=sendrecv\r\n")
            incoming = self.carrier.incoming()
            for kept in ("a=ptime:20", "a=maxptime:40"):
                self.assertIn(kept, incoming.invite.body)
            for gone in ("rtcp-mux", "30777", "x-unheard-of", "m=video"):
                self.assertNotIn(gone, incoming.invite.body)
            incoming.reply(incoming.invite, incoming.source, 200, "OK", self.carrier.sdp(extra=["a=ptime:20"]))
            answer = call.final()
            self.assertEqual(re.findall(r"^m=(\S+) (\d+)", answer.body, re.M)[1], ("video", "0"), "refused, and in its place")
            self.assertNotIn("rtcp-mux", answer.body)
            self.assertIn("a=ptime:20", answer.body)
            call.ack()
            incoming.expect_request("ACK")
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_sequence_and_ssrc_are_ours(self):
        """What a side hears is one stream: one SSRC, numbers that follow each other, not the other side's SSRC."""
        with Daemon(self.folder):
            call, incoming = connect(self.pbx, self.carrier)
            near, far = self.end(PBX, 30000, 0x11), self.end(CARRIER, 30000, 0x22)
            to_switch, to_switch_far = self.sides(call, incoming)
            exchange([(near, to_switch), (far, to_switch_far)], 0.4)
            near.ssrc, near.sequence, near.timestamp = 0x9999, 5, 77  # the caller changes its source in mid-call
            exchange([(near, to_switch), (far, to_switch_far)], 0.4)
            eventually("the far side hears all", lambda: len(far.heard_from(0x11)) >= near.sent - 1, 3)
            self.assertEqual(len({h[3] for h in far.heard}), 1)
            steps = [(b[1] - a[1]) & 0xFFFF for a, b in zip(far.heard, far.heard[1:])]
            self.assertEqual(set(steps), {1})
            hang_up(call, incoming)

    def test_no_common_codec(self):
        """R-134 as far as it goes: without a codec in common the call is refused with 488, not bridged into silence."""
        with Daemon(self.folder) as daemon:
            call = dial(self.pbx, body=self.pbx.sdp(payloads=(0,)))
            incoming = self.carrier.incoming()
            incoming.reply(incoming.invite, incoming.source, 200, "OK", self.carrier.sdp(payloads=(8,)))
            incoming.expect_request("ACK")
            incoming.expect_bye()
            self.assertGreaterEqual(call.final().status, 400)
            daemon.eventually_idle()

    def test_every_port_lies_in_the_range(self):
        """R-027: many calls at once, each port even, in the range, and given once."""
        config = configuration()
        config["media"]["ports"] = "12000-12199"
        with Daemon(self.folder, config) as daemon:
            calls = [connect(self.pbx, self.carrier) for _ in range(25)]
            ports = [p for call, incoming in calls for _, p in self.sides(call, incoming)]
            self.assertEqual(len(set(ports)), 50)
            self.assertEqual({p % 2 for p in ports}, {0})
            self.assertTrue(all(12000 <= p <= 12198 for p in ports), ports)
            self.assertEqual(daemon.stats()["ports_in_use"], 100)
            for call, incoming in calls:
                hang_up(call, incoming)
            daemon.eventually_idle()


if __name__ == "__main__":
    unittest.main()
