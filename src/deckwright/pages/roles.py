"""Units → what each of them is: title, summary, heading, fact, mnemonic or explanation."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from deckwright.pages.lines import PAGE_NUMBER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from deckwright.pages.units import Unit

Role = Literal["title", "summary", "heading", "fact", "mnemonic", "explanation", "ask", "aside"]

# What sections of study pages are called, without blanks; the second group are facts just as often.
_HEADINGS = frozenset({
    "mechanism", "mechanisms", "mechanismofaction", "moa", "action", "actions", "modeofaction", "indication",
    "indications", "use", "uses", "clinicaluse", "clinicaluses", "therapeuticuses", "sideeffects",
    "sideeffect", "adverseeffects", "adversereactions", "adverseevents", "commonsideeffects",
    "serioussideeffects", "contraindications", "contraindication", "cautions", "caution", "warnings",
    "precautions", "warningsandprecautions", "considerations", "specialconsiderations", "pharmacokinetics",
    "pharmacodynamics", "kinetics", "interactions", "druginteractions", "dosing", "dosage", "doseandroute",
    "administration", "formulations", "management", "treatment", "diagnosis", "symptoms", "signs",
    "signsandsymptoms", "clinicalfeatures", "presentation", "complications", "pathophysiology", "pathology",
    "aetiology", "etiology", "epidemiology", "prevention", "prognosis", "investigations", "overview",
    "background", "drugclass", "clinicalpearls", "pearls", "keypoints", "miscellaneous", "riskfactors",
    "causes", "practicalpoints", "safety", "counselling", "counseling", "specialpopulations",
})  # fmt: skip
_FACTS_TOO = frozenset({
    "monitoring", "toxicity", "overdose", "pregnancy", "withdrawal", "metabolism", "elimination", "excretion",
    "absorption", "distribution", "resistance", "spectrum", "structure", "function", "summary", "class",
    "stopping", "antidote", "dose", "route", "bloodtests", "pregnancyandlactation",
})  # fmt: skip
_LETTERS = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile(r"(?<=\w\w)(?:\s[-–—=→]|:)\s(?=\S)")
_SEVERAL = 2  # lines that hold both, before a page is read so
_ALIKE = 0.35  # of the shorter one's pairs of letters, from which two lines sound alike
_LINE = 120  # signs that are compared
_HEADING_WORDS = 6
_SENTENCE = 90  # signs of a sentence that may be a fact


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit and what it is on the page."""

    role: Role
    unit: Unit


def read_roles(units: Sequence[Unit]) -> tuple[Placed, ...]:
    """Say what each unit is, in the order of the page."""
    text = [one for one in units if not one.furniture and _LETTERS.search(one.text)]
    text = _with_sentences(_parted(text))
    aside = [one for one in units if one.furniture or not _LETTERS.search(one.text)]
    at = 0
    if text and _is_title(text):
        placed, at = [Placed("title", text[0])], 1
    elif aside and aside[0] is units[0] and _is_running_title(aside[0]):
        placed = [Placed("title", aside.pop(0))]
    else:
        placed = []
    placed += [Placed("aside", unit) for unit in aside]
    while at < len(text) and text[at].is_prose and not text[at].label:
        placed.append(Placed("summary", text[at]))
        at += 1
    placed += _body(text[at:])
    return tuple(sorted(placed, key=lambda one: one.unit.start))


def _parted(units: list[Unit]) -> list[Unit]:
    """Part the lines that hold a fact and its mnemonic, where most lines above an explanation do.

    That they do is told by how alike the halves sound; the first line may be a title with a colon.
    """
    above = [
        unit for unit, below in pairwise(units) if _explains(below) and not (_explains(unit) or unit.label)
    ]
    found = {unit.start: cut for unit in above if (cut := _BETWEEN.search(unit.text))}
    alike = {
        at
        for at, cut in found.items()
        if likeness(cut.string[: cut.start()], cut.string[cut.end() :]) >= _ALIKE
    }
    if len(alike) < _SEVERAL or 2 * len(alike) < len(above):
        return units
    if units[0].start not in alike:
        found.pop(units[0].start, None)
    return [half for unit in units for half in _halves(unit, found.get(unit.start))]


def _halves(unit: Unit, cut: re.Match[str] | None) -> tuple[Unit, ...]:
    if cut is None:
        return (unit,)
    middle = unit.start + cut.start()
    fact = replace(unit, text=unit.text[: cut.start()], end=middle, label="fact")
    return fact, replace(
        unit, text=unit.text[cut.end() :], start=middle, label="mnemonic", level=0, gap=False
    )


def _with_sentences(units: Sequence[Unit]) -> list[Unit]:
    """Label those sentences as facts that stand like facts: on a line of their own, a mnemonic below them."""
    return [
        replace(unit, label="fact") if _is_sentence(unit) and _stands_as_fact(units, at) else unit
        for at, unit in enumerate(units)
    ]


def _is_sentence(unit: Unit) -> bool:
    short = len(unit.text) <= _SENTENCE and ". " not in unit.text
    return short and unit.is_prose and not (unit.label or unit.level)


def _stands_as_fact(units: Sequence[Unit], at: int) -> bool:
    """Whether a unit begins a paragraph, or follows a heading, and a mnemonic follows on the next line."""
    following = [*units[at + 1 : at + 3]]
    before = units[at - 1] if at else None
    begins = units[at].gap or (before is not None and (bool(before.level) or _name(before) in _HEADINGS))
    if not begins or not following or following[0].gap or following[0].level or following[0].is_prose:
        return False
    is_pair = len(following) > 1 and not following[0].label and _explains(following[1])
    return following[0].label == "mnemonic" or is_pair


