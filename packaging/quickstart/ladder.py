"""Draws the call from the message traces of both SIPps: three columns, one line a message, with its time."""

import re
from datetime import datetime

WIDTH = 40
STAMP = re.compile(r"^-{10,} (\d{4}-\d\d-\d\d)[ \t](\d\d:\d\d:\d\d\.\d+)", re.M)


def messages(path):
    """(time, "sent" or "received", text) of a SIPp message trace, in order."""
    if not path.exists():
        return
    text = path.read_text(errors="replace").replace("\r\n", "\n")
    stamps = list(STAMP.finditer(text))
    for stamp, following in zip(stamps, stamps[1:] + [None]):
        block = text[stamp.end(): following.start() if following else len(text)]
        head = re.search(r"message (sent|received).*\n+((?s:.*))", block)
        if head:
            when = datetime.strptime(f"{stamp.group(1)} {stamp.group(2)[:15]}", "%Y-%m-%d %H:%M:%S.%f").timestamp()
            yield when, head.group(1), head.group(2).lstrip("\n")


def media_told(path):
    """Where the other side wants RTP: (ip, port) of the last description that this side received, or None."""
    address = None
    for _, direction, text in messages(path):
        media = re.search(r"^m=audio (\d+) ", text, re.M)
        connection = re.search(r"^c=IN IP4 (\S+)", text, re.M)
        if direction == "received" and media and connection:
            address = connection.group(1), int(media.group(1))
    return address


def label(text):
    """`INVITE +1212…  (SDP)` or `200 OK (SDP)`."""
    first = text.split("\n", 1)[0]
    if first.startswith("SIP/2.0"):
        name = first[8:]
        method = re.search(r"^CSeq:\s*\d+\s+(\w+)", text, re.M | re.I)
        if method and method.group(1) != "INVITE":
            name += f" ({method.group(1)})"
    else:
        method, uri = first.split(" ")[:2]
        user = re.match(r"sips?:([^@;]+)@", uri)
        name = f"{method} {user.group(1)}" if user and method == "INVITE" else method
    notes = [note for note, sign in (("digest", r"^(Proxy-)?Authorization:"), ("challenge", r"^(Proxy|WWW)-Authenticate:"),
                                     ("SDP", r"^m=audio")) if re.search(sign, text, re.M | re.I)]
    remark = f" [{', '.join(notes)}]" if notes else ""
    return name[: WIDTH - 6 - len(remark)].rstrip() + remark


def arrow(text, right):
    body = f" {text} "[: WIDTH - 4]
    fill = WIDTH - 2 - len(body)
    return f"-{body}{'-' * fill}>" if right else f"<{'-' * fill}{body}-"


def draw(pbx, carrier, ends):
    """The ladder. ends: the RTP ends, for one line a direction where the sound begins."""
    rows = []
    for when, direction, text in messages(pbx):
        rows.append((when, 0, arrow(label(text), direction == "sent")))
    for when, direction, text in messages(carrier):
        rows.append((when, 1, arrow(label(text), direction == "received")))
    for name, column, right in (("pbx", 0, False), ("carrier", 1, True)):
        end = ends[name]
        if end.first:
            rows.append((end.first, column, arrow("RTP begins", right)))
    rows.sort(key=lambda row: row[0])
    if not rows:
        return "  no message was seen"
    start = rows[0][0]
    blank = " " * WIDTH
    lines = [f"  {'':>9}  {'PBX':<{WIDTH - 1}}{'tandemd':^9}{'carrier':>{WIDTH - 1}}"]
    for when, column, drawn in rows:
        left, right = (drawn, blank) if column == 0 else (blank, drawn)
        lines.append(f"  {when - start:8.3f}s  |{left}|{right}|")
    return "\n".join(lines)
