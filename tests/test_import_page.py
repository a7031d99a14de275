"""`deckwright import` of study pages, as a person runs it: drafts that build, and pages that do harm."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from fpdf import FPDF

from deckwright import project
from deckwright.build import Options, build
from deckwright.paste import MAX_BYTES, Imported, as_text, import_page
from deckwright.source.diagnostics import concise
from deckwright.source.draft import format_draft
from deckwright.workspace import Project
from pages.study import HERE, SHAPES, scanned, undamaged
from support import TOOL, Ran, deckwright

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """Baclofen

Spinal cord
Spina cord
Baclofen acts in the spinal cord , as asubtype of its receptors lies there.
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.txt"
    path.write_text(PAGE, "utf-8")
    return path


def imported(name: str, data: bytes) -> Imported:
    """Import a page with all its repairs."""
    return import_page(name, data, lambda _: True)


def checks(made: Imported, folder: Path) -> Project:
    """Hold a draft against `check`."""
    assert made.draft is not None
    (folder / "cards.yaml").write_text(format_draft(made.draft), "utf-8")
    deck = Project(folder / "cards.yaml")
    compiled = project.check(deck)
    assert not compiled.has_errors, [concise(one) for one in compiled.reports]
    return deck


@pytest.mark.parametrize("name", SHAPES)
def test_every_page_becomes_a_deck_that_checks_and_builds(name: str, tmp_path: Path) -> None:
    sections, notes = SHAPES[name]
    made = imported(f"{name}.txt", scanned(name).encode())
    assert f"{notes} notes in {sections} sections" in as_text(made)
    built = build(checks(made, tmp_path), Options())
    assert len(built.notes) == notes


def test_from_page_to_package_at_the_command_line(tmp_path: Path) -> None:
    made = deckwright("import", HERE / "baclofen.txt", "--yes", "-o", "cards.yaml", cwd=tmp_path)
    assert made.code == 0, made.err
    assert "6 notes in 3 sections" in made.err
    built = deckwright("build", cwd=tmp_path)
    assert built.code == 0, built.err
    assert "6 notes" in built.err


def test_without_a_terminal_the_words_stand_as_on_the_page_and_the_repairs_are_told(page: Path) -> None:
    made = deckwright("import", page)
    assert made.code == 0
    assert "asubtype" in made.out
    assert "2 repairs proposed and not made" in made.err
    assert "--yes" in made.err


def test_with_yes_the_repairs_are_made_and_shown_as_a_difference(page: Path) -> None:
    made = deckwright("import", page, "--yes")
    assert "acts in the spinal cord, as a subtype of its receptors" in " ".join(made.out.split())
    assert made.err.startswith("--- page.txt\n+++ page.txt (repaired)\n@@ -5,1 +5,1 @@\n-Baclofen acts")
    assert "2 repairs made" in made.err


