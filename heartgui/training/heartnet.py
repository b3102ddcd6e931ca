"""HeartNet: a network for the heart's cycle and one for the sound's timbre, on the same input.

In the first one, frames of 20 ms go through three convolutions over time and frequency and a stack
of dilated convolutions over time (Bai et al. 2018), which sees about 2.5 s at once. Each frame gets
its state (S1, systole, S2, diastole). The class is judged from the frames' features averaged over
all of the window and over each state apart, so that systole is compared with diastole.

The second one hears the spectrum as it is, which the first one does not, and is a small picture
classifier: three convolutions with pooling, one over all bands, and the mean and the largest value
over time.
"""

from __future__ import annotations

from typing import Any

from heartgui.domain import CLASSES
from heartgui.features.heart_input import HEART_MEL, N_COLUMNS, RANGE_DB, SPREAD_DB
from heartgui.heart.cycle import STATES

STEM = ((16, 5), (24, 3), (32, 3))
"""Filters and width of each convolution over frequency and time; each halves the number of bands,
the first one also the number of frames."""
WIDTH = 64
"""Filters over time."""
DILATIONS = (1, 2, 4, 8, 16)
DROPOUT = 0.4
TIMBRE_FILTERS = (16, 16, 32)
TIMBRE_WIDTH = 128
TIMBRE_DROPOUT = 0.5
CYCLE, TIMBRE = "cycle", "timbre"
"""The two networks' names; `timbre` is also its output."""


def build_heartnet(name: str = "heartnet") -> Any:
    """Input (batch, n_frames, 49), see `features.heart_input`; outputs `classes` (batch, 5) and
    `states` (batch, n_frames, 4) of the one network and `timbre` (batch, 5) of the other, all
    probabilities."""
    import keras

    inputs = keras.Input((None, N_COLUMNS), name="window")
    outputs = {**build_cycle_network()(inputs), TIMBRE: build_timbre_network()(inputs)}
    return keras.Model(inputs, outputs, name=name)


def build_cycle_network() -> Any:
    """Input as HeartNet's; outputs `classes` and `states`."""
    import keras
    from keras import layers, ops

    inputs = keras.Input((None, N_COLUMNS), name="window")
    decibels, marked = inputs[:, :, :-1], inputs[:, :, -1:]
    spectrum = ops.sum(decibels * marked, axis=1, keepdims=True) / (
        ops.sum(marked, axis=1, keepdims=True) + 1e-3
    )
    # Each band about its own mean: what a stethoscope's frequency response adds is gone.
    x = ops.expand_dims(ops.transpose((decibels - spectrum) * marked, (0, 2, 1)), -1)
    # Everything up to the steps' features is a convolution over (bands, steps), steps last: ONNX
    # Runtime is quickest along the longer axis, and where it need not change the layout between.
    # The first convolution is not normalised: its input is, and as its output is the largest of
    # all, that would be a fifth of the time of training.
    filters, width = STEM[0]
    x = layers.Conv2D(filters, width, strides=2, padding="same", activation="relu")(x)
    for filters, width in STEM[1:]:
        x = layers.Conv2D(filters, width, strides=(2, 1), padding="same", use_bias=False)(x)
        x = _normed(x)
    n_bands = HEART_MEL.n_mels // 2 ** len(STEM)
    x = layers.Dropout(0.1, noise_shape=(None, n_bands, 1, STEM[-1][0]))(x)
    x = _normed(layers.Conv2D(WIDTH, (n_bands, 1), use_bias=False)(x))
    sound = ops.expand_dims(marked[:, ::2], 1)
    for dilation in DILATIONS:
        y = layers.Multiply()([x, sound])
        y = layers.Conv2D(
            WIDTH, (1, 5), dilation_rate=(1, dilation), padding="same", use_bias=False
        )(y)
        x = layers.Add()([x, layers.SpatialDropout2D(0.1)(_normed(y))])
    x, sound = x[:, 0], sound[:, 0]
    # Two frames' states from each step.
    states = layers.Dense(2 * len(STATES), dtype="float32")(x)
    states = layers.Reshape((-1, len(STATES)))(states)
    states = layers.Softmax(dtype="float32", name="states")(states)

    features, sound = ops.cast(x, "float32"), ops.cast(sound, "float32")
    # The class must not bend the states to its purpose: annotations alone teach them.
    given = ops.stop_gradient(states)[:, ::2]
    shares = ops.concatenate([sound, given * sound], axis=-1)
    total = ops.expand_dims(ops.sum(shares, axis=1), -1) + 1e-3
    means = ops.matmul(ops.transpose(shares, (0, 2, 1)), features) / total
    loudest = ops.max(features - 1e4 * (1.0 - sound), axis=1, keepdims=True)
    x = layers.Flatten()(ops.concatenate([means, loudest], axis=1))
    x = layers.Dropout(DROPOUT)(x)
    x = layers.Dense(WIDTH, activation="relu", dtype="float32")(x)
    classes = layers.Dense(len(CLASSES), activation="softmax", dtype="float32", name="classes")(x)
    return keras.Model(inputs, {"classes": classes, "states": states}, name=CYCLE)


def build_timbre_network() -> Any:
    """Input as HeartNet's; output (batch, 5), probabilities."""
    import keras
    from keras import layers, ops

    inputs = keras.Input((None, N_COLUMNS), name="window")
    marked = inputs[:, :, -1:]
    # 0 is nothing, in the filling too. Bands by steps, as in the other network.
    x = (inputs[:, :, :-1] + RANGE_DB / SPREAD_DB) * marked
    x = ops.expand_dims(ops.transpose(x, (0, 2, 1)), -1)
    first, second, third = TIMBRE_FILTERS
    x = layers.Conv2D(first, 5, strides=2, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
    x = _normed(layers.Conv2D(second, 3, padding="same", use_bias=False)(x))
    x = layers.MaxPooling2D(2)(x)
    x = _normed(layers.Conv2D(third, 3, padding="same", use_bias=False)(x))
    x = layers.Conv2D(TIMBRE_WIDTH, (HEART_MEL.n_mels // 8, 1), activation="relu")(x)[:, 0]
    # A step is eight frames; how long the sound is must not tell the class.
    sound = layers.AveragePooling1D(8)(marked)
    x = x * sound
    mean = ops.sum(x, axis=1) / (ops.sum(sound, axis=1) + 1e-3)
    x = ops.concatenate([mean, ops.max(x, axis=1)], axis=-1)
    x = layers.Dropout(TIMBRE_DROPOUT)(x)
    return keras.Model(inputs, layers.Dense(len(CLASSES), activation="softmax")(x), name=TIMBRE)


def fixed_length(model: Any, n_frames: int) -> Any:
    """The same network for windows of that length alone: its export is a third of the size in
    operations, since dilated convolutions then have a known padding."""
    import keras

    inputs = keras.Input((n_frames, N_COLUMNS), name="window")
    return keras.Model(inputs, model(inputs), name=model.name)


def _normed(x: Any) -> Any:
    from keras import layers

    return layers.Activation("relu")(layers.BatchNormalization(momentum=0.95)(x))
