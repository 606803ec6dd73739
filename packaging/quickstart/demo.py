#!/usr/bin/python3
"""Starts tandemd with an adapted copy of the shipped configuration and places one call through it; tells what happened.

SIPp speaks SIP on both sides; the RTP of both sides is sent and listened to here, so that "audio both ways" is what the two
ends heard and not what the switch says of itself.
"""

import argparse
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import ladder
import sound

SWITCH, PBX, CARRIER = "127.0.0.1", "127.0.0.10", "127.0.0.20"
SIP_PORT = 5060
PBX_RTP, CARRIER_RTP = 40000, 40002
TALK_SECONDS = 3
CALLER, CALLED = "+12125550001", "+12125550100"
# As in config/trunks/acme.yaml.
USER, PASSWORD, DOMAIN = "pbx", "tandem-demo", "acme.sip.example"
HERE = Path(__file__).resolve().parent


class Trouble(Exception):
    """Something that the operator can cure; its text says how."""


def say(text=""):
    print(text, flush=True)


def headline(text):
    say(f"\n--- {text} " + "-" * max(0, 100 - len(text)))


def check_addresses():
    """Every address of the demonstration must be free, and the message must say which is not."""
    for ip, port, kinds in ((SWITCH, SIP_PORT, "ut"), (PBX, SIP_PORT, "u"), (CARRIER, SIP_PORT, "u"), (PBX, PBX_RTP, "u"),
                            (CARRIER, CARRIER_RTP, "u")):
        for kind in kinds:
            probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if kind == "u" else socket.SOCK_STREAM)
            if kind == "t":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ip, port))
            except OSError as error:
                name = "UDP" if kind == "u" else "TCP"
                raise Trouble(
                    f"{ip}:{port} ({name}): {error.strerror}. Another SIP program (or another demonstration) has it.\n"
                    f"  which one:  ss -lnp | grep ':{port} '\n"
                    "  or run the demonstration in a network namespace of its own:\n"
                    "              sudo unshare --net sh -c 'ip link set lo up; ./packaging/quickstart.sh'") from None
            finally:
                probe.close()


def set_key(text, section, key, value):
    """Sets `key` inside a top-level block of a YAML file; adds key or block where it is missing. Comments stay."""
    line = f"  {key}: {json.dumps(value)}"
    block = re.search(rf"^{section}:[ \t]*(#.*)?\n((?:[ \t]+.*\n|[ \t]*#.*\n|[ \t]*\n)*)", text, re.M)
    if not block:
        inline = re.search(rf"^{section}:[ \t]*\S.*\n", text, re.M)
        if inline:
            raise Trouble(f"config: '{section}' is written on one line; the demonstration adapts blocks only")
        return f"{text.rstrip()}\n{section}:\n{line}\n"
    body = block.group(2)
    new, count = re.subn(rf"^  {key}:.*$", lambda _: line, body, count=1, flags=re.M)
    if count == 0:
        new = f"{line}\n{body}"
    return text[: block.start(2)] + new + text[block.end(2):]


def adapt(shipped, folder):
    """A copy of the shipped configuration whose socket, records and log lie in the folder. The shipped one stays as it is."""
    copy = folder / "config"
    shutil.copytree(shipped, copy)
    node = copy / "tandem.yaml"
    text = node.read_text()
    for section, key, value in (("admin", "socket", folder / "admin.sock"), ("cdr", "path", folder / "cdr.jsonl"),
                                ("log", "file", folder / "tandemd.log"), ("log", "format", "json")):
        text = set_key(text, section, key, str(value))
    node.write_text(text)
    for trunk in (copy / "trunks").glob("*.yaml"):  # SIPp computes MD5 alone
        trunk.write_text(re.sub(r"algorithms: \[[^]]*\]", "algorithms: [MD5]", trunk.read_text()))
    return copy


