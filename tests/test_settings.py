"""The settings file: what cannot be used is left at its default, and the rest is kept."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from heartgui.settings import Settings, load_settings, save_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "purple"),
        ("theme", ""),
        ("engine", "torch"),
        ("engine", "ONNX"),
        ("model_choice", "oracle"),
        ("take_length_s", 11),
        ("take_length_s", True),
        ("volume", "loud"),
        ("volume", 1.5),
        ("volume", -0.2),
        ("volume", float("nan")),
        ("recent_files", "a.wav"),
        ("recent_files", [1, 2]),
        ("page", "about"),
        ("sorted_by", 3),
        ("sorted_descending", 1),
        ("list_share", 1.5),
        ("list_share", -0.2),
        ("list_share", float("nan")),
        ("list_share", "half"),
        ("recordings_folder", "Heart"),
        ("recordings_folder", "~nobody-of-that-name/Heart"),
        ("earlier_folders", ["Heart", ""]),
    ],
)
def test_an_impossible_value_is_left_at_its_default(tmp_path, name, value):
    chosen = asdict(Settings(theme="dark", engine="keras", take_length_s=30, volume=0.3))
    path = tmp_path / "settings.json"
    path.write_text(json.dumps(chosen | {name: value}))
    expected = chosen | {name: asdict(Settings())[name]}
    assert asdict(load_settings(path)) == expected


def test_what_is_saved_comes_back(tmp_path):
    chosen = Settings(theme="dark", engine="keras", take_length_s=30, volume=0.3)
    chosen.remember_file(Path("a.wav"))
    save_settings(chosen, tmp_path / "new folder" / "settings.json")
    assert load_settings(tmp_path / "new folder" / "settings.json") == chosen


def test_recent_files_are_the_newest_each_once_and_can_be_forgotten():
    settings = Settings()
    for name in ("a.wav", "b.wav", "a.wav", *(f"{n}.wav" for n in range(9))):
        settings.remember_file(Path(name))
    assert settings.recent_files == [*(f"{n}.wav" for n in reversed(range(9))), "a.wav"]
    settings.forget_file(Path("a.wav"))
    settings.forget_file(Path("never there.wav"))
    assert settings.recent_files == [f"{n}.wav" for n in reversed(range(9))]


def test_the_folders_chosen_before_are_remembered_each_once(tmp_path):
    settings = Settings()
    names = [str(tmp_path / name) for name in "abc"]
    for name in (names[0], "", names[1], names[1], names[0], names[2]):
        settings.choose_folder(name)
    assert settings.recordings_folder == names[2]
    assert settings.earlier_folders == names[:2]
