"""INVITE, ACK, CANCEL and BYE that cross or are lost, on a line to the carrier and on one to the PBX, with SIPp at both sides.

Each test says what it loses or makes cross, then looks at what went over the line, at the one record and at what is left. Other
races: races_reliable_test (PRACK, UPDATE), transfer_test.test_busy_target (REFER, 486).
"""

import unittest

from harness.race import Race
from harness.scenario import (Side, answered, answers, asked, audio, cancels, final, invite, pause, recv, refused, response, rings,
                              taken)

A, B = Side("uac"), Side("uas")
HOLD, HELD = audio(2, "sendonly"), audio(2, "recvonly")
UP = [invite(), answered()], [taken(), rings(), answers()]
SOON = 300  # milliseconds


def talks_on():
    """Steps for both behind a connected call: it can still be held, and ends by the caller's BYE."""
    return [pause(SOON), A.reinvite(3, HOLD), pause(SOON), A.bye(4)], [B.takes_reinvite(HELD), B.takes("BYE")]


class AtTheCarrier(Race):
    far = "carrier"

    def test_cancel_crosses_200(self):
        """RFC 5407 §3.1.2, RFC 3261 §9.1."""
        self.line.expect(cross=("> CANCEL", "< 200 INVITE"))
        caller = [invite(), recv(180), cancels(), refused(487)]
        callee = [taken(), rings(), response(200, "OK", audio()), asked("CANCEL"), B.reply(200), asked("ACK"), B.takes("BYE")]
        record = self.call(caller, callee)
        self.assert_said(["INVITE", "CANCEL", "ACK", "BYE"], ["180 INVITE", "200 INVITE", "200 CANCEL", "200 BYE"])
        self.assert_ended(record, 487, "caller_cancelled", "caller")

    def test_reinvite_crosses_bye(self):
        """RFC 5407 §3.2.2: the carrier hangs up while our re-INVITE is on its way."""
        self.line.expect(cross=("> re-INVITE", "< BYE"), hold={"> 200 BYE": "> ACK!"})
        caller = [*UP[0], A.offers(3, HOLD), A.is_refused(3, 487), A.takes("BYE")]
        callee = [*UP[1], B.request("BYE", 101, retrans=False), asked("INVITE"), B.reply(481), asked("ACK"), recv(200)]
        record = self.call(caller, callee)
        self.assert_said(["INVITE", "ACK", "re-INVITE", {"200 BYE", "ACK!"}], ["180 INVITE", "200 INVITE", "BYE", "481 INVITE"])
        self.assert_ended(record, 200, "callee_hung_up", "callee")

    def test_bye_crosses_reinvite(self):
        """The same from the other side: our BYE and the carrier's re-INVITE."""
        self.line.expect(cross=("> BYE", "< re-INVITE"))
        caller = [*UP[0], A.bye(3)]
        callee = [*UP[1], B.offers(101, HOLD), B.takes("BYE"), B.is_refused(101, 481)]
        record = self.call(caller, callee)
        self.assert_said(["INVITE", "ACK", "BYE", "481 INVITE"], ["180 INVITE", "200 INVITE", "re-INVITE", {"200 BYE", "ACK!"}])
        self.assert_ended(record, 200, "caller_hung_up", "caller")

    def test_200_lost(self):
        """Five times; the carrier repeats it (RFC 3261 §13.3.1.4)."""
        self.line.expect(lose={"< 200 INVITE": 5})
        caller, callee = talks_on()
        record = self.call([*UP[0], *caller], [*UP[1], *callee])
        self.assertEqual(sum(passing.lost for passing in self.line.seen), 5)
        self.assert_said(["INVITE", "ACK", "re-INVITE", "ACK", "BYE"], ["180 INVITE", "200 INVITE", "200 INVITE", "200 BYE"])
        self.assert_ended(record, 200, "caller_hung_up", "caller")

    def test_ack_lost(self):
        """Ours, three times: each repeated 200 gets it again (RFC 3261 §13.2.2.4)."""
        self.line.expect(lose={"> ACK": 3})
        caller, callee = talks_on()
        caller[0] = pause(6000)  # the carrier has its ACK before the call goes on
        record = self.call([*UP[0], *caller], [*UP[1], *callee])
        self.assert_said(["INVITE", "ACK", "re-INVITE", "ACK", "BYE"], ["180 INVITE", "200 INVITE", "200 INVITE", "200 BYE"])
        number = self.line.all("> INVITE")[0].cseq[0]
        self.assertGreaterEqual([m.cseq[0] for m in self.line.all("> ACK")].count(number), 4)
        self.assert_ended(record, 200, "caller_hung_up", "caller")

    def test_two_forks_answer(self):
        """RFC 3261 §13.2.2.4: both 2xx get their ACK, the second fork its BYE, and the call goes on with the first."""
        self.line.expect()
        caller, callee = talks_on()
        forks = [taken(), rings(), response(183, fork="c"), response(200, "OK", audio(), retrans=True), asked("ACK"),
                 final(200, "OK", audio(), fork="c"), asked("ACK"), B.takes("BYE")]
        record = self.call([*UP[0], pause(1500), *caller], [*forks, *callee])
        self.assert_said(["INVITE", "ACK", "ACK", "BYE", "re-INVITE", "ACK", "BYE"],
                         ["180 INVITE", "183 INVITE", "200 INVITE", "200 INVITE", "200 BYE", "200 INVITE", "200 BYE"])
        first, second = [m.tag("To") for m in self.line.all("< 200 INVITE")][:2]
        self.assertNotEqual(first, second)
        self.assertEqual([m.tag("To") for m in self.line.all("> ACK")][:2], [first, second])
        self.assertEqual([m.tag("To") for m in self.line.all("> BYE")], [second, first])
        self.assert_ended(record, 200, "caller_hung_up", "caller")


