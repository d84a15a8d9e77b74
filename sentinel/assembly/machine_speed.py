"""Machine speed: how many mentions a second this machine takes, stage by stage and from end to end.

Made-up mentions go through the daemon's own code: the intake of the door, the journal on a disk, the fold and its
ticks; what the network and what sending cost is not in it. Processor time counts: a machine that is busy otherwise says
nearly the same.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sentinel.clock import SystemClock
from sentinel.engine.engine import Engine
from sentinel.engine.fold import Fold
from sentinel.matching.brand import Brand
from sentinel.matching.matcher import Matcher
from sentinel.mention import Mention, decode_mention, encode_mention
from sentinel.sentiment.language import detect_language
from sentinel.sentiment.seed import load_seed
from sentinel.sentiment.text_scores import AskedText
from sentinel.simulation.history import Story, history
from sentinel.sources.http import MentionIntake
from sentinel.store.database import Database
from sentinel.store.journal import Journal

PAGE: Final = 200
"""Mentions that the daemon folds at once."""
BATCH: Final = 500
"""Mentions of one post."""
LANGUAGES: Final = ("es", "en", "pt")
_END: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
_BARE: Final = "vaderSentiment.vaderSentiment"
Round = Callable[[], Awaitable[int]]
"""Does some of the work; gives how many mentions that were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSpeed:
    """What a stage did: so many mentions in so many seconds of processor time."""

    stage: str
    mentions: int
    seconds: float

    @property
    def rate(self) -> float:
        """Mentions a second of one core."""
        return self.mentions / self.seconds if self.seconds else 0.0


