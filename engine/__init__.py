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

Names are imported on first use, so that `import engine` is quick and needs no torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "AttributeEdit": "types",
    "EditRequest": "types",
    "EditResult": "types",
    "Face": "types",
    "FaceBox": "types",
    "Photo": "types",
    "REGIONS": "types",
    "RegionMasks": "types",
    "Step": "types",
    "RunControl": "control",
    "CheckpointError": "errors",
    "ConfigError": "errors",
    "DownloadError": "errors",
    "EngineError": "errors",
    "NoEncoderError": "errors",
    "NoFaceError": "errors",
    "OutOfMemoryError": "errors",
    "PackError": "errors",
    "PhotoError": "errors",
    "PhotoTooLargeError": "errors",
    "SaveError": "errors",
    "UnknownAttributeError": "errors",
    "UnsafeCheckpointError": "errors",
    "UnsupportedAttributeError": "errors",
    "data_root": "locations",
    "resource": "locations",
    "user_folder": "locations",
    "BLEND_MODES": "edit.blend",
    "recipe": "edit.blend",
    "ATTRIBUTES": "edit.regions",
    "attribute_group": "edit.regions",
    "has_size": "edit.regions",
    "is_global": "edit.regions",
    "PRESETS": "edit.config",
    "describe_preset": "edit.config",
    "FaceSession": "edit.session",
    "run": "edit.run",
    "STRONGEST": "edit.strength",
    "prepare_runs": "edit.prepare",
    "at_strength": "edit.strength",
    "continued": "edit.strength",
    "scored": "edit.scored",
    "release_memory": "memory",
    "open_photo": "photo",
    "remarks": "photo",
    "conversions": "photo",
    "save_formats": "photo",
    "save_photo": "photo",
    "save_mask": "photo",
    "to_srgb": "photo",
    "find_faces": "faces.detect",
    "align": "faces.align",
    "ffhq_quad": "faces.align",
    "face_from_points": "faces.detect",
    "refine_landmarks": "faces.refine",
    "take_whole": "faces.align",
    "border_fade": "faces.paste",
    "paste": "faces.paste",
    "paste_mask": "faces.paste",
    "ModelPack": "packs.pack",
    "load_pack": "packs.pack",
    "list_packs": "packs.manifest",
    "DownloadProgress": "packs.download",
    "Finding": "packs.examine",
    "Imported": "packs.install",
    "PackState": "packs.store",
    "discard_unfinished": "packs.install",
    "import_models": "packs.install",
    "install_pack": "packs.install",
    "pack_components": "packs.sources",
    "pack_states": "packs.store",
    "remove_pack": "packs.store",
    "verify_pack": "packs.examine",
    "parse": "packs.pack",
    "mark_edited": "provenance",
    "Update": "updates",
    "check_for_update": "updates",
    "check_installation": "installation",
    "random_face": "edit.sample",
    "score": "packs.pack",
}

__all__ = ["__version__", *_HOME]  # noqa: PLE0604

if TYPE_CHECKING:
    from .control import RunControl as RunControl
    from .edit.blend import BLEND_MODES as BLEND_MODES
    from .edit.blend import recipe as recipe
    from .edit.config import PRESETS as PRESETS
    from .edit.config import describe_preset as describe_preset
    from .edit.prepare import prepare_runs as prepare_runs
    from .edit.regions import ATTRIBUTES as ATTRIBUTES
    from .edit.regions import attribute_group as attribute_group
    from .edit.regions import has_size as has_size
    from .edit.regions import is_global as is_global
    from .edit.run import run as run
    from .edit.sample import random_face as random_face
    from .edit.scored import scored as scored
    from .edit.session import FaceSession as FaceSession
    from .edit.strength import STRONGEST as STRONGEST
    from .edit.strength import at_strength as at_strength
    from .edit.strength import continued as continued
    from .errors import CheckpointError as CheckpointError
    from .errors import ConfigError as ConfigError
    from .errors import DownloadError as DownloadError
    from .errors import EngineError as EngineError
    from .errors import NoEncoderError as NoEncoderError
    from .errors import NoFaceError as NoFaceError
    from .errors import OutOfMemoryError as OutOfMemoryError
    from .errors import PackError as PackError
    from .errors import PhotoError as PhotoError
    from .errors import PhotoTooLargeError as PhotoTooLargeError
    from .errors import SaveError as SaveError
    from .errors import UnknownAttributeError as UnknownAttributeError
    from .errors import UnsafeCheckpointError as UnsafeCheckpointError
    from .errors import UnsupportedAttributeError as UnsupportedAttributeError
    from .faces.align import align as align
    from .faces.align import ffhq_quad as ffhq_quad
    from .faces.align import take_whole as take_whole
    from .faces.detect import face_from_points as face_from_points
    from .faces.detect import find_faces as find_faces
    from .faces.paste import border_fade as border_fade
    from .faces.paste import paste as paste
    from .faces.paste import paste_mask as paste_mask
    from .faces.refine import refine_landmarks as refine_landmarks
    from .installation import check_installation as check_installation
    from .locations import data_root as data_root
    from .locations import resource as resource
    from .locations import user_folder as user_folder
    from .memory import release_memory as release_memory
    from .packs.download import DownloadProgress as DownloadProgress
    from .packs.examine import Finding as Finding
    from .packs.examine import verify_pack as verify_pack
    from .packs.install import Imported as Imported
    from .packs.install import discard_unfinished as discard_unfinished
    from .packs.install import import_models as import_models
    from .packs.install import install_pack as install_pack
    from .packs.manifest import list_packs as list_packs
    from .packs.pack import ModelPack as ModelPack
    from .packs.pack import load_pack as load_pack
    from .packs.pack import parse as parse
    from .packs.pack import score as score
    from .packs.sources import pack_components as pack_components
    from .packs.store import PackState as PackState
    from .packs.store import pack_states as pack_states
    from .packs.store import remove_pack as remove_pack
    from .photo import conversions as conversions
    from .photo import open_photo as open_photo
    from .photo import remarks as remarks
    from .photo import save_formats as save_formats
    from .photo import save_mask as save_mask
    from .photo import save_photo as save_photo
    from .photo import to_srgb as to_srgb
    from .provenance import mark_edited as mark_edited
    from .types import REGIONS as REGIONS
    from .types import AttributeEdit as AttributeEdit
    from .types import EditRequest as EditRequest
    from .types import EditResult as EditResult
    from .types import Face as Face
    from .types import FaceBox as FaceBox
    from .types import Photo as Photo
    from .types import RegionMasks as RegionMasks
    from .types import Step as Step
    from .updates import Update as Update
    from .updates import check_for_update as check_for_update


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
