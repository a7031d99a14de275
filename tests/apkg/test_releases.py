"""Releases: what was written is read back, damage is told by its line, and all tell what readers have."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckwright.apkg.editions import (
    KINDS,
    Change,
    Kind,
    Release,
    ReleasedNote,
    ReleasedType,
    Releases,
    Version,
    parse_version,
)
from deckwright.apkg.news import Restyled, compare_editions, tell
from deckwright.apkg.releases import format_release, parse_release, read_releases
from deckwright.apkg.stamp import Released, tags_hash
from deckwright.source.diagnostics import Report
from deckwright.source.text import SourceFile
from one_deck import AT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOTE = ReleasedNote(
    guid="Gh9_GVa8Rpon", deck="project", key="mechanism/goose", type="mnemonic", modified=1_795_402_129,
    content="532814ee827d1d52bcbc00cbe4856f7e", section="Mechanism", fact="Goose", mnemonic="Goes",
    explanation="It goes *honk* if a < b.", ask="", source="A book", tags=("A", "b::c"),
    fields=("3c3e76839d2a", "", "26858662d923"),
)  # fmt: skip
OTHER = replace(NOTE, guid="other", key="swan", fact="Swan", section="")
TYPE = ReleasedType(1_726_000_000_000, "Deckwright Mnemonic", 1_795_392_000, "b9739efafa31")
FIRST = Release(
    Version(1, 0, 0), 1_795_402_129, 1, 2, (TYPE,), (Change("new", NOTE), Change("new", OTHER))
)  # fmt: skip
LATER = replace(NOTE, modified=NOTE.modified + 9, content="f00", fields=("0", "1", "2"))

texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\u2028\u2029\x85\x0b\x1e\r\n"))
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
stamps = st.integers(1, 2**42)
notes = st.builds(
    ReleasedNote, guid=names, deck=names, key=names, type=names, modified=stamps, content=names,
    section=texts, fact=names, mnemonic=texts, explanation=texts, ask=texts, source=texts,
    tags=st.lists(texts, max_size=3).map(tuple), fields=st.lists(texts, min_size=1, max_size=3).map(tuple),
)  # fmt: skip
releases = st.builds(
    Release,
    version=st.builds(Version, *[st.integers(0, 10**9 - 1)] * 3),
    newest=stamps,
    render=st.integers(1, 99),
    notes=st.integers(0, 10**6),
    notetypes=st.lists(
        st.builds(ReleasedType, id=st.integers(1, 2**63 - 1), name=names, modified=stamps, slots=names),
        max_size=2,
        unique_by=lambda notetype: notetype.id,
    ).map(tuple),
    changes=st.lists(
        st.builds(Change, st.sampled_from(KINDS), notes), max_size=5, unique_by=lambda c: c.note.guid
    ).map(tuple),
)


def parsed(text: str, version: Version = FIRST.version) -> tuple[Release | None, list[tuple[int, str]]]:
    """Read a release; say the line and message of each fault."""
    report = Report(SourceFile(f"releases/{version}.jsonl", text))
    release = parse_release(report.source, version, report)
    assert {found.code for found in report} <= {"bad-release"}
    assert (release is None) == report.has_errors
    return release, [(report.source.place(found.span.start).line, found.message) for found in report]


def save(folder: Path, *made: Release) -> Path:
    folder.mkdir(exist_ok=True)
    for release in made:
        (folder / f"{release.version}.jsonl").write_text(format_release(release), "utf-8", newline="\n")
    return folder


def later(version: Version, *changes: tuple[Kind, ReleasedNote]) -> Release:
    return replace(FIRST, version=version, changes=tuple(Change(*change) for change in changes))


@given(releases)
def test_what_is_written_is_read_back(release: Release) -> None:
    text = format_release(release)
    assert parsed(text, release.version) == (release, [])
    assert parsed(text.replace("\r", "").replace("\n", "\r\n"), release.version)[1] == []


def test_a_line_tells_what_there_is() -> None:
    lines = [json.loads(line) for line in format_release(FIRST).splitlines()]
    assert [line["kind"] for line in lines] == ["release", "notetype", "new", "new"]
    assert lines[0] == {
        "kind": "release", "format": 1, "version": "1.0.0", "newest": 1_795_402_129, "render": 1, "notes": 2,
        "new": 2,
    }  # fmt: skip
    assert lines[2]["explanation"] == NOTE.explanation
    assert "ask" not in lines[2]


@pytest.mark.parametrize(
    ("text", "version"),
    [("1.0.0", (1, 0, 0)), ("0.10.999999999", (0, 10, 999_999_999)), ("1.0", None), ("v1.0.0", None),
     ("01.0.0", None), ("1.0.0-rc.1", None), ("1.0.0\n", None), ("١.0.0", None), ("1.0.1000000000", None),
     ("", None), (".", None)],
)  # fmt: skip
def test_a_version_is_three_numbers(text: str, version: tuple[int, int, int] | None) -> None:
    assert parse_version(text) == version


def spoilt(line: int, **values: Any) -> Callable[[list[dict[str, Any]]], object]:
    return lambda lines: lines[line].update(values)


@pytest.mark.parametrize(
    ("spoil", "place", "message"),
    [
        (spoilt(0, format=2), 1, "a newer Deckwright wrote this release; update Deckwright"),
        (spoilt(0, format=True), 1, "`format` has a value of the wrong kind"),
        (spoilt(0, version="1.0.1"), 1, "this is the release 1.0.1, under the name of 1.0.0"),
        (spoilt(0, version=""), 1, "`version` is missing"),
        (spoilt(0, render=-1), 1, "`render` has a value of the wrong kind"),
        (lambda lines: lines.pop(0), 1, "this line is not one that Deckwright writes here"),
        (lambda lines: lines.pop(), 1, "of 2 lines of the kind `new`, 1 are there"),
        (lambda lines: lines.append(dict(lines[0])), 5, "this line is not one that Deckwright writes here"),
        (lambda lines: lines.append(dict(lines[2])), 5, "two lines are about `Gh9_GVa8Rpon`"),
        (lambda lines: lines.append(dict(lines[1])), 5, "two lines are about `1726000000000`"),
        (spoilt(1, modified=2**43), 2, "`modified` is a time that never comes"),
        (spoilt(1, id=2**63), 2, "`id` has a value of the wrong kind"),
        (spoilt(2, modified=1.5), 3, "`modified` has a value of the wrong kind"),
        (spoilt(2, modified=True), 3, "`modified` has a value of the wrong kind"),
        (spoilt(2, guid=""), 3, "`guid` is missing"),
        (spoilt(2, fact=["x"]), 3, "`fact` has a value of the wrong kind"),
        (spoilt(2, fact="\ud800"), 3, "`fact` has a value of the wrong kind"),
        (spoilt(2, tags="x"), 3, "`tags` has a value of the wrong kind"),
        (spoilt(2, tags=["a", 1]), 3, "`tags` has a value of the wrong kind"),
        (spoilt(2, fields=[]), 3, "`fields` is missing"),
        (spoilt(2, colour="red"), 3, "unknown key `colour`"),
        (spoilt(2, kind="gone"), 3, "this line is not one that Deckwright writes here"),
        (spoilt(2, kind=["new"]), 3, "this line is not one that Deckwright writes"),
    ],
)  # fmt: skip
def test_damage_is_told_by_its_line(
    spoil: Callable[[list[dict[str, Any]]], object], place: int, message: str
) -> None:
    lines = [json.loads(line) for line in format_release(FIRST).splitlines()]
    spoil(lines)
    found = parsed("".join(json.dumps(line) + "\n" for line in lines))[1]
    assert (place, message) in found


@pytest.mark.parametrize(
    "line",
    ["<<<<<<< HEAD", "{", "[]", "1", '"x"', "null", "[" * 100_000, "9" * 5_000, '{"kind": NaN}', "\x00"],
)
def test_whatever_stands_there_is_a_finding(line: str) -> None:
    text = format_release(FIRST)
    assert [place for place, _ in parsed(text + line + "\n")[1]] == [5]
    assert 1 in [place for place, _ in parsed(line + "\n" + text)[1]]


@given(st.binary() | st.text().map(str.encode))
def test_no_bytes_are_a_traceback(data: bytes) -> None:
    release, found = parsed(data.decode(errors="replace"))
    assert release is None
    assert found


def test_an_empty_file_is_no_release() -> None:
    assert parsed("") == (None, [(1, "the line of the release itself is missing")])


def test_no_folder_is_no_release(tmp_path: Path) -> None:
    assert read_releases(tmp_path / "releases") == (Releases(), ())


def test_releases_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    versions = [Version(1, 9, 0), Version(1, 10, 0), Version(1, 0, 0), Version(2, 0, 0)]
    found, reports = read_releases(save(tmp_path, *(later(version) for version in versions), FIRST))
    assert [release.version for release in found.all] == sorted(versions)
    assert found.last == later(Version(2, 0, 0))
    assert not any(report.has_errors for report in reports)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.with_name("1.0.jsonl").write_text(format_release(FIRST)), "a release is named"),
        (lambda path: path.with_name("1.0.0 (2).jsonl").write_text(""), "a release is named"),
        (lambda path: path.mkdir(), "this is a link, or no file"),
        (lambda path: path.symlink_to("no.jsonl"), "this is a link, or no file"),
        (lambda path: path.symlink_to(path.with_name("notes.txt")), "this is a link, or no file"),
        (lambda path: path.write_bytes(b"\xff"), "byte 0xff is not UTF-8"),
        (lambda path: path.write_bytes("x".encode("utf-16")), "the file is UTF-16"),
    ],
)  # fmt: skip
def test_odd_files_are_findings(make: Callable[[Path], object], message: str, tmp_path: Path) -> None:
    save(tmp_path, FIRST)
    (tmp_path / "notes.txt").write_text("no release of ours")
    (tmp_path / ".1.0.2.jsonl.partial").write_text("what a killed process left")
    make(tmp_path / "1.0.1.jsonl")
    found, reports = read_releases(tmp_path)
    assert found.all == (FIRST,)
    (finding,) = [finding for report in reports for finding in report]
    assert finding.code == "bad-release"
    assert finding.message.startswith(message)


def test_all_together_tell_what_a_release_holds_and_what_readers_have() -> None:
    second = later(Version(1, 0, 1), ("changed", LATER), ("retired", OTHER))
    third = later(Version(1, 1, 0), ("new", OTHER), ("rendered", replace(LATER, fields=("x",))))
    made = Releases((FIRST, second, third))
    assert set(made.edition(Version(1, 0, 0)).notes) == {NOTE.guid, OTHER.guid}
    assert made.edition(Version(1, 0, 1)).notes == {NOTE.guid: LATER}
    assert set(made.edition().notes) == {NOTE.guid, OTHER.guid}
    assert made.edition().notetypes == (TYPE,)
    tags = tags_hash(NOTE.tags)
    assert Releases((FIRST, second)).shipped == {
        NOTE.guid: Released(LATER.modified, LATER.fields, tags),
        OTHER.guid: Released(OTHER.modified, OTHER.fields, tags),
    }, "readers keep what is gone"
    assert made.shipped[NOTE.guid].fields == ("x",)
    back = later(Version(1, 1, 1), ("changed", NOTE))
    assert Releases((FIRST, second, back)).shipped[NOTE.guid].modified == LATER.modified, "never back"


def told(old: Release, new: Release) -> list[str]:
    return list(tell(compare_editions(Releases((old,)).edition(), Releases((new,)).edition())))


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        ({"fact": "Gander"}, ["> Mechanism › Gander: renamed from Goose", '    fact: "Goose" → "Gander"']),
        ({"explanation": "It goes *honk* if a < c."},
         ["~ Mechanism › Goose", '    explanation: "b." → "c."']),
        ({"explanation": "It goes\n*honk* if a < b."},
         ["~ Mechanism › Goose", "    explanation: its line breaks changed"]),
        ({"explanation": ""},
         ["~ Mechanism › Goose", '    explanation: "It goes *honk* if a < b." → nothing']),
        ({"section": ""}, ["~ Goose", "    section: Mechanism → none"]),
        ({"deck": "swamp"}, ["~ Mechanism › Goose", "    deck: project → swamp"]),
        ({"tags": ("A", "d")}, ["~ Mechanism › Goose", "    tags: +d, -b::c"]),
        ({"fields": ("",) * AT["Picture"] + ("new",)}, ["~ Mechanism › Goose", "    its picture changed"]),
        ({}, ["~ Mechanism › Goose", "    its settings changed"]),
        ({"content": NOTE.content}, ["~ Mechanism › Goose", "    sent once more as it was"]),
        ({"content": NOTE.content, "modified": NOTE.modified, "fields": ("other",)},
         ["= Mechanism › Goose: renders differently for new readers"]),
    ],
)  # fmt: skip
def test_what_changed_is_told_in_the_words_of_the_author(change: dict[str, Any], lines: list[str]) -> None:
    values: dict[str, Any] = {"modified": NOTE.modified + 1, "content": "changed"} | change
    assert told(FIRST, later(FIRST.version, ("new", replace(NOTE, **values)), ("new", OTHER))) == lines


def test_new_and_gone_notes_are_told_by_name() -> None:
    assert told(later(FIRST.version, ("new", NOTE)), later(FIRST.version, ("new", OTHER))) == [
        "+ Swan: new",
        "- Mechanism › Goose: gone; it stays in the collections that have it",
    ]


@pytest.mark.parametrize(
    ("notetype", "changed"),
    [
        (replace(TYPE, modified=TYPE.modified + 1), [Restyled(TYPE.name, forks=False)]),
        (replace(TYPE, slots="other"), [Restyled(TYPE.name, forks=True)]),
        (replace(TYPE, id=1), []),
        (TYPE, []),
    ],
)
def test_another_look_is_told_apart_from_other_slots(notetype: ReleasedType, changed: list[Restyled]) -> None:
    new = Releases((replace(FIRST, notetypes=(notetype,)),)).edition()
    news = compare_editions(Releases((FIRST,)).edition(), new)
    assert list(news.notetypes) == changed
    assert news.any == bool(changed)
    assert any("Merge note types" in line for line in tell(news)) == any(kind.forks for kind in changed)
