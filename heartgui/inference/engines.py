"""What computes a network: ONNX Runtime in the app, Keras as the reference where installed."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from heartgui.errors import ModelError
from heartgui.inference.bundle import ModelBundle
from heartgui.inference.runtime import onnx_runtime

Batch = npt.NDArray[np.float32]
ONNX_FILE = "model.onnx"
KERAS_FILE = "model.keras"
CLASSES_OUTPUT, STATES_OUTPUT, TIMBRE_OUTPUT = "classes", "states", "timbre"


class Engine(Protocol):
    """predict: a batch of inputs to every output of the network, by name; `classes` has shape
    (n, 5). A network with one output alone gives that as `classes`."""

    name: str

    def predict(self, batch: Batch) -> dict[str, Batch]: ...


class OnnxEngine:
    """Runs a bundle's ONNX export."""

    name = "onnx"

    def __init__(self, bundle: ModelBundle, *, threads: int = 1) -> None:
        content = bundle.read(ONNX_FILE)
        runtime = onnx_runtime()
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Spinning threads would take the core that draws the window.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            self._session = runtime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise ModelError(
                f"Model {bundle.name} cannot be run ({type(error).__name__}).",
                remedy="Install HeartGUI again.",
            ) from error
        self._input = self._session.get_inputs()[0].name
        names = [output.name for output in self._session.get_outputs()]
        self._outputs = names if len(names) > 1 else [CLASSES_OUTPUT]

    def predict(self, batch: Batch) -> dict[str, Batch]:
        answers = self._session.run(None, {self._input: batch})
        return {
            name: np.asarray(answer) for name, answer in zip(self._outputs, answers, strict=True)
        }


class KerasEngine:
    """Runs a bundle's Keras file with TensorFlow. Importing it takes seconds."""

    name = "keras"

    def __init__(self, bundle: ModelBundle) -> None:
        content = bundle.read(KERAS_FILE)
        if not keras_available():
            raise ModelError(
                "TensorFlow is not installed.",
                remedy="Choose the ONNX engine in Settings, or install the train extra.",
            )
        import tempfile

        import keras

        # Keras reads from a path only; a private copy of the checked bytes cannot change
        # between the check and the reading.
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / KERAS_FILE
            path.write_bytes(content)
            self._model: Any = keras.saving.load_model(path, compile=False, safe_mode=True)

    def predict(self, batch: Batch) -> dict[str, Batch]:
        answers = self._model.predict_on_batch(batch)
        if not isinstance(answers, dict):
            answers = {CLASSES_OUTPUT: answers}
        return {name: np.asarray(answer, dtype=np.float32) for name, answer in answers.items()}


class LoadedModel(NamedTuple):
    """A bundle and what computes it."""

    bundle: ModelBundle
    engine: Engine


def load_model(bundle: ModelBundle, engine: str = "onnx", *, threads: int = 1) -> LoadedModel:
    """Read a bundle's files, each checked against its hash. Raises ModelError."""
    return LoadedModel(bundle, open_engine(bundle, engine, threads=threads))


def keras_available() -> bool:
    """Whether TensorFlow is installed; it is not imported for that."""
    return importlib.util.find_spec("tensorflow") is not None


def available_engines() -> tuple[str, ...]:
    return ("onnx", "keras") if keras_available() else ("onnx",)


def open_engine(bundle: ModelBundle, name: str = "onnx", *, threads: int = 1) -> Engine:
    """The engine of that name for a bundle; ONNX Runtime for one that has no Keras file. Raises
    ModelError."""
    if name == "keras" and KERAS_FILE in bundle.card.files:
        return KerasEngine(bundle)
    if name in ("onnx", "keras"):
        return OnnxEngine(bundle, threads=threads)
    raise ModelError(f"There is no engine named {name}.", remedy="Use onnx or keras.")
