#!/usr/bin/env bash
# Run what was built: from a clean environment (no Python on the path, an empty home), and, where there is
# a virtual screen, once in a real window.
set -euo pipefail
cd "$(dirname "$0")/.."
program="$PWD/dist/maskfacegan/maskfacegan-gui"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
clean=(env -i PATH=/nowhere HOME="$work/home" LANG=C.UTF-8)
mkdir -p "$work/home"
QT="${QT_QPA_PLATFORM:-offscreen}"
"${clean[@]}" QT_QPA_PLATFORM="$QT" "$program" --self-test "$work/report.json"
cat "$work/report.json"
cp "$work/report.json" dist/self-test.json
if command -v xvfb-run >/dev/null 2>&1; then
  xvfb-run --auto-servernum --server-args="-screen 0 1400x900x24" \
    env HOME="$work/home" QT_QPA_PLATFORM=xcb "$program" --self-test "$work/window.json"
  cat "$work/window.json"
  cp "$work/window.json" dist/self-test-window.json
fi
