"""Reddit: posts that name a brand, and everything said in named communities; with a key, or by its feeds."""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import ClassVar, Literal

import msgspec
from pydantic import Field, SecretStr, model_validator

from sentinel.config.source_settings import SourceSettings
from sentinel.config.units import Interval
from sentinel.mention import Author, Engagement, Kind, Mention
from sentinel.sources.feed_dates import Habits
from sentinel.sources.feed_items import Context, parse_feed
from sentinel.sources.oauth import AccessToken
from sentinel.sources.plain_text import storable, unescape
from sentinel.sources.polling import Answer, Request, RequestRefused
from sentinel.sources.rounds import PolledSource, Round, RoundPart, seconds
from sentinel.sources.topics import Grammar

PAGE = 100
DEEPEST = 10
"""Pages of a listing at most: the network keeps a thousand items of each."""
SEEN = 1_000
"""Newest items of a listing that are remembered."""
TRACKED = 300
"""Items whose edits and deletions are followed."""
TAKEN_BACK = ("[deleted]", "[removed]", "[ Removed by Reddit ]")
RENEW = "make a new key at https://www.reddit.com/prefs/apps and put it into `client_id` and `client_secret`"


class RedditSettings(SourceSettings):
    """Posts and comments on Reddit."""

    client_id: SecretStr | None = Field(default=None, examples=["secret"])
    """Of an application that Reddit approved; without it Reddit's feeds are read, slowly."""
    client_secret: SecretStr | None = None
    """Beside it."""
    account: str = Field(default="", examples=["/u/acme_listens"])
    """The account behind the application: Reddit wants it in each request."""
    subreddits: tuple[str, ...] = ()
    """Communities in which everything is heard, comments too: their search knows posts alone."""
    every: Interval = timedelta(minutes=2)
    """How often to ask; without a key, each question waits a minute for the one before."""
    api_url: str = Field(default="https://oauth.reddit.com", pattern=r"^https?://")
    """Reddit's API."""
    site_url: str = Field(default="https://www.reddit.com", pattern=r"^https?://")
    """Reddit's site, for tokens and feeds."""

    @model_validator(mode="after")
    def _both(self) -> "RedditSettings":
        if (self.client_id is None) != (self.client_secret is None):
            raise ValueError("`client_id` and `client_secret` belong together; write both, or neither for its feeds")
        return self


class Listened(msgspec.Struct, omit_defaults=True):
    """The newest items of each listing, those that were kept, and the turn of the next look at them."""

    seen: dict[str, list[str]] = {}
    kept: list[str] = []
    turn: int = 0


class _Item(msgspec.Struct, frozen=True):
    name: str
    created_utc: float
    author: str | None = None
    author_fullname: str | None = None
    title: str | None = None
    selftext: str | None = None
    body: str | None = None
    permalink: str | None = None
    url: str | None = None
    parent_id: str | None = None
    link_id: str | None = None
    subreddit: str | None = None
    score: int | None = None
    num_comments: int | None = None
    num_crossposts: int | None = None
    edited: float | Literal[False] | None = None
    removed_by_category: str | None = None

    @property
    def taken_back(self) -> bool:
        """By its author or by a moderator."""
        words = self.body if self.body is not None else self.selftext
        return self.removed_by_category is not None or words in TAKEN_BACK or self.title in TAKEN_BACK


class _Thing(msgspec.Struct, frozen=True):
    data: _Item


class _Children(msgspec.Struct, frozen=True):
    children: list[msgspec.Raw]
    after: str | None = None


class _Listing(msgspec.Struct, frozen=True):
    data: _Children


