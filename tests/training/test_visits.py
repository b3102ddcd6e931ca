"""A visit's score is its loudest recording's."""

from __future__ import annotations

import numpy as np
import pytest

from heartgui.training.circor import Person
from heartgui.training.visits import visit_scores


def visit(number: str, murmur: str, child: str = "") -> Person:
    return Person(
        number, child or number, murmur, frozenset(), frozenset(), "", "", False, "", "", ""
    )


def test_the_largest_score_of_a_visit_decides_and_unknown_ones_are_left_out():
    present, absent, unknown = (
        visit("1", "Present"),
        visit("2", "Absent", "1"),
        visit("3", "Unknown"),
    )
    found = visit_scores(
        [present, absent, present, unknown, absent], np.array([0.1, 0.4, 0.7, 0.9, 0.2])
    )
    assert found.visits == (present, absent)
    assert found.truth.tolist() == [True, False]
    assert found.scores.tolist() == [0.7, 0.4]
    assert found.persons.tolist() == ["1", "1"], "one person, who came twice"
    assert found.auc.value == 1.0


def test_the_interval_is_over_persons():
    rng = np.random.default_rng(0)
    n = 80
    twice = [visit(str(k), "Present" if k % 2 else "Absent", str(k // 8)) for k in range(n)]
    alone = [visit(str(k), "Present" if k % 2 else "Absent") for k in range(n)]
    scores = rng.random(n) + 0.3 * (np.arange(n) % 2)
    one, other = visit_scores(twice, scores).auc, visit_scores(alone, scores).auc
    assert one.value == other.value
    assert one.high - one.low != pytest.approx(other.high - other.low, abs=1e-3)
