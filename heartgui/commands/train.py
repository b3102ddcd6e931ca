"""`heartgui train`: the paper's models, or a bundled model anew from its recipe."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from heartgui.commands.numbers import positive
from heartgui.commands.places import check_folder
from heartgui.commands.training_extra import (
    quiet_tensorflow,
    runs_folder,
    say_what_is_not_heeded,
    training_missing,
)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "train",
        help="train the paper's CNN or LSTM, or a bundled model anew from its recipe",
        description="Trains a network. With --protocol grouped the result is a bundle that the"
        " program can load; with --protocol paper the random-split runs of the paper are made"
        " and summarised, since a model of a leaking split is not worth keeping. With --recipe:"
        " the model of a recipe, such as models/heartnet/recipe.toml, with its card; --data then"
        " holds the Kaggle and the CirCor set.",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with set_a and set_b")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--model", choices=("cnn", "lstm"))
    what.add_argument("--recipe", type=Path, help="TOML file that says all about the training")
    parser.add_argument(
        "--protocol",
        choices=("paper", "grouped"),
        default=None,
        help="random splits as in the paper, or five folds with patients apart (grouped)",
    )
    parser.add_argument(
        "--seeds",
        type=positive,
        default=None,
        help="random splits, or repeats of the five folds (1)",
    )
    parser.add_argument("--epochs", type=positive, default=None, help="at most this many epochs")
    parser.add_argument("--out", type=Path, required=True, help="where the result is written")
    parser.add_argument("--runs", type=Path, default=None, help="where finished runs are kept")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0, or 130 after Ctrl-C before anything could be kept."""
    if training_missing():
        return 2
    if arguments.recipe is not None:
        say_what_is_not_heeded(arguments, ("protocol", "seeds", "epochs"), "to --recipe")
    check_folder(arguments.out)
    check_folder(arguments.runs)
    quiet_tensorflow()
    if arguments.recipe is not None:
        return _by_recipe(arguments)
    seeds = arguments.seeds or 1
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
                laboratory, arguments.model, seeds, arguments.epochs
            )
            table = paper_table(arguments.model, result)
            arguments.out.mkdir(parents=True, exist_ok=True)
            (arguments.out / f"{arguments.model}-paper.md").write_text(table, encoding="utf-8")
            print(table)
            return 0
        grouped = workflow.evaluate_grouped(
            laboratory, arguments.model, "robust", seeds, arguments.epochs
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


def _by_recipe(arguments: argparse.Namespace) -> int:
    from heartgui.training.fitting import print_line
    from heartgui.training.heartnet_workflow import train_recipe
    from heartgui.training.report import grouped_table

    try:
        found = train_recipe(
            arguments.recipe, arguments.data, arguments.out, runs_folder(arguments.runs), print_line
        )
    except KeyboardInterrupt:
        print("\nStopped. Finished networks are kept; the same command goes on.", file=sys.stderr)
        return 130
    print(grouped_table("Patients apart, balanced operating point", found.balanced))
    print(f"the card and every figure: {arguments.out}/*/card.md")
    return 0
