"""The words on the cards: one set per language, each whole; which set, which direction, which task."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deckwright.cards.labels import LABELS, direction, label_set

WORDS = {
    language: {name: word for name, word in asdict(labels).items() if isinstance(word, str)}
    for language, labels in LABELS.items()
}
OTHERS = [language for language in LABELS if language != "en"]


def test_the_sets_keep_their_order_since_ids_follow_from_it() -> None:
    assert list(LABELS) == ["en", "de", "fr", "es"]
    assert all(labels.language == language for language, labels in LABELS.items())


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: str) -> None:
    for name, word in WORDS[language].items():
        assert word
        assert word != WORDS["en"][name], name


@pytest.mark.parametrize("language", LABELS)
def test_words_need_no_escaping_in_html_css_or_javascript(language: str) -> None:
    for word in WORDS[language].values():
        assert not set(word) & set("<>&\"\\$\n'")


@pytest.mark.parametrize(
    ("language", "chosen"),
    [
        *(("de", "de"), ("de-AT", "de"), ("DE", "de"), ("fr-CA", "fr"), ("es_MX", "es"), ("en-GB", "en")),
        *(("pt-BR", "en"), ("ar", "en"), ("", "en"), ("gsw", "en")),
    ],
)
def test_the_set_is_that_of_the_language(language: str, chosen: str) -> None:
    assert label_set(language) == chosen


@pytest.mark.parametrize(
    ("language", "way"),
    [
        *(("en", "ltr"), ("ar", "rtl"), ("ar-EG", "rtl"), ("he", "rtl"), ("fa-IR", "rtl"), ("ur", "rtl")),
        *(("yi", "rtl"), ("ckb", "rtl"), ("az-Arab", "rtl"), ("ar-Latn", "ltr"), ("ku-Arab-IQ", "rtl")),
        *(("zh-Hant", "ltr"), ("AR", "rtl"), ("", "ltr"), ("sr-Cyrl", "ltr"), ("zh-cmn-Hans", "ltr")),
    ],
)
def test_the_direction_is_that_of_the_script_then_of_the_language(language: str, way: str) -> None:
    assert direction(language) == way


@pytest.mark.parametrize(
    ("section", "count", "task"),
    [
        ("Indications", 4, "Name the 4 indications"),
        ("Side effects", 3, "Name the 3 side effects"),
        ("Side Effects", 3, "Name the 3 side effects"),
        ("side effects", 3, "Name the 3 side effects"),
        ("Risk factors", 5, "Name the 5 risk factors"),
        ("GABA receptors", 2, "Name the 2 GABA receptors"),
        ("Parkinson drugs", 2, "Name the 2 Parkinson drugs"),
        ("Mechanism", 2, "Mechanism: name all 2"),
        ("Pharmacokinetics", 3, "Pharmacokinetics: name all 3"),
        ("Diagnosis", 3, "Diagnosis: name all 3"),
        ("Virus", 3, "Virus: name all 3"),
        ("Illness", 3, "Illness: name all 3"),
        ("NSAIDs", 3, "NSAIDs: name all 3"),
        ("Causes of anaemia", 3, "Causes of anaemia: name all 3"),
        ("Drugs (oral)", 3, "Drugs (oral): name all 3"),
        ("Anatomía", 3, "Anatomía: name all 3"),
        ("Indications", 1, "Indications: name it"),
        ("", 7, "Name all 7"),
    ],
)
def test_english_tasks_read_well(section: str, count: int, task: str) -> None:
    assert LABELS["en"].sweep(section, count) == task


@pytest.mark.parametrize(
    ("language", "tasks"),
    [
        ("de", ["Indikationen: Nenne alle 4", "Indikationen: Nenne den einen Punkt", "Nenne alle 4"]),
        ("fr", ["Indikationen : cite les 4", "Indikationen : de quoi s’agit-il ?", "Cite les 4"]),
        ("es", ["Indikationen: hay 4, ¿cuáles son?", "Indikationen: ¿cuál es?", "Hay 4, ¿cuáles son?"]),
    ],
)
def test_other_languages_have_tasks_of_their_own(language: str, tasks: list[str]) -> None:
    labels = LABELS[language]
    given = [("Indikationen", 4), ("Indikationen", 1), ("", 4)]
    assert [labels.sweep(*section) for section in given] == tasks


@pytest.mark.parametrize("language", LABELS)
@given(section=st.text(), count=st.integers(1, 99))
def test_every_task_names_its_section_and_tells_nothing_else(language: str, section: str, count: int) -> None:
    task = LABELS[language].sweep(section, count)
    assert task.strip()
    assert "".join(section.split()).lower() in "".join(task.split()).lower()
    assert count == 1 or str(count) in task


@pytest.mark.parametrize("language", LABELS)
def test_a_withdrawn_question_keeps_its_cue_as_it_is(language: str) -> None:
    told = LABELS[language].withdrawn("{Bee} <b>%s</b>")
    assert "{Bee} <b>%s</b>" in told
    assert "{cue}" not in told
