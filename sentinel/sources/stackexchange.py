"""Stack Exchange: questions, answers and comments on the sites that are named, Stack Overflow among them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import ClassVar

import msgspec
from pydantic import Field, SecretStr

from sentinel.config.source_settings import SourceSettings
from sentinel.config.units import Interval
from sentinel.mention import Author, Engagement, Kind, Mention
from sentinel.sources.plain_text import storable, strip_html, unescape
from sentinel.sources.polling import Request, RequestRefused, believed_wait
from sentinel.sources.quota import spread
from sentinel.sources.rounds import PolledSource, Round, RoundPart, seconds
from sentinel.sources.topics import Grammar

PAGES = 10
OVERLAP = 300
"""Seconds that are asked for again."""
QUOTA = 300
KEYED = 10_000
"""Questions a day without and with a key."""
RENEW = "make a new key at https://stackapps.com/apps/oauth and put it into `key`"


class StackexchangeSettings(SourceSettings):
    """Questions and answers on Stack Exchange."""

    sites: tuple[str, ...] = Field(default=("stackoverflow",), min_length=1)
    """By their short names: stackoverflow, es.stackoverflow, superuser …"""
    key: SecretStr | None = None
    """Of an application; without it 300 questions a day are granted."""
    every: Interval = timedelta(minutes=10)
    """How often to ask."""
    url: str = Field(default="https://api.stackexchange.com/2.3", pattern=r"^https?://")
    """The API."""


class StackExchangeCursor(msgspec.Struct, omit_defaults=True):
    """When (seconds since 1970) the newest item of each question was written."""

    newest: dict[str, int] = {}


class _Owner(msgspec.Struct, frozen=True):
    user_id: int | None = None
    display_name: str | None = None
    link: str | None = None


class _Excerpt(msgspec.Struct, frozen=True):
    item_type: str
    creation_date: int
    question_id: int
    title: str = ""
    body: str | None = None
    excerpt: str | None = None
    answer_id: int | None = None
    score: int | None = None
    answer_count: int | None = None
    tags: list[str] | None = None
    owner: _Owner | None = None


class _Found(msgspec.Struct, frozen=True):
    items: list[msgspec.Raw]
    has_more: bool = False
    quota_remaining: int | None = None
    backoff: float | None = None


class StackexchangeSource(PolledSource[StackexchangeSettings, StackExchangeCursor]):
    """Questions and answers on Stack Exchange that name a brand."""

    settings_model = StackexchangeSettings
    state_model = StackExchangeCursor
    default_silence: ClassVar[timedelta | None] = timedelta(hours=2)
    normal_lag: ClassVar[timedelta | None] = timedelta(minutes=30)
    grammar = Grammar(either=None, without=None, longest=240)
    _left: int | None = None

    def pause(self, state: StackExchangeCursor) -> float:
        granted = KEYED if self.settings.key is not None else QUOTA
        return spread(len(self.asks()) * len(self.settings.sites), granted * 0.8, seconds(self.settings.every))

    def budget(self) -> str:
        granted = f"{KEYED if self.settings.key is not None else QUOTA} questions a day"
        return granted if self._left is None else f"{self._left} of {granted} left"

    def parts(self, state: StackExchangeCursor) -> Sequence[RoundPart[StackExchangeCursor]]:
        return [
            RoundPart(f"{each} on {site}", partial(self._search, question=each, site=site))
            for each in self.asks()
            for site in self.settings.sites
        ]

    async def _search(self, turn: Round[StackExchangeCursor], question: str, site: str) -> None:
        key = f"{site} {question}"
        known = turn.state.newest.get(key, int(self.clock.now().timestamp()) - 86_400)
        newest = known
        for page in range(1, PAGES + 1):
            found = await self._ask(turn, question, site, known - OVERLAP, page)
            items = await turn.items(found.items, _Excerpt, "Stack Exchange")
            newest = max([newest, *(item.creation_date for item in items)])
            last = not found.has_more or page == PAGES
            if last:
                turn.state.newest[key] = newest
            await turn.put([self._mention(item, site) for item in items])
            if last:
                return
            if found.backoff:
                await self.clock.sleep(believed_wait(found.backoff))

    async def _ask(self, turn: Round[StackExchangeCursor], question: str, site: str, since: int, page: int) -> _Found:
        request = Request(
            url=f"{self.settings.url.rstrip('/')}/search/excerpts",
            name="Stack Exchange",
            params={
                "q": question,
                "site": site,
                "sort": "creation",
                "order": "desc",
                "fromdate": str(since),
                "pagesize": "100",
                "page": str(page),
            }
            | ({"key": self.settings.key.get_secret_value()} if self.settings.key is not None else {}),
            renew=RENEW,
        )
        try:
            found = await turn.json(request, _Found)
        except RequestRefused as error:
            if b"throttle_violation" in error.body:
                raise RequestRefused(str(error), status=429, retry_after=error.retry_after or 600.0) from None
            raise
        self._left = found.quota_remaining if found.quota_remaining is not None else self._left
        if found.quota_remaining == 0:
            turn.inlet.trouble("Stack Exchange's quota of today is spent", "quota")
        return found

    def _mention(self, item: _Excerpt, site: str) -> Mention:
        host = "stackoverflow.com" if site == "stackoverflow" else f"{site}.com"
        host = host if "stackoverflow" in site or "." in site else f"{site}.stackexchange.com"
        answer = item.answer_id is not None and item.item_type == "answer"
        owner = item.owner or _Owner()
        return Mention(
            source=self.name,
            id=f"{site}/{'a' if answer else 'q'}/{item.answer_id if answer else item.question_id}",
            title=None if answer else storable(unescape(item.title)) or None,
            text=storable(strip_html(item.body or item.excerpt or "")),
            published_at=datetime.fromtimestamp(item.creation_date, UTC),
            lang=self.settings.lang or (site.partition(".")[0] if site[:3] in ("es.", "pt.") else "en"),
            kind=Kind.REPLY if answer else Kind.POST,
            url=f"https://{host}/{'a' if answer else 'q'}/{item.answer_id if answer else item.question_id}",
            author=Author(id=str(owner.user_id), name=owner.display_name) if owner.user_id else None,
            engagement=Engagement(likes=max(0, item.score or 0), replies=item.answer_count or 0),
            parent_id=f"{site}/q/{item.question_id}" if answer else None,
            root_id=f"{site}/q/{item.question_id}" if answer else None,
            tags=tuple(item.tags) if item.tags else None,
        )
