"""`deckwright import` of study pages, as a person runs it: drafts that build, and pages that do harm."""

from __future__ import annotations

import os
import pty
import subprocess
from typing import TYPE_CHECKING

import pytest
from fpdf import FPDF

from deckwright.paste import MAX_BYTES
from pages.study import HERE, SHAPES, undamaged
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


@pytest.mark.parametrize("name", SHAPES)
def test_every_page_becomes_a_deck_that_checks_and_builds(name: str, tmp_path: Path) -> None:
    sections, notes = SHAPES[name]
    made = deckwright("import", HERE / f"{name}.txt", "--yes", "-o", "cards.yaml", cwd=tmp_path)
    assert made.code == 0, made.err
    assert f"{notes} notes in {sections} sections" in made.err
    checked = deckwright("check", "--format", "concise", cwd=tmp_path)
    assert (checked.code, "error" in checked.out) == (0, False), checked.out
    built = deckwright("build", cwd=tmp_path)
    assert built.code == 0, built.err
    assert f"{notes} notes" in built.err


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
    [("n\ny\n", False, True), ("y\nn\n", True, False), ("a\n", True, True), ("q\n", False, False)],
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
    (tmp_path / "page.pdf").write_bytes(pdf("".join(lines[:half]), "".join(lines[half:])))
    made = deckwright("import", "page.pdf", "-o", "cards.yaml", cwd=tmp_path)
    assert made.code == 0, made.err
    assert "{1} notes in {0} sections".format(*SHAPES[name]) in made.err
    assert deckwright("check", cwd=tmp_path).code == 0


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
    "feeds.txt": (b"\x0c" * MAX_BYTES, "page-without-notes"),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_harmful_page_is_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    data, code = HARMFUL[name]
    (tmp_path / name).write_bytes(data)
    made = deckwright("import", name, "--yes", "-o", "cards.yaml", cwd=tmp_path)
    assert made.code == 1, made.err[:2000]
    assert f"error[{code}]" in made.err
    assert name in made.err
    assert "Traceback" not in made.err
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
    (tmp_path / "page.txt").write_text(text, "utf-8")
    made = deckwright("import", "page.txt", "--yes", "-o", "cards.yaml", cwd=tmp_path)
    assert made.code == 0, made.err[:2000]
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(made.err)
    assert deckwright("check", cwd=tmp_path).code == 0
