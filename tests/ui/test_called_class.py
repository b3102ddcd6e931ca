"""Where the class called is not the one with the largest probability, everything shows that class
and its own probability."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from heartgui.domain import Decision, Finding, HeartSoundClass, Prediction, WindowPrediction
from heartgui.inference.bundle import load_bundle
from heartgui.inference.decision import decide, shown_windows
from heartgui.inference.result_json import finding_from_json, finding_to_json
from heartgui.paths import models_folder
from heartgui.ui.plots.window_cells import cell_texts, cells
from heartgui.ui.record.result_card import ResultCard
from tests.helpers.findings import GOOD

PROBABILITIES = (0.80, 0.02, 0.17, 0.005, 0.005)
EXTRASTOLE = HeartSoundClass.EXTRASTOLE


@pytest.fixture
def called() -> Finding:
    """By the bundled HeartNet's own thresholds: normal 0.80, but extrasystole is called."""
    card = load_bundle(models_folder(), "heartnet").card
    windows = (WindowPrediction(0.0, 10.0, PROBABILITIES, card.weights),)
    prediction = Prediction("heartnet", card.version, PROBABILITIES, windows, card.weights)
    finding = decide(GOOD, [prediction], [card], duration_s=10.0, sample_rate_hz=4000)
    assert finding.label is EXTRASTOLE
    return finding


def test_the_findings_number_is_the_called_classs(called):
    assert called.label_probability == 0.17
    assert called.predictions[0].label_probability == 0.17
    back = finding_from_json(json.loads(json.dumps(finding_to_json(called, "a.wav"))))
    assert (back.label, back.label_probability) == (EXTRASTOLE, 0.17)
    assert back.predictions[0].windows[0].label is EXTRASTOLE


def test_the_card_marks_the_called_class(called, qtbot):
    card = ResultCard()
    qtbot.addWidget(card)
    finding = replace(called, decision=Decision.FINDING, reasons=())
    card.show_finding(finding, [load_bundle(models_folder(), "heartnet").card])
    assert card.headline.text() == "Extrasystole pattern found"
    assert card.bars.label is EXTRASTOLE
    assert "extrasystole 0.17" in card.details_text.text()
    assert "normal 0.80" not in card.details_text.text()
    card.show_live(called.predictions, 5.0)
    assert "extrasystole" in card.subline.text()
    assert card.bars.label is EXTRASTOLE


def test_the_strip_names_the_called_class(called):
    (cell,) = cells(shown_windows(called))
    assert cell_texts(cell)[0] == "Extrasystole 0.17"


def test_model_cards_opens_the_card_of_the_model_that_answered(called, qtbot):
    card = ResultCard()
    qtbot.addWidget(card)
    card.show_finding(called, [load_bundle(models_folder(), "heartnet").card])
    with qtbot.waitSignal(card.details_requested) as asked:
        card.models.click()
    assert asked.args == ["heartnet"]


def test_each_model_has_its_own_cards_figures_and_none_without_a_card(called, qtbot):
    card = ResultCard()
    qtbot.addWidget(card)
    (prediction,) = called.predictions
    both = replace(
        called, decision=Decision.FINDING, reasons=(),
        predictions=(replace(prediction, model="cnn", model_version="0.1"), prediction),
    )  # fmt: skip
    own = load_bundle(models_folder(), "heartnet").card
    card.show_finding(both, [own])
    first, second, figures, _ = card.details_text.text().splitlines()
    assert first.startswith("CNN 0.1")
    assert second.startswith("HeartNet")
    assert f"n = {own.classes[EXTRASTOLE].n}" in figures
    # One threshold of two is none.
    assert card.bars.thresholds == ()
    card.show_finding(called, [own])
    assert card.bars.thresholds != ()
