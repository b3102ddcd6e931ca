"""`heartgui classify` and its neighbours, as a person or a script runs them."""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile

from heartgui.__main__ import main
from heartgui.commands.classify import NAME_WIDTH
from heartgui.domain import CLASSES
from tests.helpers.synthetic_heart import SyntheticHeart


@pytest.fixture
def folder(tmp_path) -> Path:
    """Three sounds, one of them deeper down, a text file, and a broken WAV file."""
    recordings = tmp_path / "recordings"
    (recordings / "deeper").mkdir(parents=True)
    for name, seconds in (("a.wav", 12.0), ("b.flac", 6.0), ("deeper/c.ogg", 4.0)):
        options = {"format": "OGG", "subtype": "VORBIS"} if name.endswith("ogg") else {}
        heart = SyntheticHeart(sample_rate_hz=8000)
        soundfile.write(recordings / name, heart.samples(seconds), 8000, **options)
    (recordings / "notes.txt").write_text("not a sound")
    return recordings


def run(*words: object, **more) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "heartgui", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=120,
        **more,
    )


def test_an_empty_path_is_no_folder(folder, capsys, monkeypatch):
    monkeypatch.chdir(folder)
    with pytest.raises(SystemExit) as ended:
        main(["classify", ""])
    assert ended.value.code == 2
    assert "the path is empty" in capsys.readouterr().err


def test_the_table_tells_files_of_one_name_apart(folder, capsys):
    shutil.copytree(folder / "deeper", folder / "other")
    assert main(["classify", str(folder)]) == 0
    named = [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]]
    assert named[:2] == ["a.wav", "b.flac"]
    assert [name[-12:] for name in named[2:]] == ["deeper/c.ogg", "/other/c.ogg"]
    assert max(map(len, named)) <= NAME_WIDTH


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_a_name_of_several_lines_takes_one_row(folder, capsys):
    (folder / "a.wav").rename(folder / "a\nb.wav")
    (folder / "c\nd.wav").write_text("no sound")
    assert main(["classify", str(folder)]) == 1
    rows = capsys.readouterr().out.splitlines()
    assert len(rows) == 1 + 4
    assert rows[1].startswith("a\N{REPLACEMENT CHARACTER}b.wav ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_under_the_output_is_told_in_one_line(folder):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "heartgui", "classify", "--json", str(folder)],
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=120,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, "heartgui: No space left on device.\n")


def test_nothing_but_the_answer_is_left_anywhere(folder, tmp_path):
    """No identity of the computer, no record of use, from whatever library."""
    home = tmp_path / "home"
    home.mkdir()
    kept = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "ORT_DISABLE_TELEMETRY")
    environment = {name: value for name, value in os.environ.items() if name not in kept}
    done = run("classify", folder, env=environment | {"HOME": str(home)})
    assert done.returncode == 0
    assert list(home.rglob("*")) == []


CRASHING = """
import os, sys
from heartgui.__main__ import main
from heartgui.commands import file_results
read = file_results.read_recording
file_results.read_recording = lambda path: os._exit(9) if path.stem == "13" else read(path)
sys.exit(main(sys.argv[1:]))
"""


def test_json_lines_have_the_agreed_fields(folder, capsys):
    assert main(["classify", "--json", str(folder)]) == 0
    results = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [Path(result["file"]).name for result in results] == ["a.wav", "b.flac", "c.ogg"]
    for result in results:
        assert set(result["probabilities"]) == {str(name) for name in CLASSES}
        assert sum(result["probabilities"].values()) == pytest.approx(1.0, abs=1e-4)
        assert result["decision"] in ("finding", "inconclusive", "record-again")
        assert result["model"] == "heartnet"
        assert result["windows"][0]["start_s"] == 0.0
        assert result["windows"][-1]["end_s"] == pytest.approx(result["duration_s"], abs=0.25)
    assert results[0]["duration_s"] == pytest.approx(12.0)
    assert results[0]["sample_rate_hz"] == 8000


