"""Writes the synthetic samples of the Help menu: `python -m tests.helpers.make_samples`."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile

from heartgui.domain import Samples
from tests.helpers.synthetic_heart import SyntheticHeart

DURATION_S = 12.0
RATE_HZ = 4000
NATURAL = SyntheticHeart(varied=1.0, noise_level=5e-4, room_level=0.008)
"""In a quiet room, on a chest that breathes."""
MURMUR = replace(
    NATURAL, heart_rate_bpm=100, level=0.3, murmur="systolic", murmur_level=0.6, seed=4
)
REFUSED_FOR = {"hum": "hum", "clipped": "clipping"}
"""Samples that the program must ask to record again, and the reason's code."""


def _artifact(rng: np.random.Generator) -> Samples:
    """Rubbing and knocks, no heart."""
    n = round(DURATION_S * RATE_HZ)
    slow = np.interp(np.arange(n), np.arange(0, n, 1500), rng.random(len(range(0, n, 1500))))
    sound = 0.25 * slow**3 * rng.normal(size=n)
    for start in rng.integers(0, n - 400, size=9):
        sound[start : start + 400] += 0.6 * np.hanning(400) * rng.normal(size=400)
    return np.clip(sound, -0.98, 0.98).astype(np.float32)


def samples() -> dict[str, tuple[str, Samples]]:
    """File stem to title and sound."""
    hearts = {
        "normal": (
            "Synthetic heart, 84 a minute",
            replace(NATURAL, heart_rate_bpm=84, seed=3),
        ),
        "murmur": (
            "Synthetic heart with a systolic murmur",
            MURMUR,
        ),
        "extrastole": (
            "Synthetic heart with early beats",
            replace(NATURAL, heart_rate_bpm=76, ectopic_every=4, seed=5),
        ),
        "extrahls": (
            "Synthetic heart with a third heart sound",
            replace(NATURAL, heart_rate_bpm=66, extra_sound="s3", seed=6),
        ),
        "hum": (
            "Synthetic heart under mains hum",
            SyntheticHeart(level=0.2, hum_level=0.35, seed=7),
        ),
        "clipped": ("Synthetic heart, cut off at full scale", SyntheticHeart(level=4.0, seed=8)),
    }
    made = {name: (title, heart.samples(DURATION_S)) for name, (title, heart) in hearts.items()}
    made["artifact"] = ("Synthetic rubbing and knocks", _artifact(np.random.default_rng(9)))
    return made


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    titles = []
    for name, (title, sound) in samples().items():
        soundfile.write(folder / f"{name}.flac", sound, RATE_HZ, subtype="PCM_16")
        entry = {"file": f"{name}.flac", "title": title}
        if name in REFUSED_FOR:
            entry["refused_for"] = REFUSED_FOR[name]
        titles.append(entry)
    (folder / "samples.json").write_text(json.dumps(titles, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("resources/samples"))
