"""HeartNet's recipe: everything that decides what comes out of training, in one TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from heartgui.errors import DataSetError

RECIPE_FILE = "recipe.toml"


@dataclass(frozen=True)
class HeartRecipe:
    """seed: of the folds and of all networks. repeats: how often the five folds are drawn; steps:
    batches that a network sees. kaggle_windows: of the `batch` windows so many are drawn from the
    Kaggle set, by 1 / (recordings of the class)^class_balance; the rest from CirCor.
    denoised_share: share of the windows, of both networks, that go through a denoiser. tempo_share:
    share of annotated windows whose diastoles become shorter or longer. ectopic_share: share of
    annotated normals that get a synthetic extrasystole. exchanged_share: share of annotated windows
    in which systole and diastole change places. made_murmur_share: share of the
    normals among these that get a murmur made of noise. mix: parameter of mixup's beta
    distribution. states_weight: weight of the states' loss beside the classes'. timbre_steps,
    timbre_batch, timbre_kaggle_windows, timbre_class_balance, timbre_learning_rate: as their
    namesakes, of the network for the timbre; timbre_share: its share of the answer."""

    name: str
    title: str
    version: str
    seed: int
    repeats: int
    steps: int
    batch: int
    kaggle_windows: int
    class_balance: float
    learning_rate: float
    weight_decay: float
    label_smoothing: float
    denoised_share: float
    tempo_share: float
    ectopic_share: float
    exchanged_share: float
    made_murmur_share: float
    mix: float
    states_weight: float
    timbre_steps: int
    timbre_batch: int
    timbre_kaggle_windows: int
    timbre_class_balance: float
    timbre_learning_rate: float
    timbre_share: float

    def of_the_networks(self) -> dict[str, Any]:
        """What decides how a network comes out, but for its data and its fold."""
        no_effect = {"title", "version", "repeats", "timbre_share"}
        return {name: value for name, value in asdict(self).items() if name not in no_effect}


def read_recipe(path: Path) -> HeartRecipe:
    """Raises DataSetError for a file that is no recipe."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return HeartRecipe(**{field.name: content[field.name] for field in fields(HeartRecipe)})
    except (OSError, KeyError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataSetError(
            f"{path} cannot be used as a recipe ({error}).",
            remedy="Start from models/heartnet/recipe.toml.",
        ) from error
