"""HeartNet: its data, its operating point, and from a recipe to a bundle that the program loads."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from heartgui.domain import CLASSES
from heartgui.heart.cycle import DIASTOLE, S1
from heartgui.inference.analysis import open_analyser
from heartgui.inference.bundle import load_bundle
from heartgui.training.circor import read_circor
from heartgui.training.ectopic import with_ectopic_beat
from heartgui.training.heart_metrics import annotated_rate_bpm, score_rates, score_sounds
from heartgui.training.heartnet_fit import fit_timbre
from heartgui.training.heartnet_inputs import (
    EXTRASTOLE,
    NO_CLASS,
    NORMAL,
    TRAINED_FRAMES,
    Example,
    Mixer,
)
from heartgui.training.heartnet_lab import HeartLaboratory
from heartgui.training.joint_data import JointData
from heartgui.training.metrics import murmur_score
from heartgui.training.operating_point import (
    answers_apart,
    balanced_accuracy_at,
    balanced_point,
    certainty,
    expected_calibration_error,
    fit_calibration,
    inconclusive,
    margins_apart,
    seldom_right,
    seldom_right_apart,
    smallest_margin,
)
from heartgui.training.recipe import read_recipe
from tests.helpers.circor import make_circor
from tests.helpers.kaggle import make_kaggle
from tests.helpers.synthetic_heart import SyntheticHeart

RECIPE = Path("models/heartnet/recipe.toml")


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("both")
    make_kaggle(folder / "kaggle", patients=7)
    make_circor(folder / "circor", patients=14)
    return folder


def test_circor_labels_sites_persons_and_states(data):
    files = read_circor(data, print)
    assert len(files) == 28
    by_name = {file.path.stem: file for file in files}
    assert by_name["1001_AV"].murmur is True
    assert by_name["1001_MV"].murmur is None, "the child has a murmur, but nobody heard it there"
    assert by_name["1000_MV"].murmur is False
    assert by_name["1002_AV"].person.identity == by_name["1000_AV"].person.identity
    assert annotated_rate_bpm(by_name["1003_AV"]) == pytest.approx(82, abs=1)
    states = by_name["1000_AV"].states(400, 50)
    assert states[0] == -1
    beat = SyntheticHeart(heart_rate_bpm=70).beat_times_s(8.0)[2]
    assert states[round(beat * 50) + 2] == S1


def test_a_circor_file_that_cannot_be_read_is_named_and_skipped(tmp_path):
    make_circor(tmp_path, patients=4)
    (tmp_path / "training_data" / "1001_MV.wav").write_bytes(b"RIFFdamaged")
    told: list[str] = []
    assert len(read_circor(tmp_path, told.append)) == 7
    assert [line.split(":")[0] for line in told] == ["skipped 1001_MV.wav"]


def test_no_child_and_no_patient_is_on_both_sides(data):
    joint = JointData(data, print)
    for fold in joint.folds(0):
        for test, owner in (
            (fold.kaggle_test, joint.kaggle_groups), (fold.circor_test, joint.circor_persons),
        ):  # fmt: skip
            train = np.setdiff1d(np.arange(len(owner)), test)
            assert not set(owner[test]) & set(owner[train])
    tested = np.concatenate([fold.kaggle_test for fold in joint.folds(0)])
    assert sorted(tested) == list(range(len(joint.kaggle_files)))


def test_annotated_starts_score_one_and_shifted_ones_nothing(data):
    files = read_circor(data, print)[:4]
    exact = []
    for file in files:
        states = file.states(400, 50).astype(int)
        states[states < 0] = DIASTOLE
        exact.append(np.eye(4)[states] * 0.9 + 0.025)
    good = score_sounds(files, exact)
    assert min(good.f1_s1, good.f1_s2) > 0.97
    late = score_sounds(files, [np.roll(part, 6, axis=0) for part in exact])
    assert max(late.f1_s1, late.f1_s2) < 0.1
    rates = score_rates([(80, 82), (80, 40), (80, 90), (80, None)])
    assert (rates.n, rates.determined, rates.wrong_multiple) == (4, 0.75, 1)
    assert rates.within == pytest.approx(1 / 3)


def test_a_synthetic_extrasystole_comes_early_and_a_pause_follows():
    beat = [0] * 5 + [1] * 8 + [2] * 4 + [3] * 23
    states = np.array(beat * 6)
    order = with_ectopic_beat(states, np.random.default_rng(3))
    assert order is not None
    starts = np.flatnonzero(np.diff((states[order] == S1).astype(int)) == 1) + 1
    intervals = np.diff(np.concatenate([[0], starts]))
    early = int(np.argmin(intervals))
    assert intervals[early] < 33
    assert intervals[early + 1] > 45
    assert with_ectopic_beat(states[:30], np.random.default_rng(0)) is None


def test_a_batch_says_which_windows_have_a_class_and_which_frames_a_state():
    rng = np.random.default_rng(0)
    states = np.array(([0] * 5 + [1] * 8 + [2] * 4 + [3] * 23) * 12, dtype=np.int8)
    sound = rng.uniform(-60, 0, (len(states), 48)).astype(np.float32)
    known, unknown = Example(sound, NORMAL, states), Example(sound, NO_CLASS, states)
    bare = Example(sound[:160], 1, np.full(160, -1, dtype=np.int8))
    mixer = Mixer(0, ectopic_share=1.0, mix=0.2)
    inputs, targets, weights = mixer.batch(
        [([entry], np.ones(1), 4) for entry in (known, unknown, bare)]
    )
    assert inputs.shape == (12, 300, 49)
    assert np.isfinite(inputs).all()
    assert weights["classes"].tolist() == [1.0] * 4 + [0.0] * 4 + [1.0] * 4
    assert targets["classes"][:4, EXTRASTOLE].max() > 0.5
    assert not weights["states"][8:].any()
    assert weights["states"][4:8].mean() > 0.7
    assert inputs[8, 250:].any(axis=None) or not inputs[8, 290:, -1].any()


class Constant(Mixer):
    """Windows that are their class everywhere, 9 where they have none, half of them short."""

    def window(self, example: Example) -> tuple[np.ndarray, int, np.ndarray]:
        filled = TRAINED_FRAMES // 2 if self._rng.random() < 0.5 else TRAINED_FRAMES
        heard = np.zeros((TRAINED_FRAMES, 49), np.float32)
        heard[:filled] = 9.0 if example.label == NO_CLASS else example.label
        heard[:, -1] = np.arange(TRAINED_FRAMES) < filled
        states = np.full(TRAINED_FRAMES, -1, dtype=np.int8)
        states[:filled] = S1
        return heard, example.label, states


def test_mixed_windows_are_taught_as_the_shares_they_hold():
    nothing = np.zeros((TRAINED_FRAMES, 48), np.float32)
    examples = [Example(nothing, label, np.zeros(0)) for label in (*range(5), NO_CLASS)]
    mixer = Constant(0, mix=1.0)
    kinds = [(examples, np.full(6, 1 / 6), 200)]
    inputs, targets, weights = mixer.batch(kinds)
    taught = weights["classes"] > 0
    assert 0 < taught.sum() < 200
    # What is heard where both windows have sound is the mean of their classes, and so is taught.
    largest = targets["classes"][taught].max(axis=1)
    np.testing.assert_allclose(targets["classes"].sum(axis=1), 1.0, rtol=1e-6)
    assert ((largest >= 0.5) & (largest < 0.999)).sum() > 50
    heard = inputs[taught, 0, 0]
    np.testing.assert_allclose(heard, targets["classes"][taught] @ np.arange(5), atol=1e-5)
    # A window without a class is heard alone, and in no other.
    assert (inputs[~taught, 0, :-1] == 9.0).all()
    # Sound of either is sound; states are taught where one window is nearly all that is heard.
    assert set(np.unique(inputs[..., -1])) == {0.0, 1.0}
    # Half of the windows end early, a quarter where either may go on.
    assert inputs[taught, -1, -1].mean() > 0.62
    known = weights["states"][:, 0] > 0
    assert known[~taught].all()
    assert not known[taught][largest < 0.69].any()


def test_the_least_certain_are_left_out_and_normal_beside_a_likely_murmur_first():
    scores = np.array(
        [
            [0.90, 0.05, 0.05, 0.0, 0.0],
            [0.60, 0.39, 0.01, 0.0, 0.0],
            [0.10, 0.50, 0.40, 0.0, 0.0],
            [0.05, 0.90, 0.05, 0.0, 0.0],
        ]
    )
    np.testing.assert_allclose(certainty(scores), [0.85, 0.0, 0.1, 0.85])
    labels = np.array([0, 1, 2, 1])
    assert balanced_accuracy_at(scores, labels, 1.0) == pytest.approx(0.5)
    assert balanced_accuracy_at(scores, labels, 0.75) == pytest.approx(2 / 3)
    assert balanced_accuracy_at(scores, labels, 0.5) == pytest.approx(1.0)
    assert 0.1 < smallest_margin(scores, 0.5) <= 0.85


def test_a_folds_margin_is_set_without_its_own_answers():
    sure, unsure = [0.05, 0.90, 0.05, 0.0, 0.0], [0.10, 0.50, 0.40, 0.0, 0.0]
    scores = np.array([sure] * 5 + [unsure] * 5)
    margins = margins_apart(scores, 0.8, [np.arange(5), np.arange(5, 10)])
    np.testing.assert_allclose(margins, [0.1] * 5 + [0.85] * 5)


def test_a_fold_is_judged_by_what_was_fitted_on_the_others():
    rng = np.random.default_rng(0)
    labels = np.tile(np.arange(5), 20)
    raw = rng.dirichlet(np.ones(5), size=100) + 0.5 * np.eye(5)[labels]
    raw /= raw.sum(axis=1, keepdims=True)
    folds = [np.arange(0, 50), np.arange(50, 100)]
    probabilities, scores = answers_apart(raw, labels, folds)
    exchanged = labels.copy()
    exchanged[folds[0]] = (labels[folds[0]] + 1) % 5
    for before, after in zip(
        (probabilities, scores), answers_apart(raw, exchanged, folds), strict=True
    ):
        np.testing.assert_array_equal(after[folds[0]], before[folds[0]])
        assert np.abs(after[folds[1]] - before[folds[1]]).max() > 0.05


def test_a_class_that_is_seldom_right_is_judged_without_the_folds_own_answers():
    labels = np.array([0, 0, 0, 2, 0, 2, 2, 2, 0])
    called = np.array([2, 2, 2, 2, 0, 2, 2, 2, 2])
    assert seldom_right(called, labels).tolist() == [False] * 5, "half of them is enough"
    assert seldom_right(called[:4], labels[:4]).tolist() == [False, False, True, False, False]
    folds = [np.arange(4), np.arange(4, 9)]
    seldom = seldom_right_apart(np.eye(5)[called], labels, folds)
    assert not seldom[folds[0]].any(), "three of four are right in the other fold"
    assert seldom[folds[1]].any(axis=0).tolist() == [False, False, True, False, False]
    sure = 0.9 * np.eye(5)[called] + 0.02
    assert inconclusive(sure, 0.1, seldom)[folds[1]].tolist() == [False, True, True, True, True]


def test_kept_runs_are_not_taken_for_those_of_other_labels_or_annotations(tmp_path):
    make_kaggle(tmp_path / "kaggle", patients=5)
    make_circor(tmp_path / "circor", patients=10)

    def digest() -> str:
        return JointData(tmp_path, print).digest()

    before = digest()
    assert digest() == before
    annotation = tmp_path / "circor" / "training_data" / "1003_AV.tsv"
    annotated = annotation.read_text()
    annotation.unlink()
    assert digest() != before
    annotation.write_text(annotated)
    assert digest() == before
    table = tmp_path / "circor" / "training_data.csv"
    whole = table.read_text()
    for was, corrected in (("Present,AV", "Absent,nan"), (r",100[02]\.0,", ",nan,")):
        table.write_text(re.sub(was, corrected, whole))
        assert digest() != before


def test_calibration_and_thresholds_find_what_was_hidden_by_rarity():
    rng = np.random.default_rng(0)
    shares = np.array([0.6, 0.2, 0.1, 0.04, 0.06])
    labels = rng.choice(5, size=600, p=shares)
    # Unit noise about a distance of 1.8: the true posterior, then made too sure of itself.
    posterior = np.exp(1.8 * (rng.normal(size=(600, 5)) + 1.8 * np.eye(5)[labels])) * shares
    raw = posterior**2 / (posterior**2).sum(axis=1, keepdims=True)
    calibration = fit_calibration(raw, labels)
    before = expected_calibration_error(raw, labels)
    after = expected_calibration_error(calibration(raw), labels)
    assert after < 0.05 < before
    point = balanced_point(labels)
    assert point.thresholds[0] > point.thresholds[3]

    def balanced(answers):
        return np.mean([np.mean(answers[labels == c] == c) for c in range(5)])

    called = point.scores(calibration(raw)).argmax(axis=1)
    assert balanced(called) > balanced(calibration(raw).argmax(axis=1)) + 0.05


def short_recipe(folder: Path) -> Path:
    """The bundled recipe with a few steps of few windows."""
    recipe = folder / "recipe.toml"
    recipe.write_text(
        "\n".join(
            {
                "steps": "steps = 3",
                "timbre_steps": "timbre_steps = 2",
                "timbre_batch": "timbre_batch = 12",
                "timbre_kaggle_windows": "timbre_kaggle_windows = 8",
                "batch": "batch = 16",
                "kaggle_windows": "kaggle_windows = 8",
            }.get(line.split(" =")[0], line)
            for line in RECIPE.read_text().splitlines()
        )
    )  # fmt: skip
    return recipe


def test_what_goes_wrong_while_a_batch_is_made_ends_training(tmp_path):
    empty = Example(np.zeros((0, 48), np.float32), NORMAL, np.zeros(0, np.int8))
    with pytest.raises(ValueError, match="zero-size"):
        fit_timbre(read_recipe(short_recipe(tmp_path)), [empty], [], 0, print)


def assert_the_timbre_has_its_share(data: Path, recipe: Path, runs: Path) -> None:
    """In the answers that the figures are of; and none in murmur against normal."""
    whole = read_recipe(recipe)
    with_it, without = (
        HeartLaboratory(JointData(data, print), used, runs, print).runs(1)[0][0].kaggle.classes
        for used in (whole, replace(whole, timbre_share=0.0))
    )
    assert np.abs(with_it - without).max() > 0.01
    np.testing.assert_allclose(murmur_score(with_it), murmur_score(without), rtol=1e-4)


def test_one_command_makes_a_bundle_from_a_recipe(data, tmp_path):
    recipe = short_recipe(tmp_path)
    assert read_recipe(recipe).steps == 3
    words = ["train", "--recipe", recipe, "--data", data, "--out", tmp_path / "models",
             "--runs", tmp_path / "runs"]  # fmt: skip

    def run():
        return subprocess.run(
            [sys.executable, "-m", "heartgui", *map(str, words)],
            capture_output=True, text=True, timeout=1800,
        )  # fmt: skip

    done = run()
    assert done.returncode == 0, done.stderr[-3000:]
    for last in ("5: step 3/3", "5: timbre, step 2/2"):
        assert done.stderr.count(last) == 5, "one of each fold"
    for last in ("recordings: step 3/3", "recordings: timbre, step 2/2"):
        assert done.stderr.count(last) == 1, "the bundled one"
    bundle = load_bundle(tmp_path / "models", "heartnet")
    bundle.verify()
    assert bundle.card.n_files == 56
    assert len(set(bundle.card.thresholds)) == len(CLASSES)
    page = (bundle.folder / "card.md").read_text()
    for words_in in (
        "S1 F1",
        "AUC",
        "by age Child 13, pregnant women 1 (0 with a murmur)",
        "but for 0 young adults and 1 pregnant women, 0 of them with a murmur",
        "calibration error",
        "by coverage",
        "majority class",
        "Macro F1",
        "90% specificity on these same visits",
        "systole and diastole exchanged, so that the murmur lies in diastole: AUC 0.",
        "30 dB below the loudest is 3 times as far below that: AUC 0.",
        "| Kaggle, murmur | 14 | 0 |",
        "| CirCor, murmur, grade 2/6 | 7 |",
    ):
        assert words_in in page
    finding = open_analyser(tmp_path / "models", ("heartnet",)).analyse(
        SyntheticHeart().recording(8.0)
    )
    assert sum(finding.probabilities) == pytest.approx(1.0)
    assert_the_timbre_has_its_share(data, recipe, tmp_path / "runs")
    # What is trained is kept: the second time nothing is trained.
    again = run()
    assert again.returncode == 0
    assert "step" not in again.stderr
    card = load_bundle(tmp_path / "models", "heartnet").card
    assert card.raw["metrics"] == bundle.card.raw["metrics"]
