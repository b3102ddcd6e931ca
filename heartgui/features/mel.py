"""Mel scale, filter bank, Mel-spectrogram and decibels."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from heartgui.features.dft import HannWaves, hann_waves, periodic_hann
from heartgui.features.framing import FloatArray, frame

BLOCK_VALUES = 65_536
SHORT_WINDOW = 256
"""Windows of at most so many samples are transformed by a product of matrices, to the needed bins
alone: half the time of an FFT of zero-padded frames."""
BANDS_A_GROUP = 16
"""Neighbouring filters share most of their bins; all of them together hardly any."""


class MelConfig(NamedTuple):
    """How a Mel-spectrogram is computed.

    win_length: samples under the (periodic) Hann window; zero-padded on both sides to n_fft.
    center: pad n_fft // 2 zeros before and after, so that frame k is centred on sample
    k * hop_length. area_normalised: divide each filter by its width in Hz (librosa's
    `norm="slaney"`); otherwise each filter peaks at 1.
    """

    sample_rate_hz: int
    n_fft: int
    win_length: int
    hop_length: int
    n_mels: int
    fmin_hz: float
    fmax_hz: float
    center: bool = True
    area_normalised: bool = True


def hz_to_mel(frequency_hz: FloatArray | float) -> FloatArray:
    """m = 2595 log10(1 + f / 700) (O'Shaughnessy 1987; the HTK Mel scale)."""
    return np.asarray(2595.0 * np.log10(1.0 + np.asarray(frequency_hz, dtype=np.float64) / 700.0))


def mel_to_hz(mel: FloatArray | float) -> FloatArray:
    """Inverse of `hz_to_mel`: f = 700 (10^(m / 2595) - 1)."""
    return np.asarray(700.0 * (10.0 ** (np.asarray(mel, dtype=np.float64) / 2595.0) - 1.0))


def mel_centres_hz(config: MelConfig) -> FloatArray:
    """Centre frequency of each band, shape (n_mels,), Hz."""
    return _mel_edges_hz(config)[1:-1]


def mel_filter_bank(config: MelConfig) -> FloatArray:
    """Triangular filters, equally wide on the Mel scale.

    Returns shape (n_mels, n_fft // 2 + 1), float32: weights on the power of each FFT bin.
    """
    edges_hz = _mel_edges_hz(config)
    bins_hz = np.fft.rfftfreq(config.n_fft, 1.0 / config.sample_rate_hz)
    widths_hz = np.diff(edges_hz)
    ramps = edges_hz[:, np.newaxis] - bins_hz[np.newaxis, :]
    rising = -ramps[:-2] / widths_hz[:-1, np.newaxis]
    falling = ramps[2:] / widths_hz[1:, np.newaxis]
    weights = np.maximum(0.0, np.minimum(rising, falling))
    if config.area_normalised:
        weights *= (2.0 / (edges_hz[2:] - edges_hz[:-2]))[:, np.newaxis]
    return weights.astype(np.float32)


def mel_spectrogram(samples: FloatArray, config: MelConfig) -> FloatArray:
    """Power Mel-spectrogram.

    samples: shape (n_samples,), at config.sample_rate_hz. Returns shape (n_mels, n_frames),
    float32, in squared full scale: |STFT|^2 weighted by the filter bank.
    """
    signal = np.asarray(samples, dtype=np.float32)
    if config.center:
        silence = np.zeros(config.n_fft // 2, dtype=np.float32)
        signal = np.concatenate([silence, signal, silence])
    lead = (config.n_fft - config.win_length) // 2 if config.center else 0
    frames = frame(
        signal[lead : len(signal) - lead],
        frame_length=config.win_length,
        hop_length=config.hop_length,
    )
    if config.center:
        # Leading and trailing zeros of the FFT frame are cut above; keep librosa's frame count.
        frames = frames[: 1 + (len(signal) - config.n_fft) // config.hop_length]
    return mel_of_frames(frames, config)


def mel_of_frames(frames: FloatArray, config: MelConfig) -> FloatArray:
    """Power Mel-spectrogram of frames, shape (n_frames, win_length). Returns (n_mels, n_frames)."""
    tables = _tables(config)
    mel = np.empty((config.n_mels, len(frames)), dtype=np.float32)
    # Blocks that stay in the processor's cache: half the time of all frames at once.
    n_block = max(1, BLOCK_VALUES // config.n_fft)
    for start in range(0, len(frames), n_block):
        block = slice(start, start + n_block)
        power = _power(frames[block], config.n_fft, tables)
        for bands, bins, weights in tables.filters:
            np.matmul(weights, power[:, bins].T, out=mel[bands, block])
    return mel


def _power(frames: FloatArray, n_fft: int, tables: _Tables) -> FloatArray:
    """Power of each bin that the filters look at, shape (n_frames, n_bins)."""
    if tables.waves is not None:
        return tables.waves.power(frames)
    spectrum = np.fft.rfft(frames * tables.window, n=n_fft, axis=1)[:, tables.first : tables.last]
    power = spectrum.real**2
    power += spectrum.imag**2
    return power


def power_to_db(
    power: FloatArray, *, ref: float = 1.0, amin: float = 1e-10, top_db: float | None = 80.0
) -> FloatArray:
    """10 log10(power / ref), at most top_db below its own maximum (librosa's definition).

    power: any shape, not negative. ref: the power of 0 dB. amin: floor of power and ref.
    Raises ValueError for amin not above 0.
    """
    if amin <= 0:
        raise ValueError("amin must be above 0")
    decibels = 10.0 * np.log10(np.maximum(power, np.asarray(amin, dtype=power.dtype)))
    decibels -= 10.0 * np.log10(np.maximum(amin, np.asarray(ref, dtype=power.dtype)))
    if top_db is not None and decibels.size:
        decibels = np.maximum(decibels, decibels.max() - np.asarray(top_db, dtype=power.dtype))
    return np.asarray(decibels)


def _mel_edges_hz(config: MelConfig) -> FloatArray:
    low, high = hz_to_mel(config.fmin_hz), hz_to_mel(config.fmax_hz)
    return mel_to_hz(np.linspace(low, high, config.n_mels + 2))


class _Tables(NamedTuple):
    """window: shape (win_length,). first, last: the FFT bins from and up to which the filters
    look. waves: of those bins, or None where an FFT is faster. filters: bands, bins from `first`
    on, and the weights of some neighbouring filters."""

    window: FloatArray
    first: int
    last: int
    waves: HannWaves | None
    filters: list[tuple[slice, slice, FloatArray]]


@lru_cache(maxsize=16)
def _tables(config: MelConfig) -> _Tables:
    """Milliseconds to make, so kept."""
    bank = mel_filter_bank(config)
    used = np.flatnonzero(bank.any(axis=0))
    first, last = int(used[0]), int(used[-1]) + 1
    waves = None
    if config.win_length <= SHORT_WINDOW and config.win_length % 2 == 0:
        waves = hann_waves(config.win_length, config.n_fft, first, last)
    window = periodic_hann(config.win_length).astype(np.float32)
    return _Tables(window, first, last, waves, _filters(bank[:, first:last]))


def _filters(bank: FloatArray) -> list[tuple[slice, slice, FloatArray]]:
    """The bank cut into groups of bands, each without the bins that are zero in all of it."""
    groups = []
    for band in range(0, len(bank), BANDS_A_GROUP):
        bands = slice(band, band + BANDS_A_GROUP)
        used = np.flatnonzero(bank[bands].any(axis=0))
        bins = slice(int(used[0]), int(used[-1]) + 1) if len(used) else slice(0, 0)
        groups.append((bands, bins, np.ascontiguousarray(bank[bands, bins])))
    return groups
