#!/usr/bin/env bash
# dist/maskfacegan -> a .tar.xz that runs from anywhere, and a .deb for menus and file types.
# wrap.sh [PACK]: PACK is the pack that is inside, besides the starter; it is part of the names.
set -euo pipefail
cd "$(dirname "$0")/../.."
version="$(sed -n 's/^__version__ = "\(.*\)"/\1/p' engine/_version.py)"
pack="${1:+-$1}"
name="maskfacegan${pack}-${version}-linux-$(uname -m)"

if command -v dpkg-deb >/dev/null 2>&1; then
  root="build/deb"
  share="$root/usr/share"
  rm -rf "$root"
  mkdir -p "$root/DEBIAN" "$root/opt" "$root/usr/bin" "$share/applications" "$share/mime/packages" \
    "$share/icons/hicolor/256x256/apps" "$share/icons/hicolor/scalable/apps" "$share/doc/maskfacegan-editor"
  cp -a dist/maskfacegan "$root/opt/"
  ln -s /opt/maskfacegan/maskfacegan-gui "$root/usr/bin/maskfacegan-gui"
  install -m 644 packaging/linux/maskfacegan.desktop "$share/applications/"
  install -m 644 packaging/linux/maskfacegan.xml "$share/mime/packages/"
  install -m 644 resources/icons/app-256.png "$share/icons/hicolor/256x256/apps/maskfacegan.png"
  install -m 644 resources/icons/app.svg "$share/icons/hicolor/scalable/apps/maskfacegan.svg"
  install -m 644 LICENSE "$share/doc/maskfacegan-editor/copyright"
  if [ -n "$pack" ]; then
    # For non-commercial use: with the notice and the licences of the pack.
    cat "dist/maskfacegan/_internal/weights/$1/NOTICE.txt" >> "$share/doc/maskfacegan-editor/copyright"
    cp -r "dist/maskfacegan/_internal/weights/$1/licences" "$share/doc/maskfacegan-editor/"
  fi
  # What was built needs the C library of the system that built it, or a newer one.
  glibc="$(getconf GNU_LIBC_VERSION | cut -d' ' -f2)"
  cat > "$root/DEBIAN/control" <<CONTROL
Package: maskfacegan-editor
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: MaskFaceGAN Editor
Installed-Size: $(du -sk dist/maskfacegan | cut -f1)
Depends: libc6 (>= $glibc), libegl1, libgl1, libxkbcommon-x11-0, libxcb-cursor0, libxcb-icccm4, libxcb-image0, libxcb-keysyms1, libxcb-randr0, libxcb-render-util0, libxcb-shape0, libxcb-xinerama0, libdbus-1-3, libfontconfig1
Section: graphics
Priority: optional
Description: Face photo editor
 Edits attributes of a face in a photo by masked optimisation of a generator's latent code.
CONTROL
  dpkg-deb --root-owner-group -Zzstd -z10 --build "$root" "dist/$name.deb"
  rm -rf "$root"
fi

# Level 1: a third of the time of level 3 for files that are 4 % larger.
XZ_OPT="-1 -T0" tar --create --xz --file "dist/$name.tar.xz" --directory dist maskfacegan

ls -l dist/"$name"*
