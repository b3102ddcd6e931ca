"""The library's SQLite file: schema, migrations, durability."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from heartgui.errors import StorageError
from heartgui.library.rows import composed

log = logging.getLogger(__name__)

MIGRATIONS = (
    """
    CREATE TABLE take (
        id INTEGER PRIMARY KEY,
        file TEXT NOT NULL UNIQUE,
        created_at TEXT NOT NULL,
        duration_s REAL NOT NULL,
        sample_rate_hz INTEGER NOT NULL,
        name TEXT NOT NULL DEFAULT '',
        notes TEXT NOT NULL DEFAULT '',
        site TEXT NOT NULL DEFAULT '',
        posture TEXT NOT NULL DEFAULT '',
        patient_code TEXT NOT NULL DEFAULT '',
        decision TEXT NOT NULL DEFAULT '',
        label TEXT NOT NULL DEFAULT '',
        probability REAL,
        quality REAL,
        heart_rate_bpm REAL,
        gaps TEXT NOT NULL DEFAULT '[]',
        recovered INTEGER NOT NULL DEFAULT 0,
        deleted_at TEXT,
        search_text TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX take_created_at ON take (deleted_at, created_at);
    CREATE INDEX take_name ON take (deleted_at, name);
    CREATE INDEX take_site ON take (deleted_at, site);
    CREATE INDEX take_patient_code ON take (deleted_at, patient_code);
    CREATE INDEX take_finding ON take (deleted_at, decision, label);
    CREATE INDEX take_heart_rate ON take (deleted_at, heart_rate_bpm);
    CREATE INDEX take_quality ON take (deleted_at, quality);
    CREATE INDEX take_duration ON take (deleted_at, duration_s);
    -- Holds all that a search looks at, so that counting reads no rows.
    CREATE INDEX take_search ON take (deleted_at, search_text);
    """,
    # Names were relative to the recordings folder, and lost their files when another was chosen.
    "UPDATE take SET file = in_recordings_folder(file);",
    # Names of files from a Mac have accents as characters of their own, which nobody types. As a
    # BLOB: text that is none would end the migration, and with it every start.
    "UPDATE take SET search_text = composed(CAST(search_text AS BLOB));",
)
"""One script for each version; the file's user_version says how many it has seen."""


FAILURES = (sqlite3.Error, UnicodeError)
"""What any call may raise: the words for a damaged schema need not be text, nor need the name of a
folder."""
MAPPED_BYTES = 256 * 1024 * 1024


def open_database(path: Path, recordings: Path) -> tuple[sqlite3.Connection, bool]:
    """Open or make the file. Returns the connection and whether a damaged one was set aside.

    recordings: the folder in use, where the files of a table of the first version are. Commits
    survive a power cut (WAL, synchronous FULL). Raises StorageError where the file cannot be
    opened, or was written by a newer version.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _connect(path, recordings), False
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            aside = path.with_suffix(".damaged")
            path.replace(aside)
            for ending in ("-wal", "-shm"):
                path.with_name(path.name + ending).unlink(missing_ok=True)
            log.error("the library was damaged and set aside")
            return _connect(path, recordings), True
    except (OSError, *FAILURES) as error:
        raise StorageError(
            f"The library could not be opened ({error}).",
            kept="Recordings are ordinary files and are untouched.",
            remedy="Check that the folder exists and that you may write to it.",
        ) from error


def open_to_read(path: Path, writer: sqlite3.Connection) -> sqlite3.Connection:
    """A connection to the file that open_database has opened, to read what is committed.

    It waits for no commit of the writer, which takes as long as the disk does; but where there is
    no WAL, as in memory and on some network drives, it is the writer's own. Raises what sqlite3
    does.
    """
    if writer.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        return writer
    connection = _connection(path)
    connection.execute("PRAGMA query_only=1")
    # Read through the system's cache: a search over 100,000 takes then takes half the time.
    connection.execute(f"PRAGMA mmap_size={MAPPED_BYTES}")
    return connection


def _connection(path: Path) -> sqlite3.Connection:
    # One connection for all threads: the table serialises its calls with a lock.
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    return connection


def _connect(path: Path, recordings: Path) -> sqlite3.Connection:
    connection = _connection(path)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if result != "ok":
            raise sqlite3.DatabaseError(result)
        _migrate(connection, recordings)
    except Exception:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection, recordings: Path) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > len(MIGRATIONS):
        raise StorageError(
            "The library was written by a newer HeartGUI.",
            kept="It is unchanged, and so are the recordings.",
            remedy="Install that version or a newer one. Takes recorded now are files in the "
            "recordings folder, and that version lists them.",
        )
    connection.create_function("in_recordings_folder", 1, lambda file: str(recordings / file))
    connection.create_function(
        "composed", 1, lambda text: composed(text.decode("utf-8", "replace"))
    )
    for number, script in enumerate(MIGRATIONS[version:], version + 1):
        connection.executescript(f"BEGIN; {script} PRAGMA user_version={number}; COMMIT;")
