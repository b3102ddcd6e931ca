"""The quick batch normalisation against Keras's own."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.mark.parametrize("kind", ["float32", "mixed_bfloat16"])
def test_it_answers_learns_and_remembers_as_keras_does(kind):
    import keras
    import tensorflow as tf

    from heartgui.training.batch_norm import FusedBatchNormalization

    rng = np.random.default_rng(0)
    sound = rng.normal(3.0, 2.0, (8, 30, 40, 16)).astype(np.float32)
    wanted = rng.normal(size=sound.shape).astype(np.float32)
    found = []
    for layer_type in (keras.layers.BatchNormalization, FusedBatchNormalization):
        layer = layer_type(momentum=0.9, dtype=kind)
        layer.build(sound.shape)
        layer.gamma.assign(np.linspace(0.5, 2.0, 16))
        layer.beta.assign(np.linspace(-1.0, 1.0, 16))
        inputs = tf.constant(sound)
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = layer(inputs, training=True)
            loss = tf.reduce_sum(tf.cast(outputs, tf.float32) * wanted)
        slopes = tape.gradient(loss, [inputs, layer.gamma.value, layer.beta.value])
        later = layer(inputs, training=False)
        parts = (outputs, *slopes, layer.moving_mean, layer.moving_variance, later)
        found.append([np.asarray(tf.cast(part, tf.float32)) for part in parts])
        assert outputs.dtype == layer.compute_dtype
    exact = kind == "float32"
    for keras_own, ours in zip(*found, strict=True):
        size = np.abs(keras_own).max()
        # The kept variances of 9,600 values, over n or n - 1, are a ten-thousandth apart.
        np.testing.assert_allclose(ours, keras_own, atol=(2e-4 if exact else 2e-2) * size)
