"""Model bundles on disk. Every file is checked against its SHA-256 before it is used.

`models/manifest.json` holds the hash of each bundle's card, the card the hashes of the rest.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heartgui.errors import ModelError
from heartgui.inference.card import ModelCard, parse_card

CARD = "card.json"
MANIFEST = "manifest.json"
INSTALL_AGAIN = "It is not used. Install HeartGUI again."


@dataclass(frozen=True)
class ModelBundle:
    """A bundle whose files are what its card says. folder: where they lie."""

    folder: Path
    card: ModelCard

    @property
    def name(self) -> str:
        return self.card.name

    @property
    def version(self) -> str:
        return self.card.version

    def read(self, file_name: str) -> bytes:
        """One of the bundle's files, checked as it is read, so that what is used is what was
        checked. Raises ModelError."""
        path = self.folder / file_name
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(
                f"The model file {path.name} of {self.name} is missing.", remedy=INSTALL_AGAIN
            ) from error
        if hashlib.sha256(content).hexdigest() != self.card.files.get(file_name):
            raise ModelError(
                f"The model file {path.name} of {self.name} was changed since it was made.",
                remedy=INSTALL_AGAIN,
            )
        return content

    def verify(self) -> None:
        """Check every file that the card names. Raises ModelError for the first changed one."""
        for file_name in self.card.files:
            self.read(file_name)


def bundle_names(models_folder: Path) -> list[str]:
    """Names of the bundled models, in the manifest's order. Raises ModelError."""
    return list(_manifest(models_folder))


def load_bundle(models_folder: Path, name: str) -> ModelBundle:
    """Read and check the card of a bundle. Raises ModelError for a missing or changed one."""
    manifest = _manifest(models_folder)
    if name not in manifest:
        raise ModelError(
            f"There is no model named {name}.",
            remedy=f"Bundled are: {', '.join(manifest) or 'none'}.",
        )
    path = models_folder / name / CARD
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"The card of model {name} is missing.", remedy=INSTALL_AGAIN) from error
    if hashlib.sha256(content).hexdigest() != manifest[name]:
        raise ModelError(
            f"The card of model {name} ({CARD}) was changed since it was made.",
            remedy=INSTALL_AGAIN,
        )
    return ModelBundle(path.parent, parse_card(json.loads(content), f"{name}/{CARD}"))


def load_bundles(models_folder: Path) -> list[ModelBundle]:
    """All bundles of the manifest. Raises ModelError."""
    return [load_bundle(models_folder, name) for name in bundle_names(models_folder)]


def file_entry(path: Path) -> dict[str, Any]:
    """A file's entry in the card: its SHA-256 and size in bytes."""
    content = path.read_bytes()
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def write_manifest(models_folder: Path) -> None:
    """Write the hash of every card below the folder. Called after an export."""
    cards = sorted(models_folder.glob(f"*/{CARD}"))
    manifest = {card.parent.name: file_entry(card)["sha256"] for card in cards}
    text = json.dumps({"cards": manifest}, indent=2) + "\n"
    (models_folder / MANIFEST).write_text(text, encoding="utf-8")


def _manifest(models_folder: Path) -> dict[str, str]:
    path = models_folder / MANIFEST
    try:
        cards = json.loads(path.read_text(encoding="utf-8"))["cards"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            "The list of bundled models (models/manifest.json) is missing or damaged.",
            remedy=INSTALL_AGAIN,
        ) from error
    return {str(name): str(value) for name, value in cards.items()}
