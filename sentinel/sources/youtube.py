"""YouTube: videos that name a brand, and comments under them, under named videos and on named channels."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from functools import partial
from typing import ClassVar

import msgspec
from pydantic import Field, SecretStr

from sentinel.config.source_settings import SourceSettings
from sentinel.config.units import Interval
from sentinel.mention import Author, Engagement, Kind, Mention
from sentinel.sources.instants import believed, read_stamp
from sentinel.sources.plain_text import storable, strip_html, unescape
from sentinel.sources.polling import Request, RequestRefused
from sentinel.sources.quota import Spent, next_period, spend, spread
from sentinel.sources.rounds import PolledSource, Round, RoundPart, seconds
from sentinel.sources.topics import Grammar
from sentinel.sources.youtube_shapes import ApiPage, CommentThread, SearchHit, Video, VideoComment

PAGES = 5
"""Pages of comments in one look at most."""
OVERLAP = timedelta(minutes=30)
RENEW = "make a new key at https://console.cloud.google.com/apis/credentials and put it into `key`"
PACIFIC = "America/Los_Angeles"
"""Where the quota begins anew at midnight."""


class YoutubeSettings(SourceSettings):
    """Videos and comments on YouTube."""

    key: SecretStr = Field(examples=["secret"])
    """An API key of the YouTube Data API v3."""
    videos: tuple[str, ...] = ()
    """Ids of videos whose comments are always heard."""
    channels: tuple[str, ...] = ()
    """Ids of channels (`UC…`), one's own for instance: every comment on any of their videos."""
    follow: int = Field(20, ge=0, le=500)
    """Videos found by searching whose comments are heard, the newest."""
    every: Interval = timedelta(minutes=15)
    """How often to ask; searches are spread over the day, so that their quota lasts."""
    searches: int = Field(100, ge=0)
    """Searches a day that Google grants."""
    units: int = Field(10_000, ge=1)
    """Units a day that Google grants for everything else."""
    region: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    """Two letters of a country, to search there."""
    api_url: str = Field(default="https://www.googleapis.com/youtube/v3", pattern=r"^https?://")
    """Google's API."""


class YouTubeCursor(msgspec.Struct, omit_defaults=True):
    """What is spent of the quotas, how far each search and each list of comments was read, and the videos found."""

    searches: Spent = msgspec.field(default_factory=Spent)
    units: Spent = msgspec.field(default_factory=Spent)
    searched: dict[str, str] = {}
    searched_at: dict[str, float] = {}
    commented: dict[str, str] = {}
    found: list[str] = []


