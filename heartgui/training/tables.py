"""Tables of data sets as their makers or a spreadsheet wrote them."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from heartgui.errors import DataSetError

_DELIMITERS = (",", ";", "\t")


def read_rows(table: Path) -> list[list[str]]:
    """The cells of each row, without spaces around them; empty rows are left out.

    The first row tells whether comma, semicolon, tab or, where it has none of these, a space stands
    between the cells. Raises DataSetError where it is no table in UTF-8.
    """
    try:
        text = table.read_text(encoding="utf-8-sig")
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        stripped = [[cell.strip() for cell in row] for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataSetError(
            f"{table} cannot be read as a table ({error}).",
            remedy="Save it again as CSV in UTF-8.",
        ) from error
    return [row for row in stripped if any(row)]


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    outside_quotes = re.sub(r'"[^"]*"', "", first)
    commonest = max(_DELIMITERS, key=outside_quotes.count)
    return commonest if commonest in outside_quotes else " "


def columns(header: list[str]) -> dict[str, int]:
    """Where each column stands, by its name in small letters."""
    return {name.casefold(): place for place, name in enumerate(header)}


def cell(row: list[str], place: int | None) -> str:
    """Empty where the row ends before, or there is no such column."""
    return row[place] if place is not None and place < len(row) else ""
