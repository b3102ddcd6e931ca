"""What a take is recorded from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

RawSamples = npt.NDArray[np.int16]
SourceState = Literal["running", "ended", "failed"]


@dataclass(frozen=True, eq=False)
class Block:
    """Consecutive mono samples, shape (n,), int16. first_frame: the place of the first one in
    the source's own count; a jump ahead of the last block's end means lost frames."""

    samples: RawSamples
    first_frame: int


class AudioSource(Protocol):
    """Delivers blocks until it ends or fails. read() never waits; None means nothing new yet.

    warning: what to know before recording from it, empty for nothing; it may become known only
    while the source runs.
    """

    sample_rate_hz: int
    state: SourceState
    failure: str | None

    @property
    def warning(self) -> str: ...

    def start(self) -> None: ...

    def read(self) -> Block | None: ...

    def stop(self) -> None: ...