class YoutubeSource(PolledSource[YoutubeSettings, YouTubeCursor]):
    """Videos and comments on YouTube, within what Google grants a day."""

    settings_model = YoutubeSettings
    state_model = YouTubeCursor
    default_silence: ClassVar[timedelta | None] = timedelta(hours=2)
    normal_lag: ClassVar[timedelta | None] = timedelta(hours=1)
    grammar = Grammar(either="|", group="{}", longest=400)
    pace = 0.2
    _spent = ""

    def pause(self, state: YouTubeCursor) -> float:
        looks = len(self.settings.videos) + len(self.settings.channels) + len(state.found) + 1
        return spread(looks, self.settings.units, seconds(self.settings.every))

    def budget(self) -> str:
        return self._spent or f"{self.settings.searches} searches and {self.settings.units} units a day"

    def parts(self, state: YouTubeCursor) -> Sequence[RoundPart[YouTubeCursor]]:
        asked = [RoundPart(f"search for {each}", partial(self._search, question=each)) for each in self.asks()]
        lists = [(f"video {each}", "videoId", each) for each in (*self.settings.videos, *state.found)]
        lists += [(f"channel {each}", "allThreadsRelatedToChannelId", each) for each in self.settings.channels]
        comments = [
            RoundPart(f"comments of {name}", partial(self._comments, key=key, id=id), beside=bool(asked))
            for name, key, id in dict.fromkeys(lists)
        ]
        return [*(asked if self.settings.searches else ()), *comments]

    async def _get(self, turn: Round[YouTubeCursor], path: str, **params: str) -> ApiPage:
        state, now = turn.state, self.clock.now()
        if path == "search":
            spend(state.searches, 1, limit=self.settings.searches, now=now, zone=PACIFIC)
        else:
            spend(state.units, 1, limit=self.settings.units, now=now, zone=PACIFIC)
        self._spent = (
            f"{self.settings.searches - state.searches.units:g} of {self.settings.searches} searches and "
            f"{self.settings.units - state.units.units:g} of {self.settings.units} units left today"
        )
        request = Request(
            url=f"{self.settings.api_url.rstrip('/')}/{path}",
            name="YouTube",
            params=params | {"key": self.settings.key.get_secret_value()},
            renew=RENEW,
        )
        try:
            return await turn.json(request, ApiPage)
        except RequestRefused as error:
            if b"quotaExceeded" in error.body or b"dailyLimitExceeded" in error.body:
                wait = (next_period(now, zone=PACIFIC) - now).total_seconds()
                said = "YouTube's quota of today is spent; it begins anew at midnight in California"
                raise RequestRefused(said, status=429, retry_after=wait) from None
            if error.status == 400 and b"API key" in error.body:
                raise RequestRefused(f"YouTube does not know the key; {RENEW}", status=401, permanent=True) from None
            raise

    async def _search(self, turn: Round[YouTubeCursor], question: str) -> None:
        state, now = turn.state, self.clock.now()
        due = spread(len(self.asks()), self.settings.searches, seconds(self.settings.every)) * 0.98
        if now.timestamp() - state.searched_at.get(question, 0.0) < due:
            return
        since = state.searched.get(question) or f"{now - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
        more = {"regionCode": self.settings.region} if self.settings.region else {}
        page = await self._get(
            turn,
            "search",
            part="snippet",
            q=question,
            type="video",
            order="date",
            publishedAfter=since,
            maxResults="50",
            **more,
        )
        found = [each.id.video_id for each in await turn.items(page.items, SearchHit, "YouTube") if each.id.video_id]
        videos: list[Mention] = []
        for start in range(0, len(found), 50):
            ids = ",".join(found[start : start + 50])
            details = await self._get(turn, "videos", part="snippet,statistics", id=ids)
            videos += [self._video(each) for each in await turn.items(details.items, Video, "YouTube's videos")]
        state.searched[question] = f"{now - OVERLAP:%Y-%m-%dT%H:%M:%SZ}"
        state.searched_at[question] = now.timestamp()
        wanted = [video.id for video in videos if turn.inlet.wants(video)]
        state.found = list(dict.fromkeys([*wanted, *state.found]))[: self.settings.follow]
        followed = {*state.found, *self.settings.videos, *self.settings.channels}
        state.commented = {id: newest for id, newest in state.commented.items() if id in followed}
        await turn.put(videos)

    async def _comments(self, turn: Round[YouTubeCursor], key: str, id: str) -> None:
        """From the newest on, until a whole page is known: an old thread may come first."""
        state, token, newest = turn.state, "", turn.state.commented.get(id, "")
        known = newest
        for _ in range(PAGES):
            try:
                page = await self._get(
                    turn,
                    "commentThreads",
                    part="snippet,replies",
                    order="time",
                    maxResults="100",
                    textFormat="plainText",
                    **{key: id},
                    **({"pageToken": token} if token else {}),
                )
            except RequestRefused as error:
                if b"commentsDisabled" in error.body or error.status == 404:
                    state.found = [each for each in state.found if each != id]
                    return
                raise
            threads = await turn.items(page.items, CommentThread, "YouTube's comments")
            comments = [(each, thread.snippet.video_id or "") for thread in threads for each in self._each(thread)]
            stamps = [each.snippet.updated_at or each.snippet.published_at for each, _ in comments]
            newest = max([newest, *stamps])
            token = page.next_page_token or ""
            last = not token or all(stamp <= known for stamp in stamps)
            if last:
                state.commented[id] = newest
            await turn.put([self._comment(each, video) for each, video in comments])
            if last:
                return
        state.commented[id] = newest

    def _each(self, thread: CommentThread) -> list[VideoComment]:
        replies: list[VideoComment] = []
        for raw in thread.replies.comments if thread.replies else ():
            try:
                replies.append(msgspec.json.decode(raw, type=VideoComment, strict=False))
            except msgspec.MsgspecError:
                continue
        return [thread.snippet.top_level_comment, *replies]

    def _video(self, video: Video) -> Mention:
        said = video.snippet
        known = believed(read_stamp(said.published_at), zone=UTC, now=self.clock.now())
        return Mention(
            source=self.name,
            id=video.id,
            title=storable(unescape(said.title)) or None,
            text=storable(unescape(said.description))[:100_000],
            published_at=known.at if known is not None else self.clock.now(),
            lang=(said.default_audio_language or said.default_language or "").split("-")[0][:8].lower()
            or self.settings.lang,
            kind=Kind.POST,
            url=f"https://www.youtube.com/watch?v={video.id}",
            author=Author(id=said.channel_id, name=said.channel_title or None),
            engagement=Engagement(
                likes=video.statistics.like_count or 0,
                replies=video.statistics.comment_count or 0,
                views=video.statistics.view_count,
            ),
            tags=tuple(said.tags) if said.tags else None,
        )

    def _comment(self, comment: VideoComment, video: str) -> Mention:
        said = comment.snippet
        known = believed(read_stamp(said.published_at), zone=UTC, now=self.clock.now())
        return Mention(
            source=self.name,
            id=comment.id,
            text=storable(said.text_original or strip_html(said.text_display or ""))[:100_000],
            published_at=known.at if known is not None else self.clock.now(),
            lang=self.settings.lang,
            kind=Kind.COMMENT,
            url=f"https://www.youtube.com/watch?v={video}&lc={comment.id}" if video else None,
            author=Author(
                id=said.author_channel_id.value if said.author_channel_id else None, handle=said.author_display_name
            ),
            engagement=Engagement(likes=max(0, said.like_count or 0)),
            parent_id=said.parent_id or video or None,
            root_id=video or None,
        )
