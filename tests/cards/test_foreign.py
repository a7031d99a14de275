"""Note types of other tools: their fields, cards and dangers."""

from __future__ import annotations

import json

import pytest

from anki_packages import Notetype
from deckwright.apkg import schema11
from deckwright.cards.foreign import (
    Foreign,
    as_notetype,
    dangers,
    foreign_cards,
    parse_slot,
    read_foreign,
)
from deckwright.deck.history import LockedNotetype


def foreign(*slots: str, **parts: object) -> Foreign:
    """Read a type with fields `Front` and `Back` from a line of the lock."""
    original = schema11.notetype(Notetype(**parts).as_json()).original  # type: ignore[arg-type]
    return read_foreign(LockedNotetype(1_600_000_000_000, "Rule", original, slots or ("", "")))


def test_a_type_is_read_with_all_that_makes_cards_and_kept_to_the_letter() -> None:
    templates = (("One", 21, "{{Front}}", "{{Back}}"), ("Two", None, "{{Back}}", ""))
    notetype = foreign(templates=templates, more={"sortf": 1, "mine": [1, None]}).notetype
    assert (notetype.id, notetype.name, notetype.sort_field, notetype.cloze) == (
        1_600_000_000_000, "Rule", 1, False,
    )  # fmt: skip
    assert [(field.name, field.id) for field in notetype.fields] == [("Front", 11), ("Back", 12)]
    assert [(one.name, one.id, one.front) for one in notetype.templates] == [
        ("One", 21, "{{Front}}"), ("Two", None, "{{Back}}"),
    ]  # fmt: skip
    assert json.loads(notetype.original)["mine"] == [1, None]
    assert foreign(more={"type": 1}).notetype.cloze


@pytest.mark.parametrize(
    ("slot", "names"),
    [("", ()), (" ", ()), ("fact", ("fact",)), ("fact+explanation", ("fact", "explanation")),
     (" ask  +  id ", ("ask", "id"))],
)  # fmt: skip
def test_a_slot_names_texts(slot: str, names: tuple[str, ...]) -> None:
    assert parse_slot(slot) == names


@pytest.mark.parametrize(
    ("slot", "wrong"), [("back", "back"), ("fact +", ""), ("fact, ask", "fact, ask"), ("Fact", "Fact")]
)
def test_a_slot_of_other_names_is_refused(slot: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=f"^{wrong}$"):
        parse_slot(slot)


TEXTS = {"fact": "F", "explanation": "<p>E</p>", "ask": "", "mnemonic": "{&#123;c1::gap}} {&#123;x}}"}


def test_fields_are_filled_by_their_slots_and_extras_come_first() -> None:
    kept = foreign("fact + explanation", "")
    assert kept.fields(TEXTS, {}) == ("F<br><br><p>E</p>", "")
    assert kept.fields(TEXTS, {"Back": "x"}) == ("F<br><br><p>E</p>", "x")
    assert kept.fields(TEXTS, {"Front": ""}) == ("", "")
    assert foreign("ask + fact", "ask").fields(TEXTS, {}) == ("F", ""), "nothing stands before a text alone"


def test_gaps_are_live_on_cloze_types_alone() -> None:
    assert foreign("mnemonic", "").fields(TEXTS, {})[0] == "{&#123;c1::gap}} {&#123;x}}"
    assert foreign("mnemonic", "", more={"type": 1}).fields(TEXTS, {})[0] == "{{c1::gap}} {&#123;x}}"


@pytest.mark.parametrize(
    ("fronts", "fields", "tags", "cards"),
    [
        (("{{Front}}", "{{Back}}"), ("a", ""), (), (0,)),
        (("{{Front}}", "{{#Back}}"), ("a", "b"), (), (0,)),  # a front that Anki cannot read
        (("{{Front}}", "{{#Front}}" * 100_000), ("a", "b"), (), (0,)),
        (("{{Deck}}", "{{FrontSide}}"), ("a", "b"), (), (0,)),
        (("{{Tags}}", "{{^Tags}}{{Front}}{{/Tags}}"), ("a", ""), ("t",), (0,)),
        (("{{Tags}}", "{{^Tags}}{{Front}}{{/Tags}}"), ("a", ""), (), (1,)),
    ],
)  # fmt: skip
def test_cards_are_those_of_the_type(
    fronts: tuple[str, ...], fields: tuple[str, ...], tags: tuple[str, ...], cards: tuple[int, ...]
) -> None:
    templates = tuple((str(index), None, front, "") for index, front in enumerate(fronts))
    assert foreign_cards(foreign(templates=templates).notetype, fields, tags) == cards


def test_a_field_may_have_the_name_of_what_every_card_shows() -> None:
    notetype = foreign(
        fields=(("Deck", None), ("Back", None)), templates=(("One", None, "{{Deck}}", ""),)
    ).notetype
    assert foreign_cards(notetype, ("", "b"), ()) == ()


def test_cards_are_called_as_in_anki() -> None:
    assert foreign().card_name(0) == "Card 1"
    assert foreign(more={"type": 1}).card_name(2) == "Card 1 3"


@pytest.mark.parametrize(
    ("front", "css", "expected"),
    [
        ("{{Front}}", ".card {}", ()),
        ("<script>x</script>{{Front}}", "", ("runs scripts",)),
        ("<div onclick='x'>{{Front}}</div>", "", ("runs scripts",)),
        ("<img src='https://a.b/c.png'>{{Front}}", "", ("loads files from the web",)),
        ("{{Front}}", "@import url(x.css);", ("loads files from the web",)),
        ("{{Front}}", "a { background: url( 'HTTP://a.b/c') }", ("loads files from the web",)),
        ("{{Front}} <a href='x'>only once</a>", "a { background: url(_x.png) }", ()),
        ("<SCRIPT src=//a.b></SCRIPT>{{Front}}", "", ("runs scripts", "loads files from the web")),
    ],
)
def test_what_a_type_does_beyond_showing_fields_is_told(
    front: str, css: str, expected: tuple[str, ...]
) -> None:
    assert dangers(foreign(templates=(("One", None, front, ""),), css=css).notetype) == expected


def test_a_type_without_much_is_read_too() -> None:
    slots = '"flds":[{"name":"A"}],"tmpls":[{"name":"T","qfmt":"{{A}}"}]'
    original = f'{{{slots},"id":7,"mod":0,"name":"N","sortf":0,"type":0}}'
    notetype = as_notetype(original)
    assert (notetype.css, notetype.templates[0].back, notetype.fields[0].id) == ("", "", None)
