"""The line over the tracks: a long name gives way, what follows it does not."""

from __future__ import annotations

from html import unescape

import pytest

from heartgui.ui.durations import duration_words
from heartgui.ui.widgets.caption import Caption


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.04, "0.0 s"), (12.34, "12.3 s"), (59.94, "59.9 s"), (59.96, "1:00"), (60.0, "1:00"),
        (125.9, "2:05"), (3599.9, "59:59"), (3600.0, "1:00:00"), (7200.0, "2:00:00"),
    ],
)  # fmt: skip
def test_durations_in_words(seconds, words):
    assert duration_words(seconds) == words


@pytest.mark.parametrize("name", ["x" * 246 + ".wav", "a b " * 62 + ".wav", "<b>&" * 62])
def test_a_long_name_loses_its_middle_and_nothing_else(qtbot, name):
    caption = Caption()
    qtbot.addWidget(caption)
    caption.resize(400, 20)
    caption.show()
    caption.show_text(name, "12.3 s · 4000 Hz")
    shown = caption.text()
    assert shown.startswith(name[:5])
    assert "…" in shown
    assert shown.endswith(f"{name[-4:]} · 12.3 s · 4000 Hz")
    assert caption.fontMetrics().horizontalAdvance(shown) <= caption.contentsRect().width()
    assert caption.minimumSizeHint().width() == 0
    assert caption.accessibleName() == f"{name} · 12.3 s · 4000 Hz"
    # No line of the tool tip is wider than the window, and nothing in a name is taken for a tag.
    lines = caption.toolTip().removeprefix("<qt>").removesuffix("</qt>").split("<br>")
    assert len(lines) > 2
    assert max(len(unescape(line)) for line in lines) <= 80
    assert not any("<" in line for line in lines)
    # With room it is whole again.
    caption.resize(4000, 20)
    assert caption.text() == f"{name} · 12.3 s · 4000 Hz"


def test_nothing_is_nothing(qtbot):
    caption = Caption()
    qtbot.addWidget(caption)
    caption.show_text("take", "2:00:00")
    caption.show_text("")
    assert (caption.text(), caption.toolTip(), caption.accessibleName()) == ("", "", "")
