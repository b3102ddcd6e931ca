"""The library: WAV files in a folder, a row for each, an answer beside each.

The WAV file comes first and is never touched again; the row and the sidecar follow. After a
crash between them, `recover` finds the file and makes the rest anew; what was said of a take while
it was recorded lies beside it in a sidecar that is marked as unfinished. Takes stay where they were
written when another recordings folder is chosen.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from heartgui.audio.files import read_recording, write_wav
from heartgui.audio.whole_files import remove_abandoned
from heartgui.domain import Finding
from heartgui.errors import SidecarError, StorageError
from heartgui.library.places import (
    TRASH,
    file_name,
    in_trash,
    is_there,
    moved,
    place_of,
    taken_back,
)
from heartgui.library.rows import answered, composed, labels_of, take_of
from heartgui.library.sidecar import (
    created_at_of,
    finding_of,
    is_unfinished,
    may_have_answer,
    read_sidecar,
    remove_unfinished,
    tells_of_take,
    told_of,
    write_labels,
    write_sidecar,
    write_unfinished,
)
from heartgui.library.table import TakeTable, unreadable
from heartgui.library.take import Take, TakeLabels

log = logging.getLogger(__name__)

TAKE_NAME = re.compile(r"take-\d{8}-\d{6}(-\d+)?")
"""How new_take_path names files. Of other ones nobody can say that they were interrupted."""


class Library:
    """All takes. May be used from several threads; each call is short. A change takes as long as
    the disk needs to have it; who only reads does not wait for it, nor does `new_take_path`.

    recordings: the folder of new WAV files; another absolute one may be set at any time. damaged:
    whether the table had to be made anew.
    Every call raises StorageError where the disk or the table fails.
    """

    def __init__(self, database: Path, recordings: Path) -> None:
        self.recordings = recordings.absolute()
        self._begun: set[Path] = set()
        self._table = TakeTable(database, self.recordings)
        self._lock = self._table.lock
        # Not the table's: what is written of a running take keeps nobody waiting meanwhile, nor
        # does the answer of the last one keep the next take waiting for its name.
        self._unfinished = threading.Lock()
        self._naming = threading.Lock()
        self._answering: dict[int, Finding] = {}
        """Answers that are being written, by their takes."""
        self.damaged = self._table.damaged

    def close(self) -> None:
        self._table.close()

    # --- takes --------------------------------------------------------------------------

    def new_take_path(self, now: datetime) -> Path:
        """A free file name for a take begun now; it names nobody.

        `recover` leaves it alone until it is added.
        """
        stem = f"take-{now.astimezone().strftime('%Y%m%d-%H%M%S')}"
        folder = self.recordings
        with self._naming:
            path, number = folder / f"{stem}.wav", 2
            # A file that is added comes to its name only when it is whole: it would replace a take
            # that was begun there meanwhile.
            while path in self._begun or is_there(path) or is_there(in_trash(path)):
                path, number = folder / f"{stem}-{number}.wav", number + 1
            self._begun.add(path)
        return path

    def write_unfinished(
        self, path: Path, begun_at: datetime, labels: Callable[[], TakeLabels | None]
    ) -> None:
        """Write beside the file of a running take what is said of it, for `recover`.

        labels: asked when it is written; None where the take has ended meanwhile, and nothing is
        written, nor once it is added. A failure is only logged: the take goes on, and `add` tells
        of it at the end.
        """
        with self._unfinished:
            said = labels()
            if said is None or path not in self._begun:
                return
            take = Take(
                id=0, path=path, created_at=begun_at.astimezone(UTC), duration_s=0.0,
                sample_rate_hz=0, name=path.stem, **vars(said),
            )  # fmt: skip
            try:
                write_unfinished(take)
            except (OSError, ValueError) as error:
                reason = getattr(error, "strerror", None) or type(error).__name__
                log.warning("what is said of a running take was not written: %s", reason)

    def discard(self, path: Path) -> None:
        """Remove the file of a take in which nothing was heard, and what was said of it."""
        with self._unfinished:
            with suppress(OSError):
                path.unlink(missing_ok=True)
            with suppress(OSError):
                remove_unfinished(path)

    def add(
        self,
        path: Path,
        *,
        duration_s: float,
        sample_rate_hz: int,
        created_at: datetime,
        labels: TakeLabels,
        gaps: Sequence[tuple[float, float]] = (),
        name: str = "",
        recovered: bool = False,
    ) -> Take:
        """Make the row and the sidecar of a WAV file that is already in place.

        Where another program's `recover` has made a row of the unfinished file, that one is used;
        its answer goes, for it is one of a part. Raises SidecarError, with the take's number, where
        the row was made and only the sidecar fails. Where the row fails there is still a sidecar.
        """
        take = Take(
            id=0, path=path, created_at=created_at.astimezone(UTC), duration_s=duration_s,
            sample_rate_hz=sample_rate_hz, name=name or path.stem, site=labels.site,
            posture=labels.posture, patient_code=labels.patient_code, gaps=tuple(gaps),
            recovered=recovered,
        )  # fmt: skip
        with self._unfinished, self._lock:
            try:
                known = self._table.row_with_file(path)
                if known is not None and known["deleted_at"] is None:
                    take = replace(
                        take, id=known["id"], name=name or known["name"], notes=known["notes"]
                    )
                take = self._table.insert(take)
            except StorageError:
                # The next start finds the file, and here what was said of it.
                with suppress(StorageError):
                    write_sidecar(take, None)
                raise
            self._begun.discard(path)
            write_sidecar(take, None)
        return take

    def add_file(self, source: Path, now: datetime) -> Take:
        """Copy any sound file into the library as a WAV file. Raises AudioFileError too."""
        recording = read_recording(source)
        path = self.new_take_path(now)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"The recordings folder cannot be used ({error.strerror or error}).",
                kept=f"{source.name} is where it was.",
                remedy="Choose another recordings folder in Settings.",
            ) from error
        # Another program may record in the same folder, and have taken the name meanwhile.
        write_wav(path, recording.samples, recording.sample_rate_hz, over=False)
        return self.add(
            path, duration_s=recording.duration_s, sample_rate_hz=recording.sample_rate_hz,
            created_at=now, labels=TakeLabels(), name=composed(source.stem),
        )  # fmt: skip

    def get(self, take_id: int) -> Take:
        """Raises StorageError for an unknown number."""
        return self._take(self._table.row(take_id), self._place)

    def count(self, search: str = "") -> int:
        return self._table.count(search)

    def ids(
        self, search: str = "", *, order_by: str = "created_at", descending: bool = True
    ) -> list[int]:
        """The numbers of all takes that hold every word of `search`, in order; quick for 100,000.
        order_by: see `table.SORT_COLUMNS`."""
        return self._table.ids(search, order_by, descending=descending)

    def read(self, take_ids: Sequence[int]) -> list[Take]:
        """These takes, in this order; unknown ones are left out. Each path is where the file was
        written to: no file is looked for, which may take minutes on a drive that is gone. Where it
        is now `get` says."""
        return [self._take(row, _written) for row in self._table.rows(take_ids)]

    def takes(
        self, search: str = "", *, order_by: str = "created_at", descending: bool = True
    ) -> list[Take]:
        """All takes that hold every word of `search`, as `read` has them; some 20,000 a second."""
        return self.read(self.ids(search, order_by=order_by, descending=descending))

    def labels(self, take_ids: Sequence[int]) -> set[TakeLabels]:
        """What the person said of these takes, each once."""
        try:
            return {labels_of(row) for row in self._table.labels(take_ids)}
        except ValueError as error:
            raise unreadable(error) from error

    def finding(self, take: Take) -> Finding | None:
        """The answer beside a take, None before there is one. Raises StorageError while it cannot
        be read."""
        on_its_way = self._answering.get(take.id)
        if on_its_way is not None:
            return on_its_way
        with suppress(OSError):
            return finding_of(read_sidecar(take.path))
        try:
            # On Windows it cannot be read in the moment in which it is replaced.
            with self._lock:
                return finding_of(read_sidecar(take.path))
        except OSError as error:
            raise StorageError(
                f"The result beside the take could not be read ({error.strerror or error}).",
                kept="It is left as it is.",
                remedy="Check that its drive is there and that you may read its folder, then choose"
                " the recording again.",
            ) from error

    # --- changes ------------------------------------------------------------------------

    def set_finding(self, take_id: int, finding: Finding) -> None:
        """Raises SidecarError where it cannot be written beside the take. It is in the table then,
        unless an older one lies there: that stays in both."""
        self._answering[take_id] = finding
        try:
            self._update(take_id, lambda take: answered(take, finding), finding)
        finally:
            if self._answering.get(take_id) is finding:
                del self._answering[take_id]

    def set_labels(self, take_id: int, labels: TakeLabels) -> bool:
        """Returns whether they are others than before."""
        return self.change_labels(take_id, lambda _: labels)

    def change_labels(self, take_id: int, change: Callable[[TakeLabels], TakeLabels]) -> bool:
        """Make others of a take's labels, in one step for all threads. Returns whether they are
        others."""
        with self._lock:
            before = self.get(take_id).labels
            labels = change(before)
            if labels == before:
                return False
            self._update(take_id, lambda take: replace(take, **vars(labels)))
            return True

    def rename(self, take_id: int, name: str) -> None:
        self._update(take_id, lambda take: replace(take, name=name.strip()))

    def set_notes(self, take_id: int, notes: str) -> None:
        self._update(take_id, lambda take: replace(take, notes=notes))

    def delete(self, take_ids: Iterable[int]) -> dict[int, StorageError]:
        """Move files into the trash folder and hide the rows; `restore` undoes it.

        Returns the takes that could not be deleted, and why; they are unchanged, and all others
        are deleted.
        """
        return self._each(take_ids, self._delete)

    def restore(self, take_ids: Iterable[int]) -> dict[int, StorageError]:
        """Bring deleted takes back. Returns those that could not be, and why."""
        return self._each(take_ids, self._restore)

    def recover(
        self, stopped: Callable[[], bool] = lambda: False, folder: Path | None = None
    ) -> list[Take]:
        """Add WAV files of a folder, else of the one in use, that have no row, with what their
        sidecars say of them; until it is stopped, which is asked before each. The rest is found the
        next time.

        So are takes found that were interrupted by a crash, and all takes of a lost table. A file
        that cannot be added, or whose sidecar cannot be read, is left out until the next time.
        Deleted takes whose files were put back by hand are no longer deleted; they are not among
        those returned. Copies that were cut off are removed.
        """
        folder = folder or self.recordings
        for swept in (folder, folder / TRASH):
            remove_abandoned(swept)
        rows = self._table.places()
        known = {row["file"] for row in rows if row["deleted_at"] is None}
        rows_of_name = defaultdict(list)
        for row in rows:
            rows_of_name[file_name(str(row["file"]))].append(row)
        found = []
        for path in _wav_files(folder):
            if stopped():
                break
            if str(path) in known or path in self._begun:
                continue
            try:
                take = self._recover(path, rows_of_name[path.name])
            except Exception as error:
                log.warning(
                    "a file in the recordings folder was left out: %s", type(error).__name__
                )
                continue
            if take is not None:
                found.append(take)
        return found

    # --- parts --------------------------------------------------------------------------

    def _recover(self, path: Path, rows: Sequence[sqlite3.Row]) -> Take | None:
        """Add one file. rows: those of its name, in whichever folder. None if one is its own."""
        if self._came_back(path):
            return None
        sidecar = read_sidecar(path)
        if self._came_along(path, created_at_of(sidecar), rows):
            return None
        recording = read_recording(path)
        interrupted = not sidecar or is_unfinished(sidecar)
        take = Take(
            id=0, path=path, created_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
            duration_s=recording.duration_s, sample_rate_hz=recording.sample_rate_hz,
            name=path.stem, recovered=interrupted and TAKE_NAME.fullmatch(path.stem) is not None,
        )  # fmt: skip
        finding = finding_of(sidecar)
        if finding is not None:
            take = answered(take, finding)
        with self._lock:
            if self._table.row_with_file(path) is not None:
                return None
            take = self._table.insert(told_of(take, sidecar))
            if interrupted or not tells_of_take(sidecar):
                try:
                    write_sidecar(take, finding)
                except StorageError as error:
                    log.warning("a recovered file has no sidecar: %s", error.message)
        return take

    def _each(self, take_ids: Iterable[int], act: Callable[[int], None]) -> dict[int, StorageError]:
        """Do it for every take; returns those for which it failed, and why."""
        failed = {}
        for take_id in take_ids:
            try:
                with self._lock:
                    act(take_id)
            except StorageError as error:
                failed[take_id] = error
        return failed

    def _delete(self, take_id: int) -> None:
        take = self.get(take_id)
        folder = take.path.parent
        try:
            # Of a folder that is not there, as of a drive that was taken out, only the row goes.
            if folder.is_dir():
                (folder / TRASH).mkdir(exist_ok=True)
            with self._row_deleted(take_id), moved(take.path, folder, folder / TRASH):
                pass
        except OSError as error:
            raise StorageError(
                f"{take.name} could not be deleted ({error.strerror or error}).",
                kept="It is unchanged.",
            ) from error

    @contextmanager
    def _row_deleted(self, take_id: int) -> Iterator[None]:
        """Hide the row while its files are moved, for good if the block ends well.

        The row goes first: `recover` brings a hidden one back whose file is still in its place, but
        of a file that is in the trash nobody would know that its row has stayed.
        """
        self._table.set_deleted(take_id, datetime.now(UTC).isoformat())
        try:
            yield
        except BaseException:
            self._table.set_deleted(take_id, None)
            raise

    def _restore(self, take_id: int) -> None:
        take = self.get(take_id)
        folder = take.path.parent
        try:
            with moved(take.path, folder / TRASH, folder):
                self._table.set_deleted(take_id, None)
        except OSError as error:
            raise StorageError(
                f"{take.name} could not be brought back ({error.strerror or error}).",
                kept=f"Its file is still in {folder / TRASH}.",
            ) from error

    def _came_back(self, path: Path) -> bool:
        """Whether a file has a row. A deleted row comes back if the file was put back by hand."""
        with self._lock:
            row = self._table.row_with_file(path)
            if row is None:
                return False
            if row["deleted_at"] is not None and taken_back(path):
                self._table.set_deleted(row["id"], None)
        return True

    def _came_along(
        self, path: Path, created_at: datetime | None, rows: Sequence[sqlite3.Row]
    ) -> bool:
        """Whether a file is a take that has its row under another folder, as after the library
        was moved. The row follows the file unless the take is still where the row says."""
        for row in rows:
            if datetime.fromisoformat(row["created_at"]) != created_at:
                continue
            if not is_there(Path(row["file"])):
                self._table.set_file(row["id"], path)
            return True
        return False

    def _place(self, row: sqlite3.Row) -> Path:
        """Where a take's file is now."""
        deleted = row["deleted_at"] is not None
        return place_of(
            row["file"], self.recordings, deleted=deleted,
            is_another=lambda path: self._table.row_with_file(path) is not None,
        )  # fmt: skip

    def _update(
        self, take_id: int, change: Callable[[Take], Take], finding: Finding | None = None
    ) -> None:
        """Change row and sidecar, in one step for all threads. finding: the new one, if any.

        Where only the sidecar fails, the row keeps the change, but for an answer that would take
        the place of an older one.
        """
        with self._lock:
            row = self._table.row(take_id)
            before = self._take(row, self._place)
            take = change(before)
            self._table.update(take)
            if row["deleted_at"] is not None:
                take = replace(take, path=in_trash(take.path))
            if finding is None:
                write_labels(take)
                return
            try:
                write_sidecar(take, finding)
            except SidecarError as error:
                # What lies beside the take is shown as its answer: the table says no other one.
                if may_have_answer(take.path):
                    self._table.update(before)
                    error.kept = "The answer that it had is kept."
                raise

    def _take(self, row: sqlite3.Row, path_of: Callable[[sqlite3.Row], Path]) -> Take:
        try:
            return take_of(row, path_of(row))
        except (TypeError, ValueError) as error:
            raise unreadable(error) from error


def _written(row: sqlite3.Row) -> Path:
    """Where a take's file was written to."""
    return Path(row["file"])


def _wav_files(folder: Path) -> list[Path]:
    try:
        if not folder.is_dir():
            return []
        return [path for path in sorted(folder.iterdir()) if path.suffix.lower() == ".wav"]
    except OSError as error:
        raise StorageError(
            f"The recordings folder could not be read ({error.strerror or error}).",
            remedy="Check that you may look into it, or choose another one in Settings.",
        ) from error
