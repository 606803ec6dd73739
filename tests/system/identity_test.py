"""Who the called side is told is calling: caller ID, privacy, asserted identity, Diversion; and which calls the caller may make."""

import re
import unittest

from harness.case import CARRIER, DID, NUMBER, PBX, Case, by_address, set_targets, user_in
from harness.daemon import CALLER, DOMAIN, Daemon
from harness.steps import URI
from harness.wait import eventually

FOREIGN = "+16505550000"   # another account's
STRANGE = "+13125550777"   # nobody's here
DEFAULT = "+14155550009"   # the account's default number
ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>'


def sip(number, host="pbx.test"):
    return f"<sip:{number}@{host}>"


def identities(trusted_carrier=True, trusted_trunk=False, **caller_id):
    """acme owns DID and DEFAULT and has CALLER verified; `other` owns FOREIGN. Known by address, not challenged."""
    config = by_address(**({"caller_id": caller_id} if caller_id else {}))
    config["accounts"] = [{"id": "acme", "default_number": DEFAULT}, {"id": "other"}]
    config["numbers"] += [{"number": DEFAULT, "account": "acme"}, {"number": FOREIGN, "account": "other"}]
    trust = {True: "trusted", False: "untrusted"}
    config["carriers"][0]["general"]["trust"] = trust[trusted_carrier]
    config["trunks"][0]["general"]["trust"] = trust[trusted_trunk]
    return config


class Identity(Case):
    def setUp(self):
        super().setUp()
        self.pbx, self.carrier = self.agent(PBX), self.agent(CARRIER)

    def dial(self, sender, *headers, uri=URI):
        return self.pbx.invite(uri, sender=sender, headers=headers)

    def arrives(self, sender, *headers, **options):
        """The INVITE that the carrier gets of a call with this From and these headers."""
        return self.goes_to(self.carrier, self.dial(sender, *headers, **options))

    def last_record(self, daemon, count):
        return eventually("its record", lambda: len(daemon.records("call")) == count and daemon.records("call")[-1])

    def assert_shown(self, invite, number):
        """From and P-Asserted-Identity name this number and nothing restricts it."""
        self.assertEqual(user_in(invite.get("From")), number, invite.text())
        self.assertEqual([user_in(v) for v in invite.all("P-Asserted-Identity")], [number], invite.text())
        self.assertEqual(invite.get("Privacy"), "")

    def assert_private(self, invite, number):
        """R-067, R-070: anonymous, and the trusted side alone is told who."""
        self.assertEqual(re.sub(r";\s*tag=.*", "", invite.get("From")), ANONYMOUS)
        self.assertIn("id", invite.get("Privacy").split(";"))
        self.assertEqual([user_in(v) for v in invite.all("P-Asserted-Identity")], [number], invite.text())


