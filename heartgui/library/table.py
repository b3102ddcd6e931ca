"""The table of takes: its queries, and transactions whose failure is told in words."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from heartgui.errors import StorageError
from heartgui.library.database import FAILURES, open_database, open_to_read
from heartgui.library.rows import row_of, searchable
from heartgui.library.take import Take

FEW = 2000
FOUND_AGAIN = "Free some space; it is added again at the next start."
"""What to do where a new row fails: recovery finds the file. No change is found so."""
AMONG = "id IN (SELECT value FROM json_each(?))"
SORT_COLUMNS = {
    "created_at": "created_at",
    "name": "name",
    "site": "site",
    "patient_code": "patient_code",
    "finding": "decision {way}, label",
    "heart_rate_bpm": "heart_rate_bpm",
    "quality": "quality",
    "duration_s": "duration_s",
}
CALLED = {
    "no murmur pattern": "decision = 'finding' AND label = 'normal'",
    "no murmur": "decision = 'finding' AND label = 'normal'",
    "murmur pattern": "decision = 'finding' AND label = 'murmur'",
    "extrasystole pattern": "decision = 'finding' AND label = 'extrastole'",
    "extrasystole": "decision = 'finding' AND label = 'extrastole'",
    "extra heart sound pattern": "decision = 'finding' AND label = 'extrahls'",
    "extra heart sound": "decision = 'finding' AND label = 'extrahls'",
    "not classified": "decision = ''",
}
"""What the window calls a finding in words that `search_text` has not. They are not added to it:
`murmur` alone would find every take in which there is none."""
PHRASES = re.compile(rf"(?<!\w)({'|'.join(CALLED)})(?!\w)")
BEGUN = 4
"""Letters of such a phrase from which on it is looked for while it is still being typed."""


class TakeTable:
    """One row a take. May be used from several threads; whoever does several calls as one step
    holds `lock`, without which nothing is written. Who only reads waits for no writer, nor for its
    disk, where the table's file allows that, and sees what was committed. damaged: whether the
    table had to be made anew.

    Every call raises StorageError where the disk or the table fails.
    """

    def __init__(self, database: Path, recordings: Path) -> None:
        self.lock = threading.RLock()
        self.connection, self.damaged = open_database(database, recordings)
        try:
            self._reader = open_to_read(database, self.connection)
        except FAILURES as error:
            self.connection.close()
            raise unreadable(error) from error
        own = self._reader is not self.connection
        self._reading: AbstractContextManager[object] = threading.Lock() if own else self.lock

    def close(self) -> None:
        with self.lock, self._reading:
            # The one that writes last: it then clears its log away.
            self._reader.close()
            self.connection.close()

    def row(self, take_id: int) -> sqlite3.Row:
        """Raises StorageError for an unknown number."""
        rows = self._rows("SELECT * FROM take WHERE id = ?", (take_id,))
        if not rows:
            raise StorageError("This recording is no longer in the library.")
        return rows[0]

    def row_with_file(self, path: Path) -> sqlite3.Row | None:
        """The row of a file, deleted ones too."""
        rows = self._rows("SELECT * FROM take WHERE file = ?", (str(path.absolute()),))
        return rows[0] if rows else None

    def places(self) -> list[sqlite3.Row]:
        """Number, file, created_at and deleted_at of every row, deleted ones too."""
        return self._rows("SELECT id, file, created_at, deleted_at FROM take")

    def rows(self, take_ids: Sequence[int]) -> list[sqlite3.Row]:
        """The rows of these takes in this order; unknown ones are left out."""
        query = f"SELECT * FROM take WHERE {AMONG}"
        rows = {row["id"]: row for row in self._rows(query, (json.dumps(list(take_ids)),))}
        return [rows[take_id] for take_id in take_ids if take_id in rows]

    def labels(self, take_ids: Sequence[int]) -> list[sqlite3.Row]:
        """Site, posture and patient code of these takes, each three once."""
        query = f"SELECT DISTINCT site, posture, patient_code FROM take WHERE {AMONG}"
        return self._rows(query, (json.dumps(list(take_ids)),))

    def count(self, search: str) -> int:
        """How many takes hold every word."""
        where, values = _where(search)
        return int(self._rows(f"SELECT count(*) FROM take WHERE {where}", values)[0][0])

    def ids(self, search: str, order_by: str, *, descending: bool) -> list[int]:
        """The numbers of those that hold every word, in order. order_by: see SORT_COLUMNS."""
        where, values = self._narrowed(search)
        way = "DESC" if descending else "ASC"
        order = SORT_COLUMNS[order_by].format(way=way)
        # The order's index would fetch every row from another place to look for the words.
        read = "take NOT INDEXED" if values else "take"
        query = f"SELECT id FROM {read} WHERE {where} ORDER BY {order} {way}, id {way}"
        return self._numbers(query, values)

    def insert(self, take: Take) -> Take:
        """Make the row of a take, anew where it has a number. Returns it with its number."""
        row = {"id": take.id or None, **row_of(take)}
        columns = ", ".join(row)
        marks = ", ".join("?" for _ in row)
        with self.lock, self._writing(FOUND_AGAIN):
            cursor = self.connection.execute(
                f"INSERT OR REPLACE INTO take ({columns}) VALUES ({marks})", tuple(row.values())
            )
        return replace(take, id=int(cursor.lastrowid or 0))

    def update(self, take: Take) -> None:
        values = row_of(take)
        sets = ", ".join(f"{name} = ?" for name in values)
        self._write(f"UPDATE take SET {sets} WHERE id = ?", (*values.values(), take.id))

    def set_deleted(self, take_id: int, deleted_at: str | None) -> None:
        """Hide a row since a moment (ISO 8601), or show it again."""
        self._write("UPDATE take SET deleted_at = ? WHERE id = ?", (deleted_at, take_id))

    def set_file(self, take_id: int, path: Path) -> None:
        """Say where the file of a take is now; a deleted one's stays where it was."""
        self._write(
            "UPDATE take SET file = ? WHERE id = ? AND deleted_at IS NULL", (str(path), take_id)
        )

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        try:
            with self._reading:
                return self._reader.execute(query, values).fetchall()
        except FAILURES as error:
            raise unreadable(error) from error

    def _numbers(self, query: str, values: Sequence[object] = ()) -> list[int]:
        """A query's one column. As rows with names they would take twice the time."""
        try:
            with self._reading:
                cursor = self._reader.cursor()
                cursor.row_factory = None
                return [number for (number,) in cursor.execute(query, values)]
        except FAILURES as error:
            raise unreadable(error) from error

    def _narrowed(self, search: str) -> tuple[str, tuple[str, ...]]:
        """The condition of a search, as a list of numbers where few takes match.

        Looking for rare matches in the wanted order would read every row.
        """
        where, values = _where(search)
        if not values:
            return where, values
        query = f"SELECT id FROM take INDEXED BY take_search WHERE {where} LIMIT {FEW + 1}"
        ids = self._numbers(query, values)
        if len(ids) > FEW:
            return where, values
        return AMONG, (json.dumps(ids),)

    def _write(self, statement: str, values: Sequence[object]) -> None:
        with self.lock, self._writing("Free some space, then try again."):
            self.connection.execute(statement, values)

    def _writing(self, remedy: str) -> _Writing:
        return _Writing(self.connection, remedy)


