"""ONNX Runtime without its telemetry, which would keep an identity of this computer and a record of
its use in the person's cache folder, to be sent to its makers (seen with version 1.32)."""

from __future__ import annotations

import os
from typing import Any


def onnx_runtime() -> Any:
    """The onnxruntime module with its telemetry off. Nothing else may import it: the switch must be
    set before the library is loaded."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    return onnxruntime
