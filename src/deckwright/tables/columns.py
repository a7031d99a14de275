"""What each column of a table becomes: said by `--map`, by Anki, by its header, or by its place."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from deckwright.deck.faults import SYNONYMS
from deckwright.deck.names import ascii_slug
from deckwright.source.diagnostics import printable
from deckwright.usage import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from deckwright.tables.ankitext import Directives
    from deckwright.tables.grid import Row

KEYS = ("fact", "mnemonic", "ask", "explanation", "image", "source", "section", "tags", "id")
FRONTS = ("mnemonic", "ask", "image")
_JOINED = frozenset({"explanation", "tags"})  # several columns can go into these
_BY_PLACE = ("fact", "mnemonic", "explanation")
_BY_PLACE_IN_ANKI = ("ask", "fact", "explanation")  # the front, the back, and what is beside them
_MOST_SHOWN = 20
_LONGEST_SHOWN = 40
_TITLES = 5  # rows that may stand above the headers

# Headers as `ascii_slug` makes them: English, German, French, Spanish.
_HEADERS = {
    "ask": "q prompt cue vorderseite frage recto pregunta anverso",
    "fact": "facts a ruckseite antwort fakt verso reponse fait respuesta reverso hecho",
    "mnemonic": "mnemonics mnemo memory-aid sound-alike soundalike sounds-like eselsbrucke merkhilfe merksatz"
    " merkspruch hinweis mnemonique mnemotechnique moyen-mnemotechnique astuce indice mnemotecnia"
    " regla-mnemotecnica pista",
    "explanation": "explanations details detail extra back-extra comment comments note notes remark remarks"
    " info erklarung erlauterung warum anmerkung anmerkungen notiz notizen kommentar explication explications"
    " pourquoi remarque remarques commentaire explicacion por-que notas observaciones comentario",
    "image": "images pictures photo figure img bild abbildung foto imagen figura",
    "source": "sources reference references ref quelle quellen literatur fuente fuentes referencia",
    "section": "sections chapter topic category group unit lesson abschnitt kapitel thema kategorie lektion"
    " gruppe chapitre theme categorie seccion capitulo tema categoria leccion",
    "tags": "tag labels keywords schlagworter schlagworte stichworter etiquettes mots-cles etiquetas"
    " palabras-clave",
    "id": "ids identifier note-id guid",
}
# A term is asked for and its definition is the answer; beside a mnemonic, the term is what to remember.
_TERMS = frozenset(
    {
        *("term", "word", "concept", "begriff", "wort", "vokabel", "terme", "mot", "concepto", "termino"),
        "palabra",
    }
)
_DEFINITIONS = frozenset(
    {
        *("definition", "meaning", "translation", "bedeutung", "ubersetzung", "sens", "traduction"),
        *("definicion", "significado", "traduccion"),
    }
)
_WORDS = {word: key for key, words in _HEADERS.items() for word in (key, *words.split())} | {
    word: key for word, key in SYNONYMS.items() if key in KEYS
}
_NEXT_MAP = re.compile(r",(?=\s*[\w-]+\s*=)")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: *names* as people know them, and *keys*, "" for one that goes nowhere.

    *first* is the index of the first row of texts, before which the headers stand, if there are any;
    *guessed* tells of a column that nobody named.
    """

    names: tuple[str, ...]
    keys: tuple[str, ...]
    first: int
    guessed: bool

    def of(self, key: str) -> tuple[int, ...]:
        """Return the columns that become *key*, from the left."""
        return tuple(index for index, own in enumerate(self.keys) if own == key)


def choose(
    name: str,
    rows: Sequence[Row],
    maps: Iterable[str],
    directives: Directives | None,
    labels: tuple[str, ...],
) -> Columns:
    """Say what becomes of each column of the table *name*.

    *rows* are those that hold something; *labels* are the headers that Anki's export states. A row of headers
    is known by its words, or by what *maps* call for: the first one, or one below a title.

    Raises:
        UsageProblem: a map names no key or no column, or no column gives the facts or the fronts.

    """
    asked = _parsed(maps)
    first, headers = (0, labels) if labels or directives else _headers(rows, asked)
    width = max(len(headers), len(rows[max(first - 1, 0)].cells))
    special = {index: word for word, index in directives.columns.items()} if directives else {}
    names = tuple(
        (headers[index] if index < len(headers) else "") or special.get(index, str(index + 1))
        for index in range(width)
    )
    taken = _taken(name, names, asked)
    stated = dict(taken) | (_stated(directives, taken, width) if directives else {})
    places = _BY_PLACE_IN_ANKI if directives else _BY_PLACE
    free = [index for index in range(width) if index not in stated]
    if headers:
        guesses = _by_header(headers, free, {*stated.values()})
    else:
        filled = (index for index in free if any(row.text(index) for row in rows))
        guesses = dict(zip(filled, (key for key in places if key not in stated.values()), strict=False))
    keys = tuple(stated.get(index) or guesses.get(index, "") for index in range(width))
    guessed = any(
        index not in stated and names[index].casefold() != key for index, key in enumerate(keys) if key
    )
    chosen = Columns(names, keys, first, guessed)
    _refuse_without_cards(name, chosen)
    return chosen


def _oneline(text: str) -> str:
    return " ".join(text.split())