def made_mentions(count: int, brands: Sequence[str], seed: int = 1) -> list[Mention]:
    """Made-up mentions of some minutes, ten a second, of several brands in three languages, the oldest first."""
    stories = [
        history(
            Story(
                brand=brand,
                language=LANGUAGES[place % len(LANGUAGES)],
                end=_END,
                seed=seed + place,
                per_hour=0,
                calm=timedelta(0),
                storm=timedelta(seconds=count / 10 + 600),
                storm_per_minute=600 / len(brands),
            )
        )
        for place, brand in enumerate(brands)
    ]
    each = -(-count // len(brands))
    made = [mention for story in stories for mention in islice(story, each)]
    return sorted(made, key=lambda mention: (mention.published_at, mention.id))[:count]


class MachineSpeed:
    """Measures one stage after the other, each for its share of the time.

    Parameters
    ----------
    engine
        Gives a fresh engine that watches ``brands``.
    folder
        Where a store may be made; it is of the disk that is measured.
    seconds
        Of processor time, all stages together and about; making what is measured comes on top.
    """

    def __init__(self, engine: Callable[[], Engine], brands: Sequence[Brand], folder: Path, seconds: float) -> None:
        self._engine = engine
        self._brands = brands
        self._folder = folder
        self._share = seconds / 10
        self._mentions = made_mentions(6_000, [each.name for each in brands])

    async def measure(self) -> list[StageSpeed]:
        """Every stage, in the order in which a mention meets them, then all of them in a row, then others' readers of
        the same English texts where they are installed.
        """
        database = await Database.open(f"sqlite:///{self._folder / 'bench.db'}")
        try:
            journal = Journal(database, SystemClock())
            intake = MentionIntake(journal=journal, clock=SystemClock(), heard={})
            stages: list[tuple[str, Round]] = [
                ("door", self._door(intake)),
                ("decode", self._decode()),
                ("journal write", self._write(journal)),
                ("match", self._match()),
                ("classify", self._classify(LANGUAGES)),
                ("fold", self._fold(self._engine())),
                ("assess", self._assess(self._engine())),
                ("end to end", self._whole(intake, journal, self._engine())),
                ("classify English", self._classify(("en",))),
            ]
            if find_spec(_BARE.partition(".")[0]) is not None:
                stages.append(("VADER", self._vader()))
            return [await self._measured(stage, one) for stage, one in stages]
        finally:
            await database.close()

    async def _measured(self, stage: str, one: Round) -> StageSpeed:
        await one()  # the first fills memories and makes arrays
        begun, mentions = time.process_time(), 0
        while (spent := time.process_time() - begun) < self._share or not mentions:
            mentions += await one()
        return StageSpeed(stage=stage, mentions=mentions, seconds=spent)

    def _pages(self, size: int) -> Iterator[list[Mention]]:
        """The mentions again and again, each time as new ones and later than before."""
        span, again = self._mentions[-1].published_at - self._mentions[0].published_at + timedelta(seconds=1), 0
        while True:
            for begin in range(0, len(self._mentions), size):
                yield [_anew(each, again, span) for each in self._mentions[begin : begin + size]]
            again += 1

    def _decode(self) -> Round:
        lines = [encode_mention(each) for each in self._mentions[:BATCH]]

        async def one() -> int:
            return len([decode_mention(line) for line in lines])

        return one

    def _match(self) -> Round:
        matcher, pages = Matcher(self._brands), self._pages(PAGE)

        async def one() -> int:
            return len([matcher.match(each) for each in next(pages)])

        return one

    def _classify(self, languages: Sequence[str]) -> Round:
        model, pages = load_seed(), self._pages(PAGE)

        async def one() -> int:
            texts = [each.whole_text for each in next(pages) if each.lang in languages]
            return len(model.classify_many([AskedText(text, detect_language(text)) for text in texts]))

        return one

    def _vader(self) -> Round:
        pages = self._pages(PAGE)
        found: Any = import_module(_BARE)
        reader = found.SentimentIntensityAnalyzer()

        async def one() -> int:
            return len([reader.polarity_scores(each.whole_text) for each in next(pages) if each.lang == "en"])

        return one

    def _fold(self, engine: Engine) -> Round:
        pages = self._pages(PAGE)

        async def one() -> int:
            page = next(pages)
            _take(engine, page)
            return len(page)

        return one

    def _assess(self, engine: Engine) -> Round:
        """One brand's score counts as one."""
        pages = self._pages(PAGE)
        for _ in range(5):
            _take(engine, next(pages))

        async def one() -> int:
            now = engine.folded_at or _END
            engine.look_again(now)
            engine.assess(now)
            return len(engine.assessments)

        return one

    def _write(self, journal: Journal) -> Round:
        pages = self._pages(BATCH)

        async def one() -> int:
            return (await journal.append([_named(each, "written") for each in next(pages)])).accepted

        return one

    def _door(self, intake: MentionIntake) -> Round:
        """A body of many lines, from its bytes to the commit."""
        bodies = (b"\n".join(encode_mention(_named(each, "posted")) for each in page) for page in self._pages(BATCH))

        async def one() -> int:
            return (await intake.take(next(bodies))).accepted

        return one

    def _whole(self, intake: MentionIntake, journal: Journal, engine: Engine) -> Round:
        """A body through the door, the journal, the fold and the ticks that are due."""
        bodies = (b"\n".join(encode_mention(each) for each in page) for page in self._pages(BATCH))
        fold = Fold(engine, engine.setup.tick)

        async def one() -> int:
            position = await journal.last()
            accepted = (await intake.take(next(bodies))).accepted
            while entries := await journal.follow(position, PAGE):
                mentions = [entry.mention for entry in entries if entry.mention is not None]
                engine.reader.expect(mentions)
                for mention in mentions:
                    for _ in fold.before(mention.published_at):
                        pass
                    engine.observe(mention, mention.published_at)
                position = entries[-1].seq
            return accepted

        return one


def measured_speeds(
    engine: Callable[[], Engine], brands: Sequence[Brand], folder: Path, seconds: float
) -> list[StageSpeed]:
    """As `MachineSpeed.measure`, outside of any event loop."""
    return asyncio.run(MachineSpeed(engine, brands, folder, seconds).measure())


def _take(engine: Engine, page: Sequence[Mention]) -> None:
    engine.reader.expect(page)
    for mention in page:
        engine.observe(mention, mention.published_at)


def _anew(mention: Mention, again: int, span: timedelta) -> Mention:
    """Said again later: another id, and other words at its end, so that it is read anew."""
    return Mention(
        source=mention.source,
        id=f"{mention.id}-{again}",
        text=f"{mention.text} {again}" if again else mention.text,
        published_at=mention.published_at + again * span,
        lang=mention.lang,
        kind=mention.kind,
        author=mention.author,
    )


def _named(mention: Mention, prefix: str) -> Mention:
    """The same with an id of its own."""
    return Mention(
        source=mention.source,
        id=f"{prefix}-{mention.id}",
        text=mention.text,
        published_at=mention.published_at,
        lang=mention.lang,
        kind=mention.kind,
        author=mention.author,
    )
