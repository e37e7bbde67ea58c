#!/usr/bin/env bash
# What was built, in figures: sizes of the files to hand out (none may be over 350 MB in a CPU build), and how
# long a start takes until the window is there and until it can be used. Starts: the first one after the
# system's file cache was dropped where that is allowed, then three more. Take them on a quiet machine.
#   packaging/measure.sh [PROGRAM]     by default dist/maskfacegan/maskfacegan-gui
set -euo pipefail
program="$(realpath "${1:-$(dirname "$0")/../dist/maskfacegan/maskfacegan-gui}")"
cd "$(dirname "$0")/.."
limit=350000000

if [ -z "${MEASURING:-}" ]; then
  too_large=0
  for file in dist/maskfacegan-*.deb dist/maskfacegan-*.tar.xz; do
    [ -f "$file" ] || continue
    bytes="$(stat -c %s "$file")"
    awk -v bytes="$bytes" -v file="$file" 'BEGIN { printf "%-52s %7.1f MB\n", file, bytes / 1e6 }'
    [ "$bytes" -le "$limit" ] || too_large=1
  done
  du -sb "$(dirname "$program")" | awk '{ printf "%-52s %7.1f MB\n", "unpacked", $1 / 1e6 }'
  if [ "$too_large" = 1 ] && [ -z "${MASKFACEGAN_CUDA:-}" ]; then
    echo "over 350 MB" >&2
    exit 1
  fi
  if [ -z "${DISPLAY:-}" ] && command -v xvfb-run >/dev/null 2>&1; then
    MEASURING=1 exec xvfb-run --auto-servernum --server-args="-screen 0 1400x900x24" "$0" "$program"
  fi
fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
for start in cold warm warm warm; do
  if [ "$start" = cold ] && ! { sync && echo 3 >/proc/sys/vm/drop_caches; } 2>/dev/null; then
    start=first
  fi
  rm -rf "$work/home"
  mkdir "$work/home"
  began="$(date +%s.%N)"
  MASKFACEGAN_HOME="$work/home" "$program" --self-test "$work/report.json"
  awk -v began="$began" -v start="$start" -F'[:,]' '
    /"window shown"/ { shown = $2 - began }
    /"pack loaded"/ { usable = shown + $2 }
    END { printf "%-5s start: window after %.2f s, usable after %.2f s\n", start, shown, usable }
  ' "$work/report.json"
done
