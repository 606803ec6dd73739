"""Where a call goes next: hunting routes, fallback numbers, carriers in order, by weight and by cost, rotation, edges."""

import collections
import re
import unittest

from harness.case import CARRIER, DID, NUMBER, PBX, PBX_2, PBX_3, Case, by_address, set_targets, user_in
from harness.daemon import CARRIER_2, DOMAIN, Daemon
from harness.rtp import RtpEnd, exchange
from harness.sip import address_in, media_address, uri_in
from harness.steps import URI, hang_up
from harness.wait import eventually

LAST = "+13125550199"      # the number at the end of a route
UNASSIGNED = "+14155550003"
FAR_EDGE = "127.0.0.2"


def route_of(*entries, **first_trunk):
    """DID hunts through these; trunks acme at PBX and second at PBX_2, no termination for the second."""
    config = by_address()
    config["trunks"][0].update(first_trunk)
    config["trunks"].append({"name": "second", "account": "acme", "origination": {"targets": [{"uri": f"sip:{PBX_2}:5060"}]}})
    config["routes"] = [{"name": "main", "account": "acme", "entries": list(entries)}]
    config["numbers"] = [{"number": DID, "account": "acme", "route": "main"}]
    return config


class Routes(Case):
    def setUp(self):
        super().setUp()
        self.pbx, self.second, self.carrier = self.agent(PBX), self.agent(PBX_2), self.agent(CARRIER)

    def attempts(self, daemon, count):
        return eventually(f"{count} attempts", lambda: len(daemon.records("attempt")) == count and daemon.records("attempt"))

    def test_hunting(self):
        """R-116: an entry that fails is followed by the next, and at the end the number is dialled through a carrier."""
        with Daemon(self.folder, route_of({"trunk": "acme"}, {"trunk": "second"}, {"number": LAST})) as daemon:
            call = self.did_call(self.carrier)
            self.pbx.incoming().reject(503)
            self.second.incoming().reject(480)
            incoming, _ = self.answered(self.carrier, call)
            self.assertEqual(incoming.invite.uri, f"sip:{LAST}@{CARRIER}:5060")
            hang_up(call, incoming)
            attempts = self.attempts(daemon, 3)
            self.assertEqual([a["leg_type"] for a in attempts], ["normal", "normal", "route_number"])
            record = daemon.record()
            self.assertEqual((record["route"], record["attempts"], record["called"]), ("main", 3, DID))
            daemon.eventually_idle()

    def test_unreachable_and_full(self):
        """R-116: the first trunk's port is closed, the second is over its capacity: the number."""
        config = route_of({"trunk": "acme"}, {"trunk": "second"}, {"number": LAST})
        config["trunks"][1]["limits"] = {"channels": 1}
        config["numbers"].append({"number": UNASSIGNED, "trunk": "second"})
        self.pbx.close()
        with Daemon(self.folder, config) as daemon:
            occupying = self.did_call(self.carrier, UNASSIGNED)
            busy, _ = self.answered(self.second, occupying)
            invite = self.goes_to(self.carrier, self.did_call(self.carrier))
            self.assertEqual(user_in(invite.uri), LAST)
            self.second.nothing(0.2)
            hang_up(occupying, busy)
            daemon.eventually_idle()

    def test_disabled_trunk(self):
        """R-116, R-166: an entry whose trunk is off is passed over; with every entry off there is nowhere to go."""
        config = route_of({"trunk": "acme"}, {"trunk": "second"}, enabled=False)
        with Daemon(self.folder, config) as daemon:
            self.goes_to(self.second, self.did_call(self.carrier))
            self.pbx.nothing(0.2)
            config["trunks"][1]["enabled"] = False
            daemon.reload(config)
            self.assertIn(self.did_call(self.carrier).final().status, (480, 503))

    def test_a_stop_code_ends_the_hunt(self):
        """R-104, R-116: busy at the first trunk is the answer; neither the second nor the number is tried."""
        with Daemon(self.folder, route_of({"trunk": "acme"}, {"trunk": "second"}, {"number": LAST})) as daemon:
            for status in (486, 404, 603):
                self.goes_to(self.pbx, self.did_call(self.carrier), status)
            self.second.nothing(0.2)
            self.carrier.nothing(0.1, lambda m: m.method == "INVITE")
            daemon.eventually_idle()

    def test_own_stop_codes_of_an_entry(self):
        """R-085: each trunk's own list counts while its targets are tried."""
        config = route_of({"trunk": "acme"}, {"trunk": "second"}, general={"stop_codes": [503]})
        with Daemon(self.folder, config):
            self.goes_to(self.pbx, self.did_call(self.carrier), 503)
            call = self.did_call(self.carrier)
            self.pbx.incoming().reject(486)
            self.goes_to(self.second, call)
            self.second.nothing(0.2)

    def test_fallback_number(self):
        """R-112: no target can be reached: the fallback number through a carrier, recorded as disaster recovery; not after busy."""
        config = by_address()
        config["trunks"][0]["origination"]["disaster_recovery"] = {"fallback_number": LAST}
        with Daemon(self.folder, config) as daemon:
            call = self.did_call(self.carrier)
            self.pbx.incoming().reject(500)
            self.assertEqual(user_in(self.goes_to(self.carrier, call).uri), LAST)
            self.assertEqual([a["leg_type"] for a in self.attempts(daemon, 2)], ["normal", "dr"])
            self.goes_to(self.pbx, self.did_call(self.carrier), 486)
            self.carrier.nothing(0.2, lambda m: m.method == "INVITE")
            self.pbx.close()
            self.assertEqual(user_in(self.goes_to(self.carrier, self.did_call(self.carrier)).uri), LAST)
            daemon.eventually_idle()

    def test_unassigned_and_unknown(self):
        """R-157: a number of the inventory without a trunk, and one that nobody hosts, are told apart."""
        config = by_address()
        config["numbers"].append({"number": UNASSIGNED, "account": "acme"})
        with Daemon(self.folder, config):
            answer = self.did_call(self.carrier, UNASSIGNED).final()
            self.assertIn(answer.status, (404, 480))
            self.assertIn('text="number_unassigned"', answer.get("Reason"))
            self.refused(self.did_call(self.carrier, "+14155559876"), 404, "number_unknown")

    def test_number_of_another_trunk_after_removal(self):
        """R-157: a trunk that is deleted leaves its numbers in the account: unassigned, not unknown."""
        config = route_of({"trunk": "acme"})
        config["numbers"] = [{"number": DID, "account": "acme", "trunk": "second"}]
        with Daemon(self.folder, config) as daemon:
            self.goes_to(self.second, self.did_call(self.carrier))
            config["trunks"].pop()
            del config["numbers"][0]["trunk"]
            daemon.reload(config)
            self.assertIn('text="number_unassigned"', self.did_call(self.carrier).final().get("Reason"))

    def test_round_robin(self):
        """R-106: A, B, C, A, B, C; one that fails is followed by the one behind it, and the turn goes on."""
        third = self.agent(PBX_3)
        config = set_targets(by_address(), *(f"sip:{ip}:5060" for ip in (PBX, PBX_2, PBX_3)))
        config["trunks"][0]["origination"]["policy"] = "round_robin"
        ring = (self.pbx, self.second, third)
        with Daemon(self.folder, config):
            for n in range(7):
                self.goes_to(ring[n % 3], self.did_call(self.carrier))
            call = self.did_call(self.carrier)
            self.second.incoming().reject(503)
            self.goes_to(third, call)
            self.goes_to(third, self.did_call(self.carrier))
            self.goes_to(self.pbx, self.did_call(self.carrier))

    def test_failover_policy(self):
        """R-106: in the order of writing, whatever priority and weight say."""
        config = set_targets(by_address(), {"uri": f"sip:{PBX_2}:5060", "priority": 20}, {"uri": f"sip:{PBX}:5060", "priority": 1})
        config["trunks"][0]["origination"]["policy"] = "failover"
        with Daemon(self.folder, config):
            for _ in range(3):
                call = self.did_call(self.carrier)
                self.second.incoming().reject(503)
                self.goes_to(self.pbx, call)


