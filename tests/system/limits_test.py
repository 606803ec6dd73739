"""Channels and calls a second: of trunks, groups, accounts, carriers and sources; and that every channel comes back."""

import collections
import time
import unittest

from harness.case import CARRIER, DID, NUMBER, PBX, PBX_2, Case, by_address, set_targets
from harness.daemon import CARRIER_2, DOMAIN, Daemon
from harness.steps import URI, hang_up
from harness.storm import Storm
from harness.wait import eventually

DID_2 = "+14155550002"
DOMAIN_2 = "second.test"


def two_trunks():
    """acme at PBX with DID, and second at PBX_2 with DID_2, of one account."""
    config = by_address()
    config["access_groups"]["second"] = {"ips": [PBX_2]}
    config["trunks"].append({"name": "second", "account": "acme",
                             "termination": {"domain": DOMAIN_2, "access": {"any_of": ["second"]}},
                             "origination": {"targets": [{"uri": f"sip:{PBX_2}:5060"}]}})
    config["numbers"].append({"number": DID_2, "trunk": "second"})
    return config


def two_carriers(**limits):
    """north with these limits, and behind it south, for the same numbers."""
    config = by_address()
    config["carriers"][0]["limits"] = limits
    config["carriers"].append({"name": "south", "prefixes": [""], "sources": [CARRIER_2],
                               "targets": [{"uri": f"sip:{CARRIER_2}:5060"}]})
    return config


class Lines(Case):
    def setUp(self):
        super().setUp()
        self.pbx, self.carrier = self.agent(PBX), self.agent(CARRIER)

    def dial(self, uri=URI, **options):
        return (options.pop("pbx", self.pbx)).invite(uri, domain=DOMAIN, **options)

    def connect(self, call, callee):
        """The callee takes the call: (call, incoming)."""
        incoming, _ = self.answered(callee, call)
        return call, incoming

    def assert_full(self, call, status=503):
        answer = self.refused(call, status, "channels_exhausted")
        if status == 503:
            self.assertGreaterEqual(int(answer.get("Retry-After").split(";")[0]), 1)

    def channels(self, daemon, wanted):
        eventually(f"{wanted} channels in use", lambda: daemon.stats()["channels_in_use"] == wanted)

