"""`import TABLE`: what each kind of table becomes, and what its rows are refused for."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from anki_packages import Note, RawPackage
from deckwright import project
from deckwright.apkg.read import read_package
from deckwright.deck.history import OWN_TYPE
from deckwright.source.diagnostics import concise
from deckwright.source.draft import format_draft
from deckwright.tabulate import Tabulated, import_table
from deckwright.usage import UsageProblem
from deckwright.workspace import Project
from support import ROOT, deckwright, write_project
from tables.books import forge_book, write_book

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TABLES = ROOT / "tests" / "tables" / "decks"
# `exported*.txt` are what Anki 26.9.3 wrote of four notes, with all that its dialog offers and without.
CASES = sorted(path.name for path in TABLES.iterdir() if path.suffix != ".expected")


def table(folder: Path, text: str, *maps: str, name: str = "words.csv") -> Tabulated:
    (folder / name).write_text(text, "utf-8", newline="")
    return import_table(folder / name, maps)


def found(tabulated: Tabulated) -> list[str]:
    """Return the findings, a line each."""
    assert tabulated.report is not None
    return concise(tabulated.report).splitlines()


def codes(tabulated: Tabulated) -> list[tuple[int, str]]:
    """Return the line and the code of each finding."""
    assert tabulated.report is not None
    return [(tabulated.report.source.place(one.span.start).line, one.code) for one in tabulated.report]


def yaml(tabulated: Tabulated) -> str:
    assert tabulated.draft is not None, found(tabulated)
    return format_draft(tabulated.draft)


def told(tabulated: Tabulated) -> str:
    """Write down all that became of a table."""
    columns = [f"{header} -> {key or 'a comment'}" for header, key in tabulated.columns]
    lines = [*columns, f"guessed: {tabulated.guessed}", *tabulated.hints, *found(tabulated)]
    return "\n".join([*lines, "", yaml(tabulated)])


def builds(folder: Path, text: str) -> None:
    """Hold a draft against `check`, as an error-free deck that makes cards."""
    write_project(folder, text)
    checked = deckwright("check", folder)
    assert checked.code == 0, checked.out
    built = deckwright("build", folder)
    assert built.code == 0, built.err


@pytest.mark.parametrize("case", CASES)
def test_a_table_becomes_the_draft_it_became_before(
    case: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    done = import_table(TABLES / case, ())
    expected = TABLES / f"{case}.expected"
    if request.config.getoption("--update"):
        expected.write_text(told(done), "utf-8", newline="\n")
    assert told(done) == expected.read_text("utf-8")
    builds(tmp_path, yaml(done))


def test_a_workbook_becomes_a_draft_and_its_values_what_people_see(tmp_path: Path) -> None:
    path = write_book(
        tmp_path / "nerves.xlsx",
        ["Term", "Mnemonic", "Definition", "Chapter", "Page", "Seen"],
        ["Nerve II", "Optimist", "Sees.\nNothing else.", "Skull", 2.0, dt.date(2026, 3, 1)],
        ["Nerve III", "Okular Motor", 0.1 + 0.2, None, 2.5, dt.datetime(2026, 3, 1, 8, 30)],  # noqa: DTZ001
        [],
        ["Nerve X", "Vague us", True, "Neck", 1e16, dt.time(8, 30)],
        sheets=("Words", "Rest"),
    )
    done = import_table(path, ())
    (warned,) = found(done)
    assert warned.startswith("nerves.xlsx, sheet `Words`:1:1: warning[other-sheets]: ")
    assert "there is also `Rest`" in warned
    assert (
        yaml(done)
        == """\
deck: Nerves

sections:
  Skull:
    # Page: 2
    # Seen: 2026-03-01
    - fact: Nerve II
      mnemonic: Optimist
      explanation: |
        Sees.

        Nothing else.

    # Page: 2.5
    # Seen: 2026-03-01 08:30
    - fact: Nerve III
      mnemonic: Okular Motor
      explanation: 0.3

  Neck:
    # Page: 10000000000000000
    # Seen: 08:30
    - fact: Nerve X
      mnemonic: Vague us
      explanation: "TRUE"
