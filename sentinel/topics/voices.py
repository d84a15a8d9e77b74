"""Voices: the posts that count for topics, each person's and each wording once, with the marks of their words."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sentinel.topics.common_words import TURNS, common_words
from sentinel.topics.said_post import SaidPost
from sentinel.topics.wording import Stretch, stretches_of

ALIKE, OWN_WORDS = 8, 4
"""Telling words with which two posts begin alike when one is the other's copy; with fewer than so many, people say the
same by themselves.
"""
SHORTEST = 3
"""Letters of a telling word."""
COMMON, OWN, TURN = "", "\0", "-"
"""Marks of a word that tells nothing, of one that the brand is found by, and what that of a turn begins with."""


@dataclass(frozen=True, slots=True)
class VoicedPost:
    """A post with its words.

    ``person`` is a running number; ``marks`` are the words' roots, or `COMMON`, `OWN`, or `TURN` and the word; a
    ``copy`` repeats another post and counts for nothing; ``own`` are words that the brand is found by.
    """

    post: SaidPost
    person: int
    stretches: tuple[Stretch, ...]
    marks: tuple[tuple[str, ...], ...]
    copy: bool
    own: frozenset[str]

    def roots_of(self, text: str) -> frozenset[str]:
        """The marks of a piece of it."""
        common = common_words(self.post.lang)
        return frozenset(mark for each in stretches_of(text) for mark in _marks(each, common, self.own) if mark > OWN)


def voiced(posts: Sequence[SaidPost], own: Collection[str]) -> list[VoicedPost]:
    """Every post with telling words in it, in the order given; what begins in the same ones is a copy of the first.

    A post that is known as a copy counts only where nothing that it repeats is among these.

    Parameters
    ----------
    own
        Folded words that the brand is found by.
    """
    known, people, seen = frozenset(own), dict[str, int](), set[tuple[str, ...]]()
    found: list[VoicedPost | None] = [None] * len(posts)
    for place in sorted(range(len(posts)), key=lambda each: (posts[each].copy, each)):
        post = posts[place]
        stretches = tuple(stretches_of(_said(post)))
        common = common_words(post.lang)
        marks = tuple(_marks(stretch, common, known) for stretch in stretches)
        start = _start(marks)
        if not start:
            continue
        copy = start in seen and (post.copy or len(start) >= OWN_WORDS)
        person = people.setdefault(post.person, len(people))
        found[place] = VoicedPost(post, person, stretches, marks, copy, known)
        seen.add(start)
    return [each for each in found if each is not None]


def tells(mark: str) -> bool:
    """Whether it is the mark of a telling word."""
    return mark > TURN and mark[0] != TURN


def _said(post: SaidPost) -> str:
    title = post.mention.title
    return f"{title}. {post.mention.text}" if title else post.mention.text


def _marks(stretch: Stretch, common: frozenset[str], own: frozenset[str]) -> tuple[str, ...]:
    return tuple(
        OWN
        if (folded := word.folded) in own
        else TURN + folded
        if folded in TURNS
        else COMMON
        if folded in common or len(folded) < SHORTEST
        else word.root
        for word in stretch
    )


def _start(marks: Sequence[Sequence[str]]) -> tuple[str, ...]:
    words: list[str] = []
    for stretch in marks:
        for mark in stretch:
            if tells(mark):
                words.append(mark)
                if len(words) == ALIKE:
                    return tuple(words)
    return tuple(words)
