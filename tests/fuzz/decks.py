"""`check` on decks, whole or damaged: it finds, prints, mends and builds without falling over."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

import yaml
from hypothesis import strategies as st

from deckwright import fix
from deckwright.apkg.lock import format_lock, parse_lock
from deckwright.apkg.read import read_package
from deckwright.build import Options, build_time, plan, write
from deckwright.project import check
from deckwright.source.diagnostics import Report
from deckwright.source.text import SourceFile
from deckwright.usage import UsageProblem
from deckwright.workspace import SOURCE_NAME, find_project
from fuzz import lessons, seeds, tokens
from fuzz.mutations import mutated
from fuzz.target import SOUND, Target, printed, refused
from fuzz.trees import all_exchanged, anything, exchanges

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from hypothesis.strategies import SearchStrategy

    from deckwright.workspace import Project
    from fuzz.seeds import Built
    from fuzz.target import Case

_HEAD = "deck: D\nid: dee-k3x9\nnotes:\n"
CSS = (
    b".card { color: red; }\n@media print { .x::after { content: 'a'; } }\n",
    b"@import url(x);",
    b"a{b:url(/x)}",
)


def target(own: Sequence[Built]) -> Target:
    """Fuzz `check` over bytes, trees and damaged decks, with a lock or without."""
    return Target("check", _cases(own), run)


def _cases(own: Sequence[Built]) -> SearchStrategy[Case]:
    sources = st.one_of(
        mutated(seeds.decks(), tokens.DECK, by_line=True),
        mutated(seeds.decks(), tokens.DECK, by_line=True),
        st.builds(_written, _trees(), st.booleans()),
        st.builds(_composed, st.lists(st.sampled_from(tokens.DECK), max_size=25)),
        st.builds(_written, anything, st.booleans()),
        st.binary(max_size=60),
    )
    fair = st.builds(_written, lessons.decks(), st.booleans())
    alone, fair_alone = (st.builds(lambda data: {SOURCE_NAME: data}, found) for found in (sources, fair))
    return st.one_of(
        alone, alone, alone, fair_alone, fair_alone, _remembered(own), _styled(), _of_two_files(sources)
    )


def _trees() -> SearchStrategy[object]:
    return st.builds(all_exchanged, st.sampled_from(seeds.deck_trees()), exchanges)


def _of_two_files(sources: SearchStrategy[bytes]) -> SearchStrategy[Case]:
    """Return projects whose file names its decks: one that is sound, and one that is anything."""
    head = mutated(
        (b"decks: decks-*.yaml\npackage: each\n", b"decks: [decks-a.yaml, decks-b.yaml]\ntags: x\n"),
        tokens.DECK,
    )
    sound = f"{_HEAD}  - A goose ~ Honk\n".encode()
    files = {SOURCE_NAME: head, "decks-a.yaml": st.just(sound), "decks-b.yaml": sources}
    return st.fixed_dictionaries(files)


def _written(tree: object, as_json: bool) -> bytes:  # noqa: FBT001 - drawn
    if as_json:
        return json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False).encode("utf-8", "surrogatepass")


def _composed(tokens: list[bytes]) -> bytes:
    return _HEAD.encode() + b"  - " + b"".join(tokens)


def _remembered(own: Sequence[Built]) -> SearchStrategy[Case]:
    """Return decks with a lock, both or either damaged."""
    parts = [
        st.fixed_dictionaries(
            {
                SOURCE_NAME: mutated((one.source,), tokens.DECK, by_line=True),
                "cards.lock": mutated((one.lock,), by_line=True),
            }
        )
        for one in own
    ]
    return st.one_of(parts)


def _styled() -> SearchStrategy[Case]:
    source = f"style: look.css\n{_HEAD}  - A goose ~ Honk\n".encode()
    return st.builds(lambda css: {SOURCE_NAME: source, "look.css": css}, mutated(CSS, tokens.CSS))


def run(folder: Path) -> Iterable[str]:
    """Check the project; then, some of them, again, mended, and built."""
    source = folder / SOURCE_NAME
    chance = zlib.crc32(source.read_bytes())
    try:
        project = find_project(source)
    except UsageProblem as problem:
        return refused(problem)
    compiled = check(project)
    codes = printed(compiled.reports) | (set() if compiled.has_errors else {SOUND})
    if chance % 8 == 0:
        assert _told(check(project).reports) == _told(compiled.reports)
    if not compiled.has_errors and compiled.decks and chance % 4 == 1:
        codes |= _build(project)
    if chance % 8 == 2:
        fix.fix(project, lambda _: True)
        codes |= printed(check(project).reports)
    return codes


def _told(reports: Iterable[Report]) -> list[object]:
    return [(found.code, found.span, found.message) for report in reports for found in report]


def _build(project: Project) -> set[str]:
    """Build what checks clean: its package can be read, and its lock reads as what was written."""
    built = plan(project, Options(), build_time())
    codes = printed(built.told)
    assert built.packages or any(report.has_errors for report in built.told), codes
    write(project, built)
    for made in built.packages:
        package = read_package(made.path)
        assert len(package.notes) == len(made.notes)
        made.path.unlink()
    if built.lock is not None and built.packages:
        text = SourceFile("cards.lock", built.lock)
        report = Report(text)
        assert format_lock(parse_lock(text, report)) == built.lock
        assert not report.has_errors, [*report]
    return codes
