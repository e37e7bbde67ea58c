"""What is to be compared: data, attributes, methods. Checked before anything is loaded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from ...attributes import attribute_title, check_attributes
from ...edit.settings import describe_preset
from ...errors import ConfigError
from ...types import AttributeEdit
from .datasets import KINDS

OURS, INTERFACEGAN, CONDITIONED, RESULTS = "maskfacegan", "interfacegan", "interfacegan-d", "results:"
SHARED_PRESET = "fast"
"""The preset whose reconstruction all methods start from."""
RENDERS = 1200
"""Pictures that the generator draws for InterFaceGAN's boundaries."""


@dataclass(frozen=True)
class Wish:
    """One attribute of the comparison. `name` is its key in the figures: the attribute's, with "=0" where it
    is to be taken away."""

    attribute: str
    target: float = 1.0

    @property
    def name(self) -> str:
        return self.attribute if self.target else f"{self.attribute}=0"

    @property
    def title(self) -> str:
        title = attribute_title(self.attribute)
        return title if self.target else f"Not: {title}"

    @property
    def edit(self) -> AttributeEdit:
        return AttributeEdit(self.attribute, self.target)


@dataclass(frozen=True)
class MethodName:
    """`kind` is one of this module's names; `preset` belongs to ours, `folder` to results of others."""

    name: str
    kind: str
    preset: str = ""
    folder: Path | None = None


@dataclass(frozen=True)
class Plan:
    """A comparison. `data` are (kind, folder) pairs; `faces` how many are taken, None for all."""

    data: tuple[tuple[str, Path], ...]
    wishes: tuple[Wish, ...]
    methods: tuple[MethodName, ...]
    pack: str = ""
    device: str = "auto"
    faces: int | None = None
    renders: int = RENDERS

    @property
    def key(self) -> str:
        """What has to be the same for a run to be gone on with; methods may come to it."""
        data = [(kind, str(folder.absolute())) for kind, folder in self.data]
        return json.dumps([data, [wish.name for wish in self.wishes], self.pack, self.faces, self.renders])


def wishes_of(texts: Sequence[str]) -> tuple[Wish, ...]:
    """ "smiling", "male=0" -> wishes, each once. `UnknownAttributeError`, `ConfigError`."""
    found: dict[Wish, None] = {}
    for text in texts:
        name, _, target = text.partition("=")
        check_attributes([name])
        if target not in ("", "0", "1"):
            raise ConfigError(f"The target of '{name}' is 1 or 0 here, not '{target}'.")
        found[Wish(name, 0.0 if target == "0" else 1.0)] = None
    if not found:
        raise ConfigError("No attribute was named.", "Name some with --attributes, for example: smiling.")
    return tuple(found)


def methods_of(texts: Sequence[str], presets: Sequence[str]) -> tuple[MethodName, ...]:
    """The methods of --methods, ours once a preset. `ConfigError` for a name that is none of them."""
    found: dict[str, MethodName] = {}
    for text in texts:
        for method in _method(text, presets):
            if found.setdefault(method.name, method) != method:
                raise ConfigError(f"Two methods are called '{method.name}'.", "Give each its own name.")
    if not found:
        raise ConfigError("No method was named.", f"Known are {_KNOWN}.")
    return tuple(found.values())


def our_name(preset: str) -> str:
    """The key of our method with a preset: "maskfacegan" alone is preset "fast"."""
    return OURS if preset == SHARED_PRESET else f"{OURS}:{preset}"


_KNOWN = f"{OURS}, {INTERFACEGAN}, {CONDITIONED} and {RESULTS}NAME=FOLDER"


def _method(text: str, presets: Sequence[str]) -> list[MethodName]:
    if text.startswith(RESULTS):
        name, equals, folder = text.partition("=")
        if not equals or not folder or name == RESULTS:
            raise ConfigError(f"'{text}' is not of the form {RESULTS}NAME=FOLDER.")
        path = Path(folder).expanduser()
        if not path.is_dir():
            raise ConfigError(f"There is no folder {folder} of {name[len(RESULTS) :]}'s pictures.", path=path)
        return [MethodName(name, RESULTS, folder=path)]
    if text in (INTERFACEGAN, CONDITIONED):
        return [MethodName(text, text)]
    if text == OURS:
        for preset in presets:
            describe_preset(preset)  # ConfigError for one that is not there
        return [MethodName(our_name(preset), OURS, preset) for preset in presets]
    close = get_close_matches(text, (OURS, INTERFACEGAN, CONDITIONED), 1, 0.6)
    hint = f"Did you mean '{close[0]}'? " if close else ""
    raise ConfigError(f"There is no method called '{text}'.", f"{hint}Known are {_KNOWN}.")


def data_of(folders: Sequence[Path], kinds: Sequence[str]) -> tuple[tuple[str, Path], ...]:
    """The folders with their kinds: one kind for all of them, or one each. `ConfigError` otherwise."""
    for kind in kinds:
        if kind not in KINDS:
            raise ConfigError(f"There is no layout called '{kind}'.", f"Known are {', '.join(KINDS)}.")
    if len(kinds) not in (1, len(folders)):
        raise ConfigError(f"{len(kinds)} layouts were named for {len(folders)} folders.")
    several = tuple(kinds) * len(folders) if len(kinds) == 1 else tuple(kinds)
    return tuple(zip(several, folders, strict=True))
