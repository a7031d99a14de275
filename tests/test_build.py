"""The tool as a person runs it: what it writes, what it says, how it ends."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from deckwright.apkg.read import Package, read_package
from support import ROOT, TOOL, deckwright, write_project

if TYPE_CHECKING:
    from collections.abc import Iterator

ONE = "1767225600"  # 2026-01-01
TWO = "1767225605"
SOURCE = """\
deck: Pharmacology::Baclofen
id: baclofen-k3x9
license: private
ignore: [explanation-missing, explanation-off-topic, mnemonic-without-echo]
sections:
  Mechanism:
    - Spinal cord ~ Spina Cord
    - fact: Goose
      mnemonic: Gus
      explanation: first
      ask: Who?
"""
SCENE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40"><title>A meadow</title>'
    b'<rect width="60" height="40" fill="green"/><g id="sym-spinal-cord"><rect width="9" height="9"/></g>'
    b"</svg>"
)
PACKAGE = Path("build") / "baclofen.apkg"


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return every file below *folder* with its bytes and the time it was written."""
    return {
        path.relative_to(folder).as_posix(): (
            path.read_bytes() if path.is_file() else b"",
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
    }


def built(folder: Path, *arguments: str, at: str = ONE) -> Package:
    """Build in *folder*, which has to go well, and read the package."""
    done = deckwright("build", *arguments, cwd=folder, SOURCE_DATE_EPOCH=at)
    assert done.code == 0, done.err
    return read_package(next((folder / "build").glob("*.apkg")))


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "cards.yaml"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8", newline="\n")


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """Mount *folder* in a way of its own; skips where this is not allowed."""
    done = subprocess.run(["mount", *options, folder], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"cannot mount here: {done.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


linux = pytest.mark.skipif(sys.platform != "linux", reason="mounts a file system to fail on")
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals, names and terminals")


# --- the same package, and only what changed ----------------------------------------------------


def test_the_same_source_and_lock_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_project(tmp_path / "first", "scene: s.svg\n" + SOURCE, s_svg=SCENE)
    built(first)
    lock = (first / "cards.lock").read_bytes()
    second = write_project(tmp_path / "some where else", "scene: s.svg\n" + SOURCE, s_svg=SCENE)
    built(second)
    assert (second / "cards.lock").read_bytes() == lock
    assert (second / PACKAGE).read_bytes() == (first / PACKAGE).read_bytes()
    # Seconds later, from another folder, in another locale and order of hashes.
    before = (first / PACKAGE).read_bytes()
    done = deckwright(
        "build", first, cwd=tmp_path, SOURCE_DATE_EPOCH=TWO, PYTHONHASHSEED="7", TZ="Asia/Tokyo", LC_ALL="C"
    )
    assert done.code == 0, done.err
    assert (first / PACKAGE).read_bytes() == before
    assert (first / "cards.lock").read_bytes() == lock


def test_an_edit_changes_one_notes_stamp(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE)
    before = {note.guid: note for note in built(tmp_path).notes}
    lines = (tmp_path / "cards.lock").read_text("utf-8").splitlines()
    edit(tmp_path, "first", "second")
    after = {note.guid: note for note in built(tmp_path, at=TWO).notes}
    assert before.keys() == after.keys()
    changed = [guid for guid in before if before[guid] != after[guid]]
    assert [after[guid].modified for guid in changed] == [int(TWO)]
    assert [note.modified for guid, note in after.items() if guid not in changed] == [int(ONE)]
    now = (tmp_path / "cards.lock").read_text("utf-8").splitlines()
    assert sum(old != new for old, new in zip(lines, now, strict=True)) == 1


def test_a_symbol_more_in_the_scene_changes_no_stamp(tmp_path: Path) -> None:
    write_project(tmp_path, "scene: s.svg\n" + SOURCE, s_svg=SCENE)
    before = built(tmp_path)
    more = SCENE.replace(b"</svg>", b'<g id="owl"><rect x="30" width="9" height="9"/></g></svg>')
    (tmp_path / "media" / "s.svg").write_bytes(more)
    after = built(tmp_path, "--locked", at=TWO)
    assert [note.modified for note in after.notes] == [note.modified for note in before.notes]
    assert {media.name for media in before.media} != {media.name for media in after.media}


def test_a_project_without_an_id_keeps_the_one_it_was_given(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE.replace("id: baclofen-k3x9\n", ""))
    first = built(tmp_path)
    again = built(tmp_path, at=TWO)
    assert first == again
    (name,) = {json.loads(line)["deck"] for line in lock_lines(tmp_path) if '"kind": "note"' in line}
    assert re.fullmatch(r"baclofen-[0-9a-f]{4}", name)


def lock_lines(folder: Path) -> list[str]:
    return (folder / "cards.lock").read_text("utf-8").splitlines()


# --- options ------------------------------------------------------------------------------------


def test_locked_passes_only_when_nothing_changes(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE)
    first = deckwright("build", "--locked", cwd=tmp_path, SOURCE_DATE_EPOCH=ONE)
    assert (first.code, first.out) == (1, "")
    assert "error[lock-outdated]" in first.err
    assert not (tmp_path / "cards.lock").exists()
    assert not (tmp_path / "build").exists()
    built(tmp_path)
    before = tree(tmp_path)
    assert deckwright("build", "--locked", cwd=tmp_path, SOURCE_DATE_EPOCH=TWO).code == 0
    assert {name: data for name, (data, _) in tree(tmp_path).items()} == {
        name: data for name, (data, _) in before.items()
    }
    edit(tmp_path, "first", "second")
    before = tree(tmp_path)
    refused = deckwright("build", "--locked", cwd=tmp_path, SOURCE_DATE_EPOCH=TWO)
    assert refused.code == 1
    assert "error[lock-outdated]" in refused.err
    assert tree(tmp_path) == before


def test_a_draft_leaves_the_lock_alone(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE)
    draft = deckwright("build", "--draft", cwd=tmp_path)
    assert draft.code == 0, draft.err
    assert draft.err.endswith("A draft, to look at and not to share: cards.lock is as it was.\n")
    assert not (tmp_path / "cards.lock").exists()
    drafted = tmp_path / "build" / "baclofen-draft.apkg"
    assert len(read_package(drafted).notes) == 2
    assert not (tmp_path / PACKAGE).exists()
    built(tmp_path)
    real = read_package(tmp_path / PACKAGE)
    lock = (tmp_path / "cards.lock").read_bytes()
    edit(tmp_path, "first", "second")
    assert deckwright("build", "--draft", cwd=tmp_path, SOURCE_DATE_EPOCH=TWO).code == 0
    assert len({note.modified for note in read_package(drafted).notes}) == 2
    assert read_package(tmp_path / PACKAGE) == real
    assert (tmp_path / "cards.lock").read_bytes() == lock


def test_the_package_goes_where_it_is_told(tmp_path: Path) -> None:
    write_project(tmp_path / "project", SOURCE)
    done = deckwright("build", "project", "-o", "out/of the/way.apkg", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "out/of the/way.apkg" in done.err
    assert len(read_package(tmp_path / "out/of the/way.apkg").notes) == 2
    assert not (tmp_path / "project/build").exists()


@pytest.mark.parametrize(
    ("deck", "name"),
    [
        ("Pharmacology::Side Effects!", "side-effects"),
        ("Médecine::Œdème", "deme"),
        ("薬理学", "deck"),
        ("A::../../etc", "etc"),
        ("CON", "con-deck"),
        ("x" * 300, "x" * 100),
    ],
)
def test_a_package_is_called_after_its_deck(deck: str, name: str, tmp_path: Path) -> None:
    write_project(tmp_path, f"deck: '{deck}'\nnotes:\n  - F ~ M")
    package = built(tmp_path)
    assert [path.name for path in (tmp_path / "build").iterdir()] == [f"{name}.apkg"]
    assert deck in [found.name for found in package.decks]


def test_quiet_says_nothing_but_errors(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE)
    for command in (["build", "-q"], ["check", "-q"]):
        done = deckwright(*command, cwd=tmp_path)
        assert (done.code, done.out, done.err) == (0, "", "")
    edit(tmp_path, "fact: Goose", "fakt: Goose")
    assert "error[unknown-key]" in deckwright("build", "-q", cwd=tmp_path).err
    assert "error[unknown-key]" in deckwright("check", "-q", cwd=tmp_path).out


# --- what it says -------------------------------------------------------------------------------


def without_sizes(text: str) -> str:
    return re.sub(r"\d+ kB", "N kB", text)


def test_the_first_build_says_what_was_made_and_what_to_do(tmp_path: Path) -> None:
    write_project(tmp_path, "scene: s.svg\n" + SOURCE, s_svg=SCENE)
    done = deckwright("build", cwd=tmp_path)
    assert done.out == ""
    assert without_sizes(done.err) == (
        "2 notes, 4 cards (1 scene, 2 picture, 1 ask), 2 pictures, N kB\n"
        "1 picture found by name\n"
        "First build: cards.lock remembers your notes. Keep it beside cards.yaml.\n"
        "\n"
        "  build/baclofen.apkg\n"
        "\n"
        "Double-click it (or `deckwright build --open`), leave the options, press Import.\n"
        "Later: edit, build, import again. Every review stays.\n"
    )


LATER = """\
deck: Pharmacology::Baclofen
id: baclofen-k3x9
license: private
ignore: [explanation-missing, explanation-off-topic, mnemonic-without-echo]
sections:
  Mechanism:
    - fact: Spine
      id: mechanism/spinal-cord
      mnemonic: Spina Cord
    - fact: Goose
      mnemonic: Gus
      explanation: second
      ask: Who then?
    - Nausea ~ Now sea
    - fact: Tagged
      mnemonic: T
      tags: new
"""


def test_a_later_build_says_what_changed(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE + "    - Gone ~ G\n    - Tagged ~ T\n    - Same ~ S\n    - Also ~ A\n")
    built(tmp_path)
    write_project(tmp_path, LATER + "    - Same ~ S\n    - Also ~ A\n")
    done = deckwright("build", cwd=tmp_path, SOURCE_DATE_EPOCH=TWO)
    assert done.code == 0, done.err
    assert without_sizes(done.err) == (
        "6 notes, 7 cards (6 picture, 1 ask), 0 pictures, N kB\n"
        "+ Nausea  new\n"
        '> Spine   renamed from "Spinal cord", history kept\n'
        '~ Goose   explanation: "first" → "second"; ask: "Who?" → "Who then?"\n'
        "~ Tagged  its picture, tags, source or settings changed\n"
        "- Gone    gone: it stays in the collections that have it\n"
        "build/baclofen.apkg: 1 new, 3 updated, 2 untouched, 1 retired\n"
        "On those 3, classmates' own edits and tags are replaced; reviews never are.\n"
        "Classmates find what is gone by this search in Anki's browser:\n"
        '  "note:Deckwright *" ("ID:baclofen-k3x9/mechanism/gone")\n'
    )


def test_a_build_without_changes_says_so(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE)
    built(tmp_path)
    done = deckwright("build", cwd=tmp_path)
    assert without_sizes(done.err) == (
        "2 notes, 3 cards (2 picture, 1 ask), 0 pictures, N kB\n"
        "build/baclofen.apkg: 0 new, 0 updated, 2 untouched\n"
    )


def test_what_comes_back_is_said(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE + "    - Back ~ B\n    - More ~ M\n    - Yet ~ Y\n    - Still ~ S\n")
    built(tmp_path)
    edit(tmp_path, "    - Back ~ B\n", "")
    built(tmp_path)
    edit(tmp_path, "    - More", "    - Back ~ B\n    - More")
    done = deckwright("build", cwd=tmp_path, SOURCE_DATE_EPOCH=TWO)
    assert "+ Back  back, history kept\n" in done.err


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}])
def test_piped_output_has_no_colour(environment: dict[str, str], tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE.replace("Who?", "<div>"))
    for command in ("build", "check"):
        done = deckwright(command, cwd=tmp_path, **environment)
        assert done.code == 1
        assert "error[unsafe-html]" in done.out + done.err
        assert "\x1b" not in done.out + done.err


