"""A wire on which a test sees each message, and says what becomes of it: lost, or held back until another has left.

Messages have names, as in a ladder's arrow: "> INVITE" leaves the switch's end, "< 200 INVITE" the far one. A request inside a
dialog that could be taken for the one that began it is "re-INVITE", the ACK of a refusal "ACK!".
"""

import os
import select
import threading

from . import wire_relay
from .sip import Message
from .wire import Wire

UDP_OVER_IPV4 = 28  # octets before the message; a TUN device gives no link header


class Passing:
    """A message that came to the line, and whether it was lost there."""

    def __init__(self, message, name, datagram, lost):
        self.message, self.name, self.datagram, self.lost = message, name, datagram, lost


class Line(Wire):
    """Nothing is late here, and nothing out of order, but what a test holds."""

    def __init__(self, folder):
        super().__init__(folder, seed=0)
        self.seen = []
        self._refused = set()  # Call-ID and CSeq of INVITEs that were: their ACKs are no 2xx's
        self._to_lose = {}     # name -> how many more of it
        self._to_hold = {}     # name -> the name that sets it free
        self._held = []        # (name that sets it free, where to, datagram)

    def expect(self, lose=(), hold=(), cross=()):
        """Forgets what was seen. lose: {name: how often}; hold: {name: until which other name has come}; cross: two names, of
        which the first to come is held until the other has left its end as well."""
        self._to_lose, self._to_hold = dict(lose), dict(hold)
        for name, until in (cross, cross[::-1]) if cross else ():
            self._to_hold[name] = until
        self._held.clear()
        self.seen.clear()

    def start_relay(self):
        self._ends = [wire_relay.open_tun("near", "/proc/self/ns/net"), wire_relay.open_tun("far", self.namespace)]
        self._wake, self._stop = os.pipe()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def stop_relay(self):
        os.close(self._stop)
        self._thread.join(5)
        for descriptor in (*self._ends, self._wake):
            os.close(descriptor)

    def _carry(self):
        while True:
            ready, _, _ = select.select([*self._ends, self._wake], [], [])
            if self._wake in ready:
                return
            for end in ready:
                try:
                    datagram = os.read(end, 65536)
                except OSError:
                    continue  # the device is not up yet
                self._arrived(self._ends.index(end), datagram)

    def _arrived(self, end, datagram):
        """end: 0 the switch's, 1 the far one."""
        if b"SIP/2.0" not in datagram:
            return self._pass(1 - end, datagram)  # RTP, or an ICMP error
        message = Message.parse(datagram[UDP_OVER_IPV4:].decode(errors="replace"))
        name = "><"[end] + " " + self._name(message)
        lost = self._to_lose.get(name, 0) > 0
        self.seen.append(Passing(message, name, datagram[UDP_OVER_IPV4:], lost))
        if lost:
            self._to_lose[name] -= 1
        elif not self._is_free(name):
            self._held.append((self._to_hold[name], 1 - end, datagram))
        else:
            self._pass(1 - end, datagram)
        free = [entry for entry in self._held if entry[0] == name]
        self._held = [entry for entry in self._held if entry[0] != name]
        for _, where, waiting in free:
            self._pass(where, waiting)

    def _is_free(self, name):
        return name not in self._to_hold or any(passing.name == self._to_hold[name] for passing in self.seen)

    def _pass(self, end, datagram):
        try:
            os.write(self._ends[end], datagram)
        except OSError:
            pass  # the far end has gone

    def _name(self, message):
        number, method = message.cseq
        transaction = message.get("Call-ID"), number
        if message.status:
            if method == "INVITE" and message.status >= 300:
                self._refused.add(transaction)
            return f"{message.status} {method}"
        if method == "INVITE" and message.tag("To"):
            return "re-INVITE"
        return "ACK!" if method == "ACK" and transaction in self._refused else method

    def said(self, end):
        """What an end (">" or "<") has said, in order, each message once however often it was repeated, and no 100: that is sent
        only where an answer takes its time."""
        once = {passing.datagram: passing.name for passing in list(self.seen) if passing.name[0] == end}
        return [name[2:] for name in once.values() if not name[2:].startswith("100 ")]

    def trace(self):
        """Everything, in the order in which it came to the line, for the reader of a failure."""
        return ", ".join(f"{passing.name}{' (lost)' if passing.lost else ''}" for passing in list(self.seen))

    def times(self, name):
        """How often it came to the line. That it was one message each time, said() tells."""
        return len(self.all(name))

    def all(self, name):
        """The messages of that name, repetitions too."""
        return [passing.message for passing in list(self.seen) if passing.name == name]
