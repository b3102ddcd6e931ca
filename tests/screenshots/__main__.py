"""Pictures of every state of the window: `python -m tests.screenshots FOLDER [--all]`.

The program itself is driven, with a synthetic stethoscope in place of the microphone. By default
the README's pictures at 1280 x 720 in light and dark; --all adds other sizes, scales and dialogs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true", help="also 200 %% scale, large and dialogs")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    runs = [("light", 1.0, "1280x720", False), ("dark", 1.0, "1280x720", False)]
    if arguments.all:
        runs += [("light", 2.0, "1280x720", True), ("dark", 1.0, "1920x1080", True)]
    for theme, scale, size, full in runs:
        with tempfile.TemporaryDirectory() as home:
            environment = os.environ | {
                "HEARTGUI_HOME": home,
                "QT_QPA_PLATFORM": "offscreen",
                "QT_SCALE_FACTOR": str(scale),
            }
            words = [theme, size, f"{scale:g}", str(arguments.folder), "full" if full else "readme"]
            code = subprocess.call(
                [sys.executable, "-m", "tests.screenshots.tour", *words], env=environment
            )
            if code:
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
