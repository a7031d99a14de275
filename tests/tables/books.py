"""Workbooks made by hand, so that what is in them can be read here."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import TYPE_CHECKING

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_HEAD = '<?xml version="1.0"?>{doctype}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'

Value = str | float | bool | dt.date | dt.time | dt.timedelta | None


def write_book(path: Path, *rows: Iterable[Value], sheets: Iterable[str] = ("Words",)) -> Path:
    """Write a workbook with *rows* on its first sheet; the other sheets hold one cell."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    first, *others = [book.create_sheet(name) for name in sheets]
    for sheet in others:
        sheet["A1"] = "Elsewhere"
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            first.cell(number, column, value)
    book.save(path)
    return path


def forge_book(path: Path, data: str, *, doctype: str = "", method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a workbook whose only sheet holds *data*, the XML of its rows."""
    return forge_part(path, "xl/worksheets/sheet1.xml", _sheet(data, doctype), method=method)


def forge_part(path: Path, part: str, content: bytes, *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a small workbook of which one part is *content*."""
    whole = io.BytesIO()
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "x"
    book.save(whole)
    with zipfile.ZipFile(whole) as made, zipfile.ZipFile(path, "w", method) as forged:
        for name in {*made.namelist(), part}:
            forged.writestr(name, content if name == part else made.read(name))
    return path


def _sheet(data: str, doctype: str) -> bytes:
    return f"{_HEAD.format(doctype=doctype)}<sheetData>{data}</sheetData></worksheet>".encode()
