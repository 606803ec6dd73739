"""Many calls at once between scripted peers, each with a fate of its own drawn from a seed: given up, refused, never answered,
hung up by either side or by both. One thread, no call waits for another.

    storm = Storm(seed=7, at_once=80)
    storm.add(pbx, lambda n: uri, calls=700)       # this agent calls that URI
    storm.add(carrier, lambda n: did, calls=300)
    storm.run(pbx, carrier, over=daemon_is_idle)   # all who may be called; returns how many of each end there were

Every caller has a From user of its own, by which the fate of the call is found again on the other side.
"""

import collections
import heapq
import itertools
import random
import select
import time

from . import wait
from .agent import IncomingCall, OutgoingCall
from .case import user_in

CALLEE_FATES = ("silent", "busy", "unavailable", "rings", "answers", "answers", "answers")
END_FATES = ("caller", "callee", "both", "nobody")  # nobody: the switch's own limit of duration ends it
LONGEST = 0.15  # seconds that anything waits
LATE = 0.5      # behind no_response_timeout, which the test sets to less


class Storm:
    def __init__(self, seed, at_once):
        self.seed, self.at_once = seed, at_once
        self.ends = collections.Counter()
        self._planned = collections.deque()
        self._legs = {}      # Call-ID -> Caller or Callee
        self._timers = []    # (when, order, action)
        self._order = itertools.count()
        self._open = 0

    def add(self, agent, uri, calls, **options):
        for n in range(len(self._planned), len(self._planned) + calls):
            self._planned.append((agent, uri(n), f"+1312555{n:04d}", options))

    def dice(self, caller, side):
        """The same for the same seed, caller and side, in whatever order things happen."""
        return random.Random(f"{self.seed}/{caller}/{side}")

    def later(self, seconds, action):
        heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._order), action))

    def run(self, *agents, over, seconds=120):
        """Until every caller has had its end and over() holds: what the switch still says to called sides is answered till then."""
        planned = list(self._planned)
        random.Random(self.seed).shuffle(planned)
        self._planned = collections.deque(planned)
        by_socket = {agent.wire.socket: agent for agent in agents}
        deadline = time.monotonic() + seconds * wait.PATIENCE
        ask_again = 0.0
        while True:
            if not self._planned and not self._open and time.monotonic() > ask_again:
                if over():
                    return self.ends
                ask_again = time.monotonic() + 0.3
            if time.monotonic() > deadline:
                raise AssertionError(f"{self._open} calls open, {len(self._planned)} not begun: {self.ends}")
            while self._planned and self._open < self.at_once:
                self._begin(*self._planned.popleft())
            self._fire()
            ready, _, _ = select.select(list(by_socket), [], [], self._pause())
            for socket in ready:
                agent = by_socket[socket]
                got = agent.wire.receive(0)
                if got:
                    self._dispatch(agent, *got)

    def over(self, end):
        self.ends[end] += 1
        self._open -= 1

    def _begin(self, agent, uri, caller, options):
        self._open += 1
        leg = Caller(self, OutgoingCall(agent, uri, caller=caller, **options), caller)
        self._legs[leg.call.call_id] = leg

    def _pause(self):
        return min(0.05, max(0.0, self._timers[0][0] - time.monotonic())) if self._timers else 0.05

    def _fire(self):
        while self._timers and self._timers[0][0] <= time.monotonic():
            heapq.heappop(self._timers)[2]()

    def _dispatch(self, agent, message, source):
        call_id = message.get("Call-ID")
        if call_id not in self._legs and message.method == "INVITE":
            self._legs[call_id] = Callee(self, IncomingCall(agent, message, source))
            return
        leg = self._legs.get(call_id)
        if leg is None:
            return
        if message.method == "BYE":
            leg.call.reply(message, source, 200, "OK")
            leg.on_bye()
        elif message.method:
            leg.on_request(message, source)
        elif message.cseq[1] == "INVITE":
            leg.on_answer(message, source)
        elif message.cseq[1] == "BYE":
            leg.on_bye_answered()


class Caller:
    def __init__(self, storm, call, number):
        self.storm, self.call = storm, call
        dice = storm.dice(number, "caller")
        self.gives_up = dice.uniform(0, LONGEST) if dice.random() < 0.4 else None
        self.holds = dice.uniform(0, LONGEST)
        self.end = dice.choice(END_FATES)
        self.trying = self.cancelled = self.closed = False
        call.send_invite()

    def on_answer(self, message, source):
        if message.status < 200:
            if not self.trying and self.gives_up is not None:
                self.storm.later(self.gives_up, self.give_up)
            self.trying = True
            return
        if self.closed:
            return
        self.call.agent.waiting.append((message, source))
        answer = self.call.final(0)
        if answer.status >= 300:
            self.close(f"{answer.status}")
            return
        self.call.ack()
        if self.cancelled:
            self.hang_up()  # the answer crossed our CANCEL (RFC 3261 §9.1)
        elif self.end in ("caller", "both"):
            self.storm.later(self.holds, self.hang_up)

    def give_up(self):
        if not self.closed and not self.call.remote:
            self.cancelled = True
            self.call.cancel()

    def hang_up(self):
        if not self.closed:
            self.call.request("BYE")

    def on_request(self, message, source):
        pass

    def on_bye(self):
        self.close("switch or callee hung up")

    def on_bye_answered(self):
        self.close("caller hung up")

    def close(self, end):
        if not self.closed:
            self.closed = True
            self.storm.over(end)


class Callee:
    def __init__(self, storm, call):
        self.storm, self.call = storm, call
        caller = user_in(call.invite.get("From"))
        dice = storm.dice(caller, f"callee {call.agent.ip}")
        fate = dice.choice(CALLEE_FATES)
        self.crosses = dice.random() < 0.3  # answers at the moment when the CANCEL comes
        self.end = storm.dice(caller, "end").choice(END_FATES)
        self.holds = dice.uniform(0, LONGEST)
        self.final_sent = self.over = False
        first, second = sorted((dice.uniform(0, LONGEST), dice.uniform(0, LONGEST)))
        if fate == "busy":
            storm.later(second, lambda: self.send_final(486))
        elif fate == "unavailable":
            storm.later(second, lambda: self.send_final(503))
        elif fate == "silent":  # until the switch has given it up, and then too late
            storm.later(LATE, lambda: self.send_final(200 if self.crosses else 480))
        else:
            storm.later(first, self.ring)
            if fate == "answers":
                storm.later(second, lambda: self.send_final(200))

    def ring(self):
        if not self.final_sent:
            self.call.ring()

    def send_final(self, status):
        if self.final_sent:
            return
        self.final_sent = True
        body = self.call.agent.sdp() if status == 200 else ""
        self.call.reply(self.call.invite, self.call.source, status, "Final", body)

    def on_answer(self, message, source):
        pass

    def on_request(self, message, source):
        if message.method == "CANCEL":
            if self.crosses:
                self.send_final(200)
            self.call.reply(message, source, 200, "OK")
            self.send_final(487)
        elif message.method == "ACK" and self.end in ("callee", "both"):
            self.storm.later(self.holds, self.hang_up)

    def hang_up(self):
        if not self.over:
            self.over = True
            self.call.request("BYE")

    def on_bye(self):
        self.over = True

    def on_bye_answered(self):
        self.over = True
