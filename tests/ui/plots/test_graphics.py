"""pyqtgraph without its copy of Qt."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from PySide6 import QtCore, QtGui, QtWidgets
before = [set(dir(module)) for module in (QtCore, QtGui, QtWidgets)]
import heartgui.ui.plots.graphics
after = [set(dir(module)) for module in (QtCore, QtGui, QtWidgets)]
assert all(was <= now for was, now in zip(before, after)), "Qt's own modules lost names"
assert "QPushButton" in after[2]
assert sys.modules["pyqtgraph.Qt.QtWidgets"].QPushButton is QtWidgets.QPushButton
print(len(vars(QtGui)) + len(vars(QtWidgets)))
"""


def test_qt_keeps_its_names_and_few_classes_are_made():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    # 475 where pyqtgraph finds something to copy: the start takes longer then.
    assert int(done.stdout) < 200