class Programs:
    """What was started here, ended by id and in reverse order."""

    def __init__(self, folder):
        self.folder = folder
        self.started = []

    def start(self, name, *command):
        with open(self.folder / f"{name}.out", "wb") as out:
            program = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                       cwd=self.folder, start_new_session=True)
        self.started.append(program)
        return program

    def end(self):
        for program in reversed(self.started):
            if program.poll() is None:
                program.terminate()
                try:
                    program.wait(10)
                except subprocess.TimeoutExpired:
                    program.kill()
                    program.wait()


def wait_for(what, condition, seconds, program=None, output=None):
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if program is not None and program.poll() is not None:
            raise Trouble(f"{what}: the program ended with status {program.returncode}\n{output.read_text(errors='replace')[-4000:]}")
        if time.monotonic() > deadline:
            raise Trouble(f"{what}: not within {seconds} s")
        time.sleep(0.05)
    return value


def start_daemon(programs, build, config, folder):
    tandemd, tandemctl = build / "src/daemon/tandemd", build / "src/tandemctl/tandemctl"
    for program in (tandemd, tandemctl):
        if not program.exists():
            raise Trouble(f"{program} is not there: the build is not whole")
    daemon = programs.start("tandemd", tandemd, "--config", config)

    def answers():
        return (folder / "admin.sock").exists() and subprocess.run(
            [tandemctl, "--socket", folder / "admin.sock", "stats", "--json"], capture_output=True, check=False).returncode == 0

    wait_for("tandemd starts", answers, 15, daemon, folder / "tandemd.out")
    return daemon, tandemctl


def sipp(programs, name, folder, ip, rtp_port, *arguments):
    return programs.start(name, "sipp", "-sf", HERE / f"{name}.xml", "-i", ip, "-p", SIP_PORT, "-m", 1, "-nostdin",
                          "-timeout", "20s", "-timeout_error", "-key", "rtp_port", rtp_port, "-trace_msg", "-message_file",
                          folder / f"{name}.messages", "-trace_err", "-error_file", folder / f"{name}.errors", *arguments)


def place_call(programs, folder):
    """Runs both SIPps and both RTP ends to the end of the call. Returns the SIPp exit statuses and the two ends."""
    carrier = sipp(programs, "carrier", folder, CARRIER, CARRIER_RTP)
    time.sleep(0.3)
    pbx = sipp(programs, "pbx", folder, PBX, PBX_RTP, "-s", CALLED, "-key", "domain", DOMAIN, "-key", "caller", CALLER, "-au", USER,
               "-ap", PASSWORD, "-auth_uri", f"{CALLED}@{DOMAIN}", "-d", TALK_SECONDS * 1000, f"{SWITCH}:{SIP_PORT}")
    ends = {"pbx": sound.End(PBX, PBX_RTP, sound.PBX_TUNE), "carrier": sound.End(CARRIER, CARRIER_RTP, sound.CARRIER_TUNE)}
    deadline = time.monotonic() + 25
    while pbx.poll() is None and time.monotonic() < deadline:
        for name, end in ends.items():
            if end.remote is None:
                end.remote = ladder.media_told(folder / f"{name}.messages")
        sound.beat(ends.values())
    try:
        carrier.wait(3)
    except subprocess.TimeoutExpired:
        carrier.terminate()
        carrier.wait()
    for end in ends.values():
        end.listen()
    return (pbx.returncode, carrier.returncode), ends


