"""baresip, headless: plays one wav file into the call, and records what it hears."""

import json
import os
import shutil
import socket
import subprocess
import time

from .process import Process
from .wait import eventually

CONFIG = """poll_method epoll
sip_trans_def udp
sip_listen {ip}:{port}
audio_player aubridge,null_{name}
audio_source aufile,{play}
audio_alert aufile,{folder}/alert.wav
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
ausrc_format s16
auplay_format s16
auenc_format s16
audec_format s16
rtp_ports {first}-{last}
rtp_stats yes
jitter_buffer_type fixed
jitter_buffer_delay 5-10
module_path {modules}
module stdio.so
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen {ip}:4444
snd_path {folder}/dump
"""


def module_path():
    listing = subprocess.run(["dpkg", "-L", "baresip-core"], capture_output=True, text=True, check=True).stdout
    return next(line for line in listing.splitlines() if line.endswith("/modules"))


class Baresip:
    """One user agent. account: a line of its accounts file."""

    def __init__(self, name, folder, ip, port, account, play, first_rtp):
        self.name, self.ip, self.folder = name, ip, folder / name
        (self.folder / "dump").mkdir(parents=True)
        shutil.copy(play, self.folder / "play.wav")
        (self.folder / "config").write_text(CONFIG.format(
            ip=ip, port=port, name=name, play=self.folder / "play.wav", folder=self.folder, first=first_rtp, last=first_rtp + 98,
            modules=module_path()))
        (self.folder / "accounts").write_text(account + "\n")
        (self.folder / "contacts").write_text("")
        self.process = Process("baresip", ["baresip", "-4", "-f", self.folder, "-v", "-s"], self.folder,
                               env={**os.environ, "HOME": str(self.folder)})
        self.events = []
        self._buffer = b""
        self.control = eventually(f"baresip {name} listens for commands", self._connect, 10)
        self.control.settimeout(0.1)

    def _connect(self):
        if not self.process.running():
            raise AssertionError(f"baresip {self.name} ended:\n{self.process.output()}")
        try:
            return socket.create_connection((self.ip, 4444), 1)
        except OSError:
            return None

    def _pump(self):
        try:
            data = self.control.recv(65536)
        except TimeoutError:
            return
        self._buffer += data
        while b":" in self._buffer:
            size, _, rest = self._buffer.partition(b":")
            if len(rest) < int(size) + 1:
                return
            self.events.append(json.loads(rest[: int(size)]))
            self._buffer = rest[int(size) + 1:]

    def command(self, name, parameters=""):
        message = json.dumps({"command": name, "params": parameters, "token": "t"}).encode()
        self.control.sendall(b"%d:%s," % (len(message), message))

    def happened(self, kind):
        self._pump()
        return any(e.get("type") == kind for e in self.events)

    def expect(self, kind, seconds=10):
        try:
            eventually(f"baresip {self.name} says {kind}", lambda: self.happened(kind), seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\nevents: {self.events}\n{self.process.output()[-4000:]}") from None

    def listen(self, seconds):
        """Lets the call go on for so long, keeping the control connection drained."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._pump()

    def recording(self):
        """The wav file of what it heard."""
        found = sorted((self.folder / "dump").glob("*-dec.wav"))
        if not found:
            raise AssertionError(f"baresip {self.name} recorded nothing\n{self.process.output()[-4000:]}")
        return found[-1]

    def quit(self):
        try:
            self.command("quit")
            self.process.wait(5)
        except (AssertionError, OSError):
            self.process.kill()
        self.control.close()
