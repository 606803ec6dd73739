"""What RFC 4475 and RFC 5118 say of each message, and what the switch does with it.

An outcome is a tuple of what comes back for the messages in the octets, in order; each is one of
  a number          the final response
  CARRIED           the INVITE becomes a call: the carrier gets it
  SILENCE           nothing comes back; on a stream the connection is closed
"""

from dataclasses import dataclass, field

CARRIED, SILENCE = "carried", "silence"

# What must be changed in a message so that the switch has it to judge. The transport in the topmost Via is always that of the
# wire it is sent over: a response could not find its way otherwise.
NUMBER_CALLED = "the Request-URI is a number of the trunk's domain: calls are for numbers here"
NO_TO_TAG = "To has no tag: the INVITE is to begin a call, and with a tag it belongs to a dialog that is not here (481)"
RIGHT_LENGTH = "Content-Length is the body's: the text of the RFC miscounts"
READABLE = "without + and ` in the method and NUL in To, which the library does not read"


@dataclass(frozen=True)
class Row:
    name: str
    says: str                 # the RFC
    udp: tuple
    tcp: tuple = ()           # where it is another
    adapted: tuple = ()
    headers: dict = field(default_factory=dict)  # of the (first) response: what must stand in them
    why: str = ""             # the difference from what the RFC recommends, and why it may be

    def over(self, transport):
        return self.tcp if transport == "tcp" and self.tcp else self.udp


RFC4475 = [
    # 3.1.1: valid
    Row("wsinv", "well-formed", (481,), why="as given it has a To tag: understood, and of no dialog here"),
    Row("wsinv", "well-formed", (CARRIED,), adapted=(NUMBER_CALLED, NO_TO_TAG)),
    Row("intmeth", "well-formed; an endpoint answers 501 with Allow", (SILENCE,),
        why="+ and ` in a method are no token to the library: it takes the message for garbage. No method has such a name"),
    Row("intmeth", "well-formed; an endpoint answers 501 with Allow", (405,), adapted=(READABLE,), headers={"Allow": "INVITE"},
        why="405 where 501 is named: Allow says the same"),
    Row("esc01", "well-formed; escapes are undone where the grammar has them", (CARRIED,), adapted=(NUMBER_CALLED,)),
    Row("escnull", "well-formed; a registrar would register two contacts", (405,), headers={"Allow": "INVITE"}),
    Row("esc02", "well-formed; an endpoint answers 501: the method is not REGISTER", (405,), headers={"Allow": "INVITE"}),
    Row("lwsdisp", "well-formed", (200,)),
    Row("longreq", "well-formed", (CARRIED,), adapted=(NUMBER_CALLED,)),
    Row("dblreq", "a datagram's octets after the first message are ignored", (405,), (405, 400),
        headers={"Allow": "INVITE"}, why="on a stream the second message is one of its own, for a number that is none"),
    Row("semiuri", "well-formed; the user is 'user;par=u@example.net'", (200,)),
    Row("transports", "well-formed", (200,)),
    Row("mpart01", "well-formed", (405,), headers={"Allow": "INVITE"}),
    # 3.1.2: invalid
    Row("badinv01", "400", (SILENCE,), why="its Via cannot be read, so that a response has no way back (RFC 3261 §18.2.2)"),
    Row("clerr", "400 over UDP; more is waited for on a stream", (400,), why="on a stream, when nothing more has come for 5 s"),
    Row("ncl", "400, and the connection closed", (400,)),
    Row("scalar02", "400", (400,)),
    Row("quotbal", "400", (400,)),
    Row("ltgtruri", "400", (400,)),
    Row("lwsruri", "400", (SILENCE,), why="a request line whose last part is no version is no request to the library: garbage"),
    Row("lwsstart", "400", (400,)),
    Row("trws", "400, or the spaces ignored", (200,)),
    Row("escruri", "400, or the headers ignored; they must not go on", (CARRIED,), adapted=(NUMBER_CALLED,)),
    Row("baddate", "400, or the header ignored", (400,)),
    Row("regbadct", "400", (400,)),
    Row("badaspec", "400, or the spaces ignored", (200,)),
    Row("baddn", "400", (400,)),
    Row("badvers", "505", (505,)),
    Row("mismatch01", "400", (400,)),
    Row("mismatch02", "400, or 501", (400,)),
    # 3.2: transaction layer
    Row("badbranch", "the branch identifies nothing, and the request is served", (200,)),
    # 3.3: application layer
    Row("insuf", "400", (400,)),
    Row("unkscm", "416", (416,)),
    Row("novelsc", "416", (416,)),
    Row("unksm2", "400, or what a registrar makes of it", (405,)),
    Row("bext01", "420 with Unsupported; Proxy-Require is for proxies", (420,),
        headers={"Unsupported": "nothingSupportsThis, nothingSupportsThisEither"}),
    Row("invut", "415 with Accept", (415,), adapted=(NUMBER_CALLED,), headers={"Accept": "application/sdp"}),
    Row("regaut01", "the credentials ignored", (405,)),
    Row("multi01", "400", (400,), adapted=(RIGHT_LENGTH,)),
    Row("mcl01", "400, and the connection closed", (400,)),
    Row("zeromf", "an endpoint answers as ever", (200,)),
    Row("cparam01", "a registrar would know which parameter is whose", (405,)),
    Row("cparam02", "a registrar would know which parameter is whose", (405,)),
    Row("regescrt", "a registrar would keep the header in the contact", (405,)),
    Row("sdp01", "well-formed; the answer would be SDP, which Accept does not name: 406", (CARRIED,), adapted=(NUMBER_CALLED,),
        why="Accept without application/sdp in an INVITE with a description: the offer says that its sender reads one"),
    # 3.4: backward compatibility
    Row("inv2543", "served", (CARRIED,), (400,), adapted=(NUMBER_CALLED,),
        why="without Content-Length nobody knows where it ends on a stream (RFC 3261 §20.14)"),
]

# The responses, as answers of a carrier to an INVITE: Via, From, To's URI, Call-ID and CSeq are the INVITE's, for a response that
# names no transaction is nobody's (each is played like that too). USED: it counts; DISCARDED: as if it had not come; BROKEN: the
# same, and its stream is closed, since nobody knows where the next message begins.
USED, DISCARDED, BROKEN = "used", "discarded", "broken"


@dataclass(frozen=True)
class Response:
    name: str
    says: str
    udp: str
    tcp: str
    keeps: tuple = ()  # headers that stay the row's own: what the message is about

    def over(self, transport):
        return self.tcp if transport == "tcp" else self.udp


RESPONSES = [
    Response("unreason", "well-formed", USED, USED),
    Response("noreason", "well-formed", USED, USED),
    Response("scalarlg", "discarded", DISCARDED, DISCARDED, keeps=("CSeq",)),
    Response("bcast", "an endpoint discards a response with a second Via", DISCARDED, DISCARDED, keeps=("Via",)),
    Response("bigcode", "rejected; never taken for a 5", DISCARDED, BROKEN),
]
