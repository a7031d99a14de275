"""What an author does to a source from one build to the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from author import Texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from author import Author, Note

    Edit = Callable[[Author, Note, Note], None]


def _reword(name: str) -> Edit:
    def edit(author: Author, note: Note, _: Note) -> None:
        author.rewrite(note, **{name: f"{author.word()} {author.word()}"})

    return edit


def _borrow(name: str) -> Edit:
    def edit(author: Author, note: Note, other: Note) -> None:
        author.rewrite(note, **{name: getattr(author.source.notes[other], name)})

    return edit


def _set(**texts: object) -> Edit:
    return lambda author, note, _: author.rewrite(note, **texts)


def _slip(author: Author, note: Note, _: Note) -> None:
    fact = author.source.notes[note].fact
    author.rewrite(note, fact=fact.removesuffix("x") if fact.endswith("x") else f"{fact}x")


def _reword_but_explanation(author: Author, note: Note, _: Note) -> None:
    author.rewrite(note, fact=f"{author.word()} {author.word()}", mnemonic=author.word())


def _reword_but_fact(author: Author, note: Note, _: Note) -> None:
    """Leave nothing as it was but the fact, in which a letter more is a slip."""
    fact = author.source.notes[note].fact
    author.rewrite(note, fact=f"{fact}x", mnemonic=author.word(), explanation=author.word())


def _reword_elsewhere(author: Author, note: Note, other: Note) -> None:
    """Move a note of which nothing stays but its fact and what it asks."""
    here, there = author.source.notes[note], author.source.notes[other]
    if here.deck == there.deck:
        author.rewrite(note, section=there.section, mnemonic=author.word(), explanation=author.word())


def _name(author: Author, note: Note, _: Note) -> None:
    author.rewrite(note, id=author.word())


def _ask(author: Author, note: Note, _: Note) -> None:
    author.rewrite(note, ask=author.word(), withdrawn=author.source.notes[note].withdrawn - {"ask"})


def _withdraw(author: Author, note: Note, _: Note) -> None:
    """Give up the cards beyond the first, as it is meant to be done."""
    author.rewrite(note, ask="", reverse=False, withdrawn=frozenset({"ask", "reverse"}))


def _retire(author: Author, note: Note, _: Note) -> None:
    author.rewrite(note, retired=not author.source.notes[note].retired)


def _tag(author: Author, note: Note, other: Note) -> None:
    tag = "hard" if note.number % 2 else f"like-{other.number}"
    author.rewrite(note, tags=author.source.notes[note].tags ^ {tag})


def _tag_deck(author: Author, note: Note, _: Note) -> None:
    tags = list(author.source.tags)
    tags[author.source.notes[note].deck] ^= {"hard"}
    author.source.tags = tuple(tags)


def _move(author: Author, note: Note, other: Note) -> None:
    """Put a note into the section of another, which may be of the other deck."""
    here, there = author.source.notes[note], author.source.notes[other]
    if here.deck == there.deck or not _is_last(author, here):
        author.rewrite(note, deck=there.deck, section=there.section)


def _rename_section(author: Author, note: Note, _: Note) -> None:
    old, new = author.source.notes[note], f"S-{author.word()}"
    for other, texts in list(author.source.notes.items()):
        if (texts.deck, texts.section) == (old.deck, old.section):
            author.rewrite(other, section=new)


def _remove(author: Author, note: Note, _: Note) -> None:
    if not _is_last(author, author.source.notes[note]):
        del author.source.notes[note]


def _remove_section(author: Author, note: Note, _: Note) -> None:
    old = author.source.notes[note]
    for other, texts in list(author.source.notes.items()):
        if (texts.deck, texts.section) == (old.deck, old.section):
            _remove(author, other, other)


def _put_back(author: Author, note: Note, other: Note) -> None:
    """Write a note again that is gone, as it was when it was built last."""
    used = {texts.id for texts in author.source.notes.values()} - {""}
    away = [
        (one, texts)
        for one, texts in author.lines.items()
        if one not in author.source.notes and texts.id not in used
    ]
    if away:
        back, texts = away[(note.number + other.number) % len(away)]
        author.source.notes[back] = texts


def _add(author: Author, note: Note, other: Note) -> None:
    there = author.source.notes[note]
    texts = Texts(there.deck, there.section, f"{author.word()} {author.word()}", author.word())
    author.add(replace(texts, explanation=author.word()) if other.number % 2 else texts)


def _add_copy(author: Author, note: Note, other: Note) -> None:
    """Start a note from another one's explanation, or even its mnemonic."""
    there = author.source.notes[note]
    copied = {"mnemonic": there.mnemonic} if other is note else {"explanation": there.explanation}
    texts = Texts(there.deck, there.section, f"{author.word()} {author.word()}", author.word())
    author.add(replace(texts, **copied))  # type: ignore[arg-type]


def _add_namesake(author: Author, note: Note, other: Note) -> None:
    """Write a fact that stands in another section too; in the same one it is an error."""
    texts = author.source.notes[other]
    here = author.source.notes[note]
    author.add(Texts(here.deck, here.section, texts.fact, author.word()))


def _add_under_an_old_name(author: Author, note: Note, other: Note) -> None:
    """Write a new note under a name that another note once had."""
    names = [
        texts
        for release in author.releases
        for one, texts in release.notes.items()
        if texts.name != author.lines[one].name
    ]
    if names:
        old = names[(note.number + other.number) % len(names)]
        author.add(Texts(old.deck, old.section, old.fact, author.word()))


def _take_retired_id(author: Author, note: Note, _: Note) -> None:
    """Give a new note the id of one that is gone, which is an error."""
    there = author.source.notes[note]
    name = next((texts.id for texts in author.gone.values() if texts.id and texts.deck == there.deck), "")
    if name and name not in {texts.id for texts in author.source.notes.values()}:
        author.add(Texts(there.deck, there.section, author.word(), author.word(), id=name))


def _revert(author: Author, note: Note, other: Note) -> None:
    if author.releases:
        author.revert(note.number + other.number)


def _reorder(author: Author, note: Note, _: Note) -> None:
    notes = author.source.notes
    notes[note] = notes.pop(note)


def _is_last(author: Author, texts: Texts) -> bool:
    """Whether the deck would be empty without this note."""
    return sum(other.deck == texts.deck for other in author.source.notes.values()) == 1


EDITS: dict[str, Edit] = {
    "reword the mnemonic": _reword("mnemonic"),
    "reword the explanation": _reword("explanation"),
    "reword the fact": _reword("fact"),
    "slip in the fact": _slip,
    "reword all but the explanation": _reword_but_explanation,
    "reword all but the fact": _reword_but_fact,
    "reword and move": _reword_elsewhere,
    "ask something": _ask,
    "drop the explanation": _set(explanation=""),
    "drop the question": _set(ask=""),
    "withdraw": _withdraw,
    "switch the reverse card on": _set(reverse=True),
    "borrow an explanation": _borrow("explanation"),
    "borrow a mnemonic": _borrow("mnemonic"),
    "give an id": _name,
    "take the id away": _set(id=""),
    "retire in place, or take back": _retire,
    "tag": _tag,
    "tag the deck": _tag_deck,
    "move": _move,
    "rename the section": _rename_section,
    "revert": _revert,
    "reorder": _reorder,
    "remove": _remove,
    "remove the section": _remove_section,
    "put back": _put_back,
    "add": _add,
    "add a copy": _add_copy,
    "add a namesake": _add_namesake,
    "add under an old name": _add_under_an_old_name,
    "take a retired id": _take_retired_id,
}
