"""Bundled models: whole, refused when changed, the same in Keras and ONNX."""

from __future__ import annotations

import json
import random
import shutil

import numpy as np
import pytest

from heartgui.domain import CLASSES
from heartgui.errors import ModelError
from heartgui.inference.analysis import open_analyser
from heartgui.inference.bundle import bundle_names, load_bundle, load_bundles, write_manifest
from heartgui.inference.classifier import Classifier, WindowedRecording
from heartgui.inference.engines import KerasEngine, OnnxEngine, load_model, open_engine
from heartgui.inference.inputs import window_input
from heartgui.inference.self_test import self_test
from heartgui.paths import models_folder, resources_folder
from tests.helpers.synthetic_heart import SyntheticHeart

RATE_HZ = 4000
FILES = ("model.keras", "model.onnx", "card.json", "card.md")
NAMES = ("cnn", "lstm")
"""The paper's models."""
ALL_NAMES = ("cnn", "heartnet", "lstm")


@pytest.fixture
def copied(tmp_path):
    shutil.copytree(models_folder(), tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture(scope="module")
def hearts() -> list[np.ndarray]:
    """Ten seconds each, at RATE_HZ."""
    sounds = [
        SyntheticHeart(heart_rate_bpm=60 + 5 * n, murmur=murmur, seed=n).samples(10.0)
        for n, murmur in enumerate(("none", "systolic", "diastolic", "none"))
    ]
    rng = np.random.default_rng(1)
    sounds += [rng.normal(0, 0.1, 10 * RATE_HZ).astype(np.float32) for _ in range(4)]
    return sounds


def test_all_models_are_bundled_with_all_their_files():
    assert sorted(bundle_names(models_folder())) == sorted(ALL_NAMES)
    for bundle in load_bundles(models_folder()):
        bundle.verify()
        card = bundle.card
        assert set(card.files) >= {"model.onnx", "card.md"}
        if bundle.name in NAMES:
            assert set(card.files) | {"card.json"} == set(FILES)
        if bundle.name in NAMES:
            assert card.parameters == {"cnn": 479_973, "lstm": 279_205}[bundle.name]
        assert card.n_files > 300
        assert 0 < card.balanced_accuracy.low < card.balanced_accuracy.high < 1
        for name in CLASSES:
            figures = card.classes[name]
            assert figures.n > 0
            assert figures.sensitivity.low <= figures.sensitivity.value <= figures.sensitivity.high


@pytest.mark.parametrize("file_name", ["model.onnx", "model.keras", "card.json", "card.md"])
def test_one_flipped_bit_is_refused_and_named(copied, file_name):
    path = copied / "cnn" / file_name
    content = bytearray(path.read_bytes())
    where = random.Random(file_name).randrange(len(content))
    content[where] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"was changed since it was made") as caught:
        load_bundle(copied, "cnn").verify()
    assert file_name in str(caught.value)
    if file_name == "model.onnx":
        with pytest.raises(ModelError, match=r"model\.onnx"):
            open_analyser(copied, NAMES)
    failed = [step for step in self_test(copied, resources_folder()) if not step.passed]
    assert failed


@pytest.mark.parametrize("file_name", ["model.onnx", "card.json"])
def test_a_missing_file_is_said(copied, file_name):
    (copied / "lstm" / file_name).unlink()
    with pytest.raises(ModelError, match="missing"):
        open_analyser(copied, NAMES)


def test_an_unknown_model_and_a_missing_list_are_said(copied):
    with pytest.raises(ModelError, match="Bundled are: cnn, heartnet, lstm"):
        load_bundle(copied, "transformer").verify()
    (copied / "manifest.json").unlink()
    with pytest.raises(ModelError, match="manifest"):
        bundle_names(copied)


@pytest.mark.parametrize("what", ["thresholds", "confusion matrix"])
def test_an_incomplete_card_is_said_even_when_its_hash_is_right(copied, what):
    card = json.loads((copied / "cnn" / "card.json").read_text())
    if what == "thresholds":
        del card["thresholds"]
    else:
        del card["metrics"]["confusion_matrix"][4]
    (copied / "cnn" / "card.json").write_text(json.dumps(card))
    write_manifest(copied)
    with pytest.raises(ModelError, match="incomplete"):
        load_bundle(copied, "cnn")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_keras_and_onnx_agree(name, hearts):
    bundle = load_bundle(models_folder(), name)
    inputs = np.stack([window_input(heart, RATE_HZ, bundle.card.input_key) for heart in hearts])
    by_onnx, by_keras = OnnxEngine(bundle).predict(inputs), KerasEngine(bundle).predict(inputs)
    assert by_onnx.keys() == by_keras.keys()
    for output in by_onnx:
        assert np.abs(by_onnx[output] - by_keras[output]).max() < 1e-5
    classes = by_onnx["classes"]
    assert classes.shape == (len(hearts), len(CLASSES))
    assert (classes.argmax(axis=1) == by_keras["classes"].argmax(axis=1)).all()
    assert classes.sum(axis=1) == pytest.approx(np.ones(len(hearts)), abs=1e-5)
    # One at a time gives what a batch gives.
    single = [OnnxEngine(bundle).predict(one[np.newaxis])["classes"] for one in inputs]
    assert np.abs(np.concatenate(single) - classes).max() < 1e-5


def test_a_model_without_a_keras_file_runs_on_onnx_whatever_the_engine():
    bundle = load_bundle(models_folder(), "heartnet")
    assert "model.keras" not in bundle.card.files
    assert open_engine(bundle, "keras").name == "onnx"


def test_an_unknown_engine_is_said():
    with pytest.raises(ModelError, match="no engine named abacus"):
        open_engine(load_bundle(models_folder(), "cnn"), "abacus")


def test_heartnets_timbre_has_its_share_in_what_the_program_says():
    bundle = load_bundle(models_folder(), "heartnet")
    classifier = Classifier(load_model(bundle))
    cut = WindowedRecording(SyntheticHeart(murmur="systolic").recording(8.0))
    answer = classifier.answer(cut.inputs(0, len(cut.windows), classifier.input_key))
    share = bundle.card.timbre_share
    assert 0.0 < share < 1.0
    said = classifier.uncalibrated(answer)
    rest = (1.0 - share) * answer["classes"] + share * answer["timbre"]
    assert said[:, 2:] == pytest.approx(rest[:, 2:], abs=1e-6)
    assert np.abs(answer["timbre"] - answer["classes"])[:, 2:].max() > 1e-4
