"""What an answer rests on: the map depends on the sound and on the model, and can be cancelled."""

from __future__ import annotations

import hashlib
import itertools
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from heartgui.domain import HeartSoundClass, Recording
from heartgui.errors import Cancelled
from heartgui.inference.analysis import open_analyser
from heartgui.inference.bundle import load_bundle
from heartgui.inference.classifier import Classifier
from heartgui.inference.engines import ONNX_FILE, load_model
from heartgui.inference.explanation import Patch, occlusion, strongest
from heartgui.inference.wording import explanation_words
from heartgui.paths import models_folder
from tests.helpers.synthetic_heart import SyntheticHeart

MURMUR = HeartSoundClass.MURMUR


def classifier(name: str) -> Classifier:
    bundle = load_bundle(models_folder(), name)
    return Classifier(load_model(bundle))


def changes(patches: tuple[Patch, ...]) -> np.ndarray:
    return np.array([patch.change for patch in patches])


def murmur_for_half() -> Recording:
    """A murmur in the first five seconds, none in the last five."""
    loud = SyntheticHeart(murmur="systolic", murmur_level=0.8, noise_level=0.005).samples(5.0)
    return Recording(np.concatenate([loud, SyntheticHeart(noise_level=0.005).samples(5.0)]), 4000)


@pytest.mark.parametrize("name", ["heartnet", "cnn"])
def test_the_patches_cover_the_recording_once(name):
    told = []
    patches = occlusion(
        classifier(name), SyntheticHeart().recording(12.0), MURMUR,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    starts = sorted({patch.start_s for patch in patches})
    assert starts == [0.5 * k for k in range(24)]
    lowest = sorted({patch.low_hz for patch in patches})
    for low_hz, next_hz in itertools.pairwise(lowest):
        assert next_hz == next(p.high_hz for p in patches if p.low_hz == low_hz)
    assert len(patches) == len(starts) * len(lowest)
    assert told[-1][0] == told[-1][1]
    assert np.isfinite(changes(patches)).all()


def test_what_makes_a_murmur_lies_where_the_murmur_is():
    patches = occlusion(classifier("heartnet"), murmur_for_half(), MURMUR)
    first = sum(p.change for p in patches if p.end_s <= 5.0)
    last = sum(p.change for p in patches if p.start_s >= 5.0)
    assert first > last
    assert strongest(patches)[0].start_s < 5.0


def shuffled(folder: Path, seed: int) -> Classifier:
    """HeartNet with its weights shuffled."""
    shutil.copytree(models_folder() / "heartnet", folder)
    rng = np.random.default_rng(seed)
    model = onnx.load(folder / ONNX_FILE)
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size > 64:
            mixed = rng.permutation(values.ravel()).reshape(values.shape)
            tensor.CopyFrom(numpy_helper.from_array(mixed, tensor.name))
    onnx.save(model, folder / ONNX_FILE)
    bundle = load_bundle(models_folder(), "heartnet")
    files = bundle.card.files | {
        ONNX_FILE: hashlib.sha256((folder / ONNX_FILE).read_bytes()).hexdigest()
    }
    changed = replace(bundle, folder=folder, card=bundle.card._replace(files=files))
    return Classifier(load_model(changed))


def test_the_map_depends_on_the_model(tmp_path):
    """With shuffled weights it rests on something else (Adebayo et al. 2018). One shuffled model
    may resemble by chance what it was, or its opposite; several on average do not."""
    recording = murmur_for_half()
    real = changes(occlusion(classifier("heartnet"), recording, MURMUR))
    alike = []
    for seed in range(4):
        other = changes(occlusion(shuffled(tmp_path / str(seed), seed), recording, MURMUR))
        assert other.std() < 0.25 * real.std(), "what knows nothing rests on nothing"
        alike.append(np.corrcoef(real, other)[0, 1])
    assert abs(np.mean(alike)) < 0.5


def test_it_can_be_cancelled():
    asked = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(Cancelled):
        open_analyser(models_folder(), ("heartnet",)).explain(
            SyntheticHeart().recording(10.0), MURMUR, cancelled=cancelled
        )


def test_only_what_makes_the_class_likelier_is_strong():
    patches = tuple(Patch(0.5 * k, 0.5 * k + 0.5, 20.0, 90.0, c) for k, c in
                    enumerate((0.30, -0.50, 0.16, 0.10, 0.20)))  # fmt: skip
    assert [patch.change for patch in strongest(patches)] == [0.30, 0.20, 0.16]
    assert strongest(patches[1:2]) == ()
    assert "0.0 to 0.5 s, 20 to 90 Hz: probability 0.30 lower" in explanation_words(
        patches[:1], 10.0
    )
    assert "No single part carries" in explanation_words((), 10.0)
    # Nobody is told of the rest of a longer one.
    assert "in the first minute: hiding" in explanation_words(patches[:1], 61.0)
    assert "No single part of the first minute carries" in explanation_words((), 61.0)
