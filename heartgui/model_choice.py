"""The bundled models that can be chosen, in the window and at the command line."""

from __future__ import annotations

MODELS_OF_CHOICE = {
    "heartnet": ("heartnet",),
    "both": ("cnn", "lstm"),
    "cnn": ("cnn",),
    "lstm": ("lstm",),
}
"""Names of the bundled models behind each choice; the first is the default."""