class RedditSource(PolledSource[RedditSettings, Listened]):
    """Posts and comments on Reddit, with edits and deletions."""

    settings_model = RedditSettings
    state_model = Listened
    default_silence: ClassVar[timedelta | None] = timedelta(minutes=20)
    normal_lag: ClassVar[timedelta | None] = timedelta(minutes=10)
    grammar = Grammar(either=" OR ", without="NOT {}", longest=500)

    _token: AccessToken | None = None

    @property
    def _keyless(self) -> bool:
        return self.settings.client_id is None

    @property
    def pace(self) -> float:  # type: ignore[override]
        """A request a minute is what is granted without a key."""
        return 60.0 if self._keyless else 0.7

    def headers(self) -> dict[str, str]:
        agent = f"linux:sentinel:v1 (by {self.settings.account})" if self.settings.account else self.user_agent
        return {"User-Agent": f"{self.user_agent} {agent}" if self.settings.account else agent}

    def pause(self, state: Listened) -> float:
        return seconds(self.settings.every)

    def slow_down(self, answer: Answer) -> float:
        """What remains of the window is spread over the rest of it."""
        try:
            left = float(answer.headers["x-ratelimit-remaining"])
            reset = float(answer.headers["x-ratelimit-reset"])
        except (KeyError, ValueError):
            return 0.0
        return min(reset, 600.0) if left <= 1 else min(10.0, reset / left)

    def parts(self, state: Listened) -> Sequence[RoundPart[Listened]]:
        listings: list[tuple[str, str, dict[str, str]]] = [
            (f"search for {each}", "/search", {"q": each, "sort": "new", "t": "day", "type": "link"})
            for each in self.asks()
        ]
        if self.settings.subreddits:
            communities = f"/r/{'+'.join(each.removeprefix('r/') for each in self.settings.subreddits)}"
            listings += [("new posts", f"{communities}/new", {}), ("new comments", f"{communities}/comments", {})]
        look = self._read_feed if self._keyless else self._read
        parts = [RoundPart(name, partial(look, name=name, path=path, params=params)) for name, path, params in listings]
        return [*parts, RoundPart("changes", self._changes, beside=True)] if parts and not self._keyless else parts

    async def _ask(self, turn: Round[Listened], path: str, params: dict[str, str], *, again: bool = True) -> _Listing:
        if self._token is None:
            assert self.settings.client_id is not None
            assert self.settings.client_secret is not None
            pair = f"{self.settings.client_id.get_secret_value()}:{self.settings.client_secret.get_secret_value()}"
            request = Request(
                method="POST",
                url=f"{self.settings.site_url.rstrip('/')}/api/v1/access_token",
                name="Reddit's sign-in",
                headers={"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"},
                form={"grant_type": "client_credentials"},
                renew=RENEW,
            )
            self._token = AccessToken(request, self.clock)
        headers = await self._token.bearer(turn)
        request = Request(
            url=f"{self.settings.api_url.rstrip('/')}{path}",
            name="Reddit",
            params=params | {"raw_json": "1"},
            headers=headers,
            renew=RENEW,
        )
        try:
            return await turn.json(request, _Listing)
        except RequestRefused as error:
            if error.status == 401 and again:  # it may have been taken back early: once more with a new one
                self._token.drop()
                return await self._ask(turn, path, params, again=False)
            raise

    async def _read(self, turn: Round[Listened], name: str, path: str, params: dict[str, str]) -> None:
        """The newest page, and further ones as long as nothing on them is known."""
        seen = turn.state.seen.get(path + params.get("q", ""), [])
        known, fresh, after = set(seen), [], ""
        turn.state.turn += 1
        for depth in range(DEEPEST):
            # Caches answer the same question with the same old page: another length is another question.
            size = {"limit": str(PAGE - turn.state.turn % 30)} if not depth else {"limit": str(PAGE), "after": after}
            listing = await self._ask(turn, path, params | size)
            things = await turn.items(listing.data.children, _Thing, f"Reddit's {name}")
            new = [thing.data for thing in things if thing.data.name not in known]
            fresh += [item.name for item in new]
            known.update(fresh)
            mentions = [mention for item in reversed(new) if (mention := self._mention(item)) is not None]
            turn.state.kept = [*turn.state.kept, *(m.id for m in mentions if turn.inlet.wants(m))][-TRACKED:]
            deeper = bool(seen) and len(new) == len(things) > 0 and listing.data.after
            if not deeper:
                turn.state.seen[path + params.get("q", "")] = [*fresh, *seen][:SEEN]
            await turn.put(mentions)
            if not deeper:
                return
            after = listing.data.after or ""
        turn.state.seen[path + params.get("q", "")] = [*fresh, *seen][:SEEN]

    async def _changes(self, turn: Round[Listened]) -> None:
        """Edits and deletions of what was kept, a hundred at a time."""
        kept = turn.state.kept
        start = turn.state.turn * PAGE % max(1, len(kept)) if len(kept) > PAGE else 0
        chosen = kept[start : start + PAGE]
        if not chosen:
            return
        listing = await self._ask(turn, "/api/info", {"id": ",".join(chosen)})
        things = await turn.items(listing.data.children, _Thing, "Reddit's changes")
        gone = [thing.data.name for thing in things if thing.data.taken_back]
        edited = [m for t in things if t.data.edited and not t.data.taken_back and (m := self._mention(t.data))]
        turn.state.kept = [name for name in kept if name not in gone]
        await turn.put(edited=edited, deleted=gone)

    def _mention(self, item: _Item) -> Mention | None:
        if item.taken_back:
            return None
        comment = item.name.startswith("t1_")
        own = item.permalink or ""
        outside = item.url if item.url and not item.url.endswith(own or "/") else None
        return Mention(
            source=self.name,
            id=item.name,
            text=storable(unescape(item.body or item.selftext or "")),
            title=storable(unescape(item.title or "")) or None,
            published_at=datetime.fromtimestamp(item.created_utc, UTC),
            lang=self.settings.lang,
            kind=Kind.COMMENT if comment else Kind.POST,
            url=f"https://www.reddit.com{own}" if own else None,
            author=Author(id=item.author_fullname or item.author, handle=item.author) if item.author else None,
            engagement=Engagement(
                likes=max(0, item.score or 0),
                shares=max(0, item.num_crossposts or 0),
                replies=max(0, item.num_comments or 0),
            ),
            parent_id=item.parent_id,
            root_id=item.link_id,
            tags=(item.subreddit,) if item.subreddit else None,
            links=(outside,) if outside else None,
        )

    async def _read_feed(self, turn: Round[Listened], name: str, path: str, params: dict[str, str]) -> None:
        """Without a key: the same listing as a feed, its newest page alone."""
        shown = f"Reddit's {name}"
        request = Request(
            url=f"{self.settings.site_url.rstrip('/')}{path}.rss", name=shown, params=params | {"limit": str(PAGE)}
        )
        answer = await turn.ask(request)
        now = self.clock.now()
        context = Context(
            url=answer.url,
            shown=shown,
            content_type=answer.content_type,
            source=self.name,
            lang=self.settings.lang,
            now=now,
            undated_at=now,
            habits=Habits(),
        )
        await turn.put(parse_feed(answer.body or b"", context).mentions)
