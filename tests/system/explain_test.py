"""`tandemctl explain` says beforehand what the running daemon then does: the same INVITE in a file and over the wire; and the
other verbs that read a configuration."""

import collections
import json
import re
import select
import subprocess
import time
import unittest
from pathlib import Path

from harness import wait
from harness.agent import IncomingCall
from harness.case import CARRIER, DID, NUMBER, PBX, PBX_2, Case, set_targets
from harness.daemon import CARRIER_2, PASSWORD, TANDEMCTL, USER, Daemon, configuration, scratch
from harness.sip import Message
from harness.steps import URI

SHIPPED = Path(__file__).resolve().parents[2] / "config"
STRANGER = "127.0.0.9"
FOREIGN, DEFAULT, ABROAD = "+16505550000", "+14155550009", "+447700900001"
ROUTED, UNASSIGNED, OUTWARD = "+14155550002", "+14155550003", "+14155550004"
ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>'
COMPARED = ("To", "P-Asserted-Identity", "Remote-Party-ID", "Privacy", "Diversion", "Max-Forwards")


def world():
    """Trunks of several kinds, two carriers that differ in trust and format, numbers with trunk, route and neither."""
    config = configuration()
    config["listeners"][0]["unknown_source"] = "reject"
    config["accounts"] = [{"id": "acme", "default_number": DEFAULT}, {"id": "other"}]
    config["access_groups"]["lab"] = {"ips": [PBX]}
    config["access_groups"]["far"] = {"ips": [PBX_2]}
    main = config["trunks"][0]
    main["origination"]["headers"] = {"X-Site": "main"}
    main["origination"]["pass_headers"] = ["X-Ticket"]
    set_targets(config, f"sip:{{number}}@{PBX}:5060?X-Target=one")
    lab = {"name": "lab", "account": "acme", "general": {"trust": "trusted", "number_format": {"in": "e164"}},
           "termination": {"domain": "lab.test", "access": {"any_of": ["lab"]}, "international": "block",
                           "caller_id": {"on_fail": "private"}, "destination_from": "to"},
           "origination": {"targets": [{"uri": f"sip:anniebp@{PBX_2}:5060"}], "diversion_domain": "calls.example"}}
    far = {"name": "far", "account": "other", "identify": ["source_ip"], "enabled": True,
           "general": {"number_format": {"in": "national", "out": "national"}},
           "termination": {"access": {"any_of": ["far"]}, "caller_id": {"on_fail": "substitute", "substitute": FOREIGN}},
           "origination": {"targets": [{"uri": f"sip:{PBX_2}:5060"}], "diversion": "never"}}
    off = {"name": "off", "account": "acme", "enabled": False,
           "termination": {"domain": "off.test", "access": {"any_of": ["lab"]}}, "origination": {"targets": [{"uri": f"sip:{PBX}:5060"}]}}
    config["trunks"] += [lab, far, off]
    config["carriers"][0]["general"]["trust"] = "trusted"
    config["carriers"].append({"name": "south", "prefixes": ["1646", "44"], "sources": [CARRIER_2],
                               "general": {"number_format": {"in": "e164", "out": "e164"}},
                               "targets": [{"uri": f"sip:{CARRIER_2}:5060"}]})
    config["routes"] = [{"name": "hunt", "account": "acme", "entries": [{"trunk": "lab"}, {"number": NUMBER}]}]
    config["numbers"] += [{"number": DEFAULT, "account": "acme"}, {"number": FOREIGN, "trunk": "far"},
                          {"number": ROUTED, "account": "acme", "route": "hunt"}, {"number": UNASSIGNED, "account": "acme"},
                          {"number": OUTWARD, "trunk": "off"}]
    return config


Question = collections.namedtuple("Question", "name source uri sender headers to", defaults=((), ""))


def sip(number, host="pbx.test"):
    return f"<sip:{number}@{host}>"


