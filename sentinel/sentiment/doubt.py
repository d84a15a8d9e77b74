"""Which posts to ask a person about: those that the model doubts most, each of another wording.

A label teaches most where the model cannot tell complaint from the rest (uncertainty sampling, Lewis & Gale 1994).
Posts of one wording would teach the same, so a post that shares most of its features with one that was chosen is left
out. `sentinel model teach` asks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from sentinel.sentiment.features import Features, features_of
from sentinel.sentiment.hashed_slots import WIDTH
from sentinel.sentiment.language import detect_language
from sentinel.sentiment.model import SentimentModel
from sentinel.sentiment.sentiment import Label, Sentiment

_ALIKE: Final = 0.5
"""Share of their hashed features that two posts have in common, of all of both, from which on one of them is enough."""
_CANDIDATES: Final = 10
"""Doubted posts that are looked at for each that is chosen: the more, the more varied, and the less doubted, the
last ones are.
"""


@dataclass(frozen=True, slots=True)
class Post:
    """A post that may be asked about; ``lang`` is its source's tag."""

    text: str
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A post, what the model makes of it, and how much it doubts that: 1 when complaint or not is even, 0 when it
    is sure.
    """

    post: Post
    said: Sentiment
    doubt: float

    @property
    def label(self) -> Label:
        """What the model would say."""
        return self.said.label


def most_doubted(posts: Iterable[Post], model: SentimentModel, most: int) -> list[Doubt]:
    """The posts to ask about, the most doubted first; at most ``most``, no two of one wording, and the same each time.

    Examples
    --------
    >>> from sentinel.sentiment.seed import load_seed
    >>> posts = [Post("acme, qué vergüenza de servicio"), Post("acme cambia de sede"), Post("Acme cambia de sede!")]
    >>> sorted(doubted.post.text for doubted in most_doubted(posts, load_seed(), 3))
    ['acme cambia de sede', 'acme, qué vergüenza de servicio']
    """
    doubted: dict[str, tuple[Doubt, Features]] = {}
    for post in posts:
        if post.text and post.text not in doubted:
            features = features_of(post.text, detect_language(post.text, post.lang))
            said = Sentiment(*model.chances(features))
            doubted[post.text] = Doubt(post, said, 1.0 - abs(2.0 * said.negative - 1.0)), features
    ranked = sorted(doubted.values(), key=lambda each: -each[0].doubt)[: most * _CANDIDATES]
    chosen: list[Doubt] = []
    met: list[frozenset[int]] = []
    for doubt, features in ranked:
        words = frozenset(np.unique(features.slots[features.slots < WIDTH]).tolist())
        if all(len(words & other) < _ALIKE * len(words | other) for other in met):
            chosen.append(doubt)
            met.append(words)
            if len(chosen) == most:
                break
    return chosen
