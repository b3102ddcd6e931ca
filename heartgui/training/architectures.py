"""The paper's two networks, with exactly its parameter counts.

The paper gives layers and counts but no input. A search over inputs leaves 128 Mel bands by
431 frames: the LSTM's 279,205 parameters need 128 steps of 431 values, the CNN's 479,973 a
last map of 14 x 52.
"""

from __future__ import annotations

from typing import Any

from heartgui.domain import CLASSES
from heartgui.features.model_input import PAPER_SHAPE

PARAMETERS = {"cnn": 479_973, "lstm": 279_205}
"""Trainable and fixed parameters of each network, as the paper prints them."""
L2 = 1e-3
BN_MOMENTUM = 0.9
"""Ten batches make an epoch here: with Keras' default of 0.99 the moving averages, which only
inference uses, still hold their starting values when the validation loss is first looked at."""


def build(name: str) -> Any:
    """An untrained Keras model, `cnn` or `lstm`.

    Input shape (n, 128, 431), float32, 0 to 1; output (n, 5), probabilities in the order of
    CLASSES. Raises ValueError for another name.
    """
    builders = {"cnn": _cnn, "lstm": _lstm}
    if name not in builders:
        raise ValueError(f"unknown architecture: {name}")
    model = builders[name]()
    assert model.count_params() == PARAMETERS[name]
    return model


def _cnn() -> Any:
    """Two convolutions of 32, each with batch normalisation and pooling, Dense 128 on each
    place of the map, Flatten, Dropout 0.5, Dense 5.

    The first convolution has a stride of 2 and the pools are 2 x 2, which gives the 14 x 52 map.
    """
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input(PAPER_SHAPE, name="mel"),
            layers.Reshape((*PAPER_SHAPE, 1)),
            layers.Conv2D(32, 3, strides=2, activation="relu"),
            layers.BatchNormalization(momentum=BN_MOMENTUM),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, 3, activation="relu"),
            layers.BatchNormalization(momentum=BN_MOMENTUM),
            layers.MaxPooling2D(2),
            layers.Dense(128, activation="relu"),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(len(CLASSES), activation="softmax", name="probabilities"),
        ],
        name="cnn",
    )


def _lstm() -> Any:
    """Bidirectional LSTM 64 over the 128 bands, batch normalisation, Dropout 0.5, Dense 32,
    batch normalisation, Flatten, Dense 5. Regularised as in the paper."""
    from keras import Input, Sequential, layers, regularizers

    return Sequential(
        [
            Input(PAPER_SHAPE, name="mel"),
            layers.Bidirectional(
                layers.LSTM(
                    64,
                    return_sequences=True,
                    dropout=0.1,
                    recurrent_dropout=0.1,
                    kernel_regularizer=regularizers.l2(L2),
                )
            ),
            layers.BatchNormalization(momentum=BN_MOMENTUM),
            layers.Dropout(0.5),
            layers.Dense(32, activation="relu", kernel_regularizer=regularizers.l2(L2)),
            layers.BatchNormalization(momentum=BN_MOMENTUM),
            layers.Flatten(),
            layers.Dense(len(CLASSES), activation="softmax", name="probabilities"),
        ],
        name="lstm",
    )