LAB, FAR = f"sip:{NUMBER}@lab.test", f"sip:{NUMBER[1:]}@127.0.0.1"
# What varies: the trunk, the caller ID and where it stands, privacy, diversion, formats, routes, and every kind of refusal.
QUESTIONS = [
    Question("owned", PBX, URI, sip(DID)),
    Question("verified", PBX, URI, sip("+12125550001")),
    Question("not_owned", PBX, URI, sip(FOREIGN)),
    Question("no_number", PBX, URI, sip("alice")),
    Question("bad_number", PBX, URI.replace("+", ""), sip(DID)),
    Question("rpid", PBX, URI, sip("alice"), (("Remote-Party-ID", sip(DEFAULT)),)),
    Question("forged_pai", PBX, URI, sip(DID), (("P-Asserted-Identity", sip(FOREIGN)),)),
    Question("to_the_untrusted_carrier", PBX, URI.replace(NUMBER, "+16465550001"), sip(DID), (("Privacy", "id"),)),
    Question("diversions", PBX, URI, sip(DID), (("Diversion", sip(ABROAD, "elsewhere.test")), ("Diversion", sip(FOREIGN, "acme.test")))),
    Question("private", PBX, LAB, sip(FOREIGN)),
    Question("anonymous", PBX, LAB, ANONYMOUS, (("P-Asserted-Identity", f'"bob" {sip(DID)}'), ("P-Asserted-Identity", f"<tel:{DEFAULT}>"),
                                                ("Privacy", "id"))),
    Question("without_plus", PBX, LAB.replace("+", ""), sip(DID[1:])),
    Question("to_counts", PBX, LAB, sip(DID), (), f'"desk" {sip("+12125550177", "lab.test")}'),
    Question("international", PBX, f"sip:{ABROAD}@lab.test", sip(DID), (), sip(ABROAD, "lab.test")),
    Question("national", PBX_2, FAR, sip(FOREIGN[1:])),
    Question("substitute", PBX_2, FAR, sip(DID[1:])),
    Question("not_national", PBX_2, FAR.replace("sip:", "sip:+"), sip(FOREIGN[1:])),
    Question("off", PBX, f"sip:{NUMBER}@off.test", sip(DID)),
    Question("wrong_source", STRANGER, LAB, sip(DID)),
    Question("stranger", STRANGER, f"sip:{NUMBER}@nobody.test", sip(DID)),
    Question("unknown_domain", CARRIER, f"sip:{NUMBER}@nobody.test", sip(DID)),
    Question("did", CARRIER, f"sip:{DID}@127.0.0.1", sip(ABROAD), (("X-Ticket", "47"), ("X-Other", "11"))),
    Question("did_anonymous", CARRIER, f"sip:{DID}@127.0.0.1", ANONYMOUS, (("P-Asserted-Identity", sip(ABROAD)), ("Privacy", "id"))),
    Question("did_route", CARRIER, f"sip:{ROUTED}@127.0.0.1", ANONYMOUS, (("P-Asserted-Identity", sip(ABROAD)), ("Privacy", "id"),
                                                                        ("Diversion", sip(ABROAD, CARRIER)))),
    Question("did_national", CARRIER_2, f"sip:{FOREIGN[1:]}@127.0.0.1", sip(ABROAD[1:])),
    Question("did_forged", CARRIER_2, f"sip:{ROUTED[1:]}@127.0.0.1", sip(ABROAD[1:]), (("P-Asserted-Identity", sip(DID)),)),
    Question("did_unassigned", CARRIER, f"sip:{UNASSIGNED}@127.0.0.1", sip(ABROAD)),
    Question("did_unknown", CARRIER, "sip:+14155559999@127.0.0.1", sip(ABROAD)),
    Question("did_of_a_trunk_that_is_off", CARRIER, f"sip:{OUTWARD}@127.0.0.1", sip(ABROAD)),
]


def seen_in(invite):
    """What both sides are asked to agree on, of an INVITE: no tag, since each makes its own."""
    facts = {"uri": invite.uri, "From": re.sub(r";\s*tag=[^;]*", "", invite.get("From"))}
    facts.update({name: invite.all(name) for name in COMPARED})
    facts["X"] = sorted((n, v) for n, v in invite.headers if n.startswith("X-"))
    return facts


def ctl(*arguments):
    return subprocess.run([TANDEMCTL, *map(str, arguments)], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=30 * wait.PATIENCE)


