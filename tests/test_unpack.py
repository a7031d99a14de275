"""`deckwright unpack`, and `new --from`: any package becomes a project that builds, or nothing at all."""

from __future__ import annotations

import json
import os
import re
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import genanki
import pytest
from PIL import Image

from deckwright.apkg.compare import dump
from deckwright.apkg.read import read_package
from deckwright.apkg.values import UnreadablePackage
from deckwright.cards.media import LARGEST_AS_IS
from deckwright.cards.template import cloze_ordinals
from deckwright.commands.project import new
from deckwright.unpack import Unpacked, unpack
from deckwright.unpacking import published
from deckwright.unpacking.telling import as_text
from deckwright.usage import UsageProblem
from pictures import encoded
from support import ROOT, deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

DECKS = ROOT / "tests" / "decks"
CASES = sorted(path.name for path in DECKS.iterdir() if path.is_dir())
FIRST, SECOND = "1767225600", "1768225600"
CLOZE = 1


def built(folder: Path, epoch: str = FIRST) -> Path:
    package = folder / "deck.apkg"
    done = deckwright("build", folder, "-o", package, SOURCE_DATE_EPOCH=epoch)
    assert done.code == 0, done.err
    return package


def undone(package: Path, folder: Path, *maps: str) -> tuple[Unpacked, str]:
    """Unpack, and return what came of it and the source."""
    unpacked = unpack(package, folder, maps)
    found = [(one.code, one.message) for report in unpacked.takeover.compiled.reports for one in report]
    assert unpacked.takeover.lock is not None, found
    return unpacked, (folder / "cards.yaml").read_text("utf-8")


def note_type(name: str, fields: list[str], *, kind: int = 0) -> Any:
    front = f"{{{{cloze:{fields[0]}}}}}" if kind == CLOZE else f"{{{{{fields[0]}}}}}"
    template = {"name": "Card 1", "qfmt": front, "afmt": f"{{{{FrontSide}}}}<hr>{{{{{fields[-1]}}}}}"}
    number = 1_600_000_000 + sum(map(ord, name))
    slots = [{"name": field} for field in fields]
    return genanki.Model(number, name, fields=slots, templates=[template], model_type=kind)


def package(
    path: Path, *notes: tuple[Any, list[str], list[str]], deck: str = "Med", media: tuple[Path, ...] = ()
) -> Path:
    """Write a package as a script with genanki does."""
    made = genanki.Deck(2_059_400_112, deck)
    for model, fields, tags in notes:
        made.add_note(genanki.Note(model, fields, tags=tags))
    genanki.Package(made, media_files=[*map(str, media)]).write_to_file(path, timestamp=1_700_000_000.0)
    return path


BASIC = note_type("Basic", ["Front", "Back"])
TOWNS = {"France": "Paris", "Spain": "Madrid", "Peru": "Lima", "Ghana": "Accra"}
SHORT = [(BASIC, [f"Capital of {land}?", town], list[str]()) for land, town in TOWNS.items()]


@pytest.mark.parametrize("case", CASES)
def test_a_deck_comes_back_as_the_same_package(case: str, tmp_path: Path) -> None:
    shutil.copytree(DECKS / case, tmp_path / "first")
    first = built(tmp_path / "first")
    unpacked, _ = undone(first, tmp_path / "second")
    assert unpacked.takeover.kept >= {
        story.kin.note.guid for book in unpacked.books for story in book.stories
    }
    assert dump(read_package(built(tmp_path / "second", SECOND))) == dump(read_package(first))


