"""Every diagnostic that the tool can give, seen once where it must be given, and nothing else beside it."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import shutil
import struct
import sys
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from deckwright import build as building
from deckwright import project
from deckwright.build import Options
from deckwright.deck.advice.catalogue import ADVICE
from deckwright.deck.identity import IdentifiedDeck, identify
from deckwright.workspace import Project
from support import ROOT, open_folder, without_privileges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from deckwright.source.diagnostics import Report

BAD = ROOT / "tests" / "bad"
GOOD_DECKS = ROOT / "tests" / "good"
RULES_OF_ADVICE = [rule.__name__.replace("_", "-") for rule in ADVICE]
CASES = sorted(path.stem for path in BAD.glob("*.yaml"))
HEAD = "deck: D\nnotes:\n"
NOTE = "  - fact: A goose\n    mnemonic: Honk\n"
GOOD = (HEAD + NOTE).encode()
EXPECTED = re.compile(r"^# (error|warning): (\d+):(\d+) \[([a-z-]+)\]$", re.MULTILINE)
CODE = re.compile(r"[a-z]+(-[a-z]+)+")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">{}</svg>'

Finding = tuple[str, int, int, str]

# Whose fault would be disturbed by comments, or by being kept as a file.
BYTES: dict[str, tuple[bytes, list[Finding]]] = {
    "no-deck: empty": (b"", [("error", 1, 1, "no-deck")]),
    "no-deck: only a byte-order mark": (b"\xef\xbb\xbf", [("error", 1, 1, "no-deck")]),
    "tab": (
        b"deck: D\nnotes:\n\t- fact: A\n\t  mnemonic: b\n",
        [("error", 3, 1, "tab"), ("error", 4, 1, "tab")],
    ),
    "tab: after a dash": (b"deck: D\nnotes:\n  -\tfact: A\n    mnemonic: b\n", [("error", 3, 4, "tab")]),
    "tab: in texts and comments": (b"deck:\tD\nnotes:\n  - A\tb ~ c\t# d\n", []),
    "undecodable": (b"deck: D\nnotes:\n  - Caf\xe9 ~ Coffee\n", [("error", 3, 8, "undecodable")]),
    "undecodable: UTF-16": ("deck: D".encode("utf-16"), [("error", 1, 1, "undecodable")]),
    "undecodable: UTF-16, other order": (b"\xfe\xff\0d", [("error", 1, 1, "undecodable")]),
    "undecodable: cut short": (GOOD + b"# \xe2\x82", [("error", 5, 3, "undecodable")]),
    "control-character": (
        b"deck: D\nnotes:\n  - A\x07b\x1b ~ c\n  - D\x00 ~ e\x7f\n",
        [("error", 3, 6, "control-character"), ("error", 4, 6, "control-character")],
    ),
    "control-character: line ends of no editor": (
        "deck: D\nnotes:\n  - A\x85b ~ c\n  - D\u2028 ~ e\n  - F ~ g\u2029\n".encode(),
        [("error", line, column, "control-character") for line, column in ((3, 6), (4, 6), (5, 10))],
    ),
    "control-character: a second byte-order mark": (
        "\ufeffdeck: D\nnotes:\n  - A\ufeffb ~ c\n".encode(),
        [("error", 3, 6, "control-character")],
    ),
    "too-large": (b"#" * (64 * 2**20 + 1), [("error", 1, 1, "too-large")]),
    "too-large: aliases": (
        b"a: &a ["
        + b"x," * 9
        + b"x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (c + 1, c + 1, b",".join([b"*%c" % c] * 10)) for c in range(97, 107)),
        [("error", 6, 4, "too-large")],
    ),
    "too-many-aliases": (
        b"deck: &x D\ntags: [" + b"*x," * 10_001 + b"]\n",
        [("error", 2, 8 + 3 * 10_000, "too-many-aliases")],
    ),
    "byte-order mark, CRLF": (
        "\ufeffdeck: D\r\nnotes:\r\n  - fact: 5-HT #3\r\n    mnemonik: x\r\n    ask: y\r\n".encode(),
        [("error", 3, 16, "text-after-hash"), ("error", 4, 5, "unknown-key")],
    ),
    "old Mac line ends": (
        b"deck: D\rnotes:\r  - fact: !important\r    mnemonik: x\r    ask: y\r",
        [("error", 3, 11, "unquoted-text"), ("error", 4, 5, "unknown-key")],
    ),
    "one fact of a megabyte": (HEAD.encode() + b"  - " + b"a" * 2**20 + b" ~ b\n", []),
    "deeper than any stack": (b"deck: " + b"[" * 100_000, [("error", 1, 36, "too-deep")]),
}


def findings(reports: Iterable[Report]) -> list[Finding]:
    """Say severity, line, column and code of everything found, in order."""
    return [
        (found.severity, *_place(report, found.span.start), found.code)
        for report in reports
        for found in report
    ]


def _place(report: Report, offset: int) -> tuple[int, int]:
    place = report.source.place(offset)
    return place.line, place.column


def check(folder: Path, source: bytes, *, advice: Iterable[str] = ()) -> list[Finding]:
    """Check *source* as the `cards.yaml` of *folder*; of the advice on how cards are written, only some."""
    (folder / "cards.yaml").write_bytes(source)
    return without_advice(findings(project.check(Project(folder / "cards.yaml")).reports), advice)


def without_advice(found: Iterable[Finding], kept: Iterable[str] = ()) -> list[Finding]:
    """Leave out advice on how cards are written: decks that show another fault are no models."""
    return [finding for finding in found if finding[-1] not in RULES_OF_ADVICE or finding[-1] in kept]


def build(folder: Path, source: str, options: Options | None = None) -> list[Finding]:
    """Build *source* as the `cards.yaml` of *folder*, and say what was found on the way."""
    (folder / "cards.yaml").write_text(source, "utf-8")
    built = building.build(Project(folder / "cards.yaml"), options or Options())
    found = without_advice(findings(built.reports))
    assert (not built.packages) == any(severity == "error" for severity, *_ in found)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(BAD / "media", tmp_path / "media")
    return tmp_path


@pytest.mark.parametrize("case", CASES)
def test_exactly_what_stands_in_the_file_is_reported(case: str, folder: Path) -> None:
    source = (BAD / f"{case}.yaml").read_bytes()
    code = re.sub(r"-\d+$", "", case)
    advice = kept_advice(code) if code in RULES_OF_ADVICE else ()
    if code == "unused-media":
        give_media(folder, GOOD_DECKS / "unused-media.yaml")
    expected = [
        (severity, int(line), int(column), code)
        for severity, line, column, code in EXPECTED.findall(source.decode())
    ]
    assert check(folder, source, advice=advice) == expected
    assert case == "all-at-once" or code in {code for *_, code in expected}


@pytest.mark.parametrize("code", RULES_OF_ADVICE)
def test_a_good_deck_stands_beside_each_bad_one_and_stays_silent(code: str, folder: Path) -> None:
    assert code in CASES
    decks = sorted(GOOD_DECKS.glob(f"{code}*.yaml"))
    assert decks
    if code == "unused-media":
        give_media(folder, *decks)
    for deck in decks:
        assert check(folder, deck.read_bytes(), advice=kept_advice(code)) == [], deck


def kept_advice(code: str) -> list[str]:
    """Return all advice; the folder that all decks share holds pictures that one of them does not show."""
    return [other for other in RULES_OF_ADVICE if other == code or other != "unused-media"]


def give_media(folder: Path, *decks: Path) -> None:
    """Leave only the pictures in the folder that *decks* name."""
    named = {name for deck in decks for name in re.findall(r"[\w-]+\.\w+", deck.read_text("utf-8"))}
    for path in (folder / "media").iterdir():
        if path.name not in named:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize("case", BYTES)
def test_exactly_what_the_table_says_is_reported(case: str, folder: Path) -> None:
    source, expected = BYTES[case]
    assert check(folder, source) == expected


def outside(folder: Path) -> None:
    (folder / "secret.png").write_bytes((folder / "media" / "goose.png").read_bytes())
    (folder / "media" / "odd.png").symlink_to(folder / "secret.png")


def huge(folder: Path) -> None:
    (folder / "media" / "odd.png").touch()
    os.truncate(folder / "media" / "odd.png", 100 * 2**20 + 1)


MADE: dict[str, tuple[str, Callable[[Path], object]]] = {
    "a link that leads out": ("outside-media", outside),
    "a link to a device": (
        "outside-media",
        lambda folder: (folder / "media" / "odd.png").symlink_to(os.devnull),
    ),
    "a link to nothing": (
        "missing-picture",
        lambda folder: (folder / "media" / "odd.png").symlink_to("no.png"),
    ),
    "a loop of links": (
        "missing-picture",
        lambda folder: (folder / "media" / "odd.png").symlink_to("odd.png"),
    ),
    "a pipe": ("not-a-file", lambda folder: os.mkfifo(folder / "media" / "odd.png")),
    "a file of 100 MiB": ("file-too-large", huge),
}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other links and no pipes")
@pytest.mark.parametrize("case", MADE)
def test_odd_files_are_told_where_they_are_named(case: str, folder: Path) -> None:
    code, make = MADE[case]
    make(folder)
    assert check(folder, GOOD + b"    image: odd.png\n") == [("error", 5, 12, code)]


def test_a_picture_without_permission_is_told_where_it_is_named() -> None:
    with open_folder() as folder:
        shutil.copytree(BAD / "media", folder / "media")
        (folder / "media" / "goose.png").chmod(0)
        (folder / "cards.yaml").write_bytes(GOOD + b"    image: goose.png\n")
        with without_privileges():
            compiled = project.check(Project(folder / "cards.yaml"))
        assert without_advice(findings(compiled.reports)) == [("error", 5, 12, "unreadable-picture")]


def encoded(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (200, 60, 20)).save(out, kind, **options)
    return out.getvalue()


def gigantic() -> bytes:
    """Return the header of a PNG of 8001 by 8000 points."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 8001, 8000, 8, 2, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"")
    chunks = (header, data, b"IEND")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks
    )


