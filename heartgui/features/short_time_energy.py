"""Short-time energy of a heart sound."""

from __future__ import annotations

import numpy as np

from heartgui.features.framing import FloatArray, frame


def short_time_energy(samples: FloatArray, *, frame_length: int, hop_length: int) -> FloatArray:
    """Energy of each frame, E = sum of x(m)^2 over the frame (Mahdi, the paper's definition).

    samples: shape (n_samples,), full scale -1 to 1. Returns shape (n_frames,), 0 to
    frame_length, in squared full scale; frames are not padded.
    """
    return energy_of_frames(frame(samples, frame_length=frame_length, hop_length=hop_length))


def energy_of_frames(frames: FloatArray) -> FloatArray:
    """Energy of frames of shape (n_frames, frame_length). Returns shape (n_frames,)."""
    return np.einsum("ij,ij->i", frames, frames)
