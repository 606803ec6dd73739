"""What the test classes of the trunk model share: agents that close by themselves, a folder, and what is asserted of a message."""

import re
import subprocess
import unittest

from .agent import Agent
from .daemon import CARRIER, DID, NUMBER, PBX, configuration, scratch
from .sip import uri_in
from .wait import eventually

PBX_2, PBX_3, PBX_4 = "127.0.0.11", "127.0.0.12", "127.0.0.13"


def by_address(**termination):
    """configuration() with a trunk that is known by its PBX's address and not challenged: INVITE and answer, nothing between."""
    config = configuration()
    config["access_groups"]["hq"] = {"ips": [PBX]}
    config["trunks"][0]["termination"].update(termination)
    return config


def set_targets(config, *targets, trunk=0):
    """The origination targets of a trunk: URIs, or whole entries."""
    origination = config["trunks"][trunk].setdefault("origination", {})
    origination["targets"] = [{"uri": t} if isinstance(t, str) else t for t in targets]
    return config


def add_address(ip):
    """One more address of this namespace, for a text that names one."""
    subprocess.run(["ip", "addr", "replace", f"{ip}/32", "dev", "lo"], check=True)


def user_in(value):
    """The user part of a From, To, PAI value or a URI."""
    match = re.match(r"(?:sips?:([^@;>]+)@|tel:([^;>]+))", uri_in(value))
    return (match.group(1) or match.group(2)) if match else ""


class Case(unittest.TestCase):
    def setUp(self):
        self.folder = scratch(self._testMethodName)

    def agent(self, ip, **options):
        agent = Agent(ip, **options)
        self.addCleanup(agent.close)
        return agent

    def refused(self, call, status, code=None):
        """The final response, which must be this status, with the stable code in its Reason."""
        answer = call.final()
        self.assertEqual(answer.status, status, answer.text())
        if code:
            self.assertIn(f'text="{code}"', answer.get("Reason"), answer.text())
        return answer

    def goes_to(self, agent, call, status=486):
        """The agent gets the call and refuses it; the caller hears of it. The INVITE that the agent got."""
        incoming = agent.incoming()
        incoming.reject(status)
        self.assertEqual(call.final().status, status)
        return incoming.invite

    def answered(self, agent, call):
        """The agent gets the call and takes it, up to the ACK on both sides: the incoming call and the ACK that it got."""
        incoming = agent.incoming()
        incoming.reply(incoming.invite, incoming.source, 200, "OK", agent.sdp())
        answer = call.final()
        self.assertEqual(answer.status, 200, answer.text())
        call.ack()
        ack, _ = incoming.expect_request("ACK")
        return incoming, ack

    def taker(self, *agents):
        """Whichever of these agents gets the next INVITE; it waits there."""
        def look():
            for agent in agents:
                got = agent.wire.receive(0.003)
                if got:
                    agent.waiting.append(got)
                    if got[0].method == "INVITE":
                        return agent
            return None
        return eventually("one of them has the call", look, 10, 0)

    def did_call(self, carrier, number=DID, **options):
        """An origination call for a number, under way."""
        return carrier.invite(f"sip:{number}@127.0.0.1", **{"caller": "+13125550123", "domain": CARRIER, **options})


__all__ = ["CARRIER", "DID", "NUMBER", "PBX", "PBX_2", "PBX_3", "PBX_4", "Case", "add_address", "by_address", "set_targets",
           "user_in"]
