"""From probabilities and signal quality to what is said: finding, inconclusive, record again.

The table, first row that applies:

| what                                                     | decision     |
|----------------------------------------------------------|--------------|
| under 3 s, clipping, silence, hum, noise, voices         | record again |
| the class called is artifact or extra heart sound        | record again |
| the models name different classes                        | inconclusive |
| the lead over the second class is below the card's margin| inconclusive |
| normal is called, and murmur has more than the card's    | inconclusive |
| limit, or without a limit reaches its threshold          |              |
| the class's probability is below its threshold           | inconclusive |
| of those called so, fewer than half were right (the card)| inconclusive |
| otherwise                                                | finding      |

"Analyse anyway" skips the first two rows and keeps their reasons; silence stays silence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from heartgui.domain import (
    CLASSES,
    Decision,
    Finding,
    HeartCycle,
    HeartSoundClass,
    Prediction,
    Quality,
    Reason,
    WindowPrediction,
    called_class,
)
from heartgui.inference.calibration import margin, murmur_share
from heartgui.inference.card import ModelCard
from heartgui.inference.classifier import mean_probabilities, mean_scores, mean_windows
from heartgui.inference.wording import class_title, model_title

NO_ANSWER_CODES = frozenset({"silence"})
"""With these no model is asked at all, not even by request: of silence it would name a class all
the same."""
ANSWERED_FROM_S = 1.0
"""Of less no model is asked either: it need not hold one whole beat. A recording under 3 s is to be
recorded again, but its answer is worth knowing: of 120 CirCor recordings cut to 2 s a murmur is
told from none with an AUC of 0.90, cut to 3 s of 0.91 (HeartNet was taught on them, so only the
difference counts)."""
_AGAIN = {
    HeartSoundClass.ARTIFACT: (
        "This sounds like handling noise, not like a heart",
        "Press the chest piece flat on bare skin, keep hand and cable still, and record again.",
    ),
    HeartSoundClass.EXTRAHLS: (
        "This sounds like extra sounds beside the heartbeat",
        "Move the chest piece a little, keep it still, and record again; if it stays, listen"
        " for a third or fourth heart sound.",
    ),
}

OFTEN_RIGHT = 0.5
"""Share of those called a class in the card's evaluation; of less the class is no finding, however
likely it is said to be."""
_COMPARE = "Record again at the same site and compare, or ask for a second opinion."
_EARLY_BEATS = "Listen for beats that come early with a pause after them; an ECG tells for certain."


def decide(
    quality: Quality,
    predictions: Sequence[Prediction],
    cards: Sequence[ModelCard],
    *,
    duration_s: float,
    sample_rate_hz: int,
    heart_rate_bpm: float | None = None,
    cycle: HeartCycle | None = None,
    anyway: bool = False,
) -> Finding:
    """The whole answer for one recording, by the table above.

    cards: one for each model chosen. predictions: one for each of them, in the same order; empty
    where no model was asked.
    """
    probabilities = mean_probabilities(predictions)
    label = called_class(mean_scores(predictions)) if predictions else None
    # What a model hears in a poor signal is no reason beside it.
    again = list(quality.reasons) or _class_reasons(label, probabilities)
    unsure = _doubts(label, probabilities, predictions, cards)
    if again and not (anyway and label is not None):
        decision, reasons = Decision.RECORD_AGAIN, again
    elif unsure:
        decision, reasons = Decision.INCONCLUSIVE, [*unsure, *again]
    elif label is None:
        decision, reasons = Decision.INCONCLUSIVE, []
    else:
        decision, reasons = Decision.FINDING, again
    return Finding(
        decision=decision,
        label=label,
        probabilities=probabilities,
        predictions=tuple(predictions),
        quality=quality,
        reasons=tuple(reasons),
        heart_rate_bpm=heart_rate_bpm,
        cycle=cycle,
        duration_s=duration_s,
        sample_rate_hz=sample_rate_hz,
        analysed_anyway=anyway,
        models=tuple((card.name, card.version) for card in cards),
    )


def _class_reasons(label: HeartSoundClass | None, probabilities: Sequence[float]) -> list[Reason]:
    if label is None or label not in _AGAIN:
        return []
    message, remedy = _AGAIN[label]
    probability = probabilities[CLASSES.index(label)]
    return [Reason(str(label), f"{message} (probability {probability:.2f}).", remedy, probability)]


def _doubts(
    label: HeartSoundClass | None,
    probabilities: Sequence[float],
    predictions: Sequence[Prediction],
    cards: Sequence[ModelCard],
) -> list[Reason]:
    if label is None:
        return []
    doubts = []
    if len({prediction.label for prediction in predictions}) > 1:
        said = ", ".join(
            f"{model_title(p.model)}: {class_title(p.label).lower()}" for p in predictions
        )
        doubts.append(Reason("models-disagree", f"The models disagree ({said}).", _COMPARE))
    scores = np.array(mean_scores(predictions))
    lead, smallest = float(margin(scores)), _mean([card.small_margin for card in cards])
    by_threshold = any(p.weights for p in predictions)
    weighed = ", each weighed by its threshold" if by_threshold else ""
    if lead < smallest:
        doubts.append(
            Reason(
                "small-margin",
                f"{_two_likeliest(scores)} are too close to call ({lead:.2f} apart{weighed}).",
                _COMPARE,
                lead,
            )
        )
    if label is HeartSoundClass.NORMAL:
        doubts += _murmur_not_excluded(probabilities, float(murmur_share(scores)), cards)
    threshold = threshold_of(label, cards)
    probability = probabilities[CLASSES.index(label)]
    if probability < threshold:
        doubts.append(
            Reason(
                "below-threshold",
                f"{class_title(label)} is likeliest, but {probability:.2f} is below its threshold"
                f" of {threshold:.2f}.",
                _COMPARE,
                probability,
            )
        )
    doubts += _seldom_right(label, probability, cards, by_threshold=by_threshold)
    return doubts


def _seldom_right(
    label: HeartSoundClass, probability: float, cards: Sequence[ModelCard], *, by_threshold: bool
) -> list[Reason]:
    """A class that was seldom right where it was called is a hint to listen for, no finding."""
    counts = [card.called[label] for card in cards if label in card.called]
    n, right = sum(count.n for count in counts), sum(count.right for count in counts)
    if not n or right >= OFTEN_RIGHT * n:
        return []
    # Weighed by thresholds, another class may have the largest probability.
    first = "furthest above its threshold" if by_threshold else "likeliest"
    return [
        Reason(
            "seldom-right",
            f"{class_title(label)} is {first}, but in the evaluation only {right:.0f} of {n:.0f}"
            " such answers were right.",
            _EARLY_BEATS if label is HeartSoundClass.EXTRASTOLE else _COMPARE,
            probability,
        )
    ]


def _murmur_not_excluded(
    probabilities: Sequence[float], share: float, cards: Sequence[ModelCard]
) -> list[Reason]:
    """Missing a murmur is worse than asking once more. share: of murmur among murmur and normal,
    weighed by their thresholds."""
    normal = class_title(HeartSoundClass.NORMAL)
    limits = [c.largest_murmur_share for c in cards if c.largest_murmur_share is not None]
    if not limits:
        murmur = probabilities[CLASSES.index(HeartSoundClass.MURMUR)]
        threshold = threshold_of(HeartSoundClass.MURMUR, cards)
        value, above = murmur, murmur >= threshold
        why = f"its probability of {murmur:.2f} reaches its threshold of {threshold:.2f}"
    else:
        value, above = share, share > _mean(limits)
        # Never rounded to what it is above.
        why = (
            f"weighed by their thresholds, it has {math.ceil(100 * share)} % of the two; a finding"
            f" allows {100 * _mean(limits):.0f} %"
        )
    if not above:
        return []
    message = f"{normal} is likeliest, but a murmur is not excluded: {why}."
    return [Reason("murmur-not-excluded", message, _COMPARE, value)]


def _two_likeliest(scores: np.ndarray) -> str:
    first, second = np.argsort(-scores, kind="stable")[:2]
    return f"{class_title(CLASSES[first])} and {class_title(CLASSES[second]).lower()}"


def nothing_to_answer(quality: Quality) -> bool:
    """Whether there is nothing in the recording that a model could be asked about."""
    return any(reason.code in NO_ANSWER_CODES for reason in quality.reasons)


def shown_windows(finding: Finding) -> tuple[WindowPrediction, ...]:
    """The windows' answers as they may be shown: none where the signal is too poor to believe
    them, unless the person asked for them anyway."""
    if finding.quality.reasons and not finding.analysed_anyway:
        return ()
    return mean_windows(finding.predictions)


def threshold_of(label: HeartSoundClass, cards: Sequence[ModelCard]) -> float:
    """Mean threshold of the models asked, 0 to 1."""
    return _mean([card.thresholds[label] for card in cards])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