def test_gaps_sweeps_and_a_look_of_its_own_come_back(tmp_path: Path) -> None:
    source = (
        "deck: Drugs\nid: drugs-x7k2\nstyle: {accent: '#503090'}\n"
        "cards: {sweep: true, cloze: true}\nsections:\n"
        "  Mechanism:\n"
        "    - {fact: Spinal cord, mnemonic: Spina Cord, explanation: 'In the {{c1::spinal cord::where}}.'}\n"
        "    - {fact: GABA-B, mnemonic: Goose, retired: true, id: receptor}\n"
        "    - {fact: Potassium, mnemonic: Pot, cards: {sweep: false, reverse: true}}\n"
        "    - {fact: Calcium, mnemonic: Calf}\n"
    )
    first = built(write_project(tmp_path / "first", source))
    _, found = undone(first, tmp_path / "second")
    assert "explanation: In the {{c1::spinal cord::where}}." in found
    assert "id: receptor" in found
    assert "cloze: true" in found
    assert dump(read_package(built(tmp_path / "second", SECOND))) == dump(read_package(first))


def test_several_decks_become_a_project_of_several_files(tmp_path: Path) -> None:
    head = "deck: Drugs\nid: drugs-x7k2\ndecks: decks/*.yaml\n"
    root = write_project(tmp_path / "first", head)
    (root / "decks").mkdir()
    for name in ("one", "two"):
        deck = f"deck: Drugs::{name}\nid: drugs-{name}\nnotes:\n  - {name} fact ~ {name} sound\n"
        (root / "decks" / f"{name}.yaml").write_text(deck, "utf-8")
    first = built(root)
    _, found = undone(first, tmp_path / "second")
    assert found.startswith("deck: Drugs\n")
    assert {path.name for path in (tmp_path / "second" / "decks").iterdir()} == {"one.yaml", "two.yaml"}
    assert dump(read_package(built(tmp_path / "second", SECOND))) == dump(read_package(first))


def test_a_finished_picture_is_taken_as_it_is_and_must_be_one(tmp_path: Path) -> None:
    name = "_goose-0123456789abcdef.webp"
    data = encoded(Image.new("RGB", (30, 20), "teal"), "WEBP", quality=50)
    root = write_project(tmp_path, f"deck: D\nid: d-x7k2\nnotes:\n  - {{fact: Goose, image: {name}}}\n")
    (root / "media" / name).write_bytes(data)
    with zipfile.ZipFile(built(root)) as archive:
        numbers = {value: key for key, value in json.loads(archive.read("media")).items()}
        assert archive.read(numbers[name]) == data
    (root / "media" / name).write_bytes(data[:60])
    assert "broken-picture" in deckwright("check", root).err + deckwright("check", root).out


def test_notes_of_other_tools_find_their_places(tmp_path: Path) -> None:
    cloze = note_type("Gaps", ["Text", "Back Extra"], kind=CLOZE)
    made = package(
        tmp_path / "old.apkg",
        (BASIC, ["Where does baclofen work?", "In the <b>spinal cord</b>"], ["Course::Site"]),
        (BASIC, ["Receptor?", "GABA-B"], ["Course::Site", "exam"]),
        (BASIC, ["Is it an agonist?", "GABA-B"], ["Course::Class"]),
        (cloze, ["{{c1::Drowsiness}} is common", "Ask about driving."], ["Course::Class"]),
    )
    unpacked, source = undone(made, tmp_path / "deck")
    assert source.count("tags: [") == 3  # each section's, and `exam`
    assert "sections:\n  Site:\n" in source
    assert "      - fact: In the **spinal cord**\n        ask: Where does baclofen work?\n" in source
    assert '- fact: "{{c1::Drowsiness}} is common"\n        explanation: Ask about driving.' in source
    assert len(unpacked.takeover.kept) == 4
    assert "Note type Basic (3 notes) stays as it is: Front = ask, Back = fact" in as_text(unpacked)
    after = {note.guid: note.modified for note in read_package(built(tmp_path / "deck")).notes}
    assert after == {note.guid: note.modified for note in read_package(made).notes}


def test_what_markdown_cannot_say_stays_verbatim(tmp_path: Path) -> None:
    table = "<table><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
    made = package(tmp_path / "old.apkg", (BASIC, ["Ratio?", table], []), *SHORT)
    unpacked, source = undone(made, tmp_path / "deck")
    assert f"extra:\n      Back: {table!r}".replace("'", '"') in source.replace("'", '"')
    assert len(unpacked.takeover.kept) == 5


