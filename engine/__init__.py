"""MaskFaceGAN face editing as a library. No Qt in here.

    import engine
    editor = engine.Editor.load("starter")
    editor.open("portrait.jpg")
    face = editor.align(editor.faces()[0])
    result = editor.edit(editor.request(face, "smiling"))
    editor.paste(face, result)
    editor.save("out.png")

`Editor` is the one way from a photo to an edited photo; each of its steps is a function here as well
(`open_photo`, `find_faces`, `refine_landmarks`, `align`, `parse`, `run`, `scored`, `paste`, `mark_edited`,
`save_photo`).

The public names are those of `__init__.pyi`, each written there once: type checkers read it, and so does
lazy_loader, which imports a name on first use. So `import engine` is quick and needs no torch.
"""

from __future__ import annotations

import lazy_loader

from ._version import __version__ as __version__

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
