"""From a data set to a bundle that the program loads, by the commands themselves."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from heartgui.commands import evaluate
from heartgui.inference.analysis import open_analyser
from heartgui.inference.bundle import load_bundle
from heartgui.training import experiments
from heartgui.training.fitting import Fitted
from tests.helpers.kaggle import make_kaggle
from tests.helpers.synthetic_heart import SyntheticHeart


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return make_kaggle(tmp_path_factory.mktemp("kaggle"), patients=5)


def run(*words: object, timeout: float = 1800) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "heartgui", *map(str, words)],
        capture_output=True, text=True, timeout=timeout,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["cnn", "lstm"])
def test_the_networks_have_the_papers_parameters(name):
    script = (
        "from heartgui.training.architectures import build\n"
        f"model = build('{name}')\n"
        "print(model.count_params(), model.input_shape, model.output_shape)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    expected = {"cnn": 479_973, "lstm": 279_205}[name]
    assert done.stdout.splitlines()[-1] == f"{expected} (None, 128, 431) (None, 5)", done.stderr


EXPORT = """
import sys
import numpy as np
from pathlib import Path
from heartgui.training.architectures import build
from heartgui.training.export import parity, write_onnx
model = build("lstm")
# As after training, when no two gates and no two channels are alike.
rng = np.random.default_rng(0)
model.set_weights([
    rng.normal(0.0, len(w) ** -0.5, w.shape) if w.ndim > 1 else rng.uniform(0.5, 1.5, w.shape)
    for w in model.get_weights()
])
write_onnx(model, Path(sys.argv[1]), (128, 431))
print(parity(model, Path(sys.argv[1]), (128, 431)))
"""


def test_the_lstm_is_the_same_network_in_onnx(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", EXPORT, str(tmp_path / "lstm.onnx")], capture_output=True, text=True
    )
    assert float(done.stdout.splitlines()[-1]) < 1e-5, done.stderr


def test_training_with_patients_apart_makes_a_bundle_that_the_program_loads(data, tmp_path):
    done = run(
        "train", "--data", data, "--model", "cnn", "--protocol", "grouped", "--seeds", 1,
        "--epochs", 2, "--out", tmp_path / "models", "--runs", tmp_path / "runs",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "40 files used" in done.stdout
    assert "oneDNN" not in done.stderr
    bundle = load_bundle(tmp_path / "models", "cnn")
    bundle.verify()
    assert bundle.card.n_files == 40
    assert "balanced" in (bundle.folder / "card.md").read_text().lower()
    answer = open_analyser(tmp_path / "models", ("cnn",)).scores(SyntheticHeart().recording(6.0))
    assert sum(answer) == pytest.approx(1.0, abs=1e-5)
    # Finished runs are used again: the second time only the bundle is trained.
    again = run(
        "train", "--data", data, "--model", "cnn", "--protocol", "grouped", "--seeds", 1,
        "--epochs", 2, "--out", tmp_path / "again", "--runs", tmp_path / "runs",
    )  # fmt: skip
    assert again.returncode == 0
    assert "fold 1 of 5" not in again.stderr + again.stdout
    same = open_analyser(tmp_path / "again", ("cnn",)).scores(SyntheticHeart().recording(6.0))
    assert same == pytest.approx(answer, abs=1e-6)


def test_the_reproduction_is_one_command_with_tables_and_every_figure(data, tmp_path):
    done = run(
        "evaluate", "--data", data, "--seeds", 2, "--repeats", 1, "--epochs", 1,
        "--runs", tmp_path / "runs", "--figures", tmp_path / "figures",
        "--report", tmp_path / "report.md",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    report = (tmp_path / "report.md").read_text()
    for words in (
        "CNN: the paper's random 80/20 split, 2 seeds", "LSTM: the paper's random 80/20 split",
        "0.76", "0.62", "0.54", "patient look-up", "majority class", "device only",
        "Patients apart", "95 % intervals", "rows true",
    ):  # fmt: skip
        assert words in report, words
    figures = {path.stem for path in (tmp_path / "figures").glob("*.png")}
    assert {"durations", "class-counts", "views-normal", "views-artifact"} <= figures
    assert {"training-curves-cnn", "training-curves-lstm"} <= figures
    assert {
        "confusion-cnn-2-random-splits",
        "confusion-lstm-robust-recipe-patients-apart",
    } <= figures
    # The paper's networks alone, from the runs that were kept.
    short = run(
        "evaluate", "--data", data, "--seeds", 1, "--epochs", 1, "--paper-only",
        "--runs", tmp_path / "runs", "--report", tmp_path / "short.md",
    )  # fmt: skip
    assert short.returncode == 0, short.stderr[-3000:]
    bundled, described = "the bundled models' recipe", "LSTM: the paper's recipe"
    alone = (tmp_path / "short.md").read_text()
    assert "±" in report
    assert "nan" not in report
    # One split has no spread.
    assert "±" not in alone.replace("mean ± SD", "")
    assert "nan" not in alone
    assert bundled in report
    assert bundled not in alone
    assert described in alone
    assert "in their cards" in alone


def test_ctrl_c_keeps_the_best_epoch_so_far(data, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "heartgui", "train", "--data", str(data), "--model", "cnn",
         "--protocol", "paper", "--seeds", "9", "--out", str(tmp_path / "out"),
         "--runs", str(tmp_path / "runs")],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        # A shell lets what it starts in the background ignore the signal.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            if "epoch 3/" in line:
                process.send_signal(signal.SIGINT)
                break
        rest = process.stdout.read()
    assert process.wait(60) == 0, rest
    assert "its best epoch counts" in rest
    table = (tmp_path / "out" / "cnn-paper.md").read_text()
    assert "1 seeds" in table
    assert list((tmp_path / "runs").glob("*.json")) == []


def test_ctrl_c_in_the_last_random_split_stops_evaluate_too(data, tmp_path, monkeypatch, capsys):
    stopped = [True]

    def fit(*_args, **_options):
        return Fitted(None, {"loss": [1.0]}, 0, interrupted=stopped.pop() if stopped else False)

    monkeypatch.setattr(experiments, "fit", fit)
    monkeypatch.setattr(
        experiments, "predict", lambda _model, _windows, files: np.full((len(files), 5), 0.2)
    )
    parser = argparse.ArgumentParser()
    evaluate.add_parser(parser.add_subparsers())
    words = ["evaluate", "--data", data, "--seeds", 1, "--paper-only", "--runs", tmp_path]
    assert evaluate.run(parser.parse_args([str(word) for word in words])) == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert list(tmp_path.glob("*.json")) == []


def test_progress_tells_the_time_left(data, tmp_path):
    done = run(
        "train", "--data", data, "--model", "lstm", "--protocol", "paper", "--seeds", 1,
        "--epochs", 2, "--out", tmp_path / "out", "--runs", tmp_path / "runs",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "s left" in done.stdout + done.stderr
    (kept,) = (tmp_path / "runs").glob("*.json")
    assert len(json.loads(kept.read_text())["history"]["loss"]) == 2


def test_a_bundled_model_is_measured_on_a_data_set_beside_the_baselines(data, tmp_path):
    figures = tmp_path / "figures"
    done = run("evaluate", "--data", data, "--model", "cnn", "--figures", figures)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "balanced accuracy" in done.stdout
    for name in ("majority class", "device only", "patient look-up"):
        assert f"| {name} | 0." in done.stdout
    (figure,) = figures.iterdir()
    assert figure.name == "confusion-cnn.png"
    assert figure.read_bytes().startswith(b"\x89PNG")
    assert str(figure) in done.stderr


def test_a_handful_of_files_is_measured_without_baselines(tmp_path):
    data = make_kaggle(tmp_path / "few", patients=1)
    for path in [*data.glob("set_a/*"), *data.glob("set_b/extrastole*")]:
        path.unlink()
    done = run("evaluate", "--data", data, "--model", "cnn")
    assert done.returncode == 0, done.stderr[-3000:]
    assert "balanced accuracy" in done.stdout
    assert "too few patients" in done.stdout


def test_data_that_is_none_is_said(tmp_path):
    done = run("train", "--data", tmp_path, "--model", "cnn", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "holds no set_a or set_b" in done.stderr
    assert "Traceback" not in done.stderr
