"""Heart rate: right on synthetic hearts, and honest where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from heartgui.heart.heart_rate import heart_rate_bpm
from tests.helpers.synthetic_heart import SyntheticHeart


@pytest.mark.parametrize("bpm", [45, 60, 72, 90, 120, 150])
@pytest.mark.parametrize("rate_hz", [4000, 44_100])
def test_the_rate_is_found(bpm, rate_hz):
    heart = SyntheticHeart(heart_rate_bpm=bpm, sample_rate_hz=rate_hz)
    assert heart_rate_bpm(heart.samples(12.0), rate_hz) == pytest.approx(bpm, abs=2)


@pytest.mark.parametrize("murmur", ["systolic", "diastolic"])
def test_a_murmur_does_not_hide_or_double_it(murmur):
    heart = SyntheticHeart(heart_rate_bpm=78, murmur=murmur, murmur_level=0.6)
    assert heart_rate_bpm(heart.samples(12.0), 4000) == pytest.approx(78, abs=3)


def test_what_has_no_rhythm_has_no_rate():
    rng = np.random.default_rng(2)
    assert heart_rate_bpm(rng.normal(0, 0.1, 48_000).astype(np.float32), 4000) is None
    assert heart_rate_bpm(np.zeros(48_000, dtype=np.float32), 4000) is None
    assert heart_rate_bpm(SyntheticHeart().samples(2.0), 4000) is None
