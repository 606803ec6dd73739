"""RTP by hand: two ends that stream PCMA to each other and keep what they hear."""

import socket
import struct
import time

SILENCE = 0xD5


class RtpEnd:
    """One RTP socket. Each packet carries its sender's mark, so that what arrives can be told apart."""

    def __init__(self, ip, port, mark):
        family = socket.AF_INET6 if ":" in ip else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.bind((ip, port))
        self.socket.setblocking(False)
        self.mark = mark
        self.sequence, self.timestamp, self.ssrc = 1000, 160000, 0x1000 + mark
        self.heard = []  # (payload type, sequence, timestamp, ssrc, first payload octet, source)
        self.sent = 0

    def close(self):
        self.socket.close()

    def send(self, remote, payload_type=8, marker=0):
        header = struct.pack("!BBHII", 0x80, marker << 7 | payload_type, self.sequence, self.timestamp, self.ssrc)
        try:
            self.socket.sendto(header + bytes([self.mark]) * 160, remote)
        except ConnectionRefusedError:
            pass
        self.sequence = self.sequence + 1 & 0xFFFF
        self.timestamp += 160
        self.sent += 1

    def drain(self):
        while True:
            try:
                data, source = self.socket.recvfrom(2048)
            except (BlockingIOError, ConnectionRefusedError):
                return
            if len(data) > 12:
                _, kind, sequence, timestamp, ssrc = struct.unpack("!BBHII", data[:12])
                self.heard.append((kind & 0x7F, sequence, timestamp, ssrc, data[12], source[:2]))

    def heard_from(self, mark):
        self.drain()
        return [h for h in self.heard if h[4] == mark]


def exchange(pairs, seconds):
    """pairs: (end, remote address). Sends a packet from each end every 20 ms, and listens."""
    begin = time.monotonic()
    for n in range(int(seconds * 50)):
        for end, remote in pairs:
            end.send(remote)
        while (left := begin + (n + 1) * 0.02 - time.monotonic()) > 0:
            time.sleep(min(left, 0.01))
            for end, _ in pairs:
                end.drain()
