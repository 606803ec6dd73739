"""A line between this namespace and another, which loses, delays, doubles and reorders whole datagrams by a seed.

Two TUN devices, 10.66.0.1 here and 10.66.0.2 there, and a child process between them. Programs at the far end run by `there`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from .process import Process
from .wait import eventually

NEAR, FAR = "10.66.0.1", "10.66.0.2"
RELAY = Path(__file__).with_name("wire_relay.py")


class Wire:
    """loss, duplicates, reordered: shares of all datagrams; delay, jitter: seconds. Used as a context."""

    def __init__(self, folder, seed, loss=0.0, duplicates=0.0, reordered=0.0, delay=0.02, jitter=0.01):
        self.folder = folder
        self.options = {"seed": seed, "loss": loss, "duplicates": duplicates, "reordered": reordered, "delay": delay,
                        "jitter": jitter}

    def __enter__(self):
        self.holder = Process("far-end", ["unshare", "--net", "--", "sleep", "3600"], self.folder)
        eventually("the far namespace is there", lambda: os.readlink(self.namespace) != os.readlink("/proc/self/ns/net"), 10)
        self._run_there("ip", "link", "set", "lo", "up")
        self.start_relay()
        subprocess.run(["ip", "addr", "add", f"{NEAR}/24", "dev", "near"], check=True)
        subprocess.run(["ip", "link", "set", "near", "up"], check=True)
        self._run_there("ip", "addr", "add", f"{FAR}/24", "dev", "far")
        self._run_there("ip", "link", "set", "far", "up")
        return self

    def __exit__(self, *_):
        self.stop_relay()
        self.holder.kill()

    def start_relay(self):
        self.relay = Process("wire", [sys.executable, RELAY, self.namespace, json.dumps(self.options)], self.folder)
        eventually("the wire is up", lambda: "up" in self.relay.output(), 10)

    def stop_relay(self):
        self.relay.kill()

    @property
    def there(self):
        """What stands before a command that runs at the far end."""
        return ["nsenter", f"--net={self.namespace}", "--"]

    def _run_there(self, *command):
        subprocess.run([*self.there, *command], check=True)

    @property
    def namespace(self):
        return f"/proc/{self.holder.pid}/ns/net"

    def counts(self):
        """Datagrams so far: passed, lost, doubled, reordered."""
        self.relay.terminate()
        self.relay.wait(10)
        return json.loads(self.relay.output().splitlines()[-1])
