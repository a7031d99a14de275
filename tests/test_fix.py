"""`check --fix`: what needs no judgement is mended, and not a byte besides."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckwright.build import Options, build
from deckwright.fix import Proposal, fix
from deckwright.manuscript import ChangedMeanwhile, rewrite
from deckwright.readback import read_back
from deckwright.source.diagnostics import Report
from deckwright.source.syntax import compose
from deckwright.source.text import SourceFile
from deckwright.workspace import Project
from support import ROOT, at_a_terminal, deckwright, write_project

if TYPE_CHECKING:
    from pathlib import Path

FAULTY = """\
# my deck
deck: D   # here
license: private
sections:
  A:
    - fact: 5-HT #3 receptor antagonist  \

      mnemonik: x  # y
      explanation: >
        - a
        - b
    - fact: Warning: never stop
      mnemonic: "C:\\project"
    - fact: [Na+] falls  # c
      mnemonic: &K channel

    - Warning: x ~ y
    - fact: *Always*
      ask: @home
    - fact: !important
      ask:\t| a
"""
MENDED = """\
# my deck
deck: D   # here
license: private
sections:
  A:
    - fact: "5-HT #3 receptor antagonist"  \

      mnemonic: x  # y
      explanation: |
        - a
        - b
    - fact: "Warning: never stop"
      mnemonic: "C:\\\\project"
    - fact: "[Na+] falls"  # c
      mnemonic: "&K channel"

    - "Warning: x ~ y"
    - fact: "*Always*"
      ask: "@home"
    - fact: "!important"
      ask: "| a"
"""


def mended(folder: Path, source: bytes) -> bytes:
    write_project(folder, "")
    (folder / "cards.yaml").write_bytes(source)
    fix(Project(folder / "cards.yaml"), None)
    return (folder / "cards.yaml").read_bytes()


def test_everything_that_yaml_would_cut_or_choke_on_is_mended_in_one_go(tmp_path: Path) -> None:
    source = FAULTY.replace("ask:\t|", "ask: |")
    assert mended(tmp_path, source.encode()).decode() == MENDED


def test_byte_order_mark_line_ends_and_permissions_stay(tmp_path: Path) -> None:
    write_project(tmp_path, "")
    (tmp_path / "cards.yaml").chmod(0o640)
    source = "\ufeffdeck: D\r\nnotes:\r\n  - fact: 5-HT #3\r\n    ask: x  # y\r\n"
    assert mended(tmp_path, source.encode()) == source.replace("5-HT #3", '"5-HT #3"').encode()
    assert (tmp_path / "cards.yaml").stat().st_mode & 0o777 == 0o640


def test_a_link_to_the_source_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text("deck: D\nnotes:\n  - fact: 5-HT #3\n    ask: x\n")
    (tmp_path / "media").mkdir()
    (tmp_path / "cards.yaml").symlink_to("real.yaml")
    fix(Project(tmp_path / "cards.yaml"), None)
    assert (tmp_path / "cards.yaml").is_symlink()
    assert '"5-HT #3"' in (tmp_path / "real.yaml").read_text()


@pytest.mark.parametrize(
    ("faulty", "right"),
    [
        ("\t- fact: A\n\t  mnemonic: b\n", "  - fact: A\n    mnemonic: b\n"),
        ("  -\tfact: A\n    mnemonic: b\n", "  - fact: A\n    mnemonic: b\n"),
        ("  - fact: A\x07\x1b\n    mnemonic: b\n", "  - fact: A\n    mnemonic: b\n"),
        ("  - fact: A\n    expalnation: b\n    ask: c\n", "  - fact: A\n    explanation: b\n    ask: c\n"),
        ('  - Say "x": y ~ z\n', "  - 'Say \"x\": y ~ z'\n"),
        ("  - fact: `A`\n    mnemonic: b\n", '  - fact: "`A`"\n    mnemonic: b\n'),
        ("  - fact: 50% #1 cause\n    mnemonic: b\n", '  - fact: "50% #1 cause"\n    mnemonic: b\n'),
    ],
)
def test_each_fault_is_mended(faulty: str, right: str, tmp_path: Path) -> None:
    head = "deck: D\nlicense: private\nnotes:\n"
    assert mended(tmp_path, (head + faulty).encode()).decode() == head + right


@pytest.mark.parametrize(
    "doubtful",
    [
        "  - {fact: *A, ask: b}\n",  # where would the text end?
        "  - fact: A\n    hint: b\n",  # a guess at what was meant
        "  - fact: A\n    mnemonic: b\n    mnemonik: c\n",  # there is one already
        "  - fact: A\n    tags: [very important]\n    ask: b\n",  # one tag or two
        "  - fact: [a, b\n    ask: b\n",
        "  - fact: 'it's'   # keep me\n    mnemonic: yeast\n",
        '  - fact: "5-HT" receptor   # my comment, see p. 12\n    ask: "What" does it do?   # ask Anna\n',
        "  - fact: Baz\n    mnemonic: bass\n    explanation: See: this\n      and that   # c9\n",
        "  - fact: Baz #2 is\n      longer\n    mnemonic: bass\n",
    ],
)
def test_what_needs_judgement_is_left_to_the_author(doubtful: str, tmp_path: Path) -> None:
    source = ("deck: D\nnotes:\n" + doubtful).encode()
    assert mended(tmp_path, source) == source


def test_a_file_that_is_no_text_is_left_alone(tmp_path: Path) -> None:
    source = b"deck: D\nnotes:\n  - fact: Caf\xe9 #1\n    facs: x\n    ask: y\n"
    assert mended(tmp_path, source) == source


def test_one_doubtful_line_keeps_no_other_from_being_mended(tmp_path: Path) -> None:
    source = (
        "deck: G\nnotes:\n  - fact: 'it's'   # keep me\n    source: Harrison: 21st ed.   # book\n    ask: b\n"
    )
    after = mended(tmp_path, source.encode()).decode()
    assert after in (source, source.replace("Harrison: 21st ed.", '"Harrison: 21st ed."'))


def test_the_id_that_the_lock_remembers_is_written_into_the_source(tmp_path: Path) -> None:
    source = "# mine\ndeck: D  # a name\nlicense: private\nnotes: [A ~ b]\n"
    folder = write_project(tmp_path, source)
    build(Project(folder / "cards.yaml"), Options())
    lock = (folder / "cards.lock").read_bytes()
    assert fix(Project(folder / "cards.yaml"), None).count == 1
    text = (folder / "cards.yaml").read_text()
    assert text.startswith("# mine\ndeck: D  # a name\nid: ")
    assert text.replace(text.splitlines()[2] + "\n", "") == source
    done = deckwright("build", "--locked", cwd=folder)
    assert done.code == 0, done.err
    assert (folder / "cards.lock").read_bytes() == lock
    assert fix(Project(folder / "cards.yaml"), None).count == 0


SCANNED = """\
deck: D
license: private
notes:
  - fact: Mechanism
    mnemonic: Mecha nest  # <br> here
    explanation: |
      The M echanism of the mechanism.<br>
      The ﬁrst line.
