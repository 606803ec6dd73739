"""SIP messages as values, and digest answers (RFC 3261, RFC 7616): just enough for a scripted peer that is not our own code."""

import hashlib
import re
import secrets

COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type",
           "k": "supported", "e": "content-encoding", "s": "subject"}


class Message:
    """A request or a response. Header names compare case-insensitively; order and repetition are kept."""

    def __init__(self, start, headers=(), body=""):
        self.start = start
        self.headers = list(headers)
        self.body = body

    @staticmethod
    def parse(text):
        head, _, body = text.partition("\r\n\r\n")
        lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
        headers = []
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers.append((name.strip(), value.strip()))
        return Message(lines[0], headers, body)

    @property
    def method(self):
        """Of a request; empty for a response."""
        return "" if self.start.startswith("SIP/2.0") else self.start.split(" ", 1)[0]

    @property
    def uri(self):
        return self.start.split(" ")[1]

    @property
    def status(self):
        """Of a response; 0 for a request."""
        return int(self.start.split(" ")[1]) if self.start.startswith("SIP/2.0") else 0

    def all(self, name):
        wanted = name.lower()
        return [v for n, v in self.headers if COMPACT.get(n.lower(), n.lower()) == wanted]

    def get(self, name, default=""):
        values = self.all(name)
        return values[0] if values else default

    @property
    def cseq(self):
        number, _, method = self.get("CSeq", "0 ?").partition(" ")
        return int(number), method.strip()

    def tag(self, name):
        match = re.search(r";\s*tag\s*=\s*([^;,\s]+)", self.get(name))
        return match.group(1) if match else ""

    def text(self):
        body = self.body
        headers = [h for h in self.headers if h[0].lower() != "content-length"]
        lines = [self.start] + [f"{n}: {v}" for n, v in headers] + [f"Content-Length: {len(body.encode())}"]
        return "\r\n".join(lines) + "\r\n\r\n" + body

    def __repr__(self):
        return f"<{self.start} {self.get('CSeq')}>"


def uri_in(value):
    """The URI of a Contact, From, To, Route value."""
    match = re.search(r"<([^>]+)>", value)
    return match.group(1) if match else value.split(";")[0].strip()


def address_in(uri):
    """(host, port) of a SIP URI with a numeric host."""
    host = re.sub(r"^sips?:", "", uri).split(";")[0].split("?")[0].split("@")[-1]
    match = re.fullmatch(r"\[([^\]]+)\](?::(\d+))?|([^:]+)(?::(\d+))?", host)
    return match.group(1) or match.group(3), int(match.group(2) or match.group(4) or 5060)


def parameters(challenge):
    """Digest scheme parameters as a dictionary."""
    _, _, rest = challenge.partition(" ")
    return {k.lower(): (q if q else p) for k, q, p in re.findall(r'(\w+)\s*=\s*(?:"([^"]*)"|([^",\s]+))', rest)}


HASHES = {"md5": "md5", "sha-256": "sha256", "sha-512-256": "sha512_256"}


def digest_answer(challenge, method, uri, user, password, nc=1, realm=None):
    """The value of an Authorization header that answers a challenge with qop=auth."""
    given = parameters(challenge)
    algorithm = given.get("algorithm", "MD5")
    realm = given.get("realm", "") if realm is None else realm
    cnonce, count = secrets.token_hex(8), f"{nc:08x}"

    def h(text):
        return hashlib.new(HASHES[algorithm.lower()], text.encode()).hexdigest()

    ha1, ha2 = h(f"{user}:{realm}:{password}"), h(f"{method}:{uri}")
    if "qop" in given:
        response = h(f"{ha1}:{given['nonce']}:{count}:{cnonce}:auth:{ha2}")
    else:
        response = h(f"{ha1}:{given['nonce']}:{ha2}")
    fields = [f'username="{user}"', f'realm="{realm}"', f'nonce="{given["nonce"]}"', f'uri="{uri}"', f'response="{response}"',
              f"algorithm={algorithm}"]
    if "qop" in given:
        fields += ["qop=auth", f"nc={count}", f'cnonce="{cnonce}"']
    if "opaque" in given:
        fields.append(f'opaque="{given["opaque"]}"')
    return "Digest " + ", ".join(fields)


def digest_is_right(authorization, method, password):
    """Whether an Authorization value was computed with this password: for a peer that challenges us."""
    given = parameters(authorization)
    name = HASHES[given.get("algorithm", "MD5").lower()]

    def h(text):
        return hashlib.new(name, text.encode()).hexdigest()

    ha1, ha2 = h(f"{given['username']}:{given['realm']}:{password}"), h(f"{method}:{given['uri']}")
    if "qop" in given:
        want = h(f"{ha1}:{given['nonce']}:{given['nc']}:{given['cnonce']}:{given['qop']}:{ha2}")
    else:
        want = h(f"{ha1}:{given['nonce']}:{ha2}")
    return want == given["response"]


def sdp(ip, port, payloads=(8, 0, 101), extra=()):
    """A plain audio description."""
    family = "IP6" if ":" in ip else "IP4"
    names = {0: "PCMU/8000", 8: "PCMA/8000", 18: "G729/8000", 101: "telephone-event/8000"}
    lines = ["v=0", f"o=- 4711 1 IN {family} {ip}", "s=-", f"c=IN {family} {ip}", "t=0 0",
             f"m=audio {port} RTP/AVP {' '.join(map(str, payloads))}"]
    lines += [f"a=rtpmap:{p} {names[p]}" for p in payloads]
    if 101 in payloads:
        lines.append("a=fmtp:101 0-15")
    return "\r\n".join(lines + list(extra)) + "\r\n"


def media_address(body):
    """(ip, port, first payload type) of the first audio stream in a description."""
    media = re.search(r"^m=audio (\d+) \S+ (\d+)", body, re.M)
    connection = re.search(r"^c=IN IP[46] (\S+)", body, re.M)
    return connection.group(1), int(media.group(1)), int(media.group(2))
