"""Other hospitals' data: each layout is read, and a bundled model's figures are printed."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
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
from heartgui.training.external import Case, ExternalSet
from heartgui.training.external_evaluation import external_report
from heartgui.training.label_table import _CALLED
from heartgui.training.layouts import find_layouts
from tests.helpers.circor import list_sites, make_circor
from tests.helpers.findings import HUM, finding
from tests.helpers.kaggle import make_kaggle
from tests.helpers.synthetic_heart import SyntheticHeart

HEARTNET = str(models_folder() / "heartnet")


def write(path: Path, *, murmur: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    heart = SyntheticHeart(murmur="systolic" if murmur else "none", murmur_level=0.8)
    soundfile.write(path, heart.samples(4.0), 4000)


def command(data: Path) -> list[str]:
    return ["evaluate", "--data", str(data), "--model", "heartnet"]


def only(place: Path) -> ExternalSet:
    """The one data set there."""
    (layout,) = find_layouts(place)
    assert layout.read is not None
    return layout.read()


def labels(data: ExternalSet) -> list[tuple[str, bool]]:
    return [(case.path.stem, case.positive) for case in data.cases]


def table(folder: Path, text: str, name: str = "labels.csv") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_cinc_2016(tmp_path):
    for name in ("a0001.wav", "a0002.WAV", "a0004.wav", "a0005.flac"):
        write(tmp_path / "training-a" / name)
    table(
        tmp_path / "training-a",
        'a0001,1\na0002.wav,-1\na0003,1\na0004,0\n"a0005","-1"\n', "REFERENCE.csv",
    )  # fmt: skip
    data = only(tmp_path)
    assert labels(data) == [("a0001", True), ("a0002", False), ("a0005", False)]
    assert (data.no_file, data.no_label) == (("a0003",), ("a0004",))


def test_a_cinc_record_counts_once_wherever_copies_lie(tmp_path):
    for folder, names in (("training-a", ("a0001", "a0002")), ("validation", ("a0001", "a0003"))):
        for name in names:
            write(tmp_path / folder / f"{name}.wav")
        table(tmp_path / folder, "a0001,1\na0002,-1\na0003,1\n", "REFERENCE.csv")
    data = only(tmp_path)
    assert sorted(str(case.path.relative_to(tmp_path)) for case in data.cases) == [
        "training-a/a0001.wav", "training-a/a0002.wav", "validation/a0003.wav",
    ]  # fmt: skip
    assert sorted(case.patient for case in data.cases) == ["a0001", "a0002", "a0003"]
    assert data.no_file == (), "each lies in one of the folders"
    assert "names no patients" in data.groups


def test_yaseen_2018_is_counted_once_however_it_was_unzipped(tmp_path):
    for folder in ("N_New/n_new", "AS_New/AS_New", "mvp_new", "N_New/AS_New", "MR_New_3 cycles"):
        write(tmp_path / folder / "New_001.wav")
        (tmp_path / folder / "._New_001.wav").write_bytes(b"of macOS")
    data = only(tmp_path)
    assert {str(case.path.parent.relative_to(tmp_path)): case.positive for case in data.cases} == {
        "N_New/n_new": False, "AS_New/AS_New": True, "mvp_new": True, "N_New/AS_New": True,
        "MR_New_3 cycles": True,
    }  # fmt: skip
    assert len(data.cases) == 5
    assert len({case.patient for case in data.cases}) == 5, "the same name is not the same patient"


def test_circor(tmp_path):
    folder = make_circor(tmp_path)
    data = only(folder)
    assert (len(data.cases), sum(case.positive for case in data.cases)) == (15, 5)
    assert data.no_label == tuple(f"{number}_MV.wav" for number in range(1001, 1010, 2))
    assert data.no_file == ()


def test_no_circor_recording_vanishes(tmp_path):
    folder = make_circor(tmp_path, patients=4, seconds=1.0)
    sounds = folder / "training_data"
    (sounds / "1000_AV.wav").rename(sounds / "1000_AV.WAV")
    (sounds / "1001_AV.wav").rename(sounds / "1001_av.wav")
    (sounds / "1002_MV.wav").unlink()
    (sounds / "1003_AV.wav").rename(sounds / "7777_AV.wav")
    text = (folder / "training_data.csv").read_text().replace("Present", " present ")
    table(folder, "\ufeff" + text.replace("Absent", "absent"), "training_data.csv")
    assert only(folder).no_file == (), "the table does not say where they were recorded"
    list_sites(folder / "training_data.csv")
    data = only(folder)
    assert labels(data) == [
        ("1000_AV", False), ("1000_MV", False), ("1001_av", True), ("1002_AV", False),
    ]  # fmt: skip
    assert data.no_file == ("1002_MV", "1003_AV")
    assert sorted(data.no_label) == ["1001_MV.wav", "1003_MV.wav", "7777_AV.wav"]


def test_circor_recordings_may_lie_beside_their_table_and_each_counts_once(tmp_path):
    folder = make_circor(tmp_path / "circor", patients=4, seconds=1.0)
    (tmp_path / "copy").mkdir()
    for path in [folder / "training_data.csv", *folder.glob("training_data/*.wav")]:
        shutil.copy(path, tmp_path / "copy")
    assert len(only(tmp_path / "copy").cases) == 6
    assert len(only(tmp_path).cases) == 6


def test_a_circor_child_without_any_recording_is_named(tmp_path):
    folder = make_circor(tmp_path, patients=2, seconds=1.0)
    for path in folder.glob("training_data/1000_*"):
        path.unlink()
    assert only(folder).no_file == ("1000",)


def test_a_csv(tmp_path):
    write(tmp_path / "x.wav")
    table(tmp_path, "file,label,patient\nx.wav,murmur,7\ny.wav,normal,7\nx.wav,murmur,7\n")
    data = only(tmp_path)
    assert [(case.positive, case.patient) for case in data.cases] == [(True, "7")]
    assert data.no_file == ("y.wav",)
    table(tmp_path, "name,what\nx.wav,murmur\n")
    with pytest.raises(DataSetError, match="columns file and label"):
        only(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff File ; LABEL;Patient\n a/r1.wav ; Murmur ;1\nb\\r2.wav;HEALTHY;2\n",
        "label\tfile\nPresent\tr1\nabsent\tR2.WAV\n",
        'r1,"1"\n"b/r2",0\n',
        "r1,1.0\nr2,0.0\n",
        "r1.wav,1\nr2.wav,-1\n",
        "file,label\nr1,abnormal\nr2,Normal\n\n",
    ],
)
@pytest.mark.parametrize("name", ["labels.csv", "Meine Tabelle.CSV"])
def test_csvs_as_people_write_them(tmp_path, text, name):
    write(tmp_path / "a" / "r1.wav")
    write(tmp_path / "b" / "r2.wav")
    table(tmp_path, text, name)
    for place in (tmp_path, tmp_path / name):
        data = only(place)
        assert labels(data) == [("r1", True), ("r2", False)]
        assert (data.no_file, data.no_label) == ((), ())


def test_minus_one_is_no_label_where_zero_is_normal(tmp_path):
    for name in ("a", "b", "c"):
        write(tmp_path / f"{name}.wav")
    table(tmp_path, "a,1\nb,0\nc,-1\n")
    data = only(tmp_path)
    assert labels(data) == [("a", True), ("b", False)]
    assert data.no_label == ("c",)


def test_a_name_that_fits_two_files_is_neither(tmp_path):
    for name in ("a/r1.wav", "b/r1.wav", "r2.wav"):
        write(tmp_path / name)
    table(tmp_path, "file,label\nr1,murmur\nr2,normal\n,normal\n")
    data = only(tmp_path)
    assert labels(data) == [("r2", False)]
    assert data.no_file == ("r1", "")


def test_files_of_one_name_are_of_different_patients_where_none_is_given(tmp_path):
    for folder in ("a", "b", "c"):
        write(tmp_path / folder / "r1.wav")
    text = "file,label,patient\na/r1.wav,murmur,\nb/r1.wav,normal,\nc/r1.wav,normal,{}\n"
    table(tmp_path, text.format(""))
    data = only(tmp_path)
    assert len({case.patient for case in data.cases}) == 3
    assert data.groups.startswith("recordings, since")
    table(tmp_path, text.format("7"))
    assert only(tmp_path).groups.startswith("patients, or recordings")


def test_other_tables_are_no_labels(tmp_path):
    write(tmp_path / "1.wav")
    table(tmp_path, "time,value\n1,0\n", "a.csv")
    table(tmp_path, "3,0\n4,1\n", "counts.csv")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataSetError, match="no data set of a layout that is known"):
        find_layouts(tmp_path)
    with pytest.raises(DataSetError, match="nothing does not exist"):
        find_layouts(tmp_path / "nothing")


def test_a_row_without_a_name_is_told_as_such(tmp_path):
    write(tmp_path / "r.wav")
    table(tmp_path, "file,label\nr,murmur\n,normal\n")
    assert only(tmp_path).left_out == "Left out: 1 with no such file (a row without a name)."


def test_labels_of_which_none_is_known_are_answered_with_those_that_are(tmp_path):
    write(tmp_path / "r.wav")
    table(tmp_path, "file,label\nr,systolic\n")
    with pytest.raises(DataSetError, match="no recording with a usable label") as caught:
        only(tmp_path)
    for label in (*_CALLED, *HeartSoundClass, "1", "0"):
        assert label in caught.value.remedy


def test_what_is_left_out_is_counted_by_reason_and_the_first_named(tmp_path):
    write(tmp_path / "r.wav")
    write(tmp_path / "s.wav")
    missing = "".join(f"gone{n},normal\n" for n in range(7))
    table(tmp_path, f"file,label\nr,murmur\ns,perhaps\n{missing}")
    assert only(tmp_path).left_out == (
        "Left out: 7 with no such file (gone0, gone1, gone2, gone3, gone4, …);"
        " 1 without a usable label (s)."
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_command_prints_figures_with_intervals(tmp_path, capsys):
    for n in range(3):
        write(tmp_path / "N_New" / f"n{n}.wav")
        write(tmp_path / "AS_New" / f"a{n}.wav", murmur=True)
    (tmp_path / "N_New" / "bad.wav").write_bytes(b"RIFF")
    words = command(tmp_path)
    figures = tmp_path / "figures"
    assert main([*words, "--report", str(tmp_path / "report.md"), "--figures", str(figures)]) == 0
    captured = capsys.readouterr()
    said = captured.out
    assert "--figures does not apply" in captured.err
    assert not figures.exists()
    assert "n = 6 recordings, 3 positive. None is left out." in said
    assert "bootstrap over 6 recordings, since the set names no patients" in said
    assert "AUC" in said
    assert "sensitivity" in said
    assert "skipped bad.wav" in said
    assert (tmp_path / "report.md").read_text() in said


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_csv_of_the_five_classes_gets_their_table(tmp_path, capsys):
    write(tmp_path / "n1.wav")
    write(tmp_path / "n2.wav")
    write(tmp_path / "m1.wav", murmur=True)
    noise = np.random.default_rng(0).normal(size=16_000)
    soundfile.write(tmp_path / "a1.wav", 0.2 * noise, 4000)
    table(
        tmp_path,
        "file,label,patient\nn1,Normal,1\nn2,normal,1\nm1,murmur,2\na1,ARTIFACT,3\nn1,1,1\n",
    )
    figures = tmp_path / "figures"
    assert main([*command(tmp_path), "--figures", str(figures)]) == 0
    said = capsys.readouterr().out
    assert "n = 4 recordings; 95 % intervals by bootstrap over 3 patients." in said
    assert "Confusion matrix, rows true" in said, "asked once: no mean"
    assert "| artifact | 0 | 0 | 0 | 0 | 1 |" in said
    assert "| artifact | 1.00" in said
    assert "1 without a usable label (n1)" in said
    assert "If these are the files that the model was trained on" in said
    assert [path.name for path in figures.iterdir()] == ["confusion-heartnet-labels.png"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_every_set_in_a_folder_is_measured(tmp_path, capsys):
    data = tmp_path / "data"
    make_kaggle(data / "one", patients=1)
    make_circor(data / "two", patients=2)
    for name in ("n", "m", "a"):
        write(data / "three" / f"{name}.wav")
    table(data / "three", "n,normal\nm,murmur\na,artifact\n")
    table(data / "four", "a0001,1\n", "REFERENCE.csv")
    report, figures = tmp_path / "report.md", tmp_path / "figures"
    words = [*command(data), "--figures", str(figures), "--report", str(report)]
    assert main(words) == 1, "one of them holds nothing"
    captured = capsys.readouterr()
    assert "no recording with a usable label (PhysioNet/CinC 2016" in captured.err
    kept = report.read_text()
    assert kept in captured.out
    for part in (
        "8 files used", "on CirCor DigiScope", "on labels.csv, five classes", "Not measured",
    ):  # fmt: skip
        assert part in kept
    assert {path.name for path in figures.iterdir()} == {
        "confusion-heartnet.png", "confusion-heartnet-labels.png",
    }  # fmt: skip


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_some_of_kaggles_set_is_measured_without_a_warning(tmp_path, capsys):
    make_kaggle(tmp_path)
    for path in [*tmp_path.glob("set_b/*"), *list(tmp_path.glob("set_a/extrahls*"))[:7]]:
        path.unlink()
    assert main(command(tmp_path)) == 0
    said = capsys.readouterr().out
    assert "on Kaggle Heartbeat Sounds" in said
    assert rows(said, "majority class")[0][-1] == "-", "nothing of set B is there"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_bundled_model_is_measured_without_what_only_training_needs(
    tmp_path, capsys, monkeypatch
):
    find = importlib.util.find_spec
    for name in ("tensorflow", "keras", "tf2onnx", "onnx", "matplotlib"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: find(name) if name == "sklearn" else None
    )
    write(tmp_path / "N_New" / "n.wav")
    write(tmp_path / "AS_New" / "a.wav", murmur=True)
    assert main(command(tmp_path)) == 0
    assert main([*command(tmp_path), "--figures", str(tmp_path)]) == 2
    assert "This needs matplotlib:" in capsys.readouterr().err
    assert main(["evaluate", "--data", str(tmp_path)]) == 2
    assert "Training needs tensorflow" in capsys.readouterr().err


def test_places_that_cannot_be_written_are_told_before_the_work(tmp_path, capsys):
    write(tmp_path / "N_New" / "n.wav")
    file = tmp_path / "file"
    file.write_text("")
    for words, said in (
        (["--figures", str(file)], f"{file} (Not a directory)"),
        (["--figures", str(file / "figures")], f"{file} (Not a directory)"),
        (["--report", str(tmp_path)], f"{tmp_path} (Is a directory)"),
        (["--report", str(file / "report.md")], f"{file} (Not a directory)"),
    ):
        assert main([*command(tmp_path), *words]) == 1
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err == f"heartgui: Nothing can be written to {said}. Name another place.\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_report_that_finds_no_room_is_printed_all_the_same(tmp_path):
    write(tmp_path / "N_New" / "n.wav")
    words = [sys.executable, "-m", "heartgui", *command(tmp_path), "--report", "/dev/full"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "AUC" in done.stdout
    assert done.stderr == "heartgui: /dev/full could not be written (No space left on device).\n"


def test_a_report_may_have_a_folder_of_its_own(tmp_path):
    write(tmp_path / "N_New" / "n.wav")
    report = tmp_path / "reports" / "here.md"
    assert main([*command(tmp_path), "--report", str(report)]) == 0
    assert "AUC cannot be told" in report.read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train", "--model", "cnn", "--out", "file"], "file (Not a directory)"),
        (["train", "--recipe", "x.toml", "--out", "file/models"], "file (Not a directory)"),
        (["train", "--model", "cnn", "--out", ".", "--runs", "file"], "file (Not a directory)"),
        (["evaluate", "--runs", "file"], "file (Not a directory)"),
        (["evaluate", "--recipe", "x.toml", "--card", "."], ". holds no card.json"),
        (
            ["evaluate", "--recipe", "x.toml", "--card", HEARTNET, "--epochs", "2"],
            "--card needs whole training. Leave --epochs out.",
        ),
        (["train", "--recipe", "x.toml", "--out", ".", "--epochs", "2"], "--epochs does not apply"),
        (["train", "--recipe", "x.toml", "--out", ".", "--seeds", "2"], "--seeds does not apply"),
        (["evaluate", "--recipe", "x.toml", "--figures", "f"], "--figures does not apply to"),
        (["evaluate", "--recipe", "x.toml", "--paper-only"], "--paper-only does not apply to"),
        (["evaluate", "--model", "none", "--paper-only"], "--paper-only does not apply to --model"),
        (["evaluate", "--model", "none", "--repeats", "3"], "--repeats does not apply to --model"),
        (["evaluate", "--against", "robust"], "--against does not apply without --recipe"),
    ],
)
def test_training_looks_first_at_where_it_writes(tmp_path, capsys, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    command, *others = words
    assert main([command, "--data", str(tmp_path), *others]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["evaluate", "--seeds", "1"],
        ["train", "--model", "cnn", "--protocol", "paper", "--out", "out"],
        ["train", "--model", "cnn", "--out", "out"],
    ],
)
def test_too_few_recordings_to_train_are_told_in_one_line(tmp_path, capsys, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    make_kaggle(tmp_path / "few", patients=1)
    for path in [*Path("few").glob("set_a/*"), *Path("few").glob("set_b/extrastole*")]:
        path.unlink()
    command, *others = words
    assert main([command, "--data", "few", "--runs", "runs", *others]) == 1
    said = capsys.readouterr().err
    assert "too few recordings to divide for training and testing: normal 2, murmur 2" in said


def test_evaluate_without_a_model_says_how_other_sets_are_measured(tmp_path, capsys):
    write(tmp_path / "N_New" / "n.wav")
    assert main(["evaluate", "--data", str(tmp_path)]) == 1
    assert "holds no set_a or set_b" in (said := capsys.readouterr().err)
    assert "With --model" in said


@pytest.mark.parametrize("words", [[], ["--model", "heartnet"]])
def test_a_path_that_does_not_exist_is_told_as_such(tmp_path, capsys, words):
    assert main(["evaluate", "--data", str(tmp_path / "gone"), *words]) == 1
    assert capsys.readouterr().err == f"heartgui: {tmp_path / 'gone'} does not exist.\n"


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
    report = external_report(analyser, ExternalSet("x", tuple(cases)), print)
    assert "n = 8 recordings, 4 positive" in report
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
    assert "specificity cannot be told" in said
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
    data = only(folder)
    # Murmurs are heard at one of two sites; the other one has no label of its own.
    assert (len(data.cases), len(data.no_label), len(data.visits)) == (14, 6, 18)
    assert main(["evaluate", "--data", str(folder), "--model", "heartnet"]) == 0
    said = capsys.readouterr().out
    assert "n = 14 recordings," in said
    assert "over 8 patients" in said
    assert "by visit, murmur at any site: AUC" in said
    assert "(9 visits of 8 persons, 4 with a murmur" in said
    assert "trained on" in said


@pytest.mark.parametrize("layout", ["labels.csv", "REFERENCE.csv"])
def test_a_table_that_is_not_utf_8_is_named(tmp_path, layout):
    write(tmp_path / "Jürgen.wav")
    (tmp_path / layout).write_bytes("file,label\nJürgen.wav,normal\n".encode("latin-1"))
    with pytest.raises(DataSetError, match=rf"{layout} cannot be read as a table.*utf-8") as caught:
        only(tmp_path)
    assert "UTF-8" in caught.value.remedy


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_set_of_which_nothing_can_be_read_says_so(tmp_path, capsys):
    for folder in ("N_New", "AS_New"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "bad.wav").write_bytes(b"RIFF")
    assert main(command(tmp_path)) == 1
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
    assert (everything.value, everything.high) == (1.0, 1.0)
    assert everything.low == pytest.approx(0.025 ** (1 / 50)), "of fifty patients"
