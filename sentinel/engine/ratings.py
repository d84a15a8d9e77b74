"""Ratings: what stars say of the words that came with it."""

from typing import Final

from sentinel.sentiment.sentiment import Label, Sentiment


def label_of(rating: float) -> Label:
    """Two stars or fewer are a complaint, four or more are praise."""
    return Label.NEGATIVE if rating <= 2 else Label.POSITIVE if rating >= 4 else Label.NEUTRAL


SAID: Final = {
    Label.NEGATIVE: Sentiment(0.9, 0.08, 0.02),
    Label.NEUTRAL: Sentiment(0.25, 0.5, 0.25),
    Label.POSITIVE: Sentiment(0.02, 0.08, 0.9),
}
"""Stars speak louder than words."""
