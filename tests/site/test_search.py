"""The index of a site's search: which note stands in which file, and how large a file may be."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from deckwright.site.folding import fold, words
from deckwright.site.search import LARGEST, MOST_NOTES, Entry, files

if TYPE_CHECKING:
    from collections.abc import Iterable

CORD = Entry("baclofen", "n1", "Baclofen", "Spinal cord", "Spina Cord")
GOOSE = Entry("baclofen", "n2", "Baclofen", "GABA-B agonist", "Goose with a cape")
LIVER = Entry("statins", "n1", "Statins", "Liver", "A cod in the river")


def built(*entries: Entry) -> dict[str, str]:
    return {name: data.decode() for name, data in files(entries)}


def called(text: str) -> tuple[str, Any]:
    """Return with what a file calls the page's function."""
    arguments = text.removeprefix("deckwrightFound(").removesuffix(")\n")
    name, data = json.loads(f"[{arguments}]")
    return name, data


def shard(site: dict[str, str], prefix: str) -> list[str]:
    """Return the notes of a shard, as deck and anchor."""
    name = prefix.encode().hex()
    told, decks = called(site[f"search/{name}.js"])
    assert told == name
    return [f"{slug}#{anchor}" for slug, _, notes in decks for anchor, _, _ in notes]


def tree(site: dict[str, str]) -> dict[str, str]:
    told, data = called(site["search/tree.js"])
    assert told == "tree"
    return dict(data)


def prefixes(site: Iterable[str]) -> set[str]:
    names = {name.removeprefix("search/").removesuffix(".js") for name in site} - {"tree"}
    return {bytes.fromhex(name).decode() for name in names}


def many(number: int, fact: str = "Fact {0}", mnemonic: str = "") -> list[Entry]:
    return [
        Entry(f"deck-{one % 7}", f"n{one}", "Many", fact.format(one), mnemonic.format(one))
        for one in sorted(range(number), key=lambda one: one % 7)
    ]


def test_a_note_stands_where_one_of_its_words_begins() -> None:
    site = built(CORD, GOOSE, LIVER)
    assert prefixes(site) == {"s", "c", "g", "b", "a", "w", "l", "i", "t", "r"}
    assert shard(site, "c") == ["baclofen#n1", "baclofen#n2", "statins#n1"]
    assert shard(site, "s") == ["baclofen#n1"]
    assert tree(site) == {"": "abcgilrstw"}


def test_a_shard_tells_all_that_the_page_shows() -> None:
    assert built(LIVER)["search/6c.js"] == (
        'deckwrightFound("6c",[["statins","Statins",[["n1","Liver","A cod in the river"]]]])\n'
    )


def test_no_notes_make_no_shard() -> None:
    assert built() == {"search/tree.js": 'deckwrightFound("tree",{"": ""})\n'}
    assert prefixes(built(Entry("a", "n1", "A", "→ !", ""))) == set()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ménière’s DISEASE", "meniere’s disease"),
        ("Sjögren, Guillain–Barré", "sjogren, guillain–barre"),
        ("Straße, Œdème, Ærø, Łódź, kırmızı, İzmir", "strasse, oedeme, aero, lodz, kirmizi, izmir"),
        ("Ca²⁺ ﬁbre ＡＢ １２", "ca2+ fibre ab 12"),
        ("ΟΔΟΣ οδός", "οδοσ οδοσ"),
        ("한국 が ｶﾞ", "한국 か カ"),
        ("ไม่ הָיָה", "ไม היה"),
    ],
)
def test_texts_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5-HT₃ (GABA_B)", ["5", "ht3", "gaba", "b"]),
        ("hyperparathyroidism", ["hyperparathy"]),
        ("脊髄", ["脊髄", "髄"]),
        ("脊髄損傷の治療", ["脊髄損傷", "髄損傷の", "損傷の治", "傷の治療", "の治療", "治療", "療"]),
        ("GABA受容体2型", ["gaba", "受容体", "容体", "体", "2", "型"]),
        ("한국어 의학", ["한국어", "국어", "어", "의학", "학"]),
        ("สมอง", ["สมอง", "มอง", "อง", "ง"]),
        ("قلب сердце", ["قلب", "сердце"]),
    ],
)
def test_words_begin_after_spaces_or_where_there_are_none_anywhere(text: str, found: list[str]) -> None:
    assert [*words(text)] == found


def test_names_are_safe_on_any_disk() -> None:
    site = built(Entry("a", "n1", "A", "脊髄 ÑANDÚ 𝒳 CON", "aux"))
    assert prefixes(site) == {"脊", "髄", "n", "x", "c", "a"}
    assert all(name.removeprefix("search/").removesuffix(".js").isalnum() for name in site)
    assert all(name == name.lower() and name.isascii() for name in site)


def test_a_shard_that_is_too_large_is_cut_and_goes_on_by_one_character() -> None:
    site = built(*many(MOST_NOTES + 100, "Fact {0}"), CORD)
    assert tree(site) == {"": "0123456789cfs", "f": "a", "fa": "c", "fac": "t", "fact": ""}
    assert [len(shard(site, word)) for word in ("f", "fact", "1", "c")] == [400, 400, 111, 1]
    assert shard(site, "4")[:2] == ["deck-0#n42", "deck-0#n49"]


