"""The two RTP ends of the demonstration: each plays its own tune in PCMA every 20 ms and checks what it hears."""

import math
import socket
import struct
import time
import wave

RATE, PACKET = 8000, 160


def to_alaw(sample):
    """One 16-bit sample to G.711 A-law."""
    sign = 0x80 if sample >= 0 else 0x00
    magnitude = min(abs(sample) >> 3, 0xFFF) if sample >= 0 else min((abs(sample) - 1) >> 3, 0xFFF)
    segment = max(magnitude.bit_length() - 5, 0)
    mantissa = (magnitude >> (segment if segment > 1 else 1)) & 0x0F
    return (sign | segment << 4 | mantissa) ^ 0x55


def from_alaw(octet):
    octet ^= 0x55
    segment, mantissa = octet >> 4 & 7, octet & 0x0F
    magnitude = (mantissa << 4) + 8 if segment == 0 else ((mantissa << 4) + 0x108) << (segment - 1)
    return magnitude if octet & 0x80 else -magnitude


def tune(*frequencies):
    """Packets of one second: the notes one after the other."""
    samples = []
    each = RATE // len(frequencies)
    for frequency in frequencies:
        samples += [int(9000 * math.sin(2 * math.pi * frequency * n / RATE)) for n in range(each)]
    octets = bytes(map(to_alaw, samples))
    return [octets[i:i + PACKET] for i in range(0, len(octets), PACKET)]


PBX_TUNE = tune(523, 659, 784, 1047)
CARRIER_TUNE = tune(440, 349, 294, 220)


class End:
    """One RTP socket. `right` counts the packets of the other's tune, `wrong` all others."""

    def __init__(self, ip, port, packets):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((ip, port))
        self.socket.setblocking(False)
        self.packets = packets
        self.others = frozenset(CARRIER_TUNE if packets is PBX_TUNE else PBX_TUNE)
        self.remote = None
        self.sent = self.right = self.wrong = 0
        self.first = self.last = None
        self.sequence, self.timestamp, self.ssrc = port & 0xFFF, port, port * 65537 & 0xFFFFFFFF
        self.heard = []

    def send(self):
        if self.remote is None:
            return
        payload = self.packets[self.sent % len(self.packets)]
        header = struct.pack("!BBHII", 0x80, 8 | (0x80 if self.sent == 0 else 0), self.sequence, self.timestamp, self.ssrc)
        try:
            self.socket.sendto(header + payload, self.remote)
        except ConnectionRefusedError:
            return
        self.sequence = self.sequence + 1 & 0xFFFF
        self.timestamp += PACKET
        self.sent += 1

    def listen(self):
        while True:
            try:
                data = self.socket.recv(2048)
            except (BlockingIOError, ConnectionRefusedError):
                return
            self.last = time.time()
            self.first = self.first or self.last
            if data[12:] in self.others:
                self.right += 1
            else:
                self.wrong += 1
            self.heard.append(data[12:])

    def write(self, path):
        """What it heard, as a wav file; returns the path."""
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            for payload in self.heard:
                out.writeframes(struct.pack(f"<{len(payload)}h", *map(from_alaw, payload)))
        return path

    def close(self):
        self.socket.close()


def beat(ends):
    """20 ms: each end sends one packet and listens."""
    until = time.monotonic() + 0.02
    for end in ends:
        end.send()
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 0.005))
        for end in ends:
            end.listen()
