"""How long a recording is, in words."""

from __future__ import annotations


def duration_words(duration_s: float) -> str:
    """ "12.3 s"; from a minute on "1:05" or "2:00:00", as the transport bar counts."""
    tenths = round(duration_s, 1)
    if tenths < 60:
        return f"{tenths:.1f} s"
    minutes, seconds = divmod(int(tenths), 60)
    if minutes < 60:
        return f"{minutes}:{seconds:02d}"
    return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
