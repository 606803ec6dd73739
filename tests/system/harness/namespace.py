"""A network namespace of the test's own: no port clashes, no stray packets, and nothing left when the test ends."""

import os
import subprocess
import sys
import tempfile

INSIDE = "TANDEM_TEST_NAMESPACE"


def enter():
    """Runs this program again inside fresh network and mount namespaces; returns there, and only there."""
    if os.environ.get(INSIDE) == str(os.getppid()):
        furnish()
        return
    command = ["unshare", "--net", "--mount"]
    if os.geteuid() != 0:
        command += ["--user", "--map-root-user"]
    os.environ[INSIDE] = str(os.getppid())
    os.execvp(command[0], command + ["--", sys.executable] + sys.argv)


def furnish():
    """Loopback with IPv6 neighbours, a dead-end veth (baresip wants an address that is not loopback), a resolver that fails fast."""
    def run(*command):
        subprocess.run(command, check=True)

    run("ip", "link", "set", "lo", "up")
    for last in ("1", "10", "20"):
        run("ip", "-6", "addr", "add", f"fd77::{last}/128", "dev", "lo", "nodad")
    run("ip", "link", "add", "vx0", "type", "veth", "peer", "name", "vx1")
    run("ip", "addr", "add", "10.77.0.1/24", "dev", "vx0")
    run("ip", "link", "set", "vx0", "up")
    run("ip", "link", "set", "vx1", "up")
    run("ip", "route", "add", "default", "via", "10.77.0.254", "dev", "vx0")
    with tempfile.NamedTemporaryFile("w", suffix=".conf", delete=False) as resolver:
        resolver.write("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    os.chmod(resolver.name, 0o644)
    run("mount", "--bind", resolver.name, "/etc/resolv.conf")
    os.unlink(resolver.name)
