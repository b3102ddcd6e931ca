"""How many, and why not."""

from __future__ import annotations

from collections.abc import Sequence

FAILURES_SHOWN = 3


def recordings(n: int) -> str:
    return "1 recording" if n == 1 else f"{n} recordings"


def first_few(reasons: Sequence[str]) -> str:
    """The first reasons, and how many more there are."""
    more = len(reasons) - FAILURES_SHOWN
    return "  ".join(reasons[:FAILURES_SHOWN]) + (f" … and {more} more" if more > 0 else "")
