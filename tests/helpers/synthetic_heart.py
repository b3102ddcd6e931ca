"""A heart by parameters: S1, S2, murmur, ectopic beats, extra sounds, noise. Nobody's recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from heartgui.domain import Recording, Samples

S1_HZ, S2_HZ, EXTRA_HZ = 50.0, 65.0, 35.0


@dataclass(frozen=True)
class SyntheticHeart:
    """systole lasts a third of a resting beat. murmur_level: relative to S1, 0 for none.
    ectopic_every: each so many-th beat comes early and is followed by a pause, 0 for never.
    extra_sound: `s3` 0.15 s after S2, `s4` 0.10 s before S1. hum_level, noise_level: amplitude
    relative to full scale."""

    heart_rate_bpm: float = 72.0
    level: float = 0.5
    s2_level: float = 0.7
    murmur: Literal["none", "systolic", "diastolic"] = "none"
    murmur_level: float = 0.35
    ectopic_every: int = 0
    extra_sound: Literal["none", "s3", "s4"] = "none"
    noise_level: float = 0.002
    hum_level: float = 0.0
    hum_hz: float = 50.0
    sample_rate_hz: int = 4000
    seed: int = 1

    def beat_times_s(self, duration_s: float) -> list[float]:
        """Onset of each S1, seconds."""
        interval_s = 60.0 / self.heart_rate_bpm
        times, time, number = [], 0.15, 1
        while time < duration_s:
            times.append(time)
            early = self.ectopic_every and number % self.ectopic_every == 0
            late = self.ectopic_every and number > 1 and (number - 1) % self.ectopic_every == 0
            time += interval_s * (0.6 if early else 1.4 if late else 1.0)
            number += 1
        return times

    def samples(self, duration_s: float) -> Samples:
        """Shape (duration_s * sample_rate_hz,), float32, within full scale."""
        rng = np.random.default_rng(self.seed)
        rate = self.sample_rate_hz
        n = round(duration_s * rate)
        sound = np.zeros(n + 2 * rate)
        interval_s = 60.0 / self.heart_rate_bpm
        systole_s = min(0.3, 0.38 * interval_s)
        for beat_s in self.beat_times_s(duration_s):
            _add(sound, rate, beat_s, _thump(rate, S1_HZ, 0.09))
            _add(sound, rate, beat_s + systole_s, self.s2_level * _thump(rate, S2_HZ, 0.07))
            if self.murmur == "systolic":
                hiss = _hiss(rng, rate, systole_s - 0.09)
                _add(sound, rate, beat_s + 0.08, self.murmur_level * hiss)
            elif self.murmur == "diastolic":
                hiss = _hiss(rng, rate, interval_s - systole_s - 0.15)
                _add(sound, rate, beat_s + systole_s + 0.08, self.murmur_level * hiss)
            if self.extra_sound == "s3":
                extra_s = beat_s + systole_s + 0.15
                _add(sound, rate, extra_s, 0.5 * _thump(rate, EXTRA_HZ, 0.06))
            elif self.extra_sound == "s4":
                _add(sound, rate, beat_s - 0.10, 0.5 * _thump(rate, EXTRA_HZ, 0.06))
        times = np.arange(n) / rate
        mixed = self.level * sound[:n] + self.noise_level * rng.normal(size=n)
        mixed += self.hum_level * np.sin(2 * np.pi * self.hum_hz * times)
        mixed += 0.5 * self.hum_level * np.sin(4 * np.pi * self.hum_hz * times)
        return np.clip(mixed, -1.0, 1.0).astype(np.float32)

    def recording(self, duration_s: float) -> Recording:
        return Recording(self.samples(duration_s), self.sample_rate_hz, synthetic=True)


def _thump(rate: int, frequency_hz: float, length_s: float) -> np.ndarray:
    times = np.arange(round(length_s * rate)) / rate
    shape = np.sin(np.pi * times / length_s) ** 2
    return shape * np.sin(2 * np.pi * frequency_hz * times)


def _hiss(rng: np.random.Generator, rate: int, length_s: float) -> np.ndarray:
    """Band of noise, 100 to 300 Hz, swelling and fading; RMS about 0.35."""
    n = max(8, round(length_s * rate))
    spectrum = np.fft.rfft(rng.normal(size=n))
    frequencies = np.fft.rfftfreq(n, 1 / rate)
    spectrum[(frequencies < 100) | (frequencies > 300)] = 0
    noise = np.fft.irfft(spectrum, n)
    peak = np.abs(noise).max()
    return noise / peak * np.sin(np.pi * np.arange(n) / n) if peak > 0 else noise


def _add(sound: np.ndarray, rate: int, start_s: float, part: np.ndarray) -> None:
    start = round(start_s * rate)
    if start < 0:
        part, start = part[-start:], 0
    end = min(len(sound), start + len(part))
    if end > start:
        sound[start:end] += part[: end - start]
