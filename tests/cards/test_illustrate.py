"""Each note finds its picture, or is told why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deckwright.cards.illustrate import Album, illustrate, illustrate_made
from deckwright.cards.media import MediaFolder
from deckwright.deck.model import Region, place
from deckwright.deck.schema import bind
from deckwright.source.diagnostics import Report
from deckwright.source.syntax import compose
from deckwright.source.text import SourceFile
from one_deck import identified

if TYPE_CHECKING:
    from pathlib import Path

    from deckwright.cards.images import Picture
    from deckwright.cards.plan import Plan

GROUPS = (
    '<g id="sym-goose"><title>Goose</title><path d="M0 0h9v9z"/></g>'
    '<g id="bee"><title>Bee &amp; honey</title><path d="M20 0h9v9z" fill="red"/></g>'
    '<g id="sym-spinal-cord"><path d="M40 0h9v9z"/></g>'
)


def scene(groups: str = GROUPS, title: str = "<title>A meadow</title>") -> bytes:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50">'
        f'{title}<rect width="100" height="50"/>{groups}</svg>'
    ).encode()


def planned(folder: Path, source: str, **media: bytes) -> tuple[dict[int, Plan], list[tuple[str, str, str]]]:
    """Return the plans, and each finding's code, place and advice."""
    for name, data in media.items():
        path = folder / ".".join(name.rsplit("_", 1))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    report = Report(SourceFile("cards.yaml", source))
    deck = bind(compose(report.source, report), report)
    assert deck is not None
    plans = illustrate(place(deck), Album(MediaFolder(folder), report))
    text = report.source.text
    return plans, [(found.code, text[found.span.start : found.span.end], found.advice) for found in report]


def one(folder: Path, note: str, **media: bytes) -> Plan | None:
    """Plan the only note of a deck with the scene `s.svg`; nothing is found wrong."""
    plans, found = planned(folder, f"deck: D\nscene: s.svg\nnotes:\n  - {note}", s_svg=scene(), **media)
    assert found == []
    return plans.get(0)


def whole(plan: Plan) -> Picture:
    """Return the picture that a plan shows, whole."""
    assert plan.picture is not None
    return plan.picture


def wrong(folder: Path, note: str, head: str = "scene: s.svg\n", **media: bytes) -> tuple[str, str, str]:
    """Plan the only note of a deck; it gets no picture, and one finding."""
    plans, found = planned(folder, f"deck: D\n{head}notes:\n  - {note}", **({"s_svg": scene()} | media))
    assert plans == {}
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("name", ["goose", "sym-goose", "Goose", "bee", "Bee & honey"])
def test_a_symbol_is_named(name: str, tmp_path: Path) -> None:
    plan = one(tmp_path, f"{{fact: F, symbol: {name}}}")
    assert plan is not None
    assert plan.cutout is not None
    assert plan.cutout.symbol == ("bee" if name[0] in "bB" else "goose")
    assert (whole(plan).symbol, plan.alt, plan.region, plan.found) == ("", "A meadow", None, False)
    assert plan.art.recipe == plan.cutout.origin
    assert len(plan.asked) == 2


def test_a_region_marks_the_whole_scene(tmp_path: Path) -> None:
    plan = one(tmp_path, "{fact: F, region: [1, 2, 3, 4]}")
    assert plan is not None
    assert (plan.cutout, plan.region, plan.art.recipe) == (None, Region(1, 2, 3, 4), "")
    assert plan.shown({}).region == Region(1, 2, 3, 4)


def test_an_authors_words_for_a_scene_come_before_its_title(tmp_path: Path) -> None:
    source = "deck: D\nscene: {file: s.svg, alt: Mine}\nnotes:\n  - {fact: F, symbol: bee}"
    plans, _ = planned(tmp_path, source, s_svg=scene())
    assert plans[0].alt == "Mine"


def test_a_picture_of_its_own(tmp_path: Path, dot_png: bytes) -> None:
    plan = one(tmp_path, "{fact: goose, image: dot.png}", dot_png=dot_png)
    assert plan is not None
    assert (plan.cutout, plan.region, plan.alt, plan.found) == (None, None, "", False)
    assert whole(plan).name.startswith("_dot-")
    assert plan.art.recipe == whole(plan).origin


def test_none_is_none_although_one_would_be_found(tmp_path: Path) -> None:
    assert one(tmp_path, "{fact: goose, mnemonic: Goose, image: none}") is None


