"""`heartgui train --recipe` and `evaluate --recipe`: HeartNet from both data sets to its bundle and
card, and beside the paper's models."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from heartgui.errors import ModelError
from heartgui.inference.bundle import CARD
from heartgui.training.baselines import baselines
from heartgui.training.comparison import compare
from heartgui.training.export import export_bundle
from heartgui.training.fitting import Recipe, Tell
from heartgui.training.heartnet_card import make_heartnet_card
from heartgui.training.heartnet_days import days_section
from heartgui.training.heartnet_draws import draws_section
from heartgui.training.heartnet_evaluate import HeartEvaluation, evaluate_heartnet
from heartgui.training.heartnet_lab import HeartLaboratory
from heartgui.training.joint_data import JointData
from heartgui.training.recipe import RECIPE_FILE, HeartRecipe, read_recipe
from heartgui.training.refusals import QualityReasons, quality_reasons, refusals
from heartgui.training.splits import grouped_splits


def train_recipe(
    recipe_file: Path, data_folder: Path, out: Path, runs: Path, tell: Tell
) -> HeartEvaluation:
    """Train what is not yet trained, evaluate, and write out/<name>. Raises KeyboardInterrupt on
    Ctrl-C; finished networks are kept and used the next time."""
    recipe = read_recipe(recipe_file)
    laboratory, reasons, found = _evaluated(recipe, data_folder, runs, tell)
    data = laboratory.data
    model = laboratory.bundled()
    splits = grouped_splits(data.kaggle_labels, data.kaggle_groups, recipe.seed)
    card = make_heartnet_card(
        recipe, data, found, baselines(data.clean_kaggle, data.kaggle_groups, splits),
        refusals(data, reasons), int(model.count_params()),
    )  # fmt: skip
    (out / recipe.name).mkdir(parents=True, exist_ok=True)
    export_bundle(model, card, out, keras_file=False)
    kept = out / recipe.name / RECIPE_FILE
    if kept.resolve() != recipe_file.resolve():
        shutil.copyfile(recipe_file, kept)
    return found


def compare_recipe(
    recipe_file: Path, data_folder: Path, paper: Recipe, draws: int, runs: Path, tell: Tell,
    *, whole_days: bool = False,
) -> tuple[HeartEvaluation, list[dict[str, Any]]]:  # fmt: skip
    """A recipe's figures, and sections for its card: the paper's models beside them, other draws of
    the folds where more are asked for than the recipe has repeats, and folds of whole days where
    these are asked for. Trains what is not yet trained. paper: how theirs are trained. Raises
    KeyboardInterrupt on Ctrl-C."""
    recipe = read_recipe(recipe_file)
    laboratory, reasons, found = _evaluated(recipe, data_folder, runs, tell)
    data = laboratory.data
    sections = [compare(data, found, recipe, paper, runs, tell)]
    if draws > recipe.repeats:
        sections.append(draws_section(data, laboratory.runs(draws), reasons))
    if whole_days:
        sections.append(days_section(data_folder, recipe, data, found, reasons, runs, tell))
    return found, sections


def check_made_by(bundle: Path, recipe_file: Path) -> None:
    """Raises ModelError for a bundle that another recipe made: a card holds no figures but its
    own model's. bundle: such as models/heartnet."""
    recipe = asdict(read_recipe(recipe_file))
    card = json.loads((bundle / CARD).read_text(encoding="utf-8"))
    if card.get("recipe") != recipe:
        raise ModelError(
            f"{bundle} was not made by {recipe_file}.",
            remedy="Train the recipe first, or name the bundle that it made.",
        )


def _evaluated(
    recipe: HeartRecipe, data_folder: Path, runs: Path, tell: Tell
) -> tuple[HeartLaboratory, QualityReasons, HeartEvaluation]:
    tell(f"reading {data_folder}")
    data = JointData(data_folder, tell)
    laboratory = HeartLaboratory(data, recipe, runs, tell)
    repeats = laboratory.runs(recipe.repeats)
    tell("evaluating")
    reasons = quality_reasons(data)
    return laboratory, reasons, evaluate_heartnet(data, repeats, reasons)
