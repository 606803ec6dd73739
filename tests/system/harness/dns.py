"""A scripted name server: answers from a table over UDP and TCP, logs what it is asked, and misbehaves by name as told.

    with DnsServer() as dns:                      # 127.0.0.1:53, where the namespace's /etc/resolv.conf points
        dns.set("pbx.test", "NAPTR", (10, 1, "s", "SIP+D2U", "", "_sip._udp.pbx.test"))
        dns.set("_sip._udp.pbx.test", "SRV", (10, 60, 5060, "a.pbx.test"), (20, 0, 5060, "b.pbx.test"))
        dns.set("a.pbx.test", "A", "127.0.0.10", ttl=5)
        dns.behave("b.pbx.test", "silent")

A name that is in no row does not exist (NXDOMAIN); one without the type that is asked for has no record. Both come with an
SOA of `negative_ttl`. An alias is followed inside the table.
"""

import collections
import ipaddress
import selectors
import socket
import struct
import threading
import time

TYPES = {"A": 1, "CNAME": 5, "SOA": 6, "AAAA": 28, "SRV": 33, "NAPTR": 35}
NAMES = {number: name for name, number in TYPES.items()}
CODES = {"NOERROR": 0, "FORMERR": 1, "SERVFAIL": 2, "NXDOMAIN": 3, "NOTIMP": 4, "REFUSED": 5}
IN, RESPONSE, TRUNCATED = 1, 0x8580, 0x0200
MANNERS = ("answer", "silent", "truncated", "garbage", "SERVFAIL", "REFUSED", "FORMERR", "NOTIMP")

Query = collections.namedtuple("Query", "name type transport at")  # at: time.monotonic()


