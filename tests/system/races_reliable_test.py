"""Reliable provisional responses and their PRACKs that are lost, and UPDATE while the INVITE still runs, with SIPp at both sides.

A lost message is repeated, and repeated only: one PRACK transaction, one 18x of each number (RFC 3262 §3, §4).
"""

import unittest

from harness.race import Race
from harness.scenario import (RELIABLE, Side, answered, answers, asked, audio, early, final, invite, pause, recv, response,
                              rings_reliably, taken)

A, B = Side("uac"), Side("uas")
HOLD, HELD = audio(2, "sendonly"), audio(2, "recvonly")
UP = final(200, "OK"), asked("ACK"), B.takes("BYE")
LATE = 2500  # milliseconds: behind what was lost, and comes again after 500


class AtTheCarrier(Race):
    far = "carrier"
    callee = [taken(), rings_reliably(183), pause(LATE), *UP]

    def prack(self, *lose):
        self.line.expect(lose={name: 1 for name in lose})
        record = self.call([invite(), answered(), A.bye(3)], self.callee)
        self.assertEqual(sum(passing.lost for passing in self.line.seen), len(lose))
        self.assert_said(["INVITE", "PRACK", "ACK", "BYE"], ["183 INVITE", "200 PRACK", "200 INVITE", "200 BYE"])
        self.assert_ended(record, 200, "caller_hung_up", "caller")

    def test_prack_lost(self):
        self.prack("> PRACK")
        self.assertGreaterEqual(self.line.times("> PRACK"), 2)

    def test_200_to_prack_lost(self):
        self.prack("< 200 PRACK")
        self.assertGreaterEqual(self.line.times("> PRACK"), 2)

    def test_183_lost(self):
        self.prack("< 183 INVITE")

    def test_update_by_the_caller(self):
        """RFC 3311 §5.1: the session changes while both early dialogs wait for the answer."""
        self.line.expect()
        caller = [invite(headers=RELIABLE), early(183, 3), A.request("UPDATE", 4, HOLD), recv(200), answered(), A.bye(5)]
        callee = [taken(), rings_reliably(183), asked("UPDATE"), B.reply(200, "OK", HELD), pause(LATE), *UP]
        record = self.call(caller, callee)
        self.assert_said(["INVITE", "PRACK", "UPDATE", "ACK", "BYE"],
                         ["183 INVITE", "200 PRACK", "200 UPDATE", "200 INVITE", "200 BYE"])
        self.assertIn("a=sendonly", self.line.all("> UPDATE")[0].body)
        self.assert_ended(record, 200, "caller_hung_up", "caller")

    def test_update_by_the_carrier(self):
        self.line.expect()
        caller = [invite(headers=RELIABLE), early(183, 3), asked("UPDATE"), A.reply(200, "OK", HELD), answered(), A.bye(4)]
        callee = [taken(), rings_reliably(183), pause(LATE), B.request("UPDATE", 101, HOLD), recv(200), pause(LATE), *UP]
        record = self.call(caller, callee)
        self.assert_said(["INVITE", "PRACK", "200 UPDATE", "ACK", "BYE"],
                         ["183 INVITE", "200 PRACK", "UPDATE", "200 INVITE", "200 BYE"])
        self.assertIn("a=recvonly", self.line.all("> 200 UPDATE")[0].body)
        self.assert_ended(record, 200, "caller_hung_up", "caller")


class AtThePbx(Race):
    far = "pbx"

    def prack(self, *lose):
        self.line.expect(lose={name: lose.count(name) for name in lose})
        caller = [invite(headers=RELIABLE), early(183, 3), answered(), A.bye(4)]
        callee = [taken(), response(183, "x", audio()), pause(LATE), answers(), B.takes("BYE")]
        record = self.call(caller, callee)
        self.assertEqual(sum(passing.lost for passing in self.line.seen), len(lose))
        self.assert_said(["183 INVITE", "200 PRACK", "200 INVITE", "200 BYE"], ["INVITE", "PRACK", "ACK", "BYE"])
        self.assert_ended(record, 200, "caller_hung_up", "caller")

    def test_prack_lost(self):
        """Both ends repeat after half a second, so two are lost: the third comes when our 183 has gone out again, however they race."""
        self.prack("< PRACK", "< PRACK")
        self.assertGreaterEqual(self.line.times("> 183 INVITE"), 2)

    def test_200_to_prack_lost(self):
        """The PRACK that came is not asked for again: its 200 is."""
        self.prack("> 200 PRACK")
        self.assertGreaterEqual(self.line.times("> 200 PRACK"), 2)
        names = [passing.name for passing in self.line.seen]
        self.assertNotIn("> 183 INVITE", names[names.index("< PRACK"):])

    def test_183_lost(self):
        self.prack("> 183 INVITE")
        self.assertGreaterEqual(self.line.times("> 183 INVITE"), 2)

    def test_update(self):
        """The PBX changes the session of its early dialog; the carrier is asked, and its answer comes back."""
        self.line.expect()
        caller = [invite(headers=RELIABLE), early(183, 3), A.request("UPDATE", 4, HOLD), recv(200), answered(), A.bye(5)]
        callee = [taken(), rings_reliably(183), asked("UPDATE"), B.reply(200, "OK", HELD), pause(LATE), *UP]
        record = self.call(caller, callee)
        self.assert_said(["183 INVITE", "200 PRACK", "200 UPDATE", "200 INVITE", "200 BYE"],
                         ["INVITE", "PRACK", "UPDATE", "ACK", "BYE"])
        self.assertIn("a=recvonly", self.line.all("> 200 UPDATE")[0].body)
        self.assert_ended(record, 200, "caller_hung_up", "caller")


if __name__ == "__main__":
    unittest.main()
