"""Bundled models: whole, refused when changed, the same in Keras and ONNX."""

from __future__ import annotations

import json
import random
import shutil

import numpy as np
import pytest

from heartgui.domain import CLASSES
from heartgui.errors import ModelError
from heartgui.features.model_input import paper_input
from heartgui.inference.analysis import open_analyser
from heartgui.inference.bundle import bundle_names, load_bundle, load_bundles, write_manifest
from heartgui.inference.engines import KerasEngine, OnnxEngine, open_engine
from heartgui.inference.self_test import self_test
from heartgui.paths import models_folder, resources_folder
from tests.helpers.synthetic_heart import SyntheticHeart

FILES = ("model.keras", "model.onnx", "card.json", "card.md")
NAMES = ("cnn", "lstm")


@pytest.fixture
def copied(tmp_path):
    shutil.copytree(models_folder(), tmp_path / "models")
    return tmp_path / "models"


@pytest.fixture(scope="module")
def spectrograms() -> np.ndarray:
    hearts = [
        SyntheticHeart(heart_rate_bpm=60 + 5 * n, murmur=murmur, sample_rate_hz=22_050, seed=n)
        for n, murmur in enumerate(("none", "systolic", "diastolic", "none"))
    ]
    inputs = [paper_input(heart.samples(10.0)) for heart in hearts]
    rng = np.random.default_rng(1)
    inputs += [rng.random((128, 431), dtype=np.float32) for _ in range(4)]
    return np.stack(inputs)


def test_both_models_are_bundled_with_all_their_files():
    assert sorted(bundle_names(models_folder())) == sorted(NAMES)
    for bundle in load_bundles(models_folder()):
        bundle.verify()
        for name in FILES:
            assert (bundle.folder / name).stat().st_size > 0
        card = bundle.card
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
    with pytest.raises(ModelError, match="Bundled are: cnn, lstm"):
        load_bundle(copied, "transformer").verify()
    (copied / "manifest.json").unlink()
    with pytest.raises(ModelError, match="manifest"):
        bundle_names(copied)


def test_an_incomplete_card_is_said_even_when_its_hash_is_right(copied):
    card = json.loads((copied / "cnn" / "card.json").read_text())
    del card["thresholds"]
    (copied / "cnn" / "card.json").write_text(json.dumps(card))
    write_manifest(copied)
    with pytest.raises(ModelError, match="incomplete"):
        load_bundle(copied, "cnn")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_keras_and_onnx_agree(name, spectrograms):
    bundle = load_bundle(models_folder(), name)
    by_onnx = OnnxEngine(bundle).predict(spectrograms)
    by_keras = KerasEngine(bundle).predict(spectrograms)
    assert by_onnx.shape == (len(spectrograms), len(CLASSES))
    assert np.abs(by_onnx - by_keras).max() < 1e-5
    assert (by_onnx.argmax(axis=1) == by_keras.argmax(axis=1)).all()
    assert by_onnx.sum(axis=1) == pytest.approx(np.ones(len(spectrograms)), abs=1e-5)
    # One at a time gives what a batch gives.
    single = np.concatenate([OnnxEngine(bundle).predict(one[np.newaxis]) for one in spectrograms])
    assert np.abs(single - by_onnx).max() < 1e-5


def test_an_unknown_engine_is_said():
    with pytest.raises(ModelError, match="no engine named abacus"):
        open_engine(load_bundle(models_folder(), "cnn"), "abacus")
