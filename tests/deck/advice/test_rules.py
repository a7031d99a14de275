"""Each rule, with what it must find and what it must leave in peace."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deck.advice.desk import advice, lesson, told
from deckwright.deck.advice import abbreviations, asks, explanations, notes, origins, pictures, scan
from deckwright.deck.advice.lesson import Gallery, plain
from deckwright.source.text import apply_edits

HEAD = "deck: D\n"


def note(**texts: str) -> str:
    """Write a deck of one note; a text of several lines becomes a block."""
    parts = [
        f"{key}: |-\n" + "".join(f"      {line}\n" for line in text.split("\n"))
        for key, text in {"fact": "Fact", **texts}.items()
    ]
    return f"{HEAD}notes:\n  - " + "    ".join(parts)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("**bold** and _it_ and `code`", "bold and it and code"),
        ("[link](https://example.org/a_b) end", "link end"),
        ("![](a.png)x", "!x"),
        ("{{c1::sodium::ion}} in {{c22::cell}}", "sodium in cell"),
        ("CO<sub>2</sub><br>next", "CO2 next"),
        ("p < 5 and q > 3", "p < 5 and q > 3"),
        ("\\(x^2\\)", "(x^2)"),
    ],
)
def test_signs_are_taken_out_and_words_stay(typed: str, text: str) -> None:
    assert plain(typed) == text


@pytest.mark.parametrize(
    ("fact", "is_told"),
    [
        ("one two three four five six seven eight", False),
        ("one two three four five six seven eight nine", True),
        ("x" * 60, False),
        ("x" * 61, True),
        ("**" + "x" * 60 + "**", False),
        ("a, b", False),
        ("a, b and c", True),
        ("a; b; c", True),
        ("a and b", False),
        ("a, and b", False),
        ("1,25 and 2,5", False),
        ("sand and andes", False),
    ],
)
def test_a_fact_is_one_thing(fact: str, is_told: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert bool(told(notes.fact_too_long, note(fact=fact))) == is_told


def test_lists_are_known_in_other_languages() -> None:
    for language, fact in (("de", "a und b und c"), ("fr", "a et b et c"), ("es", "a y b e c")):
        assert told(notes.fact_too_long, f"language: {language}\n{note(fact=fact)}")
    assert not told(notes.fact_too_long, f"language: xx\n{note(fact='a und b und c')}")


def test_a_third_time_in_one_section_is_an_error_and_told_by_that() -> None:
    text = f"{HEAD}sections:\n  A: [Nausea ~ x]\n  B: [NAUSEA ~ y, nausea ~ z]\n"
    assert told(notes.same_fact_twice, text) == ["NAUSEA"]


@pytest.mark.parametrize(
    ("fact", "ask", "is_told"),
    [
        ("Cord", "Which cord?", True),
        ("Cord", "Which cords?", False),
        ("The cord", "Which cord?", True),
        ("Spinal cord", "Which cord?", False),
        ("NO", "Why is there no pain?", False),
        ("No pain", "Why is there no pain?", True),
        ("Heat ↑ → volume ↑", "What of the volume in heat?", False),
        ("Heat ↑ → volume ↑", "What does heat ↑ → volume ↑ mean?", True),
        ("a < b", "How do a and b compare?", False),
        ("5", "What of 15?", False),
        ("**Cord**", "Which *cord*?", True),
    ],
)
def test_a_question_does_not_tell(fact: str, ask: str, is_told: bool) -> None:  # noqa: FBT001 - a parameter
    assert bool(told(asks.ask_leaks_answer, note(fact=fact, ask=ask))) == is_told


@pytest.mark.parametrize(
    ("language", "ask", "is_told"),
    [
        ("en", "Is it red?", True),
        ("en", "Isn't it red?", True),
        ("en", "Is it red or blue?", False),
        ("en", "Is it red", False),
        ("en", "Which is red?", False),
        ("en", "Can you name it?", False),
        ("en", "Canary colour?", False),
        ("de", "Kann es rot sein?", True),
        ("de", "Ist es rot oder blau?", False),
        ("de", "Was ist rot?", False),
        ("fr", "Est-ce que c'est rouge ?", True),
        ("fr", "Peut-on le voir ?", True),
        ("fr", "Qu'est-ce que c'est ?", False),
        ("es", "¿Es rojo?", True),
        ("es", "¿Qué es rojo?", False),
        ("es", "¿Es rojo o azul?", False),
        ("it", "È rosso?", False),
    ],
)
def test_a_question_wants_more_than_a_yes(language: str, ask: str, is_told: bool) -> None:  # noqa: FBT001
    text = f"language: {language}\n{note(ask=ask)}"
    assert bool(told(asks.ask_is_yes_no, text)) == is_told


@pytest.mark.parametrize(("count", "places"), [(80, []), (81, ["explanation"])])
def test_an_explanation_has_eighty_words(count: int, places: list[str]) -> None:
    text = note(explanation="- **" + "\n- ".join(["word"] * count) + "**")
    assert told(explanations.explanation_too_long, text) == places


LONG = "Stop it so slowly that no one of them can ever say when"


@pytest.mark.parametrize(
    ("fact", "explanation", "is_told"),
    [
        ("Spasticity", "A spastic muscle", False),
        ("Multiple sclerosis", "In MS, plaques", False),
        ("MS", "Multiple sclerosis", False),
        ("Anaemia", "An anemic child", False),
        ("Taper", "Stop it slowly", False),
        ("Taper", LONG, True),
        ("Tapering off", f"{LONG} tape", False),
        ("Cat", LONG, False),
        ("TAPER", LONG, False),
        ("5 g", f"It is 15 kg, {LONG}", False),
        ("135–145 mmol/l", LONG, False),
        ("18 Jahre", LONG, False),
        ("Art. 20 GG", LONG, False),
        ("§ 433 Kaufvertrag", LONG, False),
        ("Adams v Lindsell", LONG, False),
        ("Part 5", LONG, True),
        ("Taper over 5 days", LONG, True),
        ("脊髓", "外伤", False),
        ("+", "minus", False),
    ],
)
def test_an_explanation_names_the_fact(fact: str, explanation: str, is_told: bool) -> None:  # noqa: FBT001
    text = note(fact=fact, explanation=explanation)
    assert bool(told(explanations.explanation_off_topic, text)) == is_told


@pytest.mark.parametrize(
    ("texts", "is_told"),
    [
        ({}, True),
        ({"mnemonic": "Slowworm"}, False),
        ({"ask": "How does one stop it?"}, False),
        ({"ask": "How is it done?"}, True),
    ],
)
def test_an_explanation_may_take_up_other_words(texts: dict[str, str], is_told: bool) -> None:  # noqa: FBT001
    text = note(fact="Taper", explanation=LONG, **texts)
    assert bool(told(explanations.explanation_off_topic, text)) == is_told


@pytest.mark.parametrize(
    ("lines", "written_out", "is_told"),
    [(3, 0, False), (4, 0, True), (4, 3, True), (4, 4, False), (5, 4, True)],
)
def test_notes_of_one_line_are_told_once(lines: int, written_out: int, is_told: bool) -> None:  # noqa: FBT001
    text = (
        f"{HEAD}notes:\n"
        + "".join(f"  - {{fact: Out {at}, mnemonic: x, explanation: y}}\n" for at in range(written_out))
        + "".join(f"  - Line {at} ~ x\n" for at in range(lines))
    )
    found = [finding.message for finding in explanations.explanation_missing(lesson(text))]
    assert found == ([f"{lines} notes of one line have no explanation"] if is_told else [])
    assert told(explanations.explanation_missing, text) == (["Line 0"] if is_told else [])


@pytest.mark.parametrize(
    ("count", "scene", "is_told"),
    [
        (8, "", False),
        (20, "", False),
        (21, "", True),
        (8, "scene: a.png\n", True),
        (7, "scene: a.png\n", False),
    ],
)
def test_a_list_of_words_may_be_longer(count: int, scene: str, is_told: bool) -> None:  # noqa: FBT001
    lines = "".join(f"  - W{at} ~ x\n" for at in range(count))
    assert bool(told(notes.section_too_long, f"{HEAD}{scene}notes:\n{lines}")) == is_told
    text = f"{HEAD}{scene}sections:\n  A:\n{lines.replace('  -', '    -')}"
    assert told(notes.section_too_long, text) == (["A"] if is_told else [])


def test_half_of_a_list_of_words_is_written_out() -> None:
    lines = "".join(f"  - W{at} ~ x\n  - {{fact: L{at}, mnemonic: x}}\n" for at in range(4))
    assert told(notes.section_too_long, f"{HEAD}notes:\n{lines}") == ["notes"]


@pytest.mark.parametrize(
    ("language", "fact", "ask", "is_choice"),
    [
        ("en", "Canberra", "Is it Sydney or Canberra?", True),
        ("en", "Sydney", "Is it Sydney or Canberra?", True),
        ("en", "Sydney", "Is it Sydney, Perth or Canberra?", True),
        ("de", "ex nunc", "Wirkt es ex tunc oder ex nunc?", True),
        ("fr", "Lyon", "Est-ce Lyon ou Nice ?", True),
        ("es", "Lima", "¿Es Quito o Lima?", True),
        ("en", "Lima", "Where does Lima lie?", False),
        ("en", "Lima", "Where or when in all the years was Lima built?", False),
        ("xx", "Lima", "Lima or Quito?", False),
    ],
)
def test_a_choice_is_told_as_one(language: str, fact: str, ask: str, is_choice: bool) -> None:  # noqa: FBT001
    (found,) = asks.ask_leaks_answer(lesson(f"language: {language}\n{note(fact=fact, ask=ask)}"))
    assert (found.message == "the question offers its answer as a choice") == is_choice


@pytest.mark.parametrize(
    ("explanation", "places"),
    [
        ("The QRT falls", ["QRT"]),
        ("Tested (quick rate test, QRT)", []),
        ("Tested (in the quick end, QRT) and on", []),
        ("Tested, QRT", ["QRT"]),
        ("Tested (the CSF, QRT)", ["CSF", "QRT"]),
        ("See § 119 QRT, § 1 I QRT, Art. 20 QRT, [1893] 1 QRT 256, (1875) QRT 10", []),
        ("See § 119 QRT, and the QRT", ["QRT"]),
        ("NOW WAIT, DO STOP", []),
        ("The QT, QRS, ACE, HR, INR, ADHD, SSRI, TSH, CRP, COPD, GFR", []),
        ("The ESRD", ["ESRD"]),
        ("The QRTs fall, the QRT too", ["QRT"]),
        ("The quick rate test (QRT) falls", []),
        ("The QRT (quick rate test) falls", []),
        ("QRT stands for quick rate test", []),
        ("A quick rate test. The QRT falls", []),
        ("A quick and rare test. The QRT falls", []),
        ("The MRI, CN VII, IL-6, 5-HT, TNFα and CO2", []),
        ("The QRT-positive", ["QRT"]),
        ("This is LOUD, too loud", []),
        ("\\(QRT\\) and `QRT`", []),
        ("`QRT` is a QRT", ["QRT"]),
        ("A quickrotate and the QRT", []),
        ("DON'T", []),
    ],
)
def test_an_abbreviation_is_spelled_out_once(explanation: str, places: list[str]) -> None:
    assert told(abbreviations.abbreviation_unexplained, note(explanation=explanation)) == places


def test_an_abbreviation_may_be_spelled_out_anywhere_in_the_deck() -> None:
    uses = "notes: [The QRT ~ x, The QRT again ~ y]\n"
    assert told(abbreviations.abbreviation_unexplained, HEAD + uses) == ["QRT"]
    for where in ("title: Quick rate test\n", "summary: quick rate test\n"):
        assert told(abbreviations.abbreviation_unexplained, HEAD + where + uses) == []
    assert (
        told(abbreviations.abbreviation_unexplained, f"{HEAD}notes: [The QRT ~ x, Quick rate test ~ y]\n")
        == []
    )


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("take 5 mg", ["5 mg"]),
        ("take 0.5mg/kg/day now", ["0.5mg/kg/day"]),
        ("10 mcg", ["10 mcg"]),
        ("1,000 IU", ["1,000 IU"]),
        ("2 g daily", ["2 g"]),
        ("5 mg/dL and 5 g/L and 3 µg/mL", []),
        ("5 mg per decilitre", []),
        ("5 genes, 3 gm, 100 mg/100 mL", []),
        ("mg 5", []),
    ],
)
def test_a_dose_has_a_source(text: str, places: list[str]) -> None:
    assert told(origins.dose_without_source, note(explanation=text)) == places
    assert told(origins.dose_without_source, note(explanation=text, source="A label")) == []
    assert told(origins.dose_without_source, f"source: A label\n{note(explanation=text)}") == []


def regions(*boxes: str) -> str:
    lines = "".join(f"  - {{fact: f{at}, ask: a, region: {box}}}\n" for at, box in enumerate(boxes))
    return f"{HEAD}scene: s.png\nnotes:\n{lines}"


@pytest.mark.parametrize(
    ("box", "size", "is_told"),
    [
        ("[0, 0, 3, 3]", None, False),
        ("[0, 0, 2.99, 3]", None, True),
        ("[0, 0, 3, 3]", (800, 800), False),
        ("[0, 0, 3, 3]", (799, 800), True),
        ("[0, 0, 3, 3]", (800, 799), True),
        ("[0, 0, -3, 3]", None, False),
    ],
)
def test_a_region_can_be_found(box: str, size: tuple[int, int] | None, is_told: bool) -> None:  # noqa: FBT001
    gallery = Gallery(sizes={"s.png": size} if size else {})
    assert bool(told(pictures.region_too_small, regions(box), gallery)) == is_told


@pytest.mark.parametrize(
    ("one", "two", "is_told"),
    [
        ("[0, 0, 10, 10]", "[0, 0, 10, 10]", True),
        ("[0, 0, 10, 10]", "[4, 0, 10, 10]", True),
        ("[0, 0, 10, 10]", "[5, 0, 10, 10]", False),
        ("[0, 0, 100, 100]", "[90, 90, 10, 10]", True),
        ("[90, 90, 10, 10]", "[0, 0, 100, 100]", True),
        ("[40, 0, 20, 100]", "[0, 40, 100, 20]", False),
        ("[0, 0, 10, 10]", "[20, 20, 10, 10]", False),
    ],
)
def test_regions_lie_apart(one: str, two: str, is_told: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert told(pictures.regions_overlap, regions(one, two)) == ([two] if is_told else [])


boxes = st.tuples(*[st.integers(0, 60)] * 2, *[st.integers(3, 40)] * 2)


@given(st.lists(boxes, max_size=30))
def test_the_grid_misses_nothing(found: list[tuple[int, int, int, int]]) -> None:
    """After the told regions are taken away, no two of the others share more than half of the smaller."""
    text = regions(*(str([*box]) for box in found))
    late = {one.span for one in pictures.regions_overlap(lesson(text))}
    assert bool(late) == any(_share(one, two) for at, one in enumerate(found) for two in found[:at])


def _share(one: tuple[int, int, int, int], two: tuple[int, int, int, int]) -> bool:
    width = min(one[0] + one[2], two[0] + two[2]) - max(one[0], two[0])
    height = min(one[1] + one[3], two[1] + two[3]) - max(one[1], two[1])
    return max(width, 0) * max(height, 0) * 2 > min(one[2] * one[3], two[2] * two[3])


@pytest.mark.parametrize(("width", "is_told"), [(799, True), (800, False)])
def test_a_scene_has_pixels(width: int, is_told: bool) -> None:  # noqa: FBT001 - a parameter of the test
    gallery = Gallery(sizes={"s.png": (width, 10)})
    assert told(pictures.scene_too_small, regions("[0, 0, 9, 9]"), gallery) == (["s.png"] if is_told else [])


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("a.png",), "nothing shows `a.png` in `media/`"),
        (("a.png", "b.png", "c.png"), "nothing shows `a.png`, `b.png`, `c.png` in `media/`"),
        (
            ("a.png", "b.png", "c.png", "d.png"),
            "nothing shows `a.png`, `b.png`, `c.png` and 1 more in `media/`",
        ),
    ],
)
def test_what_lies_unused_is_told_once(names: tuple[str, ...], message: str) -> None:
    gallery = Gallery(names=(*names, "README", "z.png"), used=frozenset({"z.png"}))
    assert [found.message for found in pictures.unused_media(lesson(note(ask="b"), gallery))] == [message]


def mended(text: str) -> str:
    """Apply every fix that the scan proposes."""
    fixes = [found.fix for found in scan.scan_residue(lesson(text)) if found.fix]
    assert all(fix.asks for fix in fixes)
    return apply_edits(text, [edit for fix in fixes for edit in fix.edits])


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("M echanism of the mechanism", "Mechanism of the mechanism"),
        ("T reatment", "Treatment"),
        ("(A dverse) *I ncrease*", "(Adverse) *Increase*"),
        ("effects effectsinclude", "effects effects include"),
        ("acts ofthe drug", "acts of the drug"),
        ("symptoms resolve: symptomsresolve", "symptoms resolve: symptoms resolve"),
        ("one<br>two<br />\nthree <BR> four", "one two\nthree  four"),
        ("eﬃcient ﬂow", "efficient flow"),
        ("ex\u00adam\u00adple", "example"),
        ("CafÃ© 5Âµg â‰¥ 3 â€“ Î²", "Café 5µg ≥ 3 – β"),
        ("a mecha-\nnism, the mechanism", "a mechanism, the mechanism"),
        ("[the eﬀect](https://x.org/eﬀect) ﬁ", "[the effect](https://x.org/eﬀect) fi"),
        ("```\nﬁ\n```\nﬁ", "```\nﬁ\n```\nfi"),
        ("`ﬁ` ﬁ \\(ﬁ\\) ﬁ", "`ﬁ` fi \\(ﬁ\\) fi"),
    ],
)
def test_residue_is_mended_in_its_place(typed: str, right: str) -> None:
    assert mended(note(explanation=typed)) == note(explanation=right)


@pytest.mark.parametrize(
    "typed",
    [
        "T cell, B cell, K channel, Q fever, C fibre, P wave, G protein, A fib, X ray, D dimer, K mmol",
        "E coli, H pylori, S pneumoniae, C psittaci, T pallidum, M tuberculosis, P mirabilis, T whipplei",
        "vitamin B lack of black, hepatitis B all ball",
        "I nurse; A nurse",
        "breathe prepare software compare testis vaginalis vaginal test thereof there therapist rapist",
        "hydrochlorothiazide methylprednisolone methyl prednisolone acetylcholine acetyl choline",
        "pseudoephedrine pseudo ephedrine phenylalanine phenyl alanine breastfeeding breast feeding",
        "long-\nterm, short- and long-term, beta-\nblocker",
        "| a<br>b | c |",
        "write `<br>`",
        "![a](ﬁle.png) and [b](https://x.org/eﬀect 'ﬁ') and [c](ﬁ(ﬂ).png)",
        "https://x.org/ﬁ and <https://x.org/ﬁ>",
        "`ﬁ` and ``ﬁ ` ﬂ``",
        "```\nﬁ <br>\n\nexam\u00adple\n```\nafter",
        "~~~ text\nﬁ\n~~~",
        "\\( ﬁ \\frac{ﬂ}{2} \\) and \\[\nﬁ\n\\]",
        "IRMÃ “x” and „CAFÉ“ and « Â » and naïve Ångström Ä… Île Ça",
    ],
)
def test_what_an_author_types_is_no_residue(typed: str) -> None:
    assert told(scan.scan_residue, note(explanation=typed)) == []


def test_behind_an_escape_nothing_is_spliced() -> None:
    text = f'{HEAD}notes:\n  - {{fact: "a\\ufb01b", mnemonic: x}}\n'
    (found,) = scan.scan_residue(lesson(text))
    assert found.fix is None


def test_no_more_than_ten_residues_of_a_text_are_told() -> None:
    assert len(told(scan.scan_residue, note(explanation="ﬁ " * 50))) == scan.MOST
    assert len(told(scan.scan_residue, note(explanation="ﬁ " * 20_000))) == 1


PIECES = st.sampled_from([
    "M echanism", "effectsinclude", "<br>", "\ufb01", "\u00ad", "Ã©", "â€™", "mecha-\nnism", "QRT", "(QRT)",
    "5 mg", "a, b and c", "{{c1::x::y}}", "{{c1::", "}}", "[x](y)", "](", "\\(", "\\)", "`", "**", "Is", "or",
    "?", "鹅", "ß", "İ", "5-HT3", "'", "~", "|", "- ", "\n", "CN VII",
])  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=8).map(" ".join)


def _quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(char):08x}" for char in text) + '"'


@given(
    st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS, st.booleans()), min_size=1, max_size=4),
    st.text(max_size=5),
)
def test_no_rule_ever_fails(found: list[tuple[str, str, str, str, bool]], alt: str) -> None:
    text = f"{HEAD}scene: {{file: s.png, alt: {_quoted(alt)}}}\nnotes:\n" + "".join(
        f"  - fact: {_quoted('f' + fact)}\n    mnemonic: {_quoted(mnemonic)}\n    ask: {_quoted(ask)}\n"
        f"    explanation: {_quoted(explanation)}\n    retired: {str(retired).lower()}\n"
        for fact, mnemonic, ask, explanation, retired in found
    )
    read = lesson(
        text, Gallery(names=("a.png",), sizes={"s.png": (5, 5)}, scenes={0: "s.png"}, symbols={0: "x"})
    )
    size = len(read.source.text)
    for finding in advice(read):
        assert 0 <= finding.span.start <= finding.span.end <= size
        assert "\n" not in finding.message


@given(TEXTS.filter(lambda text: text.strip() and "\r" not in text))
def test_fixes_never_meet(explanation: str) -> None:
    lines = explanation.replace("\n", "\n      ")
    text = f"{HEAD}notes:\n  - fact: f\n    explanation: |\n      x {lines}\n"
    text = "".join(char for char in text if char.isprintable() or char == "\n")
    fixes = [found.fix for found in scan.scan_residue(lesson(text)) if found.fix]
    edits = sorted(edit.span.start for fix in fixes for edit in fix.edits)
    assert all(one < two for one, two in pairwise(edits))
    apply_edits(text, [edit for fix in fixes for edit in fix.edits])
