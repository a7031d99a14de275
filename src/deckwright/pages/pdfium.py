"""The child process in which a PDF is read: what is hostile is decoded here, and nowhere else."""

from __future__ import annotations

import json
import sys

import pypdfium2

from deckwright.cards.child import limit

MOST_SHEETS = 300
MOST_SIGNS = 2_000_000
_MEMORY = 2 * 2**30  # bytes of the address space
_LOCKED = (4, 5)  # what PDFium calls a password or a lock that it does not know


def serve(seconds: int) -> None:
    """Answer the PDF on stdin with JSON on stdout: the whole life of the child process.

    The answer is `{"text": …}`, with a form feed between sheets, or `{"problem": …}`, which is `locked`,
    `broken`, `long` or `empty`.
    """
    limit(seconds, _MEMORY)
    try:
        answer = _read(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError as problem:
        answer = {"problem": "locked" if problem.err_code in _LOCKED else "broken"}
    sys.stdout.write(json.dumps(answer))


def _read(data: bytes) -> dict[str, str]:
    document = pypdfium2.PdfDocument(data)
    if len(document) > MOST_SHEETS:
        return {"problem": "long"}
    sheets: list[str] = []
    for page in document:
        text = page.get_textpage()
        if sum(map(len, sheets)) + text.count_chars() > MOST_SIGNS:
            return {"problem": "long"}
        sheets.append(text.get_text_range())
    joined = "\f".join(sheets)
    return {"text": joined} if joined.strip() else {"problem": "empty"}
