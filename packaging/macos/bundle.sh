#!/usr/bin/env bash
# Sign, pack, notarise and staple the bundle. Not tried on macOS: written from Apple's documentation.
# SIGN_ID is a "Developer ID Application" identity ("-" signs for this machine only), NOTARY_PROFILE a
# profile of `xcrun notarytool store-credentials`, may be empty.
set -euo pipefail
cd "$(dirname "$0")/../.."
app="dist/MaskFaceGAN Editor.app"
id="${SIGN_ID:--}"
out="dist/MaskFaceGAN-Editor-${VERSION:?}-macos.zip"

# Inner libraries first: the outer signature covers theirs.
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
  xargs -0 -n 50 codesign --force --timestamp --options runtime --sign "$id"
codesign --force --timestamp --options runtime --entitlements packaging/macos/entitlements.plist --sign "$id" "$app"
codesign --verify --deep --strict "$app"
ditto -c -k --keepParent "$app" "$out"   # keeps symbolic links
if [ -n "${NOTARY_PROFILE:-}" ]; then
  xcrun notarytool submit "$out" --keychain-profile "$NOTARY_PROFILE" --wait
  xcrun stapler staple "$app"
  ditto -c -k --keepParent "$app" "$out"
fi
