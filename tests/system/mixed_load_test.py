"""Many calls at once, of every kind: plain, held, renegotiated by either side, refused, cancelled, transferred, asked about.

Nothing may be lost, complained of or left over. The sanitizer builds run it too, where every memory error ends it.
"""

import collections
import os
import unittest

from harness.daemon import DOMAIN, PASSWORD, PBX, USER, Daemon, configuration, scratch
from harness.scenario import (Side, answered, answers, asked, audio, cancels, dial, gives_up, pause, recv, refused, response,
                              rings, taken, write)
from harness.sipp import Sipp

SECONDS, CALLS_PER_SECOND = {"long": (300, 200)}.get(os.environ.get("TANDEM_LOAD", ""), (20, 50))
TALK_MS = 2000  # far below 8 s on the mean

A, B = Side("uac"), Side("uas")
HOLD, RESUME = audio(2, "sendonly"), audio(3)


def held_by_caller():
    caller = [dial(), answered(), pause(500), A.reinvite(3, HOLD), pause(500), A.reinvite(4, RESUME), pause(TALK_MS), A.bye(5)]
    callee = [taken(), rings(), answers(), B.takes_reinvite(audio(2, "recvonly")), B.takes_reinvite(audio(3)), B.takes("BYE")]
    return caller, callee


def held_by_callee():
    caller = [dial(), answered(), A.takes_reinvite(audio(2, "recvonly")), A.takes_reinvite(audio(3)), A.takes("BYE")]
    callee = [taken(), rings(), answers(), pause(500), B.reinvite(101, HOLD), pause(500), B.reinvite(102, RESUME), pause(TALK_MS),
              B.bye(103)]
    return caller, callee


def plain():
    return [dial(), answered(), pause(TALK_MS), A.bye(3)], [taken(), rings(), answers(), B.takes("BYE")]


def late_offer():
    caller = [dial(body=""), recv(180, optional=True), recv(200, rrs=True), A.ack(2, audio()), pause(TALK_MS), A.bye(3)]
    return caller, [taken(), rings(), answers(), B.takes("BYE")]


def refused_offer():
    caller = [dial(), answered(), pause(300), A.reinvite(3, audio(2, "sendonly"), 488), pause(TALK_MS), A.bye(4)]
    return caller, [taken(), rings(), answers(), B.takes_reinvite("", 488), B.takes("BYE")]


def busy():
    return [dial(), refused(486)], [taken(), response(486, "Busy Here"), asked("ACK")]


def cancelled():
    return [dial(), recv(180), pause(200), cancels(), refused(487)], [taken(), rings(), gives_up()]


def asked_about():
    caller = [dial(), answered(), pause(300), A.request("OPTIONS", 3), recv(200), A.request("UPDATE", 4), recv(200), pause(TALK_MS),
              A.bye(5)]
    return caller, [taken(), rings(), answers(), B.takes("BYE")]


KINDS = {"plain": plain, "held_by_caller": held_by_caller, "held_by_callee": held_by_callee, "late_offer": late_offer,
         "refused_offer": refused_offer, "busy": busy, "cancelled": cancelled, "asked_about": asked_about}


class MixedLoad(unittest.TestCase):
    def test_every_kind_at_once(self):
        folder = scratch("mixed")
        config = configuration()
        config["trunks"][0]["termination"]["challenge"]["algorithms"] = ["MD5"]
        config["carriers"] = [{"name": name, "general": {}, "prefixes": [f"121255501{index:02}"], "sources": [f"127.0.0.{40 + index}"],
                               "targets": [{"uri": f"sip:{{number}}@127.0.0.{40 + index}:5060"}]}
                              for index, name in enumerate(KINDS)]
        calls = SECONDS * CALLS_PER_SECOND // len(KINDS)
        with Daemon(folder, config, level="warn") as daemon:
            fds = daemon.fds()
            peers = {}
            for index, (name, make) in enumerate(KINDS.items()):
                caller, callee = make()
                far = Sipp(f"{name}-b", write(folder, f"{name}_b", *callee), folder, f"127.0.0.{40 + index}", "-m", calls, "-mp",
                           30000)
                near = Sipp(f"{name}-a", write(folder, f"{name}_a", *caller), folder, PBX, "-m", calls, "-r",
                            CALLS_PER_SECOND / len(KINDS), "-l", calls, "-s", f"+121255501{index:02}", "-key", "domain", DOMAIN,
                            "-au", USER, "-ap", PASSWORD, "-auth_uri", f"+121255501{index:02}@{DOMAIN}", "-mp", 40000 + 10 * index,
                            switch="127.0.0.1:5060", port=5070 + index)
                peers[name] = near, far
                self.addCleanup(far.kill)
                self.addCleanup(near.kill)
            for name, (near, far) in peers.items():
                near.wait(SECONDS + 60)
                totals = near.totals()
                self.assertEqual((totals["SuccessfulCall(C)"], totals["FailedCall(C)"]), (calls, 0), f"{name}: {near.complaints()}")
                far.wait(40)
                self.assertEqual(far.totals()["FailedCall(C)"], 0, f"{name}: {far.complaints()}")
            daemon.eventually_as_at_start(fds, 60)
            records = daemon.records("call")
            self.assertEqual(len({r["id"] for r in records}), calls * len(KINDS))
            print(f"{len(records)} calls: {dict(collections.Counter(r['reason'] for r in records))}")


if __name__ == "__main__":
    unittest.main()
