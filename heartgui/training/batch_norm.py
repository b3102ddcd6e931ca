"""Batch normalisation that takes a fraction of the time of Keras's own on a processor."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import layers


class FusedBatchNormalization(layers.BatchNormalization):  # type: ignore[misc]
    """`keras.layers.BatchNormalization` over the last axis (Ioffe and Szegedy 2015), with the same
    weights and the same answers; the variance that is kept is over n - 1 values, not n.

    In training, TensorFlow's one operation for it is used: Keras 3 computes the moments and their
    gradients from single ones, which took half of HeartNet's training. Inputs of shape
    (batch, rows, columns, channels).
    """

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        if not training or not self.trainable:
            return super().call(inputs, training=training, mask=mask)
        outputs, mean, variance = tf.compat.v1.nn.fused_batch_norm(
            inputs, self.gamma, self.beta, epsilon=self.epsilon, is_training=True
        )
        for kept, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
            kept.assign(kept * self.momentum + tf.cast(new, kept.dtype) * (1.0 - self.momentum))
        return outputs