# Seen only when a picture is drawn.
DRAWN: dict[str, tuple[str, Callable[[], bytes]]] = {
    "animated-picture": (
        "odd.png",
        lambda: encoded("PNG", save_all=True, append_images=[Image.new("RGB", (64, 64))]),
    ),
    "broken-picture": ("odd.png", lambda: encoded("PNG")[:60]),
    "picture-too-large": ("odd.png", gigantic),
    "empty-picture": ("odd.svg", lambda: SVG.format("<g/>").encode()),
    "drawing-failed": (
        "odd.svg",
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg" width="1e39" height="1e39"/>',
    ),
}


@pytest.mark.parametrize("code", DRAWN)
def test_what_only_drawing_shows_stops_the_build(code: str, folder: Path) -> None:
    name, make = DRAWN[code]
    (folder / "media" / name).write_bytes(make())
    source = f"{HEAD}{NOTE}    image: {name}\n"
    assert check(folder, source.encode()) == [("error", 5, 12, code)]
    assert build(folder, source) == [("error", 5, 12, code)]
    assert not (folder / "cards.lock").exists()


def test_a_symbol_that_draws_nothing_stops_the_build(folder: Path) -> None:
    (folder / "media" / "odd.svg").write_text(SVG.format('<rect width="9" height="9"/><g id="sym-goose"/>'))
    source = f"scene: odd.svg\n{HEAD}{NOTE}    symbol: goose\n"
    assert check(folder, source.encode()) == [("error", 6, 13, "empty-symbol")]
    assert build(folder, source) == [("error", 6, 13, "empty-symbol")]