class Channels(Lines):
    def test_channels_of_a_trunk(self):
        """R-079: three calls in mixed directions, the fourth is refused either way; one ends, the next goes through."""
        config = by_address()
        config["trunks"][0]["limits"] = {"channels": 3}
        with Daemon(self.folder, config) as daemon:
            calls = [self.connect(self.dial(), self.carrier), self.connect(self.did_call(self.carrier), self.pbx),
                     self.connect(self.dial(), self.carrier)]
            self.channels(daemon, 3)
            self.assert_full(self.dial())
            self.assert_full(self.did_call(self.carrier))
            for ended in (1, 0):
                hang_up(*calls.pop(ended))
                self.channels(daemon, 2)
                calls.append(self.connect(self.did_call(self.carrier), self.pbx))
                self.assert_full(self.dial())
            for call in calls:
                hang_up(*call)
            self.channels(daemon, 0)
            refused = [r for r in daemon.records("call") if r["reason"] == "channels_exhausted"]
            self.assertEqual([(r["sip_status"], r["attempts"], r["trunk"]) for r in refused], [(503, 0, "acme")] * 4)
            daemon.eventually_idle()

    def test_ringing_counts(self):
        """R-079: a call takes its channel when it is let in, not when it is answered; a refused one gives it back."""
        config = by_address()
        config["trunks"][0]["limits"] = {"channels": 1}
        with Daemon(self.folder, config) as daemon:
            for status in (486, 503):
                call = self.dial()
                incoming = self.carrier.incoming()
                self.assert_full(self.dial())
                incoming.reject(status)
                call.final()
                self.channels(daemon, 0)

    def test_a_silent_target_keeps_no_channel(self):
        """R-079: the caller has been refused; that the silent target's transaction waits on (RFC 3261 §17.1.1.2) takes no channel."""
        config = by_address()
        config["trunks"][0]["limits"] = config["carriers"][0]["limits"] = {"channels": 1}
        config["limits"]["no_response_timeout"] = "200ms"
        with Daemon(self.folder, config) as daemon:
            call = self.dial()
            silent = self.carrier.incoming()
            self.assertGreaterEqual(call.final().status, 400)
            self.channels(daemon, 0)
            next_one = self.connect(self.dial(), self.carrier)
            silent.reply(silent.invite, silent.source, 480, "Too late")
            hang_up(*next_one)
            daemon.eventually_idle()

    def test_status_of_a_limit(self):
        """R-079: 403, 480, 486 and 503, as limits.status says, each with the same reason."""
        config = by_address()
        with Daemon(self.folder, config) as daemon:
            for status in (403, 480, 486, 503):
                config["trunks"][0]["limits"] = {"channels": 1, "status": status}
                daemon.reload(config)
                call = self.connect(self.dial(), self.carrier)
                self.assert_full(self.dial(), status)
                hang_up(*call)
                self.channels(daemon, 0)

    def test_channels_of_an_account(self):
        """R-079: its trunks share them, in both directions."""
        config = two_trunks()
        config["accounts"][0]["limits"] = {"channels": 2}
        with Daemon(self.folder, config) as daemon:
            other = self.agent(PBX_2)
            calls = [self.connect(self.dial(), self.carrier), self.connect(self.did_call(self.carrier, DID_2), other)]
            self.assert_full(self.dial(f"sip:{NUMBER}@{DOMAIN_2}", pbx=other))
            self.assert_full(self.did_call(self.carrier, DID))
            for call in calls:
                hang_up(*call)
            self.channels(daemon, 0)

    def test_limit_group(self):
        """R-080: trunks of 2 and 3 channels: towards the first 2 at most; from it, while the group has room, 5."""
        config = two_trunks()
        config["trunks"][0]["limits"], config["trunks"][1]["limits"] = {"channels": 2}, {"channels": 3}
        config["limit_groups"] = [{"name": "both", "trunks": ["acme", "second"]}]
        with Daemon(self.folder, config) as daemon:
            other = self.agent(PBX_2)
            towards = [self.connect(self.did_call(self.carrier), self.pbx) for _ in range(2)]
            self.assert_full(self.did_call(self.carrier))
            for call in towards:
                hang_up(*call)
            outward = [self.connect(self.dial(), self.carrier) for _ in range(5)]
            self.assert_full(self.dial())
            self.assert_full(self.dial(f"sip:{NUMBER}@{DOMAIN_2}", pbx=other))
            hang_up(*outward.pop())
            outward.append(self.connect(self.dial(f"sip:{NUMBER}@{DOMAIN_2}", pbx=other), self.carrier))
            for call in outward:
                hang_up(*call)
            self.channels(daemon, 0)
            daemon.eventually_idle()

    def test_a_full_carrier_is_passed_over(self):
        """R-083, R-079: its second call goes to the next carrier, without an INVITE to the full one; both full: refused."""
        config = two_carriers(channels=1)
        config["carriers"][1]["limits"] = {"channels": 1}
        with Daemon(self.folder, config) as daemon:
            south = self.agent(CARRIER_2)
            calls = [self.connect(self.dial(), self.carrier), self.connect(self.dial(), south)]
            self.assert_full(self.dial())
            self.carrier.nothing(0.2)
            hang_up(*calls[0])
            self.channels(daemon, 1)
            calls[0] = self.connect(self.dial(), self.carrier)
            for call in calls:
                hang_up(*call)
            self.channels(daemon, 0)
            daemon.eventually_idle()

    def test_a_carrier_that_failed_gives_its_channel_back(self):
        """R-079, R-083: while the call is with the second carrier, the first has its channel again."""
        with Daemon(self.folder, two_carriers(channels=1)) as daemon:
            south = self.agent(CARRIER_2)
            call = self.dial()
            self.carrier.incoming().reject(503)
            calls = [self.connect(call, south), self.connect(self.dial(), self.carrier)]
            for call in calls:
                hang_up(*call)
            self.channels(daemon, 0)

    def test_a_full_trunk_in_a_route(self):
        """R-079, R-116: a call for a number whose trunk is full moves to the next entry of the route."""
        config = two_trunks()
        config["trunks"][0]["limits"] = {"channels": 1}
        config["routes"] = [{"name": "main", "account": "acme", "entries": [{"trunk": "acme"}, {"trunk": "second"}]}]
        config["numbers"][0] = {"number": DID, "account": "acme", "route": "main"}
        with Daemon(self.folder, config) as daemon:
            other = self.agent(PBX_2)
            calls = [self.connect(self.did_call(self.carrier), self.pbx), self.connect(self.did_call(self.carrier), other)]
            self.pbx.nothing(0.2, lambda m: m.method == "INVITE")
            hang_up(*calls[0])
            self.channels(daemon, 0)
            calls[0] = self.connect(self.did_call(self.carrier), self.pbx)
            for call in calls:
                hang_up(*call)
            daemon.eventually_idle()


