"""Targets that are names: NAPTR, SRV and address records of a scripted name server, every record tried, and names that fail
without harming other calls. RFC 3263."""

import time
import unittest

from harness.case import CARRIER, DID, PBX, PBX_2, PBX_3, Case, by_address, set_targets
from harness.daemon import Daemon
from harness.dns import DnsServer
from harness.steps import hang_up
from harness.wait import eventually

NAME_SERVER = ("127.0.0.53", 5353)
SBC = "sbc.example.net"
ALIVE = "alive.example.net"


def named(*targets, **dns):
    """DID's calls go to these; names are asked of the scripted server."""
    config = set_targets(by_address(), *targets)
    config["dns"] = {"servers": [f"{NAME_SERVER[0]}:{NAME_SERVER[1]}"], **dns}
    return config


class Names(Case):
    def setUp(self):
        super().setUp()
        self.dns = DnsServer(*NAME_SERVER)
        self.addCleanup(self.dns.close)
        self.first, self.second, self.carrier = self.agent(PBX), self.agent(PBX_2), self.agent(CARRIER)
        self.dns.set(ALIVE, "A", PBX_2)

    def srv(self, *records, name=SBC, transport="udp", ttl=60):
        """records: (priority, weight, port, host)."""
        self.dns.set(f"_sip._{transport}.{name}", "SRV", *records, ttl=ttl)

    def reason_of_attempts(self, daemon, count):
        attempts = eventually(f"{count} attempts", lambda: len(daemon.records("attempt")) == count and daemon.records("attempt"))
        return [a["reason"] for a in attempts]

    def test_address_record(self):
        """R-176, R-087: no SRV: the A record and port 5060; with a port in the URI the A record and that port, no SRV asked for.
        The name stays in the Request-URI (RFC 3261 §8.1.1.1) and in the record."""
        at_5080 = self.agent(PBX, port=5080)
        self.dns.set(SBC, "A", PBX)
        with Daemon(self.folder, named(f"sip:{{number}}@{SBC}")) as daemon:
            invite = self.goes_to(self.first, self.did_call(self.carrier))
            self.assertEqual(invite.uri, f"sip:{DID}@{SBC}")
            record = daemon.record()
            self.assertEqual((record["target_address"], record["called_sent"]), (f"{PBX}:5060", DID))
            self.dns.forget_queries()
            daemon.reload(named(f"sip:{{number}}@{SBC}:5080"))
            self.assertEqual(self.goes_to(at_5080, self.did_call(self.carrier)).uri, f"sip:{DID}@{SBC}:5080")
            self.assertEqual([q.type for q in self.dns.queries() if q.type in ("SRV", "NAPTR")], [])

    def test_srv_order(self):
        """R-176: the lowest priority first, its port; the next when that one refuses to hear."""
        at_5062 = self.agent(PBX, port=5062)
        self.srv((20, 0, 5060, ALIVE), (10, 0, 5062, "a.example.net"))
        self.dns.set("a.example.net", "A", PBX)
        with Daemon(self.folder, named(f"sip:{SBC}")) as daemon:
            for _ in range(2):
                self.goes_to(at_5062, self.did_call(self.carrier))
            at_5062.close()
            self.goes_to(self.second, self.did_call(self.carrier))
            self.assertEqual(self.reason_of_attempts(daemon, 4)[2], "target_unreachable")
            daemon.eventually_idle()

    def test_srv_weights(self):
        """RFC 2782: records of one priority share by weight; 40 calls of 3 to 1."""
        self.srv((10, 30, 5060, "a.example.net"), (10, 10, 5060, ALIVE))
        self.dns.set("a.example.net", "A", PBX)
        counts = {self.first: 0, self.second: 0}
        with Daemon(self.folder, named(f"sip:{SBC}"), level="warn"):
            for _ in range(40):
                call = self.did_call(self.carrier)
                taker = self.taker(self.first, self.second)
                counts[taker] += 1
                self.goes_to(taker, call)
        # 30 and 10 expected, standard deviation 2.7.
        self.assertGreater(counts[self.first], 15, counts)
        self.assertGreater(counts[self.second], 0, counts)

    def test_silent_record_then_the_next(self):
        """R-105, R-176: a record that does not answer is given up not before no_response_timeout, then the next record gets the
        call; the first one's late answer is ended."""
        self.srv((10, 0, 5060, "a.example.net"), (20, 0, 5060, ALIVE))
        self.dns.set("a.example.net", "A", PBX)
        config = named(f"sip:{SBC}")
        config["trunks"][0]["general"]["no_response_timeout"] = "1s"
        with Daemon(self.folder, config) as daemon:
            begin = time.monotonic()
            call = self.did_call(self.carrier)
            silent = self.first.incoming()
            incoming, _ = self.answered(self.second, call)
            self.assertGreaterEqual(time.monotonic() - begin, 0.95)
            silent.reply(silent.invite, silent.source, 200, "OK", self.first.sdp())
            silent.expect_request("ACK")
            silent.expect_bye()
            hang_up(call, incoming)
            self.assertEqual(self.reason_of_attempts(daemon, 2)[0], "no_response")
            daemon.eventually_idle()

    def test_refusal_goes_on_to_the_next_record(self):
        """RFC 3263 §4.3: 503 of one record tries the next; a stop code does not."""
        self.srv((10, 0, 5060, "a.example.net"), (20, 0, 5060, ALIVE))
        self.dns.set("a.example.net", "A", PBX)
        with Daemon(self.folder, named(f"sip:{SBC}")):
            call = self.did_call(self.carrier)
            self.first.incoming().reject(503)
            self.goes_to(self.second, call)
            self.goes_to(self.first, self.did_call(self.carrier), 486)
            self.second.nothing(0.2)

    def test_several_addresses(self):
        """R-176: a name with two A records, one of which nobody listens at: the other."""
        self.dns.set(SBC, "A", PBX_3, PBX)
        with Daemon(self.folder, named(f"sip:{SBC}")):
            for _ in range(4):
                self.goes_to(self.first, self.did_call(self.carrier))

    def test_naptr_chooses_tcp(self):
        """RFC 3263 §4.1: without a transport in the URI the NAPTR's order decides; with one, its SRV is asked for at once."""
        over_tcp = self.agent(PBX, transport="tcp")
        self.dns.set(SBC, "NAPTR", (10, 10, "s", "SIP+D2T", "", f"_sip._tcp.{SBC}"), (20, 10, "s", "SIP+D2U", "", f"_sip._udp.{SBC}"))
        self.srv((10, 0, 5060, "a.example.net"), transport="tcp")
        self.srv((10, 0, 5060, ALIVE))
        self.dns.set("a.example.net", "A", PBX)
        with Daemon(self.folder, named(f"sip:{SBC}")) as daemon:
            self.goes_to(over_tcp, self.did_call(self.carrier))
            self.assertEqual(daemon.record()["target_transport"], "tcp")
            self.dns.forget_queries()
            daemon.reload(named(f"sip:{SBC};transport=udp"))
            self.goes_to(self.second, self.did_call(self.carrier))
            self.assertEqual(self.dns.count(SBC, "NAPTR"), 0)

    def test_name_that_does_not_exist(self):
        """R-176: the next target gets the call; with no other target the caller hears 503 and why."""
        nowhere_first = named({"uri": "sip:nowhere.example.net", "priority": 1}, {"uri": f"sip:{PBX_2}:5060", "priority": 2})
        with Daemon(self.folder, nowhere_first) as daemon:
            self.goes_to(self.second, self.did_call(self.carrier))
            daemon.reload(named("sip:nowhere.example.net"))
            self.refused(self.did_call(self.carrier), 503)
            records = eventually("two records", lambda: len(daemon.records("call")) == 2 and daemon.records("call"))
            self.assertEqual([r["reason"] for r in records], ["rejected_by_target", "name_unresolved"])
            daemon.eventually_idle()

    def test_a_slow_name_delays_nobody_else(self):
        """R-176: while one call waits for its name, another goes through from ring to end; then the slow one."""
        quick_did = "+14155550002"
        self.dns.set("slow.example.net", "A", PBX)
        self.dns.behave("slow.example.net", delay=1.5)
        config = named("sip:slow.example.net:5060", timeout="10s")
        config["trunks"].append({"name": "quick", "account": "acme", "origination": {"targets": [{"uri": f"sip:{ALIVE}"}]}})
        config["numbers"].append({"number": quick_did, "trunk": "quick"})
        with Daemon(self.folder, config) as daemon:
            waiting = self.did_call(self.carrier)
            eventually("the slow name is asked for", lambda: self.dns.count("slow.example.net", "A"))
            quick = self.did_call(self.carrier, quick_did)
            incoming, _ = self.answered(self.second, quick)
            hang_up(quick, incoming)
            asked = self.dns.queries("slow.example.net", "A")[0].at
            if time.monotonic() - asked < 1.4:  # a machine too slow to tell proves nothing
                self.assertEqual([m for m, _ in self.first.waiting], [])
            self.goes_to(self.first, waiting)
            daemon.eventually_idle()

    def test_a_caller_that_gives_up_meanwhile(self):
        """CANCEL while the name is being looked up: 487, no INVITE, nothing left."""
        self.dns.set("slow.example.net", "A", PBX)
        self.dns.behave("slow.example.net", delay=1.0)
        with Daemon(self.folder, named("sip:slow.example.net:5060", timeout="10s")) as daemon:
            call = self.did_call(self.carrier)
            eventually("the name is asked for", lambda: self.dns.count("slow.example.net", "A"))
            call.cancel()
            self.assertEqual(call.final().status, 487)
            self.first.nothing(1.3)
            self.assertEqual(daemon.record()["reason"], "caller_cancelled")
            daemon.eventually_idle()

    def test_time_to_live(self):
        """R-176: asked once while the record lives, again after it, and then the new address counts."""
        self.dns.set(SBC, "A", PBX, ttl=1)
        with Daemon(self.folder, named(f"sip:{SBC}:5060")):
            self.goes_to(self.first, self.did_call(self.carrier))
            self.dns.set(SBC, "A", PBX_2, ttl=3600)
            time.sleep(1.1)
            self.goes_to(self.second, self.did_call(self.carrier))
            asked = self.dns.count(SBC, "A")
            self.assertEqual(asked, 2)
            for _ in range(3):
                self.goes_to(self.second, self.did_call(self.carrier))
            self.assertEqual(self.dns.count(SBC, "A"), asked)

    def test_no_name_server(self):
        """R-176: nobody answers at the server's address: 503 and why for the named target, and numeric targets work on."""
        config = named(f"sip:{SBC}", servers=["127.0.0.54:5353"], timeout="1s")
        config["trunks"].append({"name": "numeric", "account": "acme", "origination": {"targets": [{"uri": f"sip:{PBX_2}:5060"}]}})
        config["numbers"].append({"number": "+14155550002", "trunk": "numeric"})
        with Daemon(self.folder, config) as daemon:
            call = self.did_call(self.carrier)
            self.goes_to(self.second, self.did_call(self.carrier, "+14155550002"))
            self.assertEqual(call.final(20).status, 503)
            records = eventually("two records", lambda: len(daemon.records("call")) == 2 and daemon.records("call"))
            self.assertEqual({r["reason"] for r in records}, {"name_unresolved", "rejected_by_target"})
            daemon.eventually_idle()

    def test_carrier_by_name(self):
        """R-083, R-176: a carrier's target may be a name as well."""
        pbx = self.first
        config = named(f"sip:{PBX}:5060")
        config["carriers"][0]["targets"] = [{"uri": "sip:{number}@carrier.example.net"}]
        self.dns.set("_sip._udp.carrier.example.net", "SRV", (10, 0, 5070, "gw.example.net"))
        self.dns.set("gw.example.net", "A", CARRIER)
        gateway = self.agent(CARRIER, port=5070)
        with Daemon(self.folder, config):
            invite = self.goes_to(gateway, pbx.invite("sip:+12125550100@acme.test"))
            self.assertEqual(invite.uri, "sip:+12125550100@carrier.example.net")


if __name__ == "__main__":
    unittest.main()
