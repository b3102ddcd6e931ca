"""Files that are there whole or not at all, also after a power cut or a kill."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import pytest

from heartgui.audio import whole_files
from heartgui.audio.whole_files import ABANDONED_S, UNFINISHED, remove_abandoned, whole_or_not

OURS = f".{'0a' * 16}.new"
COPYING = """
import sys, time
from pathlib import Path
from heartgui.audio.whole_files import whole_or_not
with whole_or_not(Path(sys.argv[1])) as new:
    new.write_bytes(b"part")
    print("copying", flush=True)
    time.sleep(100)
"""


def left_alone_for_long(path):
    """Nothing has been written to it for more than a day."""
    then = time.time() - ABANDONED_S - 60
    os.utime(path, (then, then), follow_symlinks=False)
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="no folder can be brought to the disk there")
def test_a_file_is_on_the_disk_before_it_has_its_name_and_the_name_is_at_the_end(
    tmp_path, monkeypatch
):
    path, sync, synced = tmp_path / "out.wav", os.fsync, []

    def fsync(descriptor: int) -> None:
        sync(descriptor)
        synced.append((os.fstat(descriptor).st_ino, path.exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    with whole_or_not(path) as new:
        new.write_bytes(b"sound")
    assert synced == [(path.stat().st_ino, False), (tmp_path.stat().st_ino, True)]


@pytest.mark.parametrize("held_for", [2, 99])
def test_where_an_open_file_cannot_be_replaced_it_is_tried_again(tmp_path, monkeypatch, held_for):
    path, tries = tmp_path / "take.json", []
    path.write_text("old")
    replace = Path.replace

    def while_open(new, target):
        tries.append(new)
        if len(tries) <= held_for:
            raise PermissionError
        return replace(new, target)

    monkeypatch.setattr(Path, "replace", while_open)
    monkeypatch.setattr(whole_files, "HELD_WHILE_OPEN", True)
    monkeypatch.setattr(whole_files, "HELD_S", (0.0,) * 3)
    held_to_the_end = held_for > 3
    with (
        pytest.raises(PermissionError) if held_to_the_end else nullcontext(),
        whole_or_not(path) as new,
    ):
        new.write_text("new")
    assert len(tries) == (4 if held_to_the_end else 3)
    assert path.read_text() == ("old" if held_to_the_end else "new")
    assert [file.name for file in tmp_path.iterdir()] == ["take.json"]


def test_what_a_killed_program_left_is_removed_once_it_is_old(tmp_path):
    command = [sys.executable, "-c", COPYING, str(tmp_path / "out.wav")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stdout.readline().strip() == b"copying"
        (unfinished,) = tmp_path.iterdir()
        # It may be still written to, by another program as well.
        remove_abandoned(tmp_path)
        assert unfinished.exists()
        program.kill()
    assert UNFINISHED.fullmatch(unfinished.name)
    left_alone_for_long(unfinished)
    remove_abandoned(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["take.wav", ".new", f"{OURS}.wav", OURS[1:], OURS.upper(), f".{'0g' * 16}.new",
             f".{'0a' * 15}.new", f"{OURS}\n"],
)  # fmt: skip
def test_no_file_of_another_name_is_removed(tmp_path, name):
    other = tmp_path / name
    other.touch()
    remove_abandoned(left_alone_for_long(other).parent)
    assert list(tmp_path.iterdir()) == [other]


def test_folders_and_links_are_not_removed_nor_is_a_missing_folder_an_error(tmp_path):
    folder, link = tmp_path / OURS, tmp_path / OURS.replace("0a", "0b")
    folder.mkdir()
    link.symlink_to(folder)
    for entry in (folder, link):
        left_alone_for_long(entry)
    remove_abandoned(tmp_path)
    assert set(tmp_path.iterdir()) == {folder, link}
    remove_abandoned(tmp_path / "missing")
