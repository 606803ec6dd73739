"""The examples of the services' own texts, as they are written there, against a trunk of that service's profile."""

import collections
import secrets
import unittest

from harness.case import DID, NUMBER, PBX, PBX_2, PBX_3, PBX_4, add_address, user_in
from harness.daemon import Daemon
from harness.service import Service, service, verify
from harness.sip import parameters
from harness.steps import hang_up
from harness.wait import eventually

OTHER_SOURCE = "127.0.0.14"


class Sinch(Service):
    """S0 and S1: one shared host a region, digest by application key and secret."""

    KEY, SECRET = "a7cbd9a2-0000-4d9b-8f00-application", "the-application-secret"
    REGIONS = ("euc1", "use1", "sae1", "apse1", "apse2")
    FROM, TO, CONTACT = "+19876543210", "+12345678900", "<sip:+19876543210@52.214.25.57:5060>"
    DEFAULT = "+14155550009"

    def config(self, **options):
        config = service("sinch", [{"name": r, "aliases": [f"sip-{r}"]} for r in self.REGIONS],
                         [{"localized": "{edge}.sip.sinch.com"}, {"localized": "{edge}.sinch.com"}], **options)
        config["accounts"] = [{"id": "acme", "default_number": self.DEFAULT}]
        config["numbers"].append({"number": self.DEFAULT, "account": "acme"})
        config["access_groups"] = {"hq": {"credentials": [{"user": self.KEY, "password": self.SECRET}]}}
        return config

    def dial(self, host="euc1.sip.sinch.com", from_host=None, to=None, ruri_user=None, **options):
        return self.pbx.invite(
            f"sip:{ruri_user or self.TO}@{host}", sender=f"<sip:{self.FROM}@{from_host or host}>;tag=as09cb5a21",
            to=f"<sip:{to or self.TO}@{host}>", contact=self.CONTACT, user=self.KEY, password=self.SECRET, **options)

    def test_termination_example(self):
        """S0:55-65, S0:37: INVITE sip:+12345678900@euc1.sip.sinch.com; a caller ID that is not the account's goes out as private."""
        with Daemon(self.folder, self.config()) as daemon:
            call = self.dial()
            challenged = call.authenticate()
            self.assertEqual({parameters(v)["realm"] for v in challenged.all("Proxy-Authenticate")}, {"euc1.sip.sinch.com"})
            invite = self.goes_to(self.carrier, call)
            self.assertEqual(user_in(invite.uri), self.TO)
            self.assert_private(invite, self.DEFAULT)
            self.assertNotIn(self.FROM[1:], invite.text())
            record = daemon.record()
            self.assertEqual((record["user"], record["edge"], record["presented_cli"]), (self.KEY, "euc1", ""))

    def test_own_caller_id(self):
        """S0:37: a number verified for the account is shown."""
        with Daemon(self.folder, verify(self.config(), self.FROM)):
            call = self.dial()
            call.authenticate()
            self.assertEqual(user_in(self.goes_to(self.carrier, call).get("From")), self.FROM)

    def test_every_region_and_its_realm(self):
        """S0:17-27, S0:51: each host answers, and asks for credentials of that very host; others' are no use."""
        with Daemon(self.folder, self.config()):
            for region in self.REGIONS:
                call = self.dial(f"{region}.sip.sinch.com")
                challenged = call.authenticate()
                self.assertEqual(parameters(challenged.get("Proxy-Authenticate"))["realm"], f"{region}.sip.sinch.com")
                self.goes_to(self.carrier, call)
            call = self.dial()
            call.answer_challenge(call.final(), realm="use1.sip.sinch.com")
            self.assertIn(call.final().status, (403, 407))
            self.carrier.nothing(0.1, lambda m: m.method == "INVITE")

    def test_older_text(self):
        """S1:60-70: the older host name, and a From host that is neither it nor the newer one."""
        with Daemon(self.folder, self.config()) as daemon:
            call = self.dial("sip-euc1.sinch.com", from_host="sip.sinch.com")
            call.authenticate()
            self.assertEqual(user_in(self.goes_to(self.carrier, call).uri), self.TO)
            self.assertEqual(daemon.record()["edge"], "euc1")

    def test_destination_is_the_to_address(self):
        """S0:31: the number in To, where the Request-URI names another."""
        with Daemon(self.folder, self.config()):
            call = self.dial(ruri_user="+12125550199")
            call.authenticate()
            self.assertEqual(user_in(self.goes_to(self.carrier, call).uri), self.TO)

    def test_always_e164(self):
        """S0:67: a number without + is refused."""
        with Daemon(self.folder, self.config()):
            call = self.dial(to=self.TO[1:], ruri_user=self.TO[1:])
            call.authenticate()
            self.refused(call, 400, "number_invalid")

    def test_wrong_secret(self):
        """S0:43-51."""
        with Daemon(self.folder, self.config()):
            call = self.dial()
            call.answer_challenge(call.final(), password="wrong")
            self.assertEqual(call.final().status, 403)

    def test_over_tcp(self):
        """S0:33: both UDP and TCP."""
        with Daemon(self.folder, self.config()), self.agent(PBX_2, transport="tcp") as pbx:
            self.pbx = pbx
            call = self.dial()
            call.authenticate()
            self.goes_to(self.carrier, call)

    def test_origination_example(self):
        """S0:96-112: R-URI sip:+123456789@company.com, the caller in From and Contact, X-My-Header; S0:84: the X- is put before."""
        self.known_names({"company.com": PBX})
        config = self.config(targets=["sip:company.com"])
        config["numbers"].append({"number": "+123456789", "trunk": "sinch"})
        config["trunks"][0]["origination"]["headers"] = {"X-My-Header": "This is my header", "My-Private-Header": "bar"}
        with Daemon(self.folder, config):
            call = self.did_call(self.carrier, "+123456789", sender="<sip:+46733478561@18.194.168.245>;tag=as386cfb27")
            invite = self.goes_to(self.pbx, call)
            self.assertEqual(invite.uri, "sip:+123456789@company.com")
            self.assertEqual(user_in(invite.get("From")), "+46733478561")
            self.assertEqual(invite.get("X-My-Header"), "This is my header")
            self.assertEqual(invite.get("X-My-Private-Header"), "bar")
            self.assertEqual(invite.get("Diversion"), "")

    def test_valid_sip_uris(self):
        """S0:116-130: each of the list, as it is written, for one number."""
        add_address("213.213.1.213")
        numeric, at_5061 = self.agent("213.213.1.213"), self.agent(PBX, port=5061)
        self.known_names({"yoursipserver.com": PBX})
        with Daemon(self.folder, self.config()) as daemon:
            for uri, agent, expected in (
                    ("sip:22444032@213.213.1.213", numeric, "sip:22444032@213.213.1.213"),
                    ("sip:22444032@yoursipserver.com", self.pbx, "sip:22444032@yoursipserver.com"),
                    ("sip:22444032@yoursipserver.com:5061", at_5061, "sip:22444032@yoursipserver.com:5061"),
                    ("sip:{number}@yoursipserver.com", self.pbx, f"sip:{DID}@yoursipserver.com")):
                with self.subTest(uri):
                    daemon.reload(self.config(targets=[uri]))
                    self.assertEqual(self.goes_to(agent, self.did_call(self.carrier)).uri, expected)

    def test_tls_is_not_there_yet(self):
        """S0:122, R-092: ;transport=tls is understood; until there is TLS the call goes to the next target, never in the clear."""
        self.known_names({"yoursipserver.com": PBX})
        self.never_in_the_clear("sip:22444032@yoursipserver.com:5061;transport=tls", PBX, 5061)


