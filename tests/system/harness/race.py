"""What race tests share: a switch with SIPp at both sides, one at the far end of a line where messages cross or are lost."""

import unittest

from .daemon import CARRIER, DOMAIN, NUMBER, PBX, Daemon, configuration, scratch
from .line import Line
from .scenario import write
from .sipp import Sipp
from .wire import FAR, NEAR


def _configuration(far):
    config = configuration()
    config["listeners"].append({"name": "line", "transport": "udp", "address": f"{NEAR}:5060"})
    config["access_groups"]["hq"] = {"ips": [FAR if far == "pbx" else PBX]}
    config["trunks"][0]["identify"] = ["source_ip"]
    if far == "carrier":
        config["carriers"][0].update({"sources": [FAR], "targets": [{"uri": f"sip:{{number}}@{FAR}:5060"}]})
    return config


class Race(unittest.TestCase):
    """One switch and one line for all tests of a class: what the protocol keeps for 32 s is waited for once, at the end."""

    far = ""  # who is at the far end of the line: "pbx" or "carrier"

    @classmethod
    def setUpClass(cls):
        cls.folder = scratch(cls.__name__)
        cls.line = cls.enterClassContext(Line(cls.folder))
        cls.daemon = cls.enterClassContext(Daemon(cls.folder, _configuration(cls.far)))
        cls.fds = cls.daemon.fds()

    @classmethod
    def tearDownClass(cls):
        cls.daemon.eventually_as_at_start(cls.fds, 60)

    def call(self, caller, callee, seconds=30):
        """One call by these scenarios, both of which must come to their ends with nothing unexpected; its one record."""
        before = len(self.daemon.records("call"))
        folder = self.folder / self._testMethodName
        folder.mkdir()
        callee = self._sipp("callee", "carrier", folder, callee, CARRIER)
        caller = self._sipp("caller", "pbx", folder, caller, PBX, "-s", NUMBER, "-key", "domain", DOMAIN,
                            switch=f"{NEAR if self.far == 'pbx' else '127.0.0.1'}:5060")
        try:
            for sipp in (caller, callee):
                self.assertEqual(sipp.wait(seconds), 0, f"{sipp.name}: {sipp.complaints()}")
            self.daemon.eventually_idle(also=["dialogs"])
        except AssertionError as error:
            raise AssertionError(f"{error}\non the line: {self.line.trace()}") from None
        records = self.daemon.records("call")[before:]
        self.assertEqual(len(records), 1, records)
        return records[0]

    def _sipp(self, name, side, folder, steps, ip, *arguments, **options):
        if side == self.far:
            ip, options["wrapper"] = FAR, self.line.there
        sipp = Sipp(name, write(folder, name, *steps), folder, ip, "-m", 1, *arguments, **options)
        self.addCleanup(sipp.kill)
        return sipp

    def assert_said(self, near, far):
        """What the switch and the far side said on the line, each in its own order, repetitions left out. The names in a set may
        come in any order."""
        for end, expected in ((">", near), ("<", far)):
            said = self.line.said(end)
            flat = []
            for part in expected:
                flat += sorted(part, key=said.index) if isinstance(part, set) and part <= set(said) else [part]
            self.assertEqual(said, flat, self.line.trace())

    def assert_ended(self, record, status, reason, hung_up_by):
        self.assertEqual((record["sip_status"], record["reason"], record["hung_up_by"]), (status, reason, hung_up_by))
        self.assertEqual(record["answer"] is not None, status == 200, record)
