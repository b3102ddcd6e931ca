"""Other hospitals' data: each layout is read, and a bundled model's figures are printed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from heartgui.__main__ import main
from heartgui.errors import DataSetError
from heartgui.training.bootstrap import auc_interval, rate_interval
from heartgui.training.external import read_external
from tests.helpers.circor import make_circor
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
