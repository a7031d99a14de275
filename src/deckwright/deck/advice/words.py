"""The words of texts, and which of them carry no meaning of their own."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+")
# Scripts that put no blank between words, or hang what others write apart onto the word.
SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ufaff]")

STOP_WORDS = {
    "en": frozenset({
        "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "before",
        "but", "by", "can", "could", "did", "do", "does", "during", "each", "for", "from", "had", "has",
        "have", "he", "her", "his", "how", "if", "in", "into", "is", "it", "its", "may", "more", "most",
        "must", "no", "not", "of", "off", "on", "one", "only", "or", "other", "our", "over", "she", "should",
        "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they",
        "this", "those", "to", "too", "under", "up", "use", "used", "very", "via", "was", "we", "were",
        "what", "when", "where", "which", "while", "who", "why", "will", "with", "within", "without",
        "would", "you", "your",
    }),
    "de": frozenset({
        "aber", "als", "am", "an", "auch", "auf", "aus", "bei", "beim", "bis", "das", "dass", "dem", "den",
        "der", "des", "die", "durch", "ein", "eine", "einem", "einen", "einer", "eines", "er", "es", "für",
        "gegen", "hat", "im", "in", "ins", "ist", "kann", "kein", "keine", "man", "mit", "nach", "nicht",
        "noch", "nur", "oder", "ohne", "sich", "sie", "sind", "so", "und", "unter", "vom", "von", "vor",
        "war", "was", "welche", "welchen", "welcher", "welches", "wenn", "wer", "wie", "wird", "wo", "zu",
        "zum", "zur", "über",
    }),
    "fr": frozenset({
        "a", "au", "aux", "avec", "ce", "ces", "cette", "d", "dans", "de", "des", "du", "elle", "en", "entre",
        "est", "et", "il", "l", "la", "le", "les", "leur", "mais", "n", "ne", "on", "ou", "où", "par", "pas",
        "plus", "pour", "qu", "que", "quel", "quelle", "quelles", "quels", "qui", "s", "sa", "sans", "se",
        "ses", "son", "sont", "sous", "sur", "un", "une", "à",
    }),
    "es": frozenset({
        "a", "al", "ante", "como", "con", "cuál", "cuáles", "de", "del", "desde", "donde", "e", "el", "en",
        "entre", "es", "está", "están", "ha", "hay", "la", "las", "lo", "los", "más", "no", "o", "para",
        "pero", "por", "que", "qué", "se", "sin", "sobre", "son", "su", "sus", "u", "un", "una", "y",
    }),
}  # fmt: skip
NONE: frozenset[str] = frozenset()


def words(text: str) -> list[str]:
    """Return the runs of letters and digits of a text."""
    return _WORD.findall(text)


def content_words(lower: str, language: str) -> list[str]:
    """Return the words of a text in lower case that carry its meaning; all, if none of them does."""
    found = lower.split() if lower.replace(" ", "").isalnum() else _WORD.findall(lower)
    stop = STOP_WORDS.get(language, NONE)
    return [word for word in found if word not in stop] or found


def shown(text: str, longest: int = 40) -> str:
    """Return *text* for a message, on one line and cut where it gets long."""
    text = " ".join(text[: 2 * longest].split())
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
