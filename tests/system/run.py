#!/usr/bin/python3
"""Runs one module of system tests in a network namespace of its own.

usage: run.py MODULE [unittest argument...]      for example: run.py refusals_test -k wrong_password -v

Environment: TANDEMD and TANDEMCTL name the programs; TANDEM_TEST_PATIENCE stretches every upper bound (never a lower one).
"""

import os
import shutil
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import daemon, namespace, wait  # noqa: E402  (the path comes first)


def main():
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    namespace.enter()
    wait.PATIENCE = float(os.environ.get("TANDEM_TEST_PATIENCE", "1"))
    program = unittest.main(module=sys.argv[1], argv=[sys.argv[1], "-v", *sys.argv[2:]], exit=False)
    if not program.result.wasSuccessful() or program.result.testsRun == 0:
        print(f"what the programs left: {daemon.scratch_root()}")
        return 1
    shutil.rmtree(daemon.scratch_root(), ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
