"""Pages laid out in many ways come out as the same notes, and no word of any page is lost."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deckwright.cards import findings
from deckwright.deck.keys import note_keys
from deckwright.deck.model import TEXTS, place
from deckwright.deck.names import slug
from deckwright.pages.lines import read_lines
from deckwright.pages.notes import as_draft
from deckwright.pages.roles import Placed, read_roles
from deckwright.pages.units import read_units
from deckwright.pages.words import lexicon
from deckwright.paste import import_page
from deckwright.source.draft import Draft, DraftNote, DraftSection, Remark, Value, format_draft
from deckwright.source.text import SourceFile
from deckwright.workspace import read_text
from pages.study import SHAPES, scanned, undamaged

NOTE = ("Spinal cord", "Spina cord", "It acts on reflex arcs in the dorsal horn of the cord.")
OTHER = ("Sedation", "Sea dation", "Many patients are sleepy when they begin to take it.")


def placed(text: str) -> tuple[Placed, ...]:
    return read_roles(read_units(read_lines(text), lexicon().lists))


def texts(text: str, role: str) -> list[str]:
    return [one.unit.text for one in placed(text) if one.role == role]


@pytest.mark.parametrize("name", SHAPES)
def test_every_page_has_its_sections_and_triples(name: str) -> None:
    roles = [one.role for one in placed(scanned(name))]
    sections, notes = SHAPES[name]
    assert roles.count("heading") == sections
    assert roles.count("fact") == roles.count("mnemonic") == roles.count("explanation") == notes
    assert (roles.count("title"), roles.count("summary"), roles.count("aside")) == (1, 1, 0)
    assert texts(scanned(name), "mnemonic") == texts(undamaged(name), "mnemonic")


@pytest.mark.parametrize(
    "body",
    [
        "{0}\n\n{1}\n\n{2}\n\n{3}\n\n{4}\n\n{5}\n",
        "{0}\n{1}\n{2}\n{3}\n{4}\n{5}\n",
        "{0}\n\n\n\n  {1}\n\n   {2}\n\n\n{3}\n   {4}\n\n\n{5}",
        "{0} — Mnemonic: {1}\n{2}\n\n{3} — Mnemonic: {4}\n{5}\n",
        "{0} (mnemonic: {1})\n{2}\n{3} (mnemonic: {4})\n{5}\n",
        "1. {0}\nMnemonic: {1}\nWhy: {2}\n\n2. {3}\nMnemonic: {4}\nWhy: {5}\n",
        "Fact: {0}\nMnemonic: {1}\nExplanation: {2}\nFact: {3}\nMnemonic: {4}\nExplanation: {5}\n",
        "- {0}\n- **Mnemonic:** {1}\n- {2}\n\n- {3}\n- **Mnemonic:** {4}\n- {5}\n",
        "**{0}**\n{1}\n{2}\n**{3}**\n{4}\n{5}\n",
        "{0} ~ {1}\n{2}\n{3} ~ {4}\n{5}\n",
        "•\t{0}\no\tMnemonic: {1}\no\t{2}\n•\t{3}\no\tMnemonic: {4}\no\t{5}\n",
        "\uf0b7 {0}\n   o Mnemonic: {1}\n   o {2}\n\uf0b7 {3}\n   o Mnemonic: {4}\n   o {5}\n",
        "Fact 1: {0}\nMnemonic 1: {1}\nWhy: {2}\nFact 2: {3}\nMnemonic 2: {4}\nWhy: {5}\n",
        "Fakt: {0}\nEselsbrücke: {1}\nErklärung: {2}\nFakt: {3}\nEselsbrücke: {4}\nErklärung: {5}\n",
        "\tFact:\t{0}\r\n\tMnemonic:\t{1}\r\n\tWhy:\t{2}\r\n\tFact:\t{3}\r\n\tMnemonic:\t{4}\r\n\tWhy:\t{5}\r\n",
        "{0}\r\n{1}\r\n{2}\r\n{3}\r\n{4}\r\n{5}\r\n",
    ],
)
@pytest.mark.parametrize("head", ["Baclofen\n\n{0}\n\nMechanism\n", "# Baclofen\n{0}\n## Mechanism\n"])
def test_a_page_may_be_laid_out_in_other_ways(head: str, body: str) -> None:
    summary = "It is a muscle relaxant for people with spasticity."
    text = head.format(summary) + body.format(*NOTE, *OTHER)
    found = [(one.role, one.unit.text) for one in placed(text)]
    notes = [(role, part) for note in (NOTE, OTHER) for role, part in zip(ROLES, note, strict=True)]
    assert found == [("title", "Baclofen"), ("summary", summary), ("heading", "Mechanism"), *notes]


SENTENCES = ("Statins block one enzyme.", "Muscles often ache.")


@pytest.mark.parametrize(
    "text",
    [
        "Statins\n\nMechanism\n\n{0}\nHum, goat\n{2}\n\nSide effects\n\n{1}\nMussel pane\n{2}\n",
        "Statins\n\nMechanism\n{0}\nHum, goat\n{2}\n\n{1}\nMussel pane\n{2}\n",
        "Statins\n\n{0}\nMnemonic: Hum, goat\n{2}\n\n{1}\nMnemonic: Mussel pane\n{2}\n",
    ],
)
def test_a_fact_may_be_a_sentence(text: str) -> None:
    text = text.format(*SENTENCES, NOTE[2])
    assert texts(text, "fact") == [*SENTENCES]
    assert texts(text, "mnemonic") == ["Hum, goat", "Mussel pane"]
    assert texts(text, "explanation") == [NOTE[2]] * 2


@pytest.mark.parametrize("sign", [" - ", " – ", ": ", " = ", " → "])
def test_a_fact_and_its_mnemonic_may_share_a_line(sign: str) -> None:
    text = f"Brain\n\nLobes\n\nFrontal{sign}Front all\n{NOTE[2]}\n\nTemporal{sign}Temper all\n{OTHER[2]}\n"
    assert (texts(text, "heading"), texts(text, "fact")) == (["Lobes"], ["Frontal", "Temporal"])
    assert texts(text, "mnemonic") == ["Front all", "Temper all"]
    named = text.replace("Brain\n", "Brain: overview\nIt has four lobes on each side.\n")
    assert texts(named, "title") == ["Brain: overview"]
    assert texts(named, "mnemonic") == ["Front all", "Temper all"]
    apart = text.replace("Front all", "Planning").replace("Temper all", "Hearing")
    assert f"Frontal{sign}Planning" in texts(apart, "fact") + texts(apart, "mnemonic")


def test_an_arrow_to_a_mnemonic_is_no_part_of_it() -> None:
    made = import_page("page.txt", f"Title\n\n{NOTE[0]}\n→ {NOTE[1]}\n{NOTE[2]}\n".encode(), None)
    assert made.draft is not None
    assert f"mnemonic: {NOTE[1]}\n" in format_draft(made.draft)


def test_a_short_explanation_is_no_fact() -> None:
    text = "Title\n\nOne\nWon\n\nIt is the first one.\nTwo\nTo\n\nIt is the second one.\nThree\nTree\n"
    assert texts(text, "explanation") == ["It is the first one.", "It is the second one."]
    text = "Title\n\nFact: One\nIt is the first one.\nMnemonic: Won\n\nFact: Two\nMnemonic: To\n"
    assert texts(text, "fact") == ["One", "Two"]


@pytest.mark.parametrize(
    "marks", [("Q", "A"), ("Q7", "A7"), ("Question", "Answer"), ("**Q**", "**A**"), ("Frage", "Antwort")]
)
def test_questions_come_before_their_answers(marks: tuple[str, str]) -> None:
    pairs = [("Where does it act?", "Spinal cord"), ("What may follow?", "Sedation")]
    text = "\n\n".join(f"{marks[0]}: {ask}\n{marks[1]}: {fact}\nIt says so here." for ask, fact in pairs)
    made = import_page("page.txt", f"Baclofen\n\n{text}\n".encode(), None)
    assert made.draft is not None
    notes = [note for section in made.draft.sections for note in section.notes]  # type: ignore[union-attr]
    assert [note.pairs for note in notes] == [  # type: ignore[union-attr]
        (("fact", fact), ("ask", ask), ("explanation", "It says so here.")) for ask, fact in pairs
    ]


def test_an_a_before_a_colon_is_a_label_beside_questions_alone() -> None:
    assert "A: one" in texts("Title\n\nHeading\n\nA: one\nA: won\nIt is the first of all letters.\n", "fact")


def test_what_stands_on_top_of_every_sheet_is_the_title_where_there_is_no_other() -> None:
    sheets = ["\n".join([*note, ""]) for note in (NOTE, OTHER, ("One", "Won", "It is a number."))]
    text = "\f".join(f"Course 4\n{'Baclofen' * (at == 0)}\n{sheet}" for at, sheet in enumerate(sheets))
    assert (texts(text, "title"), texts(text, "aside")) == (["Baclofen"], ["Course 4"] * 3)
    text = "\f".join(f"Course 4\n{'Mechanism' * (at == 0)}\n{sheet}" for at, sheet in enumerate(sheets))
    assert (texts(text, "title"), texts(text, "aside")) == (["Course 4"], ["Course 4"] * 2)


def test_headings_of_a_lower_level_are_facts() -> None:
    text = "# T\n## Uses\n### {}\n{}\n{}\n### {}\n{}\n{}\n".format(*NOTE, *OTHER)
    assert texts(text, "heading") == ["Uses"]
    assert texts(text, "fact") == [NOTE[0], OTHER[0]]


ROLES = ("fact", "mnemonic", "explanation")


def test_a_paragraph_goes_on_over_sheets_and_what_they_repeat_is_set_aside() -> None:
    head = "Pharmacology for beginners"
    sheets = [
        "Baclofen\n\nSpinal cord\nSpina cord\nIt acts on reflex arcs in the dorsal horn of the cord, and",
        f"{head}\nthe muscles relax when fewer signals reach the motor neurons.\n2",
        f"{head}\nSedation\nSea dation\nPatients are sleepy at first, as it acts on the brain.\n3",
        f"{head}\nMore text follows here, which belongs to the last of all notes.\n4",
    ]
    text = "\n\f".join(sheets)
    assert texts(text, "aside") == [head, "2", head, "3", head, "4"]
    first, second = texts(text, "explanation")
    assert "dorsal horn of the cord, and the muscles relax" in first
    assert "as it acts on the brain. More text follows here" in second


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ("The receptor to which it binds is called GABA-\nB by all.", "is called GABA-B by all."),
        ("This is what can be seen in every single exam-\nple of it.", "every single example of it."),
        ("It is the drug that is tried at first, the first-\nline one.", "the first-line one."),
    ],
)
def test_a_hyphen_at_a_lines_end_stays_where_it_belongs(lines: str, joined: str) -> None:
    (found,) = placed(lines)
    assert found.unit.text.endswith(joined)


def letters_of(draft: Draft) -> Counter[str]:
    """Count the letters of a draft's values and remarks; the keys say nothing of the page."""
    return Counter(letter for part in (*draft.head, *draft.sections) for letter in _letters(part))


