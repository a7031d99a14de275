"""The texts that go with a release: true, within their limits, and only text, whatever a deck holds."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import pyromark
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckwright.apkg.editions import Version
from deckwright.apkg.news import Edited, News, Restyled
from deckwright.site import ankiweb as form
from deckwright.site.about import About, File
from deckwright.site.ankiweb import ankiweb
from deckwright.site.changelog import changelog
from deckwright.site.history import Issue, Since
from deckwright.site.plain import clipped, line, markdown
from deckwright.site.texts import MOST, deck_json, message
from released_notes import FISH, NOTE, SWAN, edited

ABOUT = About(
    title="Baclofen", deck="Pharmacology::Muscle relaxants::Baclofen", slug="baclofen", id="baclofen-k3x9",
    version="1.2.0", day="2026-03-01", package=File("baclofen-1.2.0.apkg", 1_234_567, "ab" * 32),
    source=File("baclofen-1.2.0-source.zip", 99, "cd" * 32), notes=8, cards=17, language="en",
    authors=("Ada", "Bo"), license="CC-BY-SA-4.0", summary="What baclofen does. And how it stops.",
    report="https://example.org/mistake?note={id}", credits=("Scene: Ada, CC0-1.0",), gone_search="",
)  # fmt: skip
NOTHING = News((), (), (), (), (), 8)
NEWS = replace(
    NOTHING,
    new=(replace(NOTE, guid="new", fact="Heron"),),
    changed=(
        Edited(NOTE, edited(NOTE, 1, fact="Swan goose")),
        Edited(SWAN, edited(SWAN, 1, mnemonic="Swan song")),
        Edited(FISH, edited(FISH, 1, type="sweep")),
    ),
    retired=(replace(NOTE, guid="gone", fact="Dodo"),),
)
SINCE = Since(Version(1, 1, 0), "2026-02-01", NEWS)
LOOK = Restyled("Deckwright Mnemonic", forks=False)
EVERYTHING = (
    pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_MATH | pyromark.Options.ENABLE_GFM | pyromark.Options.ENABLE_SUPERSCRIPT
    | pyromark.Options.ENABLE_HEADING_ATTRIBUTES | pyromark.Options.ENABLE_WIKILINKS
)  # fmt: skip
OPTIONS = "leave the options (Merge note types off, Update notes and Update note types: If newer)"
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
ATTACKS = (
    "<script>x()</script>", "[a](javascript:x)", "![a](https://e.org/a.png)", "`a`", "**a**", "# a", "- a",
    "1. a", "+ a", "=== ", "> a", "| a | b |", "&lt;b&gt;", "https://e.org/a_b_c", "www.e.org", "a@e.org",
    "$x$", "~~a~~", "\x1b[31mred", "\u202egnp.exe", "a\n\n# b", "]]>", "\\", "<!-- a -->", "{{a}}", "[^1]: a",
    "1) a", "***", "___", "@everyone", "{id}", "{package}", "%s",
)  # fmt: skip


def facts(count: int, words: str = "A B") -> Since:
    changed = tuple(
        Edited(replace(NOTE, guid=str(n)), edited(replace(NOTE, guid=str(n)), 1, fact=f"{words} {n}"))
        for n in range(count)
    )
    return replace(SINCE, news=replace(NOTHING, changed=changed))


def test_the_message_says_what_is_new_and_how_to_get_it() -> None:
    assert message(ABOUT, SINCE).splitlines() == [
        "Baclofen 1.2.0 (2026-03-01): 8 notes, 17 cards",
        "Since 1.1.0: 1 corrected, 1 changed otherwise, 1 new, 1 gone, 1 made of others",
        '- "Goose" → "Swan goose"',
        "New: Heron",
        "Gone: Dodo",
        "",
        "To import: download baclofen-1.2.0.apkg, double-click it,",
        f"{OPTIONS} and press Import.",
        "Import on one device, then sync. Your reviews are kept.",
        "On the 3 changed notes, your own edits and tags are replaced.",
        "Suspend a card you do not want, don't delete its note: that would come back with the next import.",
    ]  # fmt: skip


def test_a_first_release_has_nothing_to_compare_with() -> None:
    told = message(ABOUT, None)
    assert "Since" not in told
    assert "replaced" not in told
    assert "please do not pass it on" not in told
    assert told.endswith("\n")


def test_a_private_deck_asks_not_to_be_passed_on() -> None:
    private = replace(ABOUT, license="private")
    assert private.is_private
    assert "For our class, please do not pass it on." in message(private, SINCE).splitlines()


def test_a_message_says_when_note_types_have_to_be_merged() -> None:
    forked = replace(SINCE, news=replace(NEWS, notetypes=(replace(LOOK, forks=True),)))
    assert "this once switch Merge note types on" in message(ABOUT, forked)
    look = replace(SINCE, news=replace(NOTHING, notetypes=(LOOK,)))
    assert "Since 1.1.0: the look of the cards changed\n" in message(ABOUT, look)


def test_of_many_corrections_five_are_told() -> None:
    told = message(ABOUT, facts(8)).splitlines()
    assert told[1] == "Since 1.1.0: 8 corrected"
    assert told[2:7] == [f'- "Goose" → "A B {n}"' for n in range(5)]
    assert told[7] == "and 3 more on the page"


def test_a_search_that_is_too_long_for_a_chat_is_left_to_the_page() -> None:
    found = '"note:Deckwright *" ("ID:baclofen-k3x9/gone")'
    assert message(replace(ABOUT, gone_search=found), SINCE).endswith(f"Browser: {found}\n")
    told = message(replace(ABOUT, gone_search=found * 50), SINCE)
    assert told.endswith("Browser: the search is on the page\n")


@pytest.mark.parametrize("words", ["A", "very " * 300, "x" * 5000, "a b c d " * 40])
def test_a_message_fits_into_a_chat(words: str) -> None:
    long = replace(ABOUT, title=words * 3, gone_search=words, license="private")
    told = message(long, facts(8, words))
    assert len(told) <= MOST
    assert "8 corrected" in told
    assert "page" in told


def test_the_changelog_keeps_the_usual_form() -> None:
    first = Issue(
        Version(1, 0, 0), "2026-01-01", replace(NOTHING, new=(NOTE, SWAN, replace(FISH, type="scene")))
    )
    issues = (first, Issue(Version(1, 1, 0), "2026-02-01", NEWS))
    assert changelog("Birds", issues).splitlines()[5:] == [
        "## [1.1.0] - 2026-02-01",
        "",
        "### Corrected",
        "",
        '- Water › Swan goose: Fact: "Goose" → "Swan goose"',
        "",
        "### Changed",
        "",
        '- Water › Swan: Mnemonic: "Swarm" → "Swan song"',
        "- 1 note made of others (scenes, sweeps, gaps, masks)",
        "",
        "### Added",
        "",
        "- Water › Heron",
        "",
        "### Removed",
        "",
        "- Water › Dodo",
        "",
        "## [1.0.0] - 2026-01-01",
        "",
        "### Added",
        "",
        "- The first release: 2 notes",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("forks", "told"), [(False, "- The look of the cards"), (True, "- Fields or templates: import once with")]
)
def test_the_changelog_tells_of_note_types(forks: bool, told: str) -> None:  # noqa: FBT001 - a parameter
    news = replace(NOTHING, notetypes=(replace(LOOK, forks=forks),))
    first = Issue(Version(1, 0, 0), "2026-01-01", replace(NOTHING, new=(NOTE,)))
    assert told in changelog("Birds", (first, Issue(Version(2, 0, 0), "2026-02-01", news)))


def fields(text: str) -> dict[str, str]:
    """Read the form's text as a person does: what stands under each `#` line."""
    found = re.findall(
        r"^# (Title|Tags|Support|Description)[^\n]*\n(.*?)(?=\n\n# |\Z)", text, re.DOTALL | re.MULTILINE
    )
    return {name: value.strip() for name, value in found}


