"""Mistakes in the files: all of them at once, each at its line; and reloads, all or nothing, under a live call."""

import json
import re
import unittest

from harness.agent import Agent
from harness.daemon import CARRIER, CARRIER_2, DOMAIN, PBX, Daemon, check, configuration, scratch
from harness.steps import connect, dial, hang_up
from harness.wait import eventually

TEN_MISTAKES = """\
trunks:
  - nmae: second
    account: acme
    termination:
      domain: "not a domain"
      access: {any_of: [nobody]}
      challenge: {status: 408, algorithms: [MD6]}
    general:
      symmetric_rtp: perhaps
      max_duration: soon
    origination:
      targets:
        - {uri: "sip:{number}@sbc_1.example.com"}
        - {uri: "sip:{number}@192.0.2.1", priority: 70000}
        - {uri: "sip:{number}@192.0.2.2", weight: 0}
    account: other
"""
# Line in the file, and a word that the message must contain.
EXPECTED = [(2, "nmae"), (5, "domain"), (6, "nobody"), (7, "408"), (7, "MD6"), (9, "symmetric_rtp"), (10, "max_duration"),
            (13, "sbc_1.example.com"), (14, "priority"), (15, "weight"), (16, "account")]


class Check(unittest.TestCase):
    def test_ten_mistakes(self):
        """Every mistake is named, with the right line, and the status is 1."""
        folder = scratch("check")
        daemon = Daemon(folder)
        trunks = daemon.config_folder / "trunks"
        trunks.mkdir()
        (trunks / "second.yaml").write_text(TEN_MISTAKES)
        status, output = check(daemon.config_folder)
        self.assertEqual(status, 1, output)
        found = [(int(line), text) for line, text in re.findall(r"second\.yaml:(\d+):\d+: error: (.*(?:\n(?!\S+:\d+:).*)*)", output)]
        missing = [(line, word) for line, word in EXPECTED if not any(at == line and word in text for at, text in found)]
        self.assertEqual(missing, [], output)
        self.assertIn("did you mean 'name'", output)
        self.assertNotIn("right-horse", output)

    def test_good_files(self):
        folder = scratch("good")
        status, output = check(Daemon(folder).config_folder)
        self.assertEqual(status, 0, output)

    def test_missing_folder_and_broken_yaml(self):
        folder = scratch("broken")
        status, output = check(folder / "nothing")
        self.assertEqual(status, 1, output)
        (folder / "tandem.yaml").write_text("listeners: [\n  {name: udp\n")
        status, output = check(folder)
        self.assertEqual(status, 1, output)
        self.assertRegex(output, r"tandem\.yaml:\d+:\d+: error")

    def test_open_relay(self):
        """R-009: a trunk that may dial without any access group is an error."""
        config = configuration()
        del config["trunks"][0]["termination"]["access"]
        daemon = Daemon(scratch("relay"), config)
        status, output = check(daemon.config_folder)
        self.assertEqual(status, 1, output)
        self.assertIn("access", output)


class Reload(unittest.TestCase):
    def setUp(self):
        self.folder = scratch(self._testMethodName)
        self.pbx, self.carrier = Agent(PBX), Agent(CARRIER)
        self.addCleanup(self.pbx.close)
        self.addCleanup(self.carrier.close)

    def test_bad_file_changes_nothing(self):
        """The old configuration stays, the live call goes on, the log and the answer name the mistake."""
        with Daemon(self.folder) as daemon:
            call, incoming = connect(self.pbx, self.carrier)
            (daemon.config_folder / "bad.yaml").write_text("trunks:\n  - {name: acme, tagets: []}\n")
            done = daemon.ctl("reload", check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("bad.yaml:2", done.stdout + done.stderr)
            self.assertEqual(daemon.stats()["calls"], 1)
            second = dial(self.pbx)
            self.carrier.incoming().reject(486)
            self.assertEqual(second.final().status, 486)
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_new_carrier_address(self):
        """SIGHUP: new calls use the new files, the live one keeps its own; the log says what changed."""
        with Daemon(self.folder) as daemon, Agent(CARRIER_2) as other:
            call, incoming = connect(self.pbx, self.carrier)
            config = configuration()
            config["carriers"][0]["targets"] = [{"uri": f"sip:{{number}}@{CARRIER_2}:5060"}]
            daemon.write(config)
            before = len(daemon.log())
            daemon.process.popen.send_signal(1)
            eventually("the log says what changed", lambda: any("north" in json.dumps(line) for line in daemon.log()[before:]))
            daemon.stats()
            second = dial(self.pbx)
            other.incoming().reject(486)
            self.assertEqual(second.final().status, 486)
            hang_up(call, incoming)
            daemon.eventually_idle()

    def test_another_listener_needs_a_restart(self):
        with Daemon(self.folder) as daemon:
            config = configuration()
            config["listeners"][0]["address"] = "127.0.0.1:5062"
            daemon.write(config)
            done = daemon.ctl("reload", check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("restart", done.stdout + done.stderr)
            hang_up(*connect(self.pbx, self.carrier))

    def test_wrong_domain_stays_wrong(self):
        """A trunk that is taken out of the files takes no call after the reload, and does again once it is back."""
        config = configuration()
        config["listeners"][0]["unknown_source"] = "reject"
        with Daemon(self.folder, config) as daemon:
            trunk = config["trunks"].pop()
            number = config["numbers"].pop()
            daemon.reload(config)
            call = self.pbx.invite(f"sip:+12125550100@{DOMAIN}", domain=DOMAIN)
            self.assertEqual(call.final().status, 403)
            config["trunks"].append(trunk)
            config["numbers"].append(number)
            daemon.reload(config)
            hang_up(*connect(self.pbx, self.carrier))


if __name__ == "__main__":
    unittest.main()
