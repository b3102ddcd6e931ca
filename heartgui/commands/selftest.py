"""`heartgui selftest`: the bundled models on the bundled synthetic sounds, step by step."""

from __future__ import annotations

import argparse

from heartgui.inference.self_test import WHAT_PASSES, self_test
from heartgui.paths import models_folder, resources_folder


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    subparsers.add_parser(
        "selftest",
        help="check the bundled models on bundled synthetic sounds",
        description="Checks every model file against its SHA-256, runs every model on the bundled"
        f" synthetic sounds, and prints pass or FAIL for each step. {WHAT_PASSES} Exit code 1 if"
        " any fails.",
    )


def run(_arguments: argparse.Namespace) -> int:
    """Exit code 0 when every step passed, 1 otherwise."""
    failed = n = 0
    for step in self_test(models_folder(), resources_folder()):
        n += 1
        failed += not step.passed
        print(f"{'pass' if step.passed else 'FAIL'}  {step.name}: {step.detail}", flush=True)
    print(f"{n - failed} of {n} steps passed.")
    return 1 if failed or not n else 0
