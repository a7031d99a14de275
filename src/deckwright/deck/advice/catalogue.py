"""All advice there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deckwright.deck.advice.abbreviations import abbreviation_unexplained
from deckwright.deck.advice.asks import ask_is_yes_no, ask_leaks_answer
from deckwright.deck.advice.explanations import (
    explanation_missing,
    explanation_off_topic,
    explanation_too_long,
)
from deckwright.deck.advice.notes import fact_too_long, same_fact_twice, section_too_long, too_many_cards
from deckwright.deck.advice.origins import dose_without_source, no_license
from deckwright.deck.advice.pictures import (
    alt_leaks_answer,
    region_too_small,
    regions_overlap,
    same_symbol_twice,
    scene_too_small,
    unused_media,
)
from deckwright.deck.advice.scan import scan_residue
from deckwright.deck.advice.sounds import mnemonic_without_echo, sound_alikes_in_one_topic

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deckwright.deck.advice.lesson import Lesson
    from deckwright.source.diagnostics import Diagnostic

# What matters to those who get the deck: a build for oneself is not told of it.
FOR_PUBLISHING = frozenset({"no-license", "dose-without-source"})

# Each rule has its code for a name (`_` for `-`) and the code's page for a docstring.
ADVICE: tuple[Callable[[Lesson], Iterator[Diagnostic]], ...] = (
    fact_too_long,
    section_too_long,
    same_fact_twice,
    same_symbol_twice,
    sound_alikes_in_one_topic,
    mnemonic_without_echo,
    ask_leaks_answer,
    ask_is_yes_no,
    explanation_missing,
    explanation_too_long,
    explanation_off_topic,
    too_many_cards,
    abbreviation_unexplained,
    dose_without_source,
    region_too_small,
    regions_overlap,
    scene_too_small,
    alt_leaks_answer,
    unused_media,
    scan_residue,
    no_license,
)