@posix
@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_has_colour_unless_it_is_declined(
    environment: dict[str, str], tmp_path: Path, *, coloured: bool
) -> None:
    import pty  # noqa: PLC0415 - there is none on Windows

    write_project(tmp_path, SOURCE.replace("Who?", "<div>"))
    ours, theirs = pty.openpty()
    inherited = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    subprocess.run(
        [TOOL, "check"], cwd=tmp_path, stdout=theirs, check=False, env={**inherited, **environment}
    )
    os.close(theirs)
    shown = os.read(ours, 65536)
    os.close(ours)
    assert b"unsafe-html" in shown
    assert (b"\x1b[" in shown) == coloured


def test_a_console_without_arrows_gets_plain_ones(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE.replace("Goose", "Gänse → Ärzte"))
    for command in (["build"], ["check"], ["dump", PACKAGE]):
        done = deckwright(*command, cwd=tmp_path, PYTHONIOENCODING="ascii")
        assert done.code == 0, done.err
        assert (done.out + done.err).isascii()
    assert "template Picture -> Fact" in done.out
    edit(tmp_path, "Who?", "→ <div>")
    done = deckwright("check", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert done.code == 1
    assert "ask: -> <div>" in done.out


# --- how it ends --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cards.yml", "cards.yaml.txt", "cards.yml.txt"])
def test_a_misnamed_source_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(SOURCE, "utf-8")
    for command in ("build", "check"):
        done = deckwright(command, cwd=tmp_path)
        assert (done.code, done.out) == (2, "")
        assert f"`{name}`: rename it to `cards.yaml`" in done.err
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("path", [".", "nowhere", "nowhere/cards.yaml"])
def test_no_source_is_wrong_usage(path: str, tmp_path: Path) -> None:
    done = deckwright("build", path, cwd=tmp_path)
    assert done.code == 2
    assert "no `" in done.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [["biuld"], ["build", "--nope"], ["build", "a", "b"], ["check", "--format", "x"], ["dump"]]
)
def test_wrong_usage_ends_with_two(arguments: list[str], tmp_path: Path) -> None:
    done = deckwright(*arguments, cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err


@pytest.mark.parametrize("epoch", ["1577836799", "99999999999", "-1", "1.5", "١٧٦٧٢٢٥٦٠٠"])
def test_a_time_that_is_none_is_wrong_usage(epoch: str, tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE)
    before = tree(tmp_path)
    done = deckwright("build", cwd=tmp_path, SOURCE_DATE_EPOCH=epoch)
    assert done.code == 2
    assert "SOURCE_DATE_EPOCH" in done.err
    assert tree(tmp_path) == before


def test_a_time_a_little_ahead_is_wrong_usage(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE)
    done = deckwright("build", cwd=tmp_path, SOURCE_DATE_EPOCH=str(int(time.time()) + 3600))
    assert done.code == 2


def test_a_clock_far_behind_the_lock_is_a_warning(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE)
    built(tmp_path)
    ahead = int(time.time()) + 90_000
    edit(tmp_path, "first", "second")
    lock = tmp_path / "cards.lock"
    lock.write_text(lock.read_text("utf-8").replace(ONE, str(ahead)), "utf-8")
    done = deckwright("build", cwd=tmp_path, SOURCE_DATE_EPOCH=ONE)
    assert done.code == 0
    assert "warning[clock]" in done.err
    stamps = [note.modified for note in read_package(tmp_path / PACKAGE).notes]
    assert sorted(stamps) == [ahead, ahead + 1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ask: Who?", "ask: <div>"),
        ("fact: Goose", "fakt: Goose"),
        ("mnemonic: Gus", "image: nix.png"),
        ("  - fact", "\t- fact"),
    ],
)
def test_a_failed_build_leaves_everything_as_it_was(old: str, new: str, tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE)
    built(tmp_path)
    edit(tmp_path, old, new)
    before = tree(tmp_path)
    done = deckwright("build", cwd=tmp_path, SOURCE_DATE_EPOCH=TWO)
    assert done.code == 1
    assert re.search(r"error\[[a-z-]+\]: .*\n +--> cards.yaml:\d+:\d+\n", done.err)
    assert {name: found for name, found in tree(tmp_path).items() if ".deckwright" not in name} == {
        name: found for name, found in before.items() if ".deckwright" not in name
    }


