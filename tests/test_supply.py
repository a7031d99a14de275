"""What Deckwright is made from: known packages, fitting licences, every Python, and nothing fetched."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from packaging.specifiers import SpecifierSet

import write_dependencies
from support import ROOT, write_project
from write_dependencies import PERMISSIVE, PYTHONS, WEAK, needed, package, pins

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
WORKFLOWS = {
    path.name: yaml.load(path.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 - ours; else `on` is true
    for path in (ROOT / ".github" / "workflows").iterdir()
}
as_pinned = pytest.mark.skipif(
    bool(write_dependencies.missing()), reason="other versions are installed than those of constraints.txt"
)

# -- packages


@as_pinned
def test_the_page_of_dependencies_is_fresh() -> None:
    assert write_dependencies.PAGE.read_text("utf-8") == write_dependencies.page(), "run `make docs`"


@as_pinned
def test_what_runs_is_permissive_or_copyleft_of_its_own_files_alone() -> None:
    for name, asker in needed("deckwright").items():
        terms = set(re.split(r" (?:AND|OR) |[()]+", package(name, asker).licence)) - {""}
        assert terms <= PERMISSIVE | WEAK, name


@as_pinned
def test_anki_is_agpl_and_comes_with_an_extra_alone() -> None:
    assert package("anki", "deckwright").licence == "AGPL-3.0-or-later"
    assert "anki" not in needed("deckwright")
    assert "anki" in needed("deckwright", "anki")


@as_pinned
def test_every_package_is_pinned_for_every_system() -> None:
    """But for Anki: the tests run with several versions of it."""
    assert needed("deckwright", "test").keys() - pins().keys() == {"anki"}


# -- the workflow


def steps() -> Iterator[dict[str, Any]]:
    for workflow in WORKFLOWS.values():
        for job in workflow["jobs"].values():
            yield from job["steps"]


def test_the_workflow_tries_every_python_that_is_promised_on_every_system() -> None:
    matrix = WORKFLOWS["ci.yml"]["jobs"]["everywhere"]["strategy"]["matrix"]
    assert matrix["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
    assert matrix["python"] == list(PYTHONS)
    promised = SpecifierSet(PROJECT["requires-python"])
    assert all(python in promised for python in PYTHONS)
    assert "3.10" not in promised, "it would have to be tried, too"


def test_the_classifiers_name_the_pythons_that_are_tried() -> None:
    named = [
        re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", one) for one in PROJECT["classifiers"]
    ]
    assert [found[1] for found in named if found] == list(PYTHONS)


def test_the_workflow_may_only_read_and_runs_what_github_itself_publishes() -> None:
    for workflow in WORKFLOWS.values():
        assert workflow["permissions"] == {"contents": "read"}
        assert not [job for job in workflow["jobs"].values() if "permissions" in job]
    for step in steps():
        assert re.fullmatch(r"actions/[a-z-]+@v\d+", step.get("uses", "actions/none@v1"))
        assert not step.get("uses", "").startswith("actions/checkout") or (
            step["with"]["persist-credentials"] == "false"
        )


def test_the_workflow_runs_nothing_that_a_stranger_wrote() -> None:
    """A branch's name or a request's title in a command line would be run as part of it."""
    said = [step["run"] for step in steps() if "run" in step]
    assert not [line for line in said if "${{" in line]


# -- the network

DECK = """\
deck: Zoo
id: zoo-x7k2
license: private
scene: {file: meadow.svg, credit: mine}
sections:
  Birds:
    - {fact: Goose, mnemonic: Gus, ask: Who hisses?}
    - {fact: Dot, image: dot.png, credit: mine, explanation: 'See <https://example.org>: \\( x^2 \\)'}
