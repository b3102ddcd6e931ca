"""Messages and answers are said by a screen reader when they come, not when they are looked for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible

from heartgui.features.display import display_features
from heartgui.ui.plots.track_view import TrackView
from heartgui.ui.record.result_card import ResultCard
from heartgui.ui.widgets import announce as module
from heartgui.ui.widgets.banner import BannerArea
from tests.helpers.findings import finding
from tests.helpers.synthetic_heart import SyntheticHeart


@pytest.fixture
def said(monkeypatch):
    """What was announced: words, and whether at once."""
    events = []

    class Reader:
        AnnouncementPoliteness = QAccessible.AnnouncementPoliteness

        @staticmethod
        def updateAccessibility(event):
            at_once = event.politeness() is QAccessible.AnnouncementPoliteness.Assertive
            events.append((event.message(), at_once))

    monkeypatch.setattr(module, "QAccessible", Reader)
    return events


def test_a_message_is_said(qtbot, said):
    banner = BannerArea()
    qtbot.addWidget(banner)
    banner.show_message("error", "It was unplugged.", "Everything up to then is kept.")
    banner.show_message("info", "Saved.")
    assert said == [("It was unplugged. Everything up to then is kept.", True), ("Saved.", False)]


def test_an_answer_is_said_once_and_a_new_one_again(qtbot, said):
    card = ResultCard()
    qtbot.addWidget(card)
    card.show()
    for _ in range(2):
        card.show_finding(finding(), ())
    assert len(said) == 1
    assert said[0][0].startswith("Result: Murmur pattern found.")
    card.show_busy("Classifying…")
    card.show_finding(finding(), ())
    assert len(said) == 2
    card.show_busy("Classifying…")
    card.show_error("It failed.", "", "Try again.")
    assert said[-1][0] == "Result: No answer. The recording is kept. It failed. Try again."


def test_the_values_under_a_cursor_moved_by_keyboard_are_said(qtbot, said):
    tracks = TrackView()
    qtbot.addWidget(tracks)
    tracks.set_features(display_features(SyntheticHeart().samples(5.0), 4000))
    qtbot.keyClick(tracks, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert said == [(tracks.cursor_text, True)]
    assert "amplitude" in said[0][0]
