"""A trunk of one service's profile, and what its texts ask of it."""

from .case import CARRIER, PBX, PBX_2, Case, set_targets, user_in
from .daemon import Daemon, check, configuration
from .dns import DnsServer

NAME_SERVER = ("127.0.0.53", 5353)


def service(profile, edges, domains, termination=None, targets=(f"sip:{PBX}:5060",), **trunk):
    """A configuration whose one trunk has this profile; a trusted carrier that is asked with names if need be."""
    config = configuration()
    config["edges"] = edges
    config["domains"] = domains
    config["dns"] = {"servers": [f"{NAME_SERVER[0]}:{NAME_SERVER[1]}"]}
    config["access_groups"] = {"hq": {"ips": [PBX]}}
    config["carriers"][0]["general"]["trust"] = "trusted"
    config["trunks"] = [{"name": profile, "account": "acme", "profile": profile,
                         "termination": {"access": {"any_of": ["hq"]}, **(termination or {})}, **trunk}]
    config["numbers"][0]["trunk"] = profile
    return set_targets(config, *targets)


def verify(config, *numbers):
    config["verified_caller_ids"] += [{"number": number, "account": "acme"} for number in numbers]
    return config


class Service(Case):
    def setUp(self):
        super().setUp()
        self.pbx, self.carrier = self.agent(PBX), self.agent(CARRIER)

    def known_names(self, table):
        """A name server that knows these names and their addresses."""
        server = DnsServer(*NAME_SERVER)
        self.addCleanup(server.close)
        for name, address in table.items():
            server.set(name, "A", address)

    def assert_private(self, invite, asserted):
        """Nothing of the caller but the asserted identity, for the trusted carrier."""
        self.assertIn("<sip:anonymous@anonymous.invalid>", invite.get("From"))
        self.assertIn("id", invite.get("Privacy").split(";"))
        self.assertEqual([user_in(v) for v in invite.all("P-Asserted-Identity")], [asserted], invite.text())

    def never_in_the_clear(self, uri, ip, port):
        """A warning at the URI's line, and a call for it that reaches the target behind it, without a clear INVITE before."""
        config = self.config(targets=[{"uri": uri, "priority": 1}, {"uri": f"sip:{PBX_2}:5060", "priority": 2}])
        status, output = self.checked(config)
        self.assertEqual(status, 0, output)
        self.assertRegex(output, r"tandem\.yaml:\d+:\d+: warning: .*TLS")
        with self.agent(ip, port=port) as udp, self.agent(ip, port=port, transport="tcp") as tcp, self.agent(PBX_2) as second:
            with Daemon(self.folder, config):
                self.goes_to(second, self.did_call(self.carrier))
                udp.nothing(0.1)
                tcp.nothing(0.1)

    def checked(self, config):
        return check(Daemon(self.folder, config).config_folder)
