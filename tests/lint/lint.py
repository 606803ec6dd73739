#!/usr/bin/python3
"""Checks the house against its own plan, and prints every fault as file:line: text.

usage: lint.py SOURCE_ROOT

The room table is read from the tandem_room() calls, so that build and lint cannot disagree; the most that each room may
use stands below, as in docs/architecture.md.
"""

import re
import sys
from pathlib import Path

MAY_USE = {
    "base": [],
    "message": ["base"],
    "numbering": ["base"],
    "sdp": ["base"],
    "rtp": ["base"],
    "codec": ["base"],
    "srtp": ["base"],
    "config": ["base", "numbering", "message"],
    "trunk": ["base", "config", "numbering", "message"],
    "call": ["base", "sdp", "message", "config", "trunk", "numbering"],
    "media": ["base", "sdp", "rtp", "codec", "srtp", "config"],
    "sip": ["base", "message", "sdp", "call", "config"],
    "dns": ["base"],
    "registrar": ["base", "message"],
    "health": ["base"],
    "cdr": ["base", "call"],
    "switchboard": ["base", "message", "numbering", "sdp", "rtp", "codec", "srtp", "config", "trunk", "call", "media", "sip",
                    "dns", "registrar", "health", "cdr"],
    "control": ["base", "config", "trunk", "call", "switchboard"],
    "daemon": None,  # everything
    "tandemctl": ["base", "config", "message", "numbering", "trunk", "call", "sdp"],
}

# LAW 1: the header's beginning, and the rooms that may include it. What is not named here nobody includes.
THIRD_PARTY = {
    "tl/expected.hpp": ["base"],
    "spdlog/": ["base"],
    "fmt/": ["base"],
    "sofia-sip/": ["sip"],
    "openssl/": ["trunk", "sip", "srtp"],
    "yaml-cpp/": ["config"],
    "nlohmann/": ["control", "tandemctl", "tests"],
    "srtp2/": ["srtp"],
    "opus/": ["codec"],
    "bcg729/": ["codec"],
    "spandsp": ["codec"],
    "speex/": ["codec"],
    "ares": ["dns"],
    "curl/": ["control"],
    "boost/": ["control"],
    "prometheus/": ["control"],
    "systemd/": ["daemon"],
    "CLI/": ["daemon", "tandemctl"],
    "gtest/": ["tests"],
    "benchmark/": ["tests"],
}
# A contract test shows what we believe of a library, so it includes that library.
CONTRACT_MAY_INCLUDE = ["sofia-sip/", "openssl/", "srtp2/", "opus/", "bcg729/", "spandsp", "speex/"]

TOP_LEVEL = {"CMakeLists.txt", "src", "include", "config", "tests", "docs", "packaging", "LICENSE", "README.md"}
NOT_OURS = {"build", "__pycache__", "compile_commands.json"}
SOURCE_SUFFIXES = {".cpp", ".hpp", ".h", ".py", ".sh", ".cmake"}
MAX_LINES = 600
REQUIREMENTS = range(1, 182)
STATES = {"done", "partly", "not yet"}

