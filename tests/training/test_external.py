"""Other hospitals' data: each layout is read, and a bundled model's figures are printed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from heartgui.__main__ import main
from heartgui.domain import Decision, HeartSoundClass
from heartgui.errors import DataSetError
from heartgui.inference.bundle import load_bundle
from heartgui.paths import models_folder
from heartgui.training.bootstrap import auc_interval, rate_interval
from heartgui.training.external import Case, ExternalSet, read_external
from heartgui.training.external_evaluation import external_report
from tests.helpers.circor import make_circor
from tests.helpers.findings import HUM, finding
from tests.helpers.synthetic_heart import SyntheticHeart


def write(path: Path, *, murmur: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    heart = SyntheticHeart(murmur="systolic" if murmur else "none", murmur_level=0.8)
    soundfile.write(path, heart.samples(4.0), 4000)


def test_cinc_2016(tmp_path):
    for name, _ in (("a0001", 1), ("a0002", -1)):
        write(tmp_path / "training-a" / f"{name}.wav")
    (tmp_path / "training-a" / "REFERENCE.csv").write_text("a0001,1\na0002,-1\na0003,1\n")
    data = read_external(tmp_path)
    assert data is not None
    assert [(case.path.stem, case.positive) for case in data.cases] == [
        ("a0001", True), ("a0002", False),
    ]  # fmt: skip
    assert data.n_left_out == 1


def test_yaseen_2018(tmp_path):
    for folder in ("N_New", "AS_New", "MVP_New"):
        write(tmp_path / folder / f"New_{folder}_001.wav")
    data = read_external(tmp_path)
    assert data is not None
    assert sorted(case.positive for case in data.cases) == [False, True, True]


def test_circor_and_a_csv(tmp_path):
    data = read_external(make_circor(tmp_path / "circor"))
    assert data is not None
    assert (len(data.cases), sum(case.positive for case in data.cases), data.n_left_out) == (
        15,
        5,
        5,
    )
    write(tmp_path / "own" / "x.wav")
    (tmp_path / "own" / "labels.csv").write_text(
        "file,label,patient\nx.wav,murmur,7\ny.wav,normal,7\n"
    )
    data = read_external(tmp_path / "own")
    assert data is not None
    assert [(case.positive, case.patient) for case in data.cases] == [(True, "7")]
    (tmp_path / "own" / "labels.csv").write_text("name,what\nx.wav,murmur\n")
    with pytest.raises(DataSetError, match="columns file and label"):
        read_external(tmp_path / "own")
    assert read_external(tmp_path / "nothing") is None


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_command_prints_figures_with_intervals(tmp_path, capsys):
    for n in range(3):
        write(tmp_path / "N_New" / f"n{n}.wav")
        write(tmp_path / "AS_New" / f"a{n}.wav", murmur=True)
    (tmp_path / "N_New" / "bad.wav").write_bytes(b"RIFF")
    words = ["evaluate", "--data", str(tmp_path), "--model", "heartnet"]
    figures = tmp_path / "figures"
    assert main([*words, "--report", str(tmp_path / "report.md"), "--figures", str(figures)]) == 0
    captured = capsys.readouterr()
    said = captured.out
    assert "--figures does not apply" in captured.err
    assert not figures.exists()
    assert "n = 6 recordings" in said
    assert "AUC" in said
    assert "sensitivity" in said
    assert "skipped bad.wav" in said
    assert (tmp_path / "report.md").read_text() in said


def rows(report: str, first: str) -> list[list[str]]:
    """Cells of the rows that begin so."""
    lines = [line for line in report.splitlines() if line.startswith(f"| {first} |")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_what_the_program_would_say_is_told_by_truth(tmp_path):
    again, unsure = Decision.RECORD_AGAIN, Decision.INCONCLUSIVE
    normal, murmur, artifact = (HeartSoundClass(c) for c in ("normal", "murmur", "artifact"))
    said = [
        (True, finding(murmur)),
        (True, finding(murmur, again, HUM)),
        (True, finding(normal)),
        (True, finding(murmur, unsure)),
        (False, finding(normal)),
        (False, finding(artifact, again)),
        (False, finding(normal, again, HUM)),
        (False, finding(HeartSoundClass.EXTRASTOLE)),
        (False, replace(finding(quality=HUM, decision=again), label=None, probabilities=())),
    ]
    cases = []
    for number, (positive, _) in enumerate(said, start=1):
        path = tmp_path / f"{number}.wav"
        soundfile.write(path, np.zeros(1000 * number), 1000)
        cases.append(Case(path, positive, path.stem))
    analyser = SimpleNamespace(
        cards=[load_bundle(models_folder(), "heartnet").card],
        analyse=lambda recording: said[round(recording.duration_s) - 1][1],
    )
    report = external_report(analyser, ExternalSet("x", tuple(cases), 0), print)
    assert "n = 8 recordings of 8 patients or files, 4 positive" in report
    assert "1 not answered" in report
    assert "- skipped 9.wav: not answered, under 1 s or silent" in report
    # Of the class alone: three of four murmurs; all of the four answered others.
    assert "- sensitivity 0.75" in report
    assert "- specificity 1.00" in report
    # n, found right, the opposite, another class, inconclusive, record again
    murmurs, refused_murmurs = rows(report, "murmur (or abnormal)")
    others, refused_others = rows(report, "none")
    assert murmurs[1:] == ["4", "25%", "25%", "0%", "25%", "25%"]
    assert others[1:] == ["5", "20%", "0%", "20%", "0%", "60%"]
    assert refused_murmurs[1:] == ["4", "1", "hum 1"]
    assert refused_others[1:] == ["5", "2", "hum 2"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_short_recordings_count_and_tiny_and_silent_ones_are_no_negatives(tmp_path, capsys):
    heart = SyntheticHeart(murmur="systolic", murmur_level=0.8)
    for name, samples in (
        ("AS_New/two-seconds", heart.samples(2.0)),
        ("AS_New/tiny", heart.samples(0.8)),
        ("N_New/silent", np.zeros(20_000)),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        soundfile.write(tmp_path / f"{name}.wav", samples, 4000)
    assert main(["evaluate", "--data", str(tmp_path), "--model", "heartnet"]) == 0
    said = capsys.readouterr().out
    assert "n = 1 recordings" in said
    assert "2 not answered" in said
    assert "specificity nan" in said
    assert "- skipped tiny.wav: not answered" in said
    assert "- skipped silent.wav: not answered" in said
    assert rows(said, "murmur (or abnormal)")[1][1:] == ["2", "2", "too-short 2"]
    assert rows(said, "none")[1][1:] == ["1", "1", "silence 1"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_set_of_silence_says_that_nothing_was_answered(tmp_path, capsys):
    for folder in ("N_New", "AS_New"):
        (tmp_path / folder).mkdir()
        soundfile.write(tmp_path / folder / "silent.wav", np.zeros(20_000), 4000)
    assert main(["evaluate", "--data", str(tmp_path), "--model", "heartnet"]) == 1
    assert "silent.wav: not answered, under 1 s or silent" in capsys.readouterr().err


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_circor_is_also_judged_by_visit(tmp_path, capsys):
    folder = make_circor(tmp_path)
    table = folder / "training_data.csv"
    # Nobody could tell of the last child, who had a murmur at AV.
    *lines, last = table.read_text().splitlines()
    table.write_text("\n".join([*lines, last.replace("Present", "Unknown")]) + "\n")
    data = read_external(folder)
    assert data is not None
    # Murmurs are heard at one of two sites; the other one has no label of its own.
    assert (len(data.cases), data.n_left_out, len(data.visits)) == (14, 6, 18)
    assert main(["evaluate", "--data", str(folder), "--model", "heartnet"]) == 0
    said = capsys.readouterr().out
    assert "n = 14 recordings of 8 patients" in said
    assert "by visit, murmur at any site: AUC" in said
    assert "(9 visits of 8 children, 4 with a murmur" in said
    assert "trained on" in said


@pytest.mark.parametrize("layout", ["labels.csv", "REFERENCE.csv"])
def test_a_table_that_is_not_utf_8_is_named(tmp_path, layout):
    write(tmp_path / "Jürgen.wav")
    (tmp_path / layout).write_bytes("file,label\nJürgen.wav,normal\n".encode("latin-1"))
    with pytest.raises(DataSetError, match=rf"{layout} cannot be read as a table.*utf-8") as caught:
        read_external(tmp_path)
    assert "UTF-8" in caught.value.remedy


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_set_of_which_nothing_can_be_read_says_so(tmp_path, capsys):
    for folder in ("N_New", "AS_New"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "bad.wav").write_bytes(b"RIFF")
    assert main(["evaluate", "--data", str(tmp_path), "--model", "heartnet"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("heartgui: None of the 2 recordings could be answered.")
    assert "bad.wav" in said
    assert said.count("\n") == 1


def test_intervals_resample_patients_not_recordings():
    truth = np.repeat([True, False], 50)
    scores = np.concatenate([np.linspace(0.3, 1.0, 50), np.linspace(0.0, 0.7, 50)])
    alone = auc_interval(truth, scores, np.arange(100))
    together = auc_interval(truth, scores, np.arange(100) // 10)
    assert alone.value == together.value
    assert together.high - together.low > alone.high - alone.low
    everything = rate_interval(truth, np.ones(100, dtype=bool), np.arange(100))
    assert (everything.value, everything.low, everything.high) == (1.0, 1.0, 1.0)