def test_a_picture_that_changes_during_the_build_stops_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(*arguments: Any) -> tuple[IdentifiedDeck, ...]:
        (folder / "media" / "goose.png").write_bytes(encoded("PNG"))
        return identify(*arguments)

    monkeypatch.setattr("deckwright.project.identify", change)
    assert build(folder, f"{HEAD}{NOTE}    image: goose.png\n") == [("error", 5, 12, "picture-changed")]


def test_a_lock_that_would_change_stops_a_locked_build(folder: Path) -> None:
    assert build(folder, GOOD.decode(), Options(locked=True)) == [("error", 1, 1, "lock-outdated")]
    assert build(folder, GOOD.decode()) == []
    before = (folder / "cards.lock").read_bytes()
    assert build(folder, GOOD.decode(), Options(locked=True)) == []
    assert build(folder, GOOD.decode() + "    ask: Which bird?\n", Options(locked=True)) == [
        ("error", 1, 1, "lock-outdated")
    ]
    assert (folder / "cards.lock").read_bytes() == before


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda lock: lock + b"<<<<<< HEAD\n", 4),
        (lambda lock: b"\xff" + lock, 1),
        (lambda lock: lock.replace(b'"modified": ', b'"modified": 1.'), 3),
        (lambda lock: lock.replace(b'"version": 1', b'"version": 999'), 1),
        (lambda lock: lock.replace(b'"section"', b'"colour"').replace(b'"born"', b'"birth"'), 3),
    ],
)
def test_a_lock_that_cannot_be_read_is_told_by_its_line(
    spoil: Callable[[bytes], bytes], line: int, folder: Path
) -> None:
    assert build(folder, GOOD.decode()) == []
    spoilt = spoil((folder / "cards.lock").read_bytes())
    (folder / "cards.lock").write_bytes(spoilt)
    assert check(folder, GOOD) == [("error", line, 1, "bad-lock")]
    assert build(folder, GOOD.decode()) == [("error", line, 1, "bad-lock")]
    assert (folder / "cards.lock").read_bytes() == spoilt


