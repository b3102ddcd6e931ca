"""What the card says the program says: the whole decision, as `decide` takes it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from heartgui.domain import HeartCycle
from heartgui.training.heart_metrics import EarlyScore, score_early
from heartgui.training.heartnet_said import Answered, Said, said_by_part, said_of
from heartgui.training.operating_point import inconclusive

NORMAL = [0.8, 0.05, 0.05, 0.05, 0.05]
UNSAFE = [0.55, 0.35, 0.05, 0.03, 0.02]
CLOSE = [0.05, 0.45, 0.44, 0.03, 0.03]
MURMUR = [0.05, 0.8, 0.05, 0.05, 0.05]
EXTRA = [0.1, 0.1, 0.1, 0.6, 0.1]
EARLY = [0.05, 0.05, 0.8, 0.05, 0.05]
NO_FINDINGS = np.array([False, False, True, True, False])
"""Extrasystoles and extra sounds, as classes that were seldom right."""


def test_every_recording_is_counted_once_by_the_first_rule_that_applies():
    scores = np.array([NORMAL, MURMUR, UNSAFE, CLOSE, EXTRA, NORMAL, UNSAFE, EARLY])
    data = SimpleNamespace(
        kaggle_labels=np.zeros(8, dtype=int),
        circor_files=[SimpleNamespace(murmur=True) for _ in scores],
    )
    refused = ((), (), (), (), (), ("hum",), ("noise",), ())
    unsure = inconclusive(scores, 0.1, NO_FINDINGS)
    answered = Answered(scores, unsure, refused)
    said = said_of(data, answered, answered)
    assert said[0] == Said("Kaggle, normal", 8, 1, 1, 0, 3, 3)
    assert said[-1] == Said("CirCor, murmur heard", 8, 1, 1, 0, 3, 3)
    assert {entry.n for entry in said[1:-1]} == {0}


def test_kaggle_and_circor_recordings_are_judged_each_by_their_own_limits():
    scores = np.array([NORMAL, NORMAL])
    data = SimpleNamespace(
        kaggle_labels=np.zeros(2, dtype=int),
        circor_files=[SimpleNamespace(murmur=False) for _ in scores],
    )
    fine = ((), ())
    kaggle = Answered(scores, inconclusive(scores, np.array([0.1, 0.9]), NO_FINDINGS), fine)
    circor = Answered(scores, inconclusive(scores, 0.1, NO_FINDINGS), fine)
    said = said_of(data, kaggle, circor)
    assert said[0] == Said("Kaggle, normal", 2, 1, 0, 0, 1, 0)
    assert said[-2] == Said("CirCor, no murmur", 2, 2, 0, 0, 0, 0)


def test_failures_are_counted_by_device_loudness_and_timing():
    scores = np.array([NORMAL, MURMUR, MURMUR, NORMAL])
    grades, timings = ("grade 1/6", "grade 3/6", "", ""), ("Holosystolic", "Mid-systolic", "", "")
    data = SimpleNamespace(
        kaggle_labels=np.array([0, 1, 0, 1]),
        in_set_b=np.array([False, False, True, True]),
        circor_files=[
            SimpleNamespace(
                murmur=bool(grade), person=SimpleNamespace(systolic_grade=grade, systolic_timing=t)
            )
            for grade, t in zip(grades, timings, strict=True)
        ],
    )
    answered = Answered(scores, np.zeros(4, dtype=bool), ((),) * 4)
    assert said_by_part(data, answered, answered) == (
        Said("Kaggle set A, normal", 1, 1, 0, 0, 0, 0),
        Said("Kaggle set B, normal", 1, 0, 1, 0, 0, 0),
        Said("Kaggle set A, murmur", 1, 1, 0, 0, 0, 0),
        Said("Kaggle set B, murmur", 1, 0, 1, 0, 0, 0),
        Said("CirCor, murmur, grade 1/6", 1, 0, 1, 0, 0, 0),
        Said("CirCor, murmur, grade 3/6", 1, 1, 0, 0, 0, 0),
        Said("CirCor, murmur, holosystolic", 1, 0, 1, 0, 0, 0),
        Said("CirCor, murmur, mid-systolic", 1, 1, 0, 0, 0, 0),
    )


def test_early_beats_are_scored_inside_the_annotation_alone():
    starts = [0.0, 0.8, 1.6, 2.1, 2.9, 3.7]
    ends = [*starts[1:], 4.5]
    spans = [
        span
        for start, end in zip(starts, ends, strict=True)
        for span in ((start, start + 0.1, 0), (start + 0.1, end, 3))
    ]
    file = SimpleNamespace(spans=spans)

    def told(*early_beats_s: float) -> HeartCycle:
        return HeartCycle(
            sounds=(), interval_s=0.8, interval_spread=0.1, early_beats_s=early_beats_s,
            murmur_timing="", systole_over_diastole_db=0.0, beat=None,
        )  # fmt: skip

    assert score_early([file], [told(2.12)]) == EarlyScore(1, 1, 1, 1)
    assert score_early([file], [told(2.9)]) == EarlyScore(1, 0, 1, 0)
    assert score_early([file], [told(9.0)]) == EarlyScore(0, 0, 1, 0)
    assert score_early([file], [None]) == EarlyScore(0, 0, 0, 0)
    assert score_early([file], [told()]).annotated == pytest.approx(1)
