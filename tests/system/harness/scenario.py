"""SIPp scenarios from a few words a step. Each function is one step; uac() and uas() make a whole file of them.

A caller's scenario begins with dial(), a callee's with taken(). Inside a dialog both sides speak alike. CSeq numbers are the
test's: a request that ACKs or CANCELs another names its number.
"""

AUDIO = """
      v=0
      o=peer 1 {version} IN IP[local_ip_type] [local_ip]
      s=-
      c=IN IP[media_ip_type] [media_ip]
      t=0 0
      m=audio {port} RTP/AVP 8 101
      a=rtpmap:8 PCMA/8000
      a=rtpmap:101 telephone-event/8000
      a=fmtp:101 0-15
      a={direction}
"""


def audio(version=1, direction="sendrecv", port="[media_port]"):
    return AUDIO.format(version=version, direction=direction, port=port)


def _message(start, lines, body, options=""):
    content = "Content-Type: application/sdp\n      Content-Length: [len]\n" + body if body else "Content-Length: 0\n"
    text = "\n".join(f"      {line}" for line in [start, *lines])
    return f"  <send{options}>\n    <![CDATA[\n{text}\n      {content}\n    ]]>\n  </send>\n"


def _dialog(role):
    """From and To of our own requests inside the dialog."""
    if role == "uac":
        return ["From: <sip:+12125550001@[domain]>;tag=[pid]a[call_number]", "To: <sip:[service]@[domain]>[peer_tag_param]"]
    return ["From: [$local];tag=[pid]b[call_number]", "To: [$remote]"]


class Side:
    """What one side says inside its dialog; role: "uac" or "uas"."""

    def __init__(self, role):
        self.role = role
        self.contact = f"Contact: <sip:{role}@[local_ip]:[local_port]>"

    def request(self, method, cseq, body="", headers=(), retrans=True, uri="[next_url]", branch="[branch]"):
        lines = [f"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}", "Max-Forwards: 70", "[routes]",
                 *_dialog(self.role), "Call-ID: [call_id]", f"CSeq: {cseq} {method}", self.contact, *headers]
        return _message(f"{method} {uri} SIP/2.0", lines, body, ' retrans="500"' if retrans else "")

    def ack(self, cseq, body=""):
        return self.request("ACK", cseq, body, retrans=False)

    def bye(self, cseq):
        return self.request("BYE", cseq) + recv(200)

    def reinvite(self, cseq, body, status=200):
        """An offer, its answer and the ACK; what else may come in between is read over."""
        if status >= 300:
            return self.request("INVITE", cseq, body, branch=self._branch(cseq)) + self.is_refused(cseq, status)
        return self.request("INVITE", cseq, body) + recv(100, optional=True) + recv(status, rrs=True) + self.ack(cseq)

    def reinvite_again(self, cseq, body):
        """The same, once more (with the next CSeq) where 491 says that the other side is not ready (RFC 3261 §14.1)."""
        return (self.request("INVITE", cseq, body, branch=self._branch(cseq)) + recv(100, optional=True)
                + recv(491, optional=True, to=f"again{cseq}") + recv(200, rrs=True) + self.ack(cseq) + jump(f"done{cseq}")
                + label(f"again{cseq}") + self.request("ACK", cseq, retrans=False, branch=self._branch(cseq)) + pause(4000)
                + self.reinvite(cseq + 1, body) + label(f"done{cseq}"))

    def offers(self, cseq, body):
        """A re-INVITE that goes out, once: SIPp says nothing else while it repeats something. How it is answered is for the steps
        behind."""
        return self.request("INVITE", cseq, body, branch=self._branch(cseq), retrans=False)

    def is_refused(self, cseq, status):
        """The refusal of that re-INVITE, and its ACK, which is of the same transaction (RFC 3261 §17.1.1.3)."""
        ack = self.request("ACK", cseq, retrans=False, branch=self._branch(cseq))
        return recv(100, optional=True) + recv(status) + ack

    def _branch(self, cseq):
        return f"z9hG4bK-[pid]-[call_number]-{cseq}"

    def reply(self, status, phrase="x", body="", headers=(), retrans=False):
        """To the request that came last."""
        lines = ["[last_Via:]", "[last_Record-Route:]", "[last_From:]", "[last_To:]", "[last_Call-ID:]", "[last_CSeq:]",
                 self.contact, *headers]
        return _message(f"SIP/2.0 {status} {phrase}", lines, body, ' retrans="500"' if retrans else "")

    def takes_reinvite(self, body, status=200):
        """The other side's offer, our answer, its ACK."""
        ok = status < 300
        return asked("INVITE", rrs=True) + self.reply(status, "x", body if ok else "", retrans=ok) + asked("ACK")

    def digit(self, cseq, digit):
        """An INFO with a DTMF digit, as many PBXs send it."""
        relay = f"      Signal={digit}\n      Duration=160\n"
        text = self.request("INFO", cseq, "\n" + relay)
        return text.replace("application/sdp", "application/dtmf-relay")

    def takes(self, method, status=200):
        return asked(method) + self.reply(status)


