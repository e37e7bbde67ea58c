"""The published keys, what attributes imply, and the presets.

Precedence: a key set for one run, then a config file, then what the attributes imply, then the pack's
figures for the preset, then the preset, then the published defaults.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..attributes import edits_everywhere, is_hair, move_face, reshapes
from ..errors import ConfigError
from ..types import EditRequest

PUBLISHED: dict[str, Any] = {
    "optimizer.lr_latent": 0.001,
    "optimizer.lr_noise": 0.1,
    "optimizer.reinit": True,
    "steps.latent": 1000,
    "steps.noise": 500,
    "steps.e4e_start": 300,
    "models.update_shape": False,
    "loss.weights.classf": 0.005,
    "loss.weights.mse": 2.0,
    "loss.weights.seg": 0.5,
    "loss.weights.n_loss": 1.0,
    "loss.weights.size": 1.0,
    "loss.weights.lpips": 0.03,
    "loss.start_steps.classf": 500,
    "loss.start_steps.mse": 0,
    "loss.start_steps.seg": 500,
    "loss.start_steps.n_loss": 0,
    "dynamic_masking": True,
    "dynamic_masking_iters": 200,
}

# Ours. Their defaults leave every number of the published method as it is.
ADDED: dict[str, Any] = {
    "optimizer.lr_hold": 0.0,  # learning rate before `steps.hold_region`, falling evenly; 0: lr_latent
    "optimizer.decay": 1.0,  # the latent learning rate falls to this fraction by the last step
    "optimizer.directions": False,  # the edit begins with a step along the pack's attribute directions
    "optimizer.region_follows": False,  # along the directions, too, the masks follow the region that is drawn
    "optimizer.farthest_direction": 0.0,  # steps along them end at so many times the way at which a whole
    # render shows the attribute; 0: at the last rung
    "optimizer.hold_whitened": False,  # the reconstruction's steps are taken along the axes of W
    "optimizer.lr_tune": 0.02,  # learning rate of the generator's weights
    "optimizer.lr_finish": 0.001,  # the same for those that only the whole picture depends on
    "optimizer.whitened": False,  # steps of an edit are as long along every axis of W that codes vary along
    "optimizer.shared": 0.0,  # how far all layers of the code take the same steps while one edits; 1: wholly
    "optimizer.farthest": 1.0,  # an edit that falls short on the photo is made up to so many times as strong
    "steps.hold_region": 0,  # before this step the whole face is reconstructed, whatever is edited
    "steps.tune": 0,  # the last so many of these fit the generator's weights to the face, not the code
    "steps.finish": 0,  # the last so many of those fit what only the whole picture depends on
    "steps.expression": 0,  # an edit of expressions alone ends after so many; 0: after as many as others
    "steps.coarse": 0,  # before this step the generator stops at 256 px
    "steps.parse_every": 1,  # the parser is asked in every so-many-th step, and in the last that masks follow
    "loss.perceptual_size": 0,  # side in px at which the perceptual distance looks; 0: the render's own
    "loss.window": 0,  # side in px of the part of a face that it looks at in a step; 0: all of it
    "loss.weights.hold_lpips": 0.0,  # perceptual distance of the whole face while it is reconstructed
    "loss.weights.tune_lpips": 0.0,  # the same while the generator's weights are fitted to it
    "loss.weights.prior": 0.0,  # keeps the edit a small step that all layers of the code share
    "expressions_move_face": False,  # a smile is an edit of the whole face: cheeks and eyes take part in it
    "loss.on_photo": False,  # the classifier sees the edit on the photo, not the whole render
    "loss.views": 0,  # randomly changed views that the classifier sees beside the render itself
}

# In the published file, but decided elsewhere here (device, logging) or by the attribute's name.
_WITHOUT_EFFECT = {"device", "steps.log", "local_attributes", "global_attributes", "models.is_local"}


@dataclass(frozen=True)
class Preset:
    """A named set of keys. `description` is one sentence for a person.

    `global_settings` win over what a global edit implies.
    """

    name: str
    title: str
    description: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    global_settings: Mapping[str, Any] = field(default_factory=dict)
    encoder_start: bool = False
    exact: bool = False


PRESETS: dict[str, Preset] = {
    "fast": Preset(
        "fast",
        "Fast",
        "The face is reconstructed once at low resolution, then each edit starts from what the pack knows of "
        "its attribute: seconds instead of minutes, with the photo's own skin.",
        {
            "optimizer.lr_latent": 0.015,
            "optimizer.lr_hold": 0.03,
            "optimizer.decay": 0.1,
            "optimizer.directions": True,
            "optimizer.farthest": 1.5,
            "steps.e4e_start": 0,
            "steps.latent": 120,
            "steps.noise": 0,
            "steps.hold_region": 90,
            "steps.coarse": 70,
            "steps.parse_every": 4,
            "loss.start_steps.classf": 90,
            "loss.start_steps.seg": 90,
            "loss.on_photo": True,
            "loss.weights.mse": 10.0,
            "loss.perceptual_size": 256,
            "dynamic_masking_iters": 20,
        },
        {"optimizer.lr_latent": 0.005, "optimizer.farthest": 1.0},
        encoder_start=True,
    ),
    "quick": Preset(
        "quick",
        "Quick",
        "A short run from the encoder's guess: 200 latent and 50 noise steps, for a result within a minute.",
        {
            "steps.e4e_start": 0,
            "steps.latent": 200,
            "steps.noise": 50,
            "steps.hold_region": 80,
            "optimizer.directions": True,
            "optimizer.farthest": 1.5,
            "loss.on_photo": True,
            "loss.start_steps.classf": 80,
            "loss.start_steps.seg": 80,
            "dynamic_masking_iters": 60,
        },
        {"optimizer.farthest": 1.0},
        encoder_start=True,
    ),
    "paper": Preset(
        "paper",
        "Paper",
        "Exactly the published method: 1000 latent and 501 noise steps in single precision; slow.",
        exact=True,
    ),
}


def describe_preset(name: str) -> Preset:
    """The preset of that name; ConfigError for an unknown one."""
    if name not in PRESETS:
        raise ConfigError(f"There is no preset called '{name}'.", f"Presets: {', '.join(PRESETS)}.")
    return PRESETS[name]


@dataclass(frozen=True)
class Settings:
    """Every key's value for one run, flat, by dotted name. `everywhere` is whether it edits the whole face,
    `confined` whether it is shown of that where its attributes are only (`shown_in`), `expression` whether
    all that is wanted is a look that the whole face takes part in."""

    values: Mapping[str, Any]
    everywhere: bool = False
    confined: bool = False
    expression: bool = False

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def number(self, key: str) -> float:
        return float(self.values[key])

    def count(self, key: str) -> int:
        return int(self.values[key])

    def flag(self, key: str) -> bool:
        return bool(self.values[key])


def resolve(request: EditRequest, pack_presets: Mapping[str, Mapping[str, Any]]) -> Settings:
    """The settings of a run. Unknown keys and values of the wrong kind raise ConfigError."""
    preset = describe_preset(request.preset)
    values = {**PUBLISHED, **ADDED, **preset.settings}
    if not preset.exact:
        values.update(_checked(pack_presets.get(preset.name, {}), "the pack"))
    chosen = {
        **_checked(request.config, "the configuration"),
        **_checked(request.settings, "the settings of this run"),
    }
    everywhere = _edits_everywhere(request, {**values, **chosen})
    values.update(_implied(request, everywhere, int({**values, **chosen}["steps.hold_region"])))
    if everywhere:
        values.update(preset.global_settings)
    confined = everywhere and not request.force_global
    expression = confined and move_face(request.attributes)
    if expression:
        values["steps.latent"] = _end_of_expression({**values, **chosen})
    return Settings({**values, **chosen}, everywhere, confined, expression)


def _edits_everywhere(request: EditRequest, values: Mapping[str, Any]) -> bool:
    """Whether a run edits the whole face. An expression whose region's size was chosen is of its region."""
    moves = values["expressions_move_face"] and move_face(request.attributes)
    sized = any(edit.size > 0 for edit in request.attributes)
    return edits_everywhere(request.attributes, request.force_global) or (moves and not sized)


