"""The set-up script on a machine where something is missing, with apt and dpkg played."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SYSTEM = Path(__file__).resolve().parents[2] / "packaging" / "setup" / "system.sh"
VENV_PACKAGE = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux has system libraries to install"
)


class Machine:
    """Programs that stand first in the path: every library is there, and Python has no venv."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._asked = folder / "asked"
        self.program("apt-get", f'echo "$@" >> {self._asked}')
        self.program("id", "echo 0")
        self.program("ldconfig", f"grep -oE '^lib[A-Za-z0-9.+-]+' {SYSTEM} | sed 's/$/ /'")
        (folder / "without").mkdir()
        (folder / "without" / "ensurepip.py").write_text("raise ModuleNotFoundError('ensurepip')\n")
        self.program("python3", f'PYTHONPATH={folder}/without exec {sys.executable} "$@"')

    def program(self, name: str, script: str) -> None:
        path = self._folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def set_up(self) -> str:
        """Run the script; returns what apt-get was asked for."""
        path = f"{self._folder}:{os.environ['PATH']}"
        done = subprocess.run(
            [str(SYSTEM), "app"], env=os.environ | {"PATH": path, "PYTHON": "python3"},
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return self._asked.read_text() if self._asked.exists() else ""


@pytest.fixture
def machine(tmp_path) -> Machine:
    return Machine(tmp_path)


def test_the_venv_that_debian_left_out_is_installed_and_nothing_else(machine):
    machine.program("dpkg", "exit 0")
    install = machine.set_up().splitlines()[-1].split()
    assert install[0] == "install"
    assert [word for word in install[1:] if not word.startswith(("-", "Dpkg"))] == [VENV_PACKAGE]


def test_a_python_from_elsewhere_is_left_to_its_owner(machine):
    machine.program("dpkg", "exit 1")
    assert machine.set_up() == ""


def test_nothing_is_installed_where_nothing_is_missing(machine):
    machine.program("dpkg", "exit 0")
    machine.program("python3", f'exec {sys.executable} "$@"')
    assert machine.set_up() == ""
