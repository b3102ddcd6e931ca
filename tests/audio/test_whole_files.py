"""Files that are there whole or not at all, also after a power cut."""

from __future__ import annotations

import os
import sys

import pytest

from heartgui.audio.whole_files import whole_or_not


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
