"""MaskFaceGAN face editing as a library. No Qt in here.

    import engine
    pack = engine.load_pack("starter")
    photo = engine.open_photo("portrait.jpg")
    face = engine.align(photo, engine.find_faces(photo, pack)[0])
    masks = engine.parse(face, pack)
    request = engine.EditRequest(face, masks, (engine.AttributeEdit("smiling"),))
    for step in engine.run(request, pack):
        ...
    engine.save_photo(engine.paste(photo, face, step.result), "out.png")

The public names are those of `__init__.pyi`, each written there once: type checkers read it, and so does
lazy_loader, which imports a name on first use. So `import engine` is quick and needs no torch.
"""

from __future__ import annotations

import lazy_loader

from ._version import __version__ as __version__

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