@pytest.mark.parametrize(
    ("note", "symbol"),
    [
        ("{fact: F, mnemonic: Goose}", "goose"),  # its title is the mnemonic
        ("{fact: F, mnemonic: Bee & honey}", "bee"),
        ("{fact: Spinal Cord!, mnemonic: M}", "spinal-cord"),  # its name is the fact's slug
        ("{fact: Bee, mnemonic: M}", "bee"),
    ],
)
def test_a_symbol_is_found(note: str, symbol: str, tmp_path: Path) -> None:
    plan = one(tmp_path, note)
    assert plan is not None
    assert plan.cutout is not None
    assert (plan.cutout.symbol, plan.found) == (symbol, True)


@pytest.mark.parametrize("note", ["{fact: F, mnemonic: goose}", "{fact: F, mnemonic: M}", "{fact: F}"])
def test_nothing_is_found_by_accident(note: str, tmp_path: Path) -> None:
    assert one(tmp_path, note) is None


@pytest.mark.parametrize(
    "name", ["blue-bird_png", "Blue Bird_png", "deep/er/blue bird_png", "Blue_Bird_png", "blue-bird_PNG"]
)
def test_a_file_is_found_by_the_facts_name(name: str, tmp_path: Path, dot_png: bytes) -> None:
    # A layered original and notes lie beside it; they are no pictures.
    media = {name: dot_png, "blue-bird_xcf": b"gimp", "blue-bird_txt": b"x"}
    plan = one(tmp_path, "{fact: Blue bird, mnemonic: M}", **media)
    assert plan is not None
    assert (whole(plan).media.name, plan.found) == (".".join(name.rsplit("_", 1)), True)
    assert one(tmp_path, "{fact: Blue, mnemonic: M}") is None


def test_files_that_are_no_pictures_are_not_found(tmp_path: Path) -> None:
    assert one(tmp_path, "{fact: Notes, mnemonic: M}", notes_txt=b"x", notes=b"y") is None


def test_the_scene_itself_is_no_ones_own_picture(tmp_path: Path) -> None:
    assert one(tmp_path, "{fact: S, mnemonic: M}") is None


def test_pictures_are_found_without_a_scene(tmp_path: Path, dot_png: bytes) -> None:
    plans, found = planned(tmp_path, "deck: D\nnotes:\n  - Goose ~ M\n  - Bee ~ M", goose_png=dot_png)
    assert found == []
    assert {index: plan.found for index, plan in plans.items()} == {0: True}


def test_a_found_picture_that_is_broken_is_told(tmp_path: Path) -> None:
    code, place, _ = wrong(tmp_path, "Goose ~ M", head="", goose_png=b"no picture")
    assert (code, place) == ("wrong-picture-type", "Goose")


@pytest.mark.parametrize(
    "note",
    ["{fact: F, symbol: bee, image: x.png}", "{fact: F, region: [1, 2, 3, 4], image: none}",
     "{fact: F, symbol: bee, region: [1, 2, 3, 4]}"],
)  # fmt: skip
def test_two_pictures_exclude_each_other(note: str, tmp_path: Path) -> None:
    assert wrong(tmp_path, note)[0] == "two-pictures"


@pytest.mark.parametrize(("key", "value"), [("symbol", "bee"), ("region", "[1, 2, 3, 4]")])
def test_a_part_of_no_scene_is_told(key: str, value: str, tmp_path: Path) -> None:
    assert wrong(tmp_path, f"{{fact: F, {key}: {value}}}", head="")[:2] == ("no-scene", value)


def test_a_bitmap_has_no_symbols(tmp_path: Path, dot_png: bytes) -> None:
    code, place, advice = wrong(tmp_path, "{fact: F, symbol: bee}", head="scene: s.png\n", s_png=dot_png)
    assert (code, place) == ("no-symbols", "bee")
    assert "region" in advice


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("gose", "did you mean `goose`?"),
        ("spinalcord", "did you mean `spinal-cord`?"),
        ("zzz", "the scene has `goose`, `bee`, `spinal-cord`"),
    ],
)
def test_an_unknown_symbol_is_told_with_the_nearest(name: str, advice: str, tmp_path: Path) -> None:
    found = wrong(tmp_path, f"{{fact: F, symbol: {name}}}")
    assert found == ("unknown-symbol", name, advice)


def test_a_missing_picture_is_told_where_it_is_named(tmp_path: Path) -> None:
    assert wrong(tmp_path, "{fact: F, image: nix.png}")[:2] == ("missing-picture", "nix.png")