class Carriers(Case):
    def setUp(self):
        super().setUp()
        self.pbx, self.north, self.south = self.agent(PBX), self.agent(CARRIER), self.agent(CARRIER_2)

    def config(self, order, north, south):
        config = by_address()
        config["routing"] = {"carriers": order}
        config["carriers"][0]["prefixes"] = [north]
        config["carriers"].append({"name": "south", "prefixes": [south], "targets": [{"uri": f"sip:{CARRIER_2}:5060"}]})
        return config

    def first_of(self, number=NUMBER):
        """Which carrier a call is sent to first; it refuses as busy."""
        call = self.pbx.invite(f"sip:{number}@{DOMAIN}")
        found = self.taker(self.north, self.south)
        found.incoming(0).reject(486)
        self.assertEqual(call.final().status, 486)
        return found

    def fails_over(self, first, second):
        call = self.pbx.invite(URI)
        first.incoming().reject(503)
        self.goes_to(second, call)

    def test_ordered(self):
        """R-083: the lower priority number first, then the other; the longest prefix before either."""
        config = self.config("ordered", {"prefix": "", "priority": 20}, {"prefix": "", "priority": 10})
        config["carriers"][0]["prefixes"].append("1646")
        with Daemon(self.folder, config):
            self.fails_over(self.south, self.north)
            self.assertIs(self.first_of("+16465550001"), self.north)

    def test_least_cost(self):
        """R-083: the cheaper for that prefix first; the dearer when it fails."""
        config = self.config("least_cost", {"prefix": "1", "cost": 0.012}, {"prefix": "1", "cost": 0.009})
        with Daemon(self.folder, config) as daemon:
            self.fails_over(self.south, self.north)
            config["carriers"][1]["prefixes"] = [{"prefix": "1", "cost": 0.02}]
            daemon.reload(config)
            self.fails_over(self.north, self.south)

    def test_weighted(self):
        """R-083: 3 to 1 shares the calls about so, and the one that is not chosen is the second try."""
        config = self.config("weighted", {"prefix": "", "weight": 3}, {"prefix": "", "weight": 1})
        with Daemon(self.folder, config):
            shares = collections.Counter(self.first_of().ip for _ in range(80))
            # 60 and 20 expected, standard deviation 3.9: five of them leave one chance in a million.
            self.assertGreater(shares[CARRIER], 40, shares)
            self.assertGreater(shares[CARRIER_2], 1, shares)