class CallerId(Identity):
    def test_owned_and_verified(self):
        """R-066: a number of the account, or one verified for it, is shown; the record holds it."""
        with Daemon(self.folder, identities()) as daemon:
            for n, number in enumerate((DID, DEFAULT, CALLER), 1):
                self.assert_shown(self.arrives(sip(number)), number)
                record = self.last_record(daemon, n)
                self.assertEqual((record["presented_cli"], record["asserted_cli"], record["privacy"]), (number, number, ""))

    def test_others_are_refused(self):
        """R-066, R-067 reject: another account's, nobody's, none at all: 403 and why."""
        with Daemon(self.folder, identities()) as daemon:
            for sender in (sip(FOREIGN), sip(STRANGE)):
                self.refused(self.dial(sender), 403, "cli_not_owned")
            self.refused(self.dial(sip("alice")), 403, "cli_missing")
            self.carrier.nothing(0.2)
            self.assertEqual([r["attempts"] for r in daemon.records("call")], [0, 0, 0])

    def test_private(self):
        """R-067: on_fail private: anonymous to the called side; the account's default number asserted to a trusted carrier."""
        with Daemon(self.folder, identities(on_fail="private")) as daemon:
            for n, sender in enumerate((sip(FOREIGN), sip("alice")), 1):
                invite = self.arrives(sender)
                self.assert_private(invite, DEFAULT)
                self.assertNotIn(FOREIGN[1:], invite.text())
                record = self.last_record(daemon, n)
                self.assertEqual((record["presented_cli"], record["asserted_cli"]), ("", DEFAULT))
                self.assertIn("id", record["privacy"])

    def test_substitute(self):
        """R-067: on_fail substitute: that number instead, shown and asserted."""
        with Daemon(self.folder, identities(on_fail="substitute", substitute=DID)):
            self.assert_shown(self.arrives(sip(FOREIGN)), DID)
            self.assert_shown(self.arrives(sip(CALLER)), CALLER)

    def test_list_and_any(self):
        """R-066: `list` lets its own numbers through and no others; `any` everything that is a number."""
        config = identities(allowed=["list"], list=[STRANGE])
        with Daemon(self.folder, config) as daemon:
            self.assert_shown(self.arrives(sip(STRANGE)), STRANGE)
            self.refused(self.dial(sip(DID)), 403, "cli_not_owned")
            config["trunks"][0]["termination"]["caller_id"] = {"allowed": ["any"]}
            daemon.reload(config)
            self.assert_shown(self.arrives(sip(FOREIGN)), FOREIGN)

    def test_where_the_number_comes_from(self):
        """R-068: From, else Remote-Party-ID, else P-Asserted-Identity: with and without a number in each."""
        rpid, pai = ("Remote-Party-ID", f"{sip(DEFAULT)};party=calling"), ("P-Asserted-Identity", sip(CALLER))
        with Daemon(self.folder, identities()):
            for sender, headers, number in ((sip(DID), (), DID), (sip(DID), (rpid,), DID), (sip(DID), (pai,), DID),
                                            (sip(DID), (rpid, pai), DID), (sip("alice"), (rpid,), DEFAULT),
                                            (sip("alice"), (pai,), CALLER), (sip("alice"), (rpid, pai), DEFAULT)):
                with self.subTest(sender=sender, headers=headers):
                    self.assert_shown(self.arrives(sender, *headers), number)
            self.refused(self.dial(sip("alice")), 403, "cli_missing")
            # The first source that yields a number is the one that is verified: a good one behind it does not heal it.
            self.refused(self.dial(sip(FOREIGN), rpid, pai), 403, "cli_not_owned")
            self.refused(self.dial(sip("alice"), ("Remote-Party-ID", sip(FOREIGN)), pai), 403, "cli_not_owned")

    def test_sources_in_another_order(self):
        """R-068: caller_id.sources says which headers count, and in which order."""
        with Daemon(self.folder, identities(sources=["pai", "from"])):
            pai = ("P-Asserted-Identity", sip(CALLER))
            self.assert_shown(self.arrives(sip(DID), pai), CALLER)
            self.assert_shown(self.arrives(sip(DID), ("Remote-Party-ID", sip(FOREIGN))), DID)

    def test_forged_asserted_identity(self):
        """R-072: what an untrusted PBX asserts does not reach the carrier; what counts is its verified caller ID."""
        with Daemon(self.folder, identities()):
            invite = self.arrives(sip(DID), ("P-Asserted-Identity", sip(FOREIGN)), ("P-Asserted-Identity", f"<tel:{STRANGE}>"))
            self.assert_shown(invite, DID)
            self.assertNotIn(FOREIGN[1:], invite.text())
            self.assertNotIn(STRANGE[1:], invite.text())

    def test_restricted_destinations(self):
        """R-069: such an account may call verified numbers alone."""
        config = identities()
        config["accounts"][0]["restrict_destinations"] = "verified"
        config["verified_caller_ids"].append({"number": NUMBER, "account": "acme"})
        with Daemon(self.folder, config):
            self.assert_shown(self.arrives(sip(DID)), DID)
            self.refused(self.dial(sip(DID), uri=f"sip:{STRANGE}@{DOMAIN}"), 403, "destination_restricted")

    def test_from_must_match_account(self):
        """R-055: where the trunk insists, a From user other than the digest user is refused, although the digest is right."""
        config = identities(allowed=["any"])
        config["access_groups"]["hq"] = {"credentials": [{"user": "+14155550000", "password": "right-horse"}]}
        config["trunks"][0]["termination"]["from_must_match_account"] = True
        with Daemon(self.folder, config):
            for sender, status in ((sip(DID), 486), (sip(CALLER), 403)):
                call = self.pbx.invite(URI, user=DID, password="right-horse", sender=sender)
                call.authenticate()
                if status == 486:
                    self.goes_to(self.carrier, call)
                else:
                    self.refused(call, 403, "auth_from_mismatch")


