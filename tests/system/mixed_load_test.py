"""Many calls at once, of every kind: plain, held, renegotiated by either side, refused, cancelled, rung reliably, handed on.

The load has a length and a ceiling, and the rate that was asked for where the machine carries it: a few calls before show what one
costs, and a machine that is slower, or slowed down by a sanitizer, gets fewer. For a switch that answers later than T1 repeats itself,
and SIPp takes a second answer for a wrong one. What is asked of the calls is the same at any rate: every one that began ended as its
kind must, at both ends and in its record, and nothing is left over. A call that the switch refuses because it cannot keep up is an end
too, if its own record says so. The sanitizer build runs it, where every memory error ends it and every leak is told.
"""

import collections
import os
import time
import unittest

from harness.daemon import DOMAIN, PASSWORD, PBX, USER, Daemon, configuration, scratch
from harness.kinds import (BUSY, OFFERS, TARGET_OF_REFER, address, asked_about, busy, cancelled, handed_on, held_by_callee,
                           held_by_caller, late_offer, number, plain, refused_offer, rung_reliably)
from harness.scenario import dial, or_refused, write
from harness.sipp import Sipp

SECONDS, CALLS_PER_SECOND = {"long": (300, 200)}.get(os.environ.get("TANDEM_LOAD", ""), (20, 100))
FEW, FEW_PER_SECOND = 20, 5  # calls of each kind, before the load
SHARE = 1.15  # of a processor that the switch may use; it has several threads
LONGEST_S = 1.5  # that a call of any kind lasts where nothing is slow: as many as begin in that time may be up at once
REPEAT_MS = 4000  # nothing is lost on the way, only late

HUNG_UP = "caller_hung_up"
KINDS = {plain: HUNG_UP, held_by_caller: HUNG_UP, held_by_callee: "callee_hung_up", late_offer: HUNG_UP, refused_offer: HUNG_UP,
         busy: "rejected_by_target", cancelled: "caller_cancelled", asked_about: HUNG_UP, rung_reliably: HUNG_UP, handed_on: HUNG_UP}


def loaded():
    """A carrier for each kind, so that its number leads to a callee of that kind; and patience with slow ones."""
    config = configuration()
    config["limits"]["no_response_timeout"] = "30s"
    config["trunks"][0]["termination"]["challenge"]["algorithms"] = ["MD5"]
    config["trunks"][0]["general"]["transfer"] = {"mode": "all"}
    config["carriers"] = [{"name": f"carrier{index}", "general": {}, "prefixes": [number(index)[1:]], "sources": [address(index)],
                           "targets": [{"uri": f"sip:{{number}}@{address(index)}:5060"}]}
                          for index in (*range(len(KINDS)), TARGET_OF_REFER)]
    return config


class MixedLoad(unittest.TestCase):
    def callee(self, index, name, steps):
        sipp = Sipp(f"{name}-b", write(self.folder, f"{name}_b", *steps, repeat_ms=REPEAT_MS), self.folder, address(index),
                    "-pause_msg_ign", "-mp", 30000)
        self.addCleanup(sipp.kill)
        return sipp

    def caller(self, index, kind, steps, rate, name, *arguments):
        scenario = write(self.folder, f"{kind.__name__}_a", dial(**OFFERS.get(kind.__name__, {})), or_refused(503, *steps),
                         repeat_ms=REPEAT_MS)
        sipp = Sipp(f"{kind.__name__}-{name}", scenario, self.folder, PBX, "-r", rate, "-l", max(1, int(LONGEST_S * rate)),
                    "-s", number(index), "-pause_msg_ign", "-key", "domain", DOMAIN, "-au", USER, "-ap", PASSWORD, "-auth_uri",
                    f"{number(index)}@{DOMAIN}", "-mp", 40000 + 10 * index, *arguments, switch="127.0.0.1:5060", port=5070 + index)
        self.addCleanup(sipp.kill)
        return sipp

    def callers(self, scenarios, rate, name, *arguments):
        return [self.caller(index, kind, steps[0], rate / len(KINDS), name, *arguments)
                for index, (kind, steps) in enumerate(scenarios.items())]

    def affordable(self, daemon, scenarios):
        """Calls a second that this machine carries, and the callers that showed it: the first warm the switch up."""
        shown = []
        for name in ("first", "few"):
            before = daemon.cpu_seconds()
            shown.append(self.callers(scenarios, FEW_PER_SECOND * len(KINDS), name, "-m", FEW))
            for sipp in shown[-1]:
                sipp.wait(120)
        cost = max(daemon.cpu_seconds() - before, 0.01) / (FEW * len(KINDS))
        return min(CALLS_PER_SECOND, SHARE / cost), shown

    def successes(self, sipp):
        """Calls that went by its scenario from the first step to the last; there are no others."""
        totals = sipp.totals()
        self.assertEqual((totals["FailedCall(C)"], totals["CurrentCall"]), (0, 0), f"{sipp.name}: {sipp.complaints()}")
        return totals["SuccessfulCall(C)"]

    def run_load(self, daemon):
        """All at once for so long, then each to its end; the rate, and callers and callees by kind."""
        scenarios = {kind: kind() for kind in KINDS}
        callees = [self.callee(index, kind.__name__, steps[1]) for index, (kind, steps) in enumerate(scenarios.items())]
        callees.append(self.callee(TARGET_OF_REFER, "refer_target", BUSY))
        rate, shown = self.affordable(daemon, scenarios)
        callers = self.callers(scenarios, rate, "a")
        time.sleep(SECONDS)
        for group in (callers, callees):
            for sipp in group:
                sipp.finish()
            for sipp in group:
                sipp.wait(120)
                self.successes(sipp)
        return rate, list(zip(*shown, callers)), callees

    def judge(self, records, callers, callees):
        """Both ends and the record say the same of every call."""
        reasons = collections.defaultdict(collections.Counter)
        for record in records:
            reasons[record["to"]][record["reason"]] += 1
        for index, (kind, reason) in enumerate(KINDS.items()):
            with self.subTest(kind.__name__):
                begun, arrived, seen = sum(map(self.successes, callers[index])), self.successes(callees[index]), reasons[number(index)]
                overloaded = seen.pop("overloaded", 0)
                self.assertEqual(dict(seen), {reason: arrived})
                self.assertEqual(begun, arrived + overloaded)
                self.assertGreater(arrived, 0)
        self.assertEqual(self.successes(callees[-1]), self.successes(callees[list(KINDS).index(handed_on)]))

    def test_every_kind_at_once(self):
        self.folder = scratch("mixed")
        with Daemon(self.folder, loaded(), level="warn") as daemon:
            fds = daemon.fds()
            rate, callers, callees = self.run_load(daemon)
            cpu = daemon.cpu_seconds()
            daemon.eventually_as_at_start(fds, 60)
            records, stats = daemon.records("call"), daemon.stats()
            print(f"{len(records)} calls, {rate:.0f} a second for {SECONDS} s, {cpu:.0f} s of processor, "
                  f"retransmissions sent {stats['retransmissions_sent']}, received {stats['retransmissions_received']}: "
                  f"{dict(collections.Counter(record['reason'] for record in records))}")
            self.judge(records, callers, callees)
            self.assertEqual(len({record["id"] for record in records}), len(records))
            self.assertEqual((stats["unlawful_events"], stats["channels_in_use"]), (0, 0))


if __name__ == "__main__":
    unittest.main()