class MessageBird(Service):
    """S3: a domain a customer, addresses AND account in a group, no plus, anonymous calls with an asserted identity."""

    FROM, TO, TEL = "+3987654321", "3123456789", "+19524563516"
    EDGES = ("apac1", "apac2", "us1", "us2", "eu1", "eu2")

    def config(self, label="mydomain", **options):
        config = service("messagebird", [{"name": e} for e in self.EDGES],
                         [{"plain": "{trunk}.sip.messagebird.com", "localized": "{trunk}.{edge}.sip.messagebird.com",
                           "naming": "strict_alnum"}], {"label": label}, **options)
        return verify(config, self.FROM, self.TEL)

    def trusted(self, carrier="trusted", **general):
        config = self.config("test1")
        config["trunks"][0]["general"] = {"trust": "trusted"}
        config["carriers"][0]["general"] = {"trust": carrier, **general}
        return config

    def dial(self, host="mydomain.sip.messagebird.com", sender='"bob" <sip:3987654321@test2.sip.messagebird.com>;tag=12345', **options):
        uri = f"sip:{self.TO}@{host}"
        return self.pbx.invite(uri, sender=sender, to=f'"alice" <{uri}>', **options)

    def test_header_example(self):
        """S3:111-115: sip:3123456789@mydomain.sip.messagebird.com: no plus, and the carrier gets E.164."""
        with Daemon(self.folder, self.config()):
            invite = self.goes_to(self.carrier, self.dial())
            self.assertEqual((user_in(invite.uri), user_in(invite.get("From"))), (f"+{self.TO}", self.FROM))

    def test_localized_domains(self):
        """S3:117-135: the plain domain and the six of the regions; and no other customer's."""
        with Daemon(self.folder, self.config()) as daemon:
            for n, edge in enumerate(self.EDGES, 1):
                self.goes_to(self.carrier, self.dial(f"mydomain.{edge}.sip.messagebird.com"))
                records = eventually("its record", lambda: len(daemon.records("call")) == n and daemon.records("call"))
                self.assertEqual(records[-1]["edge"], edge)
            self.refused(self.dial("otherdomain.sip.messagebird.com"), 404)
            self.refused(self.dial("mydomain.mars1.sip.messagebird.com"), 404)

    def test_domain_names(self):
        """S3:89: at least one character of 0-9, a-z, A-Z, and nothing else."""
        for label, good in (("mydomain", True), ("My1", True), ("7", True), ("my-domain", False), ("my.domain", False)):
            with self.subTest(label):
                status, output = self.checked(self.config(label))
                self.assertEqual(status == 0, good, output)

    def test_address_and_account(self):
        """S3:69: sip:31000000@[yourdomain]…;transport+UDP: both the address and the account must be right."""
        config = self.config()
        config["access_groups"]["hq"] = {"ips": [PBX], "credentials": [{"user": "31000000", "password": "right-horse"}]}
        config["trunks"][0]["termination"]["from_must_match_account"] = True
        verify(config, "+31000000", "+31000001")
        config["listeners"][0]["unknown_source"] = "reject"
        stranger = self.agent(OTHER_SOURCE)
        with Daemon(self.folder, config):
            for ip, user, password, status in ((PBX, "31000000", "right-horse", 486), (PBX, "31000000", "wrong", 403),
                                               (PBX, "31000001", "right-horse", 403), (OTHER_SOURCE, "31000000", "right-horse", 403)):
                with self.subTest(ip=ip, user=user, password=password):
                    agent = self.pbx if ip == PBX else stranger
                    call = agent.invite(f"sip:{self.TO}@mydomain.sip.messagebird.com", user="31000000", password=password,
                                        sender=f"<sip:{user}@mydomain.sip.messagebird.com;transport+UDP>")
                    answer = call.final()
                    if ip == PBX:
                        self.assertIn(answer.status, (401, 407))
                        call.answer_challenge(answer)
                        if status == 486:
                            self.goes_to(self.carrier, call)
                            continue
                        answer = call.final()
                    self.assertEqual(answer.status, status)

    def test_anonymous(self):
        """S3:149-163: anonymous in From; the identity present in INVITE, ACK and BYE inside the trusted realm, sip and tel."""
        identity = [("P-Asserted-Identity", '"bob" <sip:3987654321@test2.sip.messagebird.com>'),
                    ("P-Asserted-Identity", f"tel:{self.TEL}")]
        with Daemon(self.folder, self.trusted(pai_in_ack=True)) as daemon:
            for sender in ('"Anonymous" <sip:Anonymous@anonymous.invalid>;tag=12345',
                           '"Anonymous" <sip:Anonymous@anoymous.invalid>;tag=12345'):
                call = self.dial("test1.sip.messagebird.com", sender, headers=identity)
                incoming, ack = self.answered(self.carrier, call)
                call.request("BYE")
                bye = incoming.expect_bye()
                self.assertEqual(call.response("BYE").status, 200)
                self.assertIn("<sip:anonymous@anonymous.invalid>", incoming.invite.get("From"))
                for message in (incoming.invite, ack, bye):
                    values = ",".join(message.all("P-Asserted-Identity"))
                    self.assertIn(f"sip:{self.FROM}@", values, message.text())
                    self.assertIn(f"tel:{self.TEL}", values, message.text())
            daemon.eventually_idle()

    def test_anonymous_outside_the_realm(self):
        """S3:163: as the message leaves the trusted realm the header is stripped and anonymity restored."""
        identity = [("P-Asserted-Identity", '"bob" <sip:3987654321@test2.sip.messagebird.com>'),
                    ("P-Asserted-Identity", f"tel:{self.TEL}")]
        with Daemon(self.folder, self.trusted("untrusted", pai_in_ack=True)) as daemon:
            call = self.dial("test1.sip.messagebird.com", '"Anonymous" <sip:Anonymous@anonymous.invalid>;tag=12345', headers=identity)
            incoming, ack = self.answered(self.carrier, call)
            call.request("BYE")
            bye = incoming.expect_bye()
            self.assertEqual(call.response("BYE").status, 200)
            for message in (incoming.invite, ack, bye):
                for trace in (self.FROM[1:], self.TEL[1:], "bob", "P-Asserted-Identity"):
                    self.assertNotIn(trace, message.text())
            self.assertEqual(daemon.record()["asserted_cli"], self.FROM)

    MALFORMED = (
        "INVITE sip:3123456789@test1.sip.messagebird.comSIP/2.0", "Max-Forwards= 70",
        "Via SIP/2.0/UDP 3987654321@test2.sip.messagebird.com; branch=198398334",
        "To: \u201calice\u201d <sip:3123456789@test1.sip.messagebird.com>",
        "From: \u201cbob\u201d <sip:3987654321@test2.sip.messagebird.com>; tag=12345",
        "P-Asserted-Identity: \u201cbob\u201d <sip:3987654321@test2.sip.messagebird.com>", "P-Asserted Identity: tel:+19524563516")

    def test_malformed_examples(self):
        """S3:147, S3:167, R-033: as they are printed nobody can answer them; the daemon goes on."""
        with Daemon(self.folder, self.trusted()) as daemon:
            for text in (" ".join(self.MALFORMED), "\r\n".join(self.MALFORMED) + "\r\n\r\n", "\n".join(self.MALFORMED[:5]) + "\n\n"):
                self.pbx.wire.send(text, self.pbx.switch)
            self.goes_to(self.carrier, self.dial("test1.sip.messagebird.com"))
            daemon.eventually_idle()

    def test_each_slip_alone(self):
        """R-033: each of their slips in an INVITE that is right otherwise: 400 where something that must be there is not."""
        start, hops, _, to, sender, _, pai = self.MALFORMED
        with Daemon(self.folder, self.trusted()) as daemon:
            for slip, replaced, statuses in ((hops, "Max-Forwards: 70", (400,)), (to, "To:", (400, 486)), (sender, "From:", (400, 486)),
                                             (pai, None, (400, 486)), (start, "INVITE", (400, None))):
                with self.subTest(slip):
                    self.assertIn(self.outcome_of(slip, replaced), statuses)
            self.goes_to(self.carrier, self.dial("test1.sip.messagebird.com"))
            daemon.eventually_idle()

    def outcome_of(self, slip, replaced):
        """The final status of a good INVITE with one line changed; None: no answer at all."""
        call_id = f"{secrets.token_hex(8)}@{PBX}"
        uri = f"sip:{self.TO}@test1.sip.messagebird.com"
        lines = [f"INVITE {uri} SIP/2.0", f"Via: {self.pbx.via()}", "Max-Forwards: 70", f"To: <{uri}>",
                 "From: <sip:3987654321@test2.sip.messagebird.com>;tag=12345", f"Call-ID: {call_id}", "CSeq: 1 INVITE",
                 f"Contact: {self.pbx.contact()}", "Content-Length: 0"]
        if replaced is None:
            lines.insert(5, slip)
        else:
            lines = [slip if line.startswith(replaced) else line for line in lines]
        self.pbx.wire.send("\r\n".join(lines) + "\r\n\r\n", self.pbx.switch)
        try:
            incoming = self.carrier.incoming(0.5)
        except AssertionError:
            incoming = None
        if incoming:
            incoming.reject(486)
        try:
            return self.pbx.response_to(call_id, 0.5).status
        except AssertionError:
            return None