def test_a_picture_that_cannot_be_drawn_stops_the_build(tmp_path: Path) -> None:
    empty = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g id="a"><path d="M0 0"/></g></svg>'
    write_project(tmp_path, "deck: D\nnotes:\n  - {fact: F, image: e.svg}", e_svg=empty)
    done = deckwright("build", cwd=tmp_path)
    assert done.code == 1
    assert "--> cards.yaml:3:" in done.err
    assert not (tmp_path / "build").exists()
    assert not (tmp_path / "cards.lock").exists()


def test_a_damaged_lock_stops_the_build_at_its_line(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE)
    built(tmp_path)
    with (tmp_path / "cards.lock").open("a", encoding="utf-8") as lock:
        lock.write("<<<<<< HEAD\n")
    before = tree(tmp_path)
    done = deckwright("build", cwd=tmp_path, SOURCE_DATE_EPOCH=TWO)
    assert done.code == 1
    assert "error[bad-lock]" in done.err
    assert "cards.lock:5:1" in done.err
    assert tree(tmp_path)["cards.lock"] == before["cards.lock"]
    assert tree(tmp_path)[PACKAGE.as_posix()] == before[PACKAGE.as_posix()]


@pytest.mark.parametrize("fact", ["a \xa0 b", '{\\"kind\\": 1}', "<<<<<<< x", "\ue000 𝔸 é"])
def test_no_character_of_a_fact_damages_the_lock(fact: str, tmp_path: Path) -> None:
    write_project(tmp_path, f'deck: D\nnotes:\n  - fact: "{fact}"\n    mnemonic: M\n')
    first = built(tmp_path)
    assert built(tmp_path, "--locked", at=TWO) == first


