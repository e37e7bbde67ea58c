"""The one way from a photo to an edited photo, with the built-in pack and runs of a few steps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import engine
from engine import Editor, ModelPack
from engine.photo.ai_tag import SOURCE_TYPE

FEW = {
    "steps.latent": 6,
    "steps.noise": 1,
    "steps.hold_region": 3,
    "steps.coarse": 2,
    "steps.tune": 0,
    "loss.start_steps.classf": 3,
    "loss.start_steps.seg": 3,
    "dynamic_masking_iters": 2,
}


@pytest.fixture(scope="module")
def two_faces(pack: ModelPack, picture: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo file, 700 x 340 px, with a large face on its left and a smaller one on its right."""
    path = tmp_path_factory.mktemp("photo") / "two.png"
    photo = Image.new("RGB", (700, 340), (110, 115, 120))
    photo.paste(Image.fromarray(picture).resize((300, 300), Image.Resampling.BICUBIC), (20, 20))
    other = Image.fromarray(engine.random_face(pack, 7)).resize((220, 220), Image.Resampling.BICUBIC)
    photo.paste(other, (440, 60))
    photo.save(path, dpi=(300, 300), exif=exif_of("someone"))
    return path


def exif_of(artist: str) -> Image.Exif:
    exif = Image.Exif()
    exif[0x013B] = artist
    return exif


@pytest.fixture(scope="module")
def smile(pack: ModelPack, two_faces: Path) -> tuple[engine.Face, engine.EditResult]:
    """The larger face, and its edit: for tests that need a result and not a run."""
    editor = Editor(pack)
    editor.open(two_faces)
    face = editor.align(editor.faces()[0])
    return face, edit(editor, face, seed=3)


@pytest.fixture
def editor(pack: ModelPack, two_faces: Path) -> Editor:
    editor = Editor(pack)
    editor.open(two_faces)
    return editor


def edit(editor: Editor, face: engine.Face, name: str = "smiling", **more: object) -> engine.EditResult:
    return editor.edit(editor.request(face, name, **{"settings": FEW, **more}))


def is_tagged(photo: engine.Photo) -> bool:
    return SOURCE_TYPE.encode() in (photo.info.get("xmp") or b"")


def test_from_a_photo_file_to_an_edited_one(editor: Editor, two_faces: Path, tmp_path: Path) -> None:
    boxes = editor.faces()
    assert len(boxes) == 2 and boxes[0].box[0] < 350 < boxes[1].box[0]
    face = editor.align(boxes[0])
    result = edit(editor, face)
    mask = editor.mask(face, result)
    editor.paste(face, result)
    saved = engine.open_photo(editor.save(tmp_path / "edited.png"))
    before = engine.open_photo(two_faces)
    assert np.array_equal(saved.pixels, editor.picture.pixels) and editor.photo is not editor.picture
    assert mask.shape == (340, 700) and 0 < (mask > 0).mean() < 0.4
    assert np.array_equal(saved.pixels[mask == 0], before.pixels[mask == 0])
    assert not np.array_equal(saved.pixels[mask > 0], before.pixels[mask > 0])
    assert is_tagged(saved) and saved.exif is not None


@pytest.mark.slow
def test_the_steps_by_themselves_lead_to_the_same_pixels(
    editor: Editor, pack: ModelPack, two_faces: Path, smile: tuple[engine.Face, engine.EditResult]
) -> None:
    face, result = smile
    told = editor.scored(result)
    editor.paste(face, result)

    photo = engine.open_photo(two_faces)
    alone = engine.align(photo, engine.refine_landmarks(photo, engine.find_faces(photo, pack)[0], pack))
    smile = (engine.AttributeEdit("smiling"),)
    request = engine.EditRequest(alone, engine.parse(alone, pack), smile, settings=FEW, seed=3)
    *_, last = engine.run(request, pack)
    assert last.result is not None
    assert np.array_equal(engine.paste(photo, alone, last.result).pixels, editor.picture.pixels)
    assert engine.scored(last.result, pack).probabilities == told.probabilities
    assert engine.score(alone, pack) == editor.score(face)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_result(
    editor: Editor, smile: tuple[engine.Face, engine.EditResult]
) -> None:
    face, first = smile
    again, other = (edit(editor, face, seed=seed) for seed in (3, 4))
    assert np.array_equal(first.latent, again.latent) and np.array_equal(first.image, again.image)
    assert not np.array_equal(first.image, other.image)


