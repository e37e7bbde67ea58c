"""Photos as users have them, on the built-in pack: each is edited or told of in a sentence, never lost.

The faces are drawn by the pack's own generator, so that nobody's picture is needed.
"""

from __future__ import annotations

import functools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

import engine
from engine.cli import main
from engine.faces import detect, search_copies
from engine.faces.confirm import confirmed
from engine.types import ByteArray, Photo

SHORT = ["steps.latent=2", "steps.hold_region=1", "loss.start_steps.classf=1", "loss.start_steps.seg=1"]
CORNERS = np.array([(0, 0), (0, 1), (1, 1), (1, 0)])
EYES = np.array([(0.38, 0.48), (0.62, 0.48)])


@functools.cache
def pack() -> engine.ModelPack:
    return engine.load_pack("starter", device="cpu")


@functools.cache
def somebody(seed: int) -> ByteArray:
    """(256, 256, 3): a face of nobody, aligned, whatever size the pack draws it in."""
    drawn = Image.fromarray(engine.random_face(pack(), seed))
    return np.asarray(drawn.resize((256, 256), Image.Resampling.BICUBIC))


def placed(canvas: tuple[int, int], *places: tuple[int, int]) -> Image.Image:
    """A grey picture with a different face at each place (its top left corner)."""
    picture = Image.new("RGB", canvas, (130, 128, 126))
    for seed, place in enumerate(places):
        picture.paste(Image.fromarray(somebody(seed)), place)
    return picture


def as_photo(picture: Image.Image) -> Photo:
    return Photo(np.asarray(picture), "RGB")


def edit(path: Path, out: Path, *more: str) -> int:
    arguments = [
        "edit",
        "--weights",
        "starter",
        "--image",
        str(path),
        "--attribute",
        "smiling",
        "--outdir",
        str(out),
        "--quiet",
    ]
    return main([*arguments, "--device", "cpu", "--set", *SHORT, "steps.noise=0", *more])


def faces_told_of(path: Path, out: Path, said: str, code: int) -> list[Path]:
    """The results of an edit that came out well or was refused in the finder's words, with what to do."""
    made = sorted(p for p in out.glob("*.png")) if out.is_dir() else []
    if code:
        assert "No face was found in this photo." in said and "--landmarks" in said and not made
    else:
        assert len(made) == 1
        result, photo = np.asarray(Image.open(made[0]).convert("RGB")), engine.open_photo(path)
        assert result.shape == photo.pixels.shape
    assert "Traceback" not in said
    return made


@pytest.mark.slow
@pytest.mark.parametrize("cut", [40, 90, 128, 170])
def test_a_face_half_outside_the_frame(cut: int, tmp_path: Path, capsys) -> None:
    """`cut` of its 256 columns lie outside. What is found is edited inside the frame, at the edge too."""
    path = tmp_path / "cut.png"
    placed((500, 400), (-cut, 72)).save(path)
    before, code = path.read_bytes(), edit(path, tmp_path / "out", "--save-mask", str(tmp_path / "m.png"))
    made = faces_told_of(path, tmp_path / "out", capsys.readouterr().err, code)
    assert path.read_bytes() == before
    assert made or cut > 40
    if made:
        outside = np.asarray(Image.open(tmp_path / "m.png")) == 0
        pictures = [np.asarray(Image.open(p).convert("RGB")) for p in (path, made[0])]
        assert outside[:, 300:].all() and np.array_equal(pictures[0][outside], pictures[1][outside])


