"""Left-out recordings that were changed: each score is of its own answers."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from heartgui.domain import CLASSES
from heartgui.training.changed import denoised_score, moved_score
from heartgui.training.circor import read_circor
from heartgui.training.heartnet_inputs import MURMUR, NORMAL
from heartgui.training.heartnet_lab import Answers, FoldRun
from heartgui.training.joint_data import Fold
from heartgui.training.moved import can_be_moved
from tests.helpers.circor import make_circor


def answers(truth: np.ndarray, right: bool) -> np.ndarray:
    """Classes, shape (n, 5), by which every murmur is told, or none."""
    murmur = np.where(truth == right, 0.7, 0.1)
    classes = np.full((len(truth), len(CLASSES)), 0.05)
    classes[:, MURMUR], classes[:, NORMAL] = murmur, 0.8 - murmur
    return classes


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("circor")
    make_circor(folder, patients=14)
    files = read_circor(folder, print)
    persons = np.array([file.person.identity for file in files])
    return SimpleNamespace(circor_files=files, circor_persons=persons)


def runs(data, *, as_is: bool, in_place: bool, moved: bool, denoised: bool) -> list[FoldRun]:
    """Two folds, in an order that is not the files'; what is told right."""
    order = np.random.default_rng(0).permutation(len(data.circor_files))
    made = []
    for test in (order[:11], order[11:]):
        files = [data.circor_files[i] for i in test]
        truth = np.array([bool(file.murmur) for file in files])
        usable = np.array([can_be_moved(file) for file in files])
        made.append(
            FoldRun(
                Fold(np.array([], dtype=int), test),
                Answers(np.zeros((0, 5)), np.zeros((0, 5)), []),
                Answers(answers(truth, as_is), answers(truth, as_is), []),
                answers(truth[usable], in_place),
                answers(truth[usable], moved),
                answers(truth, denoised),
            )
        )
    return made


@pytest.mark.parametrize("right", [True, False])
def test_a_score_is_of_the_recordings_that_were_changed_in_its_way(data, right):
    """Whichever of the four answers is right, its own score says so and no other."""
    for which in ("as_is", "in_place", "moved", "denoised"):
        told = dict.fromkeys(("as_is", "in_place", "moved", "denoised"), not right) | {which: right}
        made = runs(data, **told)
        moved, denoised = moved_score(data, made), denoised_score(data, made)
        values = {
            "as_is": denoised.as_is.value, "denoised": denoised.changed.value,
            "in_place": moved.as_is.value, "moved": moved.changed.value,
        }  # fmt: skip
        assert values == {name: float(is_right) for name, is_right in told.items()}


def test_a_recording_of_which_it_is_not_known_is_left_out(data):
    """A child with a murmur that nobody heard at that site."""
    known = [file for file in data.circor_files if file.murmur is not None]
    assert len(known) < len(data.circor_files)
    score = denoised_score(data, runs(data, as_is=True, in_place=True, moved=True, denoised=True))
    assert (score.n, score.n_murmur) == (len(known), sum(bool(file.murmur) for file in known))
