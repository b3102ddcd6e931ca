"""CirCor by visit: several recordings of a person, of which the loudest decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from heartgui.training.bootstrap import auc_interval
from heartgui.training.circor import Person
from heartgui.training.metrics import Interval


@dataclass(frozen=True, eq=False)
class VisitScores:
    """visits: whose murmur is known, in the order of their recordings. truth: whether one is
    present; scores: the largest of the visit's recordings; persons: some came twice. All of shape
    (n_visits,)."""

    visits: tuple[Person, ...]
    truth: np.ndarray
    scores: np.ndarray
    persons: np.ndarray

    @property
    def auc(self) -> Interval:
        """Interval by bootstrap over persons."""
        return auc_interval(self.truth, self.scores, self.persons)


def visit_scores(visit_of_each: Sequence[Person], scores: np.ndarray) -> VisitScores:
    """Visits of which nobody could tell are left out. scores: murmur against normal of each
    recording, shape (n_recordings,)."""
    largest: dict[str, float] = {}
    known = {visit.number: visit for visit in visit_of_each if visit.murmur != "Unknown"}
    for visit, score in zip(visit_of_each, scores, strict=True):
        largest[visit.number] = max(largest.get(visit.number, 0.0), float(score))
    visits = tuple(known.values())
    return VisitScores(
        visits,
        np.array([visit.murmur == "Present" for visit in visits], dtype=bool),
        np.array([largest[visit.number] for visit in visits]),
        np.array([visit.identity for visit in visits]),
    )
