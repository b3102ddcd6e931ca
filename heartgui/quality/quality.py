"""Signal quality of a recording: six sub-scores, and reasons to record again.

Loud murmurs must pass: noise is judged by the quietest moments between the sounds of a beat
and by what lies above the band of heart sounds, never by the energy of systole.
"""

from __future__ import annotations

import numpy as np

from heartgui.audio.clipping import clipped_samples
from heartgui.audio.resampling import resample
from heartgui.domain import Quality, QualityScore, Reason, Samples
from heartgui.features.quantiles import median
from heartgui.heart.heart_rate import rhythm
from heartgui.quality.hum import hum_share
from heartgui.quality.level import SILENT_PEAK, centred, to_dbfs
from heartgui.quality.minutes import MINUTE_S, minutes, of_all
from heartgui.quality.segments import band, segment_power
from heartgui.quality.speech import voiced_share

MIN_DURATION_S = 3.0
MIN_RATE_HZ = 2000
"""Models hear up to 900 Hz. Where the upper part of it is missing, they call normals murmurs."""
CLIPPED_SHARE = 0.01
"""Stethoscopes often cut the tips of loud first sounds; the murmur between them is untouched."""
HUM_SHARE = 0.50
NOISE_FLATNESS = 0.45
NO_RHYTHM = 0.25
"""White noise reaches 0.19 by chance."""
NOTHING_REPEATS = 0.05
RHYTHM_NEEDS_S = 6.0
"""In less time a slow heart may beat too seldom to repeat itself."""
VOICED_SHARE = 0.25
NOISE_RATE_HZ = 2000
SILENT_SHARE = 1e-9
"""Of the loudest half second's power; no room is that quiet."""
FLATNESS_HZ = (25.0, 901.0)
"""Up to 900 Hz and with it."""


def assess(
    samples: Samples,
    sample_rate_hz: int,
    *,
    rhythm_clarity: float | None = None,
    low_rate: Samples | None = None,
    clipped_share: float = 0.0,
) -> Quality:
    """Sub-scores in display order (level, clipping, background noise, mains hum, voices,
    rhythm), each 0 to 1, and the reasons to record again: too-short, low-rate, silence, clipping,
    hum, noise, voices, no-rhythm.

    samples: shape (n,), full scale -1 to 1. More than a minute is judged by its minutes, see
    `minutes`. rhythm_clarity: what `heart.heart_rate.rhythm` says, where it was asked already.
    low_rate: the samples at NOISE_RATE_HZ, where they are known. Both for a minute at most.
    clipped_share: see `Recording`.
    """
    duration_s = len(samples) / sample_rate_hz
    if duration_s > MINUTE_S:
        parts = minutes(samples, sample_rate_hz)
        return of_all([assess(p, sample_rate_hz, clipped_share=clipped_share) for p in parts])
    sound = centred(samples)
    peak = float(np.abs(sound).max(initial=0.0))
    clipped = max(clipped_share, clipped_samples(samples) / max(len(samples), 1))
    silent = peak < SILENT_PEAK
    if low_rate is None:
        low_rate = resample(samples, sample_rate_hz, NOISE_RATE_HZ)
    low_rate = centred(low_rate)
    hum = 0.0 if silent else hum_share(low_rate, NOISE_RATE_HZ)
    flatness = 1.0 if silent else spectral_flatness(low_rate)
    if rhythm_clarity is None:
        _, rhythm_clarity = rhythm(sound, sample_rate_hz)
    clarity = 0.0 if silent else rhythm_clarity
    voices = 0.0 if silent else voiced_share(low_rate)
    scores = (
        QualityScore("level", "Level", _rising(to_dbfs(peak), -60.0, -30.0), to_dbfs(peak), "dBFS"),
        QualityScore(
            "clipping", "Clipping", _falling(clipped, 0.0, 2 * CLIPPED_SHARE), 100 * clipped, "%"
        ),
        QualityScore("noise", "Noise", _falling(flatness, 0.15, 0.55), flatness, ""),
        QualityScore("hum", "Mains hum", _falling(hum, 0.15, 0.75), hum, ""),
        QualityScore("voices", "Voices", _falling(voices, 0.1, 0.4), voices, ""),
        QualityScore("rhythm", "Rhythm", _rising(clarity, 0.05, 0.5), clarity, ""),
    )
    reasons = [
        *_short(duration_s),
        *_low_rate(sample_rate_hz),
        *_silent(silent, peak),
        *_clipped(clipped),
        *_hum(hum),
        *_noise(silent, flatness, clarity),
        *_voices(voices),
        *_no_rhythm(silent, duration_s, flatness, clarity),
    ]
    return Quality(scores, tuple(reasons))


