"""The readable page of a model's card."""

from __future__ import annotations

from typing import Any

from heartgui.domain import CLASSES


def card_page(card: dict[str, Any]) -> str:
    """Markdown of a card, see `export.export_bundle`."""
    metrics = card["metrics"]
    lines = [
        f"# {card['title']} {card['version']}",
        "",
        card["summary"],
        "",
        "## Intended use",
        "",
        card["intended_use"],
        "",
        f"Not for: {card['not_for']}",
        "",
        "## What it was measured to do",
        "",
        f"{card['protocol']}",
        "",
        f"{metrics['n_files']} recordings of {metrics['n_groups']} groups of patients. Figures of"
        " folds drawn several times are means; brackets hold 95 % intervals by bootstrap over"
        " groups, exact ones (Clopper and Pearson) where all or none are right.",
        "",
        f"- Balanced accuracy: {_figure(metrics['balanced_accuracy'])}",
        f"- Accuracy: {_figure(metrics['accuracy'])}",
        # Cards of bundles that were made before have none.
        *([f"- Macro F1: {_figure(metrics['macro_f1'])}"] if "macro_f1" in metrics else []),
        "",
        "| class | n | sensitivity | specificity | threshold |",
        "|---|---|---|---|---|",
    ]
    for name in CLASSES:
        entry = metrics["classes"][str(name)]
        lines.append(
            f"| {name} | {entry['n']} | {_figure(entry['sensitivity'])}"
            f" | {_figure(entry['specificity'])} | {card['thresholds'][str(name)]:.2f} |"
        )
    lines += [
        *[line for section in card.get("further", []) for line in section_lines(section)],
        "",
        "### Beside it, on the same folds",
        "",
        "| baseline | accuracy | balanced accuracy |",
        "|---|---|---|",
    ]
    lines += [
        f"| {entry['name']} | {entry['accuracy']:.2f} | {entry['balanced_accuracy']:.2f} |"
        for entry in card["baselines"]
    ]
    lines += ["", "## Limits", "", *[f"- {limit}" for limit in card["limits"]]]
    lines += ["", "## Data", "", *[f"- {entry}" for entry in card["data"]]]
    lines += [
        "",
        "## Training",
        "",
        f"{card['parameters']:,} parameters. {card['training']}",
        "",
        f"Largest difference of an output between the trained network and its ONNX file: "
        f"{card['keras_onnx_difference']:.1e}.",
        "",
        "## Credit",
        "",
        *[f"- {entry}" for entry in card["credit"]],
        "",
    ]
    return "\n".join(lines)


def section_lines(section: dict[str, Any]) -> list[str]:
    """A section's title, lines of text and table."""
    lines = ["", f"### {section['title']}", "", *section.get("text", [])]
    if section.get("rows"):
        head, *rows = section["rows"]
        lines += ["", "| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
        lines += ["| " + " | ".join(row) + " |" for row in rows]
    return lines


def _figure(entry: dict[str, float]) -> str:
    return f"{entry['value']:.2f} ({entry['low']:.2f} to {entry['high']:.2f})"