class Privacy(Identity):
    def assert_no_trace(self, message, *numbers):
        """R-070: in no header, no URI and no description. Digits alone, so that no spelling hides it."""
        for number in numbers:
            self.assertNotIn(number.lstrip("+"), message.text())
            self.assertNotIn(number[2:], message.text())
        self.assertNotIn(PBX, message.text())

    def whole_call(self, call, callee):
        """Answered, changed and hung up by the caller: the INVITE, ACK, re-INVITE and BYE that the callee saw."""
        incoming, ack = self.answered(callee, call)
        later = {"payloads": (0, 101)}
        call.request("INVITE", body=call.agent.sdp(**later).replace("4711 1", "4711 2"))
        reinvite, source = incoming.expect_request("INVITE")
        incoming.reply(reinvite, source, 200, "OK", callee.sdp(**later).replace("4711 1", "4711 2"))
        self.assertEqual(call.response("INVITE").status, 200)
        call.request("ACK", cseq=call.local_cseq)
        incoming.expect_request("ACK")
        call.request("BYE")
        bye = incoming.expect_bye()
        self.assertEqual(call.response("BYE").status, 200)
        return incoming.invite, ack, reinvite, bye

    def test_anonymous_to_an_untrusted_carrier(self):
        """R-070, R-071: no trace of the number in INVITE, ACK, re-INVITE, BYE; the record has it."""
        with Daemon(self.folder, identities(trusted_carrier=False)) as daemon:
            call = self.dial(ANONYMOUS, ("P-Asserted-Identity", f'"Alice" {sip(CALLER)}'), ("Privacy", "id"))
            for message in self.whole_call(call, self.carrier):
                self.assert_no_trace(message, CALLER)
                self.assertNotIn("Alice", message.text())
                self.assertEqual(message.all("P-Asserted-Identity"), [])
            self.carrier.nothing(0.1)
            record = daemon.record()
            self.assertEqual((record["presented_cli"], record["asserted_cli"], record["privacy"]), ("", CALLER, "id"))

    def test_anonymous_to_a_trusted_carrier(self):
        """R-067, R-068, R-072: anonymous in From, asserted in INVITE, re-INVITE and BYE; the ACK is bare unless pai_in_ack says otherwise."""
        config = identities()
        with Daemon(self.folder, config) as daemon:
            for in_ack in (False, True):
                config["carriers"][0]["general"]["pai_in_ack"] = in_ack
                daemon.reload(config)
                for headers in ((("P-Asserted-Identity", sip(CALLER)),), (("Remote-Party-ID", sip(CALLER)),)):
                    invite, ack, reinvite, bye = self.whole_call(self.dial(ANONYMOUS, *headers), self.carrier)
                    self.assert_private(invite, CALLER)
                    for message in (reinvite, bye):
                        self.assertEqual(message.all("P-Asserted-Identity"), invite.all("P-Asserted-Identity"))
                    self.assertEqual(ack.all("P-Asserted-Identity"), invite.all("P-Asserted-Identity") if in_ack else [])

    def test_asserted_identity_of_the_called_sides_bye(self):
        """R-072: hung up by the called side, the BYE that goes to an untrusted caller asserts nothing."""
        with Daemon(self.folder, identities()):
            call = self.dial(sip(DID))
            incoming, _ = self.answered(self.carrier, call)
            incoming.request("BYE", headers=[("P-Asserted-Identity", sip(NUMBER))])
            self.assertEqual(call.expect_bye().all("P-Asserted-Identity"), [])
            self.assertEqual(incoming.response("BYE").status, 200)

    def test_origination_strips_for_an_untrusted_pbx(self):
        """R-072, R-070: a trusted carrier's identity is for trusted trunks alone; anonymous calls stay so."""
        pai = [("P-Asserted-Identity", f"<sip:{STRANGE}@{CARRIER}>"), ("P-Asserted-Identity", f"<tel:{STRANGE}>"),
               ("Privacy", "id")]
        for trusted in (False, True):
            with self.subTest(trusted=trusted), Daemon(self.folder, identities(trusted_trunk=trusted)) as daemon:
                call = self.did_call(self.carrier, sender=ANONYMOUS, headers=pai)
                invite, _, reinvite, bye = self.whole_call(call, self.pbx)
                for message in (invite, reinvite, bye):
                    if trusted:
                        self.assertEqual([user_in(v) for v in message.all("P-Asserted-Identity")], [STRANGE] * 2)
                    else:
                        self.assertEqual(message.all("P-Asserted-Identity"), [])
                        self.assertNotIn(STRANGE[1:], message.text())
                record = daemon.records("call")[-1]
                self.assertEqual((record["presented_cli"], record["asserted_cli"]), ("", STRANGE))

    def test_an_untrusted_carriers_identity(self):
        """R-072: what an untrusted carrier asserts is not believed: no trunk hears it, trusted or not."""
        with Daemon(self.folder, identities(trusted_carrier=False, trusted_trunk=True)):
            call = self.did_call(self.carrier, headers=[("P-Asserted-Identity", f"<sip:{STRANGE}@{CARRIER}>")])
            self.assertNotIn(STRANGE[1:], self.goes_to(self.pbx, call).text())

    def test_privacy_values(self):
        """R-074: id and user hide the number from an untrusted side, alone and with header or critical; none does not."""
        config = identities(trusted_carrier=False)
        with Daemon(self.folder, config) as daemon:
            for value in ("id", "user", "header;id", "id;critical", "user;id;critical"):
                invite = self.arrives(sip(DID), ("Privacy", value))
                with self.subTest(value):
                    self.assert_no_trace(invite, DID)
                    self.assertEqual(invite.all("P-Asserted-Identity"), [])
            self.assertEqual(user_in(self.arrives(sip(DID), ("Privacy", "none")).get("From")), DID)
            self.assertEqual(user_in(self.arrives(sip(DID)).get("From")), DID)
            records = eventually("seven records", lambda: len(daemon.records("call")) == 7 and daemon.records("call"))
            self.assertEqual({r["asserted_cli"] for r in records}, {DID})
            self.assertEqual([r["presented_cli"] for r in records], [""] * 5 + [DID] * 2)

    def test_privacy_crosses_to_a_trusted_side(self):
        """R-074: id travels with the identity, so that the next network can honour it, and critical with it; user is done here and
        no longer asked for (RFC 3323 §5)."""
        with Daemon(self.folder, identities()):
            for value, passed in (("id", {"id"}), ("user;id", {"id"}), ("user", {"id"}), ("id;critical", {"id", "critical"})):
                invite = self.arrives(sip(DID), ("Privacy", value))
                self.assertEqual(set(invite.get("Privacy").replace(" ", "").split(";")), passed, invite.text())
                self.assertEqual([user_in(v) for v in invite.all("P-Asserted-Identity")], [DID])
                self.assertNotIn(DID, invite.get("From"))

    def test_critical_and_unknown(self):
        """RFC 3323 §5: a privacy that nobody here can give is refused with 500 where it is critical, and let through otherwise."""
        with Daemon(self.folder, identities()):
            answer = self.dial(sip(DID), ("Privacy", "cloak;critical")).final()
            self.assertEqual(answer.status, 500, answer.text())
            self.arrives(sip(DID), ("Privacy", "cloak"))

    def test_two_asserted_identities(self):
        """R-073: one sip and one tel, as two headers or comma-joined, of a trusted PBX to a trusted carrier."""
        name, number = f'"bob" {sip(CALLER)}', f"<tel:{DID}>"
        with Daemon(self.folder, identities(trusted_trunk=True)):
            for values in ((name, number), (f"{name}, {number}",)):
                invite = self.arrives(ANONYMOUS, *[("P-Asserted-Identity", v) for v in values], ("Privacy", "id"))
                found = re.findall(r"<([^>]+)>", ",".join(invite.all("P-Asserted-Identity")))
                self.assertEqual([user_in(f"<{f}>") for f in found], [CALLER, DID], invite.text())
                self.assertEqual([f.split(":")[0] for f in found], ["sip", "tel"])

    def test_remote_party_id_style(self):
        """general.identity: remote_party_id: a trusted carrier of the older kind is told by Remote-Party-ID, with its privacy."""
        config = identities()
        config["carriers"][0]["general"]["identity"] = "remote_party_id"
        with Daemon(self.folder, config):
            invite = self.arrives(ANONYMOUS, ("P-Asserted-Identity", sip(CALLER)))
            self.assertEqual(invite.all("P-Asserted-Identity"), [])
            self.assertEqual(user_in(invite.get("Remote-Party-ID")), CALLER)
            self.assertIn("privacy=full", invite.get("Remote-Party-ID"))

    def test_no_pai_in_a_refusal(self):
        """R-070: what goes back to the caller of an anonymous call names nobody either."""
        with Daemon(self.folder, identities(on_fail="private")):
            call = self.dial(sip(FOREIGN))
            self.carrier.incoming().reject(486, headers=[("P-Asserted-Identity", sip(NUMBER)), ("Warning", '399 x "y"')])
            self.assertEqual(call.final().all("P-Asserted-Identity"), [])


