"""A small data set in the layout and with the file names of Kaggle Heartbeat Sounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from tests.helpers.synthetic_heart import SyntheticHeart

RATE_HZ = 4000


def make_kaggle(
    folder: Path, *, patients: int = 10, seconds: float = 4.0, murmurs_in_set_a: bool = False
) -> Path:
    """Two takes of each of `patients` hearts a class in set B, some of set A, some unusable."""
    set_a, set_b = folder / "set_a", folder / "set_b"
    set_a.mkdir(parents=True)
    set_b.mkdir()
    number = 100
    for label, options in (
        ("normal", {}),
        ("murmur", {"murmur": "systolic", "murmur_level": 0.8}),
        ("extrastole", {"ectopic_every": 3}),
    ):
        for patient in range(patients):
            number += 1
            for take in range(2):
                heart = SyntheticHeart(heart_rate_bpm=60 + 4 * patient, seed=number, **options)
                name = f"{label}__{number}_1306{take}28170{number:03d}_{'AB'[take]}.wav"
                _write(set_b / name, heart.samples(seconds + take))
    rng = np.random.default_rng(0)
    for n in range(patients):
        when = f"2012{1 + n % 12:02d}{1 + n:02d}1015"
        _write(set_a / f"artifact__{when}.wav", 0.2 * rng.normal(size=round(seconds * RATE_HZ)))
        heart = SyntheticHeart(extra_sound="s3", heart_rate_bpm=55 + 3 * n, seed=n)
        later = f"2011{1 + n % 12:02d}{1 + n:02d}1015"
        _write(set_a / f"extrahls__{later}.wav", heart.samples(seconds))
        if murmurs_in_set_a:
            options = {"murmur": "systolic", "murmur_level": 0.8} if n % 2 else {}
            heart = SyntheticHeart(heart_rate_bpm=58 + 3 * n, seed=50 + n, **options)
            when = f"2010{1 + n % 12:02d}{1 + n:02d}1015"
            _write(set_a / f"{'murmur' if n % 2 else 'normal'}__{when}.wav", heart.samples(seconds))
    _write(set_b / "normal__199_1306428170999_A.wav", SyntheticHeart().samples(2.0))
    _write(set_b / "Bunlabelledtest__140_1306519735121_C.wav", SyntheticHeart().samples(5.0))
    (set_b / "murmur__198_1306428170998_A.wav").write_bytes(b"RIFFdamaged")
    return folder


def _write(path: Path, samples: np.ndarray) -> None:
    soundfile.write(path, samples, RATE_HZ, subtype="PCM_16")