def test_an_unreadable_file_is_reported_and_the_others_are_done(folder, capsys):
    (folder / "bad.wav").write_text("not a sound")
    missing = folder / "missing.wav"
    assert main(["classify", "--json", str(folder), str(missing)]) == 1
    captured = capsys.readouterr()
    results = {Path(r["file"]).name: r for r in map(json.loads, captured.out.splitlines())}
    assert set(results["bad.wav"]) == {"file", "error"}
    assert set(results["missing.wav"]) == {"file", "error"}
    assert "label" in results["a.wav"]
    assert len(results) == 5
    assert "2 of 5 files could not be classified" in captured.err


def test_what_nobody_foresaw_in_one_file_leaves_the_others_done(folder, capsys, monkeypatch):
    from heartgui.commands import file_results
    from heartgui.inference.analysis import Analyser

    soundfile.write(folder / "deeper" / "d.wav", SyntheticHeart().samples(7.0), 4000)
    read, answer = file_results.read_recording, Analyser.answer

    def reading(path):
        if path.name == "b.flac":
            raise ZeroDivisionError("of nothing")
        return read(path)

    def answering(self, prepared):
        if any(entry.windowed.recording.duration_s == pytest.approx(12.0) for entry in prepared):
            raise RuntimeError("no such shape")
        # One finding that is no JSON.
        return [
            replace(finding, duration_s=math.nan) if finding.duration_s == 7.0 else finding
            for finding in answer(self, prepared)
        ]

    monkeypatch.setattr(file_results, "read_recording", reading)
    monkeypatch.setattr(Analyser, "answer", answering)
    assert main(["classify", "--json", str(folder)]) == 1
    captured = capsys.readouterr()
    first, second, third, fourth = map(json.loads, captured.out.splitlines())
    assert set(first) == set(second) == set(fourth) == {"file", "error"}
    assert "no such shape" in first["error"]
    assert "of nothing" in second["error"]
    assert third["label"]
    assert "JSON compliant" in fourth["error"]
    assert "3 of 4 files could not be classified" in captured.err


@pytest.mark.parametrize("model", ["heartnet", "both"])
def test_where_no_model_is_run_the_chosen_one_is_still_named(tmp_path, capsys, model):
    heart = SyntheticHeart()
    soundfile.write(tmp_path / "long.wav", heart.samples(6.0), 4000)
    soundfile.write(tmp_path / "short.wav", heart.samples(0.9), 4000)
    soundfile.write(tmp_path / "silent.wav", 0.0 * heart.samples(6.0), 4000)
    assert main(["classify", "--json", "--model", model, str(tmp_path)]) == 0
    long, *unanswered = map(json.loads, capsys.readouterr().out.splitlines())
    assert long["model"]
    for result in unanswered:
        assert result["decision"] == "record-again"
        assert result["label"] is None
        assert result["probabilities"] is None
        assert result["windows"] == []
        assert set(result) == set(long)
        assert (result["model"], result["model_version"]) == (long["model"], long["model_version"])


