"""The paper's figures: durations, class counts, each class in four views, curves, confusions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from heartgui.audio.resampling import resample
from heartgui.domain import CLASSES, HeartSoundClass, Recording
from heartgui.features.mel import hz_to_mel, mel_centres_hz, mel_spectrogram, power_to_db
from heartgui.features.model_input import PAPER_MEL
from heartgui.features.short_time_energy import short_time_energy
from heartgui.features.zero_crossing_rate import zero_crossing_rate
from heartgui.training.dataset import KaggleSet, class_counts
from heartgui.training.metrics import sensitivities, specificities

FRAME_S, HOP_S = 0.025, 0.010
SHOWN_S = 10.0
MEL_TICKS_HZ = (100, 500, 1000, 2000, 5000, 10_000)
_CURVES = (("", "#1d6d89", "training"), ("val_", "#b0610f", "validation"))
History = Mapping[str, Sequence[float]]


def paper_figures(
    data: KaggleSet,
    curves: Mapping[str, Sequence[History]],
    matrices: Mapping[str, np.ndarray],
    folder: Path,
) -> list[Path]:
    """Write every figure into `folder` as PNG; returns the paths.

    curves: for each architecture, the history of each seed. matrices: by title, as
    "LSTM, patients apart", a confusion matrix, shape (5, 5), rows the true class.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = [
        _save(_durations(data), folder / "durations.png"),
        _save(_class_counts(data), folder / "class-counts.png"),
    ]
    for name in CLASSES:
        recording = _typical(data, name)
        if recording is not None:
            written.append(_save(_views(name, recording), folder / f"views-{name}.png"))
    for architecture, histories in curves.items():
        if histories:
            path = folder / f"training-curves-{architecture}.png"
            written.append(_save(_curves(architecture, histories), path))
    for title, matrix in matrices.items():
        file_name = title.lower().replace(",", "").replace(" ", "-")
        written.append(confusion_figure(file_name, title, matrix, folder))
    return written


def confusion_figure(name: str, title: str, matrix: np.ndarray, folder: Path) -> Path:
    """Write one confusion matrix, shape (5, 5), rows the true class, into `folder` as PNG."""
    folder.mkdir(parents=True, exist_ok=True)
    return _save(_confusion(title, matrix), folder / f"confusion-{name}.png")


def _figure(width: float, height: float) -> Any:
    # The object interface: no window, no state shared with anybody else's figures.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _save(figure: Any, path: Path) -> Path:
    figure.savefig(path, dpi=120)
    return path


def _durations(data: KaggleSet) -> Any:
    figure = _figure(7, 4)
    axes = figure.add_subplot()
    axes.hist(data.labelled_durations_s, bins=np.arange(0.0, 29.0, 1.0), color="#1d6d89")
    axes.axvline(3.0, color="#b3261e", linestyle="--", label="shorter ones are left out")
    axes.set(xlabel="Duration, s", ylabel="Labelled recordings", title="Durations")
    axes.legend()
    return figure


def _class_counts(data: KaggleSet) -> Any:
    figure = _figure(7, 4)
    axes = figure.add_subplot()
    bars = axes.bar([str(name) for name in CLASSES], class_counts(data.labels), color="#1d6d89")
    axes.bar_label(bars)
    axes.set(ylabel="Recordings used", title="Recordings of each class")
    return figure


def _typical(data: KaggleSet, name: HeartSoundClass) -> Recording | None:
    """The recording of that class whose length is nearest to a whole window."""
    found = [file.recording for file in data.files if file.label is name]
    return min(found, key=lambda r: abs(r.duration_s - SHOWN_S), default=None)


def _views(name: HeartSoundClass, recording: Recording) -> Any:
    """Waveform, short-time energy, zero-crossing rate and Mel-spectrogram."""
    rate_hz = PAPER_MEL.sample_rate_hz
    samples = resample(recording.samples, recording.sample_rate_hz, rate_hz)
    samples = samples[: round(SHOWN_S * rate_hz)]
    frame_length, hop_length = round(FRAME_S * rate_hz), round(HOP_S * rate_hz)
    figure = _figure(8, 9)
    wave, ste, zcr, mel = figure.subplots(4, 1, sharex=True)
    wave.plot(np.arange(len(samples)) / rate_hz, samples, linewidth=0.5, color="#1d6d89")
    wave.set(ylabel="Amplitude", title=f"{name}: {recording.duration_s:.1f} s")
    for axes, values, title in (
        (ste, short_time_energy, "Short-time energy"),
        (zcr, zero_crossing_rate, "Zero-crossing rate"),
    ):
        track = values(samples, frame_length=frame_length, hop_length=hop_length)
        axes.plot(np.arange(len(track)) * HOP_S, track, linewidth=0.8)
        axes.set(ylabel=title)
    log_mel = power_to_db(mel_spectrogram(samples, PAPER_MEL))
    end_s = log_mel.shape[1] * PAPER_MEL.hop_length / rate_hz
    image = mel.imshow(
        log_mel, origin="lower", aspect="auto", extent=(0, end_s, 0, log_mel.shape[0])
    )
    mel.set(
        yticks=_height_of(MEL_TICKS_HZ), yticklabels=[f"{tick_hz:,}" for tick_hz in MEL_TICKS_HZ],
        ylabel="Frequency, Hz (Mel)", xlabel="Time, s",
    )  # fmt: skip
    figure.colorbar(image, ax=mel, label="dB")
    return figure


def _height_of(frequencies_hz: Sequence[float]) -> np.ndarray:
    """Where frequencies lie on the axis of bands, each one high."""
    centres = hz_to_mel(mel_centres_hz(PAPER_MEL))
    return np.interp(hz_to_mel(np.array(frequencies_hz)), centres, np.arange(len(centres)) + 0.5)


def _curves(architecture: str, histories: Sequence[History]) -> Any:
    figure = _figure(9, 4)
    panels = figure.subplots(1, 2)
    for axes, key, title in ((panels[0], "accuracy", "Accuracy"), (panels[1], "loss", "Loss")):
        for prefix, colour, name in _CURVES:
            for n, history in enumerate(histories):
                values = history.get(prefix + key, ())
                label = name if n == 0 else None
                epochs = np.arange(1, len(values) + 1)
                axes.plot(epochs, values, color=colour, alpha=0.4, linewidth=0.9, label=label)
        axes.set(xlabel="Epoch", ylabel=title)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend()
    figure.suptitle(f"{architecture.upper()}: {len(histories)} random splits")
    return figure


def _confusion(title: str, matrix: np.ndarray) -> Any:
    figure = _figure(6.6, 5.2)
    axes = figure.add_subplot()
    share = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    names = [str(name) for name in CLASSES]
    axes.set(
        xticks=range(len(names)), yticks=range(len(names)), xticklabels=names, yticklabels=names,
        xlabel="Answer", ylabel="Label",
    )  # fmt: skip
    figure.suptitle(title)
    beside = axes.secondary_yaxis("right")
    beside.set_yticks(
        range(len(names)),
        [
            f"sensitivity {_rate(sensitivity)}\nspecificity {_rate(specificity)}"
            for sensitivity, specificity in zip(
                sensitivities(matrix), specificities(matrix), strict=True
            )
        ],
    )
    beside.tick_params(length=0)
    for row in range(len(names)):
        for column in range(len(names)):
            axes.text(
                column, row, f"{share[row, column]:.2f}\n({matrix[row, column]:.0f})",
                ha="center", va="center", fontsize=8,
                color="white" if share[row, column] > 0.5 else "black",
            )  # fmt: skip
    return figure


def _rate(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "none"
