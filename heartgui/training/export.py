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
from heartgui.features.model_input import PAPER_SAMPLE_RATE_HZ, PAPER_SHAPE, PAPER_WINDOW_S
from heartgui.inference.bundle import CARD, file_entry, write_manifest
from heartgui.inference.engines import KERAS_FILE, ONNX_FILE
from heartgui.training.card_page import card_page

PARITY = 1e-5
"""Largest allowed difference of a probability between Keras and ONNX."""


def export_bundle(model: Any, card: dict[str, Any], folder: Path) -> None:
    """Write `model.keras`, `model.onnx`, `card.json` and `card.md`, and renew the manifest.

    card: everything but `input`, `classes` and `files`, which are added here. The bundle goes
    into folder/<card name>. Raises ModelError where Keras and ONNX disagree.
    """
    target = folder / card["name"]
    target.mkdir(parents=True, exist_ok=True)
    bare = _without_training_state(model)
    bare.save(target / KERAS_FILE)
    write_onnx(bare, target / ONNX_FILE)
    difference = parity(bare, target / ONNX_FILE)
    if difference > PARITY:
        raise ModelError(f"Keras and ONNX differ by {difference:.1e} in {card['name']}.")
    whole = {
        **card,
        "classes": [str(name) for name in CLASSES],
        "input": {
            "kind": "paper-mel",
            "sample_rate_hz": PAPER_SAMPLE_RATE_HZ,
            "window_s": PAPER_WINDOW_S,
            "short": card["recipe"]["short"],
            "shape": list(PAPER_SHAPE),
        },
        "keras_onnx_difference": float(f"{difference:.1e}"),
        "files": {name: file_entry(target / name) for name in (KERAS_FILE, ONNX_FILE)},
    }
    (target / "card.md").write_text(card_page(whole), encoding="utf-8")
    whole["files"]["card.md"] = file_entry(target / "card.md")
    (target / CARD).write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
    write_manifest(folder)


def write_onnx(model: Any, path: Path) -> None:
    """Export with a free batch dimension, without the converter's chatter."""
    model(np.zeros((1, *PAPER_SHAPE), dtype=np.float32))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    level = logging.getLogger("tf2onnx").level
    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            model.export(str(path), format="onnx", verbose=False)
    finally:
        logging.getLogger("tf2onnx").setLevel(level)


def parity(model: Any, onnx_path: Path, n: int = 16) -> float:
    """Largest difference of a probability between Keras and ONNX on random spectrograms."""
    import onnxruntime

    inputs = np.random.default_rng(0).random((n, *PAPER_SHAPE), dtype=np.float32)
    session = onnxruntime.InferenceSession(str(onnx_path), providers=["CPUExecutionProvider"])
    exported = session.run(None, {session.get_inputs()[0].name: inputs})[0]
    return float(np.abs(exported - model.predict_on_batch(inputs)).max())


def _without_training_state(model: Any) -> Any:
    """The same network without optimiser state, which would triple the file."""
    from heartgui.training.architectures import build

    bare = build(model.name)
    bare.set_weights(model.get_weights())
    return bare
