"""Every final status from 300 to 699 through a real fail-over; redirects, one authentication retry, one Min-SE retry."""

import unittest

from harness.agent import IncomingCall
from harness.case import CARRIER, DID, NUMBER, PBX, PBX_2, PBX_3, PBX_4, Case, set_targets
from harness.daemon import DOMAIN, Daemon, configuration
from harness.sip import digest_is_right
from harness.wait import eventually

STOP = {400, 404, 405, 410, 416, 482, 484, 486, *range(600, 700)}
AUTH = {"user": "tandem", "password": "s3cret"}


def two_pbxs(**origination):
    config = set_targets(configuration(), {"uri": f"sip:{PBX}:5060", "priority": 1}, {"uri": f"sip:{PBX_2}:5060", "priority": 2})
    config["trunks"][0]["origination"].update(auth=AUTH, **origination)
    return config


def contact(*values):
    return [("Contact", value) for value in values]


class TwoPbxs(Case):
    def setUp(self):
        super().setUp()
        self.carrier, self.first, self.second = self.agent(CARRIER), self.agent(PBX), self.agent(PBX_2)


class Statuses(TwoPbxs):
    def test_every_status(self):
        """R-104, R-102: the first PBX says each; the second gets the call, or the caller gets that very status and it does not."""
        with Daemon(self.folder, two_pbxs(), level="warn") as daemon:
            for status in range(300, 700):
                caller = f"+1312555{status:04d}"
                call = self.did_call(self.carrier, caller=caller)
                self.first.incoming().reject(status)
                if status not in STOP:
                    incoming = self.second.incoming()
                    self.assertIn(caller, incoming.invite.get("From"), f"the call of a status before {status} went on")
                    incoming.reject(486)
                self.assertEqual(call.final().status, status if status in STOP else 486, status)
            self.second.nothing(0.3)
            records = eventually("400 records", lambda: len(daemon.records("call")) == 400 and daemon.records("call"))
            self.assertEqual([r["attempts"] for r in records], [1 if s in STOP else 2 for s in range(300, 700)])
            daemon.eventually_idle()

    def test_stop_codes_are_configurable(self):
        """R-104, R-085: the trunk's own list takes the place of the usual one, single codes and classes."""
        config = two_pbxs()
        config["trunks"][0]["general"]["stop_codes"] = [503, "4xx"]
        with Daemon(self.folder, config):
            for status in (404, 480, 499, 503):
                call = self.did_call(self.carrier)
                self.first.incoming().reject(status)
                self.assertEqual(call.final().status, status)
            for status in (500, 603):
                call = self.did_call(self.carrier)
                self.first.incoming().reject(status)
                self.goes_to(self.second, call)
            self.second.nothing(0.3)