@pytest.mark.slow
def test_the_pack_draws_as_finely_as_it_says_and_no_finer() -> None:
    def lost(seed: int, side: int) -> float:
        whole = Image.fromarray(engine.random_face(pack(), seed))
        small = whole.resize((side, side), Image.Resampling.LANCZOS)
        again = small.resize(whole.size, Image.Resampling.BICUBIC)
        return float((np.asarray(whole, np.float64) - np.asarray(again, np.float64)).std())

    for seed in range(3):
        assert lost(seed, pack().detail) < 2.5
        assert lost(seed, pack().detail // 2) > 2 * lost(seed, pack().detail)


@pytest.mark.slow
def test_two_hundred_faces_are_all_found_and_the_last_can_be_taken() -> None:
    tile = placed((512, 512), (0, 0), (256, 0), (0, 256), (256, 256))
    picture = Image.new("RGB", (20 * 256, 10 * 256))
    for x in range(0, picture.width, 512):
        for y in range(0, picture.height, 512):
            picture.paste(tile, (x, y))
    photo = as_photo(picture)
    faces = engine.find_faces(photo, pack())
    assert len(faces) == 200
    centres = np.array([face.landmarks.mean(axis=0) for face in faces])
    assert len(np.unique(centres // 256, axis=0)) == 200
    assert engine.align(photo, faces[-1]).crop.shape[0] >= 256


@pytest.mark.slow
@pytest.mark.parametrize("degrees", [-45, -30, 30, 45])
def test_a_turned_face_is_found_where_it_is(degrees: int) -> None:
    """The face lies where turning the picture by hand puts it, and a found one is not searched for again."""
    upright = placed((640, 640), (192, 172))
    photo = as_photo(upright.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=(130, 128, 126)))
    before = engine.find_faces(as_photo(upright), pack())[0].landmarks
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    expected = (before - 320) @ np.array([[cos, -sin], [sin, cos]]) + 320
    faces = engine.find_faces(photo, pack())
    misses = np.hypot(*(faces[0].landmarks - expected).T) / np.hypot(*(before[1] - before[0]))
    assert len(faces) == 1 and misses.max() < 0.12
    small = search_copies.small_copy(photo, detect.LONGEST)
    turned = detect._search_turned(pack().finder, photo, small)  # type: ignore[arg-type]
    assert len(turned) == 1 and np.hypot(*(turned[0][1] - expected).T).max() < 20


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "degrees", "side"),
    [(9, -45, 180), (9, -45, 330), (3, -45, 330), (1, 45, 180), (2, 28, 330), (1, -20, 330), (1, 10, 180)],
)
def test_a_turned_face_beside_an_upright_one_is_found_and_both_once(
    seed: int, degrees: int, side: int
) -> None:
    """Those turned least both searches see, the first three only that of turned copies."""
    picture = placed((1000, 600), (90, 150))
    alone = engine.find_faces(as_photo(picture), pack())[0]
    other = Image.fromarray(somebody(seed)).resize((side, side), Image.Resampling.BICUBIC).convert("RGBA")
    other = other.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    picture.paste(other, (700 - other.width // 2, 300 - other.height // 2), other)
    faces = engine.find_faces(as_photo(picture), pack())
    assert len(faces) == 2
    upright, turned = sorted(faces, key=lambda face: face.landmarks[0, 0])
    across = turned.landmarks[1] - turned.landmarks[0]
    assert abs(np.degrees(np.arctan2(across[1], across[0])) + degrees) < 6
    assert np.hypot(*(turned.landmarks.mean(axis=0) - (700, 300))) < 0.15 * side
    assert np.abs(alone.landmarks - upright.landmarks).max() < 4


@pytest.mark.slow
def test_nothing_is_found_beside_upright_faces_where_nothing_is() -> None:
    random = np.random.default_rng(11)
    for grain in (4, 12, 30, 90):
        noise = Image.fromarray(random.integers(0, 255, (grain, grain, 3), dtype=np.uint8))
        picture = noise.resize((900, 600), Image.Resampling.BICUBIC)
        for seed, place in enumerate(((20, 30), (560, 310))):
            picture.paste(Image.fromarray(somebody(seed)), place)
        photo, finder = as_photo(picture), pack().finder
        small = search_copies.small_copy(photo, detect.LONGEST)
        upright = detect._search(finder, photo, small)  # type: ignore[arg-type]
        assert len(upright) >= 2
        assert not detect._search_turned(finder, photo, small, upright)  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_photo_with_a_face_is_not_searched_brightened(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("searched again")

    monkeypatch.setattr(detect, "_search_lit", never)
    assert len(engine.find_faces(as_photo(placed((500, 400), (120, 72))), pack())) == 1


@pytest.mark.slow
def test_pictures_without_faces_have_none_turned_either() -> None:
    random = np.random.default_rng(5)
    for grain in (3, 9, 40, 160):
        noise = Image.fromarray(random.integers(0, 255, (grain, grain, 3), dtype=np.uint8))
        photo = as_photo(noise.resize((420, 420), Image.Resampling.BICUBIC))
        small = search_copies.small_copy(photo, detect.LONGEST)
        assert not detect._search_turned(pack().finder, photo, small)  # type: ignore[arg-type]
        with pytest.raises(engine.NoFaceError):
            engine.find_faces(photo, pack())


@pytest.mark.slow
def test_sunglasses_leave_a_face_that_can_be_aligned(tmp_path: Path, capsys) -> None:
    picture = placed((500, 400), (120, 72))
    draw = ImageDraw.Draw(picture)
    for x, y in EYES * 256 + (120, 72):
        draw.ellipse((x - 26, y - 15, x + 26, y + 17), fill=(8, 8, 10))
    draw.line((218, 192, 278, 192), fill=(8, 8, 10), width=5)
    path, photo = tmp_path / "shades.png", as_photo(picture)
    picture.save(path)
    code = edit(path, tmp_path / "out")
    if not faces_told_of(path, tmp_path / "out", capsys.readouterr().err, code):
        return
    found = engine.find_faces(photo, pack())[0]
    refined = engine.refine_landmarks(photo, found, pack())
    shift = np.hypot(*(refined.landmarks - found.landmarks).T)
    assert shift.max() < 0.3 * np.hypot(*(found.landmarks[1] - found.landmarks[0]))
    assert np.hypot(*(refined.landmarks[:2] - EYES * 256 - (120, 72)).T).max() < 25


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["drawing", "black", "profile"])
def test_without_a_clear_face_there_is_a_sentence_or_a_face(kind: str, tmp_path: Path, capsys) -> None:
    path = tmp_path / f"{kind}.png"
    {"drawing": childs_drawing, "black": black, "profile": profile}[kind]().save(path)
    before, code = path.read_bytes(), edit(path, tmp_path / "out")
    made = faces_told_of(path, tmp_path / "out", capsys.readouterr().err, code)
    assert path.read_bytes() == before
    assert not (made and kind == "black")


def childs_drawing() -> Image.Image:
    """A round head, dots for eyes, a red arc for a mouth, hair like a fence."""
    picture = Image.new("RGB", (480, 480), "white")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((120, 110, 360, 370), outline=(30, 60, 200), width=7)
    for x in (195, 285):
        draw.ellipse((x - 12, 200, x + 12, 224), fill=(20, 20, 20))
    draw.line((240, 240, 230, 275, 248, 275), fill=(200, 120, 40), width=5)
    draw.arc((180, 250, 300, 330), 20, 160, fill=(220, 30, 40), width=7)
    for x in range(150, 340, 18):
        draw.line((x, 130, x - 8, 70), fill=(150, 90, 20), width=6)
    return picture


def black() -> Image.Image:
    return Image.new("RGB", (640, 480))


def profile() -> Image.Image:
    """One half of a face, narrowed and turned away; the other half is the wall behind."""
    half = Image.fromarray(somebody(0)).crop((0, 0, 132, 256)).resize((90, 256))
    picture = Image.new("RGB", (420, 420), (150, 146, 140))
    picture.paste(half, (150, 80))
    return picture.filter(ImageFilter.GaussianBlur(0.6))


@pytest.mark.slow
def test_a_person_marks_what_the_finder_does_not_see(tmp_path: Path) -> None:
    path = tmp_path / "drawing.png"
    childs_drawing().save(path)
    points = ["195", "212", "285", "212", "240", "270", "188", "315", "292", "315"]
    assert edit(path, tmp_path / "out", "--landmarks", *points) == 0
    record = json.loads(next((tmp_path / "out").glob("*.json")).read_text())
    assert record["landmarks"] == [[195, 212], [285, 212], [240, 270], [188, 315], [292, 315]]
    quad = engine.ffhq_quad(np.array(record["landmarks"]))
    assert np.allclose(record["quad"], quad)


@pytest.mark.slow
def test_points_for_several_photos_are_refused(tmp_path: Path, capsys) -> None:
    points = ["--landmarks", *("1" for _ in range(10))]
    assert edit(tmp_path / "a.png", tmp_path / "out", "--image", str(tmp_path / "b.png"), *points) == 1
    assert "belongs to one photo" in capsys.readouterr().err


@pytest.mark.slow
def test_a_progressive_cmyk_jpeg_is_edited_in_its_own_inks(tmp_path: Path) -> None:
    path, made, mask = tmp_path / "print.jpg", tmp_path / "made.tiff", tmp_path / "m.png"
    placed((420, 420), (80, 80)).convert("CMYK").save(path, progressive=True, quality=95)
    arguments = [
        "edit",
        "--weights",
        "starter",
        "--image",
        str(path),
        "--attribute",
        "smiling",
        "--output",
        str(made),
        "--quiet",
    ]
    arguments += ["--device", "cpu", "--save-mask", str(mask), "--set", *SHORT, "steps.noise=0"]
    assert main(arguments) == 0
    photo, result = engine.open_photo(path), engine.open_photo(made)
    assert photo.mode == result.mode == "CMYK"
    outside = np.asarray(Image.open(mask)) == 0
    assert outside.any() and np.array_equal(result.pixels[outside], photo.pixels[outside])


@pytest.mark.slow
def test_the_first_picture_of_an_animated_webp_is_edited(tmp_path: Path, capsys) -> None:
    path = tmp_path / "moving.webp"
    frames = [placed((420, 420), (80, 80)), Image.new("RGB", (420, 420))]
    frames[0].save(path, save_all=True, append_images=frames[1:], lossless=True, duration=100)
    before = path.read_bytes()
    assert edit(path, tmp_path / "out") == 0
    assert "its first picture is edited" in capsys.readouterr().err
    result = np.asarray(Image.open(next((tmp_path / "out").glob("*.png"))).convert("RGB"))
    first = np.asarray(frames[0])
    assert np.array_equal(result[:60], first[:60]) and path.read_bytes() == before


@pytest.mark.slow
def test_a_face_already_aligned_is_aligned_to_itself() -> None:
    """Found, refined, cut out; the cut found, refined and cut again: the square stays where it is."""
    photo = as_photo(placed((700, 640), (200, 180)).rotate(14, Image.Resampling.BICUBIC, fillcolor="gray"))
    first = engine.align(photo, engine.refine_landmarks(photo, engine.find_faces(photo, pack())[0], pack()))
    crop = Photo(first.crop, "RGB")
    again = engine.align(crop, engine.refine_landmarks(crop, engine.find_faces(crop, pack())[0], pack()))
    corners = again.quad / crop.width
    assert np.hypot(*(corners - CORNERS).T).mean() < 0.01


@pytest.mark.slow
def test_of_doubtful_faces_those_that_the_parser_does_not_see_are_dropped() -> None:
    """A face and a creased cloth beside it: the parser settles the finder's doubt, not its certainty."""
    picture = placed((700, 400), (40, 72))
    draw = ImageDraw.Draw(picture)
    for x in range(420, 680, 14):
        draw.line((x, 60, x + 40, 340), fill=(200 - x % 60, 195, 180), width=9)
    photo = as_photo(picture.filter(ImageFilter.GaussianBlur(2)))
    face = engine.find_faces(photo, pack())[0]
    cloth = replace(face, landmarks=face.landmarks + np.array((370, 0)))
    for score, left in ((0.6, 1), (0.7, 2)):
        boxes = [replace(face, score=score), replace(cloth, score=score - 0.02)]
        evidence, kept = confirmed(photo, boxes, pack())
        assert 0.5 * score < evidence <= score
        assert len(kept) == left and kept[0] is boxes[0]
