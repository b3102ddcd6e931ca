"""What every test gets: a home of its own, no screen, and a look at what it left behind."""

from __future__ import annotations

import gc
import logging
import os
import threading

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is, and nothing of the program.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# TensorFlow prints about the processor before logging can be told otherwise.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
if os.environ.get("LC_ALL") in ("C", "POSIX"):
    # Qt complains of it; Python does this by itself where LC_ALL is not set.
    os.environ["LC_ALL"] = "C.UTF-8"


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory, monkeypatch):
    """Nothing of the person who runs the tests is read or written."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HEARTGUI_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def garbage_is_taken_away_between_tests(request):
    """Not within them, as in the program: see `heartgui.ui.garbage`."""
    if "qapp" not in request.fixturenames:
        yield
        return
    gc.disable()
    yield
    gc.collect()
    # What is left need not be looked through after each test.
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def nothing_left_running():
    """A test that leaves one of the program's threads running fails."""
    before = set(threading.enumerate())
    yield
    left = [
        thread.name
        for thread in set(threading.enumerate()) - before
        if thread.is_alive() and thread.name in ("playback", "capture", "analysis")
    ]
    assert not left, f"threads still run: {left}"


@pytest.fixture(autouse=True)
def no_qt_complaints(request, qtlog):
    """Qt prints what is wrong and goes on; here it fails the test."""
    yield
    if "qt_complaints_expected" in request.keywords:
        return
    complaints = [
        record.message
        for record in qtlog.records
        if record.type_name in ("QtWarningMsg", "QtCriticalMsg")
        # The offscreen platform says so of every window.
        and "This plugin does not support" not in record.message
    ]
    assert not complaints, complaints


@pytest.fixture(autouse=True)
def no_unexpected_log(caplog):
    """An exception that was only logged fails the test."""
    yield
    errors = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.name.startswith("heartgui")
        and record.exc_info
        and record.levelno >= logging.ERROR
    ]
    assert not errors, errors