def _letters(part: tuple[str, Value] | Remark | DraftSection | DraftNote) -> str:
    if isinstance(part, Remark):
        return _only_letters(part.text)
    if isinstance(part, DraftSection):
        return _only_letters(part.name) + "".join(map(_letters, part.notes))
    if isinstance(part, DraftNote):
        return "".join(_only_letters(value) for _, value in part.pairs)
    return _only_letters(part[1])


def _only_letters(value: Value | list[str]) -> str:
    return "".join(char for char in str(value) if char.isalpha())


signs = st.text(st.sampled_from("ab1Zé. \t,:;-—~#*•()<>&{}[]`\\'\"!?|\f\u2028\x0b"), max_size=60)
words = st.sampled_from(["fact", "Mnemonic", "is", "a", "Mechanism", "word.", "~", "—", "and", "1.", "of-"])
pages = st.lists(st.one_of(signs, st.lists(words).map(" ".join), st.text(max_size=30)), max_size=25)


@settings(max_examples=400, deadline=None)
@given(pages.map("\n".join))
def test_no_letter_of_a_page_is_lost(text: str) -> None:
    found = placed(text)
    title = "\n".join(one.unit.text for one in found if one.role == "title")
    draft, _ = as_draft(found, (("title", title),))
    names = texts(text, "heading")
    again = [name for at, name in enumerate(names) if slug(name) in map(slug, names[:at])]
    assert Counter(_only_letters(text)) - letters_of(draft) - Counter(_only_letters(again)) == Counter()


@settings(max_examples=300, deadline=None)
@given(pages.map("\n".join))
def test_what_comes_of_any_page_has_no_errors_but_a_want_of_notes(text: str) -> None:
    made = import_page("page.txt", text.encode("utf-8", "replace"), lambda _: True)
    if made.draft is None or not made.counted.notes:
        return
    report, deck = read_text(SourceFile("cards.yaml", format_draft(made.draft)))
    assert deck is not None
    for note in place(deck):
        report.extend(findings.text_problems(note.note, TEXTS, report))
        report.extend(findings.invisible(note.note, report))
    list(note_keys(place(deck), report))
    assert [found.message for found in report.errors] == []
