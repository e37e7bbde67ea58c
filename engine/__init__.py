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

from ._version import __version__ as __version__

_HOME = {
    "AttributeEdit": "types",
    "EditOptions": "types",
    "EditRequest": "types",
    "EditResult": "types",
    "Face": "types",
    "FaceBox": "types",
    "Photo": "types",
    "REGIONS": "types",
    "RegionMasks": "types",
    "Step": "types",
    "from_record": "records",
    "to_record": "records",
    "RunControl": "run_control",
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
    "data_root": "paths",
    "resource": "paths",
    "user_folder": "paths",
    "BLEND_MODES": "compositing.pipeline",
    "recipe": "compositing.pipeline",
    "ATTRIBUTES": "attributes",
    "attribute_group": "attributes",
    "attribute_title": "attributes",
    "has_size": "attributes",
    "is_global": "attributes",
    "PRESETS": "edit.settings",
    "describe_preset": "edit.settings",
    "FaceSession": "edit.session",
    "run": "edit.run",
    "STRONGEST": "edit.strength",
    "prepare_runs": "edit.prepare",
    "at_strength": "edit.strength",
    "continued": "edit.strength",
    "scored": "edit.scoring",
    "release_memory": "memory",
    "open_photo": "photo.api",
    "remarks": "photo.api",
    "conversions": "photo.api",
    "save_formats": "photo.api",
    "save_photo": "photo.api",
    "save_mask": "photo.api",
    "to_srgb": "photo.api",
    "find_faces": "faces.detect",
    "align": "faces.align",
    "ffhq_quad": "faces.align",
    "face_from_points": "faces.detect",
    "refine_landmarks": "faces.refine_landmarks",
    "take_whole": "faces.align",
    "border_fade": "compositing.paste",
    "paste": "compositing.paste",
    "paste_mask": "compositing.paste",
    "ModelPack": "packs.pack",
    "load_pack": "packs.pack",
    "list_packs": "packs.manifest",
    "DownloadProgress": "distribution.download",
    "Finding": "distribution.verify",
    "Imported": "distribution.install",
    "PackState": "distribution.installed",
    "discard_unfinished": "distribution.install",
    "import_models": "distribution.install",
    "install_pack": "distribution.install",
    "pack_components": "distribution.catalogue",
    "pack_states": "distribution.installed",
    "remove_pack": "distribution.installed",
    "verify_pack": "distribution.verify",
    "parse": "faces.parse",
    "mark_edited": "photo.ai_tag",
    "Update": "distribution.updates",
    "check_for_update": "distribution.updates",
    "check_installation": "distribution.self_check",
    "random_face": "edit.random_face",
    "score": "faces.parse",
}

__all__ = ["__version__", *_HOME]  # noqa: PLE0604

if TYPE_CHECKING:
    from .attributes import ATTRIBUTES as ATTRIBUTES
    from .attributes import attribute_group as attribute_group
    from .attributes import attribute_title as attribute_title
    from .attributes import has_size as has_size
    from .attributes import is_global as is_global
    from .compositing.paste import border_fade as border_fade
    from .compositing.paste import paste as paste
    from .compositing.paste import paste_mask as paste_mask
    from .compositing.pipeline import BLEND_MODES as BLEND_MODES
    from .compositing.pipeline import recipe as recipe
    from .distribution.catalogue import pack_components as pack_components
    from .distribution.download import DownloadProgress as DownloadProgress
    from .distribution.install import Imported as Imported
    from .distribution.install import discard_unfinished as discard_unfinished
    from .distribution.install import import_models as import_models
    from .distribution.install import install_pack as install_pack
    from .distribution.installed import PackState as PackState
    from .distribution.installed import pack_states as pack_states
    from .distribution.installed import remove_pack as remove_pack
    from .distribution.self_check import check_installation as check_installation
    from .distribution.updates import Update as Update
    from .distribution.updates import check_for_update as check_for_update
    from .distribution.verify import Finding as Finding
    from .distribution.verify import verify_pack as verify_pack
    from .edit.prepare import prepare_runs as prepare_runs
    from .edit.random_face import random_face as random_face
    from .edit.run import run as run
    from .edit.scoring import scored as scored
    from .edit.session import FaceSession as FaceSession
    from .edit.settings import PRESETS as PRESETS
    from .edit.settings import describe_preset as describe_preset
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
    from .faces.parse import parse as parse
    from .faces.parse import score as score
    from .faces.refine_landmarks import refine_landmarks as refine_landmarks
    from .memory import release_memory as release_memory
    from .packs.manifest import list_packs as list_packs
    from .packs.pack import ModelPack as ModelPack
    from .packs.pack import load_pack as load_pack
    from .paths import data_root as data_root
    from .paths import resource as resource
    from .paths import user_folder as user_folder
    from .photo.ai_tag import mark_edited as mark_edited
    from .photo.api import conversions as conversions
    from .photo.api import open_photo as open_photo
    from .photo.api import remarks as remarks
    from .photo.api import save_formats as save_formats
    from .photo.api import save_mask as save_mask
    from .photo.api import save_photo as save_photo
    from .photo.api import to_srgb as to_srgb
    from .records import from_record as from_record
    from .records import to_record as to_record
    from .run_control import RunControl as RunControl
    from .types import REGIONS as REGIONS
    from .types import AttributeEdit as AttributeEdit
    from .types import EditOptions as EditOptions
    from .types import EditRequest as EditRequest
    from .types import EditResult as EditResult
    from .types import Face as Face
    from .types import FaceBox as FaceBox
    from .types import Photo as Photo
    from .types import RegionMasks as RegionMasks
    from .types import Step as Step


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
