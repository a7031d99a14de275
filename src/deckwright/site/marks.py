"""Words by which a text says that something is someone else's, or free for all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Whatever else is said, who wrote this does not want it passed on.
_KEPT = re.compile(
    r"all rights reserved|used (?:with|by) (?:\w+ ){0,2}permission|(?:for )?personal use only"
    r"|do not (?:re)?distribute|do not (?:share|copy|upload)|not for (?:re)?distribution"
    r"|alle rechte vorbehalten|mit (?:freundlicher )?genehmigung"
    r"|tous droits réservés|todos los derechos reservados",
    re.IGNORECASE,
)
_OWNED = re.compile(r"©|\(c\)(?=\s*(?:19|20)\d\d)|(?<!no )\bcopyright(?:ed)?\b(?![- ]free)", re.IGNORECASE)
_FREE = re.compile(
    r"\bCC[ -]?(?:BY|0|zero|PDDC)|creative commons|public domain|gemeinfrei|domaine public|dominio público"
    r"|\bGFDL\b|\bMIT\b|\bLicenseRef-",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:(?:my|our) )?own\b|\b(?:drawn|made|photographed) by (?:me|us|myself)\b|\boriginal drawing|\beigene"
    r"|\bselbst |dessin personnel|elaboración propia",
    re.IGNORECASE,
)
# Drawings, videos and question banks that students pay for. Some go by words of their own: an anvil, a way
# of water, a poor drawing.
_ORDINARY = r"(?! (?!videos?\b|medical\b|micro|pharm|path|from\b|by\b|and\b)[a-z])"
_SETS = re.compile(
    rf"\bSketchy(?:Medical|Micro|Pharm|Path)?\b{_ORDINARY}|\bOsmosis\b{_ORDINARY}|(?i:\bosmosis\.org)"
    r"|(?i:\bsketchy\.com|\bsketchymedical)"
    r"|(?i:\bpicmonic|\bu-?world\b|\blecturio|\bpathoma\b|\bboards (?:and|&) beyond\b)"
    r"|\bAMBOSS\b|(?i:\bamboss\.(?:com|de))|\bAmboss(?= GmbH|,? 20\d\d)"
    r"|\bNetter\b|(?i:\bfirst aid for the usmle\b)"
)


def marked(text: str, authors: Iterable[str], *, cited: bool = False) -> re.Match[str] | None:
    """Return the first sign in a text that it, or what it is about, belongs to another than *authors*.

    A sign of copyright is none beside a free licence or the author's own name, nor where a book is *cited*.
    """
    found = _KEPT.search(text)
    ours = _FREE.search(text) or _OWN.search(text) or any(one in text for one in authors)
    return found if found or cited or ours else _OWNED.search(text)


def someones(text: str, authors: Iterable[str]) -> re.Match[str] | None:
    """Return the name of a set of drawings, videos or questions that is sold, where a credit has one.

    It may be one of *authors*, and some such sets have pictures under a free licence.
    """
    found = None if _FREE.search(text) else _SETS.search(text)
    return None if found and any(found[0] in one for one in authors) else found
