"""A small data set in the layout of CirCor DigiScope."""

from __future__ import annotations

import itertools
from pathlib import Path

import soundfile

from tests.helpers.synthetic_heart import SyntheticHeart

RATE_HZ = 2000
COLUMNS = (
    "Patient ID,Age,Sex,Murmur,Murmur locations,Systolic murmur timing,Systolic murmur grading,"
    "Diastolic murmur timing,"
    "Additional ID,Pregnancy status"
)


def make_circor(folder: Path, *, patients: int = 10, seconds: float = 8.0) -> Path:
    """`patients` children at two sites; every second one has a systolic murmur, heard at AV
    alone. Ids 1000 and 1002 are one child; 1004 is a pregnant woman, whose age is not told."""
    recordings = folder / "training_data"
    recordings.mkdir(parents=True)
    rows = [COLUMNS]
    for n in range(patients):
        number = 1000 + n
        murmur = n % 2 == 1
        other = {0: "1002.0", 2: "1000.0"}.get(n, "nan")
        timing = "Holosystolic,II/VI" if murmur else "nan,nan"
        age = "nan" if n == 4 else "Child"
        sex = "Male" if n % 3 and n != 4 else "Female"
        rows.append(
            f"{number},{age},{sex},{'Present' if murmur else 'Absent'},"
            f"{'AV' if murmur else 'nan'},{timing},nan,{other},{n == 4}"
        )
        for site in ("AV", "MV"):
            heard = murmur and site == "AV"
            heart = SyntheticHeart(
                heart_rate_bpm=70 + 4 * n, murmur="systolic" if heard else "none",
                murmur_level=0.8, sample_rate_hz=RATE_HZ, seed=number,
            )  # fmt: skip
            path = recordings / f"{number}_{site}.wav"
            soundfile.write(path, heart.samples(seconds), RATE_HZ, subtype="PCM_16")
            path.with_suffix(".tsv").write_text(_annotation(heart, seconds))
    (folder / "training_data.csv").write_text("\n".join(rows) + "\n")
    return folder


def list_sites(table: Path) -> None:
    """Write into a table that every child was recorded at AV and MV, as published."""
    header, *rows = table.read_text().splitlines()
    lines = [f"{header},Recording locations:", *(f"{row},AV+MV" for row in rows)]
    table.write_text("\n".join(lines) + "\n")


def _annotation(heart: SyntheticHeart, seconds: float) -> str:
    """Start s, end s, state: as published, 0 before the first and after the last whole beat."""
    beats = [t for t in heart.beat_times_s(seconds) if t < seconds - 0.5]
    systole_s = min(0.3, 0.38 * 60.0 / heart.heart_rate_bpm)
    lines = [f"0\t{beats[0]:.4f}\t0"]
    for start, after in itertools.pairwise(beats):
        edges = (start, start + 0.09, start + systole_s, start + systole_s + 0.07, after)
        lines += [f"{edges[state]:.4f}\t{edges[state + 1]:.4f}\t{state + 1}" for state in range(4)]
    lines.append(f"{beats[-1]:.4f}\t{seconds:.4f}\t0")
    return "\n".join(lines) + "\n"