def test_a_stamp_from_the_future_is_advice(folder: Path) -> None:
    assert build(folder, GOOD.decode()) == []
    lock = (folder / "cards.lock").read_text("utf-8")
    (folder / "cards.lock").write_text(re.sub(r'"modified": \d+', '"modified": 4102444800', lock), "utf-8")
    assert build(folder, GOOD.decode()) == [("warning", 1, 1, "clock")]
    assert '"modified": 4102444800' in (folder / "cards.lock").read_text("utf-8")


def test_a_stamp_after_which_there_is_no_later_one_stops_the_build(folder: Path) -> None:
    assert build(folder, GOOD.decode()) == []
    lock = (folder / "cards.lock").read_text("utf-8")
    (folder / "cards.lock").write_text(re.sub(r'"modified": \d+', f'"modified": {2**42}', lock), "utf-8")
    assert build(folder, GOOD.decode()) == [("error", 1, 1, "clock")]


def test_a_lock_of_another_deck_is_left_alone(folder: Path) -> None:
    assert build(folder, f"id: one-deck\n{GOOD.decode()}") == []
    assert build(folder, f"id: two-deck\n{GOOD.decode()}") == [("error", 1, 5, "another-deck")]
    assert build(folder, "deck: Other\nid: one-deck\nnotes: [Swan ~ Hiss]\n") == [
        ("error", 1, 7, "another-deck")
    ]
    assert json.loads((folder / "cards.lock").read_text("utf-8").splitlines()[1])["id"] == "one-deck"


def test_one_run_shows_the_faults_of_source_rules_notes_and_pictures() -> None:
    codes = {code for *_, code in EXPECTED.findall((BAD / "all-at-once.yaml").read_text("utf-8"))}
    assert codes >= {
        "unquoted-text",
        "unknown-key",
        "bad-tag",
        "same-note-twice",
        "empty-file",
        "unsafe-html",
    }


