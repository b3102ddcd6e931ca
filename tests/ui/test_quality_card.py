"""The word beside the signal-quality segments agrees with them."""

from __future__ import annotations

import numpy as np
import pytest

from heartgui.domain import Quality
from heartgui.quality.quality import assess
from heartgui.ui.record.quality_card import QualityCard
from tests.helpers.findings import GOOD, HUM
from tests.helpers.synthetic_heart import SyntheticHeart

LOW_RATE = assess(SyntheticHeart(sample_rate_hz=1500).samples(10.0), 1500)
SHORT = assess(SyntheticHeart().samples(2.9), 4000)
BOTH = assess(SyntheticHeart(sample_rate_hz=1500).samples(2.9), 1500)
SILENT = assess(np.zeros(4000, np.float32), 4000)
FAINT = GOOD._replace(scores=(GOOD.scores[0]._replace(score=0.4), *GOOD.scores[1:]))


@pytest.mark.parametrize(
    ("quality", "word", "role"),
    [
        (GOOD, "good", "good"),
        (FAINT, "fair", "warn"),
        (HUM, "poor", "bad"),
        (LOW_RATE, "low sample rate", "bad"),
        (SHORT, "too short", "bad"),
        (BOTH, "too short", "bad"),
        (SILENT, "poor", "bad"),
        (None, "–", "muted"),
    ],
    ids=["good", "faint", "hum", "low rate", "short", "short at a low rate", "silent", "none yet"],
)
def test_the_word_agrees_with_the_segments(qtbot, quality: Quality | None, word, role):
    card = QualityCard()
    qtbot.addWidget(card)
    card.show_quality(quality)
    assert card.verdict.text() == word
    assert card.verdict.property("role") == role


def test_a_rate_too_low_is_seen_in_no_segment():
    assert [reason.code for reason in LOW_RATE.reasons] == ["low-rate"]
    assert LOW_RATE.overall > 0.6
