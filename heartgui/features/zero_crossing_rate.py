"""Zero-crossing rate of a heart sound."""

from __future__ import annotations

import numpy as np

from heartgui.features.framing import FloatArray, frame


def zero_crossing_rate(samples: FloatArray, *, frame_length: int, hop_length: int) -> FloatArray:
    """Rate of sign changes in each frame, zcr = 1/(T-1) * sum of 1[s(t) s(t-1) < 0], t = 1..T-1.

    The paper's definition, with T the frame length: a product of exactly zero counts as no
    crossing. samples: shape (n_samples,). Returns shape (n_frames,), 0 to 1; not padded.
    """
    return crossings_of_frames(frame(samples, frame_length=frame_length, hop_length=hop_length))


def crossings_of_frames(frames: FloatArray) -> FloatArray:
    """Zero-crossing rate of frames of shape (n_frames, T), T at least 2. Returns (n_frames,)."""
    # Signs are compared instead of products: the product of two tiny samples underflows to 0.
    signs = np.sign(frames).astype(np.int8)
    crossings = np.count_nonzero(signs[:, 1:] * signs[:, :-1] < 0, axis=1)
    return (crossings / (frames.shape[1] - 1)).astype(np.float32)
