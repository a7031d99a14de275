"""The cards that preview shows are the cards that Anki shows, to the letter."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from deckwright.cards.notetypes import Field, Notetype, Template
from deckwright.cards.render import Rendered
from deckwright.cards.show import sides
from deckwright.project import Terms, compile_project
from deckwright.workspace import Project
from one_deck import identified
from support import ROOT, deckwright, write_project

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from anki_backend import Anki

pytestmark = pytest.mark.anki

ALL = "cards: {reverse: true, sweep: true, cloze: true, occlusion: true}\n"
GAPS = (
    "Baclofen's main target is the dorsal horn",
    r"{{c1::Main **target**::a & b}} \(x < {{c3::\frac{1}{2}}}\), {{c2::the `dorsal` horn}}",
)
OTHERS = """
deck: Birds & Beasts::Geese "of" <old>
id: geese-k3x9
language: {language}
title: Geese
summary: All about *geese*
source: The pond
tags: [a::b, c]
cards: {{reverse: true, sweep: true, cloze: true}}
notes:
  - fact: A goose \\< a swan
    mnemonic: Honk & **bonk**
    ask: Which bird?
    explanation: 'It {{{{c1::honks::what?}}}} at \\(a < b\\).'
    retired: true
  - Gander ~ Gunder
  - fact: غراب
    mnemonic: Grab
    withdrawn: ask
    region: [1, 2, 30, 40]
    scene: goose.png