"""
    )
    builds(tmp_path, yaml(done))


def test_every_row_that_fails_is_told_at_once_with_file_and_row(tmp_path: Path) -> None:
    done = table(
        tmp_path,
        "Front,Back\nWho?,She\n,Nobody\nWhat?,\n\na,b,c\nWhy?,<script>x</script>\nHow?,A\x07\n"
        'Where?,"Here\nOr there"\n"Never,closed\nwho?,she\n',
    )
    assert done.draft is None
    assert codes(done) == [
        (3, "row-without-front"),
        (4, "row-without-fact"),
        (6, "too-many-cells"),
        (8, "control-character"),
        (9, "text-moved"),
        (11, "open-quote"),
    ]
    assert found(done)[0] == (
        "words.csv:3:2: error[row-without-front]: row 3 makes no card: nothing in `Front` can be its front"
        " (a note needs a mnemonic, an `ask`, or a picture that lies in `media/`)"
    )
    assert "row 4 has nothing in `Back`" in found(done)[1]


def test_what_check_would_refuse_is_told_at_the_cell(tmp_path: Path) -> None:
    done = table(
        tmp_path,
        "fact,mnemonic,explanation,id\nOne,Won,See <script>x</script>,\nTwo,Too,{{c1::a,\nOne,WON,x,\n"
        "↑,Up,,\nFive,Fife,,a b\n",
    )
    assert done.draft is None
    assert codes(done) == [
        (2, "unsafe-html"),
        (3, "bad-gap"),
        (4, "same-note-twice"),
        (5, "empty-name"),
        (6, "bad-id"),
    ]
    assert found(done)[0].startswith("words.csv:2:9:")
    assert found(done)[-1].startswith("words.csv:6:12:")


def test_in_a_workbook_a_row_is_told_by_its_number_in_the_sheet(tmp_path: Path) -> None:
    path = write_book(
        tmp_path / "w.xlsx", [], [], ["ask", "fact"], ["Who?", "She"], ["Where?"], sheets=("Äß",)
    )
    assert found(import_table(path, ()))[0].startswith(
        "w.xlsx, sheet `Äß`:5:1: error[row-without-fact]: row 5 has nothing in `fact`"
    )


def test_many_rows_with_one_fault_are_summed_up(tmp_path: Path) -> None:
    done = table(tmp_path, "ask,fact\n" + "Who?,\n" * 1000)
    assert len(found(done)) == 20
    assert "row 21 has nothing in `fact`; and so in 980 more places" in found(done)[-1]


def test_an_answer_to_two_questions_is_two_notes(tmp_path: Path) -> None:
    done = table(tmp_path, "ask,fact,id\nWhat is low?,Sodium,\nWhat is high?,Sodium,\nAnd?,x,sodium-2\n")
    assert codes(done) == [(3, "named-apart")]
    assert "    id: sodium-3\n" in yaml(done)
    builds(tmp_path, yaml(done))


def test_pictures_are_named_where_they_are_there(tmp_path: Path, dot_png: bytes) -> None:
    write_project(tmp_path, "", goose_png=dot_png)
    done = table(
        tmp_path,
        "fact,ask,picture,explanation\nGoose,Who?,goose.png,\nBee,Which?,bee.png,\n"
        'Duck,"<img src=""goose.png""> What?",,\nFox,Where?,,"a <img src=""goose.png""> b"\n',
    )
    assert codes(done) == [(3, "file-left-out")]
    assert (
        yaml(done)
        == """\
deck: Words

notes:
  - fact: Goose
    ask: Who?
    image: goose.png

  # picture: bee.png
  - fact: Bee
    ask: Which?

  - fact: Duck
    ask: What?
    image: goose.png

  - fact: Fox
    ask: Where?
    explanation: |
      a b

      ![](<goose.png>)