@pytest.mark.slow
def test_edits_lie_on_top_of_one_another(
    editor: Editor, smile: tuple[engine.Face, engine.EditResult]
) -> None:
    one = editor.paste(*smile)
    other = editor.align(editor.faces()[1])
    second = edit(editor, other, "mouth_slightly_open")
    mask = editor.mask(other, second)
    both = editor.paste(other, second)
    assert both is editor.picture
    assert np.array_equal(both.pixels[mask == 0], one.pixels[mask == 0])
    assert not np.array_equal(both.pixels, one.pixels) and not np.array_equal(one.pixels, editor.photo.pixels)


@pytest.mark.slow
def test_a_face_is_found_in_the_photo_and_cut_from_the_picture(
    editor: Editor, pack: ModelPack, smile: tuple[engine.Face, engine.EditResult]
) -> None:
    box = editor.faces()[0]
    face = editor.align(box)
    assert face.box is not None and not np.array_equal(face.box.landmarks, box.landmarks)  # it was refined
    editor.paste(face, smile[1])
    again = editor.align(box)
    assert again.box is not None and np.array_equal(again.box.landmarks, face.box.landmarks)
    assert not np.array_equal(again.crop, face.crop)
    assert np.array_equal(again.crop, engine.align(editor.picture, face.box).crop)
    assert [b.score for b in editor.faces()] == [b.score for b in engine.find_faces(editor.photo, pack)]


@pytest.mark.slow
def test_a_second_edit_of_a_face_starts_behind_its_reconstruction(editor: Editor) -> None:
    box = editor.faces()[0]

    def begun(face: engine.Face, **more: object) -> engine.Step:
        return next(editor.steps(editor.request(face, "bushy_eyebrows", preset="fast", settings=FEW, **more)))

    face, steps = editor.align(box), list[engine.Step]()
    first = editor.edit(editor.request(face, "smiling", preset="fast", settings=FEW), watch=steps.append)
    whole = steps[0].total
    assert begun(face).total == whole - FEW["steps.hold_region"]
    assert begun(face).step == FEW["steps.hold_region"]
    assert begun(editor.align(box)).total == whole  # another face, for all that is known

    onwards = editor.request(face, "bushy_eyebrows", preset="fast", settings=FEW, earlier=first)
    assert np.array_equal(onwards.initial_latent, first.latent) and onwards.tuned is first.tuned
    steps.clear()
    both = editor.edit(onwards, watch=steps.append, earlier=first)
    assert steps[0].step == FEW["steps.hold_region"]  # a reconstruction would undo the first edit
    assert np.array_equal(both.latent_before, first.latent_before)
    assert not np.array_equal(both.latent, first.latent)


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 4])
def test_a_cancel_acts_before_the_next_step(editor: Editor, after: int) -> None:
    control, seen = engine.RunControl(), list[engine.Step]()

    def watch(step: engine.Step) -> None:
        seen.append(step)
        if len(seen) == after:
            control.cancel()

    face = editor.align(editor.faces()[0])
    result = editor.edit(editor.request(face, "smiling", settings=FEW), control, watch)
    assert result.cancelled and result.steps_done == after
    assert [step.done for step in seen] == [*range(1, after + 1), after] and seen[-1].result is result


@pytest.mark.slow
def test_a_marked_face_keeps_its_landmarks(editor: Editor) -> None:
    found = editor.faces()[1].landmarks
    moved = np.array(found) + 2.0
    marked = editor.mark(moved)
    face = editor.align(marked, refine=False)
    assert face.box is marked and np.array_equal(marked.landmarks, moved)
    with pytest.raises(engine.PhotoError, match="outside"):
        editor.mark(found + 5000)


