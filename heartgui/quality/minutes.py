"""Signal quality of a recording of more than a minute: that of its minutes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from heartgui.domain import Quality, QualityScore, Reason, Samples
from heartgui.quality.level import SILENT_PEAK, centred

MINUTE_S = 60.0
MOST_MINUTES = 10
"""Of a longer one so many are judged, evenly spread."""


def minutes(samples: Samples, sample_rate_hz: int) -> list[Samples]:
    """The minutes to judge a recording by, what is left beyond the last whole one left out.
    Minutes without any sound are left out, as long as there is one with sound.

    samples: shape (n,), full scale -1 to 1, more than a minute.
    """
    n = round(MINUTE_S * sample_rate_hz)
    whole = [samples[start : start + n] for start in range(0, len(samples) - n + 1, n)]
    with_sound = [m for m in whole if np.abs(centred(m)).max() >= SILENT_PEAK]
    chosen = with_sound or whole
    places = np.linspace(0, len(chosen) - 1, min(len(chosen), MOST_MINUTES)).round().astype(int)
    return [chosen[place] for place in places]


def of_all(judged: Sequence[Quality]) -> Quality:
    """Each sub-score of the minute in the middle when they are ordered by it; and where more than
    half of the minutes are to be recorded again, the reasons that most of these have."""
    refused = [quality.reasons for quality in judged if quality.reasons]
    return Quality(
        tuple(_middle(scores) for scores in zip(*(q.scores for q in judged), strict=True)),
        _most_common(refused) if 2 * len(refused) > len(judged) else (),
    )


def _middle(scores: tuple[QualityScore, ...]) -> QualityScore:
    return sorted(scores, key=lambda score: score.score)[len(scores) // 2]


def _most_common(refused: list[tuple[Reason, ...]]) -> tuple[Reason, ...]:
    """The reasons that the most minutes give, each as the minute in the middle gives it."""
    counts = Counter(reason.code for reasons in refused for reason in reasons)
    most = max(counts.values())
    chosen = []
    for code in (code for code, n in counts.items() if n == most):
        alike = [reason for reasons in refused for reason in reasons if reason.code == code]
        alike.sort(key=lambda reason: reason.value or 0.0)
        chosen.append(alike[len(alike) // 2])
    return tuple(chosen)
