"""The index of a site's search, cut into files so small that a page loads only what a query needs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from deckwright.site.folding import words
from deckwright.source.decode import FORBIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FOLDER = "search"
TREE = "tree"  # the file that tells which others there are
MOST_NOTES = 400
LARGEST = 60_000  # bytes of a shard
_LONGEST_TEXT = 300  # characters that are shown and found
_LONGEST_TITLE = 100
_AROUND = 200  # bytes of a shard beside its notes
_OPENS_FACT, _IN_FACT, _IN_MNEMONIC = range(3)  # the earlier, the better an answer


@dataclass(frozen=True, slots=True)
class Entry:
    """A note as the search finds it: its deck's folder and title, its id on the deck's page, its texts."""

    slug: str
    anchor: str
    title: str
    fact: str
    mnemonic: str


@dataclass(frozen=True, slots=True)
class _Note:
    """An entry as it stands in shards: the deck's part, which is written once in each, and its own."""

    deck: str
    text: str


def files(entries: Iterable[Entry]) -> Iterator[tuple[str, bytes]]:
    """Yield the index's files by their names in the site, as scripts that call `deckwrightFound`.

    `search/636f.js` is a shard: it holds the notes that have a word beginning with `co` (the UTF-8 of `co` in
    hex), the best answers first to come in where there are more than fit. Such a shard is cut, and is
    continued by shards of one character more. `search/tree.js` tells the shards that are cut, and the
    characters by which each is continued. No name, and no note's text in a shard, depends on other notes.
    """
    notes: list[_Note] = []
    postings: dict[str, list[tuple[int, int]]] = {}
    for number, entry in enumerate(entries):
        entry = _shown(entry)  # noqa: PLW2901 - what is not shown is not found
        notes.append(_note(entry))
        for word, rank in _ranks(entry).items():
            postings.setdefault(word, []).append((rank, number))
    tree: dict[str, str] = {}
    yield from _branches("", sorted(postings), _Index(notes, postings, tree))
    yield f"{FOLDER}/{TREE}.js", _script(TREE, json.dumps(dict(sorted(tree.items())), ensure_ascii=False))


@dataclass(frozen=True, slots=True)
class _Index:
    """All notes, which of them have which word (and how good an answer each is), and the cut shards."""

    notes: Sequence[_Note]
    postings: dict[str, list[tuple[int, int]]]
    tree: dict[str, str]


def _branches(prefix: str, words: Sequence[str], index: _Index) -> Iterator[tuple[str, bytes]]:
    """Yield the shards whose prefix is one character longer, and note by which characters they go on."""
    longer = (word for word in words if len(word) > len(prefix))
    children = {key: list(group) for key, group in groupby(longer, key=itemgetter(slice(len(prefix) + 1)))}
    index.tree[prefix] = "".join(key[-1] for key in children)
    for key, inside in children.items():
        yield from _shards(key, inside, index)


def _shards(prefix: str, words: Sequence[str], index: _Index) -> Iterator[tuple[str, bytes]]:
    members = _members(words, index)
    fitting = _fitting(members, index.notes)
    name = prefix.encode().hex()
    yield f"{FOLDER}/{name}.js", _script(name, _decks(index.notes[number] for number in sorted(fitting)))
    if len(fitting) < len(members):
        yield from _branches(prefix, words, index)


def _members(words: Iterable[str], index: _Index) -> list[int]:
    """Return the notes that have one of the words, the best answers first."""
    best: dict[int, int] = {}
    for word in words:
        for rank, number in index.postings[word]:
            best[number] = min(rank, best.get(number, rank))
    return sorted(best, key=lambda number: (best[number], number))


def _fitting(members: Sequence[int], notes: Sequence[_Note]) -> list[int]:
    """Return as many of the members as one shard takes."""
    room, decks, fitting = LARGEST - _AROUND, set[str](), list[int]()
    for number in members[:MOST_NOTES]:
        note = notes[number]
        room -= len(note.text.encode()) + 1
        if note.deck not in decks:
            room -= len(note.deck.encode()) + 6
            decks.add(note.deck)
        if room < 0:
            break
        fitting.append(number)
    return fitting


def _decks(notes: Iterable[_Note]) -> str:
    """Write notes by their decks: `[["slug","title",[["anchor","fact","mnemonic"]]]]`."""
    decks: dict[str, list[str]] = {}
    for note in notes:
        decks.setdefault(note.deck, []).append(note.text)
    return "[" + ",\n".join(f"[{deck},[{','.join(texts)}]]" for deck, texts in decks.items()) + "]"


def _ranks(entry: Entry) -> dict[str, int]:
    ranks: dict[str, int] = {}
    for word in words(entry.fact):
        ranks.setdefault(word, _IN_FACT if ranks else _OPENS_FACT)
    for word in words(entry.mnemonic):
        ranks.setdefault(word, _IN_MNEMONIC)
    return ranks


def _shown(entry: Entry) -> Entry:
    fact, mnemonic = (_shortened(text, _LONGEST_TEXT) for text in (entry.fact, entry.mnemonic))
    return Entry(entry.slug, entry.anchor, _shortened(entry.title, _LONGEST_TITLE), fact, mnemonic)


def _shortened(text: str, longest: int) -> str:
    line = FORBIDDEN.sub("", " ".join(text.split()))
    return line if len(line) <= longest else f"{line[:longest]}…"


def _note(entry: Entry) -> _Note:
    return _Note(_listed(entry.slug, entry.title), f"[{_listed(entry.anchor, entry.fact, entry.mnemonic)}]")


def _listed(*texts: str) -> str:
    inside = json.dumps(texts, ensure_ascii=False, separators=(",", ":"))[1:-1]
    return inside.replace("<", r"\u003c")


def _script(name: str, data: str) -> bytes:
    return f'deckwrightFound("{name}",{data})\n'.encode()
