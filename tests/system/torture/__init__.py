"""The messages of RFC 4475 and RFC 5118, read from the files beside this one, and what has to be changed to play them."""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
HEADING = re.compile(r"^### (\S+) (\S+)\n", re.M)


class Torture:
    """One message: the octets as the RFC gives them."""

    def __init__(self, name, section, octets):
        self.name, self.section, self.octets = name, section, octets

    def __repr__(self):
        return f"{self.name} (§{self.section})"


def messages(file):
    """name -> Torture, in the order of the file."""
    parts = HEADING.split((FOLDER / file).read_text(encoding="utf-8"))[1:]
    return {name: Torture(name, section, octets_of(text)) for name, section, text in zip(parts[::3], parts[1::3], parts[2::3])}


def octets_of(notation):
    """RFC 4475 §2.1: repetitions and octets are written out. The blank lines before the next heading are not the message's."""
    text = notation.rstrip("\n")
    text += "\n" if "\n\n" in text else "\n\n"
    text = re.sub(r"<repeat count=(\d+)>(.*?)</repeat>", lambda m: m[2] * int(m[1]), text)
    octets = text.replace("\n", "\r\n").encode()
    return re.sub(rb"<hex>([0-9A-F]+)</hex>", lambda m: bytes.fromhex(m[1].decode()), octets)
