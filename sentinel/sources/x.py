"""X, live: a filtered stream whose rules are made of the brands, within what may be spent a month."""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import ClassVar

import aiohttp
import msgspec
from pydantic import Field, SecretStr

from sentinel.config.source_settings import SourceSettings
from sentinel.config.units import Interval
from sentinel.errors import SourceError
from sentinel.mention import Mention
from sentinel.sources.base import Inlet
from sentinel.sources.polling import SHOWN, Answer, Request, RequestRefused, open_session, reason
from sentinel.sources.quota import Spent, spend
from sentinel.sources.rounds import MOST, PolledSource, Round, RoundPart, seconds
from sentinel.sources.topics import Grammar, both_spellings, questions
from sentinel.sources.x_post import Includes, XPost, to_mention

TAG = "sentinel:"
"""Beginning of our rules' tags; others of the same application are left alone."""
DEAD_AFTER = 25.0
"""Seconds without a byte: the stream says something every twenty."""
DUE = 1.0
LONGEST_LINE = 2**20
PAGES = 10
FIELDS = {
    "tweet.fields": "created_at,author_id,lang,public_metrics,conversation_id,referenced_tweets,entities,"
    "edit_history_tweet_ids,note_tweet",
    "expansions": "author_id",
    "user.fields": "username,name,public_metrics",
}
RENEW = "make a new bearer token at https://developer.x.com (Keys and tokens) and put it into `token`"


class XSettings(SourceSettings):
    """Posts on X, paid for each."""

    token: SecretStr = Field(examples=["secret"])
    """An application's bearer token, of an account that pays by use."""
    monthly_usd: float = Field(100.0, gt=0)
    """What may be spent a month; when it is, the source stops until the next, and says so."""
    price: float = Field(0.005, ge=0)
    """US dollars for a post that is read, as X has it."""
    reposts: bool = False
    """Reposts too: they cost as much as posts."""
    languages: tuple[str, ...] = ()
    """Only posts that X believes to be in these (es, en, pt). Default: all."""
    every: Interval = timedelta(minutes=1)
    """How long to wait before connecting again after the stream ended."""
    url: str = Field(default="https://api.x.com", pattern=r"^https?://")
    """X's API."""


class Followed(msgspec.Struct, omit_defaults=True):
    """The newest post that was read, and what is spent this month in thousandths of a dollar."""

    newest: str = ""
    spent: Spent = msgspec.field(default_factory=Spent)


class _Rule(msgspec.Struct, frozen=True):
    id: str
    value: str
    tag: str = ""


class _Rules(msgspec.Struct, frozen=True):
    data: list[_Rule] = []


class _Added(msgspec.Struct, frozen=True):
    data: list[_Rule] = []
    errors: list[msgspec.Raw] = []


class _Fault(msgspec.Struct, frozen=True):
    title: str = ""
    detail: str = ""


class _Line(msgspec.Struct, frozen=True):
    data: XPost | None = None
    includes: Includes = Includes()
    errors: list[_Fault] = []


class _Meta(msgspec.Struct, frozen=True):
    next_token: str | None = None


class _Found(msgspec.Struct, frozen=True):
    meta: _Meta
    data: list[msgspec.Raw] = []
    includes: Includes = Includes()


