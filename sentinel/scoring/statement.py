"""A mention as it counts towards its author."""

from sentinel.signals.base import Observation
from sentinel.signals.person import Statement
from sentinel.signals.traits import Traits


def statement_of(observation: Observation, traits: Traits, singular_usual: float) -> Statement:
    """What it says, how, and to how many; ``singular_usual`` is how many speak of themselves alone in its language."""
    o = observation
    return Statement(
        negative=o.sentiment.negative,
        positive=o.sentiment.positive,
        original=not o.copy or o.mention.rating is not None,  # who gives stars states an opinion, in whichever words
        unread=traits.unread,
        amplified=traits.amplified,
        severe=traits.grave.weight if traits.grave else 0.0,
        followers=traits.audience,
        singular=traits.singular,
        singular_usual=singular_usual,
    )