def encode_name(name):
    """RFC 1035 §3.1, without compression."""
    labels = [label.encode() for label in name.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def encode_text(text):
    return bytes([len(text)]) + text.encode()


def encode_data(kind, value):
    """RDATA: an address, a name, or a tuple in the order of the record's own RFC."""
    if kind in ("A", "AAAA"):
        return ipaddress.ip_address(value).packed
    if kind == "CNAME":
        return encode_name(value)
    if kind == "SRV":  # RFC 2782: priority, weight, port, target
        priority, weight, port, target = value
        return struct.pack("!HHH", priority, weight, port) + encode_name(target)
    if kind == "NAPTR":  # RFC 3403 §4.1: order, preference, flags, service, regexp, replacement
        order, preference, flags, service, regexp, replacement = value
        return (struct.pack("!HH", order, preference) + encode_text(flags) + encode_text(service) + encode_text(regexp)
                + encode_name(replacement))
    raise ValueError(f"no {kind} records here")


def encode_record(name, kind, ttl, data):
    return encode_name(name) + struct.pack("!HHIH", TYPES[kind], IN, ttl, len(data)) + data


def parse_query(octets):
    """(id, name, number of the type, the question's own octets); ValueError for what is no query."""
    if len(octets) < 12:
        raise ValueError("shorter than a header")
    ident, flags, questions = struct.unpack("!HHH", octets[:6])
    if flags & 0x8000 or questions != 1:
        raise ValueError("not one question")
    labels, at = [], 12
    while at < len(octets) and octets[at]:
        labels.append(octets[at + 1:at + 1 + octets[at]].decode("ascii", "replace"))
        at += 1 + octets[at]
    end = at + 5
    if end > len(octets):
        raise ValueError("cut short")
    return ident, ".".join(labels).lower(), struct.unpack("!H", octets[at + 1:at + 3])[0], octets[12:end]


class DnsServer:
    """Serves from a thread of its own between start and close, which the context manager calls."""

    def __init__(self, ip="127.0.0.1", port=53, negative_ttl=30):
        self.ip, self.negative_ttl = ip, negative_ttl
        self._lock = threading.Lock()
        self._table = {}     # (name, type) -> [(ttl, RDATA)]
        self._aliases = {}   # name -> (ttl, target)
        self._manners = {}   # name -> (manner, delay, how many queries are dropped first)
        self._log = []
        self._late = []      # (due, send, octets)
        family = socket.AF_INET6 if ":" in ip else socket.AF_INET
        self._udp = socket.socket(family, socket.SOCK_DGRAM)
        self._udp.bind((ip, port))
        self.port = self._udp.getsockname()[1]
        self._tcp = socket.socket(family, socket.SOCK_STREAM)
        self._tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._tcp.bind((ip, self.port))
        self._tcp.listen(16)
        self._wake, self._bell = socket.socketpair()
        self._thread = threading.Thread(target=self._run, name="dns", daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._bell.close()
        self._thread.join()
        for each in (self._udp, self._tcp, self._wake):
            each.close()

    # ---- the table, at any time ----

    def set(self, name, kind, *values, ttl=60):
        """These are the records of that name and type from now on; none: the name stays, and the type is gone."""
        rows = [(ttl, encode_data(kind, value)) for value in values]
        with self._lock:
            if kind == "CNAME":
                self._aliases[name.lower()] = (ttl, values[0].lower())
            else:
                self._table[name.lower(), kind] = rows

    def remove(self, name):
        with self._lock:
            self._table = {key: rows for key, rows in self._table.items() if key[0] != name.lower()}
            self._aliases.pop(name.lower(), None)

    def behave(self, name, manner="answer", delay=0.0, drop=0):
        """One of MANNERS, for every type of that name; the answer after `delay` seconds; the next `drop` queries are lost."""
        if manner not in MANNERS:
            raise ValueError(f"{manner} is none of {MANNERS}")
        with self._lock:
            self._manners[name.lower()] = (manner, delay, drop)

    # ---- what was asked ----

    def queries(self, name=None, kind=None):
        with self._lock:
            return [q for q in self._log if name in (None, q.name) and kind in (None, q.type)]

    def count(self, name=None, kind=None):
        return len(self.queries(name, kind))

    def forget_queries(self):
        with self._lock:
            self._log.clear()

    # ---- inside ----

    def _run(self):
        with selectors.DefaultSelector() as selector:
            for each in (self._udp, self._tcp, self._wake):
                selector.register(each, selectors.EVENT_READ)
            streams = {}  # socket -> octets not yet parsed
            while True:
                due = min((late[0] for late in self._late), default=None)
                for key, _ in selector.select(None if due is None else max(0.0, due - time.monotonic())):
                    if key.fileobj is self._wake:
                        for stream in streams:
                            stream.close()
                        return
                    if key.fileobj is self._udp:
                        octets, source = self._udp.recvfrom(4096)
                        self._take(octets, "udp", lambda answer, to=source: self._udp.sendto(answer, to))
                    elif key.fileobj is self._tcp:
                        stream, _ = self._tcp.accept()
                        selector.register(stream, selectors.EVENT_READ)
                        streams[stream] = b""
                    elif not self._read(key.fileobj, streams):
                        selector.unregister(key.fileobj)
                        streams.pop(key.fileobj)
                        key.fileobj.close()
                self._send_late()

    def _read(self, stream, streams):
        """False when the stream is over."""
        try:
            octets = stream.recv(4096)
        except ConnectionError:
            octets = b""
        streams[stream] += octets
        while len(streams[stream]) >= 2:
            size = struct.unpack("!H", streams[stream][:2])[0]
            if len(streams[stream]) < 2 + size:
                break
            query, streams[stream] = streams[stream][2:2 + size], streams[stream][2 + size:]
            self._take(query, "tcp", lambda answer: stream.sendall(struct.pack("!H", len(answer)) + answer))
        return bool(octets)

    def _take(self, octets, transport, send):
        try:
            ident, name, number, question = parse_query(octets)
        except ValueError:
            return
        with self._lock:
            self._log.append(Query(name, NAMES.get(number, str(number)), transport, time.monotonic()))
            manner, delay, drop = self._manners.get(name, ("answer", 0.0, 0))
            if drop > 0:
                self._manners[name] = (manner, delay, drop - 1)
                return
            answer = self._answer(ident, name, number, question, manner, transport)
        if answer is not None:
            self._late.append((time.monotonic() + delay, send, answer))

    def _answer(self, ident, name, number, question, manner, transport):
        def message(flags, records=(), authorities=()):
            header = struct.pack("!HHHHHH", ident, flags, 1, len(records), len(authorities), 0)
            return header + question + b"".join(records) + b"".join(authorities)

        if manner == "silent":
            return None
        if manner in CODES:
            return message(RESPONSE | CODES[manner])
        if manner == "truncated" and transport == "udp":
            return message(RESPONSE | TRUNCATED)
        if manner == "garbage":
            return message(RESPONSE, [b"\xc0\xff\xee"])
        records, code = self._records(name, NAMES.get(number))
        if any(record[1] for record in records):
            return message(RESPONSE, [record[0] for record in records])
        soa = encode_name("ns.test") + encode_name("host.test") + struct.pack("!IIIII", 1, 2, 3, 4, self.negative_ttl)
        return message(RESPONSE | CODES[code], [record[0] for record in records],
                       [encode_record("test", "SOA", self.negative_ttl, soa)])

    def _records(self, name, kind):
        """[(record, whether it is of the type asked for)] through the aliases, and the code where there is none."""
        found = []
        for _ in range(16):
            if name in self._aliases:
                ttl, target = self._aliases[name]
                found.append((encode_record(name, "CNAME", ttl, encode_name(target)), kind == "CNAME"))
                name = target
                continue
            rows = self._table.get((name, kind), [])
            found += [(encode_record(name, kind, ttl, data), True) for ttl, data in rows]
            break
        known = any(key[0] == name for key in self._table) or name in self._aliases
        return found, "NOERROR" if known else "NXDOMAIN"

    def _send_late(self):
        now = time.monotonic()
        due = [late for late in self._late if late[0] <= now]
        self._late = [late for late in self._late if late[0] > now]
        for _, send, octets in due:
            try:
                send(octets)
            except OSError:
                pass  # the one who asked is gone
