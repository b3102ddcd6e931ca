"""`heartgui evaluate`: the reproduction's tables and figures, or a bundled model on a data set."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from heartgui.commands.numbers import positive
from heartgui.commands.places import check_bundle, check_file, check_folder
from heartgui.commands.training_extra import (
    quiet_tensorflow,
    runs_folder,
    say_what_is_not_heeded,
    training_missing,
)
from heartgui.errors import DataSetError, HeartGUIError, StorageError
from heartgui.paths import models_folder

if TYPE_CHECKING:
    from heartgui.inference.analysis import Analyser
    from heartgui.training.experiments import Laboratory
    from heartgui.training.external import ExternalSet
    from heartgui.training.metrics import Evaluation

_TRAINED_ON = (
    "If these are the files that the model was trained on, the figures say nothing about other"
    " patients; the card holds those measured with patients apart."
)


_NOT_HEEDED = {
    "model": ("against", "card", "whole_days", "seeds", "repeats", "paper_only", "epochs"),
    "recipe": ("figures", "seeds", "paper_only"),
    "": ("against", "card", "whole_days"),
}
"""By the option that says what is evaluated: the options that have no bearing on it."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "evaluate",
        help="reproduce the paper's figures, or measure a bundled model",
        description="Without --model: the paper's protocol over --seeds random splits beside the"
        " patient-grouped five folds, with baselines. Finished runs are kept and never repeated."
        " With --model: a bundled model on the labelled files of --data, beside the baselines."
        " --data may then also be CirCor / PhysioNet 2022, PhysioNet/CinC 2016, Yaseen 2018, or a"
        " CSV with file and label, where a murmur is told from none: no baselines, no figures."
        " Labels are murmur, abnormal, present or 1, and normal, healthy, absent or 0; or the five"
        " classes. Of several sets in a folder each is measured."
        " With --recipe: a recipe's model on its folds, beside the paper's models on the same folds"
        " and on a device never trained on; --data then holds the Kaggle and the CirCor set.",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the data set, or CSV")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--model", default=None, help="name of a bundled model")
    what.add_argument("--recipe", type=Path, default=None, help="TOML file of a recipe")
    parser.add_argument(
        "--against", choices=("paper", "robust"), default=None,
        help="with --recipe: the paper's models as it describes them (paper), or as those bundled",
    )  # fmt: skip
    parser.add_argument(
        "--card", type=Path, default=None, metavar="BUNDLE",
        help="with --recipe: put the comparison into the card of this bundle, as models/heartnet",
    )  # fmt: skip
    parser.add_argument(
        "--whole-days", action="store_true",
        help="with --recipe: also with all takes of a day in Kaggle's set A on one side; five more"
        " networks are trained",
    )  # fmt: skip
    parser.add_argument(
        "--figures", type=Path, default=None,
        help="write every figure here, with --model its confusion matrix",
    )  # fmt: skip
    parser.add_argument("--report", type=Path, default=None, help="write the tables to this file")
    parser.add_argument(
        "--seeds", type=positive, default=None, help="random splits of the paper protocol (20)"
    )
    parser.add_argument(
        "--repeats", type=positive, default=None,
        help="repeats of the five folds (2); with --recipe, where it has fewer, these in a table",
    )  # fmt: skip
    parser.add_argument(
        "--paper-only", action="store_true",
        help="without --model and --recipe: the networks as the paper describes them alone; those"
        " trained as the bundled ones, whose figures stand in their cards, take most of the time",
    )  # fmt: skip
    parser.add_argument("--epochs", type=positive, default=None, help="at most this many epochs")
    parser.add_argument("--runs", type=Path, default=None, help="where finished runs are kept")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; 1 if one of several data sets could not be measured; 130 after Ctrl-C."""
    what = next((name for name in ("model", "recipe") if getattr(arguments, name) is not None), "")
    say_what_is_not_heeded(
        arguments, _NOT_HEEDED[what], f"to --{what}" if what else "without --recipe"
    )
    check_folder(arguments.figures)
    check_file(arguments.report)
    check_folder(arguments.runs)
    check_bundle(arguments.card)
    if arguments.card is not None and arguments.epochs is not None:
        # Its figures would stand in the card as those of whole training.
        raise DataSetError("--card needs whole training.", remedy="Leave --epochs out.")
    if arguments.model is not None:
        drawn = ("matplotlib",) if arguments.figures is not None else ()
        return 2 if training_missing(("sklearn", *drawn)) else _by_model(arguments)
    if training_missing():
        return 2
    if not arguments.data.exists():
        raise DataSetError(f"{arguments.data} does not exist.")
    quiet_tensorflow()
    if arguments.recipe is not None:
        return _by_recipe(arguments)
    from heartgui.training.dataset import read_kaggle
    from heartgui.training.experiments import Laboratory
    from heartgui.training.fitting import print_line

    try:
        data = read_kaggle(arguments.data)
    except DataSetError as error:
        hint = "With --model, a bundled model is measured on other sets as well."
        raise DataSetError(error.message, remedy=f"{error.remedy} {hint}".strip()) from error
    laboratory = Laboratory(data, runs_folder(arguments.runs), print_line)
    try:
        report = _reproduction(laboratory, arguments)
    except KeyboardInterrupt:
        return _stopped()
    return _say(report, arguments)


def _by_model(arguments: argparse.Namespace) -> int:
    """Each data set that is found, one report after the other; 1 if any could not be measured."""
    from heartgui.inference.analysis import open_analyser
    from heartgui.training.layouts import find_layouts

    layouts = find_layouts(arguments.data)
    analyser = open_analyser(models_folder(), (arguments.model,), threads=2)
    reports: list[str] = []
    failed = False
    for layout in layouts:
        try:
            if layout.read is None:
                report = _on_kaggle(analyser, arguments)
            else:
                report = _on_other(analyser, layout.read(), layout.name, arguments)
        except HeartGUIError as error:
            # The others are still measured, and in the report it is seen that one is missing.
            if len(layouts) == 1:
                raise
            failed = True
            print(f"heartgui: {error}", file=sys.stderr)
            report = f"Not measured: {error}\n"
        print(report)
        reports.append(report)
    _keep("\n".join(reports), arguments)
    return 1 if failed else 0


def _by_recipe(arguments: argparse.Namespace) -> int:
    from heartgui.training.card_page import section_lines
    from heartgui.training.experiments import shortened
    from heartgui.training.export import add_section
    from heartgui.training.fitting import PAPER, ROBUST, print_line
    from heartgui.training.heartnet_workflow import check_made_by, compare_recipe
    from heartgui.training.report import grouped_table

    if arguments.card is not None:
        check_made_by(arguments.card, arguments.recipe)
    paper = shortened(ROBUST if arguments.against == "robust" else PAPER, arguments.epochs)
    try:
        found, sections = compare_recipe(
            arguments.recipe, arguments.data, paper, arguments.repeats or 1,
            runs_folder(arguments.runs), print_line, whole_days=arguments.whole_days,
        )  # fmt: skip
    except KeyboardInterrupt:
        return _stopped()
    for section in sections if arguments.card is not None else ():
        add_section(arguments.card, section)
    table = grouped_table("Patients apart, balanced operating point", found.balanced)
    lines = [line for section in sections for line in section_lines(section)]
    return _say("\n".join([table, *lines, ""]), arguments)


def _stopped() -> int:
    print("\nStopped. Finished runs are kept; the same command goes on.", file=sys.stderr)
    return 130


def _say(report: str, arguments: argparse.Namespace) -> int:
    print(report)
    _keep(report, arguments)
    return 0


def _keep(report: str, arguments: argparse.Namespace) -> None:
    """Raises StorageError where it cannot be written; what was printed still comes out."""
    file: Path | None = arguments.report
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(report, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{file} could not be written ({error.strerror}).") from error


def _on_other(
    analyser: Analyser, data: ExternalSet, name: str, arguments: argparse.Namespace
) -> str:
    """The report on a data set that is not Kaggle's. name: of its figure's file."""
    from heartgui.training.class_evaluation import class_report
    from heartgui.training.external_evaluation import external_report
    from heartgui.training.fitting import print_line

    if not data.five_classes:
        if arguments.figures is not None:
            print(
                f"--figures does not apply to {data.title}: there is no confusion matrix of the"
                " five classes.",
                file=sys.stderr,
            )
        report = external_report(analyser, data, print_line)
    else:
        card = analyser.cards[0]
        title = f"{card.title} {card.version} on {data.title}"
        report, evaluation = class_report(analyser, data, title, print_line)
        _draw(f"{card.name}-{name}", title, evaluation, arguments)
    return f"{report}\n{_TRAINED_ON}\n" if data.may_be_known else report


def _draw(name: str, title: str, evaluation: Evaluation, arguments: argparse.Namespace) -> None:
    if arguments.figures is not None:
        from heartgui.training.figures import confusion_figure

        path = confusion_figure(name, title, evaluation.confusion, arguments.figures)
        print(f"wrote {path}", file=sys.stderr)


def _reproduction(laboratory: Laboratory, arguments: argparse.Namespace) -> str:
    from heartgui.training import workflow

    paper, curves, grouped = {}, {}, {}
    seeds = arguments.seeds or 20
    for architecture in workflow.ARCHITECTURES:
        paper[architecture], runs = workflow.evaluate_paper(
            laboratory, architecture, seeds, arguments.epochs
        )
        if runs[-1].interrupted:
            raise KeyboardInterrupt
        curves[architecture] = [run.history for run in runs]
    recipes = {"paper": 1, "robust": arguments.repeats or 2}
    if arguments.paper_only:
        del recipes["robust"]
    for architecture in workflow.ARCHITECTURES:
        for recipe, repeats in recipes.items():
            grouped[architecture, recipe] = workflow.evaluate_grouped(
                laboratory, architecture, recipe, repeats, arguments.epochs
            )
    report = workflow.reproduction_report(laboratory, paper, grouped)
    if arguments.paper_only:
        report += (
            "\nMade with `--paper-only`: how the bundled models, which are trained otherwise, do on"
            " the same folds stands in their cards.\n"
        )
    if arguments.figures is not None:
        from heartgui.training.figures import paper_figures

        matrices = {
            f"{name.upper()}, {seeds} random splits": result.confusion
            for name, result in paper.items()
        }
        matrices |= {
            f"{name.upper()}, {recipe} recipe, patients apart": result.evaluation.confusion
            for (name, recipe), result in grouped.items()
        }
        for path in paper_figures(laboratory.data, curves, matrices, arguments.figures):
            print(f"wrote {path}", file=sys.stderr)
    return report


def _on_kaggle(analyser: Analyser, arguments: argparse.Namespace) -> str:
    import numpy as np

    from heartgui.training.class_evaluation import TELL_EVERY
    from heartgui.training.dataset import read_kaggle
    from heartgui.training.experiments import Laboratory
    from heartgui.training.fitting import print_line
    from heartgui.training.metrics import evaluate
    from heartgui.training.report import baseline_table, grouped_table
    from heartgui.training.workflow import APART, baselines_apart

    data = read_kaggle(arguments.data)
    laboratory = Laboratory(data, runs_folder(arguments.runs), print_line)
    answers = []
    for number, file in enumerate(data.files, start=1):
        answers.append(analyser.scores(file.recording))
        if number % TELL_EVERY == 0:
            print_line(f"{number} of {len(data.files)} recordings")
    evaluation = evaluate(laboratory.labels, np.array(answers)[np.newaxis], laboratory.groups)
    card = analyser.cards[0]
    title = f"{card.title} {card.version} on Kaggle Heartbeat Sounds"
    table = grouped_table(title, evaluation)
    try:
        beside = baseline_table(APART, baselines_apart(laboratory))
    except DataSetError:
        beside = "No baselines: these are too few patients for five folds.\n"
    _draw(card.name, title, evaluation, arguments)
    return f"{laboratory.data.describe()}\n\n{table}\n{beside}\n{_TRAINED_ON}\n"
