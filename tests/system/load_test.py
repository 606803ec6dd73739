"""SIPp as PBX and carrier: many calls, none lost, nothing left."""

import os
import unittest

from harness.daemon import CARRIER, DOMAIN, NUMBER, PASSWORD, PBX, USER, Daemon, configuration, scratch
from harness.sipp import Sipp

CALLS = {"long": 10000}.get(os.environ.get("TANDEM_LOAD", ""), 1000)
CALLS_PER_SECOND = 100
HOLD_MS = 1000


class Load(unittest.TestCase):
    def test_calls_at_100_a_second(self):
        """All go through, none is repeated into a failure; 40 s later no call, port, transaction or descriptor is left."""
        folder = scratch("load")
        config = configuration()
        config["trunks"][0]["termination"]["challenge"]["algorithms"] = ["MD5"]
        with Daemon(folder, config, level="warn") as daemon:
            fds = daemon.fds()
            carrier = Sipp("carrier", "carrier.xml", folder, CARRIER, "-m", CALLS, "-mp", 30000)
            pbx = Sipp("pbx", "pbx.xml", folder, PBX, "-m", CALLS, "-r", CALLS_PER_SECOND, "-l", CALLS, "-d", HOLD_MS, "-s", NUMBER,
                       "-key", "domain", DOMAIN, "-au", USER, "-ap", PASSWORD,
                       "-auth_uri", f"{NUMBER}@{DOMAIN}", "-mp", 40000, switch="127.0.0.1:5060")
            self.addCleanup(carrier.kill)
            self.addCleanup(pbx.kill)
            status = pbx.wait(CALLS // CALLS_PER_SECOND + 60)
            totals = pbx.totals()
            self.assertEqual((status, totals["SuccessfulCall(C)"], totals["FailedCall(C)"]), (0, CALLS, 0), pbx.complaints())
            daemon.eventually_as_at_start(fds, 40)
            stats = daemon.stats()
            self.assertEqual(stats["calls_answered"], CALLS)
            carrier.wait(10)
            self.assertEqual(carrier.totals()["FailedCall(C)"], 0, carrier.complaints())
            records = daemon.records("call")
            self.assertEqual(len(records), CALLS)
            self.assertEqual({r["reason"] for r in records}, {"caller_hung_up"})
            self.assertEqual(len({r["id"] for r in records}), CALLS)
            print(f"{CALLS} calls, retransmissions sent {stats.get('retransmissions_sent')}, received "
                  f"{stats.get('retransmissions_received')}")


if __name__ == "__main__":
    unittest.main()
