"""A heart by parameters: S1, S2, murmur, ectopic beats, extra sounds, noise. Nobody's recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from heartgui.domain import Recording, Samples

S1_HZ, S2_HZ, EXTRA_HZ = 38.0, 48.0, 25.0
"""The lowest tone of each sound."""
OCTAVE_DB = 7.0
"""A sound's tones are weaker by so much an octave, up to TOP_HZ; an extra sound is duller."""
EXTRA_OCTAVE_DB = 14.0
TOP_HZ, EXTRA_TOP_HZ = 420.0, 90.0
BREATH_S = 4.0


@dataclass(frozen=True)
class SyntheticHeart:
    """systole lasts a third of a resting beat. murmur_level: relative to S1, 0 for none.
    ectopic_every: each so many-th beat comes early and is followed by a pause, 0 for never.
    extra_sound: `s3` 0.15 s after S2, `s4` 0.10 s before S1. varied: how much intervals (times
    0.03) and loudness (times 0.08) change from beat to beat, 0 for not at all. hum_level,
    noise_level: amplitude of hum and white noise relative to full scale; room_level: of a noise
    that comes and goes and is loudest at the lowest tones, as a chest and a room are."""

    heart_rate_bpm: float = 72.0
    level: float = 0.5
    s2_level: float = 0.6
    murmur: Literal["none", "systolic", "diastolic"] = "none"
    murmur_level: float = 0.35
    ectopic_every: int = 0
    extra_sound: Literal["none", "s3", "s4"] = "none"
    varied: float = 0.0
    noise_level: float = 0.002
    room_level: float = 0.0
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
            breath = 1.0 + 0.03 * self.varied * np.sin(2 * np.pi * time / BREATH_S)
            time += interval_s * breath * (0.6 if early else 1.4 if late else 1.0)
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
        s1, s2 = (_valve_sound(rng, rate, hz, TOP_HZ, OCTAVE_DB) for hz in (S1_HZ, S2_HZ))
        extra = 0.5 * _valve_sound(rng, rate, EXTRA_HZ, EXTRA_TOP_HZ, EXTRA_OCTAVE_DB)
        for beat_s in self.beat_times_s(duration_s):
            louder, softer = 1.0 + 0.08 * self.varied * rng.normal(size=2)
            _add(sound, rate, beat_s, louder * s1)
            _add(sound, rate, beat_s + systole_s, softer * self.s2_level * s2)
            if self.murmur == "systolic":
                hiss = _hiss(rng, rate, systole_s - 0.09)
                _add(sound, rate, beat_s + 0.08, self.murmur_level * hiss)
            elif self.murmur == "diastolic":
                hiss = _hiss(rng, rate, interval_s - systole_s - 0.15)
                _add(sound, rate, beat_s + systole_s + 0.08, self.murmur_level * hiss)
            if self.extra_sound == "s3":
                _add(sound, rate, beat_s + systole_s + 0.15, extra)
            elif self.extra_sound == "s4":
                _add(sound, rate, beat_s - 0.10, extra)
        times = np.arange(n) / rate
        mixed = self.level * sound[:n] + self.noise_level * rng.normal(size=n)
        mixed += self.room_level * _room(rng, n, rate)
        mixed += self.hum_level * np.sin(2 * np.pi * self.hum_hz * times)
        mixed += 0.5 * self.hum_level * np.sin(4 * np.pi * self.hum_hz * times)
        return np.clip(mixed, -1.0, 1.0).astype(np.float32)

    def recording(self, duration_s: float) -> Recording:
        return Recording(self.samples(duration_s), self.sample_rate_hz, synthetic=True)


def _valve_sound(
    rng: np.random.Generator, rate: int, lowest_hz: float, top_hz: float, octave_db: float
) -> np.ndarray:
    """A dozen tones that ring out together, the higher the weaker and the shorter; RMS over
    0.15 s 0.25, so that the peak is about 1."""
    times = np.arange(round(0.15 * rate)) / rate
    sound = np.zeros(len(times))
    for hz in np.geomspace(lowest_hz, top_hz, 14) * rng.uniform(0.94, 1.06, 14):
        amplitude = 10.0 ** (-octave_db * np.log2(hz / lowest_hz) / 20.0) * rng.uniform(0.6, 1.4)
        ringing_s = np.clip(1.6 / hz, 0.006, 0.032)
        phase = rng.uniform(0.0, 2.0 * np.pi)
        sound += amplitude * np.exp(-times / ringing_s) * np.sin(2 * np.pi * hz * times + phase)
    sound *= 1.0 - np.exp(-times / 0.004)
    return 0.25 * sound / np.sqrt(np.mean(sound**2))


def _room(rng: np.random.Generator, n: int, rate: int) -> np.ndarray:
    """Noise that falls by 14 dB from 30 to 450 Hz and swells by some 2.5 dB; RMS 1."""
    frequencies = np.fft.rfftfreq(n, 1 / rate)
    octaves = np.log2(np.clip(frequencies, 30.0, 450.0) / 30.0)
    gain = 10.0 ** (-14.0 * octaves / np.log2(15.0) / 20.0) * (frequencies > 15.0)
    noise = np.fft.irfft(np.fft.rfft(rng.normal(size=n)) * gain, n)
    knots = np.arange(0, n + rate, round(0.35 * rate))
    swell_db = np.interp(np.arange(n), knots, rng.normal(0.0, 2.5, len(knots)))
    noise *= 10.0 ** (swell_db / 20.0)
    return noise / noise.std()


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
