"""The child of wire.py: carries datagrams between two namespaces and spoils some. usage: wire_relay.py NAMESPACE OPTIONS"""

import ctypes
import fcntl
import heapq
import json
import os
import random
import select
import signal
import struct
import sys
import time

CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


def open_tun(name, namespace):
    """A TUN device of that name inside the namespace; its descriptor stays with us."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    there = os.open(namespace, os.O_RDONLY)
    try:
        if libc.setns(there, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")
        device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
        return device
    finally:
        libc.setns(home, CLONE_NEWNET)
        os.close(home)
        os.close(there)


def relay(namespace, options):
    """The child: reads at one end, decides what becomes of it, writes at the other when its time has come."""
    chance = random.Random(options["seed"])
    ends = [open_tun("near", "/proc/self/ns/net"), open_tun("far", namespace)]
    counts = {"passed": 0, "lost": 0, "doubled": 0, "reordered": 0}
    under_way, number = [], 0

    def say(*_):
        print(json.dumps(counts), flush=True)
        os._exit(0)
    signal.signal(signal.SIGTERM, say)
    print("up", flush=True)
    while True:
        patience = max(0.0, under_way[0][0] - time.monotonic()) if under_way else 1.0
        for ready in select.select(ends, [], [], patience)[0]:
            try:
                datagram = os.read(ready, 65536)
            except OSError:
                continue  # the device is not up yet
            if chance.random() < options["loss"]:
                counts["lost"] += 1
                continue
            twice = chance.random() < options["duplicates"]
            counts["doubled"] += twice
            for _ in range(1 + twice):
                due = time.monotonic() + options["delay"] + options["jitter"] * (2 * chance.random() - 1)
                if chance.random() < options["reordered"]:
                    due += 3 * options["delay"]  # those behind it overtake
                    counts["reordered"] += 1
                number += 1
                heapq.heappush(under_way, (due, number, ends[1 - ends.index(ready)], datagram))
        while under_way and under_way[0][0] <= time.monotonic():
            _, _, end, datagram = heapq.heappop(under_way)
            try:
                os.write(end, datagram)
                counts["passed"] += 1
            except OSError:
                pass  # the far end has gone


if __name__ == "__main__":
    relay(sys.argv[1], json.loads(sys.argv[2]))