def _parsed(maps: Iterable[str]) -> list[tuple[str, str]]:
    """Return what `--map` asks for, as pairs of key and header."""
    pairs = []
    for part in (part for text in maps for part in _NEXT_MAP.split(text)):
        key, sign, header = (piece.strip() for piece in part.partition("="))
        if not (sign and header):
            raise UsageProblem(f"`--map {part}` names no column; write it as in `--map fact=Front`")
        if key not in KEYS:
            near = difflib.get_close_matches(_WORDS.get(key.lower(), key), KEYS, 1)
            hint = f"did you mean `{near[0]}`?" if near else "there are " + _listed(KEYS)
            raise UsageProblem(f"`--map {part}`: no text of a note is called `{key}`; {hint}")
        pairs.append((key, header))
    return pairs


def _headers(rows: Sequence[Row], asked: Sequence[tuple[str, str]]) -> tuple[int, tuple[str, ...]]:
    """Return the index of the first row of texts, and the headers above it, if there are any.

    Headers stand in the first row, or below a title, which fills one cell of its row.
    """
    wanted = {header.casefold() for _, header in asked if not header.isdigit()}
    titles = [*takewhile(lambda row: sum(bool(cell.text.strip()) for cell in row.cells) == 1, rows[:_TITLES])]
    for at, row in enumerate(rows[: len(titles) + 1]):
        head = tuple(_oneline(cell.text) for cell in row.cells)
        if wanted <= {text.casefold() for text in head} if wanted else _is_header(head):
            return at + 1, head
    return (1, tuple(_oneline(cell.text) for cell in rows[0].cells)) if wanted else (0, ())


def _is_header(head: Sequence[str]) -> bool:
    """Whether a row is one of headers: two of its words are known, or one of two."""
    words = {_word(text) for text in head}
    known = sum(len(word) > 1 or words >= {"q", "a"} for word in map(_word, head) if word)
    is_enough = known > 1 or 2 * known >= sum(map(bool, head))
    return known > 0 and is_enough and all(len(text) <= _LONGEST_SHOWN for text in head)


def _word(header: str) -> str:
    """Return the header as our words are written, if it is one of them."""
    word = ascii_slug(header, "")
    return word if word in _WORDS or word in _TERMS or word in _DEFINITIONS else ""


def _taken(name: str, names: Sequence[str], asked: Iterable[tuple[str, str]]) -> dict[int, str]:
    """Find the columns that `--map` means, by header, in any case, or by number."""
    taken: dict[int, str] = {}
    for key, header in asked:
        index = _found(names, header)
        if index is None:
            raise UsageProblem(f"`{name}` has no column `{header}`; it has {_listed(names)}")
        if index in taken or (key in taken.values() and key not in _JOINED):
            raise UsageProblem(
                f"`--map {key}={header}` says again what another one says; name each column once"
            )
        taken[index] = key
    return taken


def _found(names: Sequence[str], header: str) -> int | None:
    folded = [name.casefold() for name in names]
    if header in names:
        return names.index(header)
    if header.casefold() in folded:
        return folded.index(header.casefold())
    number = int(header) if re.fullmatch("[0-9]{1,4}", header) else 0
    return number - 1 if 1 <= number <= len(names) else None


def _stated(directives: Directives, taken: Mapping[int, str], width: int) -> dict[int, str]:
    """Return what Anki says of the columns that hold no field; the note type's name goes nowhere."""
    named = {"guid": "id", "tags": "tags", "deck": "deck", "notetype": "notetype"}
    stated = {index: named[word] for word, index in directives.columns.items() if index < width}
    return {index: key for index, key in stated.items() if index not in taken}


def _by_header(headers: Sequence[str], free: Iterable[int], gone: set[str]) -> dict[int, str]:
    """Guess what the *free* columns are by their headers, each key once, and none that is *gone*."""
    words = {index: _word(headers[index]) for index in free if index < len(headers)}
    guesses: dict[int, str] = {}
    for index, key in _by_words(words, {*gone, *(_WORDS.get(word, "") for word in words.values())}):
        if key and key not in {*gone, *guesses.values()}:
            guesses[index] = key
    return guesses


def _by_words(words: Mapping[int, str], keys: set[str]) -> Iterator[tuple[int, str]]:
    """Yield what each word means, our own keys first, so that no synonym takes their place."""
    is_defined = any(word in _DEFINITIONS for word in words.values())
    term, definition = "ask", "fact"
    if "fact" in keys:
        term, definition = "ask", "explanation"
    elif "mnemonic" in keys and not (is_defined and "explanation" in keys):
        term, definition = "fact", "explanation"
    for index, word in sorted(words.items(), key=lambda one: (one[1] not in KEYS, one[0])):
        yield index, _WORDS.get(word) or (term if word in _TERMS else definition if word else "")


def _refuse_without_cards(name: str, columns: Columns) -> None:
    has = f"it has {_listed(columns.names)}"
    if "fact" not in columns.keys:
        free = [own for own, key in zip(columns.names, columns.keys, strict=True) if not key]
        example = printable((free or columns.names)[0])
        raise UsageProblem(
            f"no column of `{name}` is the fact; {has}: say which, as in `--map fact={example}`"
        )
    if not {*FRONTS} & {*columns.keys}:
        raise UsageProblem(
            f"no column of `{name}` gives the cards a front, a `mnemonic`, an `ask` or an `image`; {has}:"
            f" say which, as in `--map ask={printable(columns.names[-1])}`"
        )


def _listed(names: Sequence[str]) -> str:
    cut = [name if len(name) <= _LONGEST_SHOWN else name[:_LONGEST_SHOWN] + "…" for name in names]
    shown = ", ".join(f"`{name}`" for name in cut[:_MOST_SHOWN])
    return shown + (f" and {len(cut) - _MOST_SHOWN} more" if len(cut) > _MOST_SHOWN else "")
