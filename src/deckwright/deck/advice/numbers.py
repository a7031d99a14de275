"""Numbers in words, which echo those in digits."""

from __future__ import annotations

from deckwright.deck.advice.words import words

# With these begin the numbers of English, German, French and Spanish: `sech` has `sechzehn` and `sechzig`.
_ROOTS = (
    *("zero", "three", "four", "five", "seven", "eight", "nine", "eleven", "twel", "twen", "thir", "fort"),
    *("fift", "sixt", "hundred", "thousand", "million", "milliard", "dozen", "first", "second", "third"),
    *("null", "eins", "zwei", "zwan", "zwölf", "drei", "vier", "fünf", "sech", "sieb", "acht", "neun"),
    *("zehn", "elf", "hundert", "tausend", "zéro", "deux", "troi", "quat", "cinq", "sept", "huit", "neuf"),
    *("onze", "douz", "treiz", "quinz", "seiz", "ving", "trent", "quarant", "soixant", "mille", "cero"),
    *("tres", "cuatr", "cinco", "seis", "siet", "ocho", "nuev", "diez", "dieci", "doce", "trece", "cator"),
    *("quince", "veint", "treint", "cuarent", "cincuent", "sesent", "setent", "ochent", "novent", "cien"),
)
_WHOLE = frozenset({
    "one", "two", "six", "ten", "once", "twice", "ein", "eine", "zig", "un", "une", "dix", "cent", "cents",
    "uno", "una", "dos", "mil",
})  # fmt: skip


def says_a_number(fact: str, mnemonic: str) -> bool:
    """Tell whether a fact holds a number, and its mnemonic (in lower case) one in words."""
    if not any(map(str.isdigit, fact)):
        return False
    return any(word in _WHOLE or word.startswith(_ROOTS) for word in words(mnemonic))