class Redirects(TwoPbxs):
    """302 from the first PBX of two. The third stands where the Contact points; nobody configured it."""

    def setUp(self):
        super().setUp()
        self.third = self.agent(PBX_3)

    def redirected(self, *contacts, status=302):
        """A call that the first PBX redirects: (call, the INVITE that PBX had)."""
        call = self.did_call(self.carrier)
        incoming = self.first.incoming()
        incoming.reject(status, "Moved Temporarily", contact(*contacts))
        return call, incoming.invite

    def test_is_followed(self):
        """R-108: the call goes to the Contact, with its user and the Diversion of the first INVITE, and can be answered there."""
        with Daemon(self.folder, two_pbxs()) as daemon:
            call, invite = self.redirected(f"<sip:+14155559999@{PBX_3}:5060>")
            incoming, _ = self.answered(self.third, call)
            self.assertEqual(incoming.invite.uri, f"sip:+14155559999@{PBX_3}:5060")
            self.assertNotEqual(incoming.invite.get("Call-ID"), invite.get("Call-ID"))
            self.assertIn(f"<sip:{DID}@", incoming.invite.get("Diversion"))
            call.request("BYE")
            incoming.expect_bye()
            self.assertEqual(call.response("BYE").status, 200)
            self.second.nothing(0.2)
            record = daemon.record()
            self.assertEqual((record["attempts"], record["target_address"], record["sip_status"]), (2, f"{PBX_3}:5060", 200))
            daemon.eventually_idle()

    def test_only_the_first_contact(self):
        """R-109: of several Contacts, in one header or two, the first; when it fails the next target, not the next Contact."""
        fourth = self.agent(PBX_4)
        one, two = f"<sip:{PBX_3}:5060>;q=0.1", f"<sip:{PBX_4}:5060>;q=0.9"
        with Daemon(self.folder, two_pbxs()):
            for contacts in ((f"{one}, {two}",), (one, two)):
                call, _ = self.redirected(*contacts)
                self.third.incoming().reject(503)
                self.goes_to(self.second, call)
            fourth.nothing(0.3)

    def test_stop_code_of_the_redirected(self):
        """R-104: what the redirected PBX says counts as a target's word: busy ends the hunt."""
        with Daemon(self.folder, two_pbxs()):
            call, _ = self.redirected(f"<sip:{PBX_3}:5060>")
            self.goes_to(self.third, call, 486)
            self.second.nothing(0.3)

    def test_own_domains_are_not_followed(self):
        """R-110: a Contact in a trunk's domain or under one of our patterns is a failure: the next target."""
        config = two_pbxs()
        config["edges"] = [{"name": "dublin"}]
        config["domains"] = [{"plain": "{trunk}.pstn.example.com", "localized": "{trunk}.pstn.{edge}.example.com"}]
        with Daemon(self.folder, config):
            for host in (DOMAIN, DOMAIN.upper(), "x.pstn.example.com", "x.pstn.dublin.example.com"):
                call, _ = self.redirected(f"<sip:{DID}@{host}>")
                self.goes_to(self.second, call)

    def test_edge_and_tnx_do_not_count(self):
        """R-111: edge and tnx of a Contact choose nothing and are not sent on."""
        config = two_pbxs()
        config["edges"] = [{"name": "dublin"}]
        with Daemon(self.folder, config):
            call, _ = self.redirected(f"<sip:{DID}@{PBX_3}:5060;edge=dublin;tnx=abc>")
            invite = self.goes_to(self.third, call)
            self.assertNotIn("edge", invite.uri)
            self.assertNotIn("tnx", invite.uri)

    def test_what_cannot_be_followed(self):
        """R-108: no Contact, one that is no address, another scheme, a number where redirect.pstn is off: the next target."""
        with Daemon(self.folder, two_pbxs()):
            for contacts in ((), ("nonsense",), ("<mailto:x@y.test>",), (f"<tel:{NUMBER}>",)):
                call, _ = self.redirected(*contacts)
                self.goes_to(self.second, call)
            self.third.nothing(0.2)

    def test_follow_off(self):
        """redirect.follow: false: a 302 is a failure like others."""
        with Daemon(self.folder, two_pbxs(redirect={"follow": False})):
            call, _ = self.redirected(f"<sip:{PBX_3}:5060>")
            self.goes_to(self.second, call)
            self.third.nothing(0.2)

    def test_to_a_number(self):
        """R-108, redirect.pstn: a tel: Contact goes through the carriers; the record's last attempt says that it was a redirect."""
        with Daemon(self.folder, two_pbxs(redirect={"pstn": True})) as daemon:
            call, _ = self.redirected(f"<tel:{NUMBER}>")
            invite = self.goes_to(self.carrier, call)
            self.assertEqual(invite.uri, f"sip:{NUMBER}@{CARRIER}:5060")
            attempts = eventually("two attempts", lambda: len(daemon.records("attempt")) == 2 and daemon.records("attempt"))
            self.assertEqual((attempts[1]["carrier"], attempts[1]["leg_type"]), ("north", "redirect"))

    def test_loops_end(self):
        """R-111: a 302 back and forth, to itself, and an endless chain of new Contacts all end; then the next target."""
        def back_and_forth(n):
            return f"<sip:{DID}@{(PBX_3, PBX)[n % 2]}:5060>"

        def itself(_):
            return f"<sip:{DID}@{PBX}:5060>"

        def always_new(n):
            return f"<sip:{n}@{PBX_3}:5060>"

        with Daemon(self.folder, two_pbxs()) as daemon:
            for to in (back_and_forth, itself, always_new):
                with self.subTest(to.__name__):
                    call = self.did_call(self.carrier)
                    redirects = self.redirect_until_the_second_has_it(to)
                    self.assertLess(redirects, 20)
                    self.goes_to(self.second, call)
            daemon.eventually_idle()

    def redirect_until_the_second_has_it(self, to):
        """Answers whatever comes to the first and the third with the next 302; returns how many."""
        redirects = 0

        def step():
            nonlocal redirects
            for agent in (self.first, self.third):
                got = agent.wire.receive(0.01)
                if not got:
                    continue
                message, source = got
                if message.method == "INVITE":
                    IncomingCall(agent, message, source).reply(message, source, 302, "Moved", headers=contact(to(redirects)))
                    redirects += 1
            got = self.second.wire.receive(0.01)
            if got:
                self.second.waiting.append(got)
            return bool(got)
        eventually("the second PBX gets the call", step, 20, 0)
        return redirects