class Diversion(Identity):
    def diversions(self, *values, **options):
        invite = self.arrives(sip(DID), *[("Diversion", v) for v in values], **options)
        return [v.strip() for line in invite.all("Diversion") for v in line.split(",")]

    def test_are_forwarded(self):
        """R-075: two, in order, with their parameters; in one header or two."""
        one, two = f"<sip:{STRANGE}@elsewhere.test>;reason=no-answer", f"<sip:{FOREIGN}@other.test>;reason=unconditional"
        with Daemon(self.folder, identities()):
            for values in ((one, two), (f"{one}, {two}",)):
                got = self.diversions(*values)
                self.assertEqual([user_in(v) for v in got], [STRANGE, FOREIGN])
                self.assertIn("no-answer", got[0])
                self.assertIn("unconditional", got[1])

    def test_of_our_domain_are_verified(self):
        """R-076: ours and owned or verified: kept; ours and another's: removed, and the call goes on; foreign domains: kept."""
        config = identities()
        config["domains"] = [{"plain": "{trunk}.pstn.example.com"}]
        with Daemon(self.folder, config):
            for host in (DOMAIN, DOMAIN.upper(), "acme.pstn.example.com", "pstn.example.com"):
                with self.subTest(host):
                    self.assertEqual([user_in(v) for v in self.diversions(sip(DID, host))], [DID])
                    self.assertEqual([user_in(v) for v in self.diversions(sip(CALLER, host))], [CALLER])
                    self.assertEqual(self.diversions(sip(FOREIGN, host)), [])
            kept = self.diversions(sip(FOREIGN, DOMAIN), sip(FOREIGN, "elsewhere.test"), sip(DID, DOMAIN))
            self.assertEqual([user_in(v) for v in kept], [FOREIGN, DID])

    def test_dropped(self):
        """termination.diversion: drop, and the same of a carrier: none is sent on."""
        config = identities()
        with Daemon(self.folder, config) as daemon:
            config["trunks"][0]["termination"]["diversion"] = "drop"
            daemon.reload(config)
            self.assertEqual(self.diversions(sip(STRANGE, "elsewhere.test")), [])

    def test_origination_names_the_dialled_number(self):
        """R-077: on top of the carrier's own, also where a fixed user hides the number; `never` leaves the carrier's alone."""
        config = set_targets(identities(), f"sip:anniebp@{PBX}:5060")
        config["trunks"][0]["origination"]["diversion_domain"] = "twilio.com"
        carried = ("Diversion", f"<sip:{STRANGE}@{CARRIER}>;reason=user-busy")
        with Daemon(self.folder, config) as daemon:
            invite = self.goes_to(self.pbx, self.did_call(self.carrier, headers=[carried]))
            self.assertEqual(invite.uri, f"sip:anniebp@{PBX}:5060")
            self.assertEqual(invite.all("Diversion")[0].split(";")[0], f"<sip:{DID}@twilio.com>")
            self.assertEqual([user_in(v) for v in invite.all("Diversion")], [DID, STRANGE])
            config["trunks"][0]["origination"]["diversion"] = "never"
            daemon.reload(config)
            invite = self.goes_to(self.pbx, self.did_call(self.carrier, headers=[carried]))
            self.assertNotIn(DID, [user_in(v) for v in invite.all("Diversion")])


