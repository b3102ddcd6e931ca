"""A library file that was damaged never keeps the program from starting."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from heartgui.library.store import Library
from heartgui.library.take import TakeLabels
from heartgui.ui.review.take_table import NAME

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
PAGE_BYTES = 4096


@pytest.fixture
def database(own_home: Path) -> Path:
    """A library of 60 takes, closed."""
    library = Library(own_home / "library.sqlite", own_home / "recordings")
    library.recordings.mkdir()
    for _ in range(60):
        path = library.new_take_path(NOW)
        path.touch()
        library.add(
            path, duration_s=4.0, sample_rate_hz=4000, created_at=NOW, labels=TakeLabels()
        )  # fmt: skip
    library.close()
    return own_home / "library.sqlite"


def test_a_table_with_a_lost_page_is_made_anew(start, qtbot, database):
    content = bytearray(database.read_bytes())
    content[-PAGE_BYTES:] = bytes(PAGE_BYTES)
    database.write_bytes(content)
    program = start()
    assert "damaged and is made anew" in " ".join(program.page.banner.texts)
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=10_000)
    program.window.show_page(1)


def test_a_row_that_cannot_be_read_is_said(start, qtbot, database):
    connection = sqlite3.connect(database)
    connection.execute("UPDATE take SET created_at = '2026*03' WHERE id = 3")
    connection.commit()
    connection.close()
    program = start()
    qtbot.waitUntil(lambda: not program.jobs.busy, timeout=10_000)
    program.window.show_page(1)
    banner, model = program.review_page.banner, program.review_page.table.model()
    qtbot.waitUntil(lambda: "could not be read" in " ".join(banner.texts), timeout=10_000)
    names = [model.index(row, NAME).data() for row in range(model.rowCount())]
    assert names.count("(could not be read)") == 1
    assert sum(name.startswith("take-2026") for name in names) == 59
    qtbot.waitUntil(program.page.record_button.isEnabled, timeout=10_000)
