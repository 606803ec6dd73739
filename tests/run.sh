#!/usr/bin/env bash
# Installs what the tests need, builds, and runs every test. Ends with one line: "N passed, N failed".
#
#   ./tests/run.sh           release build with all tests, ASan+UBSan, TSan and a clang build with -Wthread-safety
#   ./tests/run.sh --quick   one RelWithDebInfo build, unit and contract tests, lint: for daily work
#   ./tests/run.sh --long    as without an option, but the system tests in full under both sanitizers, more load, fuzzing
#
# Full output of each phase: build/tests/<phase>.log
set -uo pipefail
cd "$(dirname "$0")/.."

mode=full
case "${1-}" in
  '') ;;
  --quick) mode=quick ;;
  --long) mode=long ;;
  *) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac

root=$PWD/build/tests
jobs=${TANDEM_JOBS:-$(nproc)}
# Most tests wait for timers most of the time: two a core, and tests/CMakeLists.txt says which of them count for two.
at_once=$((2 * jobs))
export TANDEM_LOAD=$mode
mkdir -p "$root"
passed=0 failed=0 failures=()

# begin PHASE WHAT…: names the log that say() and run() write to.
begin() {
  phase=$1; shift
  log=$root/$phase.log
  started=$SECONDS
  : >"$log"
  printf '== %-16s %s\n' "$phase" "$*"
}

finish() { printf '   %-16s %s, %d s\n' "$phase" "$1" $((SECONDS - started)); }

# lost WHAT: one more failure, and the end of the log, since nobody can look into a build machine afterwards.
lost() {
  failed=$((failed + 1))
  failures+=("$phase: $1")
  finish "FAILED: $1"
  tail -n 60 "$log" | sed 's/^/   | /'
}

# build PHASE CMAKE-ARGUMENT... [-- TARGET...]: configures and builds build/tests/PHASE.
build() {
  local dir=$root/$1 cmake_args=() targets=(all); shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do cmake_args+=("$1"); shift; done
  if [ $# -gt 1 ]; then shift; targets=("$@"); fi
  cmake -G Ninja -S . -B "$dir" "${cmake_args[@]}" >>"$log" 2>&1 || { lost configure; return 1; }
  cmake --build "$dir" -j "$jobs" --target "${targets[@]}" >>"$log" 2>&1 || { lost build; return 1; }
  finish built
}

# run_tests PHASE CTEST-ARGUMENT...: runs CTest in build/tests/PHASE and counts each of its tests; one that did not run failed.
run_tests() {
  local dir=$root/$1 result=$root/$phase.xml; shift
  rm -f "$result"
  ctest --test-dir "$dir" --output-on-failure --timeout 300 --output-junit "$result" "$@" </dev/null >>"$log" 2>&1
  local total bad
  total=$(grep -c '<testcase ' "$result" 2>/dev/null)
  bad=$(grep -c '<testcase .*status="\(fail\|notrun\|disabled\)"' "$result" 2>/dev/null)
  if [ -z "$total" ] || [ "$total" -eq 0 ]; then lost 'no test ran'; return; fi
  passed=$((passed + total - bad))
  failed=$((failed + bad))
  if [ "$bad" -gt 0 ]; then
    mapfile -t names < <(sed -n 's/.*<testcase name="\([^"]*\)".*status="\(fail\|notrun\|disabled\)".*/\1/p' "$result")
    failures+=("${names[@]/#/$phase: }")
    sed -n '/\*\*\*\(Failed\|Timeout\|Exception\|Not Run\)/,/^ *[0-9]*\/[0-9]* Test/p' "$log" | tail -n 300 | sed 's/^/   | /'
  fi
  finish "$((total - bad)) passed, $bad failed"
}

begin packages 'apt-get install what is missing'
if packaging/install-packages.sh packaging/packages/{build,demo,test}.txt >>"$log" 2>&1; then finish done; else lost 'apt-get'; fi

if [ $mode = quick ]; then
  begin quick 'RelWithDebInfo; unit, contract, lint'
  build quick -DCMAKE_BUILD_TYPE=RelWithDebInfo && run_tests quick -j "$at_once" -L '^(unit|contract|lint)$'
else
  begin release 'Release; every test'
  build release -DCMAKE_BUILD_TYPE=Release && run_tests release -j "$at_once"

  system_subset='^system_short$'
  [ $mode = long ] && system_subset='^system$'
  export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
  export UBSAN_OPTIONS=print_stacktrace=1
  export LSAN_OPTIONS=suppressions=$PWD/tests/support/lsan.supp:print_suppressions=0
  export TSAN_OPTIONS=suppressions=$PWD/tests/support/tsan.supp:second_deadlock_stack=1:halt_on_error=0
  begin asan 'AddressSanitizer and UndefinedBehaviorSanitizer; unit, contract, fuzz replay, short calls, mixed load'
  build asan -DCMAKE_BUILD_TYPE=None -DTANDEM_ASAN=ON -DTANDEM_MUTATIONS=OFF &&
    run_tests asan -j "$at_once" -L "^(unit|contract|fuzz)\$|$system_subset"

  begin tsan 'ThreadSanitizer; the rooms with threads, contract, short calls'
  build tsan -DCMAKE_BUILD_TYPE=None -DTANDEM_TSAN=ON -- threaded_tests &&
    run_tests tsan -j "$jobs" -L "^threaded\$|$system_subset"

  begin clang 'clang, -Wthread-safety: the programs compile without a warning'
  build clang -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=clang++ -DTANDEM_TESTS=OFF && passed=$((passed + 1))

  if [ $mode = long ]; then
    begin fuzz 'libFuzzer, one minute a target'
    if build fuzz -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER=clang++ -DTANDEM_FUZZ=ON -- fuzzers; then
      for fuzzer in "$root"/fuzz/tests/fuzz/fuzz_*; do
        [ -x "$fuzzer" ] && [ -f "$fuzzer" ] || continue
        name=$(basename "$fuzzer")
        mkdir -p "$root/fuzz/corpus/$name"
        if "$fuzzer" -max_total_time=60 -timeout=5 "$root/fuzz/corpus/$name" "tests/fuzz/corpus/${name#fuzz_}" </dev/null >>"$log" 2>&1
        then
          passed=$((passed + 1))
        else
          lost "$name"
        fi
      done
      finish done
    fi
  fi
fi

printf '%s\n' "${failures[@]/#/failed: }" | sed '/^failed: $/d;/^$/d'
echo "took $((SECONDS / 60)) min $((SECONDS % 60)) s"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
