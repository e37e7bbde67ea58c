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
  local report="$1" home began
  shift
  home="$(mktemp -d -p "$work")"
  began="$(date +%s.%N)"
  (cd "$home" && env -i PATH=/nowhere HOME="$home" LANG=C.UTF-8 "$@" "$program" --self-test "$report")
  cat "$report"
  awk -v began="$began" -F'[:,]' '/"window shown"/ {printf "\nwindow after %.2f s\n", $2 - began}' "$report"
}

if [ "$(uname)" = Darwin ]; then
  try "$PWD/dist/self-test.json"
else
  try "$PWD/dist/self-test.json" QT_QPA_PLATFORM=offscreen
fi
if command -v xvfb-run >/dev/null 2>&1; then
  export -f try
  export program work
  xvfb-run --auto-servernum --server-args="-screen 0 1400x900x24" \
    bash -c 'set -eu; try "$1" DISPLAY="$DISPLAY" XAUTHORITY="${XAUTHORITY:-}" QT_QPA_PLATFORM=xcb' \
    try "$PWD/dist/self-test-window.json"
fi