@pytest.mark.parametrize("model", ["heartnet", "both"])
def test_a_recording_of_two_seconds_has_an_answer_and_is_to_be_recorded_again(
    tmp_path, capsys, model
):
    soundfile.write(tmp_path / "short.wav", SyntheticHeart().samples(2.0), 4000)
    assert main(["classify", "--json", "--model", model, str(tmp_path)]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["decision"] == "record-again"
    assert [reason["code"] for reason in result["reasons"]] == ["too-short"]
    assert result["label"] in result["probabilities"]
    assert len(result["windows"]) == 1


@pytest.mark.parametrize(
    ("asked", "answered"), [("lstm", "lstm"), ("both", "cnn+lstm"), ("heartnet", "heartnet")]
)
def test_other_models_can_be_asked_for(folder, capsys, asked, answered):
    assert main(["classify", "--json", "--model", asked, str(folder / "a.wav")]) == 0
    assert json.loads(capsys.readouterr().out)["model"] == answered


def test_the_number_of_jobs_changes_nothing(folder, capsys):
    outputs = []
    for jobs in ("1", "3"):
        assert main(["classify", "--json", "--jobs", jobs, str(folder)]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]


@pytest.mark.skipif(sys.platform != "linux", reason="files share one process there")
def test_a_file_that_brings_a_process_down_is_reported_and_the_others_are_done(tmp_path):
    for number in range(20):
        soundfile.write(
            tmp_path / f"{number:02}.wav", SyntheticHeart(seed=number).samples(4.0), 4000
        )
    done = subprocess.run(
        [sys.executable, "-c", CRASHING, "classify", "--json", "--jobs", "2", tmp_path],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(result["file"]).stem for result in results] == [f"{n:02}" for n in range(20)]
    failed = [Path(result["file"]).stem for result in results if "error" in result]
    assert failed == ["13"], done.stderr
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def alive(group: int) -> list[int]:
    """Processes of a group, but those that only wait to be reaped."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(its_group) == group and state not in "ZX":
            found.append(int(stat.parent.name))
    return found


@pytest.fixture
def interruptible():
    """What a shell starts in the background ignores Ctrl-C, and so would all that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupt(process: subprocess.Popen[str]) -> None:
    """Ctrl-C in a terminal: every process of the group gets the signal."""
    os.killpg(process.pid, signal.SIGINT)


@pytest.mark.skipif(sys.platform != "linux", reason="files share one process there")
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize(
    ("end", "code"),
    [
        (interrupt, 130),
        (lambda process: process.stdout.close(), 1),
        (lambda process: process.terminate(), -signal.SIGTERM),
        (lambda process: process.kill(), -signal.SIGKILL),
    ],
    ids=["Ctrl-C", "closed pipe", "SIGTERM", "SIGKILL"],
)
def test_however_it_ends_no_process_stays_behind(tmp_path, end, code):
    soundfile.write(tmp_path / "000.wav", SyntheticHeart().samples(10.0), 4000)
    for number in range(1, 400):
        os.link(tmp_path / "000.wav", tmp_path / f"{number:03}.wav")
    process = subprocess.Popen(
        [sys.executable, "-m", "heartgui", "classify", "--json", "--jobs", "4", str(tmp_path)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    with process:
        try:
            assert process.stdout.readline()
            assert len(alive(process.pid)) == 5
            end(process)
            assert process.wait(timeout=60) == code
            until = time.monotonic() + 60.0
            while alive(process.pid) and time.monotonic() < until:
                time.sleep(0.05)
            assert alive(process.pid) == []
            assert process.stderr.read() == ""
        finally:
            for left in alive(process.pid):
                os.kill(left, signal.SIGKILL)


def test_people_get_a_table(folder, capsys):
    assert main(["classify", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["file", "length", "decision"]
    assert lines[1].startswith("a.wav")
    assert "12.0 s" in lines[1]
    assert len(lines) == 4


def test_what_cannot_be_done_is_said_in_a_line(folder, capsys):
    assert main(["classify", "--model", "oracle", str(folder)]) == 1
    captured = capsys.readouterr()
    assert "no model named oracle" in captured.err
    assert captured.out == ""
    (folder / "empty").mkdir()
    assert main(["classify", str(folder / "empty")]) == 1
    assert "no sound files" in capsys.readouterr().err


def test_output_can_be_cut_off(folder):
    words = f"'{sys.executable}' -m heartgui classify --json '{folder}' | head -n 1"
    done = subprocess.run(words, shell=True, capture_output=True, text=True, timeout=120)
    assert json.loads(done.stdout)
    assert "Traceback" not in done.stderr


def test_with_its_output_closed_it_ends_without_a_word(folder):
    words = f"'{sys.executable}' -m heartgui classify '{folder / 'a.wav'}'"
    for closed in (">&-", ">&- <&-", "--json >&-"):
        done = subprocess.run(
            f"{words} {closed}", shell=True, capture_output=True, text=True, timeout=120
        )
        assert (done.returncode, done.stderr) == (0, "")
    done = subprocess.run(f"{words} 2>&-", shell=True, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout.count("a.wav")) == (0, 1)


def test_a_name_that_the_output_cannot_write_is_spelled_out(tmp_path):
    soundfile.write(tmp_path / "心音.wav", SyntheticHeart().samples(5.0), 4000)
    done = run("classify", tmp_path, env=os.environ | {"PYTHONIOENCODING": "latin-1"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u5fc3\\u97f3.wav" in done.stdout


@pytest.mark.parametrize(
    "words",
    [
        ["classify", "x.wav", "--jobs"],
        ["train", "--model", "cnn", "--data", "x", "--out", "y", "--protocol", "paper", "--seeds"],
        ["train", "--model", "cnn", "--data", "x", "--out", "y", "--epochs"],
        ["evaluate", "--data", "x", "--seeds"],
        ["evaluate", "--data", "x", "--repeats"],
        ["evaluate", "--data", "x", "--epochs"],
    ],
    ids=lambda words: f"{words[0]} {words[-1]}",
)
def test_none_of_something_is_refused_with_the_usage(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*words, "0"])
    assert ended.value.code == 2
    assert "must be at least 1" in capsys.readouterr().err


def test_the_self_test_passes_and_prints_each_step():
    done = run("selftest")
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert all(line.startswith("pass") for line in lines[:-1])
    assert lines[-1] == f"{len(lines) - 1} of {len(lines) - 1} steps passed."


def test_the_self_test_fails_for_a_changed_model(tmp_path, monkeypatch, capsys):
    from heartgui.commands import selftest
    from heartgui.paths import models_folder

    shutil.copytree(models_folder(), tmp_path / "models")
    with (tmp_path / "models" / "cnn" / "model.onnx").open("ab") as file:
        file.write(b"\0")
    monkeypatch.setattr(selftest, "models_folder", lambda: tmp_path / "models")
    assert main(["selftest"]) == 1
    assert "FAIL" in capsys.readouterr().out


def test_without_a_display_one_line_says_what_to_do():
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    for display in ({}, {"DISPLAY": ":4242"}):
        done = run(env=environment | display)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "xvfb-run" in done.stderr
        assert done.stdout == ""


def test_an_unknown_option_is_refused_with_the_usage():
    done = run("--colour", "red")
    assert done.returncode == 2
    assert "usage: heartgui" in done.stderr


def test_help_and_version_need_nothing():
    assert "classify" in run("--help").stdout
    assert run("--version").stdout.startswith("heartgui ")
    assert "--jobs" in run("classify", "--help").stdout
    assert "--protocol" in run("train", "--help").stdout


@pytest.mark.parametrize(("given", "kept"), [("", "1"), ("4", "4")])
def test_blas_has_one_thread_unless_a_number_is_given(monkeypatch, given, kept):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", given)
    with pytest.raises(SystemExit):
        main(["--version"])
    assert os.environ["OPENBLAS_NUM_THREADS"] == kept


def test_neither_the_window_nor_the_command_line_imports_the_training_libraries():
    script = """
import sys
import heartgui.app, heartgui.commands.classify, heartgui.commands.selftest
from heartgui.commands.selftest import run
run(None)
bad = {"librosa", "numba", "tensorflow", "keras", "sklearn", "matplotlib"}
# Part of NumPy, and a slow import that every process of a folder would pay.
bad = {*bad, "numpy.ma"} & set(sys.modules)
print(sorted(bad))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_values_far_too_large_and_odd_names_end_no_run(tmp_path, capsys):
    import numpy as np

    soundfile.write(tmp_path / "good.wav", SyntheticHeart().samples(5.0), 4000)
    huge = np.full(20_000, 3e38, dtype=np.float32)
    soundfile.write(tmp_path / "huge.wav", huge, 4000, subtype="FLOAT")
    odd = os.fsencode(tmp_path) + b"/odd\xff.wav"
    shutil.copyfile(tmp_path / "good.wav", odd)
    assert main(["classify", "--json", str(tmp_path)]) == 1
    results = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    by_name = {Path(result["file"]).name: result for result in results}
    assert len(results) == 3
    assert "far too large" in by_name["huge.wav"]["error"]
    assert by_name["good.wav"]["label"]
    assert sum("error" in result for result in results) == 2


def test_a_command_that_is_not_installed_is_said_and_the_help_still_comes(monkeypatch, capsys):
    import importlib

    real = importlib.import_module

    def without_training(name: str):
        if name in ("heartgui.commands.train", "heartgui.commands.evaluate"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name)

    monkeypatch.setattr(importlib, "import_module", without_training)
    assert main(["train", "--data", "x"]) == 2
    assert "not part of this installation" in capsys.readouterr().err
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    assert "classify" in capsys.readouterr().out
