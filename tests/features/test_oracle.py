"""Every feature against librosa, or against its formula written out."""

from __future__ import annotations

import librosa
import numpy as np
import pytest

from heartgui.features.heart_input import HEART_MEL
from heartgui.features.mel import (
    MelConfig,
    hz_to_mel,
    mel_filter_bank,
    mel_spectrogram,
    mel_to_hz,
    power_to_db,
)
from heartgui.features.model_input import PAPER_MEL, paper_input
from heartgui.features.scaling import min_max
from heartgui.features.short_time_energy import short_time_energy
from heartgui.features.zero_crossing_rate import zero_crossing_rate
from tests.helpers.synthetic_heart import SyntheticHeart

BOUND = 1e-5
"""Largest allowed relative difference from the oracle."""
RATE_HZ = 22_050


@pytest.fixture(scope="module", params=["heart", "noise", "sine"])
def samples(request) -> np.ndarray:
    rng = np.random.default_rng(3)
    times = np.arange(4 * RATE_HZ) / RATE_HZ
    return {
        "heart": SyntheticHeart(murmur="systolic", sample_rate_hz=RATE_HZ).samples(4.0),
        "noise": rng.normal(0, 0.2, len(times)).astype(np.float32),
        "sine": (0.4 * np.sin(2 * np.pi * 137.0 * times)).astype(np.float32),
    }[request.param]


def relative(ours: np.ndarray, oracle: np.ndarray) -> float:
    assert ours.shape == oracle.shape
    return float(np.max(np.abs(ours - oracle) / np.maximum(np.abs(oracle), 1e-12)))


def test_short_time_energy_is_the_sum_of_squares(samples):
    ours = short_time_energy(samples, frame_length=551, hop_length=220)
    rms = librosa.feature.rms(y=samples, frame_length=551, hop_length=220, center=False)[0]
    assert relative(ours, rms.astype(np.float64) ** 2 * 551) < BOUND


def test_zero_crossing_rate_counts_sign_changes_between_neighbours(samples):
    ours = zero_crossing_rate(samples, frame_length=551, hop_length=220)
    # librosa divides by the frame's length, the paper by the number of neighbours.
    theirs = librosa.feature.zero_crossing_rate(
        samples, frame_length=551, hop_length=220, center=False, pad=False, threshold=0.0
    )[0]
    assert relative(ours + 1, theirs * 551 / 550 + 1) < BOUND


def test_a_touch_of_zero_is_no_crossing():
    touching = np.array([1.0, 0.0, 1.0, -1.0, 0.0, -1.0], dtype=np.float32)
    rate = zero_crossing_rate(touching, frame_length=6, hop_length=6)
    assert rate == pytest.approx([1 / 5])


@pytest.mark.parametrize(
    "config",
    [
        PAPER_MEL,
        MelConfig(RATE_HZ, 1024, 800, 256, 64, 0.0, 1000.0),
        HEART_MEL,
        MelConfig(4000, 512, 200, 40, 64, 0.0, 1000.0, center=False, area_normalised=False),
    ],
    ids=["paper", "short window", "heart", "display"],
)
def test_mel_spectrogram_equals_librosas(samples, config):
    theirs = librosa.feature.melspectrogram(
        y=samples,
        sr=config.sample_rate_hz,
        n_fft=config.n_fft if config.center else config.win_length,
        win_length=config.win_length,
        hop_length=config.hop_length,
        n_mels=config.n_mels,
        fmin=config.fmin_hz,
        fmax=config.fmax_hz,
        htk=True,
        center=config.center,
        pad_mode="constant",
        norm="slaney" if config.area_normalised else None,
    )
    if not config.center:
        # Without padding librosa needs n_fft samples a frame; ours pads each frame's end.
        frames = librosa.util.frame(samples, frame_length=200, hop_length=40)
        window = librosa.filters.get_window("hann", 200, fftbins=True)
        power = np.abs(np.fft.rfft(frames * window[:, None], 512, axis=0)) ** 2
        bank = librosa.filters.mel(
            sr=4000, n_fft=512, n_mels=64, fmin=0, fmax=1000, htk=True, norm=None
        )
        theirs = bank @ power
    ours = mel_spectrogram(samples, config)
    assert ours.shape == theirs.shape
    # What lies 20 dB and more below the loudest of its frame is measured against that: beside a
    # pure tone the rest of the spectrum is the rounding noise of 32-bit numbers in both.
    floor = 0.01 * theirs.max(axis=0, keepdims=True)
    assert np.max(np.abs(ours - theirs) / np.maximum(theirs, floor)) < BOUND


def test_mel_scale_and_filters_are_htk():
    frequencies = np.array([0.0, 100.0, 700.0, 4000.0])
    assert relative(hz_to_mel(frequencies) + 1, librosa.hz_to_mel(frequencies, htk=True) + 1) < 1e-9
    assert mel_to_hz(hz_to_mel(frequencies)) == pytest.approx(frequencies)
    theirs = librosa.filters.mel(sr=RATE_HZ, n_fft=2048, n_mels=128, htk=True, norm="slaney")
    assert np.max(np.abs(mel_filter_bank(PAPER_MEL) - theirs)) < 1e-7


def test_decibels_equal_librosas(samples):
    power = mel_spectrogram(samples, PAPER_MEL)
    ours = power_to_db(power, ref=float(power.max()))
    theirs = librosa.power_to_db(power, ref=np.max)
    assert np.max(np.abs(ours - theirs)) < BOUND * 80


def test_min_max_scales_to_zero_and_one():
    values = np.array([3.0, -1.0, 1.0])
    assert min_max(values) == pytest.approx([1.0, 0.0, 0.5])
    assert not min_max(np.full(4, 7.0)).any()
    assert min_max(np.empty(0)).shape == (0,)


def test_the_paper_input_is_librosas_min_max_scaled_log_mel():
    samples = SyntheticHeart(murmur="systolic", sample_rate_hz=RATE_HZ).samples(7.0)
    padded = np.pad(samples, (0, 220_500 - len(samples)))
    mel = librosa.feature.melspectrogram(
        y=padded, sr=RATE_HZ, n_fft=2048, hop_length=512, n_mels=128, htk=True
    )
    decibels = librosa.power_to_db(mel, ref=np.max)
    theirs = (decibels - decibels.min()) / (decibels.max() - decibels.min())
    ours = paper_input(samples)
    assert ours.shape == (128, 431)
    assert np.max(np.abs(ours - theirs)) < BOUND


def test_a_short_window_is_padded_or_repeated_as_asked():
    samples = SyntheticHeart(sample_rate_hz=RATE_HZ).samples(4.0)
    padded = paper_input(samples, short="zero-pad")
    repeated = paper_input(samples, short="repeat")
    assert not padded[:, 200:].any()
    assert repeated[:, 200:].mean() > 0.1
    with pytest.raises(ValueError, match="unknown way"):
        paper_input(samples, short="mirror")  # type: ignore[arg-type]


def test_silence_gives_zeros_not_nan():
    assert not paper_input(np.zeros(220_500, dtype=np.float32)).any()