def likeness(first: str, second: str) -> float:
    """How much of the shorter text's pairs of letters stands in the other one too, from 0 to 1."""
    one, two = _pairs(first), _pairs(second)
    return len(one & two) / max(min(len(one), len(two)), 1)


def _pairs(text: str) -> set[str]:
    letters = "".join(_LETTERS.findall(text[:_LINE].lower()))
    return {letters[at : at + 2] for at in range(len(letters) - 1)}


def _name(unit: Unit) -> str:
    return "".join(_LETTERS.findall(unit.text[:_LINE].lower()))


def _is_title(units: Sequence[Unit]) -> bool:
    """Whether the first unit names the page, and does not begin its notes."""
    first = units[0]
    if first.is_prose or first.label or first.item or _name(first) in _HEADINGS:
        return False
    run = _run(units, 0)
    if first.level == 1 or run % 2:
        return True
    labels = [unit.label for unit in units[1:3]]
    follows = labels[0] in ("", "fact") or labels == ["ask", "fact"]
    return likeness(first.text, units[1].text) < _ALIKE and follows


def _is_running_title(unit: Unit) -> bool:
    """Whether what stands on top of every sheet names the page, which has no other title."""
    return bool(_LETTERS.search(unit.text)) and not PAGE_NUMBER.fullmatch(unit.text)


def _run(units: Sequence[Unit], at: int) -> int:
    """Return how many lines stand for themselves from unit *at* on."""
    end = at
    while end < len(units) and not _explains(units[end]):
        end += 1
    return end - at


def _explains(unit: Unit) -> bool:
    return unit.label == "explanation" or (unit.is_prose and not unit.label and not unit.level)


def _body(units: Sequence[Unit]) -> Iterator[Placed]:
    """Walk the page: lines that stand for themselves, then the prose that explains the last of them."""
    top = min((unit.level for unit in units if unit.level), default=0)
    labelled = any(unit.label == "mnemonic" for unit in units)
    at, has_fact = 0, False
    while at < len(units):
        run = units[at : at + _run(units, at)]
        roles = _Parse(run, top=top, labelled=labelled).roles()
        for role, unit in zip(roles, run, strict=True):
            has_fact = role != "heading"
            yield Placed(role, unit)
        at += len(run)
        while at < len(units) and _explains(units[at]):
            yield Placed("explanation" if has_fact else "aside", units[at])
            at += 1


@dataclass(frozen=True, slots=True)
class _Parse:
    """Lines between two explanations: the likeliest reading of them as headings, facts and mnemonics.

    *top* is the level of the page's own headings, if it marks any; *labelled* tells that it names mnemonics.
    """

    run: Sequence[Unit]
    top: int
    labelled: bool

    def roles(self) -> list[Role]:
        """Return the role of each line; the best reading of the rest is kept for each place."""
        length = len(self.run)
        best = [0.0] * (length + 1)
        choice: list[tuple[Role, ...]] = [()] * (length + 1)
        for at in reversed(range(length)):
            options: list[tuple[float, tuple[Role, ...]]] = [(self._fact(at) + best[at + 1], ("fact",))]
            follows = choice[at + 1][:1]
            options.append((self._heading(at, follows) + best[at + 1], ("heading",)))
            if self.run[at].label == "ask":
                options.append((9 + best[at + 1], ("ask",)))
            if at + 1 < length:
                options.append((self._pair(at) + best[at + 2], ("fact", "mnemonic")))
            best[at], choice[at] = max(options, key=lambda option: option[0])
        roles: list[Role] = []
        while len(roles) < length:
            roles += choice[len(roles)]
        return roles

    def _heading(self, at: int, follows: tuple[Role, ...]) -> float:
        unit = self.run[at]
        if unit.label or (self.top and unit.level > self.top):
            return -9
        score = _known(unit) - 1.0 - 2 * (unit.text.count(" ") >= _HEADING_WORDS) - 2 * unit.item
        score += 7 if unit.level else 1.5 * unit.text.endswith(":") + unit.text.isupper()
        if follows == ("heading",):
            return score - 2
        return score if follows else score - 3

    def _fact(self, at: int) -> float:
        unit = self.run[at]
        if unit.label:
            return 2 if unit.label == "fact" else -20
        return -1.5 - _as_fact(unit) - (4 if 0 < unit.level <= self.top else 0) + unit.item

    def _pair(self, at: int) -> float:
        fact, mnemonic = self.run[at], self.run[at + 1]
        if mnemonic.label == "mnemonic":
            return 10.0 if fact.label in ("", "fact") else -20
        if self.labelled or mnemonic.label or mnemonic.level or fact.label not in ("", "fact"):
            return -20
        score = 1 + 3 * likeness(fact.text, mnemonic.text) - _as_fact(fact) - _as_fact(mnemonic)
        return score + fact.item - 2 * (mnemonic.item and not fact.item)


def _known(unit: Unit) -> float:
    name = _name(unit)
    return 4.0 if name in _HEADINGS else 2.0 if name in _FACTS_TOO else 0.0


def _as_fact(unit: Unit) -> float:
    """What speaks against a line being a fact or a mnemonic: its name is that of a section."""
    return 2.0 if _name(unit) in _HEADINGS else 0.0
