"""Writing a trained network as a bundle: Keras file, ONNX file, card, readable page."""

from __future__ import annotations

import json
import logging
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from heartgui.domain import CLASSES
from heartgui.errors import ModelError
from heartgui.inference.bundle import CARD, file_entry, write_manifest
from heartgui.inference.engines import KERAS_FILE, ONNX_FILE
from heartgui.inference.runtime import onnx_runtime
from heartgui.training.card_page import card_page
from heartgui.training.lstm_export import write_lstm

PARITY = 1e-5
"""Largest allowed difference of a probability between Keras and ONNX."""


def export_bundle(
    model: Any,
    card: dict[str, Any],
    folder: Path,
    *,
    keras_file: bool = True,
) -> None:
    """Write `model.keras`, `model.onnx`, `card.json` and `card.md`, and renew the manifest.

    model: without optimiser state. card: everything but `classes` and `files`, which are added
    here; `input.shape` is the shape of one input. The bundle goes into folder/<card name>.
    keras_file: whether the Keras file is part of it.
    Raises ModelError where Keras and ONNX disagree.
    """
    target = folder / card["name"]
    target.mkdir(parents=True, exist_ok=True)
    shape = tuple(card["input"]["shape"])
    names = [*((KERAS_FILE,) if keras_file else ()), ONNX_FILE]
    if keras_file:
        model.save(target / KERAS_FILE)
    write_onnx(model, target / ONNX_FILE, shape)
    difference = parity(model, target / ONNX_FILE, shape)
    if difference > PARITY:
        raise ModelError(f"Keras and ONNX differ by {difference:.1e} in {card['name']}.")
    whole = {
        **card,
        "classes": [str(name) for name in CLASSES],
        "keras_onnx_difference": float(f"{difference:.1e}"),
        "files": {name: file_entry(target / name) for name in names},
    }
    _write_card(whole, target)


def add_section(folder: Path, section: dict[str, Any]) -> None:
    """Put a section of figures into a bundle's card, in place of one with the same title, and
    renew the manifest. folder: the bundle's, such as models/heartnet."""
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    kept = [entry for entry in card.get("further", []) if entry["title"] != section["title"]]
    _write_card({**card, "further": [*kept, section]}, folder)


def _write_card(card: dict[str, Any], target: Path) -> None:
    page = target / "card.md"
    page.write_text(card_page(card), encoding="utf-8")
    whole = {**card, "files": {**card["files"], page.name: file_entry(page)}}
    (target / CARD).write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    write_manifest(target.parent)


def write_onnx(model: Any, path: Path, shape: tuple[int, ...]) -> None:
    """Export with a free batch dimension, without the converter's chatter. shape: of one input."""
    if model.name == "lstm":
        write_lstm(model, path)
        return
    model(np.zeros((1, *shape), dtype=np.float32))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    level = logging.getLogger("tf2onnx").level
    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            model.export(str(path), format="onnx", verbose=False)
    finally:
        logging.getLogger("tf2onnx").setLevel(level)


def parity(model: Any, onnx_path: Path, shape: tuple[int, ...], n: int = 16) -> float:
    """Largest difference of a probability between Keras and ONNX on random inputs of that shape."""
    inputs = np.random.default_rng(0).random((n, *shape), dtype=np.float32)
    session = onnx_runtime().InferenceSession(str(onnx_path), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    exported = session.run(None, {session.get_inputs()[0].name: inputs})
    answers = model.predict_on_batch(inputs)
    if not isinstance(answers, dict):
        answers = {names[0]: answers}
    return max(
        float(np.abs(output - answers[name]).max())
        for name, output in zip(names, exported, strict=True)
    )


def without_training_state(model: Any) -> Any:
    """The same network of the paper without optimiser state, which would triple the file."""
    from heartgui.training.architectures import build

    bare = build(model.name)
    bare.set_weights(model.get_weights())
    return bare
