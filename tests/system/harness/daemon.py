"""The daemon under test: a configuration, the real program, its records, logs and counters."""

import copy
import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from .process import Process
from . import wait
from .wait import eventually

TANDEMD = Path(os.environ.get("TANDEMD", "tandemd"))
TANDEMCTL = Path(os.environ.get("TANDEMCTL", "tandemctl"))

PBX, CARRIER, CARRIER_2 = "127.0.0.10", "127.0.0.20", "127.0.0.21"
DOMAIN = "acme.test"
NUMBER = "+12125550100"  # of the carrier's side
DID = "+14155550000"     # hosted on the trunk
CALLER = "+12125550001"  # verified for the account, so that it may be shown
USER, PASSWORD = "acme", "right-horse"


def configuration():
    """An account whose trunk has digest and one number; one carrier. What most tests start from; a test changes its copy."""
    return copy.deepcopy({
        "node": {"name": "test"},
        "listeners": [{"name": "udp", "transport": "udp", "address": "127.0.0.1:5060"},
                      {"name": "tcp", "transport": "tcp", "address": "127.0.0.1:5060"}],
        "media": {"address": "127.0.0.1", "ports": "10000-20000"},
        "limits": {},
        "accounts": [{"id": "acme"}],
        "verified_caller_ids": [{"number": CALLER, "account": "acme"}],
        "access_groups": {"hq": {"credentials": [{"user": USER, "password": PASSWORD}]}},
        "trunks": [{"name": "acme", "account": "acme", "general": {},
                    "termination": {"domain": DOMAIN, "access": {"any_of": ["hq"]},
                                    "challenge": {"algorithms": ["SHA-256", "MD5"]}},
                    "origination": {"targets": [{"uri": f"sip:{{number}}@{PBX}:5060"}]}}],
        "carriers": [{"name": "north", "general": {}, "prefixes": [""], "sources": [CARRIER],
                      "targets": [{"uri": f"sip:{{number}}@{CARRIER}:5060"}]}],
        "numbers": [{"number": DID, "trunk": "acme"}],
    })


