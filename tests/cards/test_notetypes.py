"""The note types are a promise to every collection that has them: order, ids and stamps are pinned here."""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import asdict, replace

import pytest

from deckwright.cards.labels import LABELS
from deckwright.cards.notetypes import (
    SHAPES,
    Notetype,
    notetype,
    styled,
    texts_hash,
)
from deckwright.cards.template import Branch, Part, Shown, parse
from deckwright.cards.typefaces import FONT_CREDIT, fonts
from deckwright.deck.history import KINDS, Kind

NAMES = {
    "mnemonic": "Deckwright Mnemonic",
    "scene": "Deckwright Scene",
    "sweep": "Deckwright Sweep",
    "cloze": "Deckwright Cloze",
    "occlusion": "Deckwright Image Occlusion",
}
SPARES = "Spare 1 | Spare 2 | Spare 3 | Spare 4"
FIELDS = {
    "mnemonic": "Name | Fact | Mnemonic | Bridge | Explanation | Open | Ask | Forward | Reverse | Picture"
    " | Ratio | Symbol | Left | Top | Width | Height | Section | Accent | Topic | Source | Language"
    f" | Direction | ID | {SPARES}",
    "scene": "Name | Ask | Topic | Summary | Picture | Ratio | Source | Language | Direction | ID"
    f" | {SPARES}",
    "sweep": "Name | Task | Rows | Answers | Picture | Ratio | Symbols | Holes | Section | Accent | Topic"
    f" | Language | Direction | Members | ID | {SPARES}",
    "cloze": "Name | Text | Fact | Bridge | Picture | Ratio | Symbol | Left | Top | Width | Height"
    f" | Section | Accent | Topic | Source | Language | Direction | Members | ID | {SPARES}",
    "occlusion": "Occlusion | Image | Header | Back Extra | Comments | Name | Language | Direction | Members"
    " | ID | Spare 1 | Spare 2",
}
TEMPLATES = {
    "mnemonic": "Picture → Fact | Question → Fact | Fact → Mnemonic | Spare 1 | Spare 2",
    "scene": "Scene → Topic | Spare 1",
    "sweep": "Section sweep | Spare 1",
    "cloze": "Cloze",
    "occlusion": "Image Occlusion",
}
MACHINES = {
    *("Open", "Forward", "Reverse", "Ratio", "Left", "Top", "Width", "Height", "Accent", "Symbols", "Holes"),
    *("Language", "Direction", "Members", "ID", "Spare 1", "Spare 2", "Spare 3", "Spare 4"),
}
# Anki takes over a text only when the type's stamp is newer: a new text needs a new stamp, and a new pin.
PINNED: dict[Kind, tuple[int, str]] = {
    "mnemonic": (1_795_420_800, "69915e59711c320f"),
    "scene": (1_795_420_800, "74c91d8087c82a2b"),
    "sweep": (1_795_420_800, "9b169582fe50b3f4"),
    "cloze": (1_795_420_800, "d7a9e3a2aae3a942"),
    "occlusion": (1_795_420_800, "e096956d2dc61e0a"),
}
SPECIAL = {"FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID"}
ALL = list(itertools.product(KINDS, LABELS))
SCRIPT = re.compile(
    r"<script>\s*try \{ anki\.imageOcclusion\.setup\(\); \}\s*catch \(_\) \{ [^{}<]* \}\s*</script>"
)


def shown(parts: tuple[Part, ...]) -> set[str]:
    fields = set()
    for part in parts:
        if isinstance(part, (Shown, Branch)):
            fields.add(part.field)
        if isinstance(part, Branch):
            fields |= shown(part.parts)
    return fields


def branches(parts: tuple[Part, ...]) -> set[str]:
    found = set()
    for part in parts:
        if isinstance(part, Branch):
            found |= {part.field} | branches(part.parts)
    return found


def names(kind: Kind) -> set[str]:
    return set(FIELDS[kind].split(" | "))


