#!/usr/bin/env bash
# Run what was built: from a clean environment (no Python on the path, an empty home), and, where a virtual
# screen can be had, once in a real window. Reports: dist/self-test.json and dist/self-test-window.json.
set -euo pipefail
cd "$(dirname "$0")/.."
program="$PWD/dist/maskfacegan/maskfacegan-gui"
[ "$(uname)" = Darwin ] && program="$PWD/dist/MaskFaceGAN Editor.app/Contents/MacOS/MaskFaceGAN Editor"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# try REPORT NAME=VALUE...: the self-test in an empty home, and how long its window took to appear.
try() {
  local report="$PWD/dist/$1" began
  shift
  mkdir "$work/home"
  began="$(date +%s.%N)"
  (cd "$work/home" && env -i PATH=/nowhere HOME="$work/home" LANG=C.UTF-8 "$@" "$program" --self-test "$report")
  cat "$report"
  awk -v began="$began" -F'[:,]' '/"window shown"/ {printf "\nwindow after %.2f s\n", $2 - began}' "$report"
}

if [ "${1:-}" = window ]; then # called again below, with a screen
  try self-test-window.json DISPLAY="$DISPLAY" XAUTHORITY="${XAUTHORITY:-}" QT_QPA_PLATFORM=xcb
elif [ "$(uname)" = Darwin ]; then
  try self-test.json
else
  try self-test.json QT_QPA_PLATFORM=offscreen
  if command -v xvfb-run >/dev/null 2>&1 && command -v xauth >/dev/null 2>&1; then
    xvfb-run --auto-servernum --server-args="-screen 0 1400x900x24" packaging/selftest.sh window
  fi
fi
