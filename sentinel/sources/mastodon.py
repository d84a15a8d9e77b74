"""Mastodon, by hashtags and by everything public that an instance sees: live, and by asking where that is refused."""

import asyncio
import re
import unicodedata
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
from sentinel.sources.mastodon_status import MastodonStatus, to_mention
from sentinel.sources.polling import Answer, Request, open_session, reason
from sentinel.sources.rounds import MOST, PolledSource, Round, RoundPart, seconds

PAGE = 40
DEEPEST = 250
"""Pages of a timeline in one round at most."""
TRACKED = 1_000
"""Posts whose deletion can be understood: an instance names it by its own number."""
HEARTBEAT = 20.0
DUE = 1.0
"""Seconds after which what was heard is written down."""
LARGEST = 4 * 2**20
PUBLIC = "public"


class MastodonSettings(SourceSettings):
    """Public posts that a Mastodon instance sees."""

    instance: str = Field(examples=["https://mastodon.social"], pattern=r"^https?://[^/]+/?$")
    """The instance's address."""
    token: SecretStr = Field(examples=["secret"])
    """An application's access token with `read:statuses`, of an account without filters, blocks and languages."""
    public: bool = True
    """Listen to every public post the instance sees, not to the brands' hashtags alone."""
    tags: tuple[str, ...] = ()
    """Hashtags beside those made of the brands' terms, without `#`."""
    streaming: bool = True
    """Live; otherwise, and where the instance refuses it, by asking."""
    every: Interval = timedelta(seconds=60)
    """How often to ask where it is not live."""


class MastodonCursor(msgspec.Struct, omit_defaults=True):
    """The newest post of each timeline, and what the posts that were kept are called on the whole network."""

    newest: dict[str, str] = {}
    uris: dict[str, str] = {}


class _Frame(msgspec.Struct, frozen=True):
    event: str = ""
    payload: str = ""
    stream: list[str] = []
    error: str | None = None
    status: int | None = None


class _Urls(msgspec.Struct, frozen=True):
    streaming: str | None = None


class _Configuration(msgspec.Struct, frozen=True):
    urls: _Urls = _Urls()


class _Instance(msgspec.Struct, frozen=True):
    configuration: _Configuration = _Configuration()


