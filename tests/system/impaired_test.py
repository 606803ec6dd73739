"""Two daemons with a bad line between them: whatever is lost, doubled or late, both end in the same state."""

import collections
import os
import unittest

from harness.daemon import CARRIER, DOMAIN, NUMBER, PASSWORD, PBX, USER, Daemon, configuration, scratch
from harness.sipp import Sipp
from harness.wire import FAR, NEAR, Wire

CALLS = 500
CALLS_PER_SECOND = 25
HOLD_MS = 1500
LONGEST_TRANSACTION = 32  # seconds: 64*T1


def near_side():
    config = configuration()
    config["listeners"].append({"name": "line", "transport": "udp", "address": f"{NEAR}:5060"})
    config["trunks"][0]["termination"]["challenge"]["algorithms"] = ["MD5"]
    config["carriers"][0]["targets"] = [{"uri": f"sip:{{number}}@{FAR}:5060"}]
    config["carriers"][0]["sources"] = [FAR]
    config["carriers"][0]["general"]["no_response_timeout"] = "30s"
    return config


def far_side():
    config = configuration()
    config["listeners"].append({"name": "line", "transport": "udp", "address": f"{FAR}:5060"})
    config["access_groups"]["hq"] = {"ips": [NEAR]}
    config["trunks"][0]["identify"] = ["source_ip"]
    return config


class Impaired(unittest.TestCase):
    def calls_over(self, **faults):
        folder = scratch(self._testMethodName)
        with Wire(folder, seed=4, **faults) as wire:
            far = Daemon(folder / "far", far_side(), level="warn")
            near = Daemon(folder / "near", near_side(), level="warn")
            far.start(wire.there)
            self.addCleanup(far.kill)
            with near:
                fds = near.fds(), far.fds()
                carrier = Sipp("carrier", "carrier.xml", folder, CARRIER, "-mp", 30000, wrapper=wire.there)
                pbx = Sipp("pbx", "pbx.xml", folder, PBX, "-m", CALLS, "-r", CALLS_PER_SECOND, "-l", CALLS, "-d", HOLD_MS, "-s",
                           NUMBER, "-key", "domain", DOMAIN, "-au", USER, "-ap", PASSWORD, "-auth_uri", f"{NUMBER}@{DOMAIN}",
                           "-mp", 40000, switch="127.0.0.1:5060")
                self.addCleanup(carrier.kill)
                self.addCleanup(pbx.kill)
                pbx.wait(CALLS // CALLS_PER_SECOND + 4 * LONGEST_TRANSACTION)
                for daemon, descriptors in ((near, fds[0]), (far, fds[1])):
                    daemon.eventually_as_at_start(descriptors, 3 * LONGEST_TRANSACTION)
                records = near.records("call"), far.records("call")
                print(f"{faults}: {wire.counts()}")
                for name, side in zip(("near", "far"), records):
                    print(f"  {name}: {dict(collections.Counter(r['reason'] for r in side))}")
                self.judge(near, far, *records)
            far.stop()

    def judge(self, near, far, at_near, at_far):
        self.assertEqual(len(at_near), CALLS, "each call of the PBX has its one record")
        for daemon, records in ((near, at_near), (far, at_far)):
            self.assertEqual(len({r["id"] for r in records}), len(records), "one record a call")
            self.assertEqual(daemon.stats().get("channels_in_use", 0), 0)
        answered = [sum(r["sip_status"] == 200 for r in records) for records in (at_near, at_far)]
        self.assertGreater(answered[0], 0)
        self.assertGreaterEqual(answered[1], answered[0], "what the near side took for answered, the far side had answered")

    def test_a_clean_line(self):
        self.calls_over()

    def test_a_third_lost_and_the_rest_doubled_and_reordered(self):
        self.calls_over(loss=0.3, duplicates=0.1, reordered=0.1)


if __name__ == "__main__":
    unittest.main()
