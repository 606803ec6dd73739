"""Calls that are refused: each with its status, its Reason, its record, and the daemon alive."""

import unittest

from harness.agent import Agent
from harness.daemon import CARRIER, DOMAIN, NUMBER, PASSWORD, PBX, USER, Daemon, configuration, scratch
from harness.sip import parameters
from harness.steps import URI, connect, dial, hang_up
from harness.wait import eventually

STRANGER = "127.0.0.9"


class Refusals(unittest.TestCase):
    def setUp(self):
        self.folder = scratch(self._testMethodName)

    def agent(self, ip, **options):
        agent = Agent(ip, **options)
        self.addCleanup(agent.close)
        return agent

    def assert_reason(self, message, code):
        self.assertIn(f'text="{code}"', message.get("Reason"), message.text())

    def assert_a_call_works(self, daemon, pbx, carrier):
        daemon.assert_alive()
        hang_up(*connect(pbx, carrier))

    def test_wrong_password(self):
        """R-049, R-054: 407, then 403 with its Reason, one record, nothing at the carrier. A stranger leaves a log line alone."""
        config = configuration()
        config["access_groups"]["hq"]["ips"] = [PBX]
        config["access_groups"]["road"] = {"credentials": [{"user": USER, "password": PASSWORD}]}
        config["trunks"][0]["termination"]["access"]["any_of"] = ["hq", "road"]
        with Daemon(self.folder, config) as daemon:
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            call = pbx.invite(URI, user=USER, password="wrong", domain=DOMAIN)
            challenged = call.authenticate()
            self.assertEqual(challenged.status, 407)
            given = [parameters(v) for v in challenged.all("Proxy-Authenticate")]
            self.assertEqual([g["algorithm"] for g in given], ["SHA-256", "MD5"])
            self.assertEqual({g["realm"] for g in given}, {DOMAIN})
            refused = call.final()
            self.assertEqual(refused.status, 403)
            self.assert_reason(refused, "auth_wrong_password")
            record = daemon.record()
            self.assertEqual((record["sip_status"], record["reason"], record["attempts"]), (403, "auth_wrong_password", 0))
            stranger = self.agent(STRANGER)
            call = stranger.invite(URI, user=USER, password="wrong", domain=DOMAIN)
            call.authenticate()
            self.assertEqual(call.final().status, 403)
            carrier.nothing(0.3)
            self.assertEqual(len(daemon.records("call")), 1)
            self.assertTrue([line for line in daemon.log() if line.get("reason") == "auth_wrong_password"
                             and line.get("source") == f"{STRANGER}:5060"])
            self.assert_a_call_works(daemon, pbx, carrier)

    def test_each_algorithm(self):
        """R-051, R-052: an answer in any offered algorithm is taken; one that was not offered is not."""
        config = configuration()
        config["trunks"][0]["termination"]["challenge"]["algorithms"] = ["SHA-512-256", "SHA-256", "MD5"]
        with Daemon(self.folder, config):
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            for n in range(3):
                call = pbx.invite(URI, user=USER, password=PASSWORD, domain=DOMAIN)
                challenged = call.final()
                header = challenged.all("Proxy-Authenticate")[n]
                call.answer_challenge(challenged, header=header)
                carrier.incoming().reject(486)
                self.assertEqual(call.final().status, 486, header)
        config["trunks"][0]["termination"]["challenge"]["algorithms"] = ["SHA-256"]
        with Daemon(scratch("not_offered"), config):
            call = pbx.invite(URI, user=USER, password=PASSWORD, domain=DOMAIN)
            challenged = call.final()
            header = challenged.get("Proxy-Authenticate").replace("SHA-256", "MD5")
            call.answer_challenge(challenged, header=header)
            self.assertIn(call.final().status, (403, 407))
            carrier.nothing(0.3)

    def test_nonce_count_is_used_once(self):
        """R-054: the same nonce and nc again is challenged, not let through."""
        with Daemon(self.folder) as daemon:
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            call = pbx.invite(URI, user=USER, password=PASSWORD, domain=DOMAIN)
            challenged = call.final()
            call.answer_challenge(challenged)
            carrier.incoming().reject(486)
            self.assertEqual(call.final().status, 486)
            copy = pbx.invite(URI, user=USER, password=PASSWORD, domain=DOMAIN)
            copy.final()
            copy.answer_challenge(challenged)
            self.assertEqual(copy.final().status, 407)
            carrier.nothing(0.3)
            daemon.assert_alive()

    def test_unknown_domain(self):
        """R-041: a known peer hears 404 and why; an unknown one gets no detail, and never a challenge."""
        config = configuration()
        config["listeners"][0]["unknown_source"] = "reject"
        with Daemon(self.folder, config) as daemon:
            pbx, carrier, stranger = self.agent(PBX), self.agent(CARRIER), self.agent(STRANGER)
            call = stranger.invite(f"sip:{NUMBER}@nobody.test")
            refused = call.final()
            self.assertEqual(refused.status, 403)
            self.assertEqual(refused.get("Reason"), "")
            self.assertEqual(refused.get("Proxy-Authenticate"), "")
            known = carrier.invite(f"sip:{NUMBER}@127.0.0.1")
            refused = known.final()
            self.assertEqual(refused.status, 404)
            self.assert_reason(refused, "number_unknown")
            self.assert_a_call_works(daemon, pbx, carrier)

    def test_unlisted_source(self):
        """R-043: silence where the listener says drop, 403 where it says reject; each is counted."""
        config = configuration()
        config["access_groups"]["hq"]["ips"] = [PBX]
        with Daemon(self.folder, config) as daemon:
            stranger = self.agent(STRANGER)
            stranger.invite(URI, domain=DOMAIN)
            stranger.invite(f"sip:{NUMBER}@127.0.0.1")
            stranger.nothing(1.0)
            self.assertEqual(daemon.stats()["drops"], 2)
            self.assertEqual(daemon.stats()["calls"], 0)
            self.assert_a_call_works(daemon, self.agent(PBX), self.agent(CARRIER))
            daemon.eventually_idle()
        config["listeners"][0]["unknown_source"] = "reject"
        with Daemon(scratch("reject"), config) as daemon:
            call = stranger.invite(URI, domain=DOMAIN)
            self.assertEqual(call.final().status, 403)
            daemon.assert_alive()

    def test_addresses_and_credentials(self):
        """R-046: inside a group both must fit; a second group with addresses alone lets those in without a challenge."""
        config = configuration()
        config["listeners"][0]["unknown_source"] = "reject"
        config["access_groups"]["hq"]["ips"] = [PBX]
        config["access_groups"]["lab"] = {"ips": ["127.0.0.12/31"]}
        config["trunks"][0]["termination"]["access"]["any_of"] = ["hq", "lab"]
        with Daemon(self.folder, config):
            carrier = self.agent(CARRIER)
            for ip, password, want in ((PBX, PASSWORD, 486), (PBX, "wrong", 403), (STRANGER, PASSWORD, 403), ("127.0.0.12", "", 486),
                                       ("127.0.0.13", "", 486), ("127.0.0.14", "", 403)):
                with self.subTest(ip=ip, password=password):
                    peer = self.agent(ip)
                    call = peer.invite(URI, user=USER, password=password, domain=DOMAIN)
                    if ip == PBX:
                        call.authenticate()
                    if want == 486:
                        carrier.incoming().reject(486)
                    self.assertEqual(call.final().status, want)
                    peer.close()

    def test_wrong_numbers(self):
        """R-061: what is not + and E.164 gets 400 and its Reason."""
        with Daemon(self.folder) as daemon:
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            for number in ("12128675309", "0012128675309", "+1212abc", "+", "+1234567890123456"):
                call = dial(pbx, f"sip:{number}@{DOMAIN}")
                refused = call.final()
                self.assertEqual(refused.status, 400, number)
                self.assert_reason(refused, "number_invalid")
            carrier.nothing(0.3)
            self.assert_a_call_works(daemon, pbx, carrier)

    def test_max_forwards(self):
        """R-032: absent 400, 0 483, 1 goes through as 0."""
        with Daemon(self.folder) as daemon:
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            for value, status in ((None, 400), ("0", 483)):
                call = pbx.invite(URI, user=USER, password=PASSWORD, domain=DOMAIN, max_forwards=value)
                answer = call.final()
                if answer.status == 407:
                    call.answer_challenge(answer)
                    answer = call.final()
                self.assertEqual(answer.status, status)
            call = dial(pbx, max_forwards="1")
            incoming = carrier.incoming()
            self.assertEqual(incoming.invite.get("Max-Forwards"), "0")
            incoming.reject(486)
            self.assertEqual(call.final().status, 486)
            daemon.assert_alive()

    def test_methods(self):
        """R-031, R-150: OPTIONS from a known source 200 with Allow; a method that is not served 405 with Allow."""
        with Daemon(self.folder):
            carrier = self.agent(CARRIER)
            for method, status in (("OPTIONS", 200), ("SUBSCRIBE", 405), ("PUBLISH", 405)):
                answer = carrier.response_to(carrier.request(method, "sip:127.0.0.1"))
                self.assertEqual(answer.status, status, method)
                self.assertIn("INVITE", answer.get("Allow"))

    def test_ports_exhausted(self):
        """R-027: the range of one call: the second gets 503 and why, the third after the first has ended goes through."""
        config = configuration()
        config["media"]["ports"] = "10000-10003"
        with Daemon(self.folder, config) as daemon:
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            first = connect(pbx, carrier)
            second = dial(pbx)
            refused = second.final()
            self.assertEqual(refused.status, 503)
            self.assert_reason(refused, "ports_exhausted")
            carrier.nothing(0.3)
            hang_up(*first)
            eventually("the ports are free", lambda: daemon.stats()["ports_in_use"] == 0)
            self.assert_a_call_works(daemon, pbx, carrier)
            daemon.eventually_idle()

    def test_call_limit(self):
        """limits.max_calls: one more is refused with 503."""
        config = configuration()
        config["limits"]["max_calls"] = 1
        with Daemon(self.folder, config) as daemon:
            pbx, carrier = self.agent(PBX), self.agent(CARRIER)
            first = connect(pbx, carrier)
            second = pbx.invite(URI, user=USER, password=PASSWORD, domain=DOMAIN)
            self.assertEqual(second.final().status, 503)  # before any challenge: a full switch computes no digests
            hang_up(*first)
            eventually("the call is gone", lambda: daemon.stats()["calls"] == 0)
            self.assert_a_call_works(daemon, pbx, carrier)


if __name__ == "__main__":
    unittest.main()
