"""The library: nothing is lost between file and row, and everything is found again."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import getitem
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

import numpy as np
import pytest
import soundfile

from heartgui.audio.files import read_recording, write_wav
from heartgui.audio.take_writer import TakeWriter
from heartgui.audio.whole_files import ABANDONED_S
from heartgui.domain import AuscultationSite, Decision, HeartSoundClass, Posture
from heartgui.errors import AudioFileError, SidecarError, StorageError
from heartgui.inference.result_json import finding_to_json
from heartgui.inference.wording import answer_title
from heartgui.library import database, store
from heartgui.library.database import MIGRATIONS
from heartgui.library.places import TRASH
from heartgui.library.store import Library
from heartgui.library.table import SORT_COLUMNS
from heartgui.library.take import TakeLabels
from tests.helpers.findings import HUM, finding
from tests.helpers.synthetic_heart import SyntheticHeart

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
COMPOSED = unicodedata.normalize("NFC", "Müllér")
DECOMPOSED = unicodedata.normalize("NFD", COMPOSED)


@pytest.fixture
def library(tmp_path):
    library = Library(tmp_path / "library.sqlite", tmp_path / "recordings")
    yield library
    library.close()


def record(library: Library, n: int = 0, *, labels: TakeLabels | None = None, gaps=()):
    library.recordings.mkdir(exist_ok=True)
    when = NOW + timedelta(minutes=n)
    path = library.new_take_path(when)
    write_wav(path, SyntheticHeart(seed=n).samples(4.0), 4000)
    return library.add(
        path, duration_s=4.0, sample_rate_hz=4000, created_at=when, labels=labels or TakeLabels(),
        gaps=gaps,
    )  # fmt: skip


def lose_the_rows(library: Library) -> None:
    """As a table that was made anew, which knows of no file."""
    library._table.connection.execute("DELETE FROM take")
    library._table.connection.commit()


def test_a_take_is_kept_with_its_answer_and_labels(library):
    labels = TakeLabels(AuscultationSite.MITRAL, Posture.SUPINE, "K-17")
    take = record(library, labels=labels)
    library.set_finding(take.id, finding())
    library.rename(take.id, "  Morning round ")
    library.set_notes(take.id, "soft, after exercise")
    kept = library.get(take.id)
    assert (kept.name, kept.notes, kept.labels) == (
        "Morning round", "soft, after exercise", labels,
    )  # fmt: skip
    assert (kept.decision, kept.label) == (Decision.FINDING, HeartSoundClass.MURMUR)
    assert kept.probability == pytest.approx(0.8)
    assert kept.created_at == NOW
    beside = json.loads(kept.path.with_suffix(".json").read_text())
    assert beside["label"] == "murmur"
    assert beside["take"]["patient_code"] == "K-17"
    back = library.finding(kept)
    assert back is not None
    assert back.heart_rate_bpm == 72.5


def test_nobody_who_reads_waits_for_the_disk_of_one_who_writes(library, monkeypatch):
    take = record(library)
    writing, read = Event(), Event()
    waited_in_vain = []

    def slow_disk(_take) -> None:
        writing.set()
        waited_in_vain.append(not read.wait(10.0))

    monkeypatch.setattr(store, "write_labels", slow_disk)
    writer = Thread(target=library.set_notes, args=(take.id, "soft"))
    writer.start()
    assert writing.wait(10.0)
    notes = {library.get(take.id).notes, *(each.notes for each in library.takes())}
    labels = library.labels(library.ids("soft"))
    assert (notes, labels, library.count()) == ({"soft"}, {take.labels}, 1)
    library.new_take_path(NOW)
    read.set()
    writer.join()
    assert waited_in_vain == [False]


@pytest.mark.parametrize("where", ["in memory", "without WAL"])
def test_a_library_of_one_connection_is_read_and_written(tmp_path, monkeypatch, where):
    if where == "without WAL":
        # As on a network drive, where it is asked for in vain.
        connect = database._connect

        def without_wal(path, recordings):
            connection = connect(path, recordings)
            connection.execute("PRAGMA journal_mode=DELETE")
            return connection

        monkeypatch.setattr(database, "_connect", without_wal)
    path = Path(":memory:") if where == "in memory" else tmp_path / "library.sqlite"
    with closing(Library(path, tmp_path / "recordings")) as library:
        take = record(library)
        library.rename(take.id, "Ward 3")
        assert [take.name for take in library.takes("ward")] == ["Ward 3"]
        # Who reads waits for the writer, and is not refused after a while.
        with library._table.lock:
            library._table.connection.execute("BEGIN EXCLUSIVE")
            reader = ThreadPoolExecutor(1).submit(library.count)
            time.sleep(0.1)
            assert not reader.done()
            library._table.connection.rollback()
        assert reader.result(timeout=10.0) == 1


def test_no_patient_text_is_in_any_file_name(library):
    take = record(library, labels=TakeLabels(patient_code="CANARY"))
    library.rename(take.id, "CANARY")
    assert not [path for path in library.recordings.rglob("*") if "CANARY" in path.name]


def test_takes_of_the_same_second_get_names_of_their_own(library):
    assert record(library).path != record(library).path


def test_a_take_begun_while_a_file_is_added_is_not_replaced_by_it(library, tmp_path, monkeypatch):
    source = tmp_path / "source.wav"
    write_wav(source, SyntheticHeart().samples(4.0), 4000)
    write, begun = soundfile.SoundFile.write, []

    def write_and_begin(*arguments, **keywords):
        write(*arguments, **keywords)
        begun.append(TakeWriter(library.new_take_path(NOW), 4000))
        begun[0].write(np.ones(4000, np.int16))

    monkeypatch.setattr(soundfile.SoundFile, "write", write_and_begin)
    added = library.add_file(source, NOW)
    begun[0].close()
    assert read_recording(begun[0].path).duration_s == 1.0
    assert read_recording(added.path).duration_s == 4.0


@pytest.mark.parametrize("with_links", [True, False])
def test_a_take_begun_in_the_same_folder_by_another_program_is_not_replaced_by_a_copy(
    library, tmp_path, monkeypatch, with_links
):
    source = tmp_path / "source.wav"
    write_wav(source, SyntheticHeart().samples(4.0), 4000)
    write, begun = soundfile.SoundFile.write, []

    def write_and_begin(*arguments, **keywords):
        write(*arguments, **keywords)
        with closing(Library(tmp_path / "other.sqlite", library.recordings)) as other:
            begun.append(TakeWriter(other.new_take_path(NOW), 4000))
        begun[0].write(np.ones(4000, np.int16))

    def no_links(*_):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(soundfile.SoundFile, "write", write_and_begin)
    if not with_links:
        monkeypatch.setattr(os, "link", no_links)
    with pytest.raises(StorageError, match="File exists"):
        library.add_file(source, NOW)
    take = begun[0].close()
    assert read_recording(take.path).duration_s == 1.0
    assert list(library.recordings.iterdir()) == [take.path]
    # The next one gets a name of its own.
    monkeypatch.undo()
    assert library.add_file(source, NOW).path != take.path


@pytest.mark.parametrize(
    ("words", "expected"),
    [("", 3), ("mitral", 1), ("k-1", 2), ("K-1 AORTIC", 1), ("murmur", 1), ("100%", 1), ("_", 0),
     ("nothing", 0)],
)  # fmt: skip
def test_search_finds_every_word_anywhere(library, words, expected):
    first = record(library, 1, labels=TakeLabels(AuscultationSite.MITRAL, None, "K-1"))
    record(library, 2, labels=TakeLabels(AuscultationSite.AORTIC, None, "K-1"))
    third = record(library, 3, labels=TakeLabels(None, None, "Z"))
    library.set_finding(first.id, finding())
    library.set_notes(third.id, "100% sure")
    assert library.count(words) == len(library.takes(words)) == expected


@pytest.mark.parametrize("typed", [COMPOSED, COMPOSED.upper(), DECOMPOSED])
def test_search_finds_accents_however_they_are_written(library, tmp_path, typed):
    # As a Mac writes it, and the name that it gave to a file.
    source = tmp_path / f"{DECOMPOSED} 3.wav"
    write_wav(source, SyntheticHeart().samples(4.0), 4000)
    added = library.add_file(source, NOW)
    noted = record(library, 1)
    library.set_notes(noted.id, f"as {DECOMPOSED}'s")
    record(library, 2)
    assert {take.id for take in library.takes(typed)} == {added.id, noted.id}
    assert library.count(typed) == 2
    assert library.get(added.id).name == f"{COMPOSED} 3"


def test_accents_of_a_table_of_the_second_version_are_found(tmp_path):
    connection = sqlite3.connect(tmp_path / "library.sqlite")
    connection.executescript(f"{MIGRATIONS[0]} PRAGMA user_version=2;")
    # The last one's text is none.
    for n, text in enumerate((f"'{DECOMPOSED.lower()} 3'", "'muller'", "CAST(x'ff6d' AS TEXT)")):
        connection.execute(
            "INSERT INTO take (file, created_at, duration_s, sample_rate_hz, name, search_text)"
            f" VALUES (?, ?, 4.0, 4000, ?, {text})",
            (str(tmp_path / f"{n}.wav"), NOW.isoformat(), f"{n}"),
        )
    connection.commit()
    connection.close()
    library = Library(tmp_path / "library.sqlite", tmp_path)
    assert [take.name for take in library.takes(COMPOSED)] == ["0"]
    assert library.count() == 3
    library.close()


@pytest.mark.parametrize(
    ("words", "expected"),
    [("No murmur", "normal noted"), ("no murmur pattern", "normal"), ("no murmur sitting", ""),
     ("murmur pattern", "murmur"), ("murmur", "murmur noted refused"),
     ("extrasystole", "extrastole"), ("extrastole", "extrastole"), ("inconclusive", "unsure"),
     ("record again", "refused"), ("not classified", "noted"), ("normal", "normal unsure"),
     # As they are typed.
     ("extrasys", "extrastole"), ("sitting extrasys", ""), ("extrasys sitting", ""),
     ("no mur", "normal noted"), ("not cl", "noted"), ("no", "normal noted unsure"),
     ("no murmur pat", "normal"), ("murmur pat", "murmur"), ("extrasystole pat", "extrastole")],
)  # fmt: skip
def test_search_finds_a_finding_by_the_words_in_which_it_is_shown(library, words, expected):
    answers = {
        "normal": finding(HeartSoundClass.NORMAL),
        "murmur": finding(HeartSoundClass.MURMUR),
        "extrastole": finding(HeartSoundClass.EXTRASTOLE),
        "unsure": finding(HeartSoundClass.NORMAL, Decision.INCONCLUSIVE),
        "refused": finding(HeartSoundClass.MURMUR, Decision.RECORD_AGAIN, HUM),
        "noted": None,
    }
    of_name = {}
    for n, (name, answer) in enumerate(answers.items()):
        take = record(library, n)
        of_name[take.id] = name
        if answer is None:
            library.set_notes(take.id, "By ear there is no loud murmur.")
        else:
            library.set_finding(take.id, answer)
    found = {of_name[take.id] for take in library.takes(words)}
    assert found == set(expected.split())
    assert library.count(words) == len(found)


@pytest.mark.parametrize("label", HeartSoundClass)
def test_search_finds_every_finding_by_its_title(library, label):
    take = record(library)
    library.set_finding(take.id, finding(label))
    assert library.count(answer_title(label)) == 1


def test_every_column_sorts_both_ways(library):
    for n in range(5):
        take = record(library, n, labels=TakeLabels(list(AuscultationSite)[n % 4], None, f"{n}"))
        library.rename(take.id, f"{9 - n}")
    by_name = [take.name for take in library.takes(order_by="name", descending=False)]
    assert by_name == sorted(by_name)
    newest_first = [take.created_at for take in library.takes()]
    assert newest_first == sorted(newest_first, reverse=True)
    for column in ("site", "patient_code", "finding", "heart_rate_bpm", "quality", "duration_s"):
        up = [take.id for take in library.takes(order_by=column, descending=False)]
        down = [take.id for take in library.takes(order_by=column)]
        assert up == down[::-1]
    assert library.ids() == [take.id for take in library.takes()]
    some = library.ids()[2:4][::-1]
    assert [take.id for take in library.read([*some, 99])] == some


def test_delete_moves_to_the_trash_and_restore_brings_everything_back(library):
    take = record(library)
    library.set_finding(take.id, finding())
    wav, beside = take.path.read_bytes(), take.path.with_suffix(".json").read_bytes()
    library.delete([take.id])
    assert library.count() == 0
    assert not take.path.exists()
    assert not take.path.with_suffix(".json").exists()
    assert (library.recordings / TRASH / take.path.name).read_bytes() == wav
    # Deleted takes are not found again as lost ones.
    assert library.recover() == []
    library.restore([take.id])
    assert [kept.id for kept in library.takes()] == [take.id]
    assert take.path.read_bytes() == wav
    assert take.path.with_suffix(".json").read_bytes() == beside


def test_what_cannot_be_deleted_stays_whole_and_the_others_go(library):
    first, stuck, last = (record(library, n) for n in range(3))
    wav, beside = stuck.path.read_bytes(), stuck.path.with_suffix(".json").read_bytes()
    # Something stands where the answer would go, after the sound has already been moved.
    in_the_way = library.recordings / TRASH / stuck.path.with_suffix(".json").name
    in_the_way.mkdir(parents=True)
    failed = library.delete([first.id, stuck.id, last.id, 99])
    assert set(failed) == {stuck.id, 99}
    assert stuck.name in failed[stuck.id].message
    assert "File exists" in failed[stuck.id].message
    assert [take.id for take in library.takes()] == [stuck.id]
    assert stuck.path.read_bytes() == wav
    assert stuck.path.with_suffix(".json").read_bytes() == beside
    assert library.restore([first.id, last.id]) == {}
    assert {take.id for take in library.takes()} == {first.id, stuck.id, last.id}
    assert first.path.exists()


KILLED_WHILE_MOVING = """
import os, signal, sys
from pathlib import Path
from heartgui.library.store import Library
library, moves, move = Library(Path(sys.argv[1]), Path(sys.argv[2])), int(sys.argv[4]), os.replace