class Daemon:
    """tandemd in a folder of its own. Used as a context: at its end the daemon must stop by SIGTERM with status 0."""

    def __init__(self, folder, config=None, level="info"):
        self.folder = Path(folder)
        self.config_folder = self.folder / "config"
        self.config_folder.mkdir(parents=True, exist_ok=True)
        self.socket = self.folder / "admin.sock"
        self.cdr_path = self.folder / "cdr.jsonl"
        self.log_path = self.folder / "tandemd.log"
        self.level = level
        self.process = None
        self.write(config or configuration())

    def write(self, config):
        """JSON is YAML: what a test builds needs no printer of its own."""
        whole = dict(config)
        whole["admin"] = {"socket": str(self.socket)}
        whole["cdr"] = {"path": str(self.cdr_path)}
        whole["log"] = {"file": str(self.log_path), "level": self.level, "format": "json"}
        (self.config_folder / "tandem.yaml").write_text(json.dumps(whole, indent=1))

    def start(self, wrapper=()):
        self.process = Process("tandemd", [*wrapper, TANDEMD, "--config", self.config_folder], self.folder)
        eventually("tandemd answers on its admin socket", self._answers, 20)
        return self

    def _answers(self):
        if not self.process.running():
            raise AssertionError(f"tandemd ended at start with {self.process.popen.returncode}:\n{self.everything()}")
        if not self.socket.exists():
            return False
        return self.ctl("stats", "--json", check=False).returncode == 0

    def ctl(self, *arguments, check=True):
        done = subprocess.run([TANDEMCTL, "--socket", self.socket, *arguments], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=20 * wait.PATIENCE)
        if check and done.returncode != 0:
            raise AssertionError(f"tandemctl {arguments}: status {done.returncode}\n{done.stdout}{done.stderr}\n{self.everything()}")
        return done

    def stats(self):
        return json.loads(self.ctl("stats", "--json").stdout)

    def reload(self, config):
        """New files, and back when the signalling thread works by them: it answers in order."""
        self.write(config)
        self.ctl("reload")
        self.stats()

    def stop(self, seconds=20):
        """SIGTERM; the daemon ends with status 0, no sanitizer having complained."""
        self.process.terminate()
        status = self.process.wait(seconds)
        if status != 0:
            raise AssertionError(f"tandemd ended with {status}\n{self.everything()}")
        self.assert_silent_sanitizer()

    def assert_silent_sanitizer(self):
        text = self.process.output()
        for sign in ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:", "WARNING: ThreadSanitizer"):
            if sign in text:
                raise AssertionError(f"{sign}\n{text[-6000:]}")

    def kill(self):
        if self.process:
            self.process.kill()

    def alive(self):
        return self.process.running()

    def assert_alive(self):
        if not self.alive():
            raise AssertionError(f"tandemd has died with {self.process.popen.returncode}\n{self.everything()}")

    def records(self, kind=None):
        """Call records in the order of writing; kind: "call" or "attempt"."""
        if not self.cdr_path.exists():
            return []
        lines = [json.loads(line) for line in self.cdr_path.read_text().splitlines()]
        return [r for r in lines if kind is None or r["type"] == kind]

    def record(self, seconds=10):
        """The one call record, once it is there."""
        records = eventually("a call record", lambda: self.records("call"), seconds)
        if len(records) != 1:
            raise AssertionError(f"one call, {len(records)} records: {records}")
        return records[0]

    def log(self):
        """All lines. They gather in the daemon for 50 ms, so the file is read once it has stopped growing."""
        size = -1
        while size != self.log_path.stat().st_size:
            size = self.log_path.stat().st_size
            time.sleep(0.25 * wait.PATIENCE)
        return [json.loads(line) for line in self.log_path.read_text().splitlines() if line.startswith("{")]

    def fds(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def cpu_seconds(self):
        """Processor time so far, user and system."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def everything(self):
        """What one wants to read when a test has failed."""
        parts = [f"--- {self.config_folder}/tandem.yaml"]
        if self.process:
            parts += ["--- stdout, stderr", self.process.output()[-6000:]]
        if self.log_path.exists():
            parts += ["--- log", self.log_path.read_text(errors="replace")[-8000:]]
        return "\n".join(parts)

    def eventually_idle(self, seconds=10, also=()):
        """No call, no deadline, no port: what is over at once when a call is over. also: more counters that must be zero."""
        self._eventually_zero(("calls", "deadlines", "ports_in_use", *also), None, seconds)

    def eventually_as_at_start(self, fds, seconds=40):
        """Nothing is left at all, the transactions that the protocol keeps for 32 s included; descriptors as at start."""
        self._eventually_zero(("calls", "deadlines", "ports_in_use", "server_transactions", "client_transactions", "dialogs"), fds,
                              seconds)

    def _eventually_zero(self, names, fds, seconds):
        left = {}

        def idle():
            stats = self.stats()
            left.clear()
            left.update({name: stats[name] for name in names if stats[name] != 0})
            if fds is not None and self.fds() > fds:
                left["fds"] = (fds, self.fds())
            return not left
        try:
            eventually("nothing is left", idle, seconds, 0.2)
        except AssertionError:
            raise AssertionError(f"still there after {seconds} s: {left}") from None

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, error, trace):
        if not self.alive():
            if kind is None:
                raise AssertionError(f"tandemd is dead\n{self.everything()}")
            return
        if kind is None:
            try:
                self.stop()
            except AssertionError:
                self.kill()  # so that the next test finds its port free
                raise
        else:
            self.kill()
            print(self.everything())


def check(folder):
    """`tandemd --check`: (status, output)."""
    done = subprocess.run([TANDEMD, "--check", "--config", folder], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=30 * wait.PATIENCE)
    return done.returncode, done.stdout + done.stderr


def scratch_root():
    return Path(os.environ.get("TANDEM_TEST_SCRATCH", "/tmp")) / f"tandem-test-{os.getpid()}"


def scratch(name):
    """A fresh folder for one test, kept when the run fails; short, since a Unix socket's path is at most 107 octets."""
    folder = scratch_root() / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def open_tcp(address, seconds=5):
    connection = socket.create_connection(address, seconds)
    connection.settimeout(seconds)
    return connection