"""


def test_words_are_changed_only_where_that_is_accepted(tmp_path: Path) -> None:
    project = Project(write_project(tmp_path, SCANNED) / "cards.yaml")
    assert fix(project, None).count == 0
    asked: list[Proposal] = []

    def accept(proposal: Proposal) -> bool:
        asked.append(proposal)
        return "ﬁ" in proposal.difference.partition("\n-")[2]

    done = fix(project, accept)
    assert (done.count, done.declined, len(asked)) == (1, 2, 3)
    assert project.source.read_text() == SCANNED.replace("ﬁrst", "first")
    assert fix(project, lambda _: True).count == 2
    wanted = (
        SCANNED.replace("ﬁrst", "first")
        .replace("M echanism", "Mechanism")
        .replace("mechanism.<br>", "mechanism.")
    )
    assert project.source.read_text() == wanted


def test_the_command_shows_what_it_changed_and_asks_no_one_who_is_not_there(tmp_path: Path) -> None:
    folder = write_project(tmp_path, SCANNED.replace("Mecha nest", "Mecha #1 nest"))
    done = deckwright("check", "--fix", cwd=folder)
    assert '+    mnemonic: "Mecha #1 nest"  # <br> here' in done.err
    assert "1 finding mended." in done.err
    done = deckwright("check", "--fix-text", cwd=folder)
    assert "3 proposals left as they were (`--yes` accepts all)" in done.err
    assert "-      The ﬁrst line.\n+      The first line.\n" in done.err
    done = deckwright("check", "--fix-text", "--yes", "--strict", cwd=folder)
    assert "3 findings mended." in done.err
    assert (done.code, done.out) == (0, "")


def test_advice_fails_a_strict_check_alone(tmp_path: Path) -> None:
    folder = write_project(tmp_path, SCANNED)
    assert deckwright("check", cwd=folder).code == 0
    assert deckwright("check", "--strict", cwd=folder).code == 1
    assert deckwright("check", "-q", "--strict", cwd=folder).out == ""


def test_a_file_saved_elsewhere_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    path = write_project(tmp_path, "deck: E\n") / "cards.yaml"
    with pytest.raises(ChangedMeanwhile):
        rewrite(path, SourceFile("cards.yaml", "deck: D\n"), "deck: F\n")
    assert path.read_text() == "deck: E\n"


def test_a_disk_that_takes_nothing_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = write_project(tmp_path, "deck: E\n") / "cards.yaml"
    monkeypatch.setattr("deckwright.manuscript.shutil.copymode", full)
    with pytest.raises(OSError, match="No space"):
        rewrite(path, SourceFile("cards.yaml", "deck: E\n"), "deck: F\n")
    assert (path.read_text(), [one.name for one in tmp_path.iterdir() if one.name.startswith(".")]) == (
        "deck: E\n",
        [],
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*FAULTY.splitlines(), *(ROOT / "cards.yaml").read_text("utf-8").splitlines()[:60]])
    )
)
def test_mending_any_text_ends_and_loses_no_comment(lines: list[str]) -> None:
    import tempfile  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    source = "\n".join(lines)
    with tempfile.TemporaryDirectory() as name:
        after = mended(Path(name), source.encode()).decode()
    report = Report(SourceFile("cards.yaml", after))
    compose(report.source, report)
    for remark in ("# my deck", "# here", "# y", "# c"):
        assert after.count(remark) == source.count(remark)
        lines = [line for line in after.splitlines() if remark in line]
        assert [line for line in lines if line.partition(remark)[0].count('"') % 2] == []


def test_yes_alone_says_what_it_goes_with(tmp_path: Path) -> None:
    done = deckwright("check", "--yes", cwd=write_project(tmp_path, SCANNED))
    assert (done.code, "`--fix-text` makes some" in done.err) == (2, True)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("answers", "left"), [("n\na\n", 1), ("y\nq\n", 2), ("a\n", 0)])
def test_proposals_are_asked_one_by_one_until_all_are_meant(answers: str, left: int, tmp_path: Path) -> None:
    said = at_a_terminal(answers, "check", "--fix-text", cwd=write_project(tmp_path, SCANNED)).err
    assert f"{3 - left} findings mended" in said.replace("finding mended", "findings mended")
    assert (f"{left} proposal" in said) == (left > 0)


@pytest.mark.parametrize(
    "text",
    [
        "  - fact: foo <br># bar\n    ask: x\n",
        "  - fact: foo\n    mnemonic: a:<br> b\n",
        "  - fact: foo\n    mnemonic: <br>*Always*\n",
        "  - fact: foo\n    ask: <br>- foo\n",
        "  - fact: foo\n    ask: x\n    explanation: <br>\n",
        "  - fact: foo\u00ad #1\n    ask: x\n",
    ],
)
def test_no_proposal_changes_more_than_it_says(text: str, tmp_path: Path) -> None:
    source = f"deck: D\nlicense: private\nnotes:\n{text}"
    project = Project(write_project(tmp_path, source) / "cards.yaml")
    fix(project, lambda _: True)
    after = project.source.read_text("utf-8")
    old, new = read_back(SourceFile("a", source)), read_back(SourceFile("a", after))
    assert not new.fresh_errors(old)
    for at, key in new.changes(old):
        removed = re.sub(r"<br>|\u00ad|\s", "", str(old.notes[at][key]))
        assert re.sub(r"\s", "", str(new.notes[at][key])) == removed


@pytest.mark.parametrize(
    "source",
    [
        '{deck: "A::B", license: private, notes: [A ~ b]}\n',
        "deck: Foo\nid:\nlicense: private\nnotes: [A ~ b]\n",
        "? deck\n: Foo\nlicense: private\nnotes: [A ~ b]\n",
        'deck: "A"   # name\nnotes: [A ~ b]',
    ],
)
def test_an_id_is_written_into_whatever_layout_or_not_at_all(source: str, tmp_path: Path) -> None:
    project = Project(write_project(tmp_path, source) / "cards.yaml")
    assert build(project, Options()).packages
    before = read_back(SourceFile("a", source))
    fix(project, None)
    after = read_back(SourceFile("a", project.source.read_text("utf-8")))
    assert after.errors == before.errors
    assert after.notes == before.notes
    assert {key for key in after.deck if after.deck[key] != before.deck[key]} <= {"id"}
    assert "?" in source or after.deck["id"]


def test_a_deck_of_hundreds_of_faults_is_mended(tmp_path: Path) -> None:
    notes = "".join(f"  - fact: Warning: never {at}\n    ask: x\n" for at in range(450))
    after = mended(tmp_path, f"deck: D\nlicense: private\nnotes:\n{notes}".encode()).decode()
    assert after.count('"Warning: never ') == 450


def test_what_the_projects_file_ignores_is_not_mended(tmp_path: Path) -> None:
    note = "  - fact: A\n    ask: b\n    explanation: >\n      - a\n      - b\n"
    deck = f"deck: E\nlicense: private\nnotes:\n{note}"
    (tmp_path / "one.yaml").write_text(deck)
    write_project(tmp_path, "deck: P\ndecks: one.yaml\nignore: folded-list\n")
    assert fix(Project(tmp_path / "cards.yaml"), None).count == 0
    assert (tmp_path / "one.yaml").read_text() == deck


def test_nothing_is_proposed_for_a_file_that_is_no_text(tmp_path: Path) -> None:
    deck = (ROOT / "tests" / "bad" / "scan-residue.yaml").read_bytes() + b"# caf\xe9\n"
    (tmp_path / "cards.yaml").write_bytes(deck)
    done = deckwright("check", "--fix-text", "--yes", cwd=tmp_path)
    assert (done.code, "is not UTF-8" in done.out) == (1, True)
    assert "changed on disk" not in done.err
    assert (tmp_path / "cards.yaml").read_bytes() == deck