def replace(*paths):
    global moves
    if not moves:
        os.kill(os.getpid(), signal.SIGKILL)
    moves -= 1
    move(*paths)
    if not moves:
        os.kill(os.getpid(), signal.SIGKILL)

os.replace = replace
getattr(library, sys.argv[3])([1])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")
@pytest.mark.parametrize("after_moves", [0, 1, 2])
@pytest.mark.parametrize("act", ["delete", "restore"])
def test_a_program_killed_while_it_moves_a_take_leaves_it_listed_or_deleted(
    tmp_path, act, after_moves
):
    places = tmp_path / "library.sqlite", tmp_path / "recordings"
    first = Library(*places)
    take = record(first)
    first.set_finding(take.id, finding())
    if act == "restore":
        first.delete([take.id])
    first.close()
    command = [sys.executable, "-c", KILLED_WHILE_MOVING, *map(str, places), act, str(after_moves)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    second = Library(*places)
    second.recover()
    if not second.count():
        assert second.restore([take.id]) == {}
    (kept,) = second.takes()
    assert kept.id == take.id
    assert read_recording(kept.path).duration_s == pytest.approx(4.0)
    assert second.finding(kept) is not None
    second.close()


@pytest.mark.parametrize("annotated", [False, True])
def test_what_is_said_of_a_deleted_take_is_there_when_it_comes_back(library, annotated):
    take = record(library)
    theirs = take.path.with_suffix(".json")
    if annotated:
        theirs.write_text('{"rater": "A. B."}')
    library.set_finding(take.id, finding())
    assert library.delete([take.id]) == {}
    left = list(library.recordings.glob("*.json"))
    assert left == ([theirs] if annotated else [])
    library.set_labels(take.id, TakeLabels(patient_code="K-17"))
    library.set_notes(take.id, "soft")
    library.set_finding(take.id, finding(quality=HUM, decision=Decision.RECORD_AGAIN))
    assert list(library.recordings.glob("*.json")) == left
    assert library.restore([take.id]) == {}
    kept = library.get(take.id)
    assert (kept.patient_code, kept.notes) == ("K-17", "soft")
    answer = library.finding(kept)
    assert answer is not None
    assert answer.decision is kept.decision is Decision.RECORD_AGAIN
    assert [path for path in (library.recordings / TRASH).iterdir() if path.is_file()] == []


@pytest.mark.parametrize("put_back", [shutil.move, shutil.copy])
@pytest.mark.parametrize("with_sidecar", [False, True])
def test_a_file_that_is_put_back_by_hand_brings_its_row_back(library, put_back, with_sidecar):
    take = record(library, labels=TakeLabels(patient_code="K-17"))
    library.set_finding(take.id, finding())
    library.delete([take.id])
    trash = library.recordings / TRASH
    put_back(trash / take.path.name, take.path)
    if with_sidecar:
        beside = take.path.with_suffix(".json")
        put_back(trash / beside.name, beside)
    assert library.recover() == []
    (kept,) = library.takes()
    assert (kept.id, kept.patient_code) == (take.id, "K-17")
    assert library.finding(kept) is not None
    assert list(trash.iterdir()) == []
    assert library.delete([take.id]) == {}
    assert library.restore([take.id]) == {}


def test_another_file_in_a_deleted_takes_place_is_not_taken_for_it(library):
    take = record(library)
    library.delete([take.id])
    write_wav(take.path, SyntheticHeart(seed=9).samples(6.0), 4000)
    assert library.recover() == library.takes() == []
    take.path.unlink()
    assert library.restore([take.id]) == {}
    assert read_recording(take.path).duration_s == pytest.approx(4.0)


def test_bringing_back_writes_over_nothing(library):
    take, other = record(library, 1), record(library, 2)
    assert library.delete([take.id, other.id]) == {}
    take.path.write_bytes(b"put here meanwhile")
    failed = library.restore([take.id, other.id])
    assert set(failed) == {take.id}
    assert str(library.recordings / TRASH) in failed[take.id].kept
    assert take.path.read_bytes() == b"put here meanwhile"
    take.path.unlink()
    assert library.restore([take.id]) == {}
    assert read_recording(take.path).duration_s == pytest.approx(4.0)


def test_takes_stay_where_they_are_when_another_folder_is_chosen(tmp_path):
    first = Library(tmp_path / "library.sqlite", tmp_path / "recordings")
    old = record(first)
    first.close()
    second = Library(tmp_path / "library.sqlite", tmp_path / "elsewhere")
    new = record(second)
    assert new.path.parent == tmp_path / "elsewhere"
    # Both were begun in the same second, so that their files have one name.
    assert new.path.name == old.path.name
    kept = second.get(old.id)
    assert kept.path == old.path
    assert read_recording(kept.path).duration_s == pytest.approx(4.0)
    second.set_finding(old.id, finding())
    second.rename(old.id, "Before")
    assert json.loads(old.path.with_suffix(".json").read_text())["take"]["name"] == "Before"
    assert second.delete([old.id]) == {}
    assert not old.path.exists()
    assert new.path.exists()
    assert second.restore([old.id]) == {}
    assert old.path.exists()
    assert second.recover() == []
    second.close()
    # Back in the first folder, the takes of the other one are still known.
    third = Library(tmp_path / "library.sqlite", tmp_path / "recordings")
    assert [third.get(take.id).path for take in (old, new)] == [old.path, new.path]
    assert third.recover() == []
    third.close()


def test_a_table_of_the_first_version_belongs_to_the_folder_in_use(tmp_path):
    recordings = tmp_path / "recordings"
    recordings.mkdir()
    write_wav(recordings / "take-1.wav", SyntheticHeart().samples(4.0), 4000)
    connection = sqlite3.connect(tmp_path / "library.sqlite")
    connection.executescript(f"{MIGRATIONS[0]} PRAGMA user_version=1;")
    connection.execute(
        "INSERT INTO take (file, created_at, duration_s, sample_rate_hz, name)"
        " VALUES ('take-1.wav', ?, 4.0, 4000, 'old')",
        (NOW.isoformat(),),
    )
    connection.commit()
    connection.close()
    Library(tmp_path / "library.sqlite", recordings).close()
    library = Library(tmp_path / "library.sqlite", tmp_path / "elsewhere")
    (take,) = library.takes()
    assert (take.name, take.path) == ("old", recordings / "take-1.wav")
    assert read_recording(take.path).duration_s == pytest.approx(4.0)
    library.close()


@pytest.mark.parametrize("written", ["there", "C:\\Users\\ward\\HeartGUI"])
def test_a_library_that_was_moved_finds_its_files(tmp_path, written):
    first = Library(tmp_path / "there" / "library.sqlite", tmp_path / "there" / "recordings")
    take, deleted = record(first, 1), record(first, 2)
    first.set_finding(take.id, finding())
    first.delete([deleted.id])
    if "\\" in written:
        first._table.connection.execute(
            "UPDATE take SET file = ? WHERE id = ?", (f"{written}\\{take.path.name}", take.id)
        )
        first._table.connection.commit()
    first.close()
    shutil.move(tmp_path / "there", tmp_path / "here")
    second = Library(tmp_path / "here" / "library.sqlite", tmp_path / "here" / "recordings")
    moved = second.get(take.id)
    assert moved.path == tmp_path / "here" / "recordings" / take.path.name
    assert second.finding(moved) is not None
    # It is the same take, not one that was lost.
    assert second.recover() == []
    assert second.count() == 1
    second.rename(take.id, "Moved")
    assert second.restore([deleted.id]) == {}
    assert (tmp_path / "here" / "recordings" / deleted.path.name).exists()
    second.close()


def test_a_list_is_read_without_a_look_at_any_file(tmp_path, monkeypatch):
    drive = tmp_path / "drive"
    first = Library(tmp_path / "library.sqlite", drive)
    taken, deleted = record(first, 1), record(first, 2)
    first.delete([deleted.id])
    first.close()
    asked, stat = [], os.stat

    def of_a_drive_that_does_not_answer(path, *arguments, **options):
        if not isinstance(path, int) and Path(os.fsdecode(path)).is_relative_to(drive):
            asked.append(path)
        return stat(path, *arguments, **options)

    second = Library(tmp_path / "library.sqlite", tmp_path / "recordings")
    here = record(second, 3)
    monkeypatch.setattr(os, "stat", of_a_drive_that_does_not_answer)
    assert [take.id for take in second.takes()] == [here.id, taken.id]
    assert second.read([taken.id]) == [taken]
    assert second.count("take") == 2
    assert asked == []
    assert second.get(taken.id) == taken
    assert asked
    second.close()


def test_another_takes_file_of_the_same_name_is_not_taken_for_a_missing_one(tmp_path):
    first = Library(tmp_path / "library.sqlite", tmp_path / "drive")
    missing = record(first)
    first.close()
    shutil.move(tmp_path / "drive", tmp_path / "drive taken out")
    second = Library(tmp_path / "library.sqlite", tmp_path / "recordings")
    (tmp_path / "recordings").mkdir()
    write_wav(tmp_path / "recordings" / missing.path.name, SyntheticHeart().samples(6.0), 4000)
    (found,) = second.recover()
    assert found.id != missing.id
    assert second.get(missing.id).path == missing.path
    # Deleting what is not there removes its row and makes no folder in the drive's place.
    assert second.delete([missing.id]) == {}
    assert not (tmp_path / "drive").exists()
    assert [take.id for take in second.takes()] == [found.id]
    assert found.path.exists()
    second.close()


def test_files_without_a_row_are_recovered_with_what_is_known_of_them(library):
    take = record(library, labels=TakeLabels(AuscultationSite.AORTIC, None, "K-2"))
    library.set_finding(take.id, finding(quality=HUM, decision=Decision.RECORD_AGAIN))
    # A crash: the WAV file is there, nothing else is.
    lost = library.recordings / "take-20260301-101010.wav"
    write_wav(lost, SyntheticHeart().samples(5.0), 4000)
    (library.recordings / "notes.txt").write_text("not ours")
    (library.recordings / "broken.wav").write_bytes(b"RIFF")
    lose_the_rows(library)
    found = {take.path.name: take for take in library.recover()}
    assert set(found) == {take.path.name, lost.name}
    assert found[lost.name].recovered
    assert found[lost.name].duration_s == pytest.approx(5.0)
    again = library.get(found[take.path.name].id)
    assert not again.recovered
    assert (again.site, again.patient_code) == (AuscultationSite.AORTIC, "K-2")
    assert again.decision is Decision.RECORD_AGAIN
    assert again.created_at == NOW
    assert library.recover() == []


def test_what_was_said_of_a_take_until_a_crash_is_recovered_with_it(tmp_path):
    first = Library(tmp_path / "library.sqlite", tmp_path / "recordings")
    first.recordings.mkdir()
    path = first.new_take_path(NOW)
    with closing(TakeWriter(path, 4000)) as writer:
        writer.write(np.ones(8000, np.int16))
    labels = TakeLabels(AuscultationSite.MITRAL, Posture.SUPINE, "K-17")
    first.write_unfinished(path, NOW, lambda: TakeLabels(patient_code="K-1"))
    first.write_unfinished(path, NOW, lambda: labels)
    first.close()
    for n in (1, 2):
        # The second time with a lost table: what is recovered is no unfinished take any more.
        again = Library(tmp_path / f"again-{n}.sqlite", tmp_path / "recordings")
        (found,) = again.recover()
        assert (found.labels, found.created_at, found.recovered) == (labels, NOW, n == 1)
        again.close()


def test_what_is_said_of_a_running_take_never_comes_over_the_whole_one(library):
    library.recordings.mkdir()
    path = library.new_take_path(NOW)
    write_wav(path, SyntheticHeart().samples(4.0), 4000)
    about = {"duration_s": 4.0, "sample_rate_hz": 4000, "created_at": NOW}
    whole = Thread(target=library.add, args=(path,), kwargs=about | {"labels": TakeLabels()})

    def labels():
        # The take ends just as it is written.
        whole.start()
        whole.join(0.5)
        return TakeLabels(patient_code="K-1")

    library.write_unfinished(path, NOW, labels)
    whole.join()
    told = path.with_suffix(".json").read_text()
    assert "K-1" not in told
    # One that waited for the disk until the take had ended.
    library.write_unfinished(path, NOW, lambda: None)
    assert path.with_suffix(".json").read_text() == told


def test_a_discarded_take_leaves_nothing_and_other_programs_files_stay(library):
    library.recordings.mkdir()
    paths = [library.new_take_path(NOW), library.new_take_path(NOW)]
    anothers = paths[1].with_suffix(".json")
    anothers.write_text('{"mine": true}')
    for path in paths:
        write_wav(path, SyntheticHeart().samples(1.0), 4000)
        library.write_unfinished(path, NOW, lambda: TakeLabels(patient_code="K-1"))
        library.discard(path)
    assert list(library.recordings.iterdir()) == [anothers]


def test_any_sound_file_can_be_added_and_no_sound_is_refused(library, tmp_path):
    source = tmp_path / "from the clinic.flac"
    soundfile.write(source, SyntheticHeart().samples(4.0), 4000)
    take = library.add_file(source, NOW)
    assert take.name == "from the clinic"
    assert take.path.suffix == ".wav"
    assert take.path.parent == library.recordings
    (tmp_path / "bad.wav").write_text("no")
    with pytest.raises(AudioFileError):
        library.add_file(tmp_path / "bad.wav", NOW)
    assert library.count() == 1


def test_a_recordings_folder_that_cannot_be_made_is_said(tmp_path):
    source, in_the_way = tmp_path / "heart.wav", tmp_path / "recordings"
    write_wav(source, SyntheticHeart().samples(2.0), 4000)
    in_the_way.write_text("a file")
    library = Library(tmp_path / "library.sqlite", in_the_way)
    with pytest.raises(StorageError, match="recordings folder cannot be used") as said:
        library.add_file(source, NOW)
    assert "Settings" in said.value.remedy
    assert library.count() == 0
    library.close()


def test_a_reopened_library_holds_the_same(tmp_path):
    first = Library(tmp_path / "library.sqlite", tmp_path / "recordings")
    take = record(first)
    first.close()
    second = Library(tmp_path / "library.sqlite", tmp_path / "recordings")
    assert second.get(take.id) == take
    assert second._table.connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert second._table.connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    second.close()


def test_a_damaged_table_is_set_aside_and_made_anew_from_the_files(tmp_path):
    first = Library(tmp_path / "library.sqlite", tmp_path / "recordings")
    take = record(first)
    first.set_finding(take.id, finding())
    first.close()
    database = tmp_path / "library.sqlite"
    database.write_bytes(b"not a database at all" * 500)
    second = Library(database, tmp_path / "recordings")
    assert second.damaged
    assert (tmp_path / "library.damaged").exists()
    assert [found.label for found in (second.get(t.id) for t in second.recover())] == [
        HeartSoundClass.MURMUR
    ]
    second.close()


def test_a_library_made_anew_holds_all_that_was_ever_said_of_a_take(tmp_path):
    first = Library(tmp_path / "library.sqlite", tmp_path / "recordings")
    labels = TakeLabels(AuscultationSite.MITRAL, Posture.SUPINE, "K-17")
    take = record(first, labels=labels, gaps=[(1.0, 1.25)])
    first.set_finding(take.id, finding())
    first.rename(take.id, "Morning round")
    first.set_notes(take.id, "soft, after exercise")
    before, beside = first.get(take.id), take.path.with_suffix(".json").read_bytes()
    first.close()
    (tmp_path / "library.sqlite").unlink()
    second = Library(tmp_path / "library.sqlite", tmp_path / "recordings")
    (found,) = second.recover()
    assert found == second.get(found.id) == replace(before, id=found.id)
    assert (found.name, found.notes) == ("Morning round", "soft, after exercise")
    assert found.gaps == ((1.0, 1.25),)
    assert take.path.with_suffix(".json").read_bytes() == beside
    assert second.count("morning exercise") == 1
    second.close()


FOREIGN = {
    "object": b'{"murmur": "present", "rater": "A. B."}',
    "our words": b'{"take": 3, "quality": {"scores": 1}, "decision": "finding", "label": "murmur"}',
    "another take": b'{"take": {"scene": 4}, "label": "normal", "model": 7, "models": []}',
    "list": b"[1, 2]",
    "deep": b"[" * 20_000,
    "no text": b"\xff\xfe\x00",
    "empty": b"",
}


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_annotations_of_other_programs_are_never_touched(library, content):
    library.recordings.mkdir()
    wav, theirs = library.recordings / "p01_AV.wav", library.recordings / "p01_AV.json"
    write_wav(wav, SyntheticHeart().samples(4.0), 4000)
    theirs.write_bytes(content)
    (take,) = library.recover()
    assert (take.name, take.path, take.recovered) == ("p01_AV", wav, False)
    library.set_finding(take.id, finding())
    library.set_notes(take.id, "soft")
    kept = library.finding(take)
    assert kept is not None
    assert kept.label is HeartSoundClass.MURMUR
    assert library.delete([take.id]) == {}
    # What is not ours stays where it is; everything of ours has gone.
    assert [path.name for path in library.recordings.iterdir() if path.is_file()] == [theirs.name]
    assert library.restore([take.id]) == {}
    assert library.finding(take) == kept
    lose_the_rows(library)
    (again,) = library.recover()
    assert (again.notes, again.label) == ("soft", HeartSoundClass.MURMUR)
    assert theirs.read_bytes() == content


@pytest.fixture
def unreadable(monkeypatch):
    """A context in which no sidecar can be read, as of a cloud folder without its cloud."""

    @contextmanager
    def unreadable():
        read = Path.read_text

        def fail(path, *arguments, **keywords):
            if path.suffix == ".json":
                raise OSError(errno.EIO, "Input/output error")
            return read(path, *arguments, **keywords)

        with monkeypatch.context() as failing:
            failing.setattr(Path, "read_text", fail)
            yield

    return unreadable


def test_an_answer_that_cannot_be_read_once_is_there_again(library, unreadable):
    take = record(library)
    library.set_finding(take.id, finding())
    before = library.finding(take)
    assert before is not None
    changes = (
        lambda: library.set_notes(take.id, "soft"),
        lambda: library.set_labels(take.id, TakeLabels(patient_code="K-17")),
        lambda: library.set_finding(take.id, finding(label=HeartSoundClass.NORMAL)),
    )
    with unreadable():
        with pytest.raises(StorageError, match="Input/output error"):
            library.finding(take)
        for change in changes:
            with pytest.raises(SidecarError, match="Input/output error"):
                change()
        assert set(library.delete([take.id])) == {take.id}
    assert library.finding(take) == before
    assert library.get(take.id).label is HeartSoundClass.MURMUR
    assert {path.suffix for path in library.recordings.iterdir()} == {".wav", ".json", ""}
    # The next change writes all that was said.
    library.rename(take.id, "Morning round")
    told = json.loads(take.path.with_suffix(".json").read_text())["take"]
    assert (told["notes"], told["patient_code"]) == ("soft", "K-17")
    assert library.finding(take) == before


def test_what_a_sidecar_says_that_cannot_be_read_at_the_start_is_there_at_the_next(
    library, unreadable
):
    take = record(library, labels=TakeLabels(patient_code="K-17"))
    library.set_finding(take.id, finding())
    lose_the_rows(library)
    with unreadable():
        assert library.recover() == []
    (found,) = library.recover()
    assert (found.patient_code, found.label) == ("K-17", HeartSoundClass.MURMUR)


def places_in(content, place=()):
    """Every place in a JSON object; of lists the first entry's."""
    yield place
    entries = content.items() if isinstance(content, dict) else ()
    if isinstance(content, list):
        entries = enumerate(content[:1])
    for key, value in entries:
        yield from places_in(value, (*place, key))


@pytest.mark.parametrize(
    "value", [None, "x", "\ud800", [], {}, 10**400],
    ids=["null", "word", "half a character", "list", "object", "huge"],
)  # fmt: skip
def test_a_take_is_listed_and_used_whatever_was_edited_in_its_sidecar(library, value):
    take = record(library, gaps=[(1.0, 1.25)])
    library.set_finding(take.id, finding())
    beside = take.path.with_suffix(".json")
    whole = json.loads(beside.read_text())
    for place in places_in(whole):
        content = {"all": deepcopy(whole)}
        *parents, last = ("all", *place)
        reduce(getitem, parents, content)[last] = value
        for path in library.recordings.glob("*.json"):
            path.unlink()
        beside.write_text(json.dumps(content["all"]))
        lose_the_rows(library)
        found = [found.path for found in library.recover()]
        assert found == [take.path], place
        (listed,) = library.takes()
        library.finding(listed)
        library.rename(listed.id, "Morning round")


def test_an_answer_of_the_command_line_is_taken_over(library):
    library.recordings.mkdir()
    wav = library.recordings / "p01_AV.wav"
    write_wav(wav, SyntheticHeart().samples(4.0), 4000)
    beside = wav.with_suffix(".json")
    beside.write_text(json.dumps(finding_to_json(finding(), wav.name)))
    (take,) = library.recover()
    assert (take.label, take.recovered) == (HeartSoundClass.MURMUR, False)
    library.rename(take.id, "Aortic")
    assert json.loads(beside.read_text())["label"] == "murmur"
    assert json.loads(beside.read_text())["take"]["name"] == "Aortic"


def test_one_bad_file_never_ends_recovery(library):
    library.recordings.mkdir()
    for name in ("a", "b", "c"):
        write_wav(library.recordings / f"{name}.wav", SyntheticHeart().samples(4.0), 4000)
    (library.recordings / "a.json").write_text('{"take": 3}')
    told = {"created_at": [], "site": {}, "gaps": 5, "name": None, "patient_code": 17}
    (library.recordings / "b.json").write_text(json.dumps({"take": told}))
    (library.recordings / "b2.wav").mkdir()
    (library.recordings / "b3.wav").symlink_to("nowhere")
    names = [take.path.stem for take in library.recover()]
    assert names == ["a", "b", "c"]
    (told,) = (take for take in library.takes() if take.path.stem == "b")
    assert (told.name, told.patient_code, told.site, told.gaps) == ("b", "17", None, ())
    assert library.recover() == []


def test_recovery_that_is_stopped_has_found_some_and_finds_the_rest_later(library):
    library.recordings.mkdir()
    for name in ("a", "b", "c"):
        write_wav(library.recordings / f"{name}.wav", SyntheticHeart().samples(4.0), 4000)
    found = library.recover(stopped=lambda: library.count() == 1)
    assert [take.path.stem for take in found] == ["a"]
    assert [take.path.stem for take in library.recover()] == ["b", "c"]


def test_a_recording_whose_sidecar_cannot_be_written_is_listed(library):
    library.recordings.mkdir()
    write_wav(library.recordings / "p01_AV.wav", SyntheticHeart().samples(4.0), 4000)
    (library.recordings / "p01_AV.json").mkdir()
    assert len(library.recover()) == library.count() == 1


def test_a_take_that_another_program_found_unfinished_is_added_all_the_same(tmp_path):
    first = Library(tmp_path / "library.sqlite", tmp_path / "recordings")
    first.recordings.mkdir()
    path = first.new_take_path(NOW)
    writer = TakeWriter(path, 4000)
    writer.write(np.ones(8000, np.int16))
    writer._patch()
    # Its own program knows that it is being written.
    assert first.recover() == []
    second = Library(tmp_path / "library.sqlite", tmp_path / "recordings")
    (found,) = second.recover()
    assert found.recovered
    second.set_finding(found.id, finding())
    second.set_notes(found.id, "what is this?")
    writer.write(np.ones(8000, np.int16))
    writer.close()
    labels = TakeLabels(AuscultationSite.MITRAL, Posture.SUPINE, "K-17")
    take = first.add(
        path, duration_s=4.0, sample_rate_hz=4000, created_at=NOW, labels=labels, gaps=[(1.0, 2.0)]
    )
    assert take == first.get(take.id) == second.get(found.id)
    assert (take.labels, take.duration_s, take.gaps) == (labels, 4.0, ((1.0, 2.0),))
    assert (take.notes, take.recovered) == ("what is this?", False)
    # The answer was one of half the take.
    assert take.decision is first.finding(take) is None
    first.set_finding(take.id, finding())
    assert (first.count(), first.recover(), second.recover()) == (1, [], [])
    first.close()
    second.close()


def test_what_is_said_of_a_take_that_a_locked_table_does_not_list_is_there_at_the_next_start(
    tmp_path,
):
    database, recordings = tmp_path / "library.sqlite", tmp_path / "recordings"
    first = Library(database, recordings)
    first._table.connection.execute("PRAGMA busy_timeout=0")
    labels = TakeLabels(AuscultationSite.MITRAL, Posture.SUPINE, "K-17")
    with closing(sqlite3.connect(database)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="locked") as caught:
            record(first, labels=labels, gaps=[(1.0, 1.25)])
    assert "added again at the next start" in caught.value.remedy
    first.close()
    second = Library(database, recordings)
    (found,) = second.recover()
    assert (found.labels, found.gaps, found.created_at) == (labels, ((1.0, 1.25),), NOW)
    second.close()


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text there")
def test_a_folder_whose_name_is_no_text_is_said_and_the_take_stays(tmp_path):
    library = Library(tmp_path / "library.sqlite", tmp_path / os.fsdecode(b"r\xe9cordings"))
    library.recordings.mkdir()
    path = library.new_take_path(NOW)
    TakeWriter(path, 4000).close()
    with pytest.raises(StorageError, match="could not be") as caught:
        library.add(path, duration_s=4.0, sample_rate_hz=4000, created_at=NOW, labels=TakeLabels())
    assert "untouched" in caught.value.kept
    assert path.exists()
    library.close()


def test_the_name_of_a_deleted_take_is_not_given_again(library):
    take = record(library)
    library.set_notes(take.id, "soft")
    library.delete([take.id])
    assert library.new_take_path(NOW) != take.path
    # Nor is a row whose file is gone from the trash in the way of another take.
    (library.recordings / TRASH / take.path.name).unlink()
    other = record(library)
    assert (other.path, other.notes) == (take.path, "")
    assert [kept.id for kept in library.takes()] == [other.id]


def test_what_several_threads_say_of_a_take_is_all_kept(library):
    take = record(library)
    shown = []

    def answer(n: int) -> None:
        library.set_finding(take.id, replace(finding(), heart_rate_bpm=float(n)))
        shown.append(("rate", library.get(take.id).heart_rate_bpm == n))
        kept = library.finding(take)
        shown.append(("answer", kept is not None and kept.heart_rate_bpm == n))

    def note(n: int) -> None:
        library.set_notes(take.id, str(n))
        shown.append(("notes", library.get(take.id).notes == str(n)))

    def label(n: int) -> None:
        labels = TakeLabels(patient_code=str(n))
        library.set_labels(take.id, labels)
        shown.append(("labels", library.get(take.id).labels == labels))

    def often(act) -> None:
        for n in range(50):
            act(n)

    with ThreadPoolExecutor() as pool:
        for running in [pool.submit(often, act) for act in (answer, note, label)]:
            running.result()
    assert [what for what, kept in shown if not kept] == []
    beside = json.loads(take.path.with_suffix(".json").read_text())
    assert (beside["take"]["notes"], beside["take"]["patient_code"]) == ("49", "49")
    assert beside["heart_rate_bpm"] == 49.0
    # Nothing unfinished is left.
    assert len(list(library.recordings.iterdir())) == 2


def test_copies_that_were_cut_off_are_swept_and_no_take_with_them(library):
    take, deleted = record(library, 1), record(library, 2)
    library.delete([deleted.id])
    trash = library.recordings / TRASH
    long_ago = time.time() - 2 * ABANDONED_S
    before = {*library.recordings.iterdir(), *trash.iterdir()}
    for folder in (library.recordings, trash):
        (folder / f".{uuid4().hex}.new").write_bytes(b"part")
    for path in (*library.recordings.glob("*.*"), *trash.glob("*.*")):
        os.utime(path, (long_ago, long_ago))
    assert library.recover() == []
    assert {*library.recordings.iterdir(), *trash.iterdir()} == before
    assert take.path in before


PAGE_BYTES = 4096
DAMAGE = {
    "gone": lambda page, rng: bytes(PAGE_BYTES),
    "noise": lambda page, rng: rng.bytes(PAGE_BYTES),
    "some": lambda page, rng: page[:1000] + rng.bytes(60) + page[1060:],
    "middle": lambda page, rng: page[:2500] + rng.bytes(9) + page[2509:],
    "end": lambda page, rng: page[:4000] + rng.bytes(60) + page[4060:],
    "file names": lambda page, rng: page.replace(b"take-2026", b"take\0\xff026"),
    "dates": lambda page, rng: page.replace(b"2026-03", b"2026*03"),
}


def use(library: Library) -> list[str]:
    """Ask and change everything. Returns what was said of it."""
    labels, when = TakeLabels(patient_code="K-99"), NOW + timedelta(days=1)
    acts = [library.count, lambda: library.count("mitral"), library.recover]
    for order in SORT_COLUMNS:
        for words in ("", "k-7"):
            acts.append(lambda order=order, words=words: library.takes(words, order_by=order))
    for n in (1, 40):
        acts += [
            lambda n=n: library.finding(library.get(n)),
            lambda n=n: library.set_notes(n, "soft"),
            lambda n=n: library.set_finding(n, finding()),
            lambda n=n: library.delete([n]),
            lambda n=n: library.restore([n]),
        ]
    acts.append(
        lambda: library.add(
            library.new_take_path(when), duration_s=4.0, sample_rate_hz=4000, created_at=when,
            labels=labels,
        )
    )  # fmt: skip
    said = []
    for act in acts:
        try:
            act()
        except StorageError as error:
            said.append(error.message)
    return said


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_page_is_never_more_than_a_storage_error(tmp_path, damage):
    database, recordings = tmp_path / "library.sqlite", tmp_path / "recordings"
    first = Library(database, recordings)
    recordings.mkdir()
    for n in range(40):
        first.add(
            recordings / f"take-20260301-{n:06d}.wav", duration_s=4.0, sample_rate_hz=4000,
            created_at=NOW + timedelta(minutes=n),
            labels=TakeLabels(AuscultationSite.MITRAL, None, f"K-{n}"), name=f"Name {n}" * 5,
        )  # fmt: skip
    first.close()
    assert use(Library(database, recordings)) == []
    whole = database.read_bytes()
    rng = np.random.default_rng(0)
    for start in range(0, len(whole), PAGE_BYTES):
        for path in tmp_path.glob("library.*"):
            path.unlink()
        page = whole[start : start + PAGE_BYTES]
        database.write_bytes(whole[:start] + damage(page, rng) + whole[start + PAGE_BYTES :])
        try:
            library = Library(database, recordings)
        except StorageError:
            continue
        use(library)
        library.close()
        # Whole pages are missed; a few changed letters may be no damage that shows.
        assert library.damaged or damage not in (DAMAGE["gone"], DAMAGE["noise"])


def test_a_table_of_a_newer_version_is_left_alone(tmp_path):
    connection = sqlite3.connect(tmp_path / "library.sqlite")
    connection.execute(f"PRAGMA user_version={len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(StorageError, match="written by a newer HeartGUI") as caught:
        Library(tmp_path / "library.sqlite", tmp_path)
    assert "Install that version or a newer one" in caught.value.remedy
    assert "folder exists" not in str(caught.value)
    connection = sqlite3.connect(tmp_path / "library.sqlite")
    assert connection.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS) + 1
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    connection.close()


def test_a_result_that_cannot_be_written_is_said_and_the_take_stays(library):
    take = record(library)
    take.path.with_suffix(".json").unlink()
    take.path.with_suffix(".json").mkdir()
    with pytest.raises(StorageError) as caught:
        library.set_finding(take.id, finding())
    assert "kept" in str(caught.value)
    assert np.any(soundfile.read(take.path)[0])


def test_what_is_said_of_a_take_and_cannot_be_written_beside_it_is_called_what_it_is(
    library, monkeypatch
):
    def fail(*_arguments, **_keywords):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(json, "dump", fail)
    with pytest.raises(SidecarError) as added:
        record(library)
    take_id = added.value.take_id
    with pytest.raises(SidecarError) as noted:
        library.set_notes(take_id, "soft")
    with pytest.raises(SidecarError) as answered:
        library.set_finding(take_id, finding())
    with pytest.raises(SidecarError) as renamed:
        library.rename(take_id, "Morning round")
    for caught in (added, noted, renamed):
        assert caught.value.message.startswith("Name, labels and notes are in the library, but")
        assert "(No space left on device)" in caught.value.message
        assert "classify" not in str(caught.value)
    assert answered.value.message.startswith("The result could not be written")
    assert "classify it again" in answered.value.remedy
    assert library.get(take_id).notes == "soft"


def test_the_table_keeps_the_answer_beside_a_take_where_a_new_one_cannot_be_written(
    library, monkeypatch
):
    first, second = record(library, 1), record(library, 2)
    library.set_finding(first.id, finding())
    library.set_notes(first.id, "soft")
    before = library.get(first.id)
    normal = finding(label=HeartSoundClass.NORMAL)

    def fail(*_arguments, **_keywords):
        raise OSError(errno.EROFS, "Read-only file system")

    with monkeypatch.context() as failing:
        failing.setattr(json, "dump", fail)
        for take in (first, second):
            with pytest.raises(SidecarError, match="Read-only file system") as caught:
                library.set_finding(take.id, normal)
            assert "kept" in caught.value.kept
    assert library.get(first.id) == before
    answer = library.finding(first)
    assert answer is not None
    assert answer.label is before.label is HeartSoundClass.MURMUR
    # A take without any has nothing beside it that says something else.
    assert library.get(second.id).label is HeartSoundClass.NORMAL
    library.set_finding(first.id, normal)
    assert library.get(first.id).label is HeartSoundClass.NORMAL


def test_a_take_that_is_gone_is_not_called_kept(library):
    take = record(library)
    shutil.rmtree(library.recordings)
    with pytest.raises(StorageError, match="could not be written beside the take") as caught:
        library.set_finding(take.id, finding())
    assert caught.value.kept == ""


def test_unknown_takes_are_said(library):
    with pytest.raises(StorageError, match="no longer in the library"):
        library.get(99)