class MastodonSource(PolledSource[MastodonSettings, MastodonCursor]):
    """Public posts on Mastodon, with edits and deletions; fills its gaps after each break."""

    settings_model = MastodonSettings
    state_model = MastodonCursor
    default_silence: ClassVar[timedelta | None] = timedelta(minutes=15)

    @property
    def _name(self) -> str:
        return self.settings.instance.rstrip("/").partition("://")[2]

    @property
    def _renew(self) -> str:
        return (
            f"make a new token with read:statuses at {self.settings.instance.rstrip('/')}/settings/applications and "
            "put it into `token`"
        )

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.settings.token.get_secret_value()}"}

    def asks(self) -> tuple[str, ...]:
        tags = [f"#{tag}" for tag in self._tags()]
        return (*(("every public post",) if self.settings.public else ()), *tags)

    def _tags(self) -> tuple[str, ...]:
        terms = [term for brand in self.looked_for() for term in brand.any if not term.startswith("@")]
        return tuple(dict.fromkeys(tag for term in (*self.settings.tags, *terms) if (tag := to_tag(term))))

    def pause(self, state: MastodonCursor) -> float:
        return max(30.0, seconds(self.settings.every))

    def slow_down(self, answer: Answer) -> float:
        """Near the end of what the instance grants in five minutes."""
        left = answer.headers.get("X-RateLimit-Remaining", "")
        return 15.0 if left.isdecimal() and int(left) < 20 else 0.0

    def parts(self, state: MastodonCursor) -> Sequence[RoundPart[MastodonCursor]]:
        found = [RoundPart(f"#{tag}", partial(self._fill, timeline=tag)) for tag in self._tags()]
        return [RoundPart("public posts", partial(self._fill, timeline=PUBLIC, public=True)), *found][
            0 if self.settings.public else 1 :
        ]

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Listen, and ask for what was missed, until cancelled."""
        refused: dict[str, float] = {}
        async with open_session(self.user_agent, self.headers()) as session:
            turn = Round(self, session, inlet, self._restored(cursor))
            while True:
                if self.settings.streaming:
                    await self._listen(session, turn, refused)
                else:
                    await self._round(turn, refused)
                await self.clock.sleep(self.pause(turn.state))

    # -- by asking

    async def _fill(self, turn: Round[MastodonCursor], timeline: str, *, public: bool = False) -> None:
        """Everything since the newest that is known; the newest page at the very first."""
        key = PUBLIC if public else f"#{timeline}"
        path = "public" if public else f"tag/{timeline}"
        for _ in range(DEEPEST):
            params = {"limit": str(PAGE)} | ({"min_id": turn.state.newest[key]} if key in turn.state.newest else {})
            url = f"{self.settings.instance.rstrip('/')}/api/v1/timelines/{path}"
            request = Request(url=url, name=self._name, params=params, renew=self._renew)
            raw = await turn.json(request, list[msgspec.Raw])
            statuses = await turn.items(raw, MastodonStatus, self._name)
            for status in statuses:
                self._advance(turn.state, key, status.id)
            await turn.put(self._mentions(turn, statuses))
            if len(raw) < PAGE or not statuses or "min_id" not in params:
                return

    def _advance(self, state: MastodonCursor, key: str, id: str) -> None:
        """Numbers of an instance grow; longer ones are newer."""
        old = state.newest.get(key, "")
        if (len(id), id) > (len(old), old):
            state.newest[key] = id

    def _mentions(self, turn: Round[MastodonCursor], statuses: Sequence[MastodonStatus]) -> list[Mention]:
        made = []
        for status in statuses:
            if not status.is_wanted:
                continue
            mention = to_mention(self.name, status, self.clock.now(), self.settings.lang)
            made.append(mention)
            if turn.inlet.wants(mention):
                turn.state.uris[status.id] = mention.id
        while len(turn.state.uris) > TRACKED:
            del turn.state.uris[next(iter(turn.state.uris))]
        return made

    # -- live

    async def _listen(
        self, session: aiohttp.ClientSession, turn: Round[MastodonCursor], refused: dict[str, float]
    ) -> None:
        """Until the stream breaks; where there is none, one round of asking."""
        try:
            url = await self._streaming_url(turn)
            async with session.ws_connect(url, heartbeat=HEARTBEAT, max_msg_size=LARGEST) as socket:
                for tag in self._tags():
                    await socket.send_json({"type": "subscribe", "stream": "hashtag", "tag": tag})
                if self.settings.public:
                    await socket.send_json({"type": "subscribe", "stream": "public"})
                await self._round(turn, refused)  # what was missed; what comes meanwhile waits in the socket
                turn.inlet.alive("stream")
                await self._hear(socket, turn)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            turn.inlet.trouble(f"{self._name} refuses or broke the stream ({reason(error)}); it is asked", "stream")
            await self._round(turn, refused)

    async def _streaming_url(self, turn: Round[MastodonCursor]) -> str:
        base = self.settings.instance.rstrip("/")
        own = re.sub("^http", "ws", base)
        try:
            found = await turn.json(
                Request(url=f"{base}/api/v2/instance", name=self._name, renew=self._renew), _Instance
            )
            named = found.configuration.urls.streaming
        except SourceError as error:
            if error.permanent and "401" in str(error):
                raise
            named = None
        return f"{(named or own).rstrip('/')}/api/v1/streaming"

    async def _hear(self, socket: aiohttp.ClientWebSocketResponse, turn: Round[MastodonCursor]) -> None:
        frames: list[_Frame] = []
        while True:
            try:
                async with asyncio.timeout(DUE):
                    message = await socket.receive()
            except TimeoutError:
                await self._take(frames, turn)
                frames = []
                turn.inlet.alive()
                continue
            if message.type is not aiohttp.WSMsgType.TEXT:
                await self._take(frames, turn)
                turn.inlet.trouble(f"{self._name} closed the stream ({socket.close_code or ''})", "stream")
                return
            frames.append(_read(message.data))
            if len(frames) >= MOST:
                await self._take(frames, turn)
                frames = []

    async def _take(self, frames: Sequence[_Frame], turn: Round[MastodonCursor]) -> None:
        if not frames:
            return
        new: list[Mention] = []
        edited: list[Mention] = []
        deleted: list[str] = []
        bad = 0
        for frame in frames:
            if frame.error is not None:
                raise SourceError(f"{self._name} refuses a stream: {frame.error[:200]}; {self._renew}", permanent=True)
            if frame.event == "delete":
                deleted += [uri] if (uri := turn.state.uris.pop(frame.payload, None)) else []
            elif frame.event in ("update", "status.update"):
                made = self._statuses(frame, turn)
                bad += made is None
                (new if frame.event == "update" else edited).extend(made or ())
            elif frame.event == "":
                bad += 1
        if bad:
            turn.inlet.refused(bad, f"{self._name} sends what is no status")
        await turn.put(new, edited=edited, deleted=deleted)

    def _statuses(self, frame: _Frame, turn: Round[MastodonCursor]) -> list[Mention] | None:
        try:
            status = msgspec.json.decode(frame.payload, type=MastodonStatus, strict=False)
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            return None
        if frame.event == "update" and frame.stream:
            self._advance(turn.state, PUBLIC if len(frame.stream) == 1 else f"#{frame.stream[1]}", status.id)
        return self._mentions(turn, [status])


def to_tag(term: str) -> str:
    """A term as a hashtag, which has no spaces and no accents to speak of.

    Examples
    --------
    >>> to_tag("Coca-Cola"), to_tag("L'Oréal"), to_tag("#zara"), to_tag("3")
    ('cocacola', 'loreal', 'zara', '')
    """
    plain = "".join(char for char in unicodedata.normalize("NFKD", term.lower()) if not unicodedata.combining(char))
    tag = re.sub(r"[^\w]", "", plain)
    return tag if not tag.isdecimal() else ""


def _read(frame: str) -> _Frame:
    try:
        return msgspec.json.decode(frame, type=_Frame)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return _Frame()
