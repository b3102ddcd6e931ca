"""Mel scale, filter bank, Mel-spectrogram and decibels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from heartgui.features.framing import FloatArray, frame

BLOCK_VALUES = 65_536


@dataclass(frozen=True)
class MelConfig:
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
        signal = np.pad(signal, config.n_fft // 2)
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
    window, bank = _tables(config)
    mel = np.empty((config.n_mels, len(frames)), dtype=np.float32)
    # Blocks that stay in the processor's cache: half the time of all frames at once.
    n_block = max(1, BLOCK_VALUES // config.n_fft)
    for start in range(0, len(frames), n_block):
        block = slice(start, start + n_block)
        spectrum = np.fft.rfft(frames[block] * window, n=config.n_fft, axis=1)
        power = spectrum.real**2
        power += spectrum.imag**2
        mel[:, block] = bank @ power.T
    return mel


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


@lru_cache(maxsize=16)
def _tables(config: MelConfig) -> tuple[FloatArray, FloatArray]:
    """The window and the filter bank: 40 ms to make, so kept."""
    n = np.arange(config.win_length)
    window = (0.5 - 0.5 * np.cos(2.0 * np.pi * n / config.win_length)).astype(np.float32)
    return window, mel_filter_bank(config)
