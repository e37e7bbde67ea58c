#!/usr/bin/env bash
# dist/maskfacegan -> a .tar.xz that runs from anywhere, and a .deb for menus and file types.
set -euo pipefail
cd "$(dirname "$0")/../.."
version="${VERSION:?}"
name="maskfacegan-${version}-linux-$(uname -m)"

XZ_OPT="-6 -T2" tar --create --xz --file "dist/$name.tar.xz" --directory dist maskfacegan

if command -v dpkg-deb >/dev/null 2>&1; then
  root="build/deb"
  rm -rf "$root"
  mkdir -p "$root/DEBIAN" "$root/opt" "$root/usr/bin" "$root/usr/share/applications" \
    "$root/usr/share/mime/packages" "$root/usr/share/icons/hicolor/256x256/apps"
  cp -a dist/maskfacegan "$root/opt/"
  ln -s /opt/maskfacegan/maskfacegan-gui "$root/usr/bin/maskfacegan-gui"
  cp packaging/linux/maskfacegan.desktop "$root/usr/share/applications/"
  cp packaging/linux/maskfacegan.xml "$root/usr/share/mime/packages/"
  cp resources/icons/app-256.png "$root/usr/share/icons/hicolor/256x256/apps/maskfacegan.png"
  cat > "$root/DEBIAN/control" <<CONTROL
Package: maskfacegan-editor
Version: $version
Architecture: $(dpkg --print-architecture)
Maintainer: MaskFaceGAN Editor
Installed-Size: $(du -sk dist/maskfacegan | cut -f1)
Depends: libc6, libegl1, libgl1, libxkbcommon-x11-0, libxcb-cursor0, libxcb-icccm4, libxcb-image0, libxcb-keysyms1, libxcb-randr0, libxcb-render-util0, libxcb-shape0, libxcb-xinerama0, libdbus-1-3, libfontconfig1
Section: graphics
Priority: optional
Description: Face photo editor
 Edits attributes of a face in a photo by masked optimisation of a generator's latent code.
CONTROL
  dpkg-deb --root-owner-group -Zxz --build "$root" "dist/$name.deb"
fi
ls -l dist/"$name"*