# Words that stand for unfinished work or for hope instead of order. Written in two parts: this file is read too.
FORBIDDEN_WORDS = [
    (re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"), "unfinished work is no comment: do it, or say what is not done in docs/"),
    (re.compile(r"\bsleep_" + r"(for|until)\b"), "a sleep hopes; wait for the event or use a deadline"),
]
# A load generator paces itself, and a contract test looks at what does or does not come over a real wire in real time.
MAY_WAIT = {"bench", "contract"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


class Findings:
    def __init__(self, root):
        self.root = root
        self.lines = []

    def add(self, path, line, text):
        where = path.relative_to(self.root) if path.is_absolute() else path
        self.lines.append(f"{where}:{line}: {text}")


def files_under(root, *folders):
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not NOT_OURS & set(path.parts):
                yield path


def room_calls(path):
    """(line, name, used rooms) of each tandem_room() in a build file, its own set() variables expanded."""
    text = re.sub(r"#.*", "", path.read_text())
    variables = dict(re.findall(r"\bset\(\s*(\w+)\s+([^)]*)\)", text))
    for call in re.finditer(r"tandem_room\(\s*(\w+)(.*?)\)", text, re.S):
        body = re.sub(r"\$\{(\w+)\}", lambda v: variables.get(v.group(1), v.group(0)), call.group(2))
        used = re.search(r"\bUSES\b(.*?)(?:\bSOURCES\b|\bTHIRD_PARTY\b|$)", body, re.S)
        yield text[: call.start()].count("\n") + 1, call.group(1), used.group(1).split() if used else []
    if "tandem_room(" not in text:  # a program
        yield 1, path.parent.name, sorted(set(re.findall(r"tandem::(\w+)", text)))


def read_rooms(root, findings):
    """Returns {room: [used rooms]} from the tandem_room() calls, and checks them against MAY_USE."""
    rooms = {}
    for path in sorted((root / "src").glob("*/CMakeLists.txt")):
        room = path.parent.name
        for line, name, used_rooms in room_calls(path):
            if name != room and not name.startswith(room + "_"):  # room_something: the same sources built once more
                findings.add(path, line, f"room '{name}' lies in the folder of '{room}'")
            rooms.setdefault(room, used_rooms)
            if room not in MAY_USE:
                findings.add(path, line, f"room '{room}' is not in the plan (docs/architecture.md and tests/lint/lint.py)")
                continue
            allowed = MAY_USE[room]
            for used in used_rooms:
                if allowed is not None and used not in allowed and used != room:
                    findings.add(path, line, f"'{room}' may not use '{used}'")
    return rooms


def check_cycles(rooms, findings):
    """The build would take a cycle of static libraries; the plan does not."""
    done, path = set(), []

    def visit(room):
        if room in path:
            findings.add(Path("src") / room / "CMakeLists.txt", 1, "cycle: " + " -> ".join(path[path.index(room):] + [room]))
            return
        if room in done:
            return
        path.append(room)
        for used in rooms.get(room, []):
            if used != room:
                visit(used)
        path.pop()
        done.add(room)

    for room in rooms:
        visit(room)


def third_party(header):
    for beginning in THIRD_PARTY:
        if header.startswith(beginning):
            return beginning
    return None


def check_include(path, number, room, quote, header, rooms, findings):
    """One #include of a file in src or include."""
    parts = header.split("/")
    if parts[0] == "tandem":
        if len(parts) > 1 and parts[1] != room and rooms is not None and parts[1] not in rooms.get(room, []):
            findings.add(path, number, f"'{room}' includes the door of '{parts[1]}', which is not in its USES")
    elif third_party(header):
        beginning = third_party(header)
        if room not in THIRD_PARTY[beginning]:
            findings.add(path, number, f"LAW 1: {header} belongs to {', '.join(THIRD_PARTY[beginning])} alone")
    elif quote == '"' and len(parts) > 1 and parts[0] in MAY_USE and parts[0] != room:
        findings.add(path, number, f"'{room}' reaches into the inside of '{parts[0]}': include its door")
    elif quote == "<" and "/" in header and parts[0] not in ("sys", "net", "netinet", "arpa", "linux", "asm"):
        findings.add(path, number, f"LAW 1: {header} is in no row of the third-party table")


def includes_of(path):
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def check_includes(root, rooms, findings):
    for path in files_under(root, "src"):
        if path.suffix in (".cpp", ".hpp", ".h"):
            room = path.relative_to(root / "src").parts[0]
            for number, quote, header in includes_of(path):
                check_include(path, number, room, quote, header, rooms, findings)
    for path in files_under(root, "include"):
        parts = path.relative_to(root / "include").parts
        room = parts[1] if len(parts) > 2 else ""
        for number, quote, header in includes_of(path):
            beginning = third_party(header)
            if beginning and beginning != "tl/expected.hpp":
                findings.add(path, number, f"a door holds no third-party type: {header}")
            elif beginning and room != "base":
                findings.add(path, number, 'include "tandem/base/expected.hpp" instead')
            elif room in rooms:
                check_include(path, number, room, quote, header, rooms, findings)
    for path in files_under(root, "tests"):
        if path.suffix in (".cpp", ".hpp", ".h"):
            contract = "contract" in path.relative_to(root).parts
            for number, _, header in includes_of(path):
                beginning = third_party(header)
                if beginning and "tests" not in THIRD_PARTY[beginning] and not (contract and beginning in CONTRACT_MAY_INCLUDE):
                    findings.add(path, number, f"LAW 1: a test looks at a room through its door, not at {header}")


def check_text(root, findings):
    """No file too long, no unfinished work, no sleep."""
    for path in files_under(root, "src", "include", "tests", "packaging"):
        if path.suffix not in SOURCE_SUFFIXES and path.name != "CMakeLists.txt":
            continue
        lines = path.read_text(errors="replace").splitlines()
        if len(lines) > MAX_LINES:
            findings.add(path, MAX_LINES, f"{len(lines)} lines, more than {MAX_LINES}: two files")
        for number, line in enumerate(lines, 1):
            for pattern, why in FORBIDDEN_WORDS:
                if pattern.search(line) and not ("sleep" in pattern.pattern and MAY_WAIT & set(path.parts)):
                    findings.add(path, number, f"'{pattern.search(line).group(0)}': {why}")


def check_layout(root, findings):
    present = {p.name for p in root.iterdir() if not p.name.startswith(".") and not p.name.startswith("build")}
    for name in sorted(present - TOP_LEVEL - NOT_OURS):
        findings.add(Path(name), 1, "not in the top-level layout")
    for name in sorted(TOP_LEVEL - present):
        findings.add(Path(name), 1, "is missing from the top-level layout")


def known_tests(root):
    """Every name a requirement may cite: GoogleTest Suite.Name, a Python test's module.method, a CTest name, a file."""
    names = set()
    for path in files_under(root, "tests"):
        text = path.read_text(errors="replace") if path.suffix in (".cpp", ".py", ".txt") else ""
        if path.suffix == ".cpp":
            names |= {f"{a}.{b}" for a, b in re.findall(r"\bTEST(?:_[FP])?\(\s*(\w+)\s*,\s*(\w+)\s*\)", text)}
        elif path.suffix == ".py":
            names |= {f"{path.stem}.{m}" for m in re.findall(r"^\s+def (test_\w+)", text, re.M)}
        elif path.name == "CMakeLists.txt":
            names |= set(re.findall(r"(?:add_test\(NAME|tandem_test\()\s*(\w+)", text))
    return names


def check_requirements(root, findings):
    """docs/requirements.md: one row for each R-number, in order; 'done' names tests, and every named test exists."""
    path = root / "docs" / "requirements.md"
    if not path.exists():
        findings.add(path, 1, "is missing")
        return
    tests, seen = known_tests(root), []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not re.match(r"\|\s*R-\d", line):
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        row = re.fullmatch(r"R-(\d{3})", cells[0])
        if not row or len(cells) != 4:
            findings.add(path, number, "a row is | R-nnn | state | where | test |")
            continue
        seen.append(int(row.group(1)))
        if cells[1] not in STATES:
            findings.add(path, number, f"state '{cells[1]}' is none of: {', '.join(sorted(STATES))}")
        named = re.findall(r"`([^`]+)`", cells[3])
        if cells[1] == "done" and not named:
            findings.add(path, number, f"{cells[0]} is done, and no test shows it")
        for name in named:
            if name not in tests:
                findings.add(path, number, f"{cells[0]} names a test that does not exist: {name}")
        for place in re.findall(r"`([^`]+)`", cells[2]):
            if "/" in place and not (root / place).exists():
                findings.add(path, number, f"{cells[0]} names a place that does not exist: {place}")
    for missing in sorted(set(REQUIREMENTS) - set(seen)):
        findings.add(path, 1, f"R-{missing:03d} has no row")
    if seen != sorted(set(seen)):
        findings.add(path, 1, "the rows are not in order, or one comes twice")


def check_links(root, findings):
    """Each relative link of README.md and docs/ leads somewhere."""
    for path in [root / "README.md", *sorted((root / "docs").rglob("*.md"))]:
        if not path.exists():
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for target in re.findall(r"\]\(([^)\s]+)\)", line):
                place = target.split("#")[0]
                if place and "://" not in target and not (path.parent / place).exists():
                    findings.add(path, number, f"link to nowhere: {target}")


def lint(root):
    findings = Findings(root)
    rooms = read_rooms(root, findings)
    check_cycles(rooms, findings)
    check_includes(root, rooms, findings)
    check_text(root, findings)
    check_layout(root, findings)
    check_requirements(root, findings)
    check_links(root, findings)
    return findings.lines


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    findings = lint(Path(sys.argv[1]).resolve())
    for line in findings:
        print(line)
    print(f"{len(findings)} faults")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
