#!/usr/bin/python3
"""A lint that cannot fail is no lint: one small house, and each fault that the lint must find in it."""

import tempfile
import unittest
from pathlib import Path

import lint


def house(root):
    """The smallest tree without a fault."""
    for name in lint.TOP_LEVEL - {"CMakeLists.txt", "LICENSE", "README.md"}:
        (root / name).mkdir()
    for name in ("CMakeLists.txt", "LICENSE", "README.md"):
        (root / name).write_text("")
    write(root, "src/base/CMakeLists.txt", "tandem_room(base SOURCES a.cpp)")
    write(root, "src/sdp/CMakeLists.txt", "tandem_room(sdp SOURCES a.cpp USES base)")
    write(root, "src/sip/CMakeLists.txt", "tandem_room(sip SOURCES a.cpp USES base sdp THIRD_PARTY sofia)")
    write(root, "src/sdp/a.cpp", '#include "tandem/base/ids.hpp"\n#include <vector>\n')
    write(root, "src/sip/a.cpp", "#include <sofia-sip/nta.h>\n#include <sys/socket.h>\n")
    write(root, "include/tandem/base/ids.hpp", "#include <cstdint>\n")
    write(root, "include/tandem/base/expected.hpp", "#include <tl/expected.hpp>\n")
    write(root, "tests/unit/sdp/a_test.cpp", "TEST(Offer, Holds) {}\n")
    write(root, "docs/requirements.md", "".join(row(n) for n in lint.REQUIREMENTS))


def row(number, state="not yet", test="–"):
    return f"| R-{number:03d} | {state} | – | {test} |\n"


def write(root, name, text):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


class LintTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        house(self.root)

    def expect(self, *faults):
        found = lint.lint(self.root)
        self.assertEqual(len(found), len(faults), found)
        for fault in faults:
            self.assertTrue(any(fault in line for line in found), (fault, found))

    def test_a_clean_house_has_no_fault(self):
        self.expect()

    def test_include_of_a_room_that_is_not_used(self):
        write(self.root, "src/base/a.cpp", '\n#include "tandem/sdp/session.hpp"\n')
        self.expect("src/base/a.cpp:2: 'base' includes the door of 'sdp'")

    def test_use_that_the_plan_does_not_allow(self):
        write(self.root, "src/sdp/CMakeLists.txt", "tandem_room(sdp SOURCES a.cpp USES base sip)")
        self.expect("'sdp' may not use 'sip'", "cycle: sdp -> sip -> sdp")

    def test_variables_of_the_build_file_are_expanded(self):
        write(self.root, "src/sdp/CMakeLists.txt", "set(u base sip)\ntandem_room(sdp SOURCES a.cpp USES ${u})\n"
              "tandem_room(sdp_mutable SOURCES a.cpp USES ${u})\ntandem_room(other SOURCES a.cpp)")
        self.expect("src/sdp/CMakeLists.txt:2: 'sdp' may not use 'sip'", "src/sdp/CMakeLists.txt:3: 'sdp' may not use 'sip'",
                    "room 'other' lies in the folder of 'sdp'", "cycle: sdp -> sip -> sdp")

    def test_a_load_generator_may_pace_itself(self):
        write(self.root, "tests/bench/load.cpp", "std::this_thread::sleep_" + "until(t);\n")
        write(self.root, "tests/contract/wire.cpp", "std::this_thread::sleep_" + "for(t);\n")
        self.expect()

    def test_reaching_inside_another_room(self):
        write(self.root, "src/sip/b.cpp", '#include "sdp/parse.hpp"\n')
        self.expect("reaches into the inside of 'sdp'")

    def test_law_1(self):
        write(self.root, "src/sdp/b.cpp", "#include <sofia-sip/sdp.h>\n#include <unknown/thing.h>\n")
        self.expect("LAW 1: sofia-sip/sdp.h", "LAW 1: unknown/thing.h")

    def test_third_party_type_in_a_door(self):
        write(self.root, "include/tandem/sip/stack.hpp", "#include <sofia-sip/nta.h>\n")
        write(self.root, "include/tandem/sdp/a.hpp", "#include <tl/expected.hpp>\n")
        self.expect("a door holds no third-party type", 'include "tandem/base/expected.hpp" instead')

    def test_library_in_a_unit_test_but_not_in_a_contract_test(self):
        write(self.root, "tests/unit/sip/a_test.cpp", "#include <sofia-sip/nta.h>\n")
        write(self.root, "tests/contract/a_test.cpp", "#include <sofia-sip/nta.h>\n")
        self.expect("tests/unit/sip/a_test.cpp:1: LAW 1")

    def test_text(self):
        write(self.root, "src/sdp/c.cpp", "// TO" + "DO later\nstd::this_thread::sleep_" + "for(1s);\n")
        write(self.root, "src/sdp/d.cpp", "\n" * (lint.MAX_LINES + 1))
        self.expect("src/sdp/c.cpp:1", "src/sdp/c.cpp:2", "src/sdp/d.cpp:600: 601 lines")

    def test_layout(self):
        write(self.root, "scripts/x", "")
        (self.root / "LICENSE").unlink()
        self.expect("scripts:1: not in the top-level layout", "LICENSE:1: is missing")

    def test_link_to_nowhere(self):
        write(self.root, "README.md", "[a](docs/requirements.md) [b](docs/nothing.md) [c](https://example.com/x)\n")
        self.expect("README.md:1: link to nowhere: docs/nothing.md")

    def test_requirement_without_a_row(self):
        write(self.root, "docs/requirements.md", "".join(row(n) for n in lint.REQUIREMENTS if n != 77))
        self.expect("R-077 has no row")

    def test_done_needs_a_test_that_exists(self):
        rows = [row(n) for n in lint.REQUIREMENTS]
        rows[0] = row(1, "done")
        rows[1] = row(2, "done", "`Offer.Holds`")
        rows[2] = row(3, "done", "`Offer.DoesNotExist`")
        rows[3] = row(4, "nearly")
        write(self.root, "docs/requirements.md", "".join(rows))
        self.expect("R-001 is done, and no test shows it", "does not exist: Offer.DoesNotExist", "state 'nearly'")


if __name__ == "__main__":
    unittest.main()