@pytest.mark.slow
def test_a_square_photo_is_a_face_as_it_is(editor: Editor, picture: np.ndarray) -> None:
    with pytest.raises(engine.PhotoError, match="square"):
        editor.whole()
    editor.open(engine.Photo(picture, "RGB"))
    face = editor.whole()
    assert face.box is None and np.array_equal(face.crop, picture)
    result = edit(editor, face)
    mask, pasted = editor.mask(face, result), editor.paste(face, result)
    assert np.array_equal(pasted.pixels[mask == 0], picture[mask == 0]) and (mask == 0).any()
    assert editor.whole().crop.tobytes() == pasted.pixels.tobytes()


@pytest.mark.slow
def test_what_a_saved_file_tells(editor: Editor, two_faces: Path, tmp_path: Path) -> None:
    untouched = engine.open_photo(editor.save(tmp_path / "same.png"))
    assert not is_tagged(untouched) and np.array_equal(untouched.pixels, editor.photo.pixels)
    photo, edited = editor.photo, engine.Photo(255 - editor.photo.pixels, "RGB", exif=editor.photo.exif)
    without_networks = Editor()
    without_networks.open(photo, edited)
    saved = engine.open_photo(without_networks.save(tmp_path / "tagged.png"))
    assert is_tagged(saved) and np.array_equal(saved.pixels, edited.pixels)
    assert not is_tagged(engine.open_photo(without_networks.save(tmp_path / "plain.png", tag=False)))
    without_networks.open(two_faces)
    bare = engine.open_photo(without_networks.save(tmp_path / "bare.png", metadata=False))
    assert photo.exif is not None and bare.exif is None
    assert bare.info["dpi"] == pytest.approx(photo.info["dpi"])


@pytest.mark.slow
def test_another_photo_begins_anew(
    editor: Editor, picture: np.ndarray, smile: tuple[engine.Face, engine.EditResult]
) -> None:
    editor.paste(*smile)
    assert len(editor.faces()) == 2 and editor.picture is not editor.photo
    editor.open(engine.Photo(picture, "RGB"))
    assert editor.picture is editor.photo and editor.photo.width == 256
    assert len(editor.faces()) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "step",
    [
        lambda editor: editor.faces(),
        lambda editor: editor.whole(),
        lambda editor: editor.mark(np.zeros((5, 2))),
        lambda editor: editor.save("nowhere.png"),
        lambda editor: editor.picture,
    ],
)
def test_a_photo_has_to_be_open_first(pack: ModelPack, step: Callable[[Editor], object]) -> None:
    with pytest.raises(RuntimeError, match=r"Editor\.open"):
        step(Editor(pack))


@pytest.mark.slow
def test_faces_need_a_pack(editor: Editor, two_faces: Path) -> None:
    face = editor.align(editor.faces()[0])
    bare = Editor()
    bare.open(two_faces)
    for step in (bare.faces, lambda: bare.parse(face), lambda: bare.request(face, "smiling")):
        with pytest.raises(RuntimeError, match=r"Editor\.load"):
            step()


@pytest.mark.slow
def test_errors_come_with_the_step_that_they_are_of(editor: Editor, tmp_path: Path) -> None:
    before = editor.photo
    with pytest.raises(engine.PhotoError, match="no file"):
        editor.open(tmp_path / "missing.png")
    assert editor.photo is before  # what was open stays
    face = editor.align(editor.faces()[0])
    unknown = editor.request(face, "sparkling")
    steps = editor.steps(unknown)  # nothing is computed, so nothing can fail yet
    with pytest.raises(engine.UnknownAttributeError):
        next(steps)
    with pytest.raises(engine.ConfigError):
        edit(editor, face, preset="soon")
    with pytest.raises(engine.SaveError):
        editor.save(tmp_path / "picture.docx")
    editor.open(engine.Photo(np.full((240, 320, 3), 120, np.uint8), "RGB"))
    with pytest.raises(engine.NoFaceError):
        editor.faces()
