"""Hacker News: stories and comments that name a brand, through Algolia's search; deletions through its own API."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import ClassVar

import msgspec
from pydantic import Field

from sentinel.config.source_settings import SourceSettings
from sentinel.config.units import Interval
from sentinel.mention import Author, Engagement, Kind, Mention
from sentinel.sources.base import Reason
from sentinel.sources.plain_text import storable, strip_html
from sentinel.sources.polling import Request
from sentinel.sources.rounds import PolledSource, Round, RoundPart, seconds
from sentinel.sources.topics import Grammar

OVERLAP = 600
"""Seconds to go back in each round: the index lags behind the site."""
FIRST = 86_400
"""Seconds to look back at the very first start."""
PAGE = 1_000
"""Hits of one question at most; what is older is asked for again from the oldest on."""
DEEPEST = 20
TRACKED = 500
"""Items whose changes are followed."""


class HackernewsSettings(SourceSettings):
    """Stories and comments on Hacker News."""

    search_url: str = Field(default="https://hn.algolia.com/api/v1", pattern=r"^https?://")
    """Algolia's search of Hacker News."""
    items_url: str = Field(default="https://hacker-news.firebaseio.com/v0", pattern=r"^https?://")
    """Hacker News' own API, which tells of deletions."""
    every: Interval = timedelta(seconds=60)
    """How often to ask."""


class HackerNewsCursor(msgspec.Struct, omit_defaults=True):
    """How far each question was read (seconds since 1970), and the newest items that were kept."""

    newest: dict[str, int] = {}
    kept: list[str] = []


class _Hit(msgspec.Struct, frozen=True):
    object_id: str = msgspec.field(name="objectID")
    created_at_i: int
    author: str | None = None
    title: str | None = None
    url: str | None = None
    comment_text: str | None = None
    story_text: str | None = None
    story_id: int | None = None
    story_title: str | None = None
    parent_id: int | None = None
    points: int | None = None
    num_comments: int | None = None


class _Hits(msgspec.Struct, frozen=True):
    hits: list[msgspec.Raw]


class _Updates(msgspec.Struct, frozen=True):
    items: list[int] = []


class _Item(msgspec.Struct, frozen=True):
    id: int
    deleted: bool = False
    dead: bool = False


class HackernewsSource(PolledSource[HackernewsSettings, HackerNewsCursor]):
    """Hacker News: stories and comments that name a brand."""

    settings_model = HackernewsSettings
    state_model = HackerNewsCursor
    default_silence: ClassVar[timedelta | None] = timedelta(minutes=15)
    normal_lag: ClassVar[timedelta | None] = timedelta(minutes=10)
    grammar = Grammar(either=None, without="-{}", longest=500)
    pace = 0.5

    def pause(self, state: HackerNewsCursor) -> float:
        return seconds(self.settings.every)

    def parts(self, state: HackerNewsCursor) -> Sequence[RoundPart[HackerNewsCursor]]:
        asked = [RoundPart(f"search for {each}", partial(self._search, question=each)) for each in self.asks()]
        return [*asked, RoundPart("changes", self._changes, beside=True)] if asked else []

    async def _search(self, turn: Round[HackerNewsCursor], question: str) -> None:
        now = int(self.clock.now().timestamp())
        since = turn.state.newest.get(question, now - FIRST + OVERLAP) - OVERLAP
        before: int | None = None
        newest = since
        for _ in range(DEEPEST):
            name = f"Hacker News' search for {question}"
            found = await turn.json(self._question(question, since, before), _Hits)
            hits = await turn.items(found.hits, _Hit, name)
            newest = max([newest, *(hit.created_at_i for hit in hits)])
            mentions = [mention for hit in hits if (mention := self._mention(hit)) is not None]
            turn.state.kept = [*turn.state.kept, *(m.id for m in mentions if turn.inlet.wants(m))]
            turn.state.kept = list(dict.fromkeys(turn.state.kept))[-TRACKED:]
            full = len(found.hits) >= PAGE and hits
            if not full:  # only now: a question that was cut off must be read from where it began
                turn.state.newest[question] = max(newest, since + OVERLAP)
            await turn.put(mentions)
            if not full:
                return
            before = min(hit.created_at_i for hit in hits) + 1
        turn.state.newest[question] = newest
        turn.inlet.refused(1, f"{name}: more than {DEEPEST * PAGE} hits since the last round", Reason.DAMAGED)

    def _question(self, question: str, since: int, before: int | None) -> Request:
        until = f",created_at_i<{before}" if before is not None else ""
        return Request(
            url=f"{self.settings.search_url.rstrip('/')}/search_by_date",
            name="Hacker News' search",
            params={
                "query": question,
                "tags": "(story,comment)",
                "numericFilters": f"created_at_i>{since}{until}",
                "hitsPerPage": str(PAGE),
                "typoTolerance": "false",
                "attributesToHighlight": "none",
            },
        )

    def _mention(self, hit: _Hit) -> Mention | None:
        comment = hit.comment_text is not None
        text = storable(strip_html(hit.comment_text or hit.story_text or ""))
        title = None if comment else storable(hit.title or "") or None
        if not (text or title):
            return None
        return Mention(
            source=self.name,
            id=hit.object_id,
            text=text,
            title=title,
            published_at=datetime.fromtimestamp(hit.created_at_i, UTC),
            lang=self.settings.lang or "en",
            kind=Kind.COMMENT if comment else Kind.POST,
            url=f"https://news.ycombinator.com/item?id={hit.object_id}",
            author=Author(id=hit.author, handle=hit.author) if hit.author else None,
            engagement=Engagement(likes=max(0, hit.points or 0), replies=max(0, hit.num_comments or 0)),
            parent_id=str(hit.parent_id) if hit.parent_id else None,
            root_id=str(hit.story_id) if comment and hit.story_id else None,
            links=(hit.url,) if hit.url else None,
        )

    async def _changes(self, turn: Round[HackerNewsCursor]) -> None:
        """What was deleted of what we kept."""
        base = self.settings.items_url.rstrip("/")
        name = "Hacker News' list of changes"
        updates = await turn.json(Request(url=f"{base}/updates.json", name=name), _Updates)
        gone: list[str] = []
        for id in {str(item) for item in updates.items} & set(turn.state.kept):
            item = await turn.json(Request(url=f"{base}/item/{id}.json", name=name), _Item | None)  # type: ignore[arg-type]
            if item is not None and (item.deleted or item.dead):
                gone.append(id)
        turn.state.kept = [id for id in turn.state.kept if id not in gone]
        await turn.put(deleted=gone)
