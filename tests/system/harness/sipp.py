"""SIPp as PBX and carrier."""

import csv
import signal
from pathlib import Path

from .process import Process

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"


class Sipp(Process):
    """One SIPp with its statistics."""

    def __init__(self, name, scenario, folder, ip, *arguments, switch=None, port=5060, wrapper=()):
        self.stat_file = folder / f"{name}.csv"
        self.errors = folder / f"{name}.errors"
        self.messages = folder / f"{name}.messages"
        command = [*wrapper, "sipp", "-sf", SCENARIOS / scenario, "-i", ip, "-p", port, "-mi", ip, "-nostdin", "-trace_stat", "-stf",
                   self.stat_file, "-fd", "1", "-trace_err", "-error_file", self.errors, *arguments]
        if switch:
            command.append(switch)
        super().__init__(name, command, folder)

    def totals(self):
        """The last line of the statistics, by column name."""
        with open(self.stat_file, newline="") as stat:
            rows = list(csv.DictReader(stat, delimiter=";"))
        return {k: int(v) for k, v in rows[-1].items() if k and v and v.isdigit()}

    def finish(self):
        """No new calls; it ends with the last that it has."""
        if self.running():
            self.popen.send_signal(signal.SIGUSR1)

    def complaints(self):
        return self.errors.read_text(errors="replace")[:3000] if self.errors.exists() else ""
