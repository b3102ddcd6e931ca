"""The heart rate's card in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from heartgui.domain import AveragedBeat, HeartCycle
from heartgui.ui.record.heart_card import HeartCard
from tests.helpers.findings import finding

BEAT = AveragedBeat((0.0, 1.0, 0.2), (0.1,) * 3, 0.2, 24, 0.2, 0.3, 0.5)


@pytest.mark.parametrize(
    ("beat", "early_s", "said"),
    [
        (BEAT, (), "Average of 24 beats · intervals vary by 2 %"),
        (None, (), ""),
        (None, (1.3,), "Possibly irregular: 1 early beat"),
    ],
)
def test_what_is_said_begins_as_a_sentence_does(qtbot, beat, early_s, said):
    card = HeartCard()
    qtbot.addWidget(card)
    cycle = HeartCycle(((0.1, "S1"),), 0.8, 0.02, early_s, None, 0.0, beat)
    card.show_finding(replace(finding(), cycle=cycle))
    assert card.words.text() == said
