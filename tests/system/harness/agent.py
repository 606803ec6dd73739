"""A scripted SIP peer over a plain socket: it says what the test tells it, and shows every message it gets."""

import re
import secrets
import socket
import time

from . import wait
from .sip import Message, address_in, digest_answer, sdp, uri_in

BUFFER = 70000


class Wire:
    """UDP socket or TCP connection(s) on one local address. Messages come out whole; exact repetitions are counted, not given."""

    def __init__(self, ip, port=5060, transport="udp"):
        self.ip, self.port, self.transport = ip, port, transport
        self.family = socket.AF_INET6 if ":" in ip else socket.AF_INET
        self.repeated = 0
        self._seen = set()
        self._streams = {}  # TCP: socket -> bytes not yet parsed
        self._peers = {}    # TCP: address -> socket
        kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_STREAM
        self.socket = socket.socket(self.family, kind)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((ip, port))
        if transport == "tcp":
            self.socket.listen(16)

    def close(self):
        for stream in list(self._streams):
            stream.close()
        self.socket.close()

    def host_port(self):
        return f"[{self.ip}]:{self.port}" if self.family == socket.AF_INET6 else f"{self.ip}:{self.port}"

    def connect(self, address):
        """TCP: the connection to address, made when there is none. Its local port is the system's choice."""
        if address not in self._peers:
            stream = socket.socket(self.family, socket.SOCK_STREAM)
            stream.bind((self.ip, 0))
            stream.settimeout(5)
            stream.connect(address)
            self._streams[stream] = b""
            self._peers[address] = stream
        return self._peers[address]

    def send(self, text, address):
        data = text if isinstance(text, bytes) else text.encode()
        if self.transport == "udp":
            self.socket.sendto(data, address)
        else:
            self.connect(address).sendall(data)

    def rest(self, address, seconds=30):
        """TCP: everything until the far end closes this connection, which it must; what was parsed already is not in it."""
        stream = self._peers.pop(address)
        data = self._streams.pop(stream)
        stream.settimeout(seconds * wait.PATIENCE)
        try:
            while got := stream.recv(BUFFER):
                data += got
        except ConnectionError:
            pass  # a reset is an end too
        stream.close()
        return data

    def receive(self, seconds):
        """(message, source) or None."""
        deadline = time.monotonic() + seconds
        while True:
            found = self._next(max(0.0, deadline - time.monotonic()))
            if found is None:
                return None
            raw, source = found
            if raw in self._seen:
                self.repeated += 1
                continue
            self._seen.add(raw)
            return Message.parse(raw.decode(errors="replace")), source

    def _next(self, seconds):
        if self.transport == "udp":
            self.socket.settimeout(max(seconds, 0.001))
            try:
                raw, source = self.socket.recvfrom(BUFFER)
            except TimeoutError:
                return None
            return raw, source[:2]
        deadline = time.monotonic() + seconds
        while True:
            for stream in list(self._streams):
                whole = self._whole(stream)
                if whole is not None:
                    return whole, next((a for a, s in self._peers.items() if s is stream), ("", 0))
            if time.monotonic() > deadline:
                return None
            self._read(min(0.05, max(0.001, deadline - time.monotonic())))

    def _whole(self, stream):
        data = self._streams[stream].lstrip(b"\r\n")
        head, mark, rest = data.partition(b"\r\n\r\n")
        if not mark:
            return None
        length = re.search(rb"^(?:content-length|l)\s*:\s*(\d+)", head, re.I | re.M)
        size = int(length.group(1)) if length else 0
        if len(rest) < size:
            return None
        self._streams[stream] = rest[size:]
        return head + mark + rest[:size]

    def _read(self, seconds):
        import select
        ready, _, _ = select.select([self.socket, *self._streams], [], [], seconds)
        for sock in ready:
            if sock is self.socket:
                stream, address = sock.accept()
                self._streams[stream] = b""
                self._peers[address[:2]] = stream
                continue
            try:
                data = sock.recv(BUFFER)
            except ConnectionError:
                data = b""
            if data:
                self._streams[sock] += data
            else:
                del self._streams[sock]
                self._peers = {a: s for a, s in self._peers.items() if s is not sock}
                sock.close()


