"""PDF → text, drawn out in a child process with limits."""

from __future__ import annotations

import json
import subprocess

from deckwright.cards.child import ask_child
from deckwright.source.diagnostics import Diagnostic, error

_SECONDS = 60
_CHILD = "deckwright.pages.pdfium"
# PDFium's sign for a hyphen at a line's end, which joins the halves of a word.
_HYPHEN = "\ufffe\r\n"
_HYPHENS = (_HYPHEN, "\ufffe\n", "\x02\r\n", "\x02\n")


def read_pdf(data: bytes) -> tuple[str, Diagnostic | None]:
    """Return the text of a PDF, a form feed between its sheets; or none, and what is wrong with it."""
    try:
        answer = json.loads(ask_child(_CHILD, data, seconds=_SECONDS))
        text, problem = str(answer.get("text", "")), str(answer.get("problem", ""))
    except (subprocess.SubprocessError, ValueError, AttributeError):
        text, problem = "", "heavy"
    return _with_hyphens(text), _told(problem)


def _with_hyphens(text: str) -> str:
    for sign in _HYPHENS:
        text = text.replace(sign, "-\n")
    return text


def _told(problem: str) -> Diagnostic | None:
    if problem == "locked":
        advice = "open it with its password, print it to a new PDF, and import that one"
        return error("encrypted-pdf", "the PDF is locked with a password", None, advice=advice)
    if problem == "empty":
        advice = "run text recognition (OCR) over it, or type the notes into a text file"
        return error("pdf-without-text", "the PDF holds pictures of text, but no text", None, advice=advice)
    if problem == "long":
        advice = "print the sheets with your notes to a PDF of their own"
        return error("page-too-large", "the PDF has too many sheets or signs for notes", None, advice=advice)
    advice = "open it in a PDF viewer, copy the text, and import that: `deckwright import -`"
    if problem == "heavy":
        message = "the PDF could not be read with the time and memory it gets"
        return error("unreadable-pdf", message, None, advice=advice)
    return (
        error("unreadable-pdf", "the file is no PDF, or a broken one", None, advice=advice)
        if problem
        else None
    )
