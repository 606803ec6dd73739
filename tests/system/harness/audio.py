"""Sound that can be told apart, and a measure that silence, noise and another sound fail."""

import math
import wave

import numpy

RATE = 8000


def melody(seed, seconds=4.0):
    """16-bit samples: 100 ms notes in an order that only this seed has, so that alignment is unambiguous. A longer one of the
    same seed begins like a shorter one."""
    generator = numpy.random.default_rng(seed)
    parts = []
    for frequency in generator.uniform(350, 3000, int(seconds * 10)):
        t = numpy.arange(RATE // 10) / RATE
        envelope = numpy.minimum(1, numpy.minimum(t, 0.1 - t) / 0.005)
        parts.append(numpy.sin(2 * math.pi * frequency * t) * envelope)
    return (numpy.concatenate(parts) * 12000).astype(numpy.int16)


def write_wav(path, samples):
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.astype("<i2").tobytes())


def read_wav(path):
    """Mono samples at 8 kHz. A recorder that was killed leaves lengths of zero in the header: the rest of the file counts."""
    data = path.read_bytes()
    start = data.find(b"data")
    with wave.open(str(path), "rb") as given:
        if given.getframerate() != RATE or given.getnchannels() != 1 or given.getsampwidth() != 2:
            raise AssertionError(f"{path}: {given.getparams()}")
    raw = data[start + 8:]
    return numpy.frombuffer(raw[: len(raw) // 2 * 2], "<i2")


def likeness(reference, heard, block_seconds=0.5):
    """How much of `reference` is in `heard`: the share of its blocks, in order, whose normalised correlation is above 0.8.

    Each block is looked for within 100 ms of where the one before it was found, so a slip of a jitter buffer does no harm,
    and a block that is missing, or that comes from another sound, counts against."""
    reference, heard = reference.astype(float), heard.astype(float)
    size, slip = int(block_seconds * RATE), RATE // 10
    if len(heard) < size or numpy.abs(heard).max() < 100:
        return 0.0
    lag, found, blocks = None, 0, 0
    for start in range(0, len(reference) - size + 1, size):
        blocks += 1
        block = reference[start:start + size]
        first = 0 if lag is None else max(0, start + lag - slip)
        last = len(heard) if lag is None else min(len(heard), start + lag + size + slip)
        window = heard[first:last]
        if len(window) < size:
            continue
        place, value = best_match(block, window)
        if value > 0.8:
            found += 1
            lag = first + place - start
    return found / blocks


def best_match(block, window):
    """(offset, normalised correlation) of the best place of block in window."""
    length = 1 << (len(block) + len(window) - 1).bit_length()
    product = numpy.fft.rfft(window, length) * numpy.conj(numpy.fft.rfft(block, length))
    correlation = numpy.fft.irfft(product, length)[: len(window) - len(block) + 1]
    squares = numpy.concatenate([[0.0], numpy.cumsum(window ** 2)])
    energy = squares[len(block):] - squares[: len(window) - len(block) + 1]
    quality = correlation / numpy.sqrt(numpy.maximum(energy, 1.0) * numpy.sum(block ** 2))
    place = int(numpy.argmax(quality))
    return place, float(quality[place])