"""


def shown_here(folder: Path) -> dict[str, tuple[str, str]]:
    """Return both sides of every card as preview shows them."""
    compiled = compile_project(Project(folder / "cards.yaml"), Terms("unnamed"))
    assert not compiled.has_errors
    cards = {
        f"{note.note.guid}/{ordinal}": sides(note, ordinal)
        for note in compiled.notes
        for ordinal in note.cards
    }
    return {key: (card.front, card.back) for key, card in cards.items()}


def shown_by(anki: Anki, folder: Path) -> dict[str, tuple[str, str]]:
    done = deckwright("build", "-o", "deck.apkg", cwd=folder)
    assert done.code == 0, done.err
    _, rendered = anki.steps(("import_package", {"package": str(folder / "deck.apkg")}), ("render", {}))
    return {key: (card["front"], card["back"]) for key, card in rendered.items()}


def test_every_shape_of_the_repositorys_deck_is_shown_as_anki_shows_it(anki: Anki, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "media", tmp_path / "media")
    source = (ROOT / "cards.yaml").read_text("utf-8").replace("sections:\n", f"{ALL}sections:\n", 1)
    (tmp_path / "cards.yaml").write_text(source.replace(*GAPS), "utf-8")
    expected, shown = shown_by(anki, tmp_path), shown_here(tmp_path)
    assert len(expected) == 1 + 3 * 8 + 2 + 2 + 8
    masks = [key for key, (_, back) in shown.items() if "cloze-highlight" in back]
    assert len(masks) == 8
    if anki.release < (24,):  # it says less of a mask on the back; its script knows what is meant
        assert [expected.pop(key)[0] for key in masks] == [shown.pop(key)[0] for key in masks]
    assert shown == expected


@pytest.mark.parametrize("language", ["de", "ar"])
@pytest.mark.parametrize("style", ["", "style: {accent: '#7a0000'}\n"])
def test_other_decks_are_shown_as_anki_shows_them(
    anki: Anki, language: str, style: str, tmp_path: Path
) -> None:
    picture = (ROOT / "tests" / "bad" / "media" / "goose.png").read_bytes()
    folder = write_project(tmp_path, OTHERS.format(language=language) + style, goose_png=picture)
    expected = shown_by(anki, folder)
    assert len(expected) == 10
    assert shown_here(folder) == expected


FIELDS = ("Front", "Back")
TEMPLATES = [
    ("{{Front}} {{Tags}} {{Type}} {{Card}} {{CardFlag}}", "{{FrontSide}}<hr>{{Back}}"),
    (
        "{{#Front}}{{^Back}}no{{/Back}}{{text:Back}}{{/Front}}<!-- {{Back}} --> {{ Front }} {{{Back}}}",
        "{{FrontSide}}{{FrontSide}}",
    ),
    (
        "{{furigana:Front}}|{{kanji:Front}}|{{kana:Front}}|{{nonsense:text:Front}}",
        "{{type:Back}}{{#c1}}1{{/c1}}{{^c1}}-{{/c1}}",
    ),
    ("{{=<% %>=}}<%Front%> {{Back}}", "<%Back%>"),
]
TEXTS = [
    ("日本[にほん] a &amp; b<br>c&nbsp;d e[f]", "<b>x</b> {{c1::y}} &lt;z&gt; <!-- n --> \\(a<b>c</b>\\)"),
    ("x", ""),
]
CLOZES = [
    "{{c1::a::h}} {{c2::b {{c1::c}} {{c3::d::e::f}}}} }} {{c4::open",
    "{{c1::<b>bold</b> \"q\" 'p' é & \n new::<i>hint</i>}} {{c0::nought}} {{c01::one}} {{c::x}} {{c1:y}}",
    "\\(x {{c1::<b>y</b>}} z\\) \\[{{c2::a<br>b}}\\]" + "{{c1::" * 12 + "deep" + "}}" * 12,
    "{{c1::image-occlusion:rect:left=.1:top=0:width=.2:oi=1:text=a\\:b c}}{{c2::image-occlusion:blob:x=1}}",
]


def rendered(notetype: Notetype, fields: Iterable[str], cards: tuple[int, ...]) -> Rendered:
    deck, _ = identified("deck: D\ntags: [b, a]\nnotes: [A ~ b]\n", project="geese")
    return Rendered(deck.notes[0], notetype, tuple(fields), cards)


def type_of(name: str, templates: Iterable[tuple[str, str]], *, cloze: bool = False) -> Notetype:
    cards = tuple(Template(f"Card {at + 1}", None, *pair) for at, pair in enumerate(templates))
    fields = tuple(Field(field, None) for field in (("Text", "Back Extra") if cloze else FIELDS))
    return Notetype(name, 1, 1, fields, cards, "", cloze=cloze)


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("texts", TEXTS)
def test_templates_of_others_are_filled_as_anki_fills_them(
    anki: Anki, template: tuple[str, str], texts: tuple[str, str]
) -> None:
    if anki.release < (25,) and "<" in template[0]:
        return  # comments and other marks were read otherwise until then
    made: list[Any] = [{"qfmt": template[0], "afmt": template[1]}]
    guid, shown = anki.steps(
        ("change_notetype", {"name": "Basic", "fields": [], "templates": made}),
        ("add_note", {"notetype": "Basic", "fields": list(texts), "deck": "D", "tags": []}),
        ("render", {}),
    )[1:]
    note = rendered(type_of("Basic", [template]), texts, (0,))
    card = sides(note, 0, "D")
    expected = shown[f"{guid}/0"]
    tags = " ".join(note.note.tags)
    assert (card.front.replace(tags, ""), card.back.replace(tags, "")) == (
        expected["front"],
        expected["back"],
    )


@pytest.mark.parametrize("text", CLOZES)
def test_gaps_are_shown_as_anki_shows_them(anki: Anki, text: str) -> None:
    if anki.release < (25, 9) and ("image" in text or "deep" in text):
        return  # masks said less, and gaps were hidden at any depth, until then
    guid, shown = anki.steps(
        ("add_note", {"notetype": "Cloze", "fields": [text, ""], "deck": "D", "tags": []}), ("render", {})
    )
    front = "{{cloze:Text}}"
    notetype = type_of("Cloze", [(front, f"{front}<br>\n{{{{Back Extra}}}}")], cloze=True)
    cards = tuple(int(key.rpartition("/")[2]) for key in shown)
    note = rendered(notetype, (text, ""), cards)
    assert cards
    for ordinal in cards:
        card, expected = sides(note, ordinal), shown[f"{guid}/{ordinal}"]
        assert (card.front, card.back) == (expected["front"], expected["back"])