class International(Identity):
    TABLE = (("+13125550001", "+14165550001", False), ("+13125550001", "+16465550001", True), ("+447700900001", "+447700900002", True),
             ("+447700900001", "+12125550001", False), ("+14165550001", "+16045550001", True), ("+12125550001", "+18765550001", False))

    def config(self, **termination):
        config = identities(allowed=["any"])
        config["trunks"][0]["termination"].update(international="block", **termination)
        return config

    def test_block(self):
        """R-078: inside +1 by area code; from and to other countries by theirs."""
        with Daemon(self.folder, self.config()):
            for caller, called, allowed in self.TABLE:
                with self.subTest(caller=caller, called=called):
                    call = self.dial(sip(caller), uri=f"sip:{called}@{DOMAIN}")
                    if allowed:
                        self.goes_to(self.carrier, call)
                    else:
                        self.refused(call, 403, "international_blocked")

    def test_unknown_caller(self):
        """R-078: a caller without a number counts as international unless unknown_caller says allow."""
        config = self.config()
        config["accounts"][0].pop("default_number")
        config["numbers"] = [n for n in config["numbers"] if n["number"] == FOREIGN]
        config["trunks"][0]["termination"]["caller_id"] = {"allowed": ["any"], "on_fail": "private"}
        with Daemon(self.folder, config) as daemon:
            self.refused(self.dial(ANONYMOUS), 403, "international_blocked")
            config["trunks"][0]["termination"]["unknown_caller"] = "allow"
            daemon.reload(config)
            self.goes_to(self.carrier, self.dial(ANONYMOUS))


if __name__ == "__main__":
    unittest.main()