@pytest.mark.parametrize(
    "data", [b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", b"<svg", b"\x89PNG\r\n\x1a\n", b""]
)
def test_a_broken_scene_is_told_once(data: bytes, tmp_path: Path) -> None:
    notes = "".join(f"\n  - {{fact: F{number}, symbol: bee}}\n  - G{number} ~ M" for number in range(5))
    notes += "\n  - {fact: On it, region: [1, 2, 3, 4], mnemonic: M}"
    plans, found = planned(tmp_path, f"deck: D\nscene: s.svg\nnotes:{notes}", s_svg=data)
    assert plans == {}
    assert [place for _, place, _ in found] == ["s.svg"]


def test_a_missing_scene_is_told_once(tmp_path: Path) -> None:
    _, found = planned(
        tmp_path, "deck: D\nscene: s.svg\nnotes:\n  - {fact: F, symbol: b}\n  - G ~ M\n  - H ~ M"
    )
    assert [(code, place) for code, place, _ in found] == [("missing-picture", "s.svg")]


def test_a_section_may_have_a_scene_of_its_own(tmp_path: Path) -> None:
    source = (
        "deck: D\nscene: s.svg\nsections:\n  S:\n    scene: t.svg\n    notes:\n      - {fact: F, symbol: owl}"
    )
    owl = scene('<g id="owl"><path d="M0 0h9v9z"/></g>')
    plans, found = planned(tmp_path, source, s_svg=scene(), t_svg=owl)
    assert found == []
    assert whole(plans[0]).media.name == "t.svg"


def test_a_symbol_more_in_the_scene_moves_no_other_note(tmp_path: Path) -> None:
    more = GROUPS + '<g id="owl"><title>Owl</title><path d="M60 0h9v9z"/></g>'
    notes = ("{fact: F, symbol: bee}", "{fact: G, mnemonic: Goose}", "{fact: H, region: [1, 2, 3, 4]}")
    source = "deck: D\nscene: s.svg\nnotes:" + "".join(f"\n  - {note}" for note in notes)
    before, _ = planned(tmp_path, source, s_svg=scene())
    after, _ = planned(tmp_path, source, s_svg=scene(more, title="<title>Renamed</title>"))
    assert [plan.art.recipe for plan in before.values()] == [plan.art.recipe for plan in after.values()]
    assert whole(before[0]).name != whole(after[0]).name
    bolder, _ = planned(tmp_path, source, s_svg=scene(GROUPS.replace('fill="red"', 'fill="blue"')))
    assert [before[index].art.recipe == bolder[index].art.recipe for index in range(3)] == [False, True, True]


def test_pictures_in_an_explanation_are_planned_with_their_places(tmp_path: Path, dot_png: bytes) -> None:
    source = """deck: D
notes:
  - fact: F
    mnemonic: M
    explanation: |
      See ![a](dot.png)
      and ![b](no.png).
"""
    plans, found = planned(tmp_path, source, dot_png=dot_png)
    assert found == [("missing-picture", "![b](no.png)", "did you mean `dot.png`?")]
    (mark,) = plans[0].inline
    assert (mark[0], plans[0].picture) == ("dot.png", None)
    assert source[mark[2].start : mark[2].end] == "![a](dot.png)"
    assert plans[0].art.inline == (mark[1].origin,)
    assert plans[0].shown({}).inline == {"dot.png": mark[1].name}


def test_a_title_that_tells_the_fact_is_no_stand_in_for_the_symbol(tmp_path: Path) -> None:
    told, kept = (one(tmp_path, f"{{fact: {fact}, symbol: goose}}") for fact in ("goose", "A bird"))
    assert told is not None
    assert kept is not None
    assert (told.symbol, kept.symbol) == ("", "Goose")


def test_a_scenes_width_is_that_of_its_parts_too(tmp_path: Path) -> None:
    source = "deck: D\nscene: {file: s.svg, width: 800}\nnotes:\n  - {fact: F, symbol: bee}"
    plans, _ = planned(tmp_path, source, s_svg=scene())
    assert {picture.width for picture, _ in plans[0].asked} == {800}


@pytest.mark.parametrize(
    ("title", "own", "topic", "alt"),
    [
        ("A meadow", "", "Birds", "A meadow"),
        ("A meadow of birds", "", "Birds", ""),
        ("A meadow", "All the birds", "Birds", ""),
        ("Birds", "A meadow", "Birds", "A meadow"),
    ],
)
def test_what_stands_in_for_a_whole_scene_never_tells_its_topic(
    title: str, own: str, topic: str, alt: str, tmp_path: Path
) -> None:
    (tmp_path / "s.svg").write_bytes(scene(title=f"<title>{title}</title>"))
    deck, report = identified(
        f"deck: {topic}\nscene: {{file: s.svg, alt: '{own}'}}\nnotes: [A ~ b]", project="birds"
    )
    plans = illustrate_made(deck.notes, {}, Album(MediaFolder(tmp_path), report), topic)
    assert [plan.alt for plan in plans.values()] == [alt]
