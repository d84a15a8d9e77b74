"""Selection of a day: the few mentions that the team should see, each for one reason, by simple rules that anybody can
check.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from sentinel.mention import Kind
from sentinel.playbooks.escape import plain
from sentinel.requests.priority import Priority
from sentinel.requests.request_kind import RequestKind
from sentinel.sentiment.sentiment import Label

MOST: Final = 5
"""Mentions of a part."""
TEXT: Final = 280
"""Graphemes that are shown of a text."""
REACH: Final = 10_000
"""People who may have seen it, from which a complaint is to be known whatever it says."""
_WAITS: Final = (Priority.URGENT, Priority.HIGH, Priority.NORMAL)


class SelectionPart(StrEnum):
    """Why a mention is selected; a mention is in the first part that it fits."""

    ANSWER = "answer"
    """It waits for an answer."""
    KNOW = "know"
    """It is negative, and grave or seen by many."""
    PRAISE = "praise"
    IDEA = "idea"
    PRESS = "press"


class SelectedMention(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One mention of the selection.

    ``number`` names it, ``author`` is a handle with @, or a name, or nothing; ``reach`` is its author's followers, or
    the reactions to it where those are more.
    """

    part: SelectionPart
    number: int
    at: datetime
    source: str
    author: str
    reach: int
    text: str
    url: str | None = None
    priority: Priority = Priority.NONE
    grave: str | None = None


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A mention that counted for the brand on that day; ``waits`` while nobody has taken it."""

    number: int
    at: datetime
    source: str
    kind: Kind
    author: str
    followers: int
    reactions: int
    text: str
    url: str | None
    label: Label
    grave: str | None
    asks: RequestKind
    priority: Priority
    waits: bool

    @property
    def reach(self) -> int:
        """People who may have seen it."""
        return max(self.followers, self.reactions)


def select(candidates: Iterable[Candidate]) -> tuple[SelectedMention, ...]:
    """At most `MOST` of each part, and of each author one in a part.

    Who waits comes by priority and then the oldest; what is to be known by gravity and reach; the rest by reach.
    """
    left, found = list(candidates), []
    for part in SelectionPart:
        chosen = _of_authors(sorted((each for each in left if _FITS[part](each)), key=_ORDER[part]))
        found += [_selected(part, each) for each in chosen]
        numbers = {each.number for each in chosen}
        left = [each for each in left if each.number not in numbers]
    return tuple(found)


def _of_authors(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The first of each author; of nobody known, each."""
    seen: set[tuple[str, str]] = set()
    chosen: list[Candidate] = []
    for each in ranked:
        who = (each.source, each.author)
        if len(chosen) < MOST and (not each.author or who not in seen):
            seen.add(who)
            chosen.append(each)
    return chosen


def _selected(part: SelectionPart, each: Candidate) -> SelectedMention:
    return SelectedMention(
        part=part,
        number=each.number,
        at=each.at,
        source=each.source,
        author=each.author,
        reach=each.reach,
        text=plain(each.text, TEXT),
        url=each.url,
        priority=each.priority if part is SelectionPart.ANSWER else Priority.NONE,
        grave=each.grave if part is SelectionPart.KNOW else None,
    )


_FITS: Final[dict[SelectionPart, Callable[[Candidate], bool]]] = {
    SelectionPart.ANSWER: lambda each: each.waits and each.priority in _WAITS,
    SelectionPart.KNOW: lambda each: each.label is Label.NEGATIVE and (each.grave is not None or each.reach >= REACH),
    SelectionPart.PRAISE: lambda each: each.asks is RequestKind.PRAISE and each.label is Label.POSITIVE,
    SelectionPart.IDEA: lambda each: each.asks is RequestKind.IDEA,
    SelectionPart.PRESS: lambda each: each.kind is Kind.ARTICLE or each.asks is RequestKind.NEWS,
}
_ORDER: Final[dict[SelectionPart, Callable[[Candidate], tuple[int, int, int]]]] = {
    SelectionPart.ANSWER: lambda each: (_WAITS.index(each.priority), 0, each.number),
    SelectionPart.KNOW: lambda each: (each.grave is None, -each.reach, -each.number),
    SelectionPart.PRAISE: lambda each: (0, -each.reach, -each.number),
    SelectionPart.IDEA: lambda each: (0, -each.reach, -each.number),
    SelectionPart.PRESS: lambda each: (0, -each.reach, -each.number),
}