def at_terminal(*arguments: str | Path, answers: str) -> Ran:
    """Run the tool with a terminal as its stdin."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [TOOL, *arguments], stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    os.close(theirs)
    os.write(ours, answers.encode())
    out, err = child.communicate(timeout=120)
    os.close(ours)
    return Ran(child.returncode, out, err)


@pytest.mark.parametrize(
    ("answers", "stop", "word"),
    [("n\ny\n", False, True), ("Y\nn\n", True, False), ("a\n", True, True), ("q\n", False, False)],
)
def test_at_a_terminal_each_repair_is_asked(page: Path, answers: str, *, stop: bool, word: bool) -> None:
    made = at_terminal("import", page, answers=answers)
    text = " ".join(made.out.split())
    assert made.code == 0, made.err
    assert ("cord, as" in text, "a subtype" in text) == (stop, word)


def test_a_page_comes_through_a_pipe_and_gets_the_name_asked_for() -> None:
    child = subprocess.run(
        [TOOL, "import", "-", "--title", "Muscles::Baclofen"],
        input=PAGE.encode(),
        capture_output=True,
        check=True,
    )
    assert child.stdout.decode().startswith("deck: Muscles::Baclofen\nid: baclofen-")


def test_a_file_that_is_there_is_never_replaced(page: Path, tmp_path: Path) -> None:
    there = tmp_path / "cards.yaml"
    there.write_text("mine", "utf-8")
    made = deckwright("import", page, "-o", there)
    assert (made.code, there.read_text("utf-8")) == (2, "mine")
    assert "cards-2.yaml" in made.err


def test_a_package_is_shown_the_way(tmp_path: Path) -> None:
    made = deckwright("import", tmp_path / "deck.apkg")
    assert made.code == 2
    assert all(verb in made.err for verb in ("`unpack`", "`merge`", "`adopt`", "deckwright unpack"))


def test_facts_without_a_mnemonic_stand_as_remarks_at_their_places(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    alone = "Sedation\nMany patients are sleepy when they begin to take the drug.\n"
    path.write_text(PAGE + alone, "utf-8")
    made = deckwright("import", path)
    assert "\n  # - fact: Sedation\n  #   explanation: Many patients are sleepy" in made.out
    assert "1 fact without a mnemonic" in made.err
    path.write_text("Baclofen\n\nIt is a drug for people with spasticity.\n\n" + alone, "utf-8")
    made = deckwright("import", path)
    assert (made.code, "page-without-mnemonics" in made.err) == (0, True)
    assert "# - fact: Sedation" in made.out


def pdf(*sheets: str, lock: str = "") -> bytes:
    """Print sheets of text to a PDF, or empty ones."""
    document = FPDF()
    document.set_font("helvetica", size=11)
    if lock:
        document.set_encryption(lock[::-1], lock)
    for text in sheets:
        document.add_page()
        if text:
            document.multi_cell(0, 6, text, align="L")
    return bytes(document.output())


@pytest.mark.parametrize("name", ["digoxin", "isoniazid", "amiodarone"])
def test_a_pdf_is_read_over_its_sheets(name: str, tmp_path: Path) -> None:
    lines = undamaged(name).splitlines(keepends=True)
    half = len(lines) // 2
    made = imported("page.pdf", pdf("".join(lines[:half]), "".join(lines[half:])))
    assert "{1} notes in {0} sections".format(*SHAPES[name]) in as_text(made)
    checks(made, tmp_path)


HARMFUL = {
    "locked.pdf": (pdf(PAGE, lock="secret"), "encrypted-pdf"),
    "scanned.pdf": (pdf("", ""), "pdf-without-text"),
    "long.pdf": (pdf(*[""] * 301), "page-too-large"),
    "broken.pdf": (pdf(PAGE)[:300], "unreadable-pdf"),
    "none.pdf": (b"hello", "unreadable-pdf"),
    "large.txt": (b"a" * (MAX_BYTES + 1), "page-too-large"),
    "empty.txt": (b"", "page-without-notes"),
    "utf16.txt": (PAGE.encode("utf-16"), "undecodable"),
    "latin.txt": (b"Caf\xe9\n", "undecodable"),
    "one-word.txt": (b"a" * MAX_BYTES, "page-without-notes"),
    "blanks.txt": (b"a" + b" " * (MAX_BYTES - 2) + b"b", "page-without-notes"),
    "nuls.txt": (bytes(100_000), "page-without-notes"),
    "breaks.txt": (b"<br>" * 40_000, "page-without-notes"),
    "commas.txt": (b"," * MAX_BYTES, "page-without-notes"),
    "feeds.txt": (b"\x0c" * MAX_BYTES, "page-too-large"),
    "lines.txt": (b"a\n" * (MAX_BYTES // 2), "page-too-large"),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_page_is_refused_with_a_reason(name: str) -> None:
    data, code = HARMFUL[name]
    made = imported(name, data)
    assert made.draft is None
    assert [found.code for found in made.report] == [code]
    assert concise(made.report).startswith(f"{name}:")


@pytest.mark.parametrize("name", ["broken.pdf", "utf16.txt", "one-word.txt"])
def test_the_command_writes_nothing_of_a_harmful_page(name: str, tmp_path: Path) -> None:
    data, code = HARMFUL[name]
    (tmp_path / name).write_bytes(data)
    made = deckwright("import", name, "--yes", "-o", "cards.yaml", cwd=tmp_path)
    assert made.code == 1, made.err[:2000]
    assert f"error[{code}]" in made.err
    assert name in made.err
    assert len(made.err) < 2000
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Title\n\nFact <script>alert(1)</script>\nMnemonic <img src=x onerror=y>\n\nIt is <iframe src=x>.\n",
        "Title\n\nFact\nFacts\nIt is [bad](javascript:y), as {{c1::so}} ![x](http://y/z) and \\( a.\n",
        "Title\n\nF\x1b[31mred\x00\nMnem\x07onic\nIt is a sentence with \x9b and \x1b]0;x\x07 in it.\n",
        "Default\n\n- a: &b *c\n! d\n% e f g h i j k l m n.\n",
        "A::\n\n\u202efact one\u200b\nfact won\u0301\n# [a]: http://x is what it says in this sentence.\n",
        "\n".join(["spinal cord spina cord"] * 3000),
    ],
)
def test_whatever_a_page_holds_its_draft_has_no_errors(text: str, tmp_path: Path) -> None:
    checks(imported("page.txt", text.encode()), tmp_path)


def test_signs_that_steer_a_terminal_are_never_printed(tmp_path: Path) -> None:
    note = "Spinal\u202e cord\nSpina\x07 cord\nIt is asubtype\x9b of \x1b]0;x\x07 the receptors.\n"
    text = f"Ti\x1b[31mtle\n\n{note}"
    (tmp_path / "page.txt").write_text(text, "utf-8")
    made = deckwright("import", "page.txt", "--yes", "-o", "cards.yaml", cwd=tmp_path)
    assert made.code == 0, made.err
    assert "is a subtype" in made.err
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(made.err)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("none.txt",), 2, "`none.txt` does not exist"),
        (("none.csv",), 2, "`none.csv` does not exist"),
        ((".",), 2, "`.` is not a file"),
        (("page.txt", "-o", "."), 2, "`.` is a folder; name a file in it, as in `-o cards.yaml`"),
        (("page.txt", "--map", "fact=Front"), 2, "this is a page; the name of a table ends in `.csv`"),
        (("page.txt", "-o", "page.txt/cards.yaml"), 1, "page.txt"),
    ],
)
def test_what_cannot_be_done_is_said(page: Path, arguments: tuple[str, ...], code: int, says: str) -> None:
    made = deckwright("import", *arguments, cwd=page.parent)
    assert (made.code, made.out) == (code, "")
    assert says in made.err
    assert [path.name for path in page.parent.iterdir()] == ["page.txt"]


def test_a_stdin_that_is_closed_is_nobody_to_ask(page: Path) -> None:
    for argument, code in (("page.txt", 0), ("-", 1)):
        made = subprocess.run(
            ["/bin/sh", "-c", f'exec "$0" import {argument} <&-', TOOL],
            cwd=page.parent,
            capture_output=True,
            check=False,
        )
        assert made.returncode == code, made.stderr


def test_a_text_of_tabs_is_a_table(tmp_path: Path) -> None:
    text = "Spinal cord\tSpina cord\nSedation\tSea dation\n"
    (tmp_path / "set.txt").write_text(text, "utf-8")
    made = deckwright("import", "set.txt", "--yes", cwd=tmp_path)
    assert "  - fact: Sedation\n    mnemonic: Sea dation\n" in made.out
    piped = subprocess.run([TOOL, "import", "-"], input=text.encode(), capture_output=True, check=False)
    assert (piped.returncode, b"save it as `words.tsv`" in piped.stderr) == (2, True)


def test_a_page_in_another_language_keeps_its_words_and_says_so() -> None:
    text = (
        "Metoprolol\n\nHerzfrequenz sinkt\nHerz frequent singt\n"
        "Es blockiert die Rezeptoren des Herzens , so dass Frequenz und Blutdruck sinken, was den Patienten"
        " mit intestin alen Beschwerden nicht schadet.\n"
    )
    made = imported("page.txt", text.encode())
    assert (made.proposed, "+Es blockiert die Rezeptoren des Herzens, so dass" in made.changes) == (1, True)
    assert "The page is not in English" in as_text(made)
    assert "not in English" not in as_text(imported("page.txt", PAGE.encode()))


def test_of_a_very_long_page_the_beginning_is_mended_and_that_is_said() -> None:
    note = "Sedation\nSea dation\nPatients are asleep, as it acts on asubtype of the receptors number {}.\n\n"
    text = "Baclofen\n\n" + "".join(note.format(number) for number in range(3000))
    made = imported("page.txt", text.encode())
    assert made.counted.notes == 3000
    assert 2000 < made.proposed < 3000
    assert {line for line in made.changes.splitlines() if line[0] == "+" and "asubtype" in line} == set()
    assert "Only the first 200,000 characters" in as_text(made)


def test_columns_that_were_copied_together_are_told() -> None:
    rows = [("Olfactory nerve", "Sedation"), ("Old factory", "Sea dation"), ("It smells.", "They sleep.")]
    text = "".join(f"{left:30}{right}\n" for left, right in [("Nerves", "Drugs"), *rows])
    assert "4 lines hold two texts side by side" in as_text(imported("page.txt", text.encode()))


@pytest.mark.parametrize("name", SHAPES)
def test_a_page_becomes_the_draft_it_became_before(name: str, request: pytest.FixtureRequest) -> None:
    made = imported(f"{name}.txt", scanned(name).encode())
    assert made.draft is not None
    text = re.sub(r"^(id: .*)-[a-z2-9]{4}$", r"\1-xxxx", format_draft(made.draft), flags=re.MULTILINE)
    expected = HERE / f"{name}.expected"
    if request.config.getoption("--update"):
        expected.write_text(text, "utf-8", newline="\n")
    assert text == expected.read_text("utf-8")
