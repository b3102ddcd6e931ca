"""Confusion matrices, sensitivity and specificity, with intervals by bootstrap over groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from heartgui.domain import CLASSES, HeartSoundClass

N_CLASSES = len(CLASSES)
N_RESAMPLES = 2000


@dataclass(frozen=True)
class Interval:
    """A figure and its 95 % interval. nan where the class does not occur."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        if np.isnan(self.value):
            return "cannot be told"
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"

    def as_json(self) -> dict[str, float]:
        return {
            "value": round(self.value, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
        }


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Figures of one model. confusion: shape (5, 5), rows true, columns answered; mean over
    repeats. n_files, n_groups: how many were tested. n_repeats: how often."""

    confusion: np.ndarray
    accuracy: Interval
    balanced_accuracy: Interval
    macro_f1: Interval
    sensitivity: tuple[Interval, ...]
    specificity: tuple[Interval, ...]
    n_files: int
    n_groups: int
    n_repeats: int


def murmur_score(probabilities: np.ndarray) -> np.ndarray:
    """Murmur against normal, 0 to 1; shape (..., 5) to (...,)."""
    murmur = probabilities[..., CLASSES.index(HeartSoundClass.MURMUR)]
    normal = probabilities[..., CLASSES.index(HeartSoundClass.NORMAL)]
    return np.asarray(murmur / (murmur + normal + 1e-9))


def confusion_matrix(truth: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """Counts, shape (5, 5): rows are the true class, columns the answered one."""
    counts = np.zeros((N_CLASSES, N_CLASSES))
    np.add.at(counts, (truth, answers), 1)
    return counts


def sensitivities(confusion: np.ndarray) -> np.ndarray:
    """TP / (TP + FN) for each class; shape (..., 5, 5) to (..., 5); nan for an absent class."""
    true = confusion.sum(axis=-1)
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    return np.divide(hits, true, out=np.full(true.shape, np.nan), where=true > 0)


def specificities(confusion: np.ndarray) -> np.ndarray:
    """TN / (TN + FP) for each class; shape (..., 5, 5) to (..., 5)."""
    total = confusion.sum(axis=(-2, -1))[..., None]
    true = confusion.sum(axis=-1)
    answered = confusion.sum(axis=-2)
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    others = total - true
    right = others - (answered - hits)
    return np.divide(right, others, out=np.full(true.shape, np.nan), where=others > 0)


def accuracies(confusion: np.ndarray) -> np.ndarray:
    return np.asarray(
        np.trace(confusion, axis1=-2, axis2=-1) / np.maximum(confusion.sum(axis=(-2, -1)), 1e-9)
    )


def balanced_accuracies(confusion: np.ndarray) -> np.ndarray:
    """Mean sensitivity over the classes that occur."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return np.asarray(np.nanmean(sensitivities(confusion), axis=-1))


def macro_f1s(confusion: np.ndarray) -> np.ndarray:
    """Mean F1 over the classes that occur, 2 TP / (2 TP + FN + FP); shape (..., 5, 5) to (...)."""
    true, answered = confusion.sum(axis=-1), confusion.sum(axis=-2)
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    f1 = np.divide(2 * hits, true + answered, out=np.zeros(true.shape), where=true > 0)
    return np.asarray(f1.sum(axis=-1) / np.maximum((true > 0).sum(axis=-1), 1))


def evaluate(
    truth: np.ndarray, probabilities: np.ndarray, groups: np.ndarray, *, seed: int = 0
) -> Evaluation:
    """Figures with 95 % intervals by bootstrap over groups (2,000 resamples); of a sensitivity or
    specificity of 0 or 1 exact, see `exact_where_all_alike`.

    truth: class indices, shape (n_files,). probabilities: shape (n_repeats, n_files, 5), each
    file's out-of-fold answer in each repeat. groups: shape (n_files,).
    """
    answers = probabilities.argmax(axis=-1)
    names, member = np.unique(groups, return_inverse=True)
    by_group = np.zeros((len(names), N_CLASSES, N_CLASSES))
    for repeat in answers:
        np.add.at(by_group, (member, truth, repeat), 1.0 / len(answers))
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), N_RESAMPLES)
    resampled = np.einsum("bg,gij->bij", weights, by_group)
    confusion = by_group.sum(axis=0)

    def interval(figure: np.ndarray, samples: np.ndarray) -> Interval:
        samples = samples[np.isfinite(samples)]
        low, high = np.percentile(samples, [2.5, 97.5]) if len(samples) else (np.nan, np.nan)
        return Interval(float(figure), float(low), float(high))

    sensitivity, specificity = sensitivities(resampled), specificities(resampled)
    # Groups that hold the class, and that hold another one.
    n_with = (by_group.sum(axis=2) > 0).sum(axis=0)
    n_without = (by_group.sum(axis=2).sum(axis=1, keepdims=True) > by_group.sum(axis=2)).sum(axis=0)
    return Evaluation(
        confusion=confusion,
        accuracy=interval(accuracies(confusion), accuracies(resampled)),
        balanced_accuracy=interval(balanced_accuracies(confusion), balanced_accuracies(resampled)),
        macro_f1=interval(macro_f1s(confusion), macro_f1s(resampled)),
        sensitivity=tuple(
            exact_where_all_alike(
                interval(sensitivities(confusion)[c], sensitivity[:, c]), int(n_with[c])
            )
            for c in range(N_CLASSES)
        ),
        specificity=tuple(
            exact_where_all_alike(
                interval(specificities(confusion)[c], specificity[:, c]), int(n_without[c])
            )
            for c in range(N_CLASSES)
        ),
        n_files=len(truth),
        n_groups=len(names),
        n_repeats=len(answers),
    )


def exact_where_all_alike(found: Interval, n: int) -> Interval:
    """The interval of a rate that is 0 or 1: resampling finds no other, however few were tested.
    Exact by Clopper and Pearson (1934), n: independent cases, such as groups of patients."""
    if n == 0 or found.value not in (0.0, 1.0):
        return found
    away = 0.025 ** (1.0 / n)
    return Interval(1.0, away, 1.0) if found.value == 1.0 else Interval(0.0, 0.0, 1.0 - away)


def youden_thresholds(truth: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    """For each class the threshold with the largest sensitivity + specificity - 1.

    probabilities: shape (n_repeats, n_files, 5), out of fold; repeats are pooled.
    """
    thresholds = {}
    pooled = probabilities.reshape(-1, N_CLASSES)
    labels = np.tile(truth, len(probabilities))
    for index, name in enumerate(CLASSES):
        scores, is_class = pooled[:, index], labels == index
        if not is_class.any() or is_class.all():
            thresholds[str(name)] = 0.5
            continue
        candidates = np.unique(np.round(scores, 3))
        above = scores[None, :] >= candidates[:, None]
        sensitivity = above[:, is_class].mean(axis=1)
        specificity = 1.0 - above[:, ~is_class].mean(axis=1)
        best = candidates[np.argmax(sensitivity + specificity)]
        thresholds[str(name)] = round(float(best), 3)
    return thresholds