def test_exactly_as_many_as_fit_are_not_cut() -> None:
    site = built(*many(MOST_NOTES, "Fact"))
    assert tree(site) == {"": "f"}
    assert len(shard(site, "f")) == MOST_NOTES


def test_words_that_begin_alike_are_told_apart_further_down() -> None:
    site = built(*many(300, "Corn"), *many(300, "Cord"), *many(300, "Cat"))
    assert tree(site) == {"": "c", "c": "ao", "co": "r", "cor": "dn"}
    assert prefixes(site) == {"c", "ca", "co", "cor", "cord", "corn"}


def test_what_a_cut_shard_keeps_are_the_best_answers() -> None:
    inside, opening = many(MOST_NOTES, "The spine"), many(30, "Spine {0}")
    aside = [Entry("aside", f"n{one}", "Aside", "Back", "A spine") for one in range(30)]
    kept = shard(built(*aside, *inside, *opening), "spine")
    assert len(kept) == MOST_NOTES
    assert not [note for note in kept if note.startswith("aside")]
    site = built(*aside, *[Entry("last", f"n{one}", "Last", "Spine", "") for one in range(MOST_NOTES)])
    assert {note.partition("#")[0] for note in shard(site, "spine")} == {"last"}


@pytest.mark.parametrize("letter", ["a", "я", "脊", "𠀋", "<", "\u2028", '"'])
def test_no_shard_is_too_large_whatever_the_texts(letter: str) -> None:
    long = [
        Entry("d" * 60, f"n{one}", letter * 9000, f"x {letter * 9000}", letter * 9000) for one in range(60)
    ]
    sizes = {name: len(data) for name, data in files(long)}
    assert max(sizes.values()) <= LARGEST
    assert sizes["search/tree.js"] < 1000


def test_names_of_decks_count_too() -> None:
    far = [Entry(f"{'d' * 50}-{one}", "n1", "T" * 200, "Cord", "") for one in range(MOST_NOTES)]
    site = built(*far)
    assert max(map(len, site.values())) <= LARGEST
    assert 200 < len(shard(site, "cord")) < MOST_NOTES


def test_the_same_notes_give_the_same_files() -> None:
    notes = [*many(900, "Fact {0} of all", "Mnemonic {0}"), CORD, GOOSE, LIVER]
    assert [*files(notes)] == [*files(iter(notes))]


def test_one_changed_note_changes_only_the_shards_that_show_it() -> None:
    notes = [*many(900, "Fact {0} of all", "Mnemonic {0}"), CORD, GOOSE, LIVER]
    changed = [*notes[:-2], Entry("baclofen", "n2", "Baclofen", "GABA-B agonist", "Goose with a cap"), LIVER]
    before, after = built(*notes), built(*changed)
    differ = {name for name in before | after if before.get(name) != after.get(name)}
    assert prefixes(differ) == {"g", "b", "ag", "w", "c"}
    assert all("baclofen#n2" in shard(after, prefix) for prefix in prefixes(differ))


def test_a_new_note_changes_no_other_decks_part() -> None:
    site, more = built(CORD, LIVER), built(Entry("added", "n1", "Added", "Kidney", "Kid"), CORD, LIVER)
    assert {name for name in site if site[name] != more[name]} == {"search/tree.js"}


@pytest.mark.parametrize(
    "attack",
    [
        "</script><script>hit = 1</script>",
        '"]]);hit=1;//',
        "\\u003cscript>",
        "`${hit = 1}`",
        "x\u2028hit=1\u2029\x00\x1b[2J\ud800",
        "__proto__ constructor toString",
        "../../etc/passwd",
    ],
)
def test_attacks_stay_texts(attack: str) -> None:
    site = built(Entry("a", "n1", attack, f"cord {attack}", attack))
    text = site["search/63.js"]
    assert "<" not in text
    assert text.isprintable() or text.rstrip("\n").isprintable()
    (((slug, title, ((anchor, fact, _),)),),) = called(text)[1:]
    visible = " ".join(attack.split()).replace("\x00", "").replace("\x1b", "").replace("\ud800", "")
    assert (slug, title, anchor, fact) == ("a", visible, "n1", f"cord {visible}")
    assert all(name.removeprefix("search/").removesuffix(".js").isalnum() for name in site)


def test_long_texts_are_shown_and_found_by_their_beginning() -> None:
    site = built(Entry("a", "n1", "A", f"{'word ' * 80}zebra", ""))
    assert prefixes(site) == {"w"}
    assert '…"' in site["search/77.js"]


def test_fifty_thousand_notes_stay_in_small_files() -> None:
    dice = random.Random(5)  # noqa: S311 - no secret
    syllables = [first + last for first in "bcdfghklmnprstv" for last in ("a", "e", "ine", "o", "um", "yl")]
    terms = ["".join(dice.choices(syllables, k=dice.randint(1, 4))) for _ in range(6000)]
    notes = (
        Entry(
            f"deck-{one // 1000}", f"n{one}", "Deck", " ".join(dice.choices(terms, k=6)), dice.choice(terms)
        )
        for one in range(50_000)
    )
    sizes = {name: len(data) for name, data in files(notes)}
    cut = sizes.pop("search/tree.js")
    assert max(sizes.values()) <= LARGEST
    assert cut < 50_000
    assert len(sizes) < 10_000