@pytest.mark.parametrize(
    ("back", "written", "lost"),
    [
        (
            "<ul><li>one <i>x</i></li><li>two</li></ul>",
            "    explanation: |\n      - one *x*\n      - two\n",
            "",
        ),
        ("Word<!-- mine --> <font>two</font><span> three</span>", "- fact: Word two three\n", ""),
        (
            'It is <span style="color: red">red</span>',
            "      Back: 'It is <span style=\"color: red\">red</span>'\n",
            "",
        ),
        ("[$]x^2[/$]", 'fact: "[$]x^2[/$]"\n', "LaTeX"),
        (
            'see <a href="https://example.org/a">it</a><img src=goose.png class=big><script>go()</script>',
            '      Back: see <a href="https://example.org/a">it</a><img src="goose.png" alt="">\n',
            "scripts",
        ),
        ('<a href="http://example.org">a</a>', "      Back: '<a href=\"http://example.org\">a</a>'\n", ""),
        ('<a href="javascript:go()">a</a>', '      Back: "<a>a</a>"\n', "links that lead nowhere or run"),
        ("<ruby>漢<rt>kan</rt></ruby>", '      Back: "<ruby>漢<rt>kan</rt></ruby>"\n', ""),
        ("\\(\\href{javascript:x}{y}\\)", "      Back: '\\<span></span>(\\href", ""),
        ("two\r\nlines", "- fact: two lines\n", ""),
        ("\u200b", '- fact: Question?\n    extra:\n      Back: "\u200b"\n', ""),
        ("bell\x07 and\u2028line", "- fact: bell and line\n", ""),
    ],
)
def test_what_is_written_of_a_field_and_what_it_loses(
    back: str, written: str, lost: str, tmp_path: Path
) -> None:
    made = package(tmp_path / "old.apkg", (BASIC, ["Question?", back], []))
    unpacked, source = undone(made, tmp_path / "deck")
    assert written in source
    assert [*unpacked.losses] == ([f"{lost} in `Back` of `Basic`"] if lost else [])
    assert {note.guid for note in read_package(built(tmp_path / "deck")).notes} == {
        note.guid for note in read_package(made).notes
    }


VERBATIM = [
    '<span style="color:red">red</span>',
    '<font color="#ff0000" size="5">big</font>',
    '<div class="hint">a</div><div style="text-align:center">b</div>',
    "<ruby>漢<rt>kan</rt></ruby>",
    'see <a href="http://example.org/a?b=1&amp;c=2">it</a>',
    '<table border="1"><tbody><tr><td colspan="2">wide</td></tr></tbody></table>',
    "<details><summary>more</summary>less</details>",
    'a<img src="a.png" class="wide">',
]


@pytest.mark.parametrize("back", VERBATIM)
def test_what_has_no_place_returns_to_the_package_unchanged(back: str, tmp_path: Path) -> None:
    made = package(tmp_path / "old.apkg", (BASIC, ["Question?", back], []), *SHORT)
    unpacked, _ = undone(made, tmp_path / "deck")
    before, after = (
        {note.guid: note for note in read_package(one).notes} for one in (made, built(tmp_path / "deck"))
    )
    assert {guid: note.fields for guid, note in after.items()} == {
        guid: note.fields for guid, note in before.items()
    }
    assert not unpacked.losses


def test_a_gap_within_braces_is_still_a_gap(tmp_path: Path) -> None:
    cloze = note_type("Gaps", ["Text", "Back Extra"], kind=CLOZE)
    text = r"\(\frac{{{c1::a}}}{b}\) and {{c2::more}}"
    made = package(tmp_path / "old.apkg", (cloze, [text, ""], []))
    undone(made, tmp_path / "deck")
    (note,) = read_package(built(tmp_path / "deck")).notes
    assert cloze_ordinals(note.fields) == (0, 1)
    assert note.fields[0].replace("&#123;", "{") == text


def test_an_empty_answer_stays_empty(tmp_path: Path) -> None:
    made = package(tmp_path / "old.apkg", (BASIC, ["Question?", ""], []), *SHORT)
    unpacked, source = undone(made, tmp_path / "deck")
    assert '- fact: Question?\n    ask: Question?\n    extra:\n      Back: ""\n' in source
    assert len(unpacked.takeover.kept) == 1 + len(SHORT)