def recv(status, optional=False, rrs=False, auth=False, to="", within=None):
    """to: the label at which the scenario goes on. within: milliseconds, after which it goes on there without the response."""
    flags = "".join(f' {name}="true"' for name, on in (("optional", optional), ("rrs", rrs), ("auth", auth)) if on)
    flags += f' next="{to}"' if to else ""
    flags += f' timeout="{within}" ontimeout="{to}"' if within else ""
    return f'  <recv response="{status}"{flags}/>\n'


def asked(method, optional=False, rrs=False):
    flags = "".join(f' {name}="true"' for name, on in (("optional", optional), ("rrs", rrs)) if on)
    return f'  <recv request="{method}"{flags}/>\n'


def label(name):
    return f'  <label id="{name}"/>\n'


def jump(to):
    return f'  <nop next="{to}"/>\n'


def pause(milliseconds=None):
    return f'  <pause milliseconds="{milliseconds}"/>\n' if milliseconds is not None else "  <pause/>\n"


def _caller(cseq, method="INVITE", to="To: <sip:[service]@[domain]>"):
    """The first lines of a message of the INVITE's transaction with that CSeq: ACK of a refusal and CANCEL share its branch."""
    return [f"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK-[pid]-[call_number]-{cseq}", "Max-Forwards: 70",
            "From: <sip:+12125550001@[domain]>;tag=[pid]a[call_number]", to, "Call-ID: [call_id]", f"CSeq: {cseq} {method}"]


TARGET = "sip:[service]@[domain] SIP/2.0"


def invite(body=None, headers=(), credentials=()):
    """INVITE (CSeq 2) of a caller that is not challenged, or has been."""
    lines = [*_caller(2), *credentials, "Contact: <sip:uac@[local_ip]:[local_port]>", *headers]
    return _message(f"INVITE {TARGET}", lines, audio() if body is None else body, ' retrans="500"') + recv(100, optional=True)


def dial(body=None, headers=()):
    """INVITE, the challenge, and the INVITE that answers it (CSeq 2)."""
    lines = [*_caller(1), "Contact: <sip:uac@[local_ip]:[local_port]>", *headers]
    return (_message(f"INVITE {TARGET}", lines, audio() if body is None else body, ' retrans="500"') + recv(100, optional=True)
            + recv(407, auth=True) + _message(f"ACK {TARGET}", _caller(1, "ACK", "[last_To:]"), "")
            + invite(body, headers, ["[authentication]"]))


def refused(status):
    """A final refusal of the INVITE with CSeq 2, and its ACK."""
    return recv(180, optional=True) + recv(status) + _message(f"ACK {TARGET}", _caller(2, "ACK", "[last_To:]"), "")


