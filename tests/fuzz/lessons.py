"""Sound decks whose texts hold whatever a text may hold, so that the line is walked to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from deckwright.source.decode import FORBIDDEN
from fuzz import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import SearchStrategy

SHAPES = ("scene", "picture", "ask", "reverse", "sweep", "cloze", "occlusion")


_PICTURES: tuple[dict[str, object], ...] = (
    {},
    {},
    {"image": "heart.png"},
    {"image": "none"},
    {"symbol": "spleen"},
    {"symbol": "Kid knee"},
    {"region": [0, 10, 50.5, 20]},
    {"region": [10, 10, 10, 10]},
    {"region": [99, 0, 2, 1]},
)
_PIECES = tuple(
    text for text in dict.fromkeys((*tokens.MARKDOWN, *tokens.TEXTS)) if text and not FORBIDDEN.search(text)
)
_BLOCKS = tuple(text for text in _PIECES if "\r" not in text)
_LINES = tuple(text for text in _BLOCKS if not {"\n", "\t"} & {*text} and "![" not in text)


def _texts(pieces: Sequence[str]) -> SearchStrategy[str]:
    """Return texts of some *pieces*, none of them empty."""
    found = st.lists(st.sampled_from(("word", " ")) | st.sampled_from(pieces), min_size=1, max_size=8)
    return found.map(lambda parts: "w" + "".join(parts))


def decks() -> SearchStrategy[object]:
    """Return sound decks of a few notes, whose texts hold whatever a text may hold."""
    line, block = _texts(_LINES), _texts(_BLOCKS)
    tags = st.lists(st.sampled_from(("exam", "a::b", "Ünï", "心")), max_size=3)
    texts = st.fixed_dictionaries(
        {"fact": line, "mnemonic": line},
        optional={
            **dict.fromkeys(("ask", "source", "credit"), line),
            "explanation": block,
            "tags": tags,
            "cards": st.dictionaries(st.sampled_from(SHAPES), st.booleans()),
            "retired": st.booleans(),
        },
    )
    note = st.builds(lambda said, shown: {**said, **shown}, texts, st.sampled_from(_PICTURES))
    top = {
        "deck": st.sampled_from(("D", "A::B")),
        "id": st.just("dee-k3x9"),
        "scene": st.sampled_from(("garden.svg", "garden.svg", "garden.svg", "ward.jpg", "scene.svg")),
        "notes": st.lists(note, min_size=1, max_size=4),
    }
    more = {
        **dict.fromkeys(("title", "summary", "source", "credit", "report", "license"), line),
        "language": st.sampled_from(("en", "de", "ar", "ja")),
        "cards": st.dictionaries(st.sampled_from(SHAPES), st.booleans()),
        "tags": tags,
    }
    return st.fixed_dictionaries(top, optional=more)