def sides(made: Notetype) -> list[str]:
    return [side for template in made.templates for side in (template.front, template.back)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_slots_never_move(kind: Kind) -> None:
    made, first = notetype(kind), 1_726_000_000_000 + 200 * list(NAMES).index(kind)
    assert (made.name, made.id, made.kind) == (NAMES[kind], first, kind)
    assert " | ".join(field.name for field in made.fields) == FIELDS[kind]
    assert [field.id for field in made.fields] == [first + 1 + n for n in range(len(made.fields))]
    assert " | ".join(template.name for template in made.templates) == TEMPLATES[kind]
    assert [card.id for card in made.templates] == [first + 101 + n for n in range(len(made.templates))]
    assert len(SHAPES[kind]) == len([card for card in made.templates if not card.name.startswith("Spare")])


@pytest.mark.parametrize(("kind", "labels"), ALL)
def test_a_language_has_the_same_slots_under_ids_of_its_own(kind: Kind, labels: str) -> None:
    ours, english = notetype(kind, labels), notetype(kind)
    offset = 10_000 * list(LABELS).index(labels)
    assert ours.name == english.name + ("" if labels == "en" else f" ({labels})")
    assert ours.id == english.id + offset
    assert ours.fields == tuple(replace(slot, id=(slot.id or 0) + offset) for slot in english.fields)
    assert [card.id for card in ours.templates] == [(card.id or 0) + offset for card in english.templates]
    assert [card.name for card in ours.templates] == [card.name for card in english.templates]


def test_ids_are_unique() -> None:
    types = [notetype(kind, labels) for kind, labels in ALL]
    types += [styled(kind, labels, look, "", 1) for kind, labels in ALL for look in ("a", "b")]
    ids = [made.id for made in types]
    ids += [slot.id or 0 for made in types for slot in made.fields]
    ids += [card.id or 0 for made in types for card in made.templates]
    assert len(set(ids)) == len(ids)


def test_a_look_has_types_of_its_own_in_every_language() -> None:
    for kind, labels in ALL:
        made = styled(kind, labels, "ours-k3x9", ".x {}", 7)
        assert made.name == f"{NAMES[kind]} · ours-k3x9" + ("" if labels == "en" else f" ({labels})")
        assert (made.css, made.modified, sides(made)) == (".x {}", 7, sides(notetype(kind, labels)))
        assert [slot.name for slot in made.fields] == [slot.name for slot in notetype(kind).fields]
        assert 1_500_000_000_000 <= made.id < 1_700_000_010_000


def test_notes_sort_by_their_names() -> None:
    for kind in KINDS:
        sorting = notetype(kind).fields[notetype(kind).sort_field]
        assert (sorting.name, sorting.collapsed) == ("Name", False)


@pytest.mark.parametrize("kind", KINDS)
def test_machine_fields_are_collapsed_and_every_field_is_described(kind: Kind) -> None:
    fields = notetype(kind).fields
    assert {field.name for field in fields if field.collapsed} == MACHINES & names(kind)
    assert all(field.description for field in fields)


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_occlusion_type_is_known_to_ankis_editor(kind: Kind) -> None:
    made = notetype(kind)
    ours = kind == "occlusion"
    assert made.stock == (6 if ours else 0)
    assert [field.tag for field in made.fields if field.kept] == ([0, 1, 2, 3, 4] if ours else [])
    assert all(field.kept or field.tag is None for field in made.fields)
    assert made.cloze == (kind in {"cloze", "occlusion"})


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_text_has_a_newer_stamp(kind: Kind) -> None:
    types = [notetype(kind, labels) for labels in LABELS]
    slots = [f"{field.name} {field.description}" for field in types[0].fields]
    texts = [*slots, TEMPLATES[kind], types[0].css, *(side for made in types for side in sides(made))]
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
    assert (types[0].modified, digest) == PINNED[kind], "raise `modified` in notetypes.py, then pin both here"
    assert {made.modified for made in types} == {types[0].modified}


def test_the_texts_hash_changes_with_any_text() -> None:
    css = notetype("mnemonic").css
    assert texts_hash(css) != texts_hash(f"{css} ")
    assert len({notetype(kind, labels).css for kind, labels in ALL}) == 1


@pytest.mark.parametrize(("kind", "labels"), ALL)
def test_templates_show_nothing_but_slots(kind: Kind, labels: str) -> None:
    for template in notetype(kind, labels).templates:
        for side in (template.front, template.back):
            assert shown(parse(side)) <= names(kind), template.name
            assert "${" not in SCRIPT.sub("", side)
        assert not shown(parse(template.front)) & SPECIAL, template.name


def test_no_template_speaks_two_languages() -> None:
    for kind, labels in ALL:
        text = "".join(sides(notetype(kind, labels)))
        for other in LABELS:
            words = {
                word for word in asdict(LABELS[other]).values() if isinstance(word, str) and len(word) > 2
            }
            ours = {word for word in asdict(LABELS[labels]).values() if isinstance(word, str)}
            assert [word for word in words - ours if word in text] == [], (kind, labels, other)
        visible = re.sub(r"<script>.*?</script>|<[^>]*>|\{\{[^}]*\}\}", " ", text, flags=re.DOTALL)
        for word in sorted(map(str, asdict(LABELS[labels]).values()), key=len, reverse=True):
            visible = visible.replace(word, " ")
        assert not visible.split(), "words that are in no label set"


def test_the_front_of_a_scene_does_not_tell_its_topic() -> None:
    assert "Topic" not in shown(parse(notetype("scene").templates[0].front))


def test_the_front_of_a_gap_shows_no_more_than_its_text() -> None:
    fields = shown(parse(notetype("cloze").templates[0].front))
    assert not fields & {"Fact", "Mnemonic", "Bridge", "Picture", "Symbol", "Source", "Name"}


def test_no_front_shows_the_answer() -> None:
    picture, ask, reverse, *_ = (shown(parse(card.front)) for card in notetype("mnemonic").templates)
    assert not picture & {"Fact", "Bridge", "Explanation", "Ask"}
    assert not ask & {"Fact", "Bridge", "Explanation", "Mnemonic"}
    assert not reverse & {"Mnemonic", "Bridge", "Explanation", "Ask", "Picture", "Symbol"}


def test_no_condition_stands_on_a_name_with_a_space() -> None:
    # Anki 23.10 breaks such sections.
    for kind, labels in ALL:
        for side in sides(notetype(kind, labels)):
            assert not [name for name in branches(parse(side)) if " " in name]


def test_templates_hold_nothing_that_runs_or_loads_but_ankis_own_script() -> None:
    for kind, labels in ALL:
        for side in sides(notetype(kind, labels)):
            rest, scripts = SCRIPT.subn("", side)
            assert scripts == (1 if kind == "occlusion" else 0)
            assert not re.search(
                r"<script|\bon\w+=|javascript:|https?:|url\(|@import|src=|\[sound:", rest, re.IGNORECASE
            )


def test_the_style_loads_the_fonts_that_travel_with_it_and_nothing_else() -> None:
    css = notetype("mnemonic").css
    assert sorted(re.findall(r'url\("([^"]*)"\)', css)) == sorted(fonts())
    assert css.count("url(") == len(fonts())
    assert not re.search(r"@import|https?:|expression\(|<", css)


def test_fonts_are_named_as_anki_always_imports_them() -> None:
    for name, data in fonts().items():
        assert re.fullmatch(r"_dw-[a-z]+-\d+\.woff2", name)
        assert data.startswith(b"wOF2")
        assert len(data) < 40_000
    assert "SIL Open Font License 1.1" in FONT_CREDIT
    assert "\n" not in FONT_CREDIT


def test_texts_are_clean() -> None:
    for kind, labels in ALL:
        for text in (*sides(notetype(kind, labels)), notetype(kind, labels).css):
            assert not set(text) & {"\r", "\ufeff", "\t"}