class Explain(Case):
    def setUp(self):
        super().setUp()
        self.agents = {ip: self.agent(ip) for ip in (PBX, PBX_2, CARRIER, CARRIER_2, STRANGER)}

    def explained(self, daemon, question, invite):
        path = self.folder / f"{question.name}.sip"
        path.write_bytes(invite.text().encode())
        done = ctl("explain", path, "--source", question.source, "--config", daemon.config_folder, "--json")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if answer["verdict"] == "admitted" else 1, done.stdout)
        return answer

    def played(self, question):
        """Over the wire: (INVITE as sent first, whether it was challenged, final status, its Reason, whom it reached and how)."""
        agent = self.agents[question.source]
        call = agent.invite(question.uri, sender=question.sender, headers=list(question.headers), to=question.to, user=USER,
                            password=PASSWORD)
        sent, challenged, reached = call.invite, False, None
        deadline = time.monotonic() + 10 * wait.PATIENCE
        while time.monotonic() < deadline:
            for got in self.arrived():
                receiver, message, source = got
                if message.method == "INVITE":
                    reached = (receiver.ip, message)
                    IncomingCall(receiver, message, source).reply(message, source, 486, "Busy Here")
                elif message.status >= 200 and message.get("Call-ID") == call.call_id:
                    receiver.waiting.append((message, source))
                    answer = call.final(0)
                    if answer.status == 407 and not challenged:
                        challenged = True
                        call.answer_challenge(answer)
                        continue
                    return sent, challenged, answer.status, answer.get("Reason"), reached
        self.fail(f"{question.name}: no final response")

    def arrived(self):
        ready, _, _ = select.select([a.wire.socket for a in self.agents.values()], [], [], 0.05)
        for agent in self.agents.values():
            if agent.wire.socket in ready:
                got = agent.wire.receive(0)
                if got:
                    yield (agent, *got)

    def compare(self, answer, challenged, status, reason, reached):
        """One side's account against the other's."""
        self.assertEqual("challenge" in answer, challenged)
        if answer["verdict"] != "admitted":
            self.assertIsNone(reached)
            self.assertEqual(answer["response"]["status"], status)
            if reason:
                self.assertIn(f'text="{answer["reason"]}"', reason)
            return
        self.assertIsNotNone(reached, "admitted, says explain; nobody was called")
        ip, invite = reached
        self.assertEqual(answer["outgoing"]["to"], f"{ip}:5060")
        self.assertEqual(seen_in(Message.parse(answer["outgoing"]["invite"])), seen_in(invite))
        self.assertEqual(status, 486)

    def test_agrees_with_the_daemon(self):
        """Verdict, status and reason, target, Request-URI, From, To, identity, Privacy, Diversion, X- headers, for each question."""
        self.assertGreaterEqual(len(QUESTIONS), 20)
        verdicts = collections.Counter()
        with Daemon(self.folder, world(), level="warn") as daemon:
            for question in QUESTIONS:
                with self.subTest(question.name):
                    sent, *outcome = self.played(question)
                    answer = self.explained(daemon, question, sent)
                    self.compare(answer, *outcome)
                    verdicts[answer["verdict"]] += 1
            daemon.eventually_idle()
        print(dict(verdicts))
        self.assertGreaterEqual(verdicts["admitted"], 12)
        self.assertGreaterEqual(verdicts["refused"], 8)

    def test_drop(self):
        """A listener that drops: explain says dropped, and over the wire there is silence."""
        config = world()
        config["listeners"][0]["unknown_source"] = "drop"
        question = next(q for q in QUESTIONS if q.name == "stranger")
        with Daemon(self.folder, config) as daemon:
            agent = self.agents[STRANGER]
            call = agent.invite(question.uri, sender=question.sender)
            answer = self.explained(daemon, question, call.invite)
            self.assertEqual(answer["verdict"], "dropped")
            agent.nothing(0.5)
            self.assertEqual(daemon.stats()["drops"], 1)

    def test_by_numbers_and_why_not(self):
        """--trunk, --from, --to in place of a file; --why-not names each key that does not fit; a wrong question has status 2."""
        with Daemon(self.folder, world()) as daemon:
            config = ("--config", daemon.config_folder)
            done = ctl("explain", "--trunk", "lab", "--from", DID, "--to", NUMBER, "--source", PBX, *config)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn(CARRIER, done.stdout)
            done = ctl("explain", "--trunk", "lab", "--from", DID, "--to", ABROAD, "--source", PBX, *config)
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertIn("international_blocked", done.stdout)
            done = ctl("explain", "--trunk", "acme", "--from", DID, "--to", NUMBER, "--source", PBX, "--user", USER, "--why-not", "lab",
                       *config)
            self.assertIn("lab", done.stdout)
            self.assertEqual(ctl("explain", "--trunk", "nobody", "--from", DID, "--to", NUMBER, "--source", PBX, *config).returncode, 2)
            self.assertEqual(ctl("explain", "/nowhere.sip", "--source", PBX, *config).returncode, 2)
            broken = self.folder / "broken.sip"
            broken.write_text("INVITE me\r\n\r\n")
            self.assertEqual(ctl("explain", broken, "--source", PBX, *config).returncode, 2)


