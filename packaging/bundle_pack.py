"""Prepare a pack to be handed out with the application: `python packaging/bundle_pack.py NAME FOLDER`.

Installs the pack from its public packages into a folder of its own, and puts beside its files what its terms
ask of who passes them on: every licence in full (`packaging/licences/NAME`), and a notice with the terms, the
source and the changes of each part. Without licences there is an error and nothing to hand out.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
LICENCES = ROOT / "packaging" / "licences"
RULE = "\n\n" + "-" * 80 + "\n\n"
CHANGES = {
    "mobile-stylegan": "The constants of the two graphs under new names; constant factors multiplied into "
    "the modulations, channels before a Haar transform sorted by band, noise maps divided by their "
    "deviation; the mean code added; all rounded to float16.",
    "bisenet": "The same tensors under the same names, rounded to float16.",
    "lpips-vgg16": "The same numbers under torchvision's and LPIPS's names, axes in PyTorch's order.",
}
"""What each conversion changes, as the licences want it stated."""

HEAD = """{title}

For research and non-commercial use only. The parts keep the terms of those who made them, which stand below;
the licences are in full in the folder licences. What was trained for this pack on renders of its generator is
under CC BY-NC-SA 4.0: it may be passed on and changed for non-commercial use under the same licence."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("folder", type=Path, help="where the pack shall lie; replaced when it is there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["MASKFACEGAN_HOME"] = home
        prepare(options.name, options.folder)


def prepare(name: str, folder: Path) -> None:
    """Install the pack and write `folder`: its files, NOTICE.txt and licences/. Raises EngineError."""
    from engine.distribution.install import install_pack

    texts = sorted((LICENCES / name).glob("*.txt"))
    if not texts:
        raise SystemExit(f"The licences of the pack '{name}' are not in {LICENCES / name}.")
    state = install_pack(name)
    if state is None or state.missing:
        raise SystemExit(f"The pack '{name}' is not complete.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for part in [
        state.folder / "manifest.json",
        *(state.folder / p.part.file for p in state.parts if p.part),
    ]:
        shutil.copyfile(part, folder / part.name)
    (folder / "licences").mkdir()
    for text in texts:
        shutil.copyfile(text, folder / "licences" / text.name)
    (folder / "NOTICE.txt").write_text(notice(state), encoding="utf-8")


def notice(state: object) -> str:
    """Terms, source and changes of every part of a `PackState`."""
    entries = [HEAD.format(title=state.offer.title)]  # type: ignore[attr-defined]
    for entry in state.parts:  # type: ignore[attr-defined]
        component, source = entry.component, entry.component.package
        lines = [
            component.title,
            f"File: {entry.part.file} (sha256 {entry.part.sha256})",
            f"Terms: {component.terms}",
        ]
        if source is not None:
            lines += [
                f"Source: package {source.package} {source.version}, {source.file} (sha256 {source.sha256})"
            ]
            lines += [f"  {member.name} (sha256 {member.sha256})" for member in source.members]
            lines += [f"Changes: {CHANGES[source.conversion]}"]
        elif component.builtin is not None:
            lines += ["Source: trained by the makers of this program; see weights/recipes in its sources."]
        else:
            lines += [f"Source: {address}" for address in component.sources]
        entries.append("\n".join(lines))
    return RULE.join(entries) + "\n"


if __name__ == "__main__":
    main()
