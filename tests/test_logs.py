"""The log and the crash file, also where they cannot be written."""

from __future__ import annotations

import logging

import pytest

from heartgui.logs import start_crash_file, start_log, stop_log


@pytest.mark.parametrize(
    ("in_the_way", "missing"),
    [("logs", ["log", "crash file"]), ("logs/heartgui.log/x", ["log"]), ("logs/crash.txt/x", [])],
)
def test_where_none_can_be_written_it_is_said_once(tmp_path, capsys, in_the_way, missing):
    (tmp_path / in_the_way).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / in_the_way).write_text("in the way")
    handler = start_log(tmp_path / "logs")
    crash_file, _ = start_crash_file(tmp_path / "logs")
    logging.getLogger("heartgui").info("goes on")
    crash_file.clean_end()
    stop_log(handler)
    said = [line.partition(" is kept")[0] for line in capsys.readouterr().err.splitlines()]
    assert said == [f"heartgui: no {what}" for what in missing]


def test_what_a_crashed_run_left_is_kept(tmp_path):
    first, crashed = start_crash_file(tmp_path)
    assert not crashed
    first.file.write("Fatal Python error")
    first.file.close()
    second, crashed = start_crash_file(tmp_path)
    assert crashed
    assert (tmp_path / "crash-last.txt").read_text() == "Fatal Python error"
    second.clean_end()
    assert not (tmp_path / "crash.txt").exists()
