"""How well murmurs are told in left-out recordings once these are changed: see `moved`, `gated`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from heartgui.training.bootstrap import auc_interval
from heartgui.training.heartnet_lab import FoldRun
from heartgui.training.joint_data import JointData
from heartgui.training.metrics import Interval, murmur_score
from heartgui.training.moved import can_be_moved


@dataclass(frozen=True)
class ChangedScore:
    """Murmur against none in left-out CirCor recordings, AUC: as they are, and changed. n_murmur:
    of the n recordings."""

    n: int
    n_murmur: int
    as_is: Interval
    changed: Interval


def moved_score(data: JointData, runs: Sequence[FoldRun]) -> ChangedScore:
    """Parts that are annotated, as they are and with systole and diastole exchanged; see
    `moved`."""
    order = np.concatenate([run.fold.circor_test for run in runs])
    usable = np.array([i for i in order if can_be_moved(data.circor_files[i])])
    in_place, moved = ([getattr(run, what) for run in runs] for what in ("in_place", "moved"))
    return _changed(data, usable, np.concatenate(in_place), np.concatenate(moved))


def denoised_score(data: JointData, runs: Sequence[FoldRun]) -> ChangedScore:
    """Whole recordings, as they are and denoised; see `gated`."""
    order = np.concatenate([run.fold.circor_test for run in runs])
    known = np.array([data.circor_files[i].murmur is not None for i in order])
    as_is = np.concatenate([run.circor.classes for run in runs])
    denoised = np.concatenate([run.denoised for run in runs])
    return _changed(data, order[known], as_is[known], denoised[known])


def _changed(
    data: JointData, which: np.ndarray, as_is: np.ndarray, changed: np.ndarray
) -> ChangedScore:
    """Intervals by bootstrap over persons. which: indices of the recordings, shape (n,). as_is,
    changed: classes, shape (n, 5)."""
    truth = np.array([bool(data.circor_files[i].murmur) for i in which])
    found = (
        auc_interval(truth, murmur_score(classes), data.circor_persons[which])
        for classes in (as_is, changed)
    )
    return ChangedScore(len(which), int(truth.sum()), *found)
