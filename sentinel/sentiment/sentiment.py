"""Sentiment: three probabilities that sum to one; what the model says of a text and the core carries with a mention."""

from enum import StrEnum

import msgspec


class Label(StrEnum):
    """The three classes."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Sentiment(msgspec.Struct, frozen=True, gc=False):
    """Probabilities of the three classes; they sum to one."""

    negative: float
    neutral: float
    positive: float

    @property
    def label(self) -> Label:
        """The likeliest class; on a tie the first of negative, neutral, positive."""
        if self.negative >= self.neutral and self.negative >= self.positive:
            return Label.NEGATIVE
        return Label.NEUTRAL if self.neutral >= self.positive else Label.POSITIVE
