"""Two programs never use one data folder at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from heartgui.one_instance import ALREADY_RUNNING
from tests.helpers.started import wait_until_started

Running = subprocess.Popen[str]


def environment(home: Path) -> dict[str, str]:
    return os.environ | {"HEARTGUI_HOME": str(home), "HEARTGUI_QUIT_AFTER_S": "1"}


def start_again(home: Path, *files: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "heartgui", *files],
        env=environment(home), capture_output=True, text=True, timeout=180,
    )  # fmt: skip


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """A program that uses tmp_path until it is told to end."""
    lasting = environment(tmp_path) | {"HEARTGUI_QUIT_AFTER_S": "300"}
    process = subprocess.Popen([sys.executable, "-m", "heartgui"], env=lasting, text=True)
    try:
        wait_until_started(process, tmp_path)
        yield process
    finally:
        process.kill()
        process.wait()


def everything(home: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_a_second_program_says_so_and_touches_nothing(running, tmp_path):
    before = everything(tmp_path)
    second = start_again(tmp_path)
    assert second.returncode == 1
    assert second.stderr == f"heartgui: {ALREADY_RUNNING}\n"
    assert everything(tmp_path) == before
    running.send_signal(signal.SIGTERM)
    assert running.wait(60) == 0
    assert start_again(tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (["a.wav"], "Open the file there with Ctrl+O, or drop it onto the window."),
        (["a.wav", "b"], "Open the files there with Ctrl+O, or drop them onto the window."),
    ],
)
def test_a_second_program_says_how_its_file_is_opened(running, tmp_path, files, words):
    second = start_again(tmp_path, *files)
    assert second.returncode == 1
    assert second.stderr == f"heartgui: {ALREADY_RUNNING} {words}\n"


def test_a_window_says_so_too(running, tmp_path):
    shown = {k: v for k, v in environment(tmp_path).items() if k != "QT_QPA_PLATFORM"}
    started = time.monotonic()
    second = subprocess.run(
        ["xvfb-run", "-a", sys.executable, "-m", "heartgui"],
        env=shown, capture_output=True, text=True, timeout=180,
    )  # fmt: skip
    assert second.returncode == 1
    assert second.stderr == f"heartgui: {ALREADY_RUNNING}\n"
    # It stood there until the set time was over.
    assert time.monotonic() - started > 1.0


def test_another_data_folder_is_another_program(running, tmp_path_factory):
    assert start_again(tmp_path_factory.mktemp("other")).returncode == 0


def test_a_killed_program_is_in_nobodys_way(running, tmp_path):
    running.kill()
    running.wait()
    assert (tmp_path / "library.lock").exists()
    again = start_again(tmp_path)
    assert again.returncode == 0, again.stderr
    assert not (tmp_path / "library.lock").exists()
