"""What the result card offers beside what it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from heartgui.domain import Decision, HeartSoundClass
from heartgui.quality.quality import assess
from heartgui.ui.record.result_card import ResultCard
from tests.helpers.findings import HUM, finding

SILENT = assess(np.zeros(40_000, np.float32), 4000)


def test_while_recording_no_heart_is_called_normal(qtbot):
    card = ResultCard()
    qtbot.addWidget(card)
    card.show_live(finding(HeartSoundClass.NORMAL).predictions, 5.0)
    assert card.subline.text() == "So far: no murmur pattern. Answer follows."


@pytest.mark.parametrize(("quality", "offered"), [(HUM, True), (SILENT, False)])
def test_analyse_anyway_is_offered_where_there_is_something_to_analyse(qtbot, quality, offered):
    card = ResultCard()
    qtbot.addWidget(card)
    answer = replace(finding(decision=Decision.RECORD_AGAIN, quality=quality), label=None)
    card.show_finding(answer, ())
    assert card.again.isVisibleTo(card)
    assert card.anyway.isVisibleTo(card) is offered