def test_who_watches_hears_of_every_note(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    unpack(package(tmp_path / "old.apkg", *SHORT), tmp_path / "deck", watch=lambda *heard: told.append(heard))
    assert told[:5] == [(done, len(SHORT)) for done in range(len(SHORT) + 1)]
    assert told[-1] == (len(SHORT), len(SHORT))


def test_tags_are_written_as_anki_takes_them(tmp_path: Path) -> None:
    tags = ["::x::", 'a"b', "a::::b"]
    made = package(tmp_path / "old.apkg", (BASIC, ["Question?", "Answer"], tags))
    _, source = undone(made, tmp_path / "deck")
    assert 'tags: ["a::blank::b", ab, "blank::x::blank"]' in source


def test_a_note_that_would_show_nothing_is_left_out_and_told(tmp_path: Path) -> None:
    remote = '<img src="https://example.org/x.png">'
    made = package(
        tmp_path / "old.apkg", (BASIC, [remote, "A goose"], []), (BASIC, ["Half-life?", "4 h"], [])
    )
    unpacked, source = undone(made, tmp_path / "deck")
    assert "goose" not in source
    assert "Left out: 1 note with a card, or all, that would show nothing here" in as_text(unpacked)
    assert len(read_package(built(tmp_path / "deck")).notes) == 1


def test_a_map_says_where_fields_go(tmp_path: Path) -> None:
    word = note_type("Words", ["Word", "Meaning"])
    made = package(tmp_path / "old.apkg", (word, ["agonist", "It switches a receptor on."], []))
    _, source = undone(made, tmp_path / "deck", "Word=fact", "Meaning=explanation")
    assert "- fact: agonist\n    explanation: It switches a receptor on." in source
    with pytest.raises(UsageProblem, match="no field `Wort`"):
        unpack(made, tmp_path / "other", ["Wort=fact"])
    assert not (tmp_path / "other").exists()


def test_media_come_along_but_scripts_and_odd_names_do_not(tmp_path: Path) -> None:
    files = {"goose.png": b"\x89PNG", "Goose.PNG": b"2", "a.mp3": b"ID3", "evil.js": b"x", "con.png": b"3"}
    paths = []
    for name, data in files.items():
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_bytes(data)
        paths.append(tmp_path / "in" / name)
    made = package(tmp_path / "old.apkg", (BASIC, ["Question?", "Answer"], []), media=tuple(paths))
    unpacked, _ = undone(made, tmp_path / "deck")
    taken = {path.name for path in (tmp_path / "deck" / "media").iterdir()}
    assert taken == {"Goose.PNG", "a.mp3"}
    assert {name for name, _ in unpacked.media.left} == {"goose.png", "evil.js", "con.png"}
    assert "Left out: `evil.js`: it is no picture, sound, film or font" in as_text(unpacked)


def test_a_film_that_no_package_could_be_read_back_with_stops_the_build(tmp_path: Path) -> None:
    film = tmp_path / "a.mp4"
    film.write_bytes(b"film")
    fields = ["Question?", "See [sound:a.mp4]"]
    undone(package(tmp_path / "old.apkg", (BASIC, fields, []), media=(film,)), tmp_path / "deck")
    os.truncate(tmp_path / "deck" / "media" / "a.mp4", LARGEST_AS_IS + 1)
    done = deckwright("build", tmp_path / "deck", "-o", tmp_path / "new.apkg")
    assert done.code == 1
    assert "error[file-too-large]: `a.mp4` is larger than 500 MiB" in done.err
    assert not (tmp_path / "new.apkg").exists()


def test_nothing_that_is_there_is_touched_and_nothing_stays(tmp_path: Path) -> None:
    made = package(tmp_path / "old.apkg", (BASIC, ["Question?", "Answer"], []))
    (tmp_path / "deck").mkdir()
    (tmp_path / "deck" / "cards.yaml").write_text("mine", "utf-8")
    with pytest.raises(UsageProblem, match=r"holds `cards\.yaml` already"):
        unpack(made, tmp_path / "deck")
    assert [path.name for path in (tmp_path / "deck").iterdir()] == ["cards.yaml"]

    (tmp_path / "linked").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "linked" / ".deckwright").symlink_to(tmp_path / "outside")
    with pytest.raises(UsageProblem, match="is a link"):
        unpack(made, tmp_path / "linked")
    assert not list((tmp_path / "outside").iterdir())

    cut = tmp_path / "cut.apkg"
    cut.write_bytes(made.read_bytes()[:-100])
    with pytest.raises(UnreadablePackage):
        unpack(cut, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def source_zip(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


# What git, an editor or a shell would run, and what can be made again.
LIVE = (".git/config", ".GIT/hooks/post-checkout", ".vscode/tasks.json", ".envrc", "Makefile", "build/a.apkg")
EVIL = {f"organs-1.0.0/{name}": b"x" for name in LIVE}


def test_a_published_source_becomes_the_project_again(tmp_path: Path) -> None:
    first = tmp_path / "first"
    shutil.copytree(DECKS / "everything", first)
    built(first)
    names = ("cards.yaml", "cards.lock", "media/garden.svg", "media/ward.jpg", "media/heart.png")
    files = {f"organs-1.0.0/{name}": (first / name).read_bytes() for name in names}
    made = source_zip(tmp_path / "organs.zip", **files, **EVIL)
    assert not published.is_package(made)
    taken = published.extract(made, tmp_path / "second")
    root = taken.root
    assert (taken.count, taken.left) == (len(names), ("Makefile",))
    assert (root / "cards.lock").read_bytes() == (first / "cards.lock").read_bytes()
    assert not [name for name in LIVE if (root / name).exists()]
    assert dump(read_package(built(root, SECOND))) == dump(read_package(first / "deck.apkg"))


@pytest.mark.parametrize(
    "files",
    [
        {"readme.txt": b"x"},
        {"a/b/cards.yaml": b"deck: D"},
        {"cards.yaml": b"deck: D", "../evil.txt": b"x"},
        {"cards.yaml": b"deck: D", "/evil.txt": b"x"},
        {"cards.yaml": b"deck: D", "media/a\x1b.png": b"x"},
        {"cards.yaml": b"deck: D", "media/a.png": b"x", "media/A.png": b"y"},
    ],
)
def test_a_zip_that_is_no_source_leaves_nothing(files: dict[str, bytes], tmp_path: Path) -> None:
    made = source_zip(tmp_path / "odd.zip", **files)
    with pytest.raises(UnreadablePackage):
        published.extract(made, tmp_path / "new")
    assert {path.name for path in tmp_path.iterdir()} == {"odd.zip"}


def test_new_takes_packages_too(tmp_path: Path) -> None:
    made = package(tmp_path / "old.apkg", (BASIC, ["Question?", "Answer"], []))
    done = deckwright("new", tmp_path / "deck", "--from", made)
    assert done.code == 0, done.err
    assert "Made" in done.err
    assert "fact: Answer" in (tmp_path / "deck" / "cards.yaml").read_text("utf-8")
    both = deckwright("new", tmp_path / "other", "--from", made, "--example")
    assert both.code == 2
    assert new.name == "new"


@pytest.mark.parametrize("tool", ["anki-apkg-export", "ankdown"])
def test_another_tools_package_becomes_the_source_it_became_before(
    tool: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    packages = ROOT / "tests" / "packages"
    unpack(packages / f"{tool}.apkg", tmp_path / "deck")
    text = (tmp_path / "deck" / "cards.yaml").read_text("utf-8")
    text = re.sub(r"^(id: .*)-[a-z2-9]{4}$", r"\1-xxxx", text, flags=re.MULTILINE)
    expected = packages / f"{tool}.expected"
    if request.config.getoption("--update"):
        expected.write_text(text, "utf-8", newline="\n")
    assert text == expected.read_text("utf-8")