class Edges(Case):
    """A node with a listener on each of two addresses, each an edge."""

    def setUp(self):
        super().setUp()
        self.pbx, self.carrier = self.agent(PBX), self.agent(CARRIER)

    def config(self, *targets, **trunk):
        config = set_targets(by_address(), *targets)
        config["edges"] = [{"name": "ashburn", "aliases": ["us1"]}, {"name": "dublin", "aliases": ["ie1"]}]
        config["domains"] = [{"plain": "{trunk}.pstn.example.com", "localized": "{trunk}.pstn.{edge}.example.com"}]
        config["listeners"] = [{"name": "near", "transport": "udp", "address": "127.0.0.1:5060", "edge": "ashburn"},
                               {"name": "far", "transport": "udp", "address": f"{FAR_EDGE}:5060", "edge": "dublin"}]
        config["trunks"][0].update(trunk)
        config["trunks"][0]["termination"]["label"] = "acme"
        return config

    def assert_leaves_from(self, ip, incoming):
        """R-097: the packet's source, Via and Contact are the listener's; edge and region stay here."""
        self.assertEqual(incoming.source, (ip, 5060))
        self.assertRegex(incoming.invite.get("Via"), rf"^SIP/2\.0/UDP {re.escape(ip)}(:5060)?;")
        self.assertEqual(address_in(uri_in(incoming.invite.get("Contact"))), (ip, 5060))
        for parameter in ("edge", "region"):
            self.assertNotIn(parameter, incoming.invite.uri)

    def leaves_from(self, ip):
        call = self.did_call(self.carrier)
        incoming = self.pbx.incoming()
        self.assert_leaves_from(ip, incoming)
        incoming.reject(486)
        self.assertEqual(call.final().status, 486)

    def test_edge_of_a_target(self):
        """R-097, R-098, R-099: edge=, region= and their older names choose; none and a wrong one: where the call came in."""
        with Daemon(self.folder, self.config(f"sip:{PBX}:5060")) as daemon:
            for parameters, ip in ((";edge=dublin", FAR_EDGE), (";region=ie1", FAR_EDGE), (";edge=ashburn", "127.0.0.1"),
                                   (";region=us1", "127.0.0.1"), ("", "127.0.0.1"), (";edge=atlantis", "127.0.0.1")):
                with self.subTest(parameters):
                    daemon.reload(self.config(f"sip:{PBX}:5060{parameters}"))
                    self.leaves_from(ip)

    def test_where_the_call_came_in(self):
        """R-098: without an edge it leaves where it came in, on either listener."""
        with Daemon(self.folder, self.config(f"sip:{PBX}:5060")):
            self.carrier.switch = (FAR_EDGE, 5060)
            self.leaves_from(FAR_EDGE)
            self.carrier.switch = ("127.0.0.1", 5060)
            self.leaves_from("127.0.0.1")

    def test_location_of_a_trunk(self):
        """R-024: the trunk's location chooses for all its targets; a target's own edge comes before it."""
        with Daemon(self.folder, self.config(f"sip:{PBX}:5060", location="dublin")) as daemon:
            self.leaves_from(FAR_EDGE)
            daemon.reload(self.config(f"sip:{PBX}:5060;edge=ashburn", location="dublin"))
            self.leaves_from("127.0.0.1")

    def test_location_of_a_carrier(self):
        """R-024 on the other side: calls to the carrier leave from its location."""
        config = self.config(f"sip:{PBX}:5060")
        config["carriers"][0]["location"] = "dublin"
        with Daemon(self.folder, config):
            call = self.pbx.invite(URI)
            incoming = self.carrier.incoming()
            self.assert_leaves_from(FAR_EDGE, incoming)
            incoming.reject(486)
            self.assertEqual(call.final().status, 486)

    def test_a_whole_call_from_an_edge(self):
        """R-097: ACK and BYE come from the edge too, and what the PBX sends to its Contact is understood."""
        with Daemon(self.folder, self.config(f"sip:{PBX}:5060;edge=dublin")) as daemon:
            call = self.did_call(self.carrier)
            incoming = self.pbx.incoming()
            incoming.reply(incoming.invite, incoming.source, 200, "OK", self.pbx.sdp())
            self.assertEqual(call.final().status, 200)
            call.ack()
            _, source = incoming.expect_request("ACK")
            self.assertEqual(source, (FAR_EDGE, 5060))
            incoming.request("BYE")
            call.expect_bye()
            self.assertEqual(incoming.response("BYE").status, 200)
            daemon.eventually_idle()

    def test_sources_are_what_the_firewall_list_names(self):
        """R-026: INVITE, ACK, BYE and the sound of a call to a customer leave from addresses and ports that its list has."""
        for edge in ("ashburn", "dublin"):
            with self.subTest(edge), Daemon(self.folder / edge, self.config(f"sip:{PBX}:5060;edge={edge}")) as daemon:
                listed = daemon.ctl("trunk", "show", "acme", "--firewall", "--config", daemon.config_folder).stdout
                allowed = [(ip, range(int(low), int(high or low) + 1), use) for ip, low, high, use in
                           re.findall(r"(?m)^ *\S+ +(\S+) +udp +(\d+)(?:-(\d+))? +(SIP|RTP)", listed)]
                call = self.did_call(self.carrier)
                incoming = self.pbx.incoming()
                seen = [("SIP", incoming.source)]
                incoming.reply(incoming.invite, incoming.source, 200, "OK", self.pbx.sdp())
                self.assertEqual(call.final().status, 200)
                call.ack()
                seen.append(("SIP", incoming.expect_request("ACK")[1]))
                near, far = RtpEnd(PBX, self.pbx.media_port, 0x11), RtpEnd(CARRIER, self.carrier.media_port, 0x22)
                exchange([(near, media_address(incoming.remote_sdp)[:2]), (far, media_address(call.remote_sdp)[:2])], 0.3)
                seen += [("RTP", source) for *_, source in near.heard_from(0x22)]
                near.close()
                far.close()
                call.request("BYE")
                bye, source = incoming.expect_request("BYE")
                incoming.reply(bye, source, 200, "OK")
                seen.append(("SIP", source))
                self.assertGreater(len(seen), 8, "INVITE, ACK, BYE, and sound")
                for use, (ip, port) in seen:
                    self.assertTrue(any(ip == a and port in ports and use == u for a, ports, u in allowed), (use, ip, port, listed))

    def test_names_of_every_edge(self):
        """R-018, R-019: the trunk answers on its plain, localized and older names; the record says which edge was called."""
        with Daemon(self.folder, self.config(f"sip:{PBX}:5060")) as daemon:
            names = (("acme.pstn.example.com", "ashburn"), ("acme.pstn.ashburn.example.com", "ashburn"),
                     ("acme.pstn.dublin.example.com", "dublin"), ("acme.pstn.ie1.example.com", "dublin"),
                     ("ACME.pstn.DUBLIN.example.com", "dublin"), (DOMAIN, "ashburn"))
            for n, (name, edge) in enumerate(names, 1):
                self.goes_to(self.carrier, self.pbx.invite(f"sip:{NUMBER}@{name}"))
                records = eventually("its record", lambda: len(daemon.records("call")) == n and daemon.records("call"))
                self.assertEqual(records[-1]["edge"], edge, name)
            self.refused(self.pbx.invite(f"sip:{NUMBER}@acme.pstn.atlantis.example.com"), 404)


if __name__ == "__main__":
    unittest.main()