"""
    )
    builds(tmp_path, yaml(done))


@pytest.mark.parametrize("name", ["../goose.png", "/etc/passwd", "goose.png/..", "a\\b.png", "x" * 5000])
def test_a_picture_outside_media_is_never_named(tmp_path: Path, dot_png: bytes, name: str) -> None:
    write_project(tmp_path, "", goose_png=dot_png)
    done = table(tmp_path, f"fact,ask,image\nGoose,Who?,{name}\n")
    assert codes(done) == [(2, "file-left-out")]
    assert "image:" not in yaml(done)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_save_is_read(tmp_path: Path, encoding: str, line_end: str) -> None:
    text = 'Frage\tAntwort\tNotiz\nWo?\tKöln\t"Am Rhein\nin NRW"\n'
    (tmp_path / "w.csv").write_bytes(text.replace("\n", line_end).encode(encoding))
    assert yaml(import_table(tmp_path / "w.csv", ())).endswith(
        "  - fact: Köln\n    ask: Wo?\n    explanation: |\n      Am Rhein\n\n      in NRW\n"
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("ask,fact\nWo?,Köln\n".encode("cp1252"), "undecodable"),
        (b"\xff\xfea", "undecodable"),
        (b"", "empty-table"),
        (b"\n,,\n\n", "empty-table"),
        (b"ask,fact\n", "empty-table"),
        (b"#separator:tab\n#html:true\n", "empty-table"),
        (b"a," * 300, "too-large"),
        (b"a,b\n" * 20_001, "too-large"),
    ],
)
def test_a_table_that_cannot_be_read_says_why(tmp_path: Path, data: bytes, code: str) -> None:
    (tmp_path / "w.csv").write_bytes(data)
    done = import_table(tmp_path / "w.csv", ())
    assert done.draft is None
    assert [one for _, one in codes(done)] == [code]


@pytest.mark.parametrize(
    ("maps", "says"),
    [
        (("fact",), "`--map fact` names no column"),
        (("fact=",), "names no column"),
        (("front=Who",), r"no text of a note is called `front`; did you mean `ask`\?"),
        (("fact=Wo",), "`words.csv` has no column `Wo`; it has `Who`, `What`"),
        (("fact=3",), "no column `3`"),
        (("fact=Who,fact=What",), "says again"),
        (("fact=Who", "ask=who"), "says again"),
        (("ask=Who",), "no column of `words.csv` is the fact; .* as in `--map fact=What`"),
        (("fact=Who",), "gives the cards a front"),
    ],
)
def test_a_map_that_says_nothing_is_told_what_there_is(
    tmp_path: Path, maps: tuple[str, ...], says: str
) -> None:
    with pytest.raises(UsageProblem, match=says):
        table(tmp_path, "Who,What\nA,B\n", *maps)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="is not a file"):
        import_table(tmp_path, ())


def test_maps_count_before_headers_by_words_and_by_number(tmp_path: Path) -> None:
    text = "Front,Back,Why: short,Extra\nWho?,She,Because,More\n"
    done = table(tmp_path, text, "ask=front, fact=2", "explanation=Why: short,explanation=Extra")
    assert done.columns == (
        ("Front", "ask"), ("Back", "fact"), ("Why: short", "explanation"), ("Extra", "explanation"),
    )  # fmt: skip
    assert not done.guessed
    assert "explanation: |\n      Because\n\n      More\n" in yaml(done)


@pytest.mark.parametrize(
    ("first", "rows"),
    [
        # A sheet of a trillion cells, of which two are written.
        (
            "A1",
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        ),
        ("A0", '<row r="0"><c r="A0"><v>1</v></c></row>'),
        ("no such text", '<row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
        ("no XML", '<row r="1"><c r="A1"'),
    ],
)
def test_a_forged_sheet_is_refused(tmp_path: Path, first: str, rows: str) -> None:
    done = import_table(forge_book(tmp_path / "w.xlsx", rows), ())
    assert [code for _, code in codes(done)] in (["unreadable-table"], ["too-large"], ["empty-table"]), first


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("cut short", lambda data: data[: len(data) // 2]),
        ("text", lambda _data: b"ask,fact\n"),
        ("empty", lambda _data: b""),
        ("old Excel", lambda _data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048)),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    path = write_book(tmp_path / "w.xlsx", ["ask", "fact"])
    path.write_bytes(change(path.read_bytes()))
    done = import_table(path, ())
    assert [code for _, code in codes(done)] == ["unreadable-table"], name


def test_the_command_shows_guessed_columns_and_takes_them_with_yes(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("Frage,Antwort,Seite\nWo liegt Köln?,Am Rhein,7\n", "utf-8")
    shown = deckwright("import", "words.csv", "-o", "cards.yaml", cwd=tmp_path)
    assert shown.code == 2
    assert "  Frage → ask\n  Antwort → fact\n  Seite → " in shown.err
    assert "`--yes`" in shown.err
    assert not (tmp_path / "cards.yaml").exists()
    done = deckwright("import", "words.csv", "-o", "cards.yaml", "--yes", cwd=tmp_path)
    assert done.code == 0, done.err
    assert deckwright("check", cwd=tmp_path).code == 0
    assert deckwright("build", cwd=tmp_path).code == 0


def test_the_command_takes_maps_and_prints_the_draft(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("Who,What\nHonk,Goose\n", "utf-8")
    done = deckwright("import", "words.csv", "--map", "mnemonic=Who,fact=What", cwd=tmp_path)
    assert done.code == 0, done.err
    head, _, notes = done.out.partition("\n\n")
    assert re.fullmatch(r"deck: Words\nid: words-[a-z2-9]{4}", head)
    assert notes == "notes:\n  - fact: Goose\n    mnemonic: Honk\n"


def test_the_command_writes_nothing_where_a_row_fails(tmp_path: Path) -> None:
    (tmp_path / "words.csv").write_text("ask,fact\nWho?,She\nWhere?,\n", "utf-8")
    done = deckwright("import", "words.csv", "-o", "cards.yaml", cwd=tmp_path)
    assert done.code == 1
    assert "error[row-without-fact]: row 3 has nothing in `fact`\n --> words.csv:3:1\n" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["words.csv"]


def test_the_command_knows_an_export_by_its_first_line(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes((TABLES / "exported.txt").read_bytes())
    done = deckwright("import", "notes.txt", "--yes", cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.out.startswith("deck: Pharmacology::Baclofen\n")
    assert "`deckwright adopt DECK.apkg`" in done.err


def test_a_separator_that_excel_is_told_counts(tmp_path: Path) -> None:
    done = table(tmp_path, "sep=;\r\nask;fact\r\nWho, what; when?;She\r\n".replace("what;", "what and"))
    assert yaml(done) == "deck: Words\n\nnotes:\n  - fact: She\n    ask: Who, what and when?\n"


def test_adopt_takes_over_the_reviews_of_an_export(tmp_path: Path) -> None:
    guids = ("bHk3x9.1", "c/7_d")
    rows = "".join(f"{guid}\t<b>What</b> is {guid}?\tIt is {guid}.\n" for guid in guids)
    done = table(
        tmp_path, f"#separator:tab\n#html:true\n#guid column:1\n#deck:Rules\n{rows}", name="notes.txt"
    )
    write_project(tmp_path, yaml(done))
    notes = tuple(Note(guid, (f"<b>What</b> is {guid}?", f"It is {guid}.")) for guid in guids)
    RawPackage(notes).write(tmp_path / "old.apkg")
    adopted = deckwright("adopt", "old.apkg", cwd=tmp_path)
    assert adopted.code == 0, adopted.err
    assert "2 of 2 notes found again: 2 by guid" in adopted.err
    assert deckwright("build", "-o", "new.apkg", cwd=tmp_path).code == 0
    assert {note.guid for note in read_package(tmp_path / "new.apkg").notes} == {*guids}


SIGNS = st.text(st.sampled_from("ab 1-*_`#>[]()<!&;:~'\"\\|{}=@%+.,/\n\tÄé→\u0301٣🦆$^?"), max_size=12)
PIECES = [
    "<b>x</b>",
    "<br>",
    "{{c1::a}}",
    r"\(x\)",
    "![](a.png)",
    "[a]: b",
    "&nbsp;",
    "<img src=a>",
    "- a\n- b",
]
CELLS = st.lists(SIGNS | st.sampled_from(PIECES), max_size=3).map("".join)
KEYS = ("fact", "ask", "mnemonic", "explanation", "section", "tags", "source", "other")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*[CELLS] * len(KEYS)), min_size=1, max_size=4), st.booleans())
@example([("#", "", "", "", "", "", "", ""), ("1", "", "1", "", "", "", "", "")], True)  # noqa: FBT003
def test_any_table_is_told_what_is_wrong_or_becomes_a_deck_that_builds(
    tmp_path: Path,
    rows: list[tuple[str, ...]],
    is_export: bool,  # noqa: FBT001
) -> None:
    out = io.StringIO()
    as_needed = csv.writer(out, delimiter="\t", lineterminator="\n")
    all_quoted = csv.writer(out, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_ALL)
    for row in rows if is_export else [KEYS, *rows]:
        # Anki puts quotes around what would be taken for a line that says nothing.
        how = all_quoted if is_export and row[0].startswith("#") else as_needed
        how.writerow(row)
    head = f"#separator:tab\n#html:true\n#columns:{chr(9).join(KEYS)}\n" if is_export else ""
    done = table(tmp_path, head + out.getvalue(), name="words.txt" if is_export else "words.tsv")
    assert done.report is not None
    assert (done.draft is None) == done.report.has_errors
    if done.draft is not None:
        (tmp_path / "cards.yaml").write_text(yaml(done), "utf-8")
        compiled = project.check(Project(tmp_path / "cards.yaml"))
        assert not compiled.has_errors, [concise(one) for one in compiled.reports]
        assert len([note for note in compiled.notes if note.note.kind == OWN_TYPE]) == sum(
            any(cell.strip() for cell in row) for row in rows
        )


def test_no_picture_is_no_front(tmp_path: Path) -> None:
    done = table(tmp_path, "fact,ask,image\nGoose,,none\nBee,Which?,none\n")
    assert codes(done) == [(2, "row-without-front")]
