"""Slower playback keeps the pitch; filters keep their bands."""

from __future__ import annotations

import numpy as np
import pytest

from heartgui.audio.time_stretch import TimeStretcher

RATE_HZ = 4000


def stretched(samples: np.ndarray, speed: float) -> np.ndarray:
    stretcher = TimeStretcher(samples, RATE_HZ, speed)
    parts, position = [], 0.0
    while True:
        block, position = stretcher.block(position)
        if not len(block):
            return np.concatenate(parts)
        parts.append(block)


def loudest_hz(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.fft.rfftfreq(len(samples), 1 / RATE_HZ)[spectrum.argmax()])


@pytest.mark.parametrize("speed", [0.5, 0.75])
def test_slower_is_longer_at_the_same_pitch(speed):
    tone = np.sin(2 * np.pi * 180 * np.arange(4 * RATE_HZ) / RATE_HZ).astype(np.float32)
    slow = stretched(tone, speed)
    assert len(slow) / len(tone) == pytest.approx(1 / speed, rel=0.03)
    assert loudest_hz(slow) == pytest.approx(180, abs=1.0)
    # No holes and no bumps where frames meet.
    level = np.sqrt(np.mean(slow[: len(slow) // 200 * 200].reshape(-1, 200) ** 2, axis=1))[2:-3]
    assert level.min() > 0.6
    assert level.max() < 0.8
