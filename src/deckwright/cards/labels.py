"""The words that cards show of their own accord, in each language that Deckwright ships.

A deck in another language gets the English ones, marked as English so that they are read and spoken as such.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_FALLBACK = "en"
# Which languages are written from right to left when no script is named: those whose likely script is Arabic,
# Hebrew, Syriac, Thaana, N'Ko or Adlam in CLDR's supplemental data.
_RTL_LANGUAGES = frozenset({
    "ar", "arc", "arz", "azb", "bal", "bgn", "bqi", "ckb", "dv", "fa", "glk", "he", "iw", "ji", "khw",
    "ks", "lrc", "mzn", "nqo", "pnb", "prs", "ps", "sd", "skr", "syr", "ug", "ur", "yi",
})  # fmt: skip
_RTL_SCRIPTS = frozenset({
    "adlm", "arab", "aran", "hebr", "mand", "mend", "nkoo", "rohg", "samr", "syrc", "syrj", "thaa",
    "yezi",
})  # fmt: skip
_SCRIPT = re.compile(r"[a-z]{4}")


@dataclass(frozen=True, slots=True)
class Labels:
    """Every word that the cards show besides the deck's own, in the language of the BCP 47 tag *language*.

    They are plain text that needs no escaping in HTML.
    """

    language: str
    stands_for: str
    show_name: str
    which_mnemonic: str
    which_topic: str
    peek_symbol: str
    peek_picture: str
    why: str
    find: str
    reveal: str
    toggle_masks: str
    masks_failed: str
    occlusion_header: str
    retired: str
    withdrawn_as: str
    left_out_as: str
    sweep_as: Callable[[str, int], str]

    def withdrawn(self, cue: str) -> str:
        """Return the front of a question that was shipped and then withdrawn; *cue* is HTML or text."""
        return self.withdrawn_as.format(cue=cue)

    def left_out(self, names: Iterable[str]) -> str:
        """Return the remark that a card lacks the files *names*; these are text that nobody has escaped."""
        return self.left_out_as.format(names=", ".join(names))

    def sweep(self, section: str, count: int) -> str:
        """Return the task of naming all *count* facts of a section; with no section, of the whole deck."""
        return self.sweep_as(section, count)


def label_set(language: str) -> str:
    """Return the key in `LABELS` for a deck in *language*, a BCP 47 tag: `de-AT` has `de`."""
    primary = language.replace("_", "-").split("-")[0].lower()
    return primary if primary in LABELS else _FALLBACK


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Return how *language*, a BCP 47 tag, is written: by its script subtag, else by the language itself."""
    primary, *rest = language.replace("_", "-").lower().split("-")
    script = next((part for part in rest[:2] if _SCRIPT.fullmatch(part)), "")
    if script:
        return "rtl" if script in _RTL_SCRIPTS else "ltr"
    return "rtl" if primary in _RTL_LANGUAGES else "ltr"


# What may stand before a plural, so that the name is no name of a person or a thing: "Side effects".
_ORDINARY = frozenset({
    "adverse", "cardinal", "clinical", "common", "differential", "drug", "early", "key", "late",
    "main", "major", "minor", "other", "rare", "related", "risk", "side", "typical", "undesirable",
    "warning",
})  # fmt: skip
_PLURAL = re.compile(r"[A-Za-z][a-z]+(?<!ic)(?<![ius])s")


def _english(section: str, count: int) -> str:
    if not section.split():
        return f"Name all {count}"
    if count > 1 and _is_plural(section):
        return f"Name the {count} {_lowered(section)}"
    return f"{section}: name all {count}" if count > 1 else f"{section}: name it"


def _is_plural(section: str) -> bool:
    """Whether an English heading is a plural as it stands, as `Causes of anaemia` and `Diagnosis` are not."""
    *_, last = words = section.split()
    return all(word.isascii() and word.isalpha() for word in words) and _PLURAL.fullmatch(last) is not None


def _lowered(section: str) -> str:
    """Write a heading of ordinary words as it stands within a sentence, and leave a name or `ECG signs`."""
    words = section.split()
    ordinary = len(words) == 1 or words[0].lower() in _ORDINARY
    return " ".join(word.lower() if word.istitle() else word for word in words) if ordinary else section


def _german(section: str, count: int) -> str:
    task = f"Nenne alle {count}" if count > 1 else "Nenne den einen Punkt"
    return f"{section}: {task}" if section else task


