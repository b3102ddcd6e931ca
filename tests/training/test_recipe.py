"""What is no recipe is refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from heartgui.errors import DataSetError
from heartgui.training.recipe import read_recipe

RECIPE = Path("models/heartnet/recipe.toml")


@pytest.mark.parametrize(
    "content",
    [
        b"name = ",
        b"name = 'heartnet'\n",
        RECIPE.read_bytes() + "author = 'J\xfcrgen'\n".encode("latin-1"),
    ],
    ids=["no TOML", "not all of it", "Latin-1"],
)
def test_what_is_no_recipe_is_refused_in_words(tmp_path, content):
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    with pytest.raises(DataSetError, match=r"own\.toml cannot be used as a recipe") as caught:
        read_recipe(path)
    assert caught.value.remedy
