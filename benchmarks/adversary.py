"""The cheapest attack: how many accounts it takes to cause an alert or a crisis at a calm brand, and to delay or hide
a real one.

    python -m benchmarks.adversary [SEED]     default 1

A brand that ten people an hour speak of, for six days; a firestorm of four posts a minute at its height. For each way
of attacking the number of accounts is found by halving a ladder of numbers; so it is taken for granted that more
accounts never reach less. Everything is drawn from the seed: the same seed, the same table.
"""

import sys
import tempfile
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from random import Random

from sentinel.assembly.build import engine_setup
from sentinel.config.loader import load
from sentinel.engine.engine import Engine
from sentinel.engine.replay import Replay
from sentinel.incidents.change import EventName
from sentinel.mention import Author, Mention
from sentinel.sentiment.seed import load_seed
from sentinel.simulation.history import Story, history
from sentinel.simulation.texts import texts

LANGUAGE = "es"
ONSET = datetime(2026, 3, 9, 12, tzinfo=UTC)
CALM = timedelta(days=6)
LASTS = timedelta(hours=3)
"""How long an attack may go on, and after which a storm that nobody was paged for counts as hidden."""
DELAY = timedelta(minutes=30)
LADDER = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
"""Numbers of accounts that are tried; an attack that takes more is called too expensive."""