def read_records(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def show_record(record):
    for key, value in record.items():
        if isinstance(value, dict):
            say(f"  {key}:")
            for inner, deep in value.items():
                if isinstance(deep, dict):
                    deep = "  ".join(f"{k}={v}" for k, v in deep.items())
                say(f"    {inner:<22} {deep}")
        else:
            say(f"  {key:<24} {value}")


def tell(folder, ends, codes):
    """Prints the whole story; returns what is missing from it."""
    missing = []
    headline("the call, as both ends saw it")
    say(ladder.draw(folder / "pbx.messages", folder / "carrier.messages", ends))
    if codes != (0, 0):
        missing.append(f"SIPp ended with {codes} (PBX, carrier); see {folder}/pbx.errors and carrier.errors")
    for name, other in (("pbx", "carrier"), ("carrier", "pbx")):
        end = ends[name]
        say(f"  the {name} heard {end.right} packets of the {other}'s tune, {end.wrong} others; it sent {end.sent}; "
            f"what it heard: {end.write(folder / (name + '-heard.wav'))}")
        if end.right < TALK_SECONDS * 50 // 2:
            missing.append(f"the {name} heard too little of the {other}")

    records = read_records(folder / "cdr.jsonl")
    calls = [r for r in records if r.get("type") == "call"]
    headline(f"its record ({folder}/cdr.jsonl)")
    for record in records:
        show_record(record)
        say()
    if len(calls) != 1:
        missing.append(f"one call was made, {len(calls)} records were written")

    headline(f"its log lines ({folder}/tandemd.log)")
    ids = {str(r.get("id")) for r in calls}
    time.sleep(0.2)  # the daemon gathers its lines for 50 ms
    lines = (folder / "tandemd.log").read_text().splitlines() if (folder / "tandemd.log").exists() else []
    of_call = [line for line in lines if any(i in line for i in ids)]
    for line in of_call:
        say(f"  {line}")
    if not of_call:
        missing.append("the log has no line with the call's id")
    return missing


def next_steps(folder, control, repository_config):
    headline("what next")
    say(f"""  The daemon is up, at {SWITCH}:{SIP_PORT} (UDP and TCP), with the files of {folder}/config.
    {control} --socket {folder}/admin.sock stats
    {control} --socket {folder}/admin.sock calls
    {control} --socket {folder}/admin.sock log debug
    tail -f {folder}/tandemd.log

  To point a real PBX at it:
    1. sudo mkdir -p /etc/tandem && sudo cp -r {repository_config}/. /etc/tandem/
    2. in /etc/tandem/tandem.yaml: the listeners' and the media address = this machine's address, for example 192.0.2.1
    3. in /etc/tandem/trunks/: the trunk's domain, the PBX's user and password; in carriers/: the carrier's address
    4. tandemd --check --config /etc/tandem, then tandemd --config /etc/tandem (docs/running.md has the systemd unit)
    5. at the PBX: SIP server or outbound proxy = 192.0.2.1, domain = the trunk's domain, the same user and password""")


def stay(daemon):
    say("\nCtrl-C ends the daemon.")
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    try:
        status = daemon.wait()
        raise Trouble(f"tandemd has ended with status {status}")
    except KeyboardInterrupt:
        say()


def run(options, folder, programs):
    check_addresses()
    config = adapt(options.config, folder)
    daemon, control = start_daemon(programs, options.build, config, folder)
    say(f"tandemd is up (process {daemon.pid}); a PBX at {PBX} dials {CALLED} ...")
    codes, ends = place_call(programs, folder)
    missing = tell(folder, ends, codes)
    for end in ends.values():
        end.close()
    if missing:
        headline("what is missing")
        for line in missing:
            say(f"  {line}")
    else:
        say("\nThe call went through, its record was written, and both ends heard each other.")
    if not options.once:
        next_steps(folder, control, options.config)
        stay(daemon)
    return 1 if missing else 0


def main():
    parser = argparse.ArgumentParser(description="one call through tandemd on loopback")
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--once", action="store_true")
    options = parser.parse_args()
    options.build, options.config = options.build.resolve(), options.config.resolve()
    folder = Path(tempfile.mkdtemp(prefix="tandem-quickstart-"))
    os.chmod(folder, 0o700)
    programs = Programs(folder)
    try:
        return run(options, folder, programs)
    except Trouble as trouble:
        print(f"quickstart: {trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        programs.end()


if __name__ == "__main__":
    sys.exit(main())
