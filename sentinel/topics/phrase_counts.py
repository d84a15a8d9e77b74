"""Phrase counts: how many people say what, over phrases of up to four telling words.

Longer phrases are built from words that enough people say alone, so the work grows with what is said often and not with
what is said (Agrawal and Srikant, "Fast algorithms for mining association rules", 1994). Phrases of the same roots, in
whatever order and ending, are one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import log

from sentinel.topics.voices import COMMON, OWN, TURN, VoicedPost, tells

FEW, SHARE = 3, 0.005
"""People who must say a phrase: so many, and such a share of all who speak."""
LONGEST, FILLED = 4, 2
"""Telling words of a phrase, and common ones that may stand between two: *apagón en toda España*."""
KNOWN = 0.3
"""What a word tells that everybody says."""
PhraseKey = frozenset[str]
"""The roots of a phrase's telling words, and the turn that it begins with."""


@dataclass(frozen=True, slots=True)
class SaidAt:
    """Where a phrase stands: which of the posts, which of its stretches, from which word to which."""

    place: int
    stretch: int
    start: int
    end: int


@dataclass(slots=True)
class CountedPhrase:
    """Who says a phrase, each with where they did first; ``tells`` is how much it tells, whoever says it."""

    key: PhraseKey
    tells: float = 0.0
    said: dict[int, SaidAt] = field(default_factory=dict)

    @property
    def words(self) -> int:
        """Telling ones."""
        return sum(map(tells, self.key))


def count_phrases(posts: Sequence[VoicedPost]) -> list[CountedPhrase]:
    """Every phrase that enough people say.

    What a phrase tells is the sum of 0.3 - ln of the share of people who say each of its words: *flight* tells an
    airline little.
    """
    people = len({each.person for each in posts if not each.copy})
    saying: dict[str, set[int]] = {}
    for post in posts:
        if not post.copy:
            for marks in post.marks:
                for mark in marks:
                    if mark > TURN:
                        saying.setdefault(mark, set()).add(post.person)
    least = enough(people)
    weights = {mark: KNOWN - log(len(those) / (people + 1)) for mark, those in saying.items() if len(those) >= least}
    found: dict[PhraseKey, CountedPhrase] = {}
    for place, post in enumerate(posts):
        if post.copy:
            continue
        for key, at in _phrases(place, post, weights):
            if (phrase := found.get(key)) is None:
                phrase = found[key] = CountedPhrase(key, sum(weights[mark] for mark in key))
            phrase.said.setdefault(post.person, at)
    return [each for each in found.values() if len(each.said) >= least]


def enough(people: int) -> int:
    """How many of so many must say a phrase.

    Examples
    --------
    >>> enough(4), enough(100), enough(3000)
    (2, 3, 15)
    """
    return max(FEW if people > 2 * FEW else 2, round(SHARE * people))


def _phrases(place: int, post: VoicedPost, known: dict[str, float]) -> Iterator[tuple[PhraseKey, SaidAt]]:
    for number, marks in enumerate(post.marks):
        for start, mark in enumerate(marks):
            if mark in known:
                for key, end in _from(start, marks, known):
                    yield key, SaidAt(place, number, start, end)


def _from(start: int, marks: Sequence[str], known: dict[str, float]) -> Iterator[tuple[PhraseKey, int]]:
    words: list[str] = []
    telling = filled = 0
    for place in range(start, len(marks)):
        mark = marks[place]
        if mark == COMMON or (mark[0] == TURN and place > start):
            filled += 1
            if filled > FILLED:
                return
            continue
        if mark == OWN or mark not in known or mark in words:
            return
        filled = 0
        words.append(mark)
        if mark[0] != TURN:
            telling += 1
            yield frozenset(words), place + 1
            if telling == LONGEST:
                return
