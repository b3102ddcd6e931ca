"""What the plots take from pyqtgraph, imported without a copy of all that Qt has.

At its import pyqtgraph copies every name of Qt's modules into modules of its own, for which PySide
has to make some 650 classes: an eighth of the time from the start to the first window. Here these
modules look a name up when it is asked for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from PySide6 import QtCore, QtGui, QtWidgets


class _LooksUp(ModuleType):
    """Has the names of another module beside its own."""

    def __init__(self, name: str, source: ModuleType) -> None:
        super().__init__(name)
        self._source = source

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)


@contextmanager
def _nothing_to_copy() -> Iterator[None]:
    """What `dir` lists is what would be copied."""
    modules = (QtCore, QtGui, QtWidgets)
    before = [vars(module).get("__dir__") for module in modules]
    for module in modules:
        name = module.__name__.replace("PySide6", "pyqtgraph.Qt")
        sys.modules.setdefault(name, _LooksUp(name, module))
        vars(module)["__dir__"] = list
    try:
        yield
    finally:
        for module, listing in zip(modules, before, strict=True):
            if listing is None:
                del vars(module)["__dir__"]
            else:
                vars(module)["__dir__"] = listing


with _nothing_to_copy():
    from pyqtgraph import GraphicsObject, GraphicsView, ViewBox
    from pyqtgraph.functions import arrayToQPath

__all__ = ["GraphicsObject", "GraphicsView", "ViewBox", "arrayToQPath"]
