"""Two daemons with a bad line between them: whatever is lost, doubled or late, both end in the same state.

A part of the calls is held, renegotiated from either side, cancelled, rung reliably, handed on or sends a digit while the line does its
worst. SIPp at both ends hangs up where it meets what its scenario does not know: such an end is as good as another.
"""

import collections
import unittest

from harness.daemon import DOMAIN, PASSWORD, PBX, USER, Daemon, configuration, scratch
from harness.kinds import CALLEE, HELD, HOLD, OFFERS, TARGET_OF_REFER, A, B, address, hands_on, held_by_callee, held_by_caller
from harness.kinds import number, rung_reliably
from harness.scenario import (answered, answers, cancels, dial, gives_up, label, pause, recv, refused, rings, taken, write)
from harness.sipp import Sipp
from harness.wire import FAR, NEAR, Wire

CALLS_PER_SECOND = 25
HOLD_MS = 1500
LONGEST_CALL = "60s"
LONGEST_TRANSACTION = 32  # seconds: 64*T1


def plain():
    return [answered(), pause(HOLD_MS), A.bye(3)], CALLEE


def changed():
    """UPDATE, which our other daemon knows and the callee does not: it gets a re-INVITE."""
    caller = [answered(), pause(500), A.request("UPDATE", 3, HOLD), recv(200), pause(HOLD_MS), A.bye(4)]
    return caller, [taken(), rings(), answers(), B.takes_reinvite(HELD), B.takes("BYE")]


def digit():
    caller = [answered(), pause(500), A.digit(3, "5"), recv(200), pause(HOLD_MS), A.bye(4)]
    return caller, CALLEE


def cancelled():
    """Whether the caller has heard it ring or not."""
    return [recv(180, to="tired", within=1500), label("tired"), cancels(), refused(487)], [taken(), rings(), gives_up()]


def transferred():
    """The callee goes on with whom the caller names, who hangs up."""
    return [answered(), pause(500), *hands_on(), A.bye(4)], CALLEE


KINDS = {plain: 190, held_by_caller: 50, held_by_callee: 50, changed: 40, digit: 40, cancelled: 50, rung_reliably: 40, transferred: 40}
CALLS = sum(KINDS.values())
TAKER = [taken(), answers(), pause(HOLD_MS), B.bye(101)]  # whom a transferred callee talks with


def near_side():
    config = configuration()
    config["listeners"].append({"name": "line", "transport": "udp", "address": f"{NEAR}:5060"})
    config["trunks"][0]["termination"]["challenge"]["algorithms"] = ["MD5"]
    # A callee whose offer comes too early more than once leaves its call as it is: somebody must end it.
    config["trunks"][0]["general"].update({"transfer": {"mode": "all"}, "max_duration": LONGEST_CALL})
    config["carriers"][0]["targets"] = [{"uri": f"sip:{{number}}@{FAR}:5060"}]
    config["carriers"][0]["sources"] = [FAR]
    config["carriers"][0]["general"]["no_response_timeout"] = "30s"
    return config


def far_side():
    config = configuration()
    config["listeners"].append({"name": "line", "transport": "udp", "address": f"{FAR}:5060"})
    config["access_groups"]["hq"] = {"ips": [NEAR]}
    config["trunks"][0]["identify"] = ["source_ip"]
    config["trunks"][0]["termination"]["caller_id"] = {"allowed": ["any"]}  # of a call handed on it is the transferee's
    config["carriers"] = [{"name": f"carrier{index}", "general": {}, "prefixes": [number(index)[1:]], "sources": [address(index)],
                           "targets": [{"uri": f"sip:{{number}}@{address(index)}:5060"}]}
                          for index in (*range(len(KINDS)), TARGET_OF_REFER)]
    return config


class Impaired(unittest.TestCase):
    def calls_over(self, **faults):
        self.folder = folder = scratch(self._testMethodName)
        with Wire(folder, seed=4, **faults) as wire:
            far = Daemon(folder / "far", far_side(), level="warn")
            near = Daemon(folder / "near", near_side(), level="warn")
            far.start(wire.there)
            self.addCleanup(far.kill)
            with near:
                fds = near.fds(), far.fds()
                callers = self.peers(wire)
                for sipp in callers:
                    sipp.wait(CALLS // CALLS_PER_SECOND + 6 * LONGEST_TRANSACTION)
                for daemon, descriptors in ((near, fds[0]), (far, fds[1])):
                    daemon.eventually_as_at_start(descriptors, 3 * LONGEST_TRANSACTION)
                records = near.records("call"), far.records("call")
                print(f"{faults}: {wire.counts()}")
                for name, side in zip(("near", "far"), records):
                    print(f"  {name}: {dict(collections.Counter(r['reason'] for r in side))}")
                self.judge(near, far, *records)
                whole = {kind.__name__: sipp.totals()["SuccessfulCall(C)"] for kind, sipp in zip(KINDS, callers)}
                print(f"  as they were meant: {whole}")
            far.stop()
        return whole

    def peers(self, wire):
        """A callee of each kind at the far end, and the callers here."""
        def sipp(name, steps, ip, *arguments, **options):
            made = Sipp(name, write(self.folder, name, *steps), self.folder, ip, *arguments, **options)
            self.addCleanup(made.kill)
            return made

        callers = []
        sipp("taker", TAKER, address(TARGET_OF_REFER), "-mp", 30000, wrapper=wire.there)
        for index, (kind, calls) in enumerate(KINDS.items()):
            caller, callee = kind()
            sipp(f"{kind.__name__}-b", callee, address(index), "-mp", 30000, wrapper=wire.there)
            callers.append(sipp(f"{kind.__name__}-a", [dial(**OFFERS.get(kind.__name__, {})), *caller], PBX, "-m", calls, "-r",
                                CALLS_PER_SECOND * calls / CALLS, "-l", calls, "-s", number(index), "-key", "domain",
                                DOMAIN, "-au", USER, "-ap", PASSWORD, "-auth_uri", f"{number(index)}@{DOMAIN}", "-mp",
                                40000 + 10 * index, switch="127.0.0.1:5060", port=5070 + index))
        return callers

    def judge(self, near, far, at_near, at_far):
        self.assertEqual(len(at_near), CALLS, "each call of the PBX has its one record")
        for daemon, records in ((near, at_near), (far, at_far)):
            self.assertEqual(len({r["id"] for r in records}), len(records), "one record a call")
            self.assertEqual(daemon.stats().get("channels_in_use", 0), 0)
        answered = [sum(r["sip_status"] == 200 for r in records) for records in (at_near, at_far)]
        self.assertGreater(answered[0], 0)
        self.assertGreaterEqual(answered[1], answered[0], "what the near side took for answered, the far side had answered")

    def test_a_clean_line(self):
        self.assertEqual(self.calls_over(), {kind.__name__: calls for kind, calls in KINDS.items()})

    def test_a_third_lost_and_the_rest_doubled_and_reordered(self):
        whole = self.calls_over(loss=0.3, duplicates=0.1, reordered=0.1)
        for kind, calls in whole.items():
            self.assertGreater(calls, 0, f"{kind} has been tried at all")


if __name__ == "__main__":
    unittest.main()