class Rates(Lines):
    """Twelve INVITEs back to back. How many get in depends on how long that takes, so the bound moves with the clock: at least
    the burst, at most the burst and what came after it: a slow machine lets more in and never fails. Nobody listens at the
    carrier's port, so that a call that got in ends at once."""

    CALLS, CPS, BURST = 12, 1, 3
    RATE = {"cps": CPS, "burst": BURST}

    def setUp(self):
        super().setUp()
        self.carrier.close()

    def storm(self, *dials):
        """Dials in turn: (how many the switch refused for their rate, seconds that it took)."""
        begin = time.monotonic()
        calls = [dials[n % len(dials)]() for n in range(self.CALLS)]
        answers = [call.final() for call in calls]
        self.assertEqual({a.status for a in answers}, {503})
        return sum('text="rate_exceeded"' in a.get("Reason") for a in answers), time.monotonic() - begin

    def assert_limited(self, let_in, seconds):
        self.assertGreaterEqual(let_in, self.BURST)
        self.assertLessEqual(let_in, self.BURST + self.CPS * seconds + 1)

    def limited(self, config, *dials):
        with Daemon(self.folder, config, level="warn") as daemon:
            refused, seconds = self.storm(*dials or (self.dial,))
            self.assert_limited(self.CALLS - refused, seconds)
            records = eventually("all records", lambda: len(daemon.records("call")) == self.CALLS and daemon.records("call"))
            self.assertEqual(sum(r["reason"] == "rate_exceeded" for r in records), refused)
            daemon.eventually_idle()

    def test_of_a_trunk(self):
        """R-081: both directions draw from the trunk's bucket."""
        config = set_targets(by_address(), f"sip:{CARRIER}:5060")  # the DID's calls go to the closed port too
        config["trunks"][0]["limits"] = self.RATE
        south = self.agent(CARRIER_2)
        config["carriers"][0]["sources"] = [CARRIER_2]
        self.limited(config, self.dial, lambda: self.did_call(south))

    def test_of_an_account(self):
        """R-081: two trunks of one account, one bucket."""
        config = two_trunks()
        config["accounts"][0]["limits"] = self.RATE
        other = self.agent(PBX_2)
        self.limited(config, self.dial, lambda: self.dial(f"sip:{NUMBER}@{DOMAIN_2}", pbx=other))

    def test_of_a_source(self):
        """R-081, limits.source_cps: each address has a bucket of its own; another's is untouched."""
        config = two_trunks()
        config["limits"]["source_cps"] = self.BURST
        other = self.agent(PBX_2)
        with Daemon(self.folder, config, level="warn") as daemon:
            refused, seconds = self.storm(self.dial)
            let_in = self.CALLS - refused
            self.assertGreaterEqual(let_in, self.BURST)
            self.assertLessEqual(let_in, self.BURST + self.BURST * seconds + 1)
            answer = self.dial(f"sip:{NUMBER}@{DOMAIN_2}", pbx=other).final()
            self.assertNotIn("rate_exceeded", answer.get("Reason"))
            daemon.eventually_idle()

    def test_of_a_carrier(self):
        """R-081: what is too much for the first carrier goes to the second, and is refused only where there is none."""
        config = two_carriers(**self.RATE)
        south = self.agent(CARRIER_2)
        with Daemon(self.folder, config, level="warn") as daemon:
            begin = time.monotonic()
            calls = [self.dial() for _ in range(self.CALLS)]
            for _ in calls:
                south.incoming().reject(486)
            for call in calls:
                self.assertEqual(call.final().status, 486)
            seconds = time.monotonic() - begin
            attempts = eventually("all attempts",
                                  lambda: len(daemon.records("call")) == self.CALLS and daemon.records("attempt"))
            by_carrier = collections.Counter(a["carrier"] for a in attempts if a["target_address"])  # without: passed over
            self.assert_limited(by_carrier["north"], seconds)
            self.assertEqual(by_carrier["south"], self.CALLS)
            del config["carriers"][1]
            daemon.reload(config)
            self.assertGreater(self.storm(self.dial)[0], 0)


