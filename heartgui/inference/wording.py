"""What the program says in words. A probability and its threshold, never a diagnosis."""

from __future__ import annotations

from collections.abc import Sequence

from heartgui.domain import CLASSES, Decision, Finding, HeartSoundClass
from heartgui.inference.explanation import MAX_DURATION_S, Patch

TITLES = {
    HeartSoundClass.NORMAL: "Normal",
    HeartSoundClass.MURMUR: "Murmur",
    HeartSoundClass.EXTRASTOLE: "Extrasystole",
    HeartSoundClass.EXTRAHLS: "Extra heart sound",
    HeartSoundClass.ARTIFACT: "Artifact",
}
_HEADLINES = {
    HeartSoundClass.NORMAL: "No murmur pattern found",
    HeartSoundClass.MURMUR: "Murmur pattern found",
    HeartSoundClass.EXTRASTOLE: "Extrasystole pattern found",
    HeartSoundClass.EXTRAHLS: "Extra heart sound pattern",
    HeartSoundClass.ARTIFACT: "Artifact pattern",
}
_MODEL_TITLES = {"heartnet": "HeartNet", "cnn": "CNN", "lstm": "LSTM"}
THRESHOLD_NOTE = "Tick: decision threshold. Not a probability of disease."
STATEMENT = "Decision support for research and teaching; not a cleared device."


def class_title(label: HeartSoundClass) -> str:
    """The class as a clinician reads it."""
    return TITLES[label]


def answer_title(label: HeartSoundClass) -> str:
    """A class where it stands for the answer: no heart is called normal. Among the probabilities of
    all classes it is `class_title`."""
    return "No murmur pattern" if label is HeartSoundClass.NORMAL else class_title(label)


def model_title(name: str) -> str:
    """A model's name as shown: HeartNet, CNN, LSTM, or the name itself."""
    return _MODEL_TITLES.get(name, name)


def headline(finding: Finding) -> str:
    """The answer in a few words."""
    if finding.decision is Decision.RECORD_AGAIN:
        return "Please record again"
    if finding.decision is Decision.INCONCLUSIVE or finding.label is None:
        return "Inconclusive"
    return _HEADLINES[finding.label]


def subline(finding: Finding) -> str:
    """Which models said so, whether they agree, and whether a poor signal was no matter."""
    if finding.decision is Decision.RECORD_AGAIN:
        return "The take is kept"
    anyway = " · analysed anyway" if finding.analysed_anyway else ""
    names = [f"{model_title(p.model)} {p.model_version}" for p in finding.predictions]
    if not names:
        return "No model was run"
    if len(names) == 1:
        return f"by {names[0]}{anyway}"
    labels = {prediction.label for prediction in finding.predictions}
    joined = " and ".join(names)
    return f"{joined} {'agree' if len(labels) == 1 else 'disagree'}{anyway}"


def models_words(finding: Finding, *, versions: bool) -> str:
    """The models that were chosen, e.g. `CNN and LSTM`; empty where that is not known."""
    models = finding.models or tuple((p.model, p.model_version) for p in finding.predictions)
    return " and ".join(
        f"{model_title(name)} {version}" if versions else model_title(name)
        for name, version in models
    )


def probability_words(finding: Finding, threshold: float | None) -> str:
    """Probability with its threshold, e.g. `Murmur 0.81, threshold 0.45`."""
    if finding.label is None or not finding.probabilities:
        return ""
    probability = finding.probabilities[CLASSES.index(finding.label)]
    words = f"{class_title(finding.label)} {probability:.2f}"
    return words if threshold is None else f"{words}, threshold {threshold:.2f}"


def explanation_words(patches: Sequence[Patch], duration_s: float) -> str:
    """What the outlines mean, with the strongest one in figures. duration_s: of the recording, of
    which only the first minute is looked at."""
    long = duration_s > MAX_DURATION_S
    if not patches:
        part = "No single part of the first minute" if long else "No single part"
        return f"{part} carries this answer: hiding any of them changes it little."
    first = patches[0]
    return (
        f"Outlined{', in the first minute' if long else ''}: hiding it changes the answer most"
        f" ({first.start_s:.1f} to {first.end_s:.1f} s, {first.low_hz:.0f} to {first.high_hz:.0f}"
        f" Hz: probability {first.change:.2f} lower)."
    )