class AtThePbx(Race):
    far = "pbx"

    def test_reinvite_crosses_bye(self):
        """RFC 5407 §3.2.2: our BYE is on its way when the PBX's re-INVITE leaves."""
        self.line.expect(cross=("< re-INVITE", "> BYE"))
        caller = [*UP[0], A.offers(3, HOLD), A.takes("BYE"), A.is_refused(3, 481)]
        callee = [*UP[1], B.bye(101)]
        record = self.call(caller, callee)
        self.assert_said(["180 INVITE", "200 INVITE", "BYE", "481 INVITE"],
                         ["INVITE", "ACK", "re-INVITE", {"200 BYE", "ACK!"}])
        self.assert_ended(record, 200, "callee_hung_up", "callee")

    def test_bye_crosses_reinvite(self):
        """The PBX hangs up while our re-INVITE is on its way."""
        self.line.expect(cross=("< BYE", "> re-INVITE"), hold={"> 200 BYE": "> ACK!"})
        caller = [*UP[0], A.request("BYE", 3, retrans=False), asked("INVITE"), A.reply(481), asked("ACK"), recv(200)]
        callee = [*UP[1], pause(SOON), B.offers(101, HOLD), B.is_refused(101, 487), B.takes("BYE")]
        record = self.call(caller, callee)
        self.assert_said(["180 INVITE", "200 INVITE", "re-INVITE", {"200 BYE", "ACK!"}],
                         ["INVITE", "ACK", "BYE", "481 INVITE"])
        self.assert_ended(record, 200, "caller_hung_up", "caller")

    def test_200_lost(self):
        """Ours, five times: 0.5, 1, 2, 4 and 4 s later it comes again (RFC 3261 §13.3.1.4)."""
        self.line.expect(lose={"> 200 INVITE": 5})
        caller, callee = talks_on()
        record = self.call([*UP[0], *caller], [*UP[1], *callee])
        self.assertEqual(sum(passing.lost for passing in self.line.seen), 5)
        self.assert_said(["180 INVITE", "200 INVITE", "200 INVITE", "200 BYE"],
                         ["INVITE", "ACK", "re-INVITE", "ACK", "BYE"])
        self.assert_ended(record, 200, "caller_hung_up", "caller")

    def test_ack_lost(self):
        """Once: our repeated 200 gets it again."""
        self.line.expect(lose={"< ACK": 1})
        caller, callee = talks_on()
        caller[0] = pause(2000)
        record = self.call([*UP[0], *caller], [*UP[1], *callee])
        self.assert_said(["180 INVITE", "200 INVITE", "200 INVITE", "200 BYE"],
                         ["INVITE", "ACK", "re-INVITE", "ACK", "BYE"])
        self.assertGreaterEqual(self.line.times("> 200 INVITE"), 3)
        self.assert_ended(record, 200, "caller_hung_up", "caller")

    def test_ack_never_comes(self):
        """RFC 3261 §13.3.1.4: after 64*T1 both sides get BYE."""
        self.line.expect(lose={"< ACK": 1000})
        record = self.call([*UP[0], A.takes("BYE")], [*UP[1], B.takes("BYE")], 60)
        self.assert_said(["180 INVITE", "200 INVITE", "BYE"], ["INVITE", "ACK", "200 BYE"])
        self.assertGreaterEqual(self.line.times("> 200 INVITE"), 10)
        self.assertIn("ack_missing", self.line.all("> BYE")[0].get("Reason"))
        self.assert_ended(record, 200, "ack_missing", "tandem")


if __name__ == "__main__":
    unittest.main()
