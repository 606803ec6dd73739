"""Trunks of providers that tell us apart by what they send: Freshworks and Genesys PureCloud."""

import unittest

from harness.case import DID, NUMBER, PBX
from harness.daemon import Daemon
from harness.service import Service, service, verify
from harness.steps import hang_up
from harness.wait import eventually

OTHER_SOURCE = "127.0.0.14"


class Freshworks(Service):
    """S2:259-275: known by its Twilio Account SID and its source, together."""

    SID = "AC" + "0123456789abcdef" * 2
    SIP_DOMAIN = "acme.sip.twilio.test"

    def trunk(self, name, created, channels):
        return {"name": name, "account": "acme", "profile": "freshworks", "created": created, "limits": {"channels": channels},
                "freshworks": {"account_sid": self.SID, "destination_hosts": [self.SIP_DOMAIN], "sources": [PBX]}}

    def config(self, trunks):
        config = service("freshworks", [], [])
        config["trunks"] = [self.trunk(*t) for t in trunks]
        config["limit_groups"] = [{"name": "freshworks", "trunks": [t[0] for t in trunks]}]
        config["numbers"] = [{"number": DID, "account": "acme", "trunk": trunks[-1][0]}]
        config["listeners"][0]["unknown_source"] = "reject"
        return verify(config, "+13125550001")

    def dial(self, sid=SID, agent=None):
        return (agent or self.pbx).invite(f"sip:{NUMBER}@127.0.0.1", caller="+13125550001", headers=[("X-Twilio-AccountSid", sid)])

    def test_sid_and_source(self):
        """R-171: both right: let in; one wrong: 403; the destination host gets the calls of the numbers."""
        self.known_names({self.SIP_DOMAIN: PBX})
        stranger = self.agent(OTHER_SOURCE)
        with Daemon(self.folder, self.config([("fw", "2026-01-01", 5)])):
            self.goes_to(self.carrier, self.dial())
            self.assertEqual(self.dial("ACwrong").final().status, 403)
            self.assertEqual(self.dial(agent=stranger).final().status, 403)
            self.assertEqual(self.goes_to(self.pbx, self.did_call(self.carrier)).uri, f"sip:{DID}@{self.SIP_DOMAIN}")

    def test_several(self):
        """R-172: traffic that carries nothing to tell them apart is the oldest's, as long as that one is provisioned."""
        trunks = [("newer", "2026-06-01", 3), ("older", "2026-01-01", 2)]
        with Daemon(self.folder, self.config(trunks)) as daemon:
            self.goes_to(self.carrier, self.dial())
            daemon.reload(self.config(trunks[:1]))
            self.goes_to(self.carrier, self.dial())
            records = eventually("two records", lambda: len(daemon.records("call")) == 2 and daemon.records("call"))
            self.assertEqual([r["trunk"] for r in records], ["older", "newer"])

    def test_pooled_channels(self):
        """R-080, S2:269-271: 2 and 3 channels: out of Freshworks 5 together, the sixth is refused."""
        with Daemon(self.folder, self.config([("newer", "2026-06-01", 3), ("older", "2026-01-01", 2)])) as daemon:
            calls = []
            for _ in range(5):
                call = self.dial()
                calls.append((call, self.answered(self.carrier, call)[0]))
            self.refused(self.dial(), 503, "channels_exhausted")
            for call in calls:
                hang_up(*call)
            daemon.eventually_idle()

    def test_codecs_are_preset(self):
        """R-174: a setting that the provider's profile does not have is refused, unless it is meant (R-171)."""
        config = self.config([("fw", "2026-01-01", 5)])
        config["trunks"][0]["general"] = {"codecs": ["PCMA"]}
        status, output = self.checked(config)
        self.assertEqual(status, 1, output)
        self.assertRegex(output, r"tandem\.yaml:\d+:\d+: error: 'general'.*freshworks")
        config["trunks"][0]["override"] = True
        status, output = self.checked(config)
        self.assertEqual(status, 0, output)


class Genesys(Service):
    """S2:276-278: known by the FQDN that its traffic is addressed to; called by its termination identifier."""

    FQDN, BYOC = "tandem.outbound.example.com", "acme.byoc.mypurecloud.de"

    def test_fqdn(self):
        """R-040, R-173: the outbound FQDN in the Request-URI is the key; the region tells the host that gets the calls of the
        numbers, and the edge that they leave from."""
        self.known_names({self.BYOC: PBX})
        config = service("genesys_purecloud", [{"name": "frankfurt", "aliases": ["eu-central-1"]}], [])
        trunk = config["trunks"][0]
        del trunk["termination"], trunk["origination"]
        trunk["genesys"] = {"region": "eu-central-1", "termination_identifier": "acme", "termination_fqdn": self.FQDN, "sources": [PBX]}
        config["listeners"].append({"name": "frankfurt", "transport": "udp", "address": "127.0.0.2:5060", "edge": "frankfurt"})
        verify(config, "+13125550001")
        with Daemon(self.folder, config):
            self.goes_to(self.carrier, self.pbx.invite(f"sip:{NUMBER}@{self.FQDN}", caller="+13125550001"))
            self.goes_to(self.carrier, self.pbx.invite(f"sip:{NUMBER}@{self.FQDN.upper()}:5060", caller="+13125550001"))
            self.refused(self.pbx.invite(f"sip:{NUMBER}@other.outbound.example.com", caller="+13125550001"), 404)
            call = self.did_call(self.carrier)
            incoming = self.pbx.incoming()
            self.assertEqual((incoming.invite.uri, incoming.source), (f"sip:{DID}@{self.BYOC}", ("127.0.0.2", 5060)))
            incoming.reject(486)
            self.assertEqual(call.final().status, 486)


if __name__ == "__main__":
    unittest.main()
