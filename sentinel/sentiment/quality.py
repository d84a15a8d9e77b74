"""How good sentiment is on labelled texts: macro-F1, F1 of each class, AUC of the negative class, calibration error.

`sentinel train` and `sentinel evaluate` print it, the model card quotes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sentinel.sentiment.sentiment import Label, Sentiment

_BINS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Figures over ``texts`` labelled texts; a figure no text can tell (AUC with one class) is ``None``."""

    texts: int
    macro_f1: float
    negative_f1: float
    neutral_f1: float
    positive_f1: float
    negative_auc: float | None
    calibration_error: float


def measure(truths: Sequence[Label], verdicts: Sequence[Sentiment]) -> Quality:
    """Compare verdicts with truths, pairwise.

    ``calibration_error`` is the expected calibration error of the likeliest class over ten equal bins of its
    probability (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017).

    Examples
    --------
    >>> sure = Sentiment(1.0, 0.0, 0.0)
    >>> measure([Label.NEGATIVE, Label.POSITIVE], [sure, Sentiment(0.0, 0.0, 1.0)]).negative_auc
    1.0
    """
    told = [verdict.label for verdict in verdicts]
    negative, neutral, positive = (_f1(truths, told, label) for label in Label)
    return Quality(
        texts=len(truths),
        macro_f1=(negative + neutral + positive) / 3,
        negative_f1=negative,
        neutral_f1=neutral,
        positive_f1=positive,
        negative_auc=_auc(
            np.array([truth is Label.NEGATIVE for truth in truths], dtype=bool),
            np.array([verdict.negative for verdict in verdicts], dtype=np.float64),
        ),
        calibration_error=_calibration_error(
            np.array([max(v.negative, v.neutral, v.positive) for v in verdicts], dtype=np.float64),
            np.array([truth is label for truth, label in zip(truths, told, strict=True)], dtype=np.float64),
        ),
    )


def _f1(truths: Sequence[Label], told: Sequence[Label], label: Label) -> float:
    hits = sum(truth is label and verdict is label for truth, verdict in zip(truths, told, strict=True))
    named = sum(truth is label for truth in truths) + sum(verdict is label for verdict in told)
    return 2 * hits / named if named else 0.0


def _auc(wanted: NDArray[np.bool_], scores: NDArray[np.float64]) -> float | None:
    """The chance that a wanted text scores above an unwanted one, ties half: from ranks (Mann & Whitney 1947)."""
    yes, no = int(wanted.sum()), int((~wanted).sum())
    if not yes or not no:
        return None
    _, where, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[where]
    return float((ranks[wanted].sum() - yes * (yes + 1) / 2) / (yes * no))


def _calibration_error(confidence: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    if not len(confidence):
        return 0.0
    bins = np.minimum((confidence * _BINS).astype(np.int64), _BINS - 1)
    gaps = np.bincount(bins, weights=confidence - right, minlength=_BINS)
    return float(np.abs(gaps).sum() / len(confidence))