class Verbs(Case):
    """Each verb once, against the shipped configuration or the world above, with a line that it must print."""

    def setUp(self):
        super().setUp()
        self.world = Daemon(self.folder, world()).config_folder

    def says(self, *arguments, status=0, config=None):
        done = ctl(*arguments, *(("--config", config) if config else ()))
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout

    def test_shipped_configuration(self):
        """R-026, R-082: check, config show, trunk show --firewall, numbers list and bandwidth of what is shipped."""
        self.says("check", SHIPPED)
        self.assertRegex(self.says("config", "show", config=SHIPPED), r"(?m)^\s*no_response_timeout: 4s")
        firewall = self.says("trunk", "show", "acme", "--firewall", config=SHIPPED)
        self.assertRegex(firewall, r"127\.0\.0\.1\D+5060")
        self.assertRegex(firewall, r"10000\D+20000")
        self.assertRegex(self.says("numbers", "list", config=SHIPPED), r"\+12025550123\s.*acme")
        self.says("bandwidth", config=SHIPPED)

    def test_config_show(self):
        """Presets and defaults filled in, secrets never; what it prints is a configuration again, and the same one."""
        text = self.says("config", "show", config=self.world)
        self.assertNotIn(PASSWORD, text)
        self.assertIn("***", text)
        self.assertRegex(text, r"on_fail: private")
        self.assertRegex(self.says("config", "show", "--trunk", "lab", config=self.world), r"domain: .*lab\.test")

    def test_profile_is_shown(self):
        """`profile: sinch` prints the values that it stands for; a single key overrides."""
        config = configuration()
        config["trunks"][0].update(profile="sinch", identify=["domain"])
        folder = Daemon(scratch("profile"), config).config_folder
        text = self.says("config", "show", "--trunk", "acme", config=folder)
        self.assertRegex(text, r"on_fail: private")
        self.assertRegex(text, r"destination_from: to")
        self.assertRegex(text, r"identify: \[?\s*(- )?domain")

    def test_dns_export(self):
        """R-020: A records of the nodes for every name of a trunk, TTL 600; a drained node is not among them."""
        config = configuration()
        config["edges"] = [{"name": "ashburn"}, {"name": "dublin"}]
        config["domains"] = [{"plain": "{trunk}.pstn.example.com", "localized": "{trunk}.pstn.{edge}.example.com"}]
        config["nodes"] = [{"name": "n1", "edge": "ashburn", "addresses": ["192.0.2.1"]},
                           {"name": "n2", "edge": "ashburn", "addresses": ["192.0.2.2"], "drained": True},
                           {"name": "n3", "edge": "dublin", "addresses": ["192.0.2.3"]}]
        config["trunks"][0]["termination"]["label"] = "acme"
        folder = Daemon(scratch("zone"), config).config_folder
        zone = self.says("dns", "export", config=folder)
        self.assertRegex(zone, r"(?m)^acme\.pstn\.ashburn\S*\s+600\s+IN\s+A\s+192\.0\.2\.1$")
        self.assertRegex(zone, r"(?m)^acme\.pstn\.dublin\S*\s+600\s+IN\s+A\s+192\.0\.2\.3$")
        self.assertIn("SRV", zone)
        self.assertNotIn("192.0.2.2", zone)

    def test_bandwidth(self):
        """R-082: 10 channels are 1 Mbit/s."""
        config = configuration()
        config["trunks"][0]["limits"] = {"channels": 10}
        folder = Daemon(scratch("bandwidth"), config).config_folder
        self.assertRegex(self.says("bandwidth", config=folder), r"acme\s+.*\b10\b.*\b1(\.0+)? ?Mbit/s")

    def test_numbers(self):
        """R-156, R-158: the inventory by trunk, and by pattern."""
        lines = self.says("numbers", "list", "--trunk", "far", config=self.world)
        self.assertIn(FOREIGN, lines)
        self.assertNotIn(DID, lines)
        lines = self.says("numbers", "search", "+1415", config=self.world)
        self.assertIn(UNASSIGNED, lines)
        self.assertNotIn(FOREIGN, lines)

    def test_diff(self):
        """R-169: exactly what changed; status 0 where nothing did, 1 where something did."""
        self.assertEqual(ctl("diff", self.world, self.world).returncode, 0)
        config = world()
        config["trunks"][1]["enabled"] = False
        other = Daemon(scratch("newer"), config).config_folder
        lines = self.says("diff", self.world, other, status=1)
        self.assertRegex(lines, r"trunk '?lab'?: changed")
        self.assertNotIn("trunk acme", lines)

    def test_why(self):
        """What the code means and which key causes it; an unknown code is refused."""
        text = self.says("why", "cli_not_owned")
        self.assertIn("403", text)
        self.assertIn("caller_id", text)
        self.assertNotEqual(ctl("why", "no_such_code").returncode, 0)


if __name__ == "__main__":
    unittest.main()