# --- what can go wrong around it ----------------------------------------------------------------


def test_the_lock_is_written_before_the_package_and_the_next_build_finishes(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE)
    (tmp_path / PACKAGE).mkdir(parents=True)
    done = deckwright("build", cwd=tmp_path, SOURCE_DATE_EPOCH=ONE)
    assert done.code == 1
    assert "Traceback" not in done.err
    assert "baclofen.apkg" in done.err
    assert [path.name for path in (tmp_path / "build").iterdir()] == ["baclofen.apkg"]
    lock = (tmp_path / "cards.lock").read_bytes()
    (tmp_path / PACKAGE).rmdir()
    assert {note.modified for note in built(tmp_path, at=TWO).notes} == {int(ONE)}
    assert (tmp_path / "cards.lock").read_bytes() == lock


@pytest.mark.parametrize("name", ["build", ".deckwright"])
def test_a_file_in_place_of_a_folder_is_told(name: str, tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE)
    (tmp_path / name).write_text("in the way")
    done = deckwright("build", cwd=tmp_path)
    assert done.code == 1
    assert name in done.err
    assert "nothing was lost" in done.err
    assert "Traceback" not in done.err


@linux
def test_a_full_disk_leaves_the_old_package(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE)
    (tmp_path / "build").mkdir()
    with mounted(tmp_path / "build", "-t", "tmpfs", "-o", "size=256k", "tmpfs"):
        built(tmp_path)
        before = (tmp_path / PACKAGE).read_bytes()
        edit(tmp_path, "first", "second")
        done = deckwright("build", cwd=tmp_path, SOURCE_DATE_EPOCH=TWO)
        assert done.code == 1
        assert "No space left" in done.err
        assert (tmp_path / PACKAGE).read_bytes() == before
        assert [path.name for path in (tmp_path / "build").iterdir()] == ["baclofen.apkg"]


