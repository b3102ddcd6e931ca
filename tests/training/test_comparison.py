"""HeartNet beside the paper's models: paired differences, another device, an equaliser."""

from __future__ import annotations

import shutil
import subprocess
import sys

import numpy as np
import pytest

from heartgui.domain import Recording
from heartgui.errors import ModelError
from heartgui.inference.bundle import load_bundle
from heartgui.paths import models_folder
from heartgui.training.bootstrap import auc_interval, paired_difference
from heartgui.training.equaliser import KNOTS_HZ, equalised
from heartgui.training.export import add_section
from heartgui.training.heartnet_workflow import check_made_by
from tests.helpers.circor import make_circor
from tests.helpers.kaggle import make_kaggle
from tests.training.test_heartnet import short_recipe


def test_the_same_answers_differ_by_nothing_and_better_ones_by_more():
    rng = np.random.default_rng(0)
    truth = rng.integers(5, size=300)
    groups = np.arange(300) // 2
    worse = np.where(rng.random((2, 300)) < 0.5, truth, rng.integers(5, size=300))
    better = np.where(rng.random((2, 300)) < 0.6, truth, worse)
    same = paired_difference(truth, worse, worse, groups)
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)
    more = paired_difference(truth, better, worse, groups)
    assert 0.1 < more.low < more.value < more.high < 0.6
    less = paired_difference(truth, worse, better, groups)
    assert less.value == pytest.approx(-more.value)


def test_the_area_under_the_curve_is_scikit_learns():
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(4)
    truth = rng.random(80) < 0.3
    # Rounded, so that there are ties.
    scores = np.round(rng.random(80) + 0.3 * truth, 1)
    found = auc_interval(truth, scores, np.arange(80) // 2)
    assert found.value == pytest.approx(roc_auc_score(truth, scores), abs=1e-12)
    assert found.low < found.value < found.high
    assert np.isnan(auc_interval(np.zeros(4, dtype=bool), scores[:4], np.arange(4)).value)


def test_an_equaliser_changes_the_colour_and_nothing_else():
    rate_hz = 4000
    noise = np.random.default_rng(1).normal(size=8 * rate_hz).astype(np.float32) * 0.1
    before = Recording(noise, rate_hz)
    after = equalised(before, np.random.default_rng(3))
    assert after.samples.shape == noise.shape
    assert np.abs(after.samples).max() == pytest.approx(np.abs(noise).max(), rel=1e-4)
    frequencies = np.fft.rfftfreq(len(noise), 1 / rate_hz)
    gain_db = 20 * np.log10(np.abs(np.fft.rfft(after.samples) / np.fft.rfft(noise)))
    at = [float(gain_db[np.argmin(np.abs(frequencies - knot))]) for knot in KNOTS_HZ]
    assert np.ptp(at) > 6.0
    again = equalised(before, np.random.default_rng(3))
    assert np.array_equal(after.samples, again.samples)
    silent = equalised(Recording(np.zeros(400, np.float32), rate_hz), np.random.default_rng(0))
    assert not silent.samples.any()


def test_a_section_is_put_into_a_card_once(tmp_path):
    shutil.copytree(models_folder(), tmp_path / "models")
    folder = tmp_path / "models" / "heartnet"
    before = len(load_bundle(tmp_path / "models", "heartnet").card.raw["further"])
    for figure in ("tried first", "tried again"):
        add_section(folder, {"title": "Tried today", "text": [f"- {figure}"]})
    bundle = load_bundle(tmp_path / "models", "heartnet")
    bundle.verify()
    assert len(bundle.card.raw["further"]) == before + 1
    page = (folder / "card.md").read_text()
    assert "tried again" in page
    assert "tried first" not in page


def test_a_card_takes_no_figures_of_another_recipe(tmp_path):
    bundle = models_folder() / "heartnet"
    check_made_by(bundle, bundle / "recipe.toml")
    with pytest.raises(ModelError, match="was not made by"):
        check_made_by(bundle, short_recipe(tmp_path))


def test_one_command_puts_the_papers_models_beside_a_recipe(tmp_path):
    set_a = make_kaggle(tmp_path / "data" / "kaggle", patients=7, murmurs_in_set_a=True) / "set_a"
    make_circor(tmp_path / "data" / "circor", patients=14)
    # Hours after another one of the same day.
    (set_a / "extrahls__201101011015.wav").rename(set_a / "extrahls__201201011815.wav")
    recipe = short_recipe(tmp_path)
    report = tmp_path / "report.md"

    def run() -> subprocess.CompletedProcess[str]:
        words = ["evaluate", "--recipe", recipe, "--data", tmp_path / "data", "--epochs", 1,
                 "--repeats", 2, "--whole-days", "--runs", tmp_path / "runs",
                 "--report", report]  # fmt: skip
        return subprocess.run(
            [sys.executable, "-m", "heartgui", *map(str, words)],
            capture_output=True, text=True, timeout=1800,
        )  # fmt: skip

    done = run()
    assert done.returncode == 0, done.stderr[-3000:]
    text = report.read_text()
    for line in ("- CNN: balanced accuracy", "- LSTM: balanced accuracy", "HeartNet less it"):
        assert line in text
    assert text.count("fitted on the other folds, as HeartNet's are: balanced accuracy") == 2
    rows = [
        line for line in text.splitlines() if line.startswith(("| HeartNet", "| CNN", "| LSTM"))
    ]
    assert len(rows) == 3
    draws, days = (
        line.split("|")[2:-1]
        for line in text.splitlines()
        if line.startswith("| balanced accuracy |")
    )
    first, second, mean = map(float, draws)
    assert mean == pytest.approx((first + second) / 2, abs=0.001)
    assert "(21 groups there)" in text
    assert "(20 groups)" in text
    minutes, whole_days = (float(cell.split("(")[0]) for cell in days)
    assert minutes == pytest.approx(first, abs=0.005)
    assert 0.0 <= whole_days <= 1.0
    assert all(row.count("to") == 4 and "nan" not in row for row in rows), rows
    again = run()
    assert again.returncode == 0
    assert "step" not in again.stderr
    assert "epoch" not in again.stderr
    assert report.read_text() == text
