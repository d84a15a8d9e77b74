"""A person: what one author said lately, taken together, so that forty-five posts of one customer are one angry
customer.
"""

import msgspec

from sentinel.signals.window import COLUMNS, MILLE

NEGATIVE = 0.5
"""P(negative) from which a post counts as a complaint; P(positive) from which it counts as praise."""
FULL = 12
"""Posts that are remembered of one person; beyond, older ones fade, so that who changes their mind is heard."""
MOST_FOLLOWERS = 1_000_000_000
"""More than anybody has; a source that says otherwise must not drown the others, or break a sum."""
GRAVE = 0.5
"""Weight from which a grave word makes a grave voice."""
NEVER = -60
"""Stands in a checkpoint for no minute; those that there are lie in that hour at most."""


class Statement(msgspec.Struct, frozen=True, gc=False):
    """One post, as it counts towards its author."""

    negative: float
    positive: float
    original: bool
    """Not a near-copy of what was said before."""
    unread: bool
    """In a language that the model does not read."""
    amplified: bool
    severe: float
    followers: int
    singular: bool | None
    singular_usual: float


class Person(msgspec.Struct, gc=False):
    """Sums over one author's posts. In the order in which a checkpoint has them: last what is mostly nothing.
    There are hundreds of a brand; they refer to nothing, and Python's collector of garbage passes over them.

    Examples
    --------
    >>> person = Person()
    >>> for _ in range(45):
    ...     person.say(Statement(0.9, 0.0, True, False, False, 0.0, 10, None, 0.0))
    >>> [int(number) for number in person.row()[:4]]
    [1, 1, 1, 900]
    """

    hour: int = 0
    minute: int = 0
    """When last heard, in minutes since 1970; 0 when only the day is known."""
    source: int = -1
    """Column of the source they were last heard on; -1 for one too many."""
    posts: int = 0
    originals: int = 0
    own_mood: int = 0
    tone: int = 0
    negatives: int = 0
    positives: int = 0
    followers: int = 0
    singular_usual: int = 0
    singular: int = 0
    amplified: int = 0
    severe: int = 0
    unread: int = 0
    dated: int = 0
    """Whether of the latest post only the day is known."""

    def start_anew(self) -> None:
        """Forget what was said, and not when and where."""
        self.posts = self.originals = self.own_mood = self.tone = self.negatives = self.positives = self.unread = 0
        self.amplified = self.severe = self.followers = self.singular = self.singular_usual = 0

    def say(self, said: Statement) -> None:
        """Take in one more post."""
        if self.posts >= FULL:
            self._fade()
        tone = round(MILLE * (said.negative - said.positive))
        self.posts += 1
        self.tone += tone
        self.positives += said.positive >= NEGATIVE
        self.unread += said.unread
        self.amplified |= said.amplified
        self.followers = max(self.followers, min(said.followers, MOST_FOLLOWERS))
        if said.original:
            self.originals += 1
            self.own_mood += tone
            self.negatives += said.negative >= NEGATIVE
            self.severe = max(self.severe, round(100 * said.severe))
            if said.singular is not None:
                self.singular |= said.singular
                self.singular_usual = round(MILLE * said.singular_usual)

    def _fade(self) -> None:
        for name in ("posts", "originals", "own_mood", "tone", "negatives", "positives", "unread"):
            setattr(self, name, int(getattr(self, name) / 2))

    def row(self) -> list[int]:
        """What the person adds to a window that they are heard in."""
        unread = 2 * self.unread >= self.posts
        voice = self.originals > 0 and not unread
        angry = voice and 2 * self.negatives >= self.originals
        tone = 0 if unread else self.tone // self.posts
        rest = not unread and 2 * self.positives < self.posts
        return [
            1,
            voice,
            angry,
            self.own_mood // self.originals if voice else 0,
            tone,
            rest,
            tone if rest else 0,
            unread,
            self.amplified,
            self.severe,
            self.severe >= 100 * GRAVE,
            self.followers if angry else 0,
            self.singular if voice else 0,
            self.singular_usual if voice else 0,
            self.dated,
            0,
            0,
        ]

    def plain(self, now: int = 0) -> list[int]:
        """Plain values for a checkpoint; instants as so much before the hour ``now``, which takes fewer bytes. Nothing
        stands for values of nothing at the end.
        """
        numbers = [*map(int, msgspec.structs.astuple(self))]
        numbers[0] = now - self.hour
        numbers[1] = 60 * now - self.minute if self.minute else NEVER
        while len(numbers) > 2 and not numbers[-1]:
            numbers.pop()
        return numbers

    @classmethod
    def of(cls, plain: list[int], now: int = 0) -> "Person":
        """The person that `plain` gave."""
        person = cls(*plain)
        person.hour = now - plain[0]
        person.minute = 60 * now - plain[1] if plain[1] != NEVER else 0
        return person


assert len(Person.of([1] * len(Person.__struct_fields__)).row()) == COLUMNS
