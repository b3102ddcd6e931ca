"""The command line: the window by default; classify, selftest, train, evaluate.

Only the chosen subcommand is imported, so that each starts as fast as it can.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from heartgui import __version__
from heartgui.errors import HeartGUIError

COMMANDS = ("classify", "selftest", "train", "evaluate")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns the exit code."""
    # Before NumPy is imported: our matrices are small, and its threads would only take the cores
    # from those that draw and classify.
    if not os.environ.get("OPENBLAS_NUM_THREADS"):
        os.environ["OPENBLAS_NUM_THREADS"] = "1"
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or not (words[0] in COMMANDS or words[0].startswith("-")):
        from heartgui.app import run_gui

        return run_gui([Path(word) for word in words])
    # All subcommands for the help page, otherwise only the one that was asked for; none for a line.
    asked = [] if words[0] == "--version" else list(COMMANDS)
    wanted = [words[0]] if words[0] in COMMANDS else asked
    modules = {name: module for name in wanted if (module := _command(name)) is not None}
    if words[0] in COMMANDS and not modules:
        print(f"heartgui: `{words[0]}` is not part of this installation; it needs the source tree"
              " with the train extra.", file=sys.stderr)  # fmt: skip
        return 2
    arguments = _parser(modules).parse_args(words)
    if arguments.command != "classify":
        gc.enable()
    try:
        return int(modules[arguments.command].run(arguments))
    except HeartGUIError as error:
        print(f"heartgui: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read our output has enough (`| head`).
        _silence_output()
        return 1
    except OSError as error:
        _silence_output()
        where = f"{error.filename}: " if error.filename else ""
        print(f"heartgui: {where}{error.strerror or error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        # What is left of a line waits for a reader who may never come.
        _silence_output()
        return 130


def program() -> NoReturn:
    """The process: `main`, and its end with the exit code."""
    _prepare_output()
    classifying = sys.argv[1:2] == ["classify"]
    # Until all is imported there is nothing to collect, and looking for it takes a sixth of the
    # time until the window is there. The window and `classify` see to it when all is made.
    gc.disable()
    code = main()
    if classifying:
        # Everything is written and no other process is left: to take the interpreter and the
        # models apart piece by piece would only take another 30 ms.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _prepare_output() -> None:
    """Somewhere to write to, also where the process was started without (`>&-`); and a file name
    may hold letters that the output's encoding lacks, as on Windows into a file."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _silence_output() -> None:
    """Nothing may be written at exit either, where writing has failed."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _command(name: str) -> ModuleType | None:
    """The command's module; None where it is not installed, as in the built program."""
    whole = f"heartgui.commands.{name}"
    try:
        return importlib.import_module(whole)
    except ModuleNotFoundError as error:
        if error.name != whole:
            raise
        return None


def _parser(modules: dict[str, ModuleType]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="heartgui",
        description="Record, see and classify heart sounds. Without a command, or with files to"
        " open, the window is shown. Decision support for research and teaching; not a cleared"
        " device.",
    )
    parser.add_argument("--version", action="version", version=f"heartgui {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="command", required=True)
    for module in modules.values():
        module.add_parser(subparsers)
    return parser


if __name__ == "__main__":
    program()