class Twilio(Service):
    """S4: a domain a trunk, localized by edge; the plus is a must; ten origination URIs."""

    EDGES = {"ashburn": "us1", "umatilla": "us2", "dublin": "ie1", "frankfurt": "de1", "singapore": "sg1", "tokyo": "jp1",
             "sao-paulo": "br1", "sydney": "au1"}
    OWNED = "+14158675309"

    def config(self, **options):
        config = service("twilio", [{"name": e, "aliases": [a]} for e, a in self.EDGES.items()],
                         [{"plain": "{trunk}.pstn.twilio.com", "localized": "{trunk}.pstn.{edge}.twilio.com"}],
                         {"label": "example"}, **options)
        config["numbers"].append({"number": self.OWNED, "trunk": "twilio"})
        config["trunks"][0]["origination"]["diversion_domain"] = "twilio.com"
        return config

    def dial(self, host="example.pstn.ashburn.twilio.com", number="+15108675309", sender=None, **options):
        return self.pbx.invite(f"sip:{number}@{host}", sender=sender or f"<sip:{self.OWNED}@{host}>", **options)

    def test_termination_example(self):
        """S4:115: INVITE sip:+15108675309@{example}.pstn.ashburn.twilio.com."""
        with Daemon(self.folder, self.config()) as daemon:
            invite = self.goes_to(self.carrier, self.dial())
            self.assertEqual((user_in(invite.uri), user_in(invite.get("From"))), ("+15108675309", self.OWNED))
            self.assertEqual(daemon.record()["edge"], "ashburn")

    def test_every_localized_uri(self):
        """S4:78-87: each edge, its older name, and the plain one."""
        with Daemon(self.folder, self.config()) as daemon:
            hosts = ["example.pstn.twilio.com"]
            hosts += [f"example.pstn.{name}.twilio.com" for pair in self.EDGES.items() for name in pair]
            for host in hosts:
                self.goes_to(self.carrier, self.dial(host))
            records = eventually("all records", lambda: len(daemon.records("call")) == len(hosts) and daemon.records("call"))
            self.assertEqual([r["edge"] for r in records[1:]], [e for e in self.EDGES for _ in range(2)])

    def test_the_plus_is_a_must(self):
        """S4:116-122: +12128675309 is right; without E.164 it is 400 Bad Request."""
        with Daemon(self.folder, self.config()):
            self.goes_to(self.carrier, self.dial(number="+12128675309"))
            for number in ("12128675309", "2128675309", "0012128675309"):
                self.refused(self.dial(number=number), 400, "number_invalid")

    def test_407(self):
        """S4:108-109: with credentials the INVITE is challenged with 407; S4:104: address and credentials are both enforced."""
        config = self.config()
        config["access_groups"]["hq"]["credentials"] = [{"user": "example", "password": "right-horse"}]
        with Daemon(self.folder, config):
            call = self.dial(user="example", password="right-horse")
            self.assertEqual(call.authenticate().status, 407)
            self.goes_to(self.carrier, call)
            call = self.dial(user="example", password="wrong")
            call.authenticate()
            self.refused(call, 403, "auth_wrong_password")

    def test_caller_id(self):
        """S4:112-113: in From; where it is not there, of Remote-Party-ID or P-Asserted-Identity; not owned: refused."""
        with Daemon(self.folder, self.config()):
            nobody = "<sip:reception@mysbc.com>"
            for headers in ([("Remote-Party-ID", f"<sip:{self.OWNED}@mysbc.com>")], [("P-Asserted-Identity", f"<sip:{DID}@mysbc.com>")]):
                invite = self.goes_to(self.carrier, self.dial(sender=nobody, headers=headers))
                self.assertEqual(user_in(invite.get("From")), user_in(headers[0][1]))
            self.refused(self.dial(sender="<sip:+12128675309@mysbc.com>"), 403, "cli_not_owned")

    def test_trial_account(self):
        """S4:114: it may call verified numbers alone."""
        config = verify(self.config(), "+15108675309")
        config["accounts"][0]["restrict_destinations"] = "verified"
        with Daemon(self.folder, config):
            self.goes_to(self.carrier, self.dial())
            self.refused(self.dial(number="+15108675310"), 403, "destination_restricted")

    def test_diversion_of_the_customer(self):
        """S4:210-213: forwarded; of our own domain only where the number is the account's."""
        foreign = "<sip:+12128675309@mypbx.com>;reason=unconditional"
        with Daemon(self.folder, self.config()):
            for host in ("example.pstn.twilio.com", "pstn.twilio.com", "twilio.com"):
                ours, forged = (f"<sip:{number}@{host}>" for number in (self.OWNED, "+12128675309"))
                for given, kept in (([foreign], ["+12128675309"]), ([ours, foreign], [self.OWNED, "+12128675309"]), ([forged], []),
                                    ([forged, ours], [self.OWNED])):
                    with self.subTest(given):
                        invite = self.goes_to(self.carrier, self.dial(headers=[("Diversion", v) for v in given]))
                        self.assertEqual([user_in(v) for v in ",".join(invite.all("Diversion")).split(",") if v], kept)

    def test_origination_uris(self):
        """S4:125-167: each of the text, as it is written, for +14158675309: what the customer's equipment gets."""
        add_address("172.56.42.132")
        numeric, over_tcp = self.agent("172.56.42.132"), self.agent("172.56.42.132", transport="tcp")
        self.known_names({"mysbc.com": PBX})
        with Daemon(self.folder, self.config()) as daemon:
            for uri, agent, expected in (
                    ("sip:172.56.42.132", numeric, "sip:+14158675309@172.56.42.132"),
                    ("sip:mysbc.com", self.pbx, "sip:+14158675309@mysbc.com"),
                    ("sip:anniebp@172.56.42.132", numeric, "sip:anniebp@172.56.42.132"),
                    ("sip:anniebp@mysbc.com", self.pbx, "sip:anniebp@mysbc.com"),
                    ("sip:+14158675309@mysbc.com?X-myheader=foo", self.pbx, "sip:+14158675309@mysbc.com"),
                    ("sip:anniebp@172.56.42.132;transport=tcp", over_tcp, "sip:anniebp@172.56.42.132;transport=tcp"),
                    ("sip:anniebp@172.56.42.132;edge=dublin", numeric, "sip:anniebp@172.56.42.132"),
                    ("sip:anniebp@172.56.42.132;region=ie1", numeric, "sip:anniebp@172.56.42.132")):
                with self.subTest(uri):
                    daemon.reload(self.config(targets=[uri]))
                    invite = self.goes_to(agent, self.did_call(self.carrier, self.OWNED))
                    self.assertEqual(invite.uri, expected)
                    self.assertEqual(invite.get("X-myheader"), "foo" if "X-myheader" in uri else "")
                    self.assertEqual(invite.get("Diversion").split(";")[0], f"<sip:{self.OWNED}@twilio.com>")

    def test_tls_and_sips_uris(self):
        """S4:147-159: both are TLS, a sips: being taken as sip: with transport=tls; never in the clear."""
        add_address("172.56.42.132")
        for uri, port in (("sip:anniebp@172.56.42.132:5062;transport=tls", 5062), ("sips:anniebp@172.56.42.132", 5061)):
            with self.subTest(uri):
                self.never_in_the_clear(uri, "172.56.42.132", port)

    def test_only_x_headers(self):
        """S4:137-142: a header that does not begin with X- is an error."""
        status, output = self.checked(self.config(targets=["sip:mysbc.com?Subject=foo"]))
        self.assertEqual(status, 1, output)
        self.assertRegex(output, r"tandem\.yaml:\d+:\d+: error: .*Subject")

    def test_diversion_example(self):
        """S4:206-209: Diversion: <sip:+14155550000@twilio.com>."""
        with Daemon(self.folder, self.config()):
            invite = self.goes_to(self.pbx, self.did_call(self.carrier, "+14155550000"))
            self.assertEqual(invite.all("Diversion")[0].split(";")[0], "<sip:+14155550000@twilio.com>")

    def test_weights_table(self):
        """S4:176-188: 60, 20, 20 of 100; the first one gone, the others share; all three gone, the backup."""
        agents = [self.pbx, self.agent(PBX_2), self.agent(PBX_3), self.agent(PBX_4)]
        hosts = ("mysbc1.com", "mysbc2.com", "mysbc3.com", "mysbc-backup.com")
        self.known_names(dict(zip(hosts, (PBX, PBX_2, PBX_3, PBX_4))))
        rows = ((10, 60), (10, 20), (10, 20), (20, 10))
        config = self.config(targets=[{"uri": f"sip:{h}", "priority": p, "weight": w} for h, (p, w) in zip(hosts, rows)])
        with Daemon(self.folder, config, level="warn") as daemon:
            shares = self.shares(agents, 100)
            # Standard deviations 4.9 and 4: the bounds are four of them away.
            self.assertGreater(shares[PBX], 40, shares)
            self.assertGreater(min(shares[PBX_2], shares[PBX_3]), 3, shares)
            self.assertEqual(shares[PBX_4], 0)
            agents.pop(0).close()
            shares = self.shares(agents, 40)
            self.assertEqual(sum(shares.values()), 40)
            self.assertGreater(min(shares[PBX_2], shares[PBX_3]), 4, shares)  # 20 expected, standard deviation 3.2
            for _ in range(2):
                agents.pop(0).close()
            self.assertEqual(self.shares(agents, 5), {PBX_4: 5})
            daemon.eventually_idle()

    def shares(self, agents, calls):
        """Who takes how many of so many calls, each refused as busy."""
        shares = collections.Counter()
        for _ in range(calls):
            call = self.did_call(self.carrier)
            taker = self.taker(*agents)
            shares[taker.ip] += 1
            self.goes_to(taker, call)
        return shares