def _end_of_expression(values: Mapping[str, Any]) -> int:
    begins = max(values["steps.hold_region"], values["loss.start_steps.classf"])
    end, count = int(values["steps.latent"]), values["steps.expression"]
    return min(begins + count, end) if count else end


def _implied(request: EditRequest, everywhere: bool, held: int) -> dict[str, Any]:
    """What the kind of edit decides, behind `held` steps that reconstruct the face."""
    names = [a.name for a in request.attributes]
    implied: dict[str, Any] = {}
    if everywhere:
        implied = {
            "dynamic_masking": False,
            "loss.start_steps.classf": held,
            "optimizer.reinit": False,
            "loss.weights.seg": 0.0,
        }
    else:
        if not any(is_hair(name) for name in names):
            implied["loss.weights.seg"] = 0.0
        if any(reshapes(name) for name in names):
            implied["models.update_shape"] = True
    return implied


def flatten(nested: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """{"steps": {"latent": 9}} -> {"steps.latent": 9}; dotted keys stay as they are."""
    flat: dict[str, Any] = {}
    for key, value in nested.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            flat.update(flatten(value, f"{name}."))
        else:
            flat[name] = value
    return flat


def check_settings(given: Mapping[str, Any]) -> None:
    """ConfigError for a key that is not known, or a value of the wrong kind."""
    _checked(given, "the edit")


def _checked(given: Mapping[str, Any], where: str) -> dict[str, Any]:
    known = {**PUBLISHED, **ADDED}
    checked = {}
    for key, value in flatten(given).items():
        if key in _WITHOUT_EFFECT:
            continue
        if key not in known:
            raise ConfigError(
                f"{where.capitalize()} sets an unknown key '{key}'.", _suggest(key, list(known))
            )
        checked[key] = _converted(key, value, known[key], where)
    return checked


def _suggest(key: str, known: Sequence[str]) -> str:
    import difflib

    close = difflib.get_close_matches(key, known, 1)
    return f"Did you mean '{close[0]}'?" if close else f"Known keys: {', '.join(known)}."


def _converted(key: str, value: Any, default: Any, where: str) -> Any:
    if isinstance(default, bool):
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in ("true", "false", "yes", "no", "1", "0", "on", "off"):
            return value.lower() in ("true", "yes", "1", "on")
    elif not isinstance(value, bool):
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = float("nan")
        whole = isinstance(default, int)
        if 0 <= number < float("inf") and (not whole or number == int(number)):
            return int(number) if whole else number
    kind = "true or false" if isinstance(default, bool) else "a number of 0 or more"
    if isinstance(default, int) and not isinstance(default, bool):
        kind = "a whole number of 0 or more"
    raise ConfigError(f"{where.capitalize()}: {key} is {value!r}, but should be {kind}.")


def read_config(path: Path | str) -> dict[str, Any]:
    """A configuration file (YAML, as the published one, or JSON) as a nested mapping."""
    import yaml

    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The configuration file {path} cannot be read ({error}).", path=path) from error
    try:
        content = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (json.JSONDecodeError, yaml.YAMLError) as error:
        raise ConfigError(
            f"The configuration file {path} is not valid YAML or JSON.", str(error), path=path
        ) from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise ConfigError(f"The configuration file {path} holds no keys.", path=path)
    return content