class XSource(PolledSource[XSettings, Followed]):
    """Posts on X that name a brand, live, with edits, within what may be spent a month."""

    settings_model = XSettings
    state_model = Followed
    default_silence: ClassVar[timedelta | None] = timedelta(minutes=5)
    pace = 1.0
    _left = ""

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.settings.token.get_secret_value()}"}

    def pause(self, state: Followed) -> float:
        return max(30.0, seconds(self.settings.every))

    def budget(self) -> str:
        return self._left or f"{self.settings.monthly_usd:g} USD a month, {self.settings.price:g} for each post"

    def asks(self) -> tuple[str, ...]:
        return self._questions(1024)

    def _questions(self, longest: int) -> tuple[str, ...]:
        langs = [f"lang:{lang}" for lang in self.settings.languages]
        always = "" if self.settings.reposts else " -is:retweet"
        always += f" ({' OR '.join(langs)})" if len(langs) > 1 else f" {langs[0]}" if langs else ""
        brands = [both_spellings(brand) for brand in self.looked_for()]
        spoken = None if langs else "lang:{}"
        return questions(brands, Grammar(marks=True, longest=longest, always=always, language=spoken))

    def slow_down(self, answer: Answer) -> float:
        return 5.0 if answer.headers.get("x-rate-limit-remaining") == "1" else 0.0

    def parts(self, state: Followed) -> Sequence[RoundPart[Followed]]:
        """What was missed since the newest post, which only matters where there is one."""
        if not state.newest:
            return []
        return [
            RoundPart(f"missed posts of {each}", partial(self._missed, question=each, since=state.newest))
            for each in self._questions(512)
        ]

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Put the rules in order, ask for what was missed, listen until the stream ends; again until cancelled."""
        if not self.asks():
            raise SourceError(f"{self.name} has nothing to ask: no brand has a term", permanent=True)
        async with open_session(self.user_agent, self.headers(), patience=None) as session:
            turn = Round(self, session, inlet, self._restored(cursor))
            self._spend(turn.state, 0)
            while True:
                await self._set_rules(turn)
                for part in self.parts(turn.state):
                    await part.look(turn)
                await self._listen(session, turn)
                await self.clock.sleep(self.pause(turn.state))

    def _request(self, path: str, **more: object) -> Request:
        url = f"{self.settings.url.rstrip('/')}/2/tweets/search/{path}"
        return Request(url=url, name="X", renew=RENEW, **more)  # type: ignore[arg-type]

    async def _set_rules(self, turn: Round[Followed]) -> None:
        """Those of ours that are not wanted any more go, those that are new come; all others are left alone."""
        there = await turn.json(self._request("stream/rules"), _Rules)
        wanted = {value: f"{TAG}{number}" for number, value in enumerate(self.asks(), 1)}
        ours = [rule for rule in there.data if rule.tag.startswith(TAG)]
        stale = [rule.id for rule in ours if rule.value not in wanted]
        missing = [value for value in wanted if value not in {rule.value for rule in ours}]
        if stale:
            await self._post_rules(turn, {"delete": {"ids": stale}})
        if missing:
            said = await self._post_rules(turn, {"add": [{"value": each, "tag": wanted[each]} for each in missing]})
            if said.errors and len(said.data) < len(missing):
                shown = bytes(said.errors[0])[:200].decode("utf-8", "replace")
                turn.inlet.trouble(f"X refuses {len(said.errors)} rules, first: {shown}", "rules", unheard=True)
            else:
                turn.inlet.alive("rules")

    async def _post_rules(self, turn: Round[Followed], body: object) -> _Added:
        return await turn.json(self._request("stream/rules", method="POST", body=json.dumps(body).encode()), _Added)

    async def _missed(self, turn: Round[Followed], question: str, since: str) -> None:
        token = ""
        for _ in range(PAGES):
            params = {"query": question, "since_id": since, "max_results": "100", "sort_order": "recency"} | FIELDS
            params |= {"next_token": token} if token else {}
            try:
                found = await turn.json(self._request("recent", params=params), _Found)
            except RequestRefused as error:
                if error.status == 400:  # the newest post is more than a week old: there is nothing to ask from
                    turn.state.newest = ""
                    return
                raise
            posts = await turn.items(found.data, XPost, "X")
            self._spend(turn.state, len(found.data))
            await self._put(turn, [(post, found.includes) for post in posts])
            token = found.meta.next_token or ""
            if not token:
                return

    async def _listen(self, session: aiohttp.ClientSession, turn: Round[Followed]) -> None:
        request = self._request("stream", params=FIELDS)
        try:
            async with session.get(request.url, params=request.params) as response:
                if response.status != 200:
                    raise await self._refusal(response)
                turn.inlet.alive()
                await self._hear(response, turn)
        except TimeoutError:
            turn.inlet.trouble(f"X: no byte for {DEAD_AFTER:g} seconds; it is asked again")
        except (aiohttp.ClientError, OSError) as error:
            raise SourceError(f"X: the stream broke ({reason(error)})") from None

    async def _refusal(self, response: aiohttp.ClientResponse) -> RequestRefused:
        body = await response.content.read(SHOWN)
        wait = None
        if response.status == 429:
            reset = response.headers.get("x-rate-limit-reset", "")
            wait = max(60.0, int(reset) - self.clock.now().timestamp()) if reset.isdecimal() else 60.0
        told = f"; {RENEW}" if response.status in (401, 403) else ""
        busy = " (another program has the stream)" if b"TooManyConnections" in body else ""
        return RequestRefused(
            f"X answers {response.status} {response.reason or ''}{busy}{told}",
            status=response.status,
            body=body,
            retry_after=min(wait, 900.0) if wait is not None else None,
            permanent=response.status in (401, 403, 404),
        )

    async def _hear(self, response: aiohttp.ClientResponse, turn: Round[Followed]) -> None:
        """Lines of JSON, empty ones to say that it lives; what came is written down each second."""
        held: list[tuple[XPost, Includes]] = []
        rest, silent = b"", 0.0
        while True:
            try:
                async with asyncio.timeout(DUE):
                    chunk = await response.content.readany()
            except TimeoutError:
                silent += DUE
                await self._put(turn, held)
                held = []
                if silent >= DEAD_AFTER:
                    raise
                continue
            if not chunk:
                await self._put(turn, held)
                turn.inlet.trouble("X ended the stream; it is asked again")
                return
            silent = 0.0
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > LONGEST_LINE:
                raise SourceError("X sends no lines; check `url`")
            held += self._read([line for line in lines if line.strip()], turn)
            turn.inlet.alive()
            if len(held) >= MOST:
                await self._put(turn, held)
                held = []

    def _read(self, lines: Sequence[bytes], turn: Round[Followed]) -> list[tuple[XPost, Includes]]:
        posts: list[tuple[XPost, Includes]] = []
        for raw in lines:
            try:
                line = msgspec.json.decode(raw, type=_Line, strict=False)
            except (msgspec.MsgspecError, UnicodeError, RecursionError):
                turn.inlet.refused(1, f"X sends a line of {len(raw)} bytes that is no post")
                continue
            if line.data is not None:
                posts.append((line.data, line.includes))
            elif line.errors:
                raise SourceError(f"X ends the stream: {line.errors[0].title} {line.errors[0].detail}"[:300])
        self._spend(turn.state, len(posts))
        return posts

    def _spend(self, state: Followed, posts: int) -> None:
        limit, now = self.settings.monthly_usd * 1000, self.clock.now()
        spend(state.spent, 0, limit=limit, now=now, monthly=True)
        self._left = f"{max(0.0, limit - state.spent.units) / 1000:.2f} of {limit / 1000:g} USD left this month"
        # What was read is paid for: it is counted whole, and the next look finds the month spent.
        state.spent.units += posts * self.settings.price * 1000
        if state.spent.units >= limit and not posts:
            spend(state.spent, 1, limit=limit, now=now, monthly=True)

    async def _put(self, turn: Round[Followed], posts: Sequence[tuple[XPost, Includes]]) -> None:
        new: list[Mention] = []
        edited: list[Mention] = []
        for post, includes in posts:
            mention = to_mention(self.name, post, includes.users or [], self.clock.now(), self.settings.lang)
            (new if post.history[0] == post.id else edited).append(mention)
            turn.state.newest = max(turn.state.newest, post.id, key=lambda id: (len(id), id))
        await turn.put(new, edited=edited)
        if posts:
            self._spend(turn.state, 0)