class Retries(TwoPbxs):
    """What a PBX may ask for once: credentials, a longer session interval."""

    CHALLENGES = ((401, "WWW-Authenticate", "Authorization"), (407, "Proxy-Authenticate", "Proxy-Authorization"))

    def challenge(self, incoming, status, header, nonce):
        incoming.reject(status, "Who are you", [(header, f'Digest realm="pbx", nonce="{nonce}", algorithm=SHA-256, qop="auth"')])

    def assert_repeats(self, again, first):
        """RFC 3261 §8.1.3.5: the same dialog, the next CSeq."""
        self.assertEqual(again.get("Call-ID"), first.get("Call-ID"))
        self.assertEqual(again.tag("From"), first.tag("From"))
        self.assertGreater(again.cseq[0], first.cseq[0])

    def test_one_authentication_retry(self):
        """R-053, R-104: a challenge is answered once, rightly; the call is then the first PBX's."""
        with Daemon(self.folder, two_pbxs()) as daemon:
            for status, header, answer in self.CHALLENGES:
                call = self.did_call(self.carrier)
                first = self.first.incoming()
                self.challenge(first, status, header, "one")
                again = self.first.incoming()
                self.assert_repeats(again.invite, first.invite)
                self.assertTrue(digest_is_right(again.invite.get(answer), "INVITE", AUTH["password"]), again.invite.text())
                again.reject(486)
                self.assertEqual(call.final().status, 486)
            self.second.nothing(0.2)
            daemon.eventually_idle()

    def test_a_second_challenge_is_a_refusal(self):
        """R-104: the PBX challenges again, in the same words or others: the next target."""
        with Daemon(self.folder, two_pbxs()) as daemon:
            for status, header, _ in self.CHALLENGES:
                call = self.did_call(self.carrier)
                self.challenge(self.first.incoming(), status, header, "one")
                self.challenge(self.first.incoming(), status, header, "two")
                self.goes_to(self.second, call)
            self.first.nothing(0.2)
            attempts = eventually("four attempts", lambda: len(daemon.records("attempt")) == 4 and daemon.records("attempt"))
            self.assertEqual([a["reason"] for a in attempts[::2]], ["target_auth_failed"] * 2)

    def test_one_min_se_retry(self):
        """RFC 4028 §7.3, R-104: 422 with Min-SE is answered once with that Min-SE and a Session-Expires not below it."""
        with Daemon(self.folder, two_pbxs()) as daemon:
            call = self.did_call(self.carrier)
            first = self.first.incoming()
            first.reject(422, "Session Interval Too Small", [("Min-SE", "3600")])
            again = self.first.incoming()
            self.assert_repeats(again.invite, first.invite)
            self.assertEqual(again.invite.get("Min-SE"), "3600")
            expires = again.invite.get("Session-Expires", again.invite.get("x"))
            self.assertGreaterEqual(int(expires.split(";")[0]), 3600)
            again.reject(486)
            self.assertEqual(call.final().status, 486)
            self.second.nothing(0.2)
            daemon.eventually_idle()

    def test_a_second_422_is_a_refusal(self):
        """The next target: also for a 422 that does not say how long would do."""
        with Daemon(self.folder, two_pbxs()):
            call = self.did_call(self.carrier)
            self.first.incoming().reject(422, "Too Small", [("Min-SE", "1800")])
            self.first.incoming().reject(422, "Too Small", [("Min-SE", "3600")])
            self.goes_to(self.second, call)
            call = self.did_call(self.carrier)
            self.first.incoming().reject(422, "Too Small")
            self.goes_to(self.second, call)
            self.first.nothing(0.2)

    def test_both_retries(self):
        """A PBX that challenges and then wants a longer interval gets both: the third INVITE carries credentials and Min-SE."""
        with Daemon(self.folder, two_pbxs()):
            call = self.did_call(self.carrier)
            status, header, answer = self.CHALLENGES[0]
            self.challenge(self.first.incoming(), status, header, "one")
            self.first.incoming().reject(422, "Too Small", [("Min-SE", "1800")])
            third = self.first.incoming()
            self.assertEqual(third.invite.get("Min-SE"), "1800")
            self.assertTrue(digest_is_right(third.invite.get(answer), "INVITE", AUTH["password"]), third.invite.text())
            third.reject(486)
            self.assertEqual(call.final().status, 486)


if __name__ == "__main__":
    unittest.main()
