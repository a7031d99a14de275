"""What sounds alike in a mnemonic and its fact stands out, and nothing else does."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deckwright.cards.bridge import bridge
from deckwright.cards.markup import line

# Judged by ear, one by one; what stands out is in brackets here.
BRIDGES = [
    "[Spina] [Cord] ≈ [Spina]l [cord]",
    "[Spin]y [cord] ≈ [Spin]al [cord]",
    "[Drowsy] dormouse ≈ [Drowsi]ness",
    "[Bach loafin]' ≈ [Baclofen]",
    "[Bach loaf] ≈ [Baclof]en",
    "[Brrr-upt] [stop] sign ≈ Never [stop] a[brupt]ly",
    "[GABA]-goose-([B]) Bee [Receptor] Dr[agonist] ≈ [GABA]-[B] [receptor] [agonist]",
    "[Spast-ti]ck ≈ [Spasti]city",
    "(MS) [Multiple] [Sk]u[ll]-[roses] ≈ [Multiple] [scl]e[rosis]",
    "[Tri-gem] [Ner]ve-[algae] ≈ [Trigem]inal [neuralgia]",
    "[Ner]ve-[psychi]c with [Symptoms] ≈ [Neur]o[psychi]atric [symptoms]",
    "[Tape]-dispenser with [Gradual] amounts of pills ≈ [Tape]r [gradual]ly",
    "[Spinal] [Cord] [Injur]ed ≈ [Spinal] [cord] [injur]ies",
    "[Dizzy] daisies ≈ [Dizzi]ness",
    "[Low] [hippo] ≈ [Low] blood pressure ([hypo]tension)",
    "Low [hippo] ≈ [Hypo]tension",
    "[Clam idea] ≈ [Chlamydia]",
    "[New moan ya] ≈ [Pneumonia]",
    "[Eat ham but]ter ≈ [Ethambut]ol",
    "[Rif]le pimp ≈ [Rif]ampin",
    "[I so ni]ce kid ≈ [Isoni]azid",
    "[Pie raz]or [in amide] ≈ [Pyrazinamide]",
    "[Staff] of [Aureus] ≈ [Staph]ylococcus [aureus]",
    "[Strip]ped [cock]s ≈ [Strep]to[cocc]us",
    "[Pseudo moan]er ≈ [Pseudomon]as",
    "Crab [sell a] ≈ Kleb[siella]",
    "[Sore eye asses] ≈ [Psoriasis]",
    "[Met for men] ≈ [Metformin]",
    "[Wafer in] ≈ [Wa]r[farin]",
    "[Hip hair in] ≈ [Heparin]",
    "[A spear in] ≈ [Aspirin]",
    "[Pro] pan a [lol] ≈ [Pro]prano[lol]",
    "[Lie sin o]' pill ≈ [Lisino]pril",
    "[Ham string] ≈ [Hamstring]s",
    "[Duo den]im ≈ [Duoden]um",
    "[Panc]ake-[reas] ≈ [Pancreas]",
    "[Sigh attic] [nerve] ≈ [Sciatic] [nerve]",
    "[Sca]r-fold bone ≈ [Sca]phoid",
    "[Cap it ate] ≈ [Capitate]",
    "[Tibia] honest ≈ [Tibia]",
    "[Men's] [rea] ≈ [Mens] [rea]",
    "A [stopp]le ≈ E[stopp]el",
    "[Habeas] [corp]se ≈ [Habeas] [corp]us",
    "[Con sid a ration] ≈ [Consideration]",
    "[Tort] toys ≈ [Tort]",
    "[Pear row] ≈ [perro] (dog)",
    "[Ca]ve [all o] ≈ [ca]b[allo]",
    "[Schmetter Ling] ≈ [Schmetterling]",
    "[Man's anna] ≈ [manzana]",
    "[Pamplemoose] ≈ [pamplemousse]",
    "[Queen nine] ≈ [Quinine]",
    "[Ox i toe sin] ≈ [Oxytocin]",
    "[5]-[HT3] [on-dance-set] ≈ [5]-[HT3] antagonist [ondanset]ron",
    "[Vitamin] [B12] bees ≈ [Vitamin] [B₁₂]",
    "Beta-[lact]o man ≈ β-[Lact]am",
    "[Калин]а море ≈ [Калин]инград",
    "[كتاب] صغير ≈ [كِتاب] كبير",
    "[电脑]包 ≈ [电脑]",
    "[Φαρμακ]είο φάρος ≈ [φάρμακ]ο",
    "नमक [नमस्]ते ≈ [नमस्]कार",
    "[한국] 음식 ≈ [한국]어",
    "한국 ≈ 할머니",
    "0.5 [mill]s ≈ 0.25 [mill]igrams",
    "10 pills ≈ 1.0 mg",
    "[1,000] men ≈ [1,000] ml",
    "[She] wolf ≈ [She]ep",
    "[CO₂] cow ≈ [CO2]",
    "[Spi\u00adnal] ≈ [Spinal]",
    "[می\u200cخوا]هم ≈ [می\u200cخوا]ند",
    "[ශ්\u200dරී] ලංකා ≈ [ශ්\u200dරී]",
    "[café] ole ≈ [Cafe] au lait",
    "[Gold fish] ≈ [Goldfish]",
    "[Lupus] loop us ≈ [Lupus]",
    "[Sail in] ≈ [Saline]",
    "[Knee monic] ≈ [Mnemonic]",
    "[Tough] [cough] ≈ [To]ff [co]ffee",
    "[Ace] ≈ [Ace]tylcholine",
    "[ACE] [inhibit-oar] ≈ [ACE] [inhibitor]",
    "[Dig oxen] ≈ [Digoxin]",
    "[Fox]y [glove] ≈ [Foxglove]",
    "[Lith] moon ≈ [Lith]ium",
    "[Bra dick card] ≈ [Bradycard]ia",
    "[Tacky car] ≈ [Tachycar]dia",
    "[Hyper tense] ant ≈ [Hypertens]ion",
    "[Die a bee tees] ≈ [Diabetes] mellitus",
    "[Glue cows] ≈ [Glucose]",
    "[Insul]t in ≈ [Insul]in",
    "[Kid knee] [stones] ≈ [Kidney] [stones]",
    "[Liver] pool ≈ [Liver] failure",
    "[Penny cylin]der ≈ [Penicillin]",
    "[Amok sea] ≈ [Amoxi]cillin",
    "[Vancou]ver [mice] ≈ [Vancomyc]in",
    "Red man in a [van] ≈ [Van]comycin",
    "[Gen]ie's tamed [mice] ≈ [Gen]ta[mic]in",
    "[Cash] in the a[ttic] ≈ [Cach]ec[tic]",
    "[Nigh stay] men ≈ [Nysta]tin",
    "[Flu cone] ≈ [Flucon]azole",
    "[Stay tin] ≈ [Statin]s",
    "[Di]al ties him ≈ [Di]ltiazem",
    "[Ver]y rapid [mill] ≈ [Ver]apa[mil]",
    "[Nif]ty [dip in] ≈ [Nif]e[dipine]",
    "[Am]y's [odd iron] ≈ [Am]i[odarone]",
    "[Clopi dog rail] ≈ [Clopidogrel]",
    "[Fur rose] a [mid] ≈ [Furosemide]",
    "[Spir]al [lacto]se ≈ [Spir]ono[lacto]ne",
    "[All] the [sterone] ≈ [Al]do[sterone]",
    "[Core tea soul] ≈ [Cortisol]",
    "[Pick to]n ≈ [Pecto]ral",
    "[Bis]on ripped cloth ≈ [Bic]eps",
    "[Lattes] [dors]al ≈ [Latis]simus [dors]i",
    "[Sea] [to ri]os muscle ≈ [Sa]r[tori]us",
    "[Glue] tea [us] [max] ≈ [Glu]t[eus] [max]imus",
    "[Mas]k at er ≈ [Mas]seter",
    "[Hum]o[rous] bone ≈ [Hum]e[rus]",
    "[Fe]ver ≈ [Fe]mur",
    "[Scape] goat ≈ [Scap]ula",
    "[Volunt]eer ≈ [Volunt]ary manslaughter",
    "[Actress] ray us ≈ [Act]us [reus]",
    "[Stare] [dec]ent [cys]t ≈ [Stare] [dec]i[sis]",
    "[Ultra] w[ires] ≈ [Ultra] v[ires]",
    "Race [ipsa] ≈ Res [ipsa] loquitur",
    "[Pro] [bone o] ≈ [Pro] [bono]",
    "Der [Hund] hunt ≈ [Hund]",
    "[Fenster] fence ≈ [Fenster]",
    "[Cat] so ≈ [Kat]ze",
    "[Poison] ≈ [Poisson]",
    "[Hairy] sun ≈ [Héri]sson",
    "[Pa pee] on ≈ [Papi]llon",
    "[Cama] llama ≈ [Cama]",
    "[Mess a] ≈ [Mesa]",
    "[Zap a toes] ≈ [Zapatos]",
    "[Lay] cher ≈ [Le]che",
    "Ich lerne [Deutsch] ≈ [Deutsch]land",
    "E. [coli] flower ≈ Escherichia [coli]",
    "H. [pile o]' [rye] ≈ Helicobacter [pylori]",
    "[List here] ≈ [Lister]ia monocytogenes",
    "[Sa]m and [Ella] ≈ [Sa]lmon[ella]",
    "[Leg] in [ella] ≈ [Leg]ion[ella]",
    "[Bore detail a] ≈ [Bordetella]",
    "[My co-plasma] ≈ [Mycoplasma]",
    "Sist[er oma] ≈ S[eroma]",
]


def marked(mnemonic: str, fact: str) -> str:
    """Return a bridge with brackets for what stands out."""
    made = bridge(mnemonic, fact).replace(" <i>≈</i> ", " ≈ ")
    return html.unescape(made.replace("<b>", "[").replace("</b>", "]"))


@pytest.mark.parametrize("expected", BRIDGES)
def test_what_sounds_alike_stands_out(expected: str) -> None:
    mnemonic, fact = re.sub(r"[\[\]]", "", expected).split(" ≈ ")
    assert marked(mnemonic, fact) == expected


@pytest.mark.parametrize(
    "pair",
    [
        "The cat ≈ A dog",
        "A cat ≈ A fact",
        "No match here ≈ XYZ",
        "Sleepy walrus in a hat ≈ Hepatotoxicity",
        "Red dragon on a bicycle ≈ Bradycardia",
        "Shopping hour ≈ Chapeau",
        "Sushi ≈ 寿司",
        "Warm, thick mucus ≈ Surgical emergency",
        "Blue whale with umbrella ≈ Chronic obstructive pulmonary disease",
        "Yellow submarine full of cheese ≈ Jaundice",
        "Elephant on a trampoline ≈ Acute kidney injury with hyperkalaemia",
        "A big bad wolf ≈ Warfarin overdose reversal with vitamin K",
        "a b c ≈ a d",
        "!? ≈ --",
    ],
)
def test_where_nothing_sounds_alike_nothing_stands_out(pair: str) -> None:
    mnemonic, fact = pair.split(" ≈ ")
    assert bridge(mnemonic, fact) == pair.replace("≈", "<i>≈</i>")


def test_the_form_is_that_of_the_cards() -> None:
    assert bridge("Spiny cord", "Spinal cord") == (
        "<b>Spin</b>y <b>cord</b> <i>≈</i> <b>Spin</b>al <b>cord</b>"
    )


@pytest.mark.parametrize("nothing", ["", "   ", "\x01", "<b></b>"])
def test_without_either_text_there_is_no_bridge(nothing: str) -> None:
    assert bridge(nothing, "Spinal cord") == ""
    assert bridge("Spiny cord", nothing) == ""


@pytest.mark.parametrize(
    ("mnemonic", "fact", "expected"),
    [
        ("**Spin**y", "Spinal", "<strong><b>Spin</b></strong>y <i>≈</i> <b>Spin</b>al"),
        ("S**pin**y", "Spinal", "<b>S</b><strong><b>pin</b></strong>y <i>≈</i> <b>Spin</b>al"),
        ("<b>Spin</b>y <i>c</i>", "x", "<strong>Spin</strong>y <em>c</em> <i>≈</i> x"),
        (
            "H<sub>2</sub>O",
            "H<sub>2</sub>S",
            "<b>H</b><sub><b>2</b></sub>O <i>≈</i> <b>H</b><sub><b>2</b></sub>S",
        ),
        ("Spin<br>Spin", "Spin", "<b>Spin</b> Spin <i>≈</i> <b>Spin</b>"),
        (r"\(spin\) cord", "Spinal cord", r"\(spin\) <b>cord</b> <i>≈</i> Spinal <b>cord</b>"),
        (
            "Fish &amp; Chips",
            "fish & chips",
            "<b>Fish</b> &amp; <b>Chips</b> <i>≈</i> <b>fish</b> &amp; <b>chips</b>",
        ),
    ],
)
def test_markup_and_formulas_stay(mnemonic: str, fact: str, expected: str) -> None:
    assert bridge(mnemonic, fact) == expected


def test_a_formula_that_begins_in_an_attribute_is_none() -> None:
    made = bridge(r"""[spin](https://example.org '\(') \(spin\)""", "spin")
    assert made.count("<b>") == 2
    assert r"\(spin\)" in made


WORDS = st.sampled_from(
    [
        "spin",
        "Spina",
        "GABA-B",
        "(B)",
        "5-HT",
        "e\u0301",
        "नमस्ते",
        "电脑",
        "한국",
        "ﬁx",
        "ß",
        "xx",
        "h",
        "İ",
        "ᾳ",
    ]
) | st.text(max_size=6)
texts = st.lists(WORDS, max_size=8).map(" ".join)


@settings(deadline=None)
@given(texts, texts)
@example("x", "x")
@example("ox ks", "ks ox")
def test_a_bridge_changes_nothing_but_what_stands_out(mnemonic: str, fact: str) -> None:
    made = bridge(mnemonic, fact)
    sides = [re.sub(r"<br>", " ", line(text)) for text in (mnemonic, fact)]
    if not made:
        return
    kin = [
        re.sub(r"(</?)(b|i)>", lambda tag: tag[1] + {"b": "strong", "i": "em"}[tag[2]] + ">", side)
        for side in sides
    ]
    assert re.sub("</?b>", "", made) == " <i>≈</i> ".join(kin)
    assert unicodedata.is_normalized("NFC", made)
    assert not re.search(r"<b>[^<]*<(?!/b>)", made)
    assert bridge(mnemonic, fact) == made


@settings(deadline=None)
@given(texts, texts)
def test_what_stands_out_is_never_part_of_a_letter_nor_a_stray_one(mnemonic: str, fact: str) -> None:
    for shown in bridge(mnemonic, fact).split(" <i>≈</i> "):
        seen = re.sub(r"<(?!/?b>)[^>]*>", "", shown)
        for part in re.finditer("<b>([^<]*)</b>", seen):
            before, after = seen[: part.start()][-1:], seen[part.end() :][:1]
            assert not unicodedata.category(after or " ").startswith("M")
            parts = unicodedata.normalize("NFD", html.unescape(part[1]).casefold())  # Hangul: its sounds
            letters = [char for char in parts if char.isalnum()]
            is_word = not before.isalpha() and not after.isalpha()
            assert len(letters) > 1 or is_word or letters[0].isdigit(), seen


def test_long_texts_are_looked_at_only_so_far() -> None:
    text = "spin abcd " * 500
    made = bridge(text, text)
    assert made.index("<b>") == 0
    assert "<b>" not in made.split(" <i>≈</i> ")[0][3_000:]


# What Anki acts on in a field, and the edges of MathJax's formulas.
LIVE = re.compile(r"\[(?:sound|anki):|\[/?(?:latex|\$\$?)\]|\{\{", re.IGNORECASE)
FORMULA = re.compile(r"\\\(.*?\\\)")
HOSTILE = (
    r"[ [sound: [latex] { {{ {{c1:: }} \( \) \(spin\) \(\require{x}\) <b> </b> <sub> </sub> <br> <script> "
    r"`a<b` ** &lt; &#123; &#91; &#824; &#769; = > spin sound: latex c1::"
)
hostile = st.lists(st.sampled_from(HOSTILE.split()), max_size=9).map("".join)


@given(hostile, hostile)
@example("[sound:x]", "sound:x")
@example("{{c1::spin}}", "c1::spin")
def test_nothing_comes_alive_beside_what_stands_out(mnemonic: str, fact: str) -> None:
    made = bridge(mnemonic, fact)
    assert not LIVE.search(made)
    if made:
        rendered = line(mnemonic), line(fact)
        assert [found for side in rendered for found in FORMULA.findall(side)] == FORMULA.findall(made)
