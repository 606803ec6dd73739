"""Calls that work: both directions, every way they begin and end, and their sound."""

import unittest

from harness.agent import Agent
from harness.daemon import CARRIER, DID, DOMAIN, NUMBER, PBX, Daemon, configuration, scratch
from harness.rtp import RtpEnd, exchange
from harness.sip import digest_is_right, media_address
from harness.steps import URI, connect, dial, hang_up, originate
from harness.wait import eventually

OTHER_DID = "+14155550001"


class Calls(unittest.TestCase):
    def setUp(self):
        self.folder = scratch(self._testMethodName)

    def agent(self, ip, **options):
        agent = Agent(ip, **options)
        self.addCleanup(agent.close)
        return agent

    def end(self, ip, port, mark):
        end = RtpEnd(ip, port, mark)
        self.addCleanup(end.close)
        return end

    def hear_each_other(self, pairs, seconds=1.0):
        """pairs: two (end, remote address); asserts that each hears what the other sent, and nothing else."""
        exchange(pairs, seconds)
        (near, _), (far, _) = pairs
        for one, other in ((near, far), (far, near)):
            def arrived(one=one, other=other):
                return len(one.heard_from(other.mark)) >= other.sent - 2
            eventually(f"sound of {other.mark:#x}", arrived, 3)
            self.assertEqual([h for h in one.heard if h[4] != other.mark], [])

    def test_termination_with_sound_both_ways(self):
        """R-001, R-002, R-028: one call, two dialogs that share nothing, audio across, BYE from the caller."""
        with Daemon(self.folder) as daemon:
            fds = daemon.fds()
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            call, incoming = connect(pbx, carrier)
            self.assertEqual(incoming.invite.uri.split("@")[0], f"sip:{NUMBER}")
            self.assertNotEqual(incoming.invite.get("Call-ID"), call.call_id)
            self.assertNotEqual(incoming.invite.tag("From"), call.invite.tag("From"))
            self.assertEqual(incoming.invite.get("Max-Forwards"), "69")
            self.assertNotIn(PBX, incoming.invite.text())
            near, far = self.end(PBX, 30000, 0x11), self.end(CARRIER, 30000, 0x22)
            to_near, to_far = media_address(incoming.remote_sdp), media_address(call.remote_sdp)
            for _, port, payload in (to_near, to_far):
                self.assertEqual(port % 2, 0)
                self.assertIn(port, range(10000, 20001))
                self.assertEqual(payload, 8)
            self.hear_each_other([(near, to_far[:2]), (far, to_near[:2])])
            stats = daemon.stats()
            self.assertEqual((stats["calls"], stats["ports_in_use"]), (1, 4))
            hang_up(call, incoming)

            record = daemon.record()
            self.assertEqual((record["trunk"], record["carrier"], record["direction"]), ("acme", "north", "termination"))
            self.assertEqual((record["from"], record["to"], record["called"]), ("+12125550001", NUMBER, NUMBER))
            self.assertEqual((record["sip_status"], record["reason"], record["q850"]), (200, "caller_hung_up", 16))
            self.assertEqual(record["hung_up_by"], "caller")
            for side, mine, other in (("caller", near, far), ("callee", far, near)):
                # A path takes effect in the worker's next tick: a packet right behind the ACK may come before it.
                self.assertIn(mine.sent - record["media"][side]["received_packets"], (0, 1, 2))
                self.assertGreaterEqual(record["media"][side]["sent_packets"], other.sent - 2)
            lines = [line for line in daemon.log() if line.get("call") == record["id"]]
            self.assertGreater(len(lines), 1)
            daemon.eventually_as_at_start(fds)

    def test_origination(self):
        """R-003, R-012, R-088: calls for two numbers of the trunk reach its PBX; BYE from the called side."""
        config = configuration()
        config["numbers"].append({"number": OTHER_DID, "trunk": "acme"})
        with Daemon(self.folder, config) as daemon:
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            for number in (DID, OTHER_DID):
                call, incoming = originate(carrier, pbx, number)
                self.assertEqual(incoming.invite.uri, f"sip:{number}@{PBX}:5060")
                incoming.request("BYE")
                call.expect_bye()
                self.assertEqual(incoming.response("BYE").status, 200)
            records = eventually("two records", lambda: len(daemon.records("call")) == 2 and daemon.records("call"))
            for record in records:
                self.assertEqual((record["direction"], record["trunk"], record["carrier"]), ("origination", "acme", "north"))
                self.assertEqual((record["hung_up_by"], record["reason"]), ("callee", "callee_hung_up"))
            ended = [line for line in daemon.log() if line["event"] == "call_ended"]
            self.assertEqual([(line["trunk"], line["carrier"]) for line in ended], [("acme", "north")] * 2)
            daemon.eventually_idle()

    def test_tcp(self):
        """R-029: the same call over TCP from the PBX; answers come back on its connection."""
        with Daemon(self.folder) as daemon:
            pbx, carrier = self.agent(PBX, transport="tcp"), self.agent(CARRIER)
            call, incoming = connect(pbx, carrier)
            hang_up(call, incoming)
            self.assertEqual(daemon.record()["listener"], "tcp")

    def test_ipv6(self):
        """R-180: a call whose two sides speak IPv6, signalling and media."""
        config = configuration()
        config["listeners"] = [{"name": "udp6", "transport": "udp", "address": "[fd77::1]:5060"}]
        config["media"]["address_v6"] = "fd77::1"
        config["carriers"][0]["targets"] = [{"uri": "sip:{number}@[fd77::20]:5060"}]
        config["carriers"][0]["sources"] = ["fd77::20"]
        with Daemon(self.folder, config) as daemon:
            pbx = self.agent("fd77::10", switch=("fd77::1", 5060))
            carrier = self.agent("fd77::20", switch=("fd77::1", 5060))
            call, incoming = connect(pbx, carrier)
            near, far = self.end("fd77::10", 30000, 0x11), self.end("fd77::20", 30000, 0x22)
            self.hear_each_other([(near, media_address(call.remote_sdp)[:2]), (far, media_address(incoming.remote_sdp)[:2])])
            hang_up(call, incoming)
            self.assertEqual(daemon.record()["sip_status"], 200)
            daemon.eventually_idle()

    def test_late_offer(self):
        """An INVITE without a description is passed on so; the carrier's offer comes in our 200, the PBX's answer in its ACK."""
        with Daemon(self.folder) as daemon:
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            call = dial(pbx, body="")
            incoming = carrier.incoming()
            self.assertEqual(incoming.invite.body, "")
            incoming.reply(incoming.invite, incoming.source, 200, "OK", carrier.sdp(payloads=(8, 0)))
            answer = call.final()
            self.assertIn("m=audio", answer.body)
            call.ack(pbx.sdp(payloads=(8,)))
            ack, _ = incoming.expect_request("ACK")
            self.assertIn("m=audio", ack.body)
            near, far = self.end(PBX, 30000, 0x11), self.end(CARRIER, 30000, 0x22)
            self.hear_each_other([(near, media_address(answer.body)[:2]), (far, media_address(ack.body)[:2])])
            hang_up(call, incoming)
            self.assertEqual(daemon.record()["sip_status"], 200)

    def test_early_media(self):
        """R-129: 183 with a description, then 180 without: the caller hears the carrier before the answer."""
        with Daemon(self.folder):
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            call = dial(pbx)
            incoming = carrier.incoming()
            incoming.ring(183, carrier.sdp())
            early = call.provisional(183)
            near, far = self.end(PBX, 30000, 0x11), self.end(CARRIER, 30000, 0x22)
            self.hear_each_other([(near, media_address(early.body)[:2]), (far, media_address(incoming.remote_sdp)[:2])], 0.5)
            incoming.ring(180)
            call.provisional(180)
            incoming.reply(incoming.invite, incoming.source, 200, "OK", carrier.sdp())
            self.assertEqual(media_address(call.final().body), media_address(early.body))
            call.ack()
            incoming.expect_request("ACK")
            hang_up(call, incoming)

    def test_cancel(self):
        """CANCEL while it rings: 200 and 487 to the caller, CANCEL to the carrier, the record says who gave up."""
        with Daemon(self.folder) as daemon:
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            call = dial(pbx)
            incoming = carrier.incoming()
            incoming.ring()
            call.provisional(180)
            call.cancel()
            self.assertEqual(call.response("CANCEL").status, 200)
            self.assertEqual(call.final().status, 487)
            cancel, source = incoming.expect_request("CANCEL")
            incoming.reply(cancel, source, 200, "OK")
            incoming.reject(487, "Request Terminated")
            record = daemon.record()
            self.assertEqual((record["sip_status"], record["reason"], record["answer"]), (487, "caller_cancelled", None))
            daemon.eventually_idle()

    def test_cancel_crosses_the_answer(self):
        """RFC 5407 §3.1.2: the carrier answers while our CANCEL is on its way: it gets ACK and BYE."""
        with Daemon(self.folder) as daemon:
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            call = dial(pbx)
            incoming = carrier.incoming()
            incoming.ring()
            call.provisional(180)
            call.cancel()
            cancel, source = incoming.expect_request("CANCEL")
            incoming.reply(incoming.invite, incoming.source, 200, "OK", carrier.sdp())
            incoming.reply(cancel, source, 200, "OK")
            incoming.expect_request("ACK")
            incoming.expect_bye()
            self.assertEqual(call.final().status, 487)
            self.assertEqual(daemon.record()["reason"], "caller_cancelled")
            daemon.eventually_idle()

    def test_reinvite(self):
        """R-127: an unchanged description is a refresh, which is answered here, and the call goes on."""
        with Daemon(self.folder) as daemon:
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            call, incoming = connect(pbx, carrier)
            refreshed = call.reinvite(call.body)
            self.assertEqual(refreshed.status, 200)
            self.assertEqual(media_address(refreshed.body), media_address(call.remote_sdp))
            self.assertEqual(incoming.reinvite(carrier.sdp()).status, 200)
            near, far = self.end(PBX, 30000, 0x11), self.end(CARRIER, 30000, 0x22)
            self.hear_each_other([(near, media_address(call.remote_sdp)[:2]), (far, media_address(incoming.remote_sdp)[:2])], 0.4)
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_max_duration(self):
        """R-126: at the limit both legs get BYE, not before."""
        config = configuration()
        config["trunks"][0]["general"]["max_duration"] = "2s"
        with Daemon(self.folder, config) as daemon:
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            call, incoming = connect(pbx, carrier)
            pbx.nothing(1.5, lambda m: m.method == "BYE")
            self.assertIn("max_duration", call.expect_bye().get("Reason"))
            incoming.expect_bye()
            record = daemon.record()
            self.assertEqual((record["reason"], record["hung_up_by"]), ("max_duration", "tandem"))
            self.assertGreaterEqual(record["billable_ms"], 1900)

    def test_outgoing_digest(self):
        """R-053: a carrier that challenges gets an answer to the topmost header that we understand."""
        config = configuration()
        config["carriers"][0]["auth"] = {"user": "tandem", "password": "s3cret"}
        with Daemon(self.folder, config) as daemon:
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            call = dial(pbx)
            first = carrier.incoming()
            first.reject(407, "Proxy Authentication Required", [
                ("Proxy-Authenticate", 'Digest realm="north", nonce="abc", algorithm=SHA-999, qop="auth"'),
                ("Proxy-Authenticate", 'Digest realm="north", nonce="def", algorithm=SHA-256, qop="auth"'),
                ("Proxy-Authenticate", 'Digest realm="north", nonce="ghi", algorithm=MD5, qop="auth"')])
            second = carrier.incoming()
            answer = second.invite.get("Proxy-Authorization")
            self.assertIn("SHA-256", answer)
            self.assertIn('"def"', answer)
            self.assertTrue(digest_is_right(answer, "INVITE", "s3cret"), answer)
            self.assertGreater(second.invite.cseq[0], first.invite.cseq[0])
            self.assertEqual(second.invite.get("Call-ID"), first.invite.get("Call-ID"))
            second.reply(second.invite, second.source, 200, "OK", carrier.sdp())
            self.assertEqual(call.final().status, 200)
            call.ack()
            second.expect_request("ACK")
            hang_up(call, second)
            self.assertEqual(daemon.record()["sip_status"], 200)

    def test_only_unknown_realms(self):
        """R-053: a challenge for a realm that we have no credentials for is not answered; the call fails and the record says why."""
        config = configuration()
        config["carriers"][0]["auth"] = {"user": "tandem", "password": "s3cret", "realm": "north"}
        with Daemon(self.folder, config) as daemon:
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            call = dial(pbx)
            carrier.incoming().reject(401, "Unauthorized", [
                ("WWW-Authenticate", 'Digest realm="south", nonce="abc", algorithm=SHA-256, qop="auth"')])
            self.assertGreaterEqual(call.final().status, 500)
            carrier.nothing(0.3)
            self.assertEqual(daemon.record()["reason"], "target_auth_failed")

    def test_target_forms(self):
        """R-088 to R-091: no user part, a fixed one, {number} inside and alone, digits without +; for two numbers each."""
        config = configuration()
        config["numbers"].append({"number": OTHER_DID, "trunk": "acme"})
        with Daemon(self.folder, config) as daemon:
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            for user, expected in (("", "{}"), ("anniebp@", "anniebp"), ("{number}@", "{}"), ("4690001@", "4690001")):
                config["trunks"][0]["origination"]["targets"] = [{"uri": f"sip:{user}{PBX}:5060"}]
                daemon.reload(config)
                for number in (DID, OTHER_DID):
                    call = carrier.invite(f"sip:{number}@127.0.0.1", caller="+13125550123", domain=CARRIER)
                    incoming = pbx.incoming()
                    self.assertEqual(incoming.invite.uri, f"sip:{expected.format(number)}@{PBX}:5060")
                    incoming.reject(486)
                    self.assertEqual(call.final().status, 486)

    def test_log_level_at_run_time(self):
        """More lines after `tandemctl log debug`, and none at info level after `log error`; the call goes on."""
        with Daemon(self.folder) as daemon:
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)

            def lines_of_a_call():
                before = len(daemon.log())
                calls = len(daemon.records("call"))
                hang_up(*connect(pbx, carrier))
                eventually("the record", lambda: len(daemon.records("call")) == calls + 1)
                daemon.eventually_idle()
                return len(daemon.log()) - before

            normal = lines_of_a_call()
            daemon.ctl("log", "debug")
            self.assertGreater(lines_of_a_call(), normal)
            daemon.ctl("log", "error")
            self.assertEqual(lines_of_a_call(), 0)
            self.assertNotEqual(daemon.ctl("log", "loudest", check=False).returncode, 0)

    def test_domain_in_the_request_uri_counts(self):
        """R-015, R-042: the domain compares without case, a foreign From host does not matter."""
        with Daemon(self.folder):
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            call = pbx.invite(URI.replace(DOMAIN, DOMAIN.upper()), user="acme", password="right-horse", domain="elsewhere.test")
            call.authenticate()
            incoming = carrier.incoming()
            incoming.reject(486, "Busy Here")
            self.assertEqual(call.final().status, 486)


if __name__ == "__main__":
    unittest.main()
