"""A brand's day in figures: what is left of its mentions once the journal has let go of them.

`count` makes days of what was heard, `plus` adds what comes later, and both keep to bounded room.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from sentinel.mention import Mention
from sentinel.playbooks.escape import plain
from sentinel.sentiment.sentiment import Label
from sentinel.signals.traits import traits_of

TERMS, TERMS_LEFT = 600, 400
"""Different words, and sources, that a day may have, and how many of the most said are left when it has more."""
AUTHORS, AUTHORS_LEFT = 60, 40
"""The same of authors; those whom most people follow are left."""
HANDLE = 80
HOURS = 24


class AuthorDay(msgspec.Struct, frozen=True, kw_only=True):
    """A public account's day: the most followers it was seen with, and what it said."""

    source: str
    handle: str
    followers: int
    mentions: int
    negative: int

    def plus(self, other: "AuthorDay") -> "AuthorDay":
        """Both together."""
        return AuthorDay(
            source=self.source,
            handle=self.handle,
            followers=max(self.followers, other.followers),
            mentions=self.mentions + other.mentions,
            negative=self.negative + other.negative,
        )


class BrandDay(msgspec.Struct, frozen=True, kw_only=True):
    """One local day of one brand.

    ``hours`` counts mentions by the hour on the wall: an hour that the clocks repeat is one, an hour that they skip
    stays empty. ``terms`` counts the mentions that say a word, ``sources`` those of a source. Only accounts with a
    public handle are ``authors``.
    """

    brand: str
    day: date
    negative: int = 0
    neutral: int = 0
    positive: int = 0
    hours: tuple[int, ...] = (0,) * HOURS
    sources: dict[str, int] = {}
    terms: dict[str, int] = {}
    authors: tuple[AuthorDay, ...] = ()

    @property
    def mentions(self) -> int:
        """Of all moods."""
        return self.negative + self.neutral + self.positive

    def plus(self, other: "BrandDay") -> "BrandDay":
        """Both together; what is said least and who is followed least go when there are too many."""
        authors = {(each.source, each.handle): each for each in self.authors}
        for each in other.authors:
            known = authors.get((each.source, each.handle))
            authors[each.source, each.handle] = each if known is None else known.plus(each)
        return BrandDay(
            brand=self.brand,
            day=self.day,
            negative=self.negative + other.negative,
            neutral=self.neutral + other.neutral,
            positive=self.positive + other.positive,
            hours=tuple(mine + theirs for mine, theirs in zip(self.hours, other.hours, strict=True)),
            sources=_most_said(_sum(self.sources, other.sources)),
            terms=_most_said(_sum(self.terms, other.terms)),
            authors=_most_followed(tuple(authors.values())),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A mention, when it counts, the brands it is about, and what the model made of it."""

    mention: Mention
    at: datetime
    brands: tuple[str, ...]
    lang: str
    label: Label


def count(heard: Iterable[Heard], zone: ZoneInfo) -> list[BrandDay]:
    """What was heard, by brand and local day, the oldest first."""
    days: dict[tuple[date, str], _OpenDay] = {}
    for each in heard:
        local = each.at.astimezone(zone)
        terms = traits_of(each.mention, each.lang).terms
        author = _author_of(each)
        for brand in each.brands:
            key = local.date(), brand
            if key not in days:
                days[key] = _OpenDay()
            days[key].add(each, local.hour, terms, author)
    return [days[key].closed(*key) for key in sorted(days)]


class _OpenDay:
    """A day that is being counted: as `BrandDay.plus` of one mention after the other, without a new day for each."""

    def __init__(self) -> None:
        self._labels = dict.fromkeys(Label, 0)
        self._hours = [0] * HOURS
        self._sources: dict[str, int] = {}
        self._terms: dict[str, int] = {}
        self._authors: dict[tuple[str, str], AuthorDay] = {}

    def add(self, heard: Heard, hour: int, terms: Sequence[str], author: AuthorDay | None) -> None:
        self._labels[heard.label] += 1
        self._hours[hour] += 1
        source = _source(heard.mention.source)
        self._sources[source] = self._sources.get(source, 0) + 1
        for term in terms:
            self._terms[term] = self._terms.get(term, 0) + 1
        if len(self._sources) > TERMS or len(self._terms) > TERMS:
            self._sources, self._terms = _most_said(self._sources), _most_said(self._terms)
        if author is not None:
            known = self._authors.get(key := (author.source, author.handle))
            self._authors[key] = author if known is None else known.plus(author)
            if len(self._authors) > AUTHORS:
                followed = _most_followed(tuple(self._authors.values()))
                self._authors = {(each.source, each.handle): each for each in followed}

    def closed(self, day: date, brand: str) -> BrandDay:
        return BrandDay(
            brand=brand,
            day=day,
            negative=self._labels[Label.NEGATIVE],
            neutral=self._labels[Label.NEUTRAL],
            positive=self._labels[Label.POSITIVE],
            hours=tuple(self._hours),
            sources=self._sources,
            terms=self._terms,
            authors=tuple(self._authors.values()),
        )


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    return plain(name, HANDLE)


def _author_of(heard: Heard) -> AuthorDay | None:
    """The account that said it, as a day with a single mention; ``None`` where it has no public handle."""
    author = heard.mention.author
    handle = plain(author.handle.removeprefix("@"), HANDLE) if author and author.handle else ""
    if author is None or not handle:
        return None
    source = _source(heard.mention.source)
    negative = int(heard.label is Label.NEGATIVE)
    return AuthorDay(source=source, handle=handle, followers=author.followers or 0, mentions=1, negative=negative)


def _sum(mine: dict[str, int], theirs: dict[str, int]) -> dict[str, int]:
    return mine | {name: mine.get(name, 0) + number for name, number in theirs.items()}


def _most_said(counts: dict[str, int]) -> dict[str, int]:
    if len(counts) <= TERMS:
        return counts
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:TERMS_LEFT])


def _most_followed(authors: tuple[AuthorDay, ...]) -> tuple[AuthorDay, ...]:
    if len(authors) <= AUTHORS:
        return authors
    return tuple(
        sorted(authors, key=lambda each: (-each.followers, -each.mentions, each.source, each.handle))[:AUTHORS_LEFT]
    )