class Infobip(Service):
    """S2: a static trunk known by its addresses; number formats; failover and round robin; channels; routes."""

    def config(self, formats=None, targets=(f"sip:{PBX}:5060", f"sip:{PBX_2}:5060"), **options):
        config = service("infobip", [], [], targets=targets, **options)
        if formats:
            config["trunks"][0]["general"] = {"number_format": formats}
        return verify(config, "+13125550001")

    def dial(self, number, caller, **options):
        return self.pbx.invite(f"sip:{number}@62.140.31.124", caller=caller, **options)

    def test_known_by_its_address(self):
        """S2:38: traffic of the declared source is trusted, and no other; the host is whatever address the customer was given."""
        stranger = self.agent(OTHER_SOURCE)
        config = self.config()
        config["listeners"][0]["unknown_source"] = "reject"
        with Daemon(self.folder, config):
            self.goes_to(self.carrier, self.dial("+13124441212", "+13125550001"))
            self.assertEqual(stranger.invite("sip:+13124441212@62.140.31.124").final().status, 403)

    def test_number_formats(self):
        """S2:173-176: 13124441212, +13124441212 and 3124441212: what is taken from the customer, and what is presented to it."""
        for name, number, caller, did in (("national", "13124441212", "13125550001", "14155550000"),
                                          ("e164_plus", "+13124441212", "+13125550001", "+14155550000"),
                                          ("us_domestic", "3124441212", "3125550001", "4155550000")):
            with self.subTest(name), Daemon(self.folder, self.config({"in": name, "out": name})):
                invite = self.goes_to(self.carrier, self.dial(number, caller))
                self.assertEqual((user_in(invite.uri), user_in(invite.get("From"))), ("+13124441212", "+13125550001"))
                invite = self.goes_to(self.pbx, self.did_call(self.carrier))
                self.assertEqual((user_in(invite.uri), user_in(invite.get("From"))), (did, caller[:-4] + "0123"))

    def test_us_domestic_is_for_the_us(self):
        """S2:176: a number of elsewhere cannot be said so: refused from the customer, E.164 towards it."""
        with Daemon(self.folder, self.config({"in": "us_domestic", "out": "us_domestic"})):
            self.refused(self.dial("447700900001", "3125550001"), 400, "number_invalid")
            invite = self.goes_to(self.pbx, self.did_call(self.carrier, caller="+447700900001"))
            self.assertEqual(user_in(invite.get("From")), "+447700900001")

    def test_failover(self):
        """S2:190: the destinations in the order in which they are configured."""
        second = self.agent(PBX_2)
        config = self.config()
        config["trunks"][0]["origination"]["policy"] = "failover"
        with Daemon(self.folder, config):
            for _ in range(2):
                self.goes_to(self.pbx, self.did_call(self.carrier))
            self.pbx.close()
            self.goes_to(second, self.did_call(self.carrier))

    def test_round_robin(self):
        """S2:191: in turn."""
        second = self.agent(PBX_2)
        config = self.config()
        config["trunks"][0]["origination"]["policy"] = "round_robin"
        with Daemon(self.folder, config):
            for agent in (self.pbx, second, self.pbx, second):
                self.goes_to(agent, self.did_call(self.carrier))

    def test_channels(self):
        """S2:45: a channel a call, inbound or outbound; beyond the capacity rejected."""
        with Daemon(self.folder, self.config(limits={"channels": 2})) as daemon:
            outbound = self.dial("+13124441212", "+13125550001")
            inbound = self.did_call(self.carrier)
            calls = [(outbound, self.answered(self.carrier, outbound)[0]), (inbound, self.answered(self.pbx, inbound)[0])]
            self.refused(self.dial("+13124441212", "+13125550001"), 503, "channels_exhausted")
            for call in calls:
                hang_up(*call)
            daemon.eventually_idle()

    def test_international(self):
        """S2:178: blocked where A and B are of different countries."""
        with Daemon(self.folder, self.config(termination={"international": "block"})):
            self.refused(self.dial("+447700900001", "+13125550001"), 403, "international_blocked")
            self.refused(self.dial("+14165550001", "+13125550001"), 403, "international_blocked")
            self.goes_to(self.carrier, self.dial("+16465550001", "+13125550001"))

    def test_route_with_a_last_number(self):
        """S2:95: upon loss of connectivity to the trunks of the route the call goes to the number at its end."""
        config = self.config()
        config["routes"] = [{"name": "main", "account": "acme", "entries": [{"trunk": "infobip"}, {"number": NUMBER}]}]
        config["numbers"] = [{"number": DID, "account": "acme", "route": "main"}]
        with Daemon(self.folder, config):
            self.goes_to(self.pbx, self.did_call(self.carrier))
            self.pbx.close()
            self.assertEqual(user_in(self.goes_to(self.carrier, self.did_call(self.carrier)).uri), NUMBER)


if __name__ == "__main__":
    unittest.main()