"""
SCENE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40"><title>A meadow</title>'
    b'<rect width="60" height="40" fill="green"/><g id="sym-goose"><rect width="9" height="9"/></g></svg>'
)
PAGE = "Spinal cord\nSpina Cord\nSlows the reflex arc.\n\nGABA\nGabby\nIt is a receptor.\n"
COMMANDS = (
    ("check",),
    ("build",),
    ("release", "1.0.0"),
    ("publish",),
    ("diff", "build/zoo.apkg", "."),
    ("import", "--yes", "page.txt", "-o", "draft.yaml"),
    ("dump", "build/zoo.apkg"),
)
TRIED = 77
# Python tells of every use of a socket before it comes to that; ending there leaves nothing to be caught.
WATCHED = f"""
import os, sys
def watch(event, arguments):
    if event.startswith(("socket.", "http.", "urllib.", "ftplib.", "smtplib.")):
        os.write(2, f"{{event}} {{arguments}}".encode())
        os._exit({TRIED})
sys.addaudithook(watch)
"""
TOOL = "from deckwright.cli import main; main()"
# A network of its own, in which there is not even the computer itself; children are in it too.
ALONE = ("unshare", "--map-root-user", "--net")


@dataclass(frozen=True)
class Done:
    """What a command said and how it ended."""

    code: int
    out: bytes
    err: bytes


def python(program: str, *arguments: str, cwd: Path, before: tuple[str, ...] = ()) -> Done:
    """Run a program of Python, with what comes *before* it on the command line."""
    done = subprocess.run(
        [*before, sys.executable, "-c", program, *arguments],
        cwd=cwd,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600", "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def zoo(folder: Path, dot_png: bytes) -> Path:
    write_project(folder, DECK, meadow_svg=SCENE, dot_png=dot_png)
    (folder / "page.txt").write_text(PAGE, "utf-8", newline="\n")
    return folder


def after_all(
    folder: Path, program: str, before: tuple[str, ...] = ()
) -> tuple[list[Done], dict[str, bytes]]:
    """Run every command in *folder*; return what they said and wrote, but for the random id of a draft."""
    said = [python(program, *command, cwd=folder, before=before) for command in COMMANDS]
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".deckwright" not in path.parts
    }
    files["draft.yaml"] = re.sub(rb"(?m)^id: .*$", b"", files["draft.yaml"])
    return said, files


@pytest.fixture(scope="module")
def online(tmp_path_factory: pytest.TempPathFactory, dot_png: bytes) -> tuple[list[Done], dict[str, bytes]]:
    """Return what the commands say and write where they could reach everything."""
    said, files = after_all(zoo(tmp_path_factory.mktemp("online"), dot_png), TOOL)
    assert [done.code for done in said] == [0] * len(COMMANDS), [done.err for done in said]
    assert {"build/zoo.apkg", "cards.lock", "releases/1.0.0.jsonl", "site/index.html"} <= files.keys()
    return said, files


@pytest.fixture
def alone() -> tuple[str, ...]:
    try:
        done = subprocess.run([*ALONE, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("only Linux can take the network away from a command")
    if done.returncode:
        pytest.skip(f"nobody may take the network away here: {done.stderr.decode()}")
    return ALONE


def test_no_command_so_much_as_makes_a_socket(
    online: tuple[list[Done], dict[str, bytes]], tmp_path: Path, dot_png: bytes
) -> None:
    assert after_all(zoo(tmp_path, dot_png), WATCHED + TOOL) == online


def test_without_a_network_every_command_says_and_writes_the_same(
    online: tuple[list[Done], dict[str, bytes]], alone: tuple[str, ...], tmp_path: Path, dot_png: bytes
) -> None:
    assert after_all(zoo(tmp_path, dot_png), TOOL, alone) == online


@pytest.mark.parametrize("attempt", ["socket.socket()", "socket.getaddrinfo('localhost', 80)"])
def test_an_attempt_would_be_seen(attempt: str, tmp_path: Path) -> None:
    done = python(f"{WATCHED}import socket\ntry: {attempt}\nexcept BaseException: pass", cwd=tmp_path)
    assert done.code == TRIED


def test_where_there_is_no_network_this_computer_cannot_be_reached_either(
    alone: tuple[str, ...], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        reach = f"import socket; socket.create_connection(('127.0.0.1', {listener.getsockname()[1]}), 5)"
        assert python(reach, cwd=tmp_path).code == 0
        assert b"Network is unreachable" in python(reach, cwd=tmp_path, before=alone).err