def or_refused(status, *steps):
    """The steps of a caller whose INVITE with CSeq 2 may also be refused so, and then that is all."""
    return (recv(status, optional=True, to="refused") + "".join(steps) + jump("over") + label("refused")
            + _message(f"ACK {TARGET}", _caller(2, "ACK", "[last_To:]"), "") + label("over") + "  <nop/>\n")


def cancels():
    """CANCEL of the INVITE with CSeq 2, and its 200; the 487 is for refused()."""
    return _message(f"CANCEL {TARGET}", _caller(2, "CANCEL"), "") + recv(200)


def answered():
    """The 200 to the INVITE with CSeq 2, and the ACK."""
    return recv(180, optional=True) + recv(183, optional=True) + recv(200, rrs=True) + Side("uac").ack(2)


RELIABLE = ["Supported: 100rel", "Allow: INVITE, ACK, CANCEL, BYE, PRACK, UPDATE"]  # for INVITE and what answers it


def early(status, sends_prack):
    """A reliable response to the INVITE with CSeq 2; the caller's PRACK has that CSeq, and its 200."""
    keep = '      <ereg regexp=".*" search_in="hdr" header="RSeq:" assign_to="rseq"/>\n'
    return (f'  <recv response="{status}" rrs="true">\n    <action>\n{keep}    </action>\n  </recv>\n'
            + Side("uac").request("PRACK", sends_prack, headers=["RAck: [$rseq] 2 INVITE"]) + recv(200))


def rings_reliably(status, body=None):
    """A callee's reliable response, repeated until its PRACK, and the 200 to that (RFC 3262)."""
    return (response(status, "x", audio() if body is None else body, ["Require: 100rel", "RSeq: 1", RELIABLE[1]], retrans=True)
            + asked("PRACK") + Side("uas").reply(200))


KEPT = {"From": "remote", "To": "local", "Via": "via", "CSeq": "cseq"}


def taken():
    """The INVITE of a callee: what later messages repeat of it is kept."""
    keep = "".join(f'      <ereg regexp=".*" search_in="hdr" header="{name}:" assign_to="{var}"/>\n' for name, var in KEPT.items())
    return f'  <recv request="INVITE" rrs="true">\n    <action>\n{keep}    </action>\n  </recv>\n'


def final(status, phrase="x", body="", retrans=True, fork="b"):
    """A final response of a callee to its INVITE after other requests have come."""
    lines = ["Via: [$via]", "From: [$remote]", f"To: [$local];tag=[pid]{fork}[call_number]", "[last_Call-ID:]", "CSeq: [$cseq]",
             Side("uas").contact]
    return _message(f"SIP/2.0 {status} {phrase}", lines, body, ' retrans="500"' if retrans else "")


def gives_up():
    """A callee's CANCEL: 200 to it, 487 to the INVITE, and the ACK of that."""
    return asked("CANCEL") + Side("uas").reply(200) + final(487, "Request Terminated") + asked("ACK")


def response(status, phrase="x", body="", headers=(), retrans=False, fork="b"):
    """A response of a callee to its INVITE, which gives the dialog its tag; another fork has another."""
    text = Side("uas").reply(status, phrase, body, headers, retrans)
    return text.replace("[last_To:]", f"[last_To:];tag=[pid]{fork}[call_number]")


def rings():
    return response(180, "Ringing")


def answers(body=None):
    """200, repeated until the ACK; an INVITE that crosses it is read over."""
    return response(200, "OK", audio() if body is None else body, retrans=True) + asked("INVITE", optional=True) + asked("ACK")


def write(folder, name, *steps, repeat_ms=500):
    """The scenario's file. repeat_ms: when SIPp first says again what got no answer (T1)."""
    text = "".join(steps).replace('retrans="500"', f'retrans="{repeat_ms}"')
    kept = ",".join(KEPT.values())
    known = f'  <Reference variables="{kept}"/>\n' if 'assign_to="local"' in text else ""  # SIPp wants each variable to be used
    path = folder / f"{name}.xml"
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n<scenario name="{name}">\n'
                    f"{text}{known}</scenario>\n")
    return path