def _french(section: str, count: int) -> str:
    task = f"cite les {count}" if count > 1 else "de quoi s’agit-il ?"
    return f"{section} : {task}" if section else _capital(task)


def _spanish(section: str, count: int) -> str:
    task = f"hay {count}, ¿cuáles son?" if count > 1 else "¿cuál es?"
    return f"{section}: {task}" if section else _capital(task)


def _capital(task: str) -> str:
    """Begin a sentence with a capital letter, behind the sign that Spanish puts before a question."""
    start = 1 if task.startswith("¿") else 0
    return task[:start] + task[start].upper() + task[start + 1 :]


_ENGLISH = Labels(
    language="en",
    stands_for="What does it stand for?",
    show_name="Show its name",
    which_mnemonic="What is its mnemonic?",
    which_topic="Which topic is this?",
    peek_symbol="Peek at the symbol",
    peek_picture="Peek at the picture",
    why="Why it sticks",
    find="Find it in the scene",
    reveal="reveal",
    toggle_masks="Show or hide the masks",
    masks_failed="This card needs Anki 23.10 or later, or an app of that time.",
    occlusion_header="What is hidden here?",
    retired="This note is retired: it is no longer taught as it stands here.",
    withdrawn_as="This question was withdrawn. Which fact belongs to “{cue}”?",
    left_out_as="Left out of this package: {names}",
    sweep_as=_english,
)
_GERMAN = Labels(
    language="de",
    stands_for="Wofür steht das?",
    show_name="Namen zeigen",
    which_mnemonic="Wie lautet die Eselsbrücke?",
    which_topic="Welches Thema ist das?",
    peek_symbol="Symbol als Tipp",
    peek_picture="Bild als Tipp",
    why="Warum es hängen bleibt",
    find="Im Bild suchen",
    reveal="zeigen",
    toggle_masks="Masken ein- oder ausblenden",
    masks_failed="Diese Karte braucht Anki 23.10 oder neuer.",
    occlusion_header="Was ist hier verdeckt?",
    retired="Diese Notiz ist zurückgezogen: So wird es nicht mehr gelehrt.",
    withdrawn_as="Diese Frage wurde zurückgezogen. Welcher Fakt gehört zu „{cue}“?",
    left_out_as="In diesem Paket weggelassen: {names}",
    sweep_as=_german,
)
_FRENCH = Labels(
    language="fr",
    stands_for="Qu’est-ce que ça représente ?",
    show_name="Afficher son nom",
    which_mnemonic="Quel est son moyen mnémotechnique ?",
    which_topic="De quel sujet s’agit-il ?",
    peek_symbol="Un indice : le symbole",
    peek_picture="Un indice : l’image",
    why="Pourquoi ça reste en tête",
    find="Le trouver dans la scène",
    reveal="afficher",
    toggle_masks="Afficher ou masquer les caches",
    masks_failed="Cette carte nécessite Anki 23.10 ou une version plus récente.",
    occlusion_header="Qu’est-ce qui est caché ici ?",
    retired="Cette note est retirée : elle n’est plus enseignée telle quelle.",
    withdrawn_as="Cette question a été retirée. Quel fait correspond à « {cue} » ?",
    left_out_as="Non inclus dans ce paquet : {names}",
    sweep_as=_french,
)
_SPANISH = Labels(
    language="es",
    stands_for="¿Qué representa?",
    show_name="Mostrar su nombre",
    which_mnemonic="¿Cuál es su regla mnemotécnica?",
    which_topic="¿Qué tema es este?",
    peek_symbol="Una pista: el símbolo",
    peek_picture="Una pista: la imagen",
    why="Por qué se te queda",
    find="Búscalo en la escena",
    reveal="mostrar",
    toggle_masks="Mostrar u ocultar las máscaras",
    masks_failed="Esta tarjeta necesita Anki 23.10 o posterior.",
    occlusion_header="¿Qué se oculta aquí?",
    retired="Esta nota está retirada: ya no se enseña tal como está aquí.",
    withdrawn_as="Esta pregunta se ha retirado. ¿Qué dato corresponde a «{cue}»?",
    left_out_as="No incluido en este paquete: {names}",
    sweep_as=_spanish,
)
# The order is for ever: the ids of the note types follow from it. A new language goes to the end.
LABELS = MappingProxyType({labels.language: labels for labels in (_ENGLISH, _GERMAN, _FRENCH, _SPANISH)})