class _Writing:
    """A transaction whose failure is told in words. remedy: what to do then."""

    def __init__(self, connection: sqlite3.Connection, remedy: str) -> None:
        self._connection = connection
        self._remedy = remedy

    def __enter__(self) -> None:
        self._connection.__enter__()

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        try:
            self._connection.__exit__(kind, error, trace)  # type: ignore[arg-type]
        except FAILURES as problem:
            error = problem
        if isinstance(error, FAILURES):
            raise StorageError(
                f"The library could not be written ({error}).",
                kept="The recording itself is kept as a file.",
                remedy=self._remedy,
            ) from error


def unreadable(error: Exception) -> StorageError:
    return StorageError(
        f"The library could not be read ({error}).",
        kept="Recordings are ordinary files and are untouched.",
    )


def _where(search: str) -> tuple[str, tuple[str, ...]]:
    """A condition that every word occurs somewhere in the row, or its finding is called so."""
    conditions = ["deleted_at IS NULL"]
    values: list[str] = []
    rest, begun = _apart(" ".join(searchable(search).split()))
    parts = [(part, [CALLED[part]] if part in CALLED else []) for part in PHRASES.split(rest)]
    for part, called in (*parts, (begun, _called(begun))):
        words = part.split()
        values += words
        # instr needs no escaping and takes a third of LIKE's time.
        held = ["instr(search_text, ?)" for _ in words]
        if called:
            found = f"SELECT id FROM take WHERE deleted_at IS NULL AND ({' OR '.join(called)})"
            held = [f"({' AND '.join(held)} OR id IN ({found}))"]
        conditions += held
    return " AND ".join(conditions), tuple(values)


def _apart(search: str) -> tuple[str, str]:
    """A search without the phrase of CALLED that it ends with, whole or still being typed; and
    that, which may be empty."""
    starts = [match.start() for match in re.finditer(r"\S+", search)]
    cut = next((start for start in starts if _called(search[start:])), len(search))
    return search[:cut], search[cut:]


def _called(begun: str) -> list[str]:
    """Conditions for the findings whose phrases begin so."""
    if len(begun) < BEGUN:
        return []
    # Where the class's own name begins so too, `search_text` has it.
    return [
        found for phrase, found in CALLED.items() if phrase.startswith(begun) and begun not in found
    ]
