"""Waiting for something to become true, with a bound and a reason."""

import time

# Everything takes longer under a sanitizer on a busy machine. Only upper bounds stretch; lower bounds are never touched.
PATIENCE = 1.0


def eventually(what, condition, seconds=10.0, interval=0.05):
    """Returns condition()'s first true value; after `seconds` fails with `what` and the last value."""
    deadline = time.monotonic() + seconds * PATIENCE
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds * PATIENCE:.0f} s; last seen {value!r}")
        time.sleep(interval)
