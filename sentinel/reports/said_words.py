"""The words of a period: how many mentions say each, and which hardly any did in the period before."""

from collections import Counter
from collections.abc import Collection, Sequence

import msgspec

from sentinel.reports.day import BrandDay
from sentinel.signals.terms import LEAST, NEEDED, RARE

TOPICS = 15
"""How many a report names."""
GROWN = 3.0
"""Times the share of mentions that a word had before, from which it may count as new."""
SAID_BY = 0.01
"""The share of mentions that must say it: what a few say of a giant is no topic."""


class Topic(msgspec.Struct, frozen=True, kw_only=True):
    """A word, and how many mentions say it; ``new`` when hardly any did in the period before."""

    term: str
    mentions: int
    before: int
    new: bool


def said_words(mine: Sequence[BrandDay], before: Sequence[BrandDay], own: Collection[str]) -> tuple[Topic, ...]:
    """The most said; those that are new go first."""
    now, then = _terms(mine), _terms(before)
    spoken, known = sum(each.mentions for each in mine), sum(each.mentions for each in before)

    def new(term: str) -> bool:
        """By the measure of the novelty signal: said by enough, and hardly ever before."""
        share = (then[term] + 0.5) / (known + 10.0)
        return (
            known >= NEEDED
            and now[term] >= LEAST
            and share <= RARE
            and now[term] / spoken >= max(SAID_BY, GROWN * share)
        )

    found = [
        Topic(term=term, mentions=said, before=then[term], new=new(term))
        for term, said in now.items()
        if said > 1 and term not in own
    ]
    return tuple(sorted(found, key=lambda each: (not each.new, -each.mentions, each.term))[:TOPICS])


def _terms(days: Sequence[BrandDay]) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in days:
        found.update(each.terms)
    return found
