"""Lately said: the newest posts of each brand, in memory and bounded, so that a page can say at once what they are
about.

Filled by whoever counts the journal, behind the fold: a page never waits for it, and goes without where nothing is
here.
"""

from collections import deque
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from sentinel.daemon.talk_reader import said_post
from sentinel.incidents.incident import Incident
from sentinel.store.group import Key
from sentinel.store.heard_mention import HeardMention
from sentinel.topics.brand_talk import BrandTalk, brand_talk
from sentinel.topics.said_post import SaidPost

POSTS, BRANDS = 200, 500
"""Posts of a brand, and brands, that are kept; of more, those that spoke last."""
ALL = 25_000
"""Posts of all brands together, two kilobytes or so each."""
ROOM = 0.1
"""Share of them that is let go of at once where there are more."""
WITHIN = timedelta(hours=3)
"""Older posts are no part of what happens now."""
AT_ONCE, WHILE = 5, timedelta(seconds=5)
"""So many brands' talk is worked out in such a time, a few hundredths of a second each; further pages go without."""


class LatelySaid:
    """Keeps them."""

    def __init__(self, own: Callable[[str], Collection[str]]) -> None:
        self._own = own
        self._posts: dict[str, deque[SaidPost]] = {}
        self._told: dict[str, tuple[datetime, BrandTalk]] = {}
        self._made: deque[datetime] = deque(maxlen=AT_ONCE)

    def add(self, heard: Sequence[HeardMention]) -> None:
        """These were heard, oldest first."""
        for each in heard:
            for to in each.hearing.brands:
                if (post := said_post(each, to)) is not None:
                    posts = self._posts.pop(to.brand, None) or deque(maxlen=POSTS)
                    posts.append(post)
                    self._posts[to.brand] = posts  # the last that spoke stands last
        while len(self._posts) > BRANDS:
            del self._posts[next(iter(self._posts))]
        if sum(map(len, self._posts.values())) > ALL:
            self._let_go(round(ALL * (1 - ROOM)))

    def _let_go(self, left: int) -> None:
        """Keep so many, the newest of each brand: the oldest of those of whom most is kept go first."""
        most = _most_each([len(posts) for posts in self._posts.values()], left)
        for posts in self._posts.values():
            while len(posts) > most:
                posts.popleft()

    def talk(self, incident: Incident, now: datetime) -> BrandTalk | None:
        """What an incident's brand is talked about with; ``None`` where that is not known, or not soon enough."""
        brand = incident.brand
        if incident.drill or brand not in self._posts:
            return None
        if (told := self._told.get(brand)) is not None and timedelta(0) <= now - told[0] < WHILE:
            return told[1]
        if len(self._made) == AT_ONCE and timedelta(0) <= now - self._made[0] < WHILE:
            return None
        self._made.append(now)
        talk = brand_talk([each for each in self._posts[brand] if now - each.at < WITHIN], own=self._own(brand))
        self._told = {name: each for name, each in self._told.items() if timedelta(0) <= now - each[0] < WHILE}
        self._told[brand] = (now, talk)
        return talk

    def forget(self, keys: Collection[Key]) -> None:
        """These were deleted where they stood."""
        gone = set(keys)
        for posts in self._posts.values():
            if any(each.mention.key in gone for each in posts):
                kept = [each for each in posts if each.mention.key not in gone]
                posts.clear()
                posts.extend(kept)
        self._told = {}

    def forget_all(self) -> None:
        """Other words stand in the journal than were heard."""
        self._posts, self._told = {}, {}


def _most_each(kept: Sequence[int], left: int) -> int:
    """How much each may keep for all to keep no more than ``left``; who has less keeps that.

    Examples
    --------
    >>> _most_each([200, 200, 10], 210), _most_each([5, 5], 100)
    (100, 5)
    """
    for place, count in enumerate(rising := sorted(kept)):
        if (each := left // (len(rising) - place)) < count:
            return each
        left -= count
    return max(kept, default=0)
