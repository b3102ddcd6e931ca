"""`heartgui train`: the paper's models, under the paper's protocol or with patients apart."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from heartgui.commands.training_extra import quiet_tensorflow, runs_folder, training_missing


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "train",
        help="train the paper's CNN or LSTM on the Kaggle Heartbeat Sounds set",
        description="Trains a network. With --protocol grouped the result is a bundle that the"
        " program can load; with --protocol paper the random-split runs of the paper are made"
        " and summarised, since a model of a leaking split is not worth keeping.",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with set_a and set_b")
    parser.add_argument("--model", choices=("cnn", "lstm"), required=True)
    parser.add_argument("--protocol", choices=("paper", "grouped"), default="grouped")
    parser.add_argument(
        "--seeds", type=int, default=1, help="random splits, or repeats of the five folds"
    )
    parser.add_argument("--epochs", type=int, default=None, help="at most this many epochs")
    parser.add_argument("--out", type=Path, required=True, help="where the result is written")
    parser.add_argument("--runs", type=Path, default=None, help="where finished runs are kept")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0, or 130 after Ctrl-C before anything could be kept."""
    if training_missing():
        return 2
    quiet_tensorflow()
    from heartgui.training import workflow
    from heartgui.training.dataset import read_kaggle
    from heartgui.training.experiments import Laboratory
    from heartgui.training.fitting import print_line
    from heartgui.training.report import grouped_table, paper_table

    data = read_kaggle(arguments.data)
    print(data.describe())
    laboratory = Laboratory(data, runs_folder(arguments.runs), print_line)
    try:
        if arguments.protocol == "paper":
            result, _ = workflow.evaluate_paper(
                laboratory, arguments.model, arguments.seeds, arguments.epochs
            )
            table = paper_table(arguments.model, result)
            arguments.out.mkdir(parents=True, exist_ok=True)
            (arguments.out / f"{arguments.model}-paper.md").write_text(table, encoding="utf-8")
            print(table)
            return 0
        grouped = workflow.evaluate_grouped(
            laboratory, arguments.model, "robust", arguments.seeds, arguments.epochs
        )
        print(grouped_table(f"{arguments.model.upper()}: patients apart", grouped.evaluation))
        workflow.train_bundle(
            laboratory, arguments.model, grouped, arguments.out, print_line, arguments.epochs
        )
    except KeyboardInterrupt:
        print("\nStopped. Finished runs are kept; the same command goes on.", file=sys.stderr)
        return 130
    print(f"wrote {arguments.out / arguments.model}")
    return 0