def spectral_flatness(samples: Samples) -> float:
    """Median flatness over half seconds: geometric over arithmetic mean of the power spectrum
    between 25 and 900 Hz; 0 for a tone, about 0.56 for a white noise's raw periodogram.

    samples: shape (n,), at 2 kHz. Heart sounds and murmurs are coloured, hiss is flat; digital
    silence is neither and left out.
    """
    length = NOISE_RATE_HZ // 2
    if len(samples) < length:
        return 1.0
    bins = band(length, NOISE_RATE_HZ, *FLATNESS_HZ)
    spectra = segment_power(samples, length)[:, bins] + np.float32(1e-14)
    power = spectra.mean(axis=1)
    flatness = np.exp(np.log(spectra).mean(axis=1)) / power
    return float(median(flatness[power > SILENT_SHARE * power.max()]))


def _rising(value: float, nothing: float, full: float) -> float:
    return min(1.0, max(0.0, (value - nothing) / (full - nothing)))


def _falling(value: float, full: float, nothing: float) -> float:
    return 1.0 - _rising(value, full, nothing)


def _short(duration_s: float) -> list[Reason]:
    if duration_s >= MIN_DURATION_S:
        return []
    # Never rounded to what it does not reach.
    shown_s = min(duration_s, MIN_DURATION_S - 0.01)
    return [
        Reason(
            "too-short",
            f"The take is {shown_s:.2f} s long; at least 3 s are needed.",
            "Record 15 seconds without lifting the chest piece.",
            duration_s,
        )
    ]


def _low_rate(rate_hz: int) -> list[Reason]:
    if rate_hz >= MIN_RATE_HZ:
        return []
    return [
        Reason(
            "low-rate",
            f"The sample rate is {rate_hz} Hz: too little of a murmur is in it.",
            "Record or export it at 4000 Hz or more.",
            rate_hz,
        )
    ]


def _silent(silent: bool, peak: float) -> list[Reason]:
    if not silent:
        return []
    return [
        Reason(
            "silence",
            "There is no sound in the take.",
            "Check that the stethoscope is switched on, selected as the input, and not muted.",
            to_dbfs(peak),
        )
    ]


def _clipped(share: float) -> list[Reason]:
    if share <= CLIPPED_SHARE:
        return []
    return [
        Reason(
            "clipping",
            f"The sound is too loud for the input: {100 * share:.1f} % of the take is cut off.",
            "Turn the input level down until the clip lamp stays dark.",
            share,
        )
    ]


def _hum(share: float) -> list[Reason]:
    if share <= HUM_SHARE:
        return []
    return [
        Reason(
            "hum",
            f"Mains hum is stronger than the heart: {100 * share:.0f} % of the sound is hum.",
            "Unplug the charger or run on battery, press the chest piece flat, and keep still.",
            share,
        )
    ]


def _noise(silent: bool, flatness: float, clarity: float) -> list[Reason]:
    if silent or flatness <= NOISE_FLATNESS or clarity >= NO_RHYTHM:
        return []
    return [
        Reason(
            "noise",
            "Background noise covers the heart.",
            "Ask for quiet, press the chest piece flat on bare skin, keep hand and cable still.",
            flatness,
        )
    ]


def _voices(share: float) -> list[Reason]:
    if share <= VOICED_SHARE:
        return []
    return [
        Reason(
            "voices",
            f"Somebody speaks or cries over the heart ({100 * share:.0f} % of the time).",
            "Ask everybody to be silent, calm a crying child, and record again.",
            share,
        )
    ]


def _no_rhythm(silent: bool, duration_s: float, flatness: float, clarity: float) -> list[Reason]:
    heard_as_noise = flatness > NOISE_FLATNESS
    if silent or heard_as_noise or duration_s < RHYTHM_NEEDS_S or clarity >= NOTHING_REPEATS:
        return []
    return [
        Reason(
            "no-rhythm",
            "Nothing in it repeats like a heartbeat.",
            "Find where the heart is loudest, hold the chest piece still there, and record again.",
            clarity,
        )
    ]