def test_the_form_for_ankiweb_is_filled() -> None:
    found = fields(ankiweb(ABOUT))
    assert found["Title"] == "Baclofen"
    assert found["Tags"] == "pharmacology muscle-relaxants baclofen"
    assert found["Support"] == "https://example.org/mistake?note=baclofen-k3x9"
    description = shown(found["Description"])
    for part in (
        "Baclofen 1.2.0 (2026-03-01): 8 notes, 17 cards", "What baclofen does. And how it stops.", "Ada, Bo",
        "CC-BY-SA-4.0", "Scene: Ada, CC0-1.0", "Your reviews are kept.", "note=baclofen-k3x9",
    ):  # fmt: skip
        assert part in description
    assert "left out" not in ankiweb(ABOUT)


def test_a_private_deck_is_not_for_ankiweb() -> None:
    told = ankiweb(replace(ABOUT, license="private"))
    assert told.startswith("# Not for AnkiWeb")
    assert "Baclofen" not in told


@pytest.mark.parametrize("sign", ["x", "é", "🦢", "<"])
def test_what_does_not_fit_is_cut_at_an_end_and_said(sign: str) -> None:
    sentence = f"{sign * 40} end."
    long = replace(
        ABOUT,
        title=f"{sign * 9} " * 40,
        deck="::".join(f"part {number} of the name" for number in range(9)),
        summary=" ".join([sentence] * 5000),
        credits=tuple(f"Picture {number} {sign}" for number in range(1000)),
    )
    told = ankiweb(long)
    found = fields(told)
    sizes = {name: len(text.encode("utf-16-le")) // 2 for name, text in found.items()}
    assert sizes["Title"] <= form.TITLE
    assert sizes["Tags"] <= form.TAGS
    assert sizes["Description"] <= form.DESCRIPTION
    assert found["Title"].endswith("…")
    assert f"the whole title is: {sign * 9}" in told
    assert "left out: part-3-of-the-name" in told
    assert re.search(r"characters; [\d,]+ summary sentences left out\n", told)
    assert "end.\n\n**Updates" in found["Description"]
    assert found["Description"].endswith("has the rest.")


def test_a_long_address_and_a_mail_address_are_no_support_page() -> None:
    assert fields(ankiweb(replace(ABOUT, report="ada@example.org")))["Support"] == ""
    assert "`report:` is too long" in ankiweb(replace(ABOUT, report="https://example.org/" + "a" * 200))


def test_the_deck_for_machines_is_sorted_and_safe_in_a_page() -> None:
    evil = '</script><b>&\u202e"'
    text = deck_json(replace(ABOUT, deck=evil), [("b", evil, "2"), ("a", "Goose", "1")])
    assert not re.search(r"[<>&\u202e]", text)
    assert text.endswith("}\n")
    data = json.loads(text)
    assert data == {
        "format": 1, "deck": evil, "id": "baclofen-k3x9", "version": "1.2.0", "day": "2026-03-01",
        "license": "CC-BY-SA-4.0", "authors": ["Ada", "Bo"], "language": "en",
        "package": {"name": "baclofen-1.2.0.apkg", "size": 1_234_567, "sha256": "ab" * 32},
        "source": {"name": "baclofen-1.2.0-source.zip", "size": 99, "sha256": "cd" * 32},
        "notes": [{"guid": "a", "name": "Goose", "hash": "1"}, {"guid": "b", "name": evil, "hash": "2"}],
        "cards": 17,
    }  # fmt: skip
    assert json.loads(deck_json(replace(ABOUT, source=None), []))["source"] is None


def rendered(text: str) -> str:
    page: str = pyromark.html(text, options=EVERYTHING)
    return page


def shown(text: str) -> str:
    """Return the words that a reader of Markdown sees, in which nothing of a deck is live."""
    page = rendered(text)
    assert not re.search(r"<(?!/?(?:p|ul|li|strong|em|h[123])>)", page), page
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", page)))


@given(st.text() | st.lists(st.sampled_from([*ATTACKS, " ", "\n", "a"])).map("".join))
def test_every_character_in_markdown_is_only_itself(text: str) -> None:
    text = f"{text}."  # at the end of a line, Markdown drops some white space
    page = rendered(f"- {markdown(text)}\n- x: {markdown(text)}\n")
    words = html.escape(line(text), quote=False)
    assert html.unescape(page) == html.unescape(f"<ul>\n<li>{words}</li>\n<li>x: {words}</li>\n</ul>\n")


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_a_text_in_every_file(attack: str) -> None:
    about = replace(
        ABOUT, title=attack, deck=attack, authors=(attack,), summary=attack, report=attack,
        credits=(attack,), license=attack, gone_search=attack, package=replace(ABOUT.package, name=attack),
    )  # fmt: skip
    evil = edited(NOTE, 1, fact=attack, mnemonic=attack, section=attack, tags=(attack,))
    news = replace(NEWS, new=(evil,), changed=(Edited(NOTE, evil),), retired=(replace(evil, guid="g"),))
    issue = Issue(Version(1, 1, 0), "2026-02-01", news)
    log = changelog(attack, (replace(issue, version=Version(1, 0, 0)), issue))
    shared = ankiweb(about)
    shown(log)
    shown(fields(shared)["Description"])
    texts = (message(about, replace(SINCE, news=news)), shared, log, deck_json(about, [(attack,) * 3]))
    assert [CONTROL.search(text) for text in texts] == [None] * 4
    assert texts[0].count("\n") == len(message(about, replace(SINCE, news=news)).splitlines())


@pytest.mark.parametrize(
    ("text", "most", "cut"),
    [("a b", 3, "a b"), ("one two", 6, "one…"), ("abcdef", 4, "abc…"), ("a\n\tb", 9, "a b"), ("", 1, "")],
)
def test_a_text_is_cut_after_a_word(text: str, most: int, cut: str) -> None:
    assert clipped(text, most) == cut
