"""SIGKILL at every instant of a source's life: whoever starts again from what is on disk loses nothing and shows
nothing twice.

A life that is killed gets no answer any more and cleans nothing up: what it would still do reaches no disk.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import web

from sentinel.config.source_settings import SourceSettings
from sentinel.errors import SourceError
from sentinel.mention import Mention
from sentinel.sources.base import Batch, Reason, Source
from sentinel.store.journal import Journal
from tests.fakes import HurriedClock
from tests.sources.far_side import PATIENCE, Network, Post
from tests.sources.mail_server import MailServer
from tests.sources.networks import Telegram
from tests.sources.relay import Relay, a_post, uri
from tests.sources.test_bluesky import a_source as a_bluesky
from tests.sources.test_imap import a_mail
from tests.sources.test_imap import a_source as a_mailbox
from tests.sources.test_networks import ALL
from tests.sources.test_x import X

INSTANTS = [(1, False), (1, True), (2, False), (2, True), (3, False), (99, False), (1, True)]
"""(at which commit, whether it is on disk): killed while the commit waits, or before its answer; 99: while resting."""
EACH = 70
"""Posts that come in each life: more than most networks show on one page."""


@dataclass
class MortalInlet:
    """The journal behind it is real; at one commit everything stops for good."""

    journal: Journal
    name: str
    commits_left: int = 10**9
    committed: bool = False
    died: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    told: set[str] = field(default_factory=set)

    async def put(self, batch: Batch) -> int:
        self.commits_left -= 1
        dies = self.commits_left == 0 or self.died.is_set()
        if dies and not (self.committed and not self.died.is_set()):
            await self._die()
        appended = await self.journal.append(
            batch.mentions,
            deletes=[(self.name, each) for each in batch.deletes],
            cursor=(self.name, batch.cursor) if batch.cursor is not None else None,
        )
        if dies:
            await self._die()
        return appended.accepted

    async def _die(self) -> None:
        self.died.set()
        await asyncio.Event().wait()

    def wants(self, mention: Mention) -> bool:
        return "acme" in f"{mention.title} {mention.text}".lower()

    def alive(self, part: str = "") -> None:
        self.answered.set()

    def trouble(self, detail: str, part: str = "", *, unheard: bool = False) -> None:
        self.told.add(detail)

    def refused(self, count: int, detail: str, reason: Reason = Reason.UNREADABLE) -> None:
        self.told.add(detail)


async def a_life(
    source: Source[SourceSettings],
    journal: Journal,
    instant: tuple[int, bool] = (10**9, False),
    ends: Sequence[asyncio.Event] = (),
    clock: HurriedClock | None = None,
    *,
    until_answer: bool = False,
) -> MortalInlet:
    """From what is on disk until it is killed, or has nothing more to do."""
    inlet = MortalInlet(journal, source.name, *instant)
    cursor = await journal.cursor(source.name)

    async def live() -> None:
        with suppress(SourceError):
            await source.run(inlet, cursor)

    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as tasks:
        life = tasks.create_task(live())
        waits = [tasks.create_task(each.wait()) for each in (inlet.died, *ends)]
        waits += [tasks.create_task(clock.rested())] if clock is not None else []
        waits += [tasks.create_task(inlet.answered.wait())] if until_answer else []
        await asyncio.wait([life, *waits], return_when=asyncio.FIRST_COMPLETED)
        inlet.died.set()  # whatever it still says on its way out is lost
        for task in (life, *waits):
            task.cancel()
    return inlet


async def in_journal(journal: Journal) -> list[str]:
    return [entry.id for entry in await journal.read(0, 10_000)]


class FeedSite(Network):
    """A newspaper's feed."""

    kind = "feeds"

    def settings(self) -> dict[str, object]:
        return {"urls": (f"{self.url}/rss",)}

    def id_of(self, post: str) -> str:
        return f"https://news.example/{post}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        items = "".join(
            f"<item><title>{post.text} {post.id}</title><link>{self.id_of(post.id)}</link></item>"
            for post in self.posts
        )
        return web.Response(text=f"<rss version='2.0'><channel>{items}</channel></rss>", content_type="text/xml")


class ForgettingTelegram(Telegram):
    """As the real one: what was confirmed is gone for good."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        offset = int(request.query["offset"])
        self.posts = [post for post in self.posts if 10_000 + int(post.id) >= offset]
        return await super().answer(request)


class BrokenX(X):
    """A stream that tells new posts, and a search that finds what a broken one missed."""

    def __init__(self) -> None:
        super().__init__()
        self.said: set[str] = set()
        self.held = False

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.missed = [post for post in self.posts if post.id in self.said]
        self.lines = [self.post(post) for post in reversed(self.posts) if post.id not in self.said]
        if request.path.endswith("/stream"):
            self.said = {post.id for post in self.posts}
        return await super().answer(request)


KINDS = [kind for kind in ALL if kind is not Telegram] + [FeedSite, ForgettingTelegram, BrokenX]


@pytest.fixture(params=KINDS, ids=[kind.kind for kind in KINDS])
async def network(request: pytest.FixtureRequest) -> AsyncIterator[Network]:
    async with request.param() as opened:
        yield opened


async def test_killed_again_and_again_nothing_is_lost_or_shown_twice(network: Network, journal: Journal) -> None:
    """New posts come before each life; the last one is left to finish."""
    clock = HurriedClock()
    ends = [network.idle] if isinstance(network, Telegram) else []
    said = {network.id_of(post.id) for post in network.posts}
    first = INSTANTS[1] if isinstance(network, BrokenX) else (10**9, False)  # a stream has no end
    await a_life(network.source(clock), journal, first, ends, clock)
    newest = 10
    for instant in INSTANTS:
        clock._move(clock.monotonic() + 120.0)
        new = [Post(str(newest + number), at=clock.now() - timedelta(seconds=30)) for number in range(EACH, 0, -1)]
        newest += EACH
        network.posts = [*new, *network.posts]
        said |= {network.id_of(post.id) for post in new}
        network.idle.clear()
        await a_life(network.source(clock), journal, instant, ends, clock)
    for _ in range(2):
        clock._move(clock.monotonic() + 120.0)
        network.idle.clear()
        await a_life(network.source(clock), journal, ends=ends, clock=clock)
    shown = await in_journal(journal)
    assert len(shown) == len(set(shown))
    assert set(shown) == said


async def test_a_stream_that_is_killed_again_and_again(journal: Journal) -> None:
    """A Jetstream goes back a little, and what comes twice is known."""
    events = [a_post(number, after=number) for number in range(60)]
    async with Relay(events, per_connection=25, hold=False) as relay:
        for instant in [*INSTANTS[:5], *[(10**9, False)] * 3]:
            await a_life(a_bluesky(relay.url), journal, instant)
    assert sorted(await in_journal(journal)) == sorted(map(uri, range(60)))


async def test_a_mailbox_that_is_killed_again_and_again(journal: Journal) -> None:
    """Each mail once."""
    clock = HurriedClock()
    async with MailServer({1: a_mail(1)}) as server:
        for number, instant in enumerate([*INSTANTS[:5], (10**9, False)]):
            for uid in range(10 * number + 2, 10 * number + 12):
                server.mails[uid] = a_mail(uid)
            await a_life(a_mailbox(server, clock), journal, instant, until_answer=True)
    shown = await in_journal(journal)
    assert sorted(shown) == sorted(f"{uid}@google.com" for uid in range(1, 62))
