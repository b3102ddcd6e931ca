"""The outline of heart sounds, against tones whose outline is known."""

import numpy as np
import pytest

from heartgui.heart.envelope import ENVELOPE_RATE_HZ, heart_envelope


def tone(frequency_hz: float, seconds: float, sample_rate_hz: int) -> np.ndarray:
    time_s = np.arange(round(seconds * sample_rate_hz)) / sample_rate_hz
    return np.sin(2 * np.pi * frequency_hz * time_s).astype(np.float32)


@pytest.mark.parametrize("sample_rate_hz", [2000, 4000, 44_100])
@pytest.mark.parametrize("seconds", [0.8, 7.3, 15.0])
def test_a_steady_tone_in_the_band_has_its_amplitude_all_along(sample_rate_hz, seconds):
    envelope = heart_envelope(0.3 * tone(110.0, seconds, sample_rate_hz), sample_rate_hz)
    assert abs(len(envelope) - seconds * ENVELOPE_RATE_HZ) <= 1
    inner = envelope[10:-10]
    assert inner == pytest.approx(np.full(len(inner), 0.3), rel=0.03)


def test_a_tone_below_the_band_is_not_heard():
    envelope = heart_envelope(0.3 * tone(5.0, 6.0, 2000), 2000)
    assert envelope[50:-50].max() < 0.01


def test_each_hump_is_where_its_sound_is():
    sound = np.zeros(8 * 4000, np.float32)
    centres_s = np.arange(0.7, 7.5, 0.83)
    time_s = np.arange(len(sound)) / 4000
    for centre_s in centres_s:
        sound += tone(80.0, 8.0, 4000) * np.exp(-(((time_s - centre_s) / 0.03) ** 2))
    envelope = heart_envelope(sound, 4000)
    found_s = [
        (first + envelope[first : first + 41].argmax()) / ENVELOPE_RATE_HZ
        for first in np.rint((centres_s - 0.2) * ENVELOPE_RATE_HZ).astype(int)
    ]
    assert found_s == pytest.approx(centres_s, abs=0.015)


def test_less_than_half_a_second_has_none():
    assert len(heart_envelope(tone(110.0, 0.4, 4000), 4000)) == 0
