"""What an edit is called, by where the face stands."""

from __future__ import annotations

import pytest

from engine import AttributeEdit
from maskfacegan_gui.text.labels import edit_title


@pytest.mark.parametrize(
    ("goal", "there", "title"),
    [
        (0.44, 0.10, "Smiling"),  # a slider in its middle asks for more of what is hardly there
        (0.44, 0.90, "Less smiling"),
        (0.05, 0.10, "Less smiling"),
        (0.60, 0.95, "Less smiling"),
        (0.95, 0.97, "Smiling"),  # as much as there is
        (0.05, 0.02, "Smiling"),
        (0.20, None, "Less smiling"),
        (0.80, None, "Smiling"),
    ],
)
def test_less_is_what_a_face_has_more_of(goal: float, there: float | None, title: str) -> None:
    scores = None if there is None else {"smiling": there}
    assert edit_title((AttributeEdit("smiling", probability=goal),), scores) == title


def test_several_attributes_in_one_title() -> None:
    edits = (AttributeEdit("smiling"), AttributeEdit("blond_hair", target=0.0))
    assert edit_title(edits, {"smiling": 0.1, "blond_hair": 0.9}) == "Smiling, less blond hair"
