"""The options that say what an edit is and how its results are saved; `edit` and `batch` share them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..errors import ConfigError
from ..photo.formats import DEFAULT_QUALITY, SAVED
from ..types import AttributeEdit


def add_results(parser: argparse.ArgumentParser) -> None:
    """Format and quality of the results."""
    add = parser.add_argument
    add("--format", choices=tuple(SAVED), default="png", help="format of results in --outdir (default: png)")
    chosen = " and ".join(row.title for row in SAVED.values() if row.quality is not None)
    quality_help = f"of {chosen}, 1 to 100 (default: %(default)s)"
    add("--quality", type=int, default=DEFAULT_QUALITY, metavar="Q", help=quality_help)
    add("--no-tag", action="store_true", help="do not say in the picture's metadata that it was edited")


def add_edit(parser: argparse.ArgumentParser, attribute_required: bool) -> list[str]:
    """What is done to a face; returns the options' names in the parsed arguments."""
    names = []

    def add(*flags: str, **how: Any) -> None:
        names.append(parser.add_argument(*flags, **how).dest)

    add(
        "--attribute",
        nargs="+",
        action="extend",
        required=attribute_required,
        metavar="A[=TARGET][:SIZE]",
        help="attributes; TARGET is 1 (add), 0 (take away) or a probability between them",
    )
    add(
        "--weights",
        metavar="PACK",
        help="a pack's name or folder (default: portrait where it is installed, else starter)",
    )
    add("--preset", help="fast, quick or paper (default: the one that the pack recommends, else quick)")
    add("--target", type=float, default=1.0, help="target of attributes given without one (default: 1)")
    add("--smoothing", type=float, default=0.05, help="the goal is |target - smoothing| (default: 0.05)")
    add("--size", type=float, default=0.0, help="wanted area of the region against now; 0: any")
    blends = ("include_skin", "no_skin")
    add("--blend", "--blend-option", choices=blends, default="include_skin", help="where the result shows")
    add(
        "--e4e-init",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="start from the encoder's code, or not (default: as the preset and the attributes imply)",
    )
    add("--force-global", action="store_true", help="edit the whole face")
    add("--seed", type=int, default=0, help="seed of the noise maps (default: 0)")
    add("--composite", choices=("paper", "detail"), help="how the edit is shown (paper preset: paper)")
    add("--config", type=Path, metavar="FILE", help="published keys as YAML or JSON")
    add("--set", nargs="+", action="extend", default=[], metavar="KEY=VALUE", help="set a published key")
    return names


def add_computing(parser: argparse.ArgumentParser) -> None:
    """Where and how it is computed."""
    add = parser.add_argument
    add("--device", default="auto", help="auto, cpu, cuda or mps")
    add("--precision", choices=("auto", "float32"), default="auto", help="arithmetic inside the generator")


def parse_attributes(texts: list[str], target: float, size: float) -> tuple[AttributeEdit, ...]:
    """`smiling`, `smiling=0`, `smiling=0.7`, `bushy_eyebrows=1:1.5` -> attribute edits."""
    edits = []
    for text in texts:
        body, _, size_text = text.partition(":")
        name, equals, target_text = body.partition("=")
        wanted = _number(target_text, text) if equals else target
        area = _number(size_text, text) if size_text else size
        if not 0 <= wanted <= 1 or area < 0:
            raise ConfigError(
                f"'{text}' is not understood.", "Write it as smiling, smiling=0.7 or big_nose=1:1.3."
            )
        probability = None if wanted in (0.0, 1.0) else wanted
        edits.append(AttributeEdit(name.strip(), wanted, probability, area))
    return tuple(edits)


def _number(text: str, whole: str) -> float:
    try:
        return float(text)
    except ValueError:
        hint = "Write it as smiling, smiling=0.7 or big_nose=1:1.3."
        raise ConfigError(f"'{whole}' is not understood.", hint) from None


def settings_of(options: argparse.Namespace) -> dict[str, str]:
    """The published keys of --set."""
    return dict(_key_value(text) for text in options.set)


def config_of(options: argparse.Namespace) -> dict[str, Any]:
    """The published keys of --config, by dotted name."""
    from ..edit.settings import flatten, read_config

    return flatten(read_config(options.config)) if options.config else {}


def _key_value(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ConfigError(f"'{text}' is not understood.", "Write it as --set steps.latent=300.")
    return key.strip(), value.strip()


def check_edit(options: argparse.Namespace) -> tuple[AttributeEdit, ...]:
    """The attributes, after everything that can be checked without a network."""
    from ..attributes import check_attributes
    from ..edit.settings import describe_preset

    attributes = parse_attributes(options.attribute, options.target, options.size)
    check_attributes([a.name for a in attributes])
    if options.preset is not None:
        describe_preset(options.preset)
    if not 0 <= options.smoothing < 0.5:
        raise ConfigError("The smoothing must lie between 0 and 0.5.", "0.05 is strong, 0.4 is mild.")
    if not 0 <= options.seed < 2**63:
        raise ConfigError("The seed must be a whole number of 0 or more.")
    return attributes


def check_quality(options: argparse.Namespace) -> None:
    if not 1 <= options.quality <= 100:
        raise ConfigError("The quality must lie between 1 and 100.", "95 is good, 100 the best.")
