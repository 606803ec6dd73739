"""The README's first command, as it is written, but for the programs: those of this build."""

import os
import socket
import subprocess
import unittest
from pathlib import Path

from harness.daemon import TANDEMD

ROOT = Path(__file__).resolve().parents[2]
BUILD = TANDEMD.parents[2]
COMMAND = [ROOT / "packaging/quickstart.sh", "--once", "--build", BUILD]


def quickstart(**options):
    return subprocess.run(COMMAND, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120, **options)


class Quickstart(unittest.TestCase):
    def test_once(self):
        """Status 0, and the ladder, the record, the log lines and the sound of both ends are on the screen."""
        done = quickstart()
        self.assertEqual(done.returncode, 0, done.stdout[-8000:] + done.stderr)
        for sign in ("INVITE +12125550100", "407 ", "200 OK", "BYE", "RTP begins", "caller_hung_up", "both ends heard each other"):
            self.assertIn(sign, done.stdout)

    def test_as_an_ordinary_user(self):
        """The run needs no root."""
        as_nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        if os.geteuid() != 0 or subprocess.run([*as_nobody, "test", "-x", TANDEMD], check=False).returncode != 0:
            self.skipTest("it steps down from root to nobody, who must be able to reach the build")
        done = subprocess.run([*as_nobody, *COMMAND], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120,
                              env={**os.environ, "HOME": "/tmp"})
        self.assertEqual(done.returncode, 0, done.stdout[-8000:] + done.stderr)

    def test_taken_port(self):
        """Status 1 and a line that names address, cause and cure."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
            taken.bind(("127.0.0.1", 5060))
            done = quickstart()
        self.assertEqual(done.returncode, 1)
        self.assertIn("127.0.0.1:5060 (UDP): Address already in use", done.stderr)


if __name__ == "__main__":
    unittest.main()
