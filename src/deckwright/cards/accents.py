"""Sections and their colours: which accent of the theme a section's heading gets.

An accent is a key; `style.css` gives each its colours by day and by night, and a glyph of its own, so that
colour never carries meaning alone.
"""

from __future__ import annotations

import unicodedata
from hashlib import sha256

NEUTRAL = "plain"
# One more, or another order, would give headings that are not known other colours: these are for ever.
_OTHERS = ("blue", "green", "rust", "plum", "teal", "gold", "rose", "olive")
ACCENTS = (*_OTHERS, "red")  # which warns, and so is left to headings that do

# By what a section is about, in English, German, French and Spanish; casefolded.
_KNOWN = {
    "blue": (
        "mechanism", "mechanisms", "mechanism of action", "mode of action", "action", "pathophysiology",
        "physiology", "mechanismus", "wirkmechanismus", "wirkung", "wirkungsweise", "pathophysiologie",
        "physiologie", "mécanisme", "mécanismes", "mécanisme d'action", "physiopathologie", "mecanismo",
        "mecanismos", "mecanismo de acción", "fisiopatología", "fisiología",
    ),
    "green": (
        "indication", "indications", "use", "uses", "treatment", "treatments", "therapy", "management",
        "indikation", "indikationen", "anwendung", "anwendungsgebiete", "behandlung", "therapie",
        "traitement", "traitements", "thérapie", "prise en charge", "indicación", "indicaciones", "usos",
        "tratamiento", "tratamientos", "terapia",
    ),
    "rust": (
        "side effect", "side effects", "adverse effects", "adverse reactions", "adverse events",
        "undesirable effects", "toxicity", "symptom", "symptoms", "signs", "signs and symptoms",
        "clinical features", "presentation", "nebenwirkung", "nebenwirkungen",
        "unerwünschte wirkungen", "unerwünschte arzneimittelwirkungen", "toxizität", "symptome", "klinik",
        "effets secondaires", "effets indésirables", "toxicité", "symptômes", "signes",
        "signes et symptômes", "efectos secundarios", "efectos adversos", "reacciones adversas",
        "toxicidad", "síntomas", "signos", "signos y síntomas",
    ),
    "red": (
        "contraindication", "contraindications", "warning", "warnings", "red flags", "complications",
        "emergency", "emergencies", "kontraindikation", "kontraindikationen", "gegenanzeigen",
        "warnhinweise", "komplikationen", "notfälle", "contre-indication", "contre-indications",
        "avertissements", "urgences", "contraindicación", "contraindicaciones", "advertencias",
        "complicaciones", "urgencias",
    ),
    "plum": (
        "consideration", "considerations", "precautions", "cautions", "monitoring", "prognosis", "notes",
        "vorsicht", "vorsichtsmaßnahmen", "hinweise", "überwachung", "besonderheiten", "prognose",
        "précautions", "considérations", "surveillance", "remarques", "pronostic", "consideraciones",
        "precauciones", "monitorización", "notas", "pronóstico",
    ),
    "teal": (
        "interaction", "interactions", "drug interactions", "diagnosis", "diagnostics", "tests",
        "investigations", "imaging", "wechselwirkung", "wechselwirkungen", "interaktionen", "diagnose",
        "diagnostik", "untersuchungen", "interactions médicamenteuses", "diagnostic", "examens",
        "interacciones", "interacciones farmacológicas", "diagnóstico", "pruebas",
    ),
    "gold": (
        "dose", "doses", "dosing", "dosage", "administration", "cause", "causes", "aetiology", "etiology",
        "risk factors", "dosis", "dosierung", "gabe", "verabreichung", "ursache", "ursachen", "ätiologie",
        "risikofaktoren", "posologie", "étiologie", "facteurs de risque", "dosificación", "posología",
        "administración", "causas", "etiología", "factores de riesgo",
    ),
    "rose": (
        "pharmacokinetics", "kinetics", "metabolism", "absorption", "elimination", "prevention",
        "prophylaxis", "pharmakokinetik", "kinetik", "stoffwechsel", "prävention", "vorbeugung",
        "prophylaxe", "pharmacocinétique", "métabolisme", "prévention", "farmacocinética", "metabolismo",
        "prevención", "profilaxis",
    ),
    "olive": (
        "anatomy", "structure", "histology", "location", "epidemiology", "anatomie", "struktur", "aufbau",
        "histologie", "lage", "epidemiologie", "épidémiologie", "anatomía", "estructura", "histología",
        "localización", "epidemiología",
    ),
}  # fmt: skip


def accent(section: str) -> str:
    """Return the key of a section's accent: the same for the same name in any deck, on any machine.

    Well-known headings have their own, all others one that their name alone decides. Case, spaces around and
    the form of its characters do not matter. No section: the neutral key, whose colours are the deck's.
    """
    name = _folded(section)
    if not name:
        return NEUTRAL
    return _BY_NAME.get(name) or _OTHERS[int.from_bytes(sha256(name.encode()).digest()[:8]) % len(_OTHERS)]


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().replace("’", "'").split())


_BY_NAME = {_folded(name): key for key, names in _KNOWN.items() for name in names}
