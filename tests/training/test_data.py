"""Which files are used, whose heart they are, and that nobody is on both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from heartgui.domain import CLASSES, HeartSoundClass, Recording
from heartgui.errors import DataSetError
from heartgui.training.baselines import baselines
from heartgui.training.dataset import LabelledFile, class_counts, read_kaggle
from heartgui.training.groups import group_of_each, near_copies
from heartgui.training.metrics import (
    confusion_matrix,
    evaluate,
    macro_f1s,
    youden_thresholds,
)
from heartgui.training.report import grouped_table
from heartgui.training.splits import grouped_splits, holdout, paper_split
from tests.helpers.kaggle import make_kaggle
from tests.helpers.synthetic_heart import SyntheticHeart

REAL = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return read_kaggle(make_kaggle(tmp_path_factory.mktemp("kaggle")))


def test_short_unlabelled_and_damaged_files_are_left_out_and_counted(data):
    assert class_counts(data.labels).tolist() == [20, 20, 20, 10, 10]
    assert data.n_short == 1
    assert data.n_unlabelled == 1
    assert [name for name, _ in data.corrupt] == ["murmur__198_1306428170998_A.wav"]
    words = data.describe()
    assert "81 labelled files, 1 unlabelled left out, 1 shorter than 3 s left out" in words
    assert "80 files used" in words
    assert "skipped murmur__198_1306428170998_A.wav" in words


def test_a_folder_of_something_else_is_refused(tmp_path):
    with pytest.raises(DataSetError, match="holds no set_a or set_b"):
        read_kaggle(tmp_path)
    (tmp_path / "set_a").mkdir()
    with pytest.raises(DataSetError, match="no labelled recording"):
        read_kaggle(tmp_path)


def test_labels_in_capitals_and_digits_that_are_no_date(tmp_path):
    data = make_kaggle(tmp_path, patients=1)
    (take,) = data.glob("set_a/artifact__*.wav")
    take.rename(take.with_name("ARTIFACT__201299991015.wav"))
    for path in data.glob("set_b/normal__101_*"):
        path.rename(path.with_name(path.name.replace("normal", "Normal")))
    found = read_kaggle(data)
    assert class_counts(found.labels).tolist() == [2, 2, 2, 1, 1]
    (artifact,) = (file for file in found.files if file.label is HeartSoundClass.ARTIFACT)
    assert artifact.recorded_at is None
    group_of_each(found.files)


def test_no_heart_is_on_both_sides_of_a_grouped_split(data):
    groups, _ = group_of_each(data.files)
    by_patient: dict[str, set[int]] = {}
    for file, group in zip(data.files, groups, strict=True):
        if file.patient:
            by_patient.setdefault(file.patient, set()).add(int(group))
    assert len(by_patient) == 30
    assert all(len(found) == 1 for found in by_patient.values())
    tested = []
    for split in grouped_splits(data.labels, groups, 0):
        parts = [set(groups[part]) for part in (split.fit, split.validation, split.test)]
        assert not parts[0] & parts[1]
        assert not parts[0] & parts[2]
        assert not parts[1] & parts[2]
        tested += split.test.tolist()
    assert sorted(tested) == list(range(len(groups)))
    final = holdout(data.labels, groups, 0)
    assert not set(groups[final.fit]) & set(groups[final.validation])


def test_the_papers_split_leaks_as_the_paper_did(data):
    split = paper_split(data.labels, 3)
    assert len(split.test) == round(0.2 * len(data.files))
    np.testing.assert_array_equal(split.validation, split.test)
    assert (paper_split(data.labels, 3).test == split.test).all()
    assert (paper_split(data.labels, 4).test != split.test).any()


def test_pieces_of_one_recording_are_found_and_different_hearts_are_not():
    whole = SyntheticHeart(sample_rate_hz=1000, noise_level=0.05, seed=1).samples(9.0)
    other = SyntheticHeart(
        sample_rate_hz=1000, noise_level=0.05, heart_rate_bpm=91, seed=2
    ).samples(9.0)
    assert near_copies([whole[:6000], other, 0.3 * whole[3000:]]) == [(0, 2)]


def test_a_recording_under_two_patient_numbers_is_on_one_side():
    whole = SyntheticHeart(sample_rate_hz=4000, noise_level=0.05, seed=1).samples(9.0)
    other = SyntheticHeart(
        sample_rate_hz=4000, noise_level=0.05, heart_rate_bpm=91, seed=2
    ).samples(4.0)
    files = [
        _of_patient("103", whole[:20_000]),
        _of_patient("146", 0.4 * whole[8_000:]),
        _of_patient("150", other),
    ]
    groups, conflicting = group_of_each(files)
    assert groups[0] == groups[1] != groups[2]
    assert not conflicting
    files[1] = replace(files[1], label=HeartSoundClass.MURMUR)
    assert group_of_each(files)[1] == {0, 1}


def test_takes_of_a_day_are_one_group_only_where_whole_days_are_to_be_apart():
    morning = datetime(2011, 8, 22, 8, 0, tzinfo=UTC)
    times = (morning, morning + timedelta(hours=9), morning + timedelta(days=1))
    files = [
        LabelledFile(
            Path(f"murmur__{number}.wav"), HeartSoundClass.MURMUR, "set_a", "", then,
            SyntheticHeart(heart_rate_bpm=60 + 9 * number, seed=number).recording(4.0),
        )
        for number, then in enumerate(times)
    ]  # fmt: skip
    assert group_of_each(files)[0].tolist() == [0, 1, 2]
    assert group_of_each(files, whole_days=True)[0].tolist() == [0, 0, 1]


def _of_patient(patient: str, samples: np.ndarray) -> LabelledFile:
    return LabelledFile(
        Path(f"normal__{patient}.wav"), HeartSoundClass.NORMAL, "set_b", patient, None,
        Recording(samples, 4000),
    )  # fmt: skip


def test_figures_are_what_the_counts_say():
    truth = np.array([0, 0, 0, 0, 1, 1, 2, 2])
    said = np.array([0, 0, 0, 1, 1, 0, 2, 2])
    assert confusion_matrix(truth, said)[0].tolist() == [3, 1, 0, 0, 0]
    result = evaluate(truth, np.eye(5)[said][None], np.arange(8))
    assert result.accuracy.value == pytest.approx(6 / 8)
    assert result.sensitivity[0].value == pytest.approx(3 / 4)
    assert result.specificity[0].value == pytest.approx(3 / 4)
    assert result.sensitivity[2].value == result.specificity[2].value == 1.0
    assert np.isnan(result.sensitivity[4].value)
    # Two of two, and six of six: resampling knows no others, but so few prove little.
    assert result.sensitivity[2].low == pytest.approx(0.025 ** (1 / 2))
    assert result.specificity[2].low == pytest.approx(0.025 ** (1 / 6))
    assert result.sensitivity[2].high == 1.0
    assert result.balanced_accuracy.value == pytest.approx((3 / 4 + 1 / 2 + 1) / 3)
    # 6 of 8, 2 of 4 and 4 of 4: twice the hits over those that are and those that are called so.
    assert result.macro_f1.value == pytest.approx((6 / 8 + 2 / 4 + 1) / 3)
    assert "macro F1 0.75" in grouped_table("Figures", result)
    assert result.accuracy.low < result.accuracy.value < result.accuracy.high


def test_macro_f1_leaves_out_classes_that_do_not_occur_and_counts_unfound_ones_as_nothing():
    truth, said = np.array([0, 0, 1, 1]), np.array([0, 0, 4, 4])
    assert macro_f1s(confusion_matrix(truth, said)) == pytest.approx(1 / 2)


def test_a_group_counts_as_one_in_the_interval():
    truth = np.tile([0, 1], 40)
    said = np.where(np.arange(80) % 4 < 2, truth, 1 - truth)
    alone = evaluate(truth, np.eye(5)[said][None], np.arange(80))
    grouped = evaluate(truth, np.eye(5)[said][None], np.arange(80) // 20)
    width = alone.accuracy.high - alone.accuracy.low
    assert alone.accuracy.value == grouped.accuracy.value == 0.5
    assert 0.1 < width < 0.4
    assert grouped.accuracy.high - grouped.accuracy.low != pytest.approx(width, abs=0.01)


def test_recordings_of_one_patient_that_are_all_right_prove_as_little_as_one():
    truth = np.array([0] * 4 + [1] * 4)
    never = np.full(8, 4)
    for n_groups in (2, 4):
        groups = np.arange(8) // (8 // n_groups)
        right = evaluate(truth, np.eye(5)[truth][None], groups).sensitivity[0]
        wrong = evaluate(truth, np.eye(5)[never][None], groups).sensitivity[0]
        away = 0.025 ** (2 / n_groups)
        assert (right.low, right.high) == pytest.approx((away, 1.0))
        assert (wrong.low, wrong.high) == pytest.approx((0.0, 1.0 - away))


def test_thresholds_separate_where_separation_is_possible():
    truth = np.array([0] * 5 + [1] * 5)
    answers = np.zeros((1, 10, 5))
    answers[0, :5, 0], answers[0, 5:, 0] = 0.8, 0.3
    answers[0, :, 1] = 1 - answers[0, :, 0]
    thresholds = youden_thresholds(truth, answers)
    assert 0.3 < thresholds["normal"] <= 0.8
    assert thresholds["artifact"] == 0.5


def test_the_patient_look_up_wins_where_patients_leak_and_loses_where_they_do_not(data):
    groups, _ = group_of_each(data.files)
    leaking = [paper_split(data.labels, seed) for seed in range(5)]
    apart = grouped_splits(data.labels, groups, 0)
    by_leak = {entry.name: entry for entry in baselines(data, groups, leaking)}
    by_apart = {entry.name: entry for entry in baselines(data, groups, apart)}
    assert by_leak["patient look-up"].accuracy > by_apart["patient look-up"].accuracy + 0.1
    assert by_leak["majority class"].balanced_accuracy == pytest.approx(1 / len(CLASSES), abs=0.01)


def test_the_set_we_have_is_counted_as_its_readme_says():
    """On the real recordings, where they are at hand and unpacked."""
    archives = sorted(REAL.glob("heartbeat-sounds*")) if REAL.is_dir() else []
    folders = [path for path in archives if path.is_dir() and (path / "set_a").is_dir()]
    for folder in folders:
        found = read_kaggle(folder)
        assert len(found.files) == 368
        assert class_counts(found.labels).tolist() == [204, 91, 29, 12, 32]