@linux
def test_a_project_that_cannot_be_written_can_be_checked_and_is_told(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE)
    with mounted(tmp_path, "--bind", str(tmp_path)):
        subprocess.run(["mount", "-o", "remount,ro,bind", tmp_path], check=True)
        assert deckwright("check", cwd=tmp_path).code == 0
        done = deckwright("build", cwd=tmp_path)
        assert done.code == 1
        assert "Read-only file system" in done.err
        assert "Traceback" not in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cards.yaml", "media"]


def test_two_builds_at_once_both_end_well(tmp_path: Path) -> None:
    write_project(tmp_path, "scene: s.svg\n" + SOURCE, s_svg=SCENE)
    builds = [
        subprocess.Popen([TOOL, "build"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for process in builds:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err.decode()
    before = tree(tmp_path)
    assert deckwright("build", "--locked", cwd=tmp_path).code == 0
    assert tree(tmp_path)["cards.lock"] == before["cards.lock"]
    assert sorted(path.name for path in (tmp_path / "build").iterdir()) == ["baclofen.apkg"]


@posix
@pytest.mark.parametrize(("kill", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)], ids=["TERM", "INT"])
def test_a_build_told_to_stop_leaves_nothing_half_done(
    kill: signal.Signals, code: int, tmp_path: Path
) -> None:
    picture = io.BytesIO()
    Image.effect_noise((5000, 5000), 90).save(picture, "PNG", compress_level=0)  # takes seconds to encode
    source = SOURCE.replace("mnemonic: Gus", "image: big.png")
    write_project(tmp_path, source, big_png=picture.getvalue())
    process = subprocess.Popen([TOOL, "build"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not (tmp_path / ".deckwright" / "build.lock").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.5)
    assert process.poll() is None
    process.send_signal(kill)
    _, err = process.communicate(timeout=60)
    assert process.returncode == code, err.decode()
    assert b"Traceback" not in err
    assert sorted(path.name for path in tmp_path.iterdir()) == [".deckwright", "cards.yaml", "media"]
    edit(tmp_path, "image: big.png", "mnemonic: Gus")
    assert len(built(tmp_path).notes) == 2  # the lock of the project is free again


@posix
@pytest.mark.parametrize("name", ['it\'s with "quotes"\n', "🦆 → ü %s {x}", "-o"])
def test_folders_may_be_called_anything(name: str, tmp_path: Path) -> None:
    folder = write_project(tmp_path / name, SOURCE)
    assert built(folder)
    for done in (
        deckwright("check", folder / "cards.yaml", cwd=tmp_path),
        deckwright("build", folder, cwd=tmp_path),
        deckwright("build", "--", name, cwd=tmp_path),
    ):
        assert done.code == 0, done.err


def test_another_name_for_the_source_will_do(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE)
    (tmp_path / "cards.yaml").rename(tmp_path / "pharma.yaml")
    done = deckwright("build", "pharma.yaml", cwd=tmp_path)
    assert done.code == 0, done.err
    assert (tmp_path / PACKAGE).is_file()


# --- the other commands -------------------------------------------------------------------------


@pytest.mark.parametrize("source", ["scene: s.svg\n" + SOURCE, SOURCE.replace("Who?", "<div>")])
def test_check_writes_nothing_at_all(source: str, tmp_path: Path) -> None:
    write_project(tmp_path, source, s_svg=SCENE)
    for step in ("new", "built"):
        before = tree(tmp_path)
        for form in ("full", "json"):
            deckwright("check", "--format", form, cwd=tmp_path)
        assert tree(tmp_path) == before, step
        deckwright("build", cwd=tmp_path)


def test_check_says_how_many_and_ends_with_one(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE.replace("Who?", "<div>"))
    done = deckwright("check", cwd=tmp_path)
    assert done.code == 1
    assert done.err == "2 notes, 2 cards: 1 error\n"
    assert done.out.startswith("error[unsafe-html]: `<div>` is not allowed here\n  --> cards.yaml:11:12\n")


def test_dump_of_what_is_no_package(tmp_path: Path) -> None:
    (tmp_path / "text.apkg").write_text("no package")
    for name, code in (("missing.apkg", "cannot-open"), ("text.apkg", "not-a-package"), (".", "cannot-open")):
        done = deckwright("dump", name, cwd=tmp_path)
        assert (done.code, done.out) == (1, "")
        assert f"error[{code}]" in done.err
        assert "Traceback" not in done.err


def test_schema_prints_json() -> None:
    done = deckwright("schema")
    assert (done.code, done.err) == (0, "")
    schema = json.loads(done.out)
    assert {"deck", "sections", "notes"} <= schema["properties"].keys()


def test_help_names_every_command() -> None:
    done = deckwright("--help")
    assert done.code == 0
    for command in ("build", "check", "dump", "schema"):
        assert re.search(rf"^  {command} ", done.out, re.MULTILINE), command
        one = deckwright(command, "--help")
        assert one.code == 0
        assert one.out.startswith(f"Usage: deckwright {command} ")
    assert deckwright("-h").out == done.out


def test_version_is_the_packages() -> None:
    version = re.search(r'__version__ = "(.+)"', (ROOT / "src/deckwright/__init__.py").read_text("utf-8"))
    assert version
    assert deckwright("--version").out == f"deckwright {version[1]}\n"


def test_a_bug_of_ours_ends_with_three_and_a_log(tmp_path: Path) -> None:
    write_project(tmp_path, SOURCE)
    broken = tmp_path / "broken"
    broken.mkdir()
    # A stand-in for a library that fails in a way nobody thought of.
    (broken / "filelock.py").write_text("def FileLock(*a, **b): raise KeyError(1)\nTimeout = OSError\n")
    done = deckwright("build", cwd=tmp_path, PYTHONPATH=str(broken), TMPDIR=str(tmp_path), TEMP=str(tmp_path))
    assert done.code == 3
    assert "this is a bug in Deckwright, not in your deck" in done.err
    assert "Traceback" not in done.err
    (log,) = tmp_path.glob("deckwright-*.log")
    assert str(log) in done.err
    assert "KeyError" in log.read_text("utf-8")
    assert not (tmp_path / "cards.lock").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_work_that_takes_a_while_shows_a_bar_to_someone_at_a_terminal(tmp_path: Path) -> None:
    notes = "".join(f"  - Organ number {at} ~ Mandolin lumber {at}\n" for at in range(12_000))
    write_project(tmp_path, f"deck: D\nnotes:\n{notes}")
    assert "Making cards" not in deckwright("build", "--draft", cwd=tmp_path).err
    ours, theirs = os.openpty()
    with subprocess.Popen([TOOL, "build", "--draft"], cwd=tmp_path, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # the terminal's end
            while part := os.read(ours, 4096):
                shown += part
    os.close(ours)
    assert process.returncode == 0
    assert b"Making cards" in shown
    assert b"100%" in shown