class Storms(Lines):
    CALLS = 1000

    def test_every_channel_comes_back(self):
        """R-079: 1,000 calls in both directions end at random moments, by CANCEL, BYE of either side or both, refusal, silence,
        the longest duration, an answer that crosses a CANCEL: then no channel is in use, and exactly three more calls fit in three."""
        config = two_carriers(channels=500)
        config["trunks"][0]["limits"] = config["accounts"][0]["limits"] = config["carriers"][1]["limits"] = {"channels": 500}
        config["trunks"][0]["termination"]["caller_id"] = {"allowed": ["any"]}
        config["limit_groups"] = [{"name": "all", "trunks": ["acme"]}]
        config["limits"].update(no_response_timeout="300ms", ring_timeout="1s", max_duration="1s")
        south = self.agent(CARRIER_2)
        with Daemon(self.folder, config, level="warn") as daemon:
            storm = Storm(seed=20261126, at_once=100)
            storm.add(self.pbx, lambda n: URI, self.CALLS * 7 // 10, domain=DOMAIN)
            storm.add(self.carrier, lambda n: f"sip:{DID}@127.0.0.1", self.CALLS * 3 // 10, domain=CARRIER)
            seen = []
            storm.later(1.0, lambda: seen.append(daemon.stats()["channels_in_use"]))
            ends = storm.run(self.pbx, self.carrier, south, over=lambda: daemon.stats()["calls"] == 0)
            self.assertEqual(sum(ends.values()), self.CALLS)
            self.assertGreater(seen[0], 0)
            for end in ("486", "487", "503", "caller hung up", "switch or callee hung up"):
                self.assertGreater(ends[end], 10, ends)
            self.assertEqual(daemon.stats()["channels_in_use"], 0)
            records = eventually("all records", lambda: len(daemon.records("call")) == self.CALLS and daemon.records("call"))
            print(dict(ends), dict(collections.Counter(r["reason"] for r in records)))
            self.assert_three_fit(daemon, config)

    def assert_three_fit(self, daemon, config):
        config["trunks"][0]["limits"] = {"channels": 3}
        daemon.reload(config)
        calls = [self.connect(self.dial(), self.carrier) for _ in range(3)]
        self.assert_full(self.dial())
        for call in calls:
            hang_up(*call)
        self.channels(daemon, 0)
        daemon.eventually_idle()


if __name__ == "__main__":
    unittest.main()