class Agent:
    """One address with its calls. `switch` is where its requests outside a dialog go."""

    def __init__(self, ip, switch=("127.0.0.1", 5060), port=5060, transport="udp", media_port=30000):
        self.wire = Wire(ip, port, transport)
        self.switch = switch
        self.ip = ip
        self.media_port = media_port
        self.waiting = []  # messages that nobody has asked for yet

    def close(self):
        self.wire.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def via(self):
        return f"SIP/2.0/{self.wire.transport.upper()} {self.wire.host_port()};branch=z9hG4bK{secrets.token_hex(8)};rport"

    def contact(self):
        suffix = "" if self.wire.transport == "udp" else f";transport={self.wire.transport}"
        return f"<sip:peer@{self.wire.host_port()}{suffix}>"

    def sdp(self, **options):
        return sdp(self.ip, self.media_port, **options)

    def take(self, what, wanted, seconds=5.0):
        """The first message for which wanted(message) holds; the others stay for later."""
        deadline = time.monotonic() + seconds * wait.PATIENCE
        while True:
            for entry in self.waiting:
                if wanted(entry[0]):
                    self.waiting.remove(entry)
                    return entry
            got = self.wire.receive(max(0.0, deadline - time.monotonic()))
            if got:
                self.waiting.append(got)
            elif time.monotonic() >= deadline:
                seen = [m for m, _ in self.waiting]
                raise AssertionError(f"{self.ip}: no {what} within {seconds * wait.PATIENCE:.0f} s; waiting: {seen}")

    def nothing(self, seconds, wanted=lambda _: True):
        """Asserts that no message for which wanted holds comes for so long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            got = self.wire.receive(deadline - time.monotonic())
            if got:
                self.waiting.append(got)
        unwanted = [m for m, _ in self.waiting if wanted(m)]
        if unwanted:
            raise AssertionError(f"{self.ip}: expected nothing, got {unwanted}\n{unwanted[0].text()}")

    def invite(self, uri, **options):
        """Sends an INVITE outside a dialog; returns the call."""
        call = OutgoingCall(self, uri, **options)
        call.send_invite()
        return call

    def incoming(self, seconds=5.0):
        """The next INVITE that begins a call."""
        message, source = self.take("INVITE", lambda m: m.method == "INVITE" and not m.tag("To"), seconds)
        return IncomingCall(self, message, source)

    def request(self, method, uri, headers=(), body=""):
        """A request outside a dialog, for example OPTIONS; returns its Call-ID."""
        call_id = f"{secrets.token_hex(8)}@{self.ip}"
        base = [("Via", self.via()), ("Max-Forwards", "70"), ("From", f"<sip:peer@{self.wire.host_port()}>;tag={secrets.token_hex(4)}"),
                ("To", f"<{uri}>"), ("Call-ID", call_id), ("CSeq", f"1 {method}"), ("Contact", self.contact())]
        self.wire.send(Message(f"{method} {uri} SIP/2.0", base + list(headers), body).text(), self.switch)
        return call_id

    def response_to(self, call_id, seconds=5.0):
        return self.take(f"response to {call_id}", lambda m: m.status >= 200 and m.get("Call-ID") == call_id, seconds)[0]


class Dialog:
    """What both kinds of call share: requests and responses inside the dialog."""

    def __init__(self, agent, call_id):
        self.agent = agent
        self.call_id = call_id
        self.local_cseq = 1
        self.local = self.remote = self.target = ""
        self.routes = []
        self.peer = agent.switch
        self.remote_sdp = ""

    def request(self, method, body="", headers=(), cseq=None, kind="application/sdp"):
        if cseq is None:
            self.local_cseq += 1
            cseq = self.local_cseq
        lines = [("Via", self.agent.via()), ("Max-Forwards", "70"), ("From", self.local), ("To", self.remote),
                 ("Call-ID", self.call_id), ("CSeq", f"{cseq} {method}"), ("Contact", self.agent.contact())]
        lines += [("Route", r) for r in self.routes] + list(headers)
        if body:
            lines.append(("Content-Type", kind))
        where = address_in(uri_in(self.routes[0]) if self.routes else self.target)
        message = Message(f"{method} {self.target} SIP/2.0", lines, body)
        self.agent.wire.send(message.text(), where)
        return message

    def response(self, method, seconds=5.0, least=200):
        """The next response >= least to our request of this method."""
        return self.agent.take(
            f"{least}+ to {method}",
            lambda m: m.status >= least and m.get("Call-ID") == self.call_id and m.cseq[1] == method, seconds)[0]

    def reinvite(self, body):
        """An INVITE inside the dialog: the final response, ACKed as its class wants it (RFC 3261 §13.2.2.4, §17.1.1.3)."""
        sent = self.request("INVITE", body=body)
        answer = self.response("INVITE")
        ack = [h for h in sent.headers if h[0] not in ("CSeq", "Content-Type")] + [("CSeq", f"{sent.cseq[0]} ACK")]
        if answer.status < 300:
            ack[0] = ("Via", self.agent.via())
        self.agent.wire.send(Message(f"ACK {self.target} SIP/2.0", ack).text(),
                             address_in(uri_in(self.routes[0]) if self.routes else self.target))
        return answer

    def expect_request(self, method, seconds=5.0):
        message, source = self.agent.take(
            method, lambda m: m.method == method and m.get("Call-ID") == self.call_id, seconds)
        return message, source

    def reply(self, request, source, status, phrase="x", body="", headers=()):
        lines = [(n, v) for n, v in request.headers if n.lower() in ("via", "v", "from", "f", "call-id", "i", "cseq",
                                                                     "record-route")]
        to = request.get("To")
        if not request.tag("To") and status > 100:
            to += f";tag={self.local_tag}"
        lines.append(("To", to))
        if status < 300:  # in a redirect it means something else (RFC 3261 §20.10): a test that wants it says so
            lines.append(("Contact", self.agent.contact()))
        lines += headers
        if body:
            lines.append(("Content-Type", "application/sdp"))
        self.agent.wire.send(Message(f"SIP/2.0 {status} {phrase}", lines, body).text(), source)

    def expect_bye(self, seconds=5.0):
        """Waits for BYE and answers 200; returns the BYE."""
        message, source = self.expect_request("BYE", seconds)
        self.reply(message, source, 200, "OK")
        return message


class OutgoingCall(Dialog):
    """A call that the agent makes: leg A of the switch. sender, to, contact: whole header values, where a test plays a text's
    own; sender gets a tag unless it has one."""

    def __init__(self, agent, uri, caller="+12125550001", user="", password="", body=None, headers=(), domain="pbx.test",
                 max_forwards="70", sender="", to="", contact="", kind="application/sdp"):
        super().__init__(agent, f"{secrets.token_hex(8)}@{agent.ip}")
        self.uri = self.target = uri
        self.user, self.password = user, password
        self.body = agent.sdp() if body is None else body
        self.kind = kind  # of the body
        self.headers = list(headers)
        self.max_forwards = max_forwards
        self.local = sender or f"<sip:{caller}@{domain}>"
        if ";tag=" not in self.local:
            self.local += f";tag={secrets.token_hex(6)}"
        self.to = to or f"<{uri}>"
        self.contact = contact or agent.contact()
        self.invite = None

    def send_invite(self, authorization=()):
        lines = [("Via", self.agent.via())]
        if self.max_forwards is not None:
            lines.append(("Max-Forwards", self.max_forwards))
        lines += [("From", self.local), ("To", self.to), ("Call-ID", self.call_id), ("CSeq", f"{self.local_cseq} INVITE"),
                  ("Contact", self.contact)] + self.headers + list(authorization)
        if self.body:
            lines.append(("Content-Type", self.kind))
        self.invite = Message(f"INVITE {self.uri} SIP/2.0", lines, self.body)
        self.agent.wire.send(self.invite.text(), self.agent.switch)

    def answer_challenge(self, challenged, nc=1, password=None, realm=None, header=None):
        """Repeats the INVITE with an answer to the (first) challenge of a 401 or 407."""
        name = "Proxy-Authenticate" if challenged.status == 407 else "WWW-Authenticate"
        value = digest_answer(header or challenged.get(name), "INVITE", self.uri, self.user,
                              self.password if password is None else password, nc, realm)
        self.local_cseq += 1
        answer = "Proxy-Authorization" if challenged.status == 407 else "Authorization"
        self.send_invite([(answer, value)])

    def final(self, seconds=5.0):
        """The final response to the INVITE as last sent; others than 2xx are ACKed here."""
        message = self.agent.take(
            f"final response to INVITE {self.invite.cseq[0]}",
            lambda m: m.status >= 200 and m.get("Call-ID") == self.call_id and m.cseq == (self.invite.cseq[0], "INVITE"),
            seconds)[0]
        self.remote = message.get("To")
        if message.status >= 300:
            lines = [("Via", self.invite.get("Via")), ("Max-Forwards", "70"), ("From", self.local), ("To", message.get("To")),
                     ("Call-ID", self.call_id), ("CSeq", f"{self.local_cseq} ACK")]
            self.agent.wire.send(Message(f"ACK {self.uri} SIP/2.0", lines).text(), self.agent.switch)
        else:
            self.target = uri_in(message.get("Contact"))
            self.routes = message.all("Record-Route")[::-1]
            self.remote_sdp = message.body
        return message

    def provisional(self, status, seconds=5.0):
        return self.agent.take(
            str(status), lambda m: m.status == status and m.get("Call-ID") == self.call_id, seconds)[0]

    def authenticate(self, seconds=5.0):
        """Takes the 407 or 401 and answers it."""
        challenged = self.final(seconds)
        assert challenged.status in (401, 407), challenged.text()
        self.answer_challenge(challenged)
        return challenged

    def ack(self, body=""):
        self.request("ACK", body=body, cseq=self.invite.cseq[0])

    def cancel(self):
        lines = [("Via", self.invite.get("Via")), ("Max-Forwards", "70"), ("From", self.local), ("To", self.to),
                 ("Call-ID", self.call_id), ("CSeq", f"{self.local_cseq} CANCEL")]
        self.agent.wire.send(Message(f"CANCEL {self.uri} SIP/2.0", lines).text(), self.agent.switch)


class IncomingCall(Dialog):
    """A call that the agent gets: a B leg of the switch."""

    def __init__(self, agent, invite, source):
        super().__init__(agent, invite.get("Call-ID"))
        self.invite, self.source = invite, source
        self.local_tag = secrets.token_hex(6)
        self.local = f"{invite.get('To')};tag={self.local_tag}"
        self.remote = invite.get("From")
        self.target = uri_in(invite.get("Contact"))
        self.routes = invite.all("Record-Route")
        self.remote_sdp = invite.body
        self.local_cseq = 100

    def ring(self, status=180, body=""):
        self.reply(self.invite, self.source, status, "Ringing", body)

    def reject(self, status, phrase="No", headers=()):
        """A final refusal; takes the ACK."""
        self.reply(self.invite, self.source, status, phrase, headers=headers)
        self.expect_request("ACK")

    def answer(self, body=None):
        """200 with a description, and the ACK; returns the ACK."""
        self.reply(self.invite, self.source, 200, "OK", self.agent.sdp() if body is None else body)
        ack, _ = self.expect_request("ACK")
        if ack.body:
            self.remote_sdp = ack.body
        return ack
