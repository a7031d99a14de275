"""Pictures are named by recipe, and drawn where hostile bytes can do no harm."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from deckwright.cards import images
from deckwright.cards.child import child_command
from deckwright.cards.images import RECIPE, cutout, draw, whole
from deckwright.cards.media import MediaFile, MediaFolder, Refused
from deckwright.deck.model import Region
from pictures import GREEN, bomb, encoded, media, near, noise, one, opened, refusal, scene

ROOT = Path(__file__).parents[2]
SCENE = ROOT / "media" / "baclofen-scene.svg"
RIM = 14  # pixels of rim and shade, on a canvas of 2000
# Where the symbols lie, without a rim.
BOXES = {
    "gaba-b-agonist": (3.4, 11.0, 45.4, 37.7),
    "spinal-cord": (51.2, 9.3, 17.1, 40.0),
    "spinal-cord-injuries": (73.5, 11.5, 22.2, 37.4),
    "spasticity": (2.0, 48.9, 24.8, 20.7),
    "multiple-sclerosis": (32.0, 50.6, 30.9, 24.0),
    "trigeminal-neuralgia": (70.4, 50.7, 24.0, 24.1),
    "neuropsychiatric-symptoms": (4.4, 69.9, 29.4, 29.0),
    "taper-gradually": (39.0, 75.9, 57.1, 21.5),
}


def rimmed(box: tuple[float, ...], high: float = 4 / 3) -> tuple[float, ...]:
    """Grow a box by the rim of a cut-out, on a canvas that is *high* times as wide as it is high."""
    rim = 100 * RIM / 2000
    left, top = max(0, box[0] - rim), max(0, box[1] - rim * high)
    right, bottom = min(100, box[0] + box[2] + rim), min(100, box[1] + box[3] + rim * high)
    return (left, top, right - left, bottom - top)


def test_the_projects_own_scene_falls_into_its_symbols() -> None:
    file = MediaFolder(SCENE.parent).open(SCENE.name)
    pictures = {symbol: cutout(file, symbol) for symbol in BOXES}
    drawn = draw([whole(file), *pictures.values()])
    full = drawn[whole(file).name]
    assert full.box == Region(0, 0, 100, 100)
    assert (opened(full).size, opened(full).mode) == ((2000, 1500), "RGB")
    for symbol, picture in pictures.items():
        box = drawn[picture.name].box
        assert box == pytest.approx(rimmed(BOXES[symbol]), abs=0.3)
        assert box == tuple(round(side, 2) for side in box)
        part = opened(drawn[picture.name])
        assert part.mode == "RGBA"
        assert part.size == (round(box.width * 20), round(box.height * 15))


def test_a_symbol_is_cropped_to_what_it_draws_on_the_whole_canvas(tmp_path: Path) -> None:
    file = scene(
        tmp_path,
        '<rect width="400" height="200" fill="red"/>'
        '<g transform="translate(100 50)"><g id="sym-a" fill="green"><rect width="100" height="50"/>'
        '<rect data-shadow="1" width="300" height="150"/></g></g>',
    )
    picture = cutout(file, "a")
    drawn = draw([picture])[picture.name]
    assert drawn.box == pytest.approx(rimmed((25, 25, 25, 25), 2), abs=0.2)
    assert opened(drawn).size == drawn.size == (round(drawn.box.width * 20), round(drawn.box.height * 10))
    assert near(opened(drawn).getpixel((250, 125)), (*GREEN, 255))


@pytest.mark.parametrize("symbol", ["a", "sym-a", "A", "The letter"])
def test_all_names_of_a_symbol_make_one_picture(tmp_path: Path, symbol: str) -> None:
    file = scene(tmp_path, '<g id="sym-a"><title>The letter</title><rect width="9" height="9"/></g>')
    assert cutout(file, symbol).name == cutout(file, "a").name
    assert cutout(file, symbol).name.startswith("_a-")


def test_a_name_is_its_slug_and_recipe(tmp_path: Path) -> None:
    file = media(tmp_path, "sub/Grüne Gans (2).PNG", encoded(Image.new("RGB", (1, 1)), "PNG"))
    picture = whole(file)
    assert picture.origin == hashlib.sha256(f"png {file.digest} 2000".encode()).hexdigest()
    assert picture.recipe == hashlib.sha256(f"{picture.origin} 2".encode()).hexdigest()
    assert picture.name == f"_grune-gans-2-{picture.recipe[:16]}.webp"


@pytest.mark.parametrize(
    ("stem", "slug"), [("гусь", "picture"), ("a" * 60, "a" * 40), ("a" * 39 + " b", "a" * 39)]
)
def test_a_slug_is_short_and_never_empty(tmp_path: Path, stem: str, slug: str) -> None:
    picture = whole(media(tmp_path, f"{stem}.png", encoded(Image.new("RGB", (1, 1)), "PNG")))
    assert picture.name == f"_{slug}-{picture.recipe[:16]}.webp"


def test_a_scene_higher_than_a_picture_can_be_is_refused(tmp_path: Path) -> None:
    file = scene(tmp_path, '<rect width="100" height="800"/>', 'viewBox="0 0 100 800"')
    assert one(whole(file)).size == (2000, 16_000)
    refused = refusal(whole(file, 2100))
    assert (refused.code, refused.advice) == ("picture-too-large", "set a smaller `width`")
    assert refused.message == "`scene.svg` would be 16800 pixels high where it is 2100 wide"


def test_a_symbols_recipe_is_its_own_and_not_the_files(tmp_path: Path) -> None:
    group = '<g id="a"><rect width="9" height="9"/></g>'
    before, after = (
        scene(tmp_path / "1", group),
        scene(tmp_path / "2", f'{group}<g id="b"><circle r="9"/></g>'),
    )
    assert cutout(before, "a").recipe == cutout(after, "a").recipe
    assert whole(before).recipe != whole(after).recipe
    assert cutout(after, "b").recipe != cutout(after, "a").recipe


def test_a_symbol_must_exist(tmp_path: Path) -> None:
    photo = media(tmp_path, "photo.png", encoded(Image.new("RGB", (1, 1)), "PNG"))
    for file in (photo, scene(tmp_path, "")):
        with pytest.raises(Refused) as caught:
            cutout(file, "a")
        assert caught.value.code == "missing-symbol"


@pytest.mark.parametrize(
    "body",
    ["", "<rect/>", '<rect width="9" height="9" opacity="0"/>', '<rect x="500" width="9" height="9"/>'],
)
def test_a_symbol_that_draws_nothing_is_refused(tmp_path: Path, body: str) -> None:
    file = scene(tmp_path, f'<g id="a">{body}</g>')
    refused = refusal(cutout(file, "a"))
    assert (refused.code, refused.message) == ("empty-symbol", "`a` draws nothing")
    assert refusal(whole(file)).code == "empty-picture"


def test_an_embedded_bitmap_is_drawn(tmp_path: Path) -> None:
    data = base64.b64encode(encoded(Image.new("RGB", (4, 4), GREEN), "PNG")).decode()
    file = scene(
        tmp_path,
        f'<image width="400" height="200" preserveAspectRatio="none" href="data:image/png;base64,{data}"/>',
    )
    assert near(one(whole(file)).getpixel((1000, 500)), GREEN)


def test_an_embedded_photo_is_turned_upright_and_keeps_its_colours(tmp_path: Path) -> None:
    photo = Image.new("CMYK", (80, 40), (0, 0, 0, 0))
    photo.paste((255, 0, 255, 127), (0, 0, 40, 40))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise: what was left is on top
    data = base64.b64encode(encoded(photo, "JPEG", exif=exif, quality=95)).decode()
    file = scene(tmp_path, f'<image height="200" href="data:image/jpeg;base64,{data}"/>')
    drawn = one(whole(file))
    assert near(drawn.getpixel((250, 250)), (*GREEN, 255))
    assert near(drawn.getpixel((250, 750)), (255, 255, 255, 255))
    assert near(drawn.getpixel((750, 250)), (0, 0, 0, 0), 0)


@pytest.mark.parametrize(
    ("bitmap", "code"),
    [
        (noise("PNG")[:500], "broken-picture"),
        (bomb(60_000, 60_000), "picture-too-large"),
    ],
)
def test_an_embedded_bitmap_that_cannot_be_drawn_is_not_left_out(
    tmp_path: Path, bitmap: bytes, code: str
) -> None:
    data = base64.b64encode(bitmap).decode()
    file = scene(tmp_path, f'<rect width="9" height="9"/><image href="data:image/PNG;base64,{data}"/>')
    refused = refusal(whole(file))
    assert refused.code == code
    assert refused.message.startswith("a picture inside `scene.svg` ")


def test_styles_gradients_and_copies_are_drawn_in_a_cutout(tmp_path: Path) -> None:
    file = scene(
        tmp_path,
        "<style>.leaf{fill:url(#g)}</style>"
        '<g id="b"><defs><linearGradient id="g"><stop stop-color="green"/></linearGradient></defs>'
        '<rect id="leaf" class="leaf" width="200" height="100"/></g>'
        '<g id="a"><use href="#leaf" x="200"/></g>',
    )
    picture = cutout(file, "a")
    drawn = draw([picture])[picture.name]
    assert drawn.box == pytest.approx(rimmed((50, 0, 50, 50), 2), abs=0.2)
    assert near(opened(drawn).getpixel((30, 10)), (*GREEN, 255))


@pytest.mark.parametrize(
    ("size", "drawn"), [((3000, 1500), (2000, 1000)), ((100, 4000), (50, 2000)), ((30, 20), (30, 20))]
)
def test_a_bitmap_is_made_smaller_but_never_larger(
    tmp_path: Path, size: tuple[int, int], drawn: tuple[int, int]
) -> None:
    file = media(tmp_path, "a.png", encoded(Image.new("RGB", size), "PNG"))
    picture = whole(file)
    assert draw([picture])[picture.name].size == one(picture).size == drawn
    assert draw([whole(file)])[whole(file).name].box == Region(0, 0, 100, 100)


def test_the_width_is_the_authors(tmp_path: Path) -> None:
    drawing = scene(tmp_path, '<g id="a"><rect width="100" height="50" fill="green"/></g>')
    photo = media(tmp_path, "a.png", encoded(Image.new("RGB", (600, 900)), "PNG"))
    small = media(tmp_path, "b.png", encoded(Image.new("RGB", (60, 90)), "PNG"))
    pictures = [whole(drawing, 800), whole(drawing), whole(photo, 400), whole(photo), whole(small, 4000)]
    pictures += [cutout(drawing, "a", 800), cutout(drawing, "a")]
    drawn = draw(pictures)
    sizes = [drawn[picture.name].size for picture in pictures]
    assert sizes[:5] == [(800, 400), (2000, 1000), (267, 400), (600, 900), (60, 90)]
    assert [wide / high for wide, high in sizes[5:]] == pytest.approx([2, 2], abs=0.1)
    assert sizes[6][0] / sizes[5][0] == pytest.approx(2.5, abs=0.05)
    assert len({picture.name for picture in pictures}) == len(pictures) == len({p.recipe for p in pictures})
    assert whole(photo, 2000) == whole(photo)


def test_another_format_behind_the_right_first_bytes_is_not_tried(tmp_path: Path) -> None:
    file = media(tmp_path, "a.png", noise("PNG"))
    disguised = MediaFile("a.jpg", file.path, "jpeg", file.digest)
    assert refusal(whole(disguised)).code == "broken-picture"


def test_a_file_that_changed_since_it_was_checked_is_refused(tmp_path: Path) -> None:
    file = media(tmp_path, "a.png", noise("PNG"))
    picture = whole(file)
    file.path.write_bytes(noise("PNG") + b"x")
    assert refusal(picture).code == "picture-changed"
    file.path.unlink()
    assert refusal(picture).code == "picture-changed"


def test_an_unsafe_scene_is_refused_by_the_child_too(tmp_path: Path) -> None:
    file = scene(tmp_path, '<image href="/etc/passwd"/>')
    refused = refusal(whole(file))
    assert (refused.code, refused.message) == (
        "unsafe-svg",
        "a reference out of the file in line 2 of the SVG",
    )


def test_a_scene_the_renderer_cannot_size_is_refused(tmp_path: Path) -> None:
    file = scene(tmp_path, "", 'width="1e39" height="1e39"')
    assert refusal(whole(file)).code == "drawing-failed"


SLOW = (
    '<filter id="f"><feMorphology operator="dilate" radius="50"/></filter>'
    '<rect width="400" height="200" filter="url(#f)"/>'
)


def test_a_drawing_without_end_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_SECONDS", 2)
    refused = refusal(whole(scene(tmp_path, SLOW)))
    assert (refused.code, refused.message) == (
        "drawing-failed",
        "drawing `scene.svg` took more than 2 seconds",
    )


def child(request: bytes, *, limit: int = 60) -> subprocess.CompletedProcess[bytes]:
    """Run the child as `draw` does, without the parent's clock."""
    command = child_command("deckwright.cards.easel", limit)
    return subprocess.run(command, input=request, capture_output=True, timeout=60, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_the_child_stops_itself_where_the_parent_is_gone() -> None:
    text = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200">{SLOW}</svg>'
    done = child(b'{"kind": "svg", "name": "a", "wanted": [["", 2000]]}\n' + text.encode(), limit=1)
    assert done.returncode < 0
    assert done.stdout == b""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the address space")
def test_a_picture_that_needs_too_much_memory_is_refused(tmp_path: Path) -> None:
    layers = '<g opacity=".9">' * 60 + '<rect width="100" height="800"/>' + "</g>" * 60
    refused = refusal(whole(scene(tmp_path, layers, 'viewBox="0 0 100 800"')))
    assert refused.code == "drawing-failed"
    assert refused.message == "`scene.svg` could not be drawn with the time and memory a picture gets"


def test_the_child_answers_what_it_drew_after_a_line_of_json() -> None:
    done = child(b'{"kind": "png", "name": "a", "wanted": [["", 2000]]}\n' + noise("PNG"))
    head, _, data = done.stdout.partition(b"\n")
    assert json.loads(head) == {"drawn": [[len(data), [64, 64], [0, 0, 100, 100]]]}
    assert Image.open(io.BytesIO(data)).size == (64, 64)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[" * 100_000,
        "[]",
        "{}",
        '{"refused": 5}',
        '{"refused": ["code"]}',
        '{"drawn": []}',
        '{"drawn": [[0, [1, 1], [0, 0, 100]]]}',
        '{"drawn": [[0, [1], [0, 0, 100, 100]]]}',
        '{"drawn": [[5, [1, 1], [0, 0, 100, 100]]]}\nRIFF',
        '{"drawn": [[4, [1, 1], [0, 0, 100, 100]]]}\nRIFF and more',
        '{"drawn": [[4, [1, 1], [0, 0, 100, 100]], [0, [1, 1], [0, 0, 100, 100]]]}\nRIFF',
    ],
)
def test_a_child_that_hostile_bytes_took_over_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    (tmp_path / "taken_over.py").write_text(
        f"import sys\ndef serve(seconds): sys.stdout.write({answer!r})\n", "utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(images, "_CHILD", "taken_over")
    assert refusal(whole(media(tmp_path, "a.png", noise("PNG")))).code == "drawing-failed"


PARENT = """
import sys
from pathlib import Path
from deckwright.cards.images import draw, whole
from deckwright.cards.media import MediaFolder
drawn = draw([whole(MediaFolder(Path(sys.argv[1])).open("a.png"))])
assert len(drawn) == 1, drawn
print(sorted(name for name in sys.modules if name.startswith(("PIL", "resvg"))))
"""


@pytest.mark.parametrize("relative", [False, True])
def test_the_child_imports_nothing_from_the_working_directory(tmp_path: Path, *, relative: bool) -> None:
    (tmp_path / "media").mkdir()
    media(tmp_path / "media", "a.png", noise("PNG"))
    for name in ("PIL", "resvg_py", "json", "resource", "deckwright_planted"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('planted')")
    source = str(Path(images.__file__).parents[2])
    path = [os.path.relpath(source, tmp_path) if relative else source]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", PARENT, str(tmp_path / "media")],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "[]\n", "the process that reads the notes never loads a decoder"


def test_each_picture_is_drawn_once_whatever_the_order(tmp_path: Path) -> None:
    first = whole(media(tmp_path, "a.png", noise("PNG")))
    second = whole(media(tmp_path, "b.png", encoded(Image.new("RGB", (3, 3)), "PNG")))
    once, again = draw([first, second]), draw([second, first, second])
    assert once == again
    assert set(once) == {first.name, second.name}
    assert draw([]) == {}


def test_a_later_way_of_drawing_renames_the_file_and_changes_nothing_that_the_author_gave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = media(tmp_path, "goose.png", encoded(Image.new("RGB", (1, 1)), "PNG"))
    before = whole(file)
    monkeypatch.setattr("deckwright.cards.images.RECIPE", RECIPE + 1)
    after = whole(file)
    assert (after.name == before.name, after.origin == before.origin) == (False, True)
