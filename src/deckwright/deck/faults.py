"""What validation does not take, told at its place, with the word that was meant."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deckwright.deck.model import Cards, Colours, Deck, Located, Note, Scene, Section, Style
from deckwright.source.diagnostics import Diagnostic, error
from deckwright.source.scalars import BETWEEN
from deckwright.source.syntax import Mapping, Node, Scalar, Sequence
from deckwright.source.text import Edit, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails

SYNONYMS = {
    "front": "ask",
    "question": "ask",
    "back": "fact",
    "answer": "fact",
    "hint": "mnemonic",
    "picture": "image",
    "why": "explanation",
    "name": "deck",
    "licence": "license",
}
_MISTYPED = 0.75  # alike enough to be the key that was meant, and no other word
_MISSING = {
    "deck": "write `deck: Subject::Topic` at the top",
    "fact": "write `fact:` and what to know",
    "file": "write `file:` and the picture's name in media/",
}
_PLAIN = {
    "string_too_short": ("empty-text", "is empty", "write its text, or remove the key"),
    "string_type": ("not-text", "takes text, not {kind}", "put quotes around the text"),
    "tuple_type": ("not-a-list", "takes a list", "put each item on a line that starts with `- `"),
    "model_type": ("not-a-mapping", "takes keys and values", "write `key: value` lines"),
    "dict_type": (
        "not-a-mapping",
        "takes names, each with a value",
        "write each name with a `:`, without `- `",
    ),
    "bool_parsing": ("not-true-or-false", "takes `true` or `false`", "write one of the two"),
    "bool_type": ("not-true-or-false", "takes `true` or `false`, not {kind}", "write one of the two"),
}
_INNER: dict[str, type[Located]] = {"scene": Scene, "cards": Cards, "style": Style, "night": Colours}
_FORMS = {
    "deck id": (
        "bad-id",
        "a deck's id is 3 to 60 of `a` to `z`, digits and `-`",
        "as in `id: baclofen-k3x9`",
    ),
    "note id": (
        "bad-id",
        "a note's id is made of letters, digits, `-`, `_`, `.` and `/`",
        "as in `id: nausea-late`",
    ),
    "scene width": (
        "bad-width",
        "a scene is drawn 400 to 4000 pixels wide",
        "as in `width: 1600`; left out, it is 2000",
    ),
    "deck language": ("bad-language", "this is not a language code", "as in `en`, `de` or `pt-BR`"),
    "note region": (
        "bad-region",
        "a region is four numbers",
        "write `[x, y, width, height]` in % of the scene",
    ),
}


def tell(details: list[ErrorDetails], tree: Mapping) -> Iterator[Diagnostic]:
    """Tell each fault; a key that is missing because it is misspelt has been told as that."""
    misspelt = {
        (*detail["loc"][:-1], _nearest(str(detail["loc"][-1]), _part(detail["loc"]).model))
        for detail in details
        if detail["type"] == "extra_forbidden"
    }
    for detail in details:
        if detail["type"] == "missing" and detail["loc"] in misspelt:
            continue
        note = _walk(tree, detail["loc"][: len(detail["loc"]) - len(_part(detail["loc"]).way)])[0]
        yield _split_text(note) if _is_split(detail, note) else _diagnostic(detail, tree)


def _is_split(detail: ErrorDetails, note: Node) -> bool:
    """Tell a note of one key from a text that YAML split at its colon, as in `- Warning: x`."""
    if _part(detail["loc"]).owner != "note" or not isinstance(note, Mapping) or len(note.pairs) != 1:
        return False
    word = note.pairs[0][0].text
    if word.lower() in {*Note.model_fields, *SYNONYMS}:
        return False
    return word[:1].isupper() or not _nearest(word, Note)


def _split_text(note: Node) -> Diagnostic:
    if not isinstance(note, Mapping):
        raise TypeError(note)
    colon = note.pairs[0][0].span.end
    message = "`: ` inside the text makes YAML see a key and a value"
    advice = "put quotes around the whole text"
    return error("unquoted-text", message, Span(colon, colon + 1), advice=advice).mended_by(*_quotes(note))


def _quotes(note: Mapping) -> Iterator[Edit]:
    """Yield the quotes around a text of one line that YAML split."""
    (key, value), *_ = note.pairs
    if isinstance(value, Scalar) and not (key.style or value.style):
        quote = "'" if '"' in key.text + value.text or "\\" in key.text + value.text else '"'
        if quote not in key.text + value.text:
            yield from (Edit(Span(at, at), quote) for at in (note.span.start, note.span.end))


def _diagnostic(detail: ErrorDetails, tree: Mapping) -> Diagnostic:
    loc, kind = detail["loc"], detail["type"]
    part = _part(loc)
    if part.owner == "note" and part.way[:1] == ("region",):
        loc, kind = loc[: len(loc) - len(part.way) + 1], "string_pattern_mismatch"
    expected = str(detail.get("ctx", {}).get("expected", ""))
    fault = _Fault(kind, part, *_walk(tree, loc), expected, _walk(tree, loc[:-1])[0])
    return _TELLING.get(kind, _plain_fault)(fault)


def _plain_fault(fault: _Fault) -> Diagnostic:
    code, message, advice = _PLAIN[fault.kind]
    what = {Scalar: "text", Sequence: "a list", Mapping: "keys and values"}[type(fault.node)]
    return error(code, f"`{fault.name}` {message.format(kind=what)}", fault.node.span, advice=advice)


def _not_a_part(fault: _Fault) -> Diagnostic:
    if fault.part.way:
        return _plain_fault(fault)
    if fault.part.owner == "section":
        what, advice = "a section", "write each note on a line that starts with `- `"
    elif isinstance(fault.node, Scalar):
        return _short_note(fault.node)
    else:
        what, advice = "a note", "write `fact:` and `mnemonic:`"
    return error("not-a-mapping", f"this is not {what}", fault.node.span, advice=advice)


def _short_note(scalar: Scalar) -> Diagnostic:
    what = "more than one ` ~ `" if BETWEEN.search(scalar.text) else "no ` ~ `" if scalar.text else "nothing"
    message = f"a note on one line is `FACT ~ MNEMONIC`; here is {what}"
    advice = "write `fact:` and `mnemonic:` on lines of their own"
    if re.match(r"\w+:\S", scalar.text):
        advice = "put a space after the colon"
    return error("short-note", message, scalar.span, advice=advice)


def _malformed(fault: _Fault) -> Diagnostic:
    code, message, advice = _FORMS[f"{fault.part.owner} {fault.name}"]
    return error(code, message, fault.node.span, advice=advice)


def _missing(fault: _Fault) -> Diagnostic:
    node = fault.node
    where = node.pairs[0][0].span if isinstance(node, Mapping) and node.pairs else node.span
    return error("missing-key", f"`{fault.name}` is missing", where, advice=_MISSING[fault.name])


def _unknown_value(fault: _Fault) -> Diagnostic:
    given = f"`{fault.node.text}`" if isinstance(fault.node, Scalar) else "this"
    known = fault.expected.replace("'", "`")
    message = f"{given} is not one of {known}"
    return error("unknown-value", message, fault.node.span, advice="write one of them")


def _unknown_key(fault: _Fault) -> Diagnostic:
    span = fault.key.span if fault.key else fault.node.span
    what = "card shape" if fault.part.owner == "cards" else "key"
    message = f"unknown {what} `{fault.name}` in {fault.part.owner}"
    advice = _did_you_mean(fault.name, fault.part.model)
    if isinstance(fault.node, Scalar) and not fault.node.text and " " in fault.name:
        advice = "if it belongs to the text before the comma, put quotes around that text"
    near = difflib.get_close_matches(fault.name.lower(), _known(fault.part.model), 1, cutoff=_MISTYPED)
    free = isinstance(fault.holder, Mapping) and near and fault.holder.get(near[0]) is None
    mended = [Edit(span, near[0])] if free and fault.key and not fault.key.style else []
    return error("unknown-key", message, span, advice=advice).mended_by(*mended)


def _did_you_mean(word: str, model: type[Located]) -> str:
    """Name the key that was meant, or all keys when none is near."""
    if near := _nearest(word, model):
        return f"did you mean `{near}`?"
    return "known are " + ", ".join(f"`{name}`" for name in _known(model))


def _nearest(word: str, model: type[Located]) -> str:
    known, meant = _known(model), SYNONYMS.get(word.lower(), "")
    return meant if meant in known else next(iter(difflib.get_close_matches(word.lower(), known, 1)), "")


def _known(model: type[Located]) -> list[str]:
    return [name for name in model.model_fields if name != "node"]


def _walk(tree: Node, loc: tuple[int | str, ...]) -> tuple[Node, Scalar | None]:
    """Follow *loc* as far as it goes: the node there, and the last key on the way."""
    node, key = tree, None
    for part in loc:
        if isinstance(node, Mapping) and (value := node.get(str(part))) is not None:
            key, node = node.key(str(part)), value
        elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
        else:
            break
    return node, key


@dataclass(frozen=True, slots=True)
class _Fault:
    """One thing validation did not take: its kind, the part it stands in, and the way to it from there.

    *holder* is the node in which *node* stands under *key*.
    """

    kind: str
    part: _Part
    node: Node
    key: Scalar | None
    expected: str
    holder: Node

    @property
    def name(self) -> str:
        """The name of the part that holds the fault; empty for the deck itself."""
        return str(self.part.way[0]) if self.part.way else ""


@dataclass(frozen=True, slots=True)
class _Part:
    """A model within the deck, and the *way* on from it: empty for the part itself."""

    owner: str
    model: type[Located]
    way: tuple[int | str, ...]


def _part(loc: tuple[int | str, ...]) -> _Part:
    """Find the part that *loc* leads into; a section may have any name, so names alone tell nothing."""
    part = _Part("deck", Deck, loc)
    if len(loc) > 1 and loc[0] == "sections":
        part = _Part("section", Section, loc[2:])
    if len(part.way) > 1 and part.way[0] == "notes":
        part = _Part("note", Note, part.way[2:])
    while len(part.way) > 1 and part.way[0] in _INNER:
        name = str(part.way[0])
        part = _Part(name, _INNER[name], part.way[1:])
    return part


_TELLING = {
    "extra_forbidden": _unknown_key,
    "literal_error": _unknown_value,
    "missing": _missing,
    "model_type": _not_a_part,
    "string_pattern_mismatch": _malformed,
    "int_parsing": _malformed,
    "int_type": _malformed,
    "greater_than_equal": _malformed,
    "less_than_equal": _malformed,
    "string_too_long": _malformed,
}