class Goal(StrEnum):
    """What somebody wants."""

    ALERT = "cause an alert"
    CRISIS = "cause a crisis"
    DELAY = "delay a crisis by 30 minutes"
    HIDE = "hide a crisis for three hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One way to attack.

    Parameters
    ----------
    says
        What the accounts say: crisis, grave, praise or articles.
    copied
        All of them say one sentence.
    each
        Posts an account.
    within
        Minutes over which they are spread.
    lead
        Minutes by which they begin before the storm.
    days
        Days before, on which the same accounts complain at the same hour, so that it becomes usual.
    """

    says: str
    copied: bool = False
    each: int = 1
    within: int = 60
    lead: int = 0
    days: int = 0

    def __str__(self) -> str:
        wording = "one sentence" if self.copied else "own words"
        before = f", as on {self.days} days before" if self.days else f", from {self.lead} min before" * bool(self.lead)
        return f"{self.says}, {wording}, {self.each} each, within {self.within} min{before}"


CAUSES = tuple(
    Attack(says=says, copied=copied, each=each, within=within)
    for says, copied, each, within in (
        ("crisis", False, 1, 5),
        ("crisis", False, 1, 60),
        ("crisis", False, 5, 60),
        ("crisis", True, 1, 5),
        ("grave", False, 1, 5),
        ("grave", False, 1, 60),
        ("grave", True, 1, 5),
    )
)
COVERS = (
    Attack(says="praise"),
    Attack(says="praise", lead=60, within=180),
    Attack(says="praise", copied=True),
    Attack(says="praise", each=5),
    Attack(says="articles", copied=True),
    Attack(says="crisis", days=4, within=180),
)
WAYS = {Goal.ALERT: CAUSES, Goal.CRISIS: CAUSES, Goal.DELAY: COVERS, Goal.HIDE: COVERS}


@dataclass(frozen=True, slots=True)
class Lived:
    """What came of it: minutes from noon to the first page, and whether a crisis was called."""

    page: float | None
    crisis: bool


class Field:
    """A brand that stands before noon, six calm days behind it; attacks begin from there, or from days before."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "c.yaml"
            path.write_text("brands: [{name: Acme}]\n", encoding="utf-8")
            self._setup = engine_setup(load(path, {}))
        calm = Story(
            brand="Acme", language=LANGUAGE, end=ONSET + LASTS, seed=seed, calm=CALM + LASTS, storm=timedelta(0)
        )
        self._calm = list(history(calm))
        storm = Story(
            brand="Acme",
            language=LANGUAGE,
            end=ONSET + LASTS,
            seed=seed + 1,
            calm=timedelta(0),
            storm=LASTS,
            storm_per_minute=4,
        )
        self._storm = list(history(storm))
        self._states: dict[int, object] = {}
        self._lived: dict[tuple[bool, Attack, int], Lived] = {}

    def reaches(self, goal: Goal, attack: Attack, accounts: int) -> bool:
        """Whether so many accounts get there."""
        if goal in (Goal.ALERT, Goal.CRISIS):
            lived = self._tried(False, attack, accounts)
            return lived.crisis if goal is Goal.CRISIS else lived.page is not None
        usual, page = self._tried(True, attack, 0).page, self._tried(True, attack, accounts).page
        assert usual is not None, "the storm pages when nobody hides it"
        return page is None or (goal is Goal.DELAY and timedelta(minutes=page - usual) >= DELAY)

    def _tried(self, stormy: bool, attack: Attack, accounts: int) -> Lived:
        """What comes of an attack; with a storm, the days before it count."""
        if (known := self._lived.get((stormy, attack, accounts))) is not None:
            return known
        posts = [*self._posts(attack, accounts), *(self._storm if stormy else ())]
        found = self._live(posts, attack.days + 1 if attack.days or attack.lead else 0)
        self._lived[stormy, attack, accounts] = found
        return found

    def _live(self, posts: list[Mention], days: int) -> Lived:
        """Fold what is heard from so many days before noon on, from the state of then."""
        since = ONSET - timedelta(days=days, minutes=5)
        engine = Engine(self._setup, load_seed())
        if days not in self._states:
            self._fold(engine, [each for each in self._calm if each.published_at < since])
            self._states[days] = engine.snapshot()
            engine = Engine(self._setup, load_seed())
        engine.restore(self._states[days])
        return self._fold(engine, [each for each in (*self._calm, *posts) if each.published_at >= since])

    def _fold(self, engine: Engine, heard: list[Mention]) -> Lived:
        page, crisis = None, False
        for at, changes in Replay(engine).run(sorted(heard, key=lambda each: (each.published_at, each.id))):
            for change in changes if at >= ONSET else ():
                crisis = crisis or change.incident.level.value == "crisis"
                paged = any(event.event is EventName.PAGE and event.kind == "page" for event in change.events)
                if paged and page is None:
                    page = (at - ONSET) / timedelta(minutes=1)
        return Lived(page, crisis)

    def _posts(self, attack: Attack, accounts: int) -> Iterator[Mention]:
        rng, words = Random(f"{self._seed} {attack}"), texts(LANGUAGE)
        sentences: tuple[str, ...] = getattr(words, attack.says)
        one = words.say(sentences, "Acme", rng)
        for day in range(attack.days, -1 if not attack.days else 0, -1):
            for number in range(accounts * attack.each):
                minute = attack.within * rng.random() - attack.lead
                yield Mention(
                    source=rng.choice(("bluesky", "mastodon", "x")),
                    id=f"attack-{day}-{number}",
                    text=one if attack.copied else words.say(sentences, "Acme", rng),
                    published_at=ONSET - timedelta(days=day) + timedelta(minutes=minute),
                    lang=LANGUAGE,
                    author=Author(id=f"puppet{number % accounts}", followers=rng.randrange(300)),
                )


def cheapest(field: Field, goal: Goal, attack: Attack) -> int | None:
    """The fewest accounts of `LADDER` that reach the goal in this way; ``None`` when the last does not."""
    place = bisect_left(LADDER, True, key=lambda accounts: field.reaches(goal, attack, accounts))
    return LADDER[place] if place < len(LADDER) else None


def main(seed: int) -> None:
    """Print the fewest accounts for each way, and the cheapest of all for each goal."""
    field = Field(seed)
    for goal, ways in WAYS.items():
        best: tuple[int, Attack] | None = None
        for attack in ways:
            accounts = cheapest(field, goal, attack)
            print(f"  {goal:30s} {accounts or f'over {LADDER[-1]}':>9}  {attack}", flush=True)
            if accounts and (best is None or accounts * attack.each < best[0] * best[1].each):
                best = accounts, attack
        found = (
            f"{best[0]} accounts, {best[0] * best[1].each * max(1, best[1].days)} posts: {best[1]}" if best else "none"
        )
        print(f"{goal}: {found}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