def test_a_note_that_may_be_either_of_two_is_told_with_both_ways_out(folder: Path) -> None:
    assert build(folder, HEAD + "  - Alpha ~ Twin\n  - Gamma ~ Twin\n") == []
    before = (folder / "cards.lock").read_bytes()
    source = HEAD + "  - First ~ Twin\n  - Gamma ~ Twin\n  - Third ~ Other\n"
    assert build(folder, source) == []
    (folder / "cards.lock").write_bytes(before)
    source = HEAD + "  - First ~ Twin\n  - Third ~ Twin\n"
    assert [code for *_, code in build(folder, source)] == ["ambiguous-note", "ambiguous-note"]
    assert (folder / "cards.lock").read_bytes() == before
    source = (
        HEAD + "  - {fact: First, mnemonic: Twin, id: alpha}\n  - {fact: Third, mnemonic: Twin, id: gamma}\n"
    )
    assert build(folder, source) == []
    assert (folder / "cards.lock").read_text("utf-8").count('"kind": "note"') == 2


def raised() -> Iterator[str]:
    """Yield every code that the source raises: constants, and the tables where it raises from tables."""
    for module in sorted((ROOT / "src").rglob("*.py")):
        tree = ast.parse(module.read_text("utf-8"))
        first = [
            node.args[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and node.args
            and _called(node) in {"error", "warning", "Problem", "Refused"}
        ]
        yield from (str(code.value) for code in first if isinstance(code, ast.Constant))
        if any(isinstance(code, ast.Name) for code in first):
            parts = (part for node in ast.walk(tree) if isinstance(node, ast.Tuple) for part in node.elts)
            constants = (part.value for part in parts if isinstance(part, ast.Constant))
            yield from (code for code in constants if isinstance(code, str) and CODE.fullmatch(code))


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_every_code_has_a_bad_case() -> None:
    shown = {
        code for case in CASES for *_, code in EXPECTED.findall((BAD / f"{case}.yaml").read_text("utf-8"))
    }
    shown |= {code for _, expected in BYTES.values() for *_, code in expected}
    shown |= {code for code, _ in MADE.values()} | set(DRAWN) | {"unreadable-picture"}
    alone = {"empty-symbol", "picture-changed", "lock-outdated", "bad-lock", "clock", "another-deck"}
    alone |= {"ambiguous-note", "lock-missing", "many-notes-gone", "deck-renamed", "card-withdrawn"}
    alone |= {"no-decks", "outside-project", "same-deck-twice"}  # test_projects.py
    alone |= {"lock-merged", "lock-conflict", "retired-id", "touches-many"}  # test_updates.py
    alone |= {"field-without-place", "foreign-script", "lock-recovered"}  # test_adopt.py
    alone |= {"bad-release"}  # apkg/test_releases.py, test_release.py
    alone |= {"style-frozen", "bad-style", "missing-style", "unsafe-css", "bad-css"}  # anki/test_styles.py
    alone |= {"text-without-field"}  # test_adopt.py
    alone |= {"labels-kept"}  # test_updates.py
    alone |= {"license-missing", "unknown-license"}  # site/test_rights.py
    alone |= {"picture-without-origin", "others-material"}  # site/test_rights.py
    alone |= {"empty-table", "open-quote", "row-without-fact", "row-without-front", "too-many-cells"}
    alone |= {"unreadable-table", "file-left-out", "named-apart", "other-sheets", "text-moved"}
    # Those of tables: test_import_table.py. Those of pages: test_import_page.py.
    alone |= {"encrypted-pdf", "page-too-large", "page-without-mnemonics", "page-without-notes"}
    alone |= {"pdf-without-text", "unreadable-pdf"}
    # Told by `cutout` and `only` to callers that have not looked for the symbol; `check` always has.
    unseen = {"missing-symbol"}
    assert set(raised()) - unseen == shown | alone
