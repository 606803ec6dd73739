"""Programs that a test starts: each dies with the test, and is ended by its own id."""

import subprocess

from . import wait


class Process:
    """A started program with its output in files."""

    def __init__(self, name, command, folder, **options):
        self.name = name
        self.out = folder / f"{name}.out"
        self.err = folder / f"{name}.err"
        with open(self.out, "ab") as out, open(self.err, "ab") as err:
            self.popen = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *map(str, command)], stdin=subprocess.DEVNULL,
                                          stdout=out, stderr=err, cwd=folder, **options)

    @property
    def pid(self):
        return self.popen.pid

    def running(self):
        return self.popen.poll() is None

    def wait(self, seconds):
        """Exit status; fails when the program still runs after so long."""
        try:
            return self.popen.wait(seconds * wait.PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {seconds * wait.PATIENCE:.0f} s") from None

    def terminate(self):
        if self.running():
            self.popen.terminate()

    def kill(self):
        if self.running():
            self.popen.kill()
        self.popen.wait()

    def output(self):
        return self.out.read_text(errors="replace") + self.err.read_text(errors="replace")
