"""The paper's LSTM with ONNX's own operator for it.

The general converter writes it as a loop over the steps of each direction, some fifteen operations
a step: 19 ms a window instead of one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

OPSET, IR_VERSION = 17, 8
"""Old ones, so that older versions of ONNX Runtime read the file too."""
KERAS_TO_ONNX = (0, 3, 1, 2)
"""Keras has its gates in the order input, forget, cell, output; ONNX has input, output, forget,
cell."""

Weights = dict[str, np.ndarray]


def write_lstm(model: Any, path: Path) -> None:
    """Export with a free batch dimension. model: of `architectures.build("lstm")`."""
    import onnx
    from onnx import helper, numpy_helper

    both, norm, _, dense, second_norm, _, last = model.layers
    n_steps, n_columns = model.input_shape[1:]
    n_units = both.forward_layer.units
    weights: Weights = {
        **_lstm(both),
        **_normalisation("norm", norm),
        **_dense("dense", dense),
        **_normalisation("second_norm", second_norm),
        **_dense("last", last),
        # 0: as many windows as there are.
        "both_shape": np.array([0, n_steps, 2 * n_units]),
        "flat_shape": np.array([0, n_steps * dense.units]),
    }
    node = helper.make_node
    lstm = node(
        "LSTM", ["steps", "kernel", "recurrent_kernel", "bias"], ["directions"],
        direction="bidirectional", hidden_size=n_units,
    )  # fmt: skip
    nodes = [
        node("Transpose", ["mel"], ["steps"], perm=[1, 0, 2]),
        lstm,
        node("Transpose", ["directions"], ["windows"], perm=[2, 0, 1, 3]),
        node("Reshape", ["windows", "both_shape"], ["both"]),
        node("Mul", ["both", "norm_scale"], ["norm_scaled"]),
        node("Add", ["norm_scaled", "norm_shift"], ["norm"]),
        node("MatMul", ["norm", "dense_kernel"], ["dense_product"]),
        node("Add", ["dense_product", "dense_bias"], ["dense_sum"]),
        node("Relu", ["dense_sum"], ["dense"]),
        node("Mul", ["dense", "second_norm_scale"], ["second_norm_scaled"]),
        node("Add", ["second_norm_scaled", "second_norm_shift"], ["second_norm"]),
        node("Reshape", ["second_norm", "flat_shape"], ["flat"]),
        node("MatMul", ["flat", "last_kernel"], ["last_product"]),
        node("Add", ["last_product", "last_bias"], ["last"]),
        node("Softmax", ["last"], [last.name], axis=-1),
    ]
    number = onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        model.name,
        [helper.make_tensor_value_info("mel", number, ["n", n_steps, n_columns])],
        [helper.make_tensor_value_info(last.name, number, ["n", last.units])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    exported = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )
    onnx.checker.check_model(exported)
    onnx.save(exported, path)


def _lstm(both: Any) -> Weights:
    """The forward direction, then the backward one. ONNX has a second bias, of the recurrent part,
    which Keras lacks."""
    directions = []
    for layer in (both.forward_layer, both.backward_layer):
        kernel, recurrent_kernel, bias = (
            np.concatenate([np.split(weight, 4, axis=-1)[gate] for gate in KERAS_TO_ONNX], axis=-1)
            for weight in layer.cell.get_weights()
        )
        bias = np.concatenate([bias, np.zeros_like(bias)])
        directions.append((kernel.T, recurrent_kernel.T, bias))
    names = ("kernel", "recurrent_kernel", "bias")
    return dict(zip(names, map(np.stack, zip(*directions, strict=True)), strict=True))


def _normalisation(name: str, layer: Any) -> Weights:
    """Of batch normalisation what is left of it after training: a factor and a summand."""
    gamma, beta, mean, variance = layer.get_weights()
    scale = gamma / np.sqrt(variance + layer.epsilon)
    return {f"{name}_scale": scale, f"{name}_shift": beta - mean * scale}


def _dense(name: str, layer: Any) -> Weights:
    kernel, bias = layer.get_weights()
    return {f"{name}_kernel": kernel, f"{name}_bias": bias}
