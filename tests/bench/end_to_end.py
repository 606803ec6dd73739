#!/usr/bin/python3
"""The whole daemon between SIPp as PBX (digest) and SIPp as carrier: CPU a call, calls a second on one core, memory a call.

usage: end_to_end.py --tandemd PATH --tandemctl PATH [--rate N]... [--seconds N] [--held N]

It makes a network namespace of its own, is bounded in calls and time, and judges nothing: the figures are for
docs/performance.md. CPU is user + system time of the daemon, all threads. "calls/s on one core" is its reciprocal.
"""

import argparse
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "system"))

from harness import namespace  # noqa: E402  (the path comes first)


def cpu_seconds(pid):
    """User + system time of all threads of a process, from its CPU clock's own counter (nanoseconds)."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        total += int(Path(f"/proc/{pid}/task/{task}/schedstat").read_text().split()[0])
    return total / 1e9


def resident_kb(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError("no VmRSS")


def play(daemon, folder, name, rate, calls, hold_ms):
    """Runs SIPp on both ends; returns what the PBX counted."""
    from harness.daemon import CARRIER, DOMAIN, NUMBER, PASSWORD, PBX, USER
    from harness.sipp import Sipp
    carrier = Sipp(f"{name}-carrier", "carrier.xml", folder, CARRIER)
    pbx = Sipp(f"{name}-pbx", "pbx.xml", folder, PBX, "-key", "domain", DOMAIN, "-s", NUMBER, "-au", USER, "-ap", PASSWORD,
               "-r", rate, "-m", calls, "-l", calls, "-d", hold_ms, "-timeout", "120", switch="127.0.0.1:5060")
    return carrier, pbx


def load(daemon, folder, rate, seconds):
    before = cpu_seconds(daemon.process.pid)
    carrier, pbx = play(daemon, folder, f"load-{rate}", rate, rate * seconds, 1000)
    pbx.wait(150)
    spent = cpu_seconds(daemon.process.pid) - before
    carrier.kill()
    totals = pbx.totals()
    good = totals["SuccessfulCall(C)"]
    print(f"{rate:5d} calls/s for {seconds} s: {good} good, {totals['FailedCall(C)']} failed, "
          f"{spent / max(good, 1) * 1e6:6.0f} CPU us a call, {good / max(spent, 1e-9):6.0f} calls/s on one core", flush=True)


def held(daemon, folder, calls):
    before = resident_kb(daemon.process.pid)
    carrier, pbx = play(daemon, folder, "held", 200, calls, 20000)
    from harness.wait import eventually
    eventually("all calls are up", lambda: daemon.stats()["calls"] == calls, 60)
    during = resident_kb(daemon.process.pid)
    print(f"{calls:5d} calls held: {(during - before) / calls:.1f} kB resident a call (idle before: {before} kB)", flush=True)
    pbx.wait(120)
    carrier.kill()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tandemd", required=True)
    options.add_argument("--tandemctl", required=True)
    options.add_argument("--rate", type=int, action="append")
    options.add_argument("--seconds", type=int, default=10)
    options.add_argument("--held", type=int, default=1000)
    chosen = options.parse_args()
    os.environ["TANDEMD"] = str(Path(chosen.tandemd).resolve())
    os.environ["TANDEMCTL"] = str(Path(chosen.tandemctl).resolve())
    namespace.enter()
    from harness.daemon import Daemon, configuration, scratch
    config = configuration()
    config["trunks"][0]["termination"]["challenge"]["algorithms"] = ["MD5"]  # all that SIPp knows
    folder = scratch("bench")
    with Daemon(folder, config) as daemon:
        if chosen.held:  # first, while no memory of ended calls is there to be used again
            held(daemon, folder, chosen.held)
        for rate in chosen.rate or [100, 300]:
            load(daemon, folder, rate, chosen.seconds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
