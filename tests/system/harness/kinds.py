"""Calls of every kind as SIPp plays them: what the caller does behind its dial(), what the callee does; and whose number is whose."""

from .daemon import DOMAIN
from .scenario import (RELIABLE, Side, answered, answers, asked, audio, cancels, early, gives_up, pause, recv, refused, response, rings,
                       taken)

SOON_MS, TALK_MS = 200, 800

A, B = Side("uac"), Side("uas")
HOLD, RESUME, HELD = audio(2, "sendonly"), audio(3), audio(2, "recvonly")
CALLEE = [taken(), rings(), answers(), B.takes("BYE")]
OFFERS = {"late_offer": {"body": ""}, "rung_reliably": {"headers": RELIABLE}}  # dial()'s, where it is not the usual
TARGET_OF_REFER = 99


def number(index):
    """Which leads to the callee of that kind."""
    return f"+121255501{index:02}"


def address(index):
    return f"127.0.0.{100 + index}"


BUSY = [taken(), response(486, "Busy Here"), asked("ACK")]


def held_by_caller():
    caller = [answered(), pause(SOON_MS), A.reinvite(3, HOLD), pause(SOON_MS), A.reinvite(4, RESUME), pause(TALK_MS), A.bye(5)]
    callee = [taken(), rings(), answers(), B.takes_reinvite(HELD), B.takes_reinvite(RESUME), B.takes("BYE")]
    return caller, callee


def held_by_callee():
    """Its ACK comes from us before the caller's has come to us: the first offer may be too early."""
    caller = [answered(), A.takes_reinvite(HELD), A.takes_reinvite(RESUME), A.takes("BYE")]
    callee = [taken(), rings(), answers(), pause(SOON_MS), B.reinvite_again(101, HOLD), pause(SOON_MS), B.reinvite(103, RESUME),
              pause(TALK_MS), B.bye(104)]
    return caller, callee


def plain():
    return [answered(), pause(TALK_MS), A.bye(3)], CALLEE


def late_offer():
    return [recv(180, optional=True), recv(200, rrs=True), A.ack(2, audio()), pause(TALK_MS), A.bye(3)], CALLEE


def refused_offer():
    caller = [answered(), pause(SOON_MS), A.reinvite(3, HOLD, 488), pause(TALK_MS), A.bye(4)]
    return caller, [taken(), rings(), answers(), B.takes_reinvite("", 488), B.takes("BYE")]


def busy():
    return [refused(486)], BUSY


def cancelled():
    return [recv(180), pause(SOON_MS), cancels(), refused(487)], [taken(), rings(), gives_up()]


def asked_about():
    caller = [answered(), pause(SOON_MS), A.request("OPTIONS", 3), recv(200), A.request("UPDATE", 4), recv(200), pause(TALK_MS), A.bye(5)]
    return caller, CALLEE


def rung_reliably():
    """RFC 3262: early media, its PRACK, and the answer."""
    caller = [early(183, 3), answered(), pause(TALK_MS), A.bye(4)]
    return caller, [taken(), response(183, "x", audio()), pause(SOON_MS), answers(), B.takes("BYE")]


def hands_on():
    """A REFER with its 202, a NOTIFY that it is tried and one of what became of it (RFC 3515 §2.4.4)."""
    refer = A.request("REFER", 3, headers=[f"Refer-To: <sip:{number(TARGET_OF_REFER)}@{DOMAIN}>"])
    return refer, recv(202), A.takes("NOTIFY"), A.takes("NOTIFY")


def handed_on():
    """REFER to a number that is busy: the call goes on."""
    return [answered(), pause(SOON_MS), *hands_on(), pause(TALK_MS), A.bye(4)], CALLEE
