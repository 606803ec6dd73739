#!/usr/bin/env bash
# From a bare Debian 12 to a call: installs what is missing, builds a release, starts tandemd with config/ on loopback and
# places one call through it, a PBX at 127.0.0.10, a carrier at 127.0.0.20.
#
#   ./packaging/quickstart.sh           the daemon stays up until Ctrl-C
#   ./packaging/quickstart.sh --once    ends after the call; status 0 if call, record and RTP both ways were seen
#   --build DIR                         the programs of a build that is there already; installs and builds nothing
set -euo pipefail
cd "$(dirname "$0")/.."

build='' demo=()
while [ $# -gt 0 ]; do
  case $1 in
    --once) demo+=(--once) ;;
    --build) build=${2:?--build needs a folder}; shift ;;
    *) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done

if [ -z "$build" ]; then
  build=build/quickstart
  packaging/install-packages.sh packaging/packages/build.txt packaging/packages/demo.txt
  mkdir -p "$build"
  echo "building a release in $build (some minutes the first time; full output in $build.log)"
  if ! { cmake -G Ninja -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -DTANDEM_TESTS=OFF &&
         cmake --build "$build"; } >"$build.log" 2>&1; then
    tail -n 40 "$build.log"
    echo "quickstart: the build failed; the whole of it is in $build.log" >&2
    exit 1
  fi
fi

exec /usr/bin/python3 packaging/quickstart/demo.py --build "$build" --config config "${demo[@]}"
