"""Discourse: the newest posts of a forum, topics and answers."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from typing import ClassVar

import msgspec
from pydantic import Field, SecretStr

from sentinel.config.source_settings import SourceSettings
from sentinel.config.units import Interval
from sentinel.errors import SourceError
from sentinel.mention import Author, Engagement, Kind, Mention
from sentinel.sources.instants import believed, read_stamp
from sentinel.sources.plain_text import storable, strip_html
from sentinel.sources.polling import Request
from sentinel.sources.rounds import PolledSource, Round, RoundPart, seconds

DEEPEST = 100
"""Pages in one round at most."""


class DiscourseSettings(SourceSettings):
    """Posts of a Discourse forum."""

    forum: str = Field(examples=["https://community.example.com"], pattern=r"^https?://")
    """The forum's address."""
    key: SecretStr | None = Field(default=None, examples=["secret"])
    """An API key, for forums that only members may read."""
    user: str = "system"
    """The member as whom the key reads."""
    every: Interval = timedelta(minutes=2)
    """How often to ask."""


class DiscourseCursor(msgspec.Struct, omit_defaults=True):
    """The number of the newest post that was read."""

    newest: int = 0


class _Post(msgspec.Struct, frozen=True):
    id: int
    created_at: str
    cooked: str
    username: str = ""
    name: str | None = None
    topic_id: int | None = None
    topic_slug: str | None = None
    topic_title: str | None = None
    post_number: int = 1
    reply_count: int | None = None
    reads: int | None = None
    score: float | None = None
    hidden: bool | None = None


class _Posts(msgspec.Struct, frozen=True):
    latest_posts: list[msgspec.Raw]


class DiscourseSource(PolledSource[DiscourseSettings, DiscourseCursor]):
    """The newest posts of a Discourse forum."""

    settings_model = DiscourseSettings
    state_model = DiscourseCursor
    default_silence: ClassVar[timedelta | None] = timedelta(minutes=30)
    normal_lag: ClassVar[timedelta | None] = timedelta(minutes=10)

    @property
    def _name(self) -> str:
        return self.settings.forum.rstrip("/").partition("://")[2]

    def headers(self) -> dict[str, str]:
        if self.settings.key is None:
            return {}
        return {"Api-Key": self.settings.key.get_secret_value(), "Api-Username": self.settings.user}

    def pause(self, state: DiscourseCursor) -> float:
        return max(30.0, seconds(self.settings.every))

    def parts(self, state: DiscourseCursor) -> Sequence[RoundPart[DiscourseCursor]]:
        return [RoundPart("posts", self._posts)]

    async def _posts(self, turn: Round[DiscourseCursor]) -> None:
        """From the newest back to what is known; the newest page at the very first."""
        known, before = turn.state.newest, 0
        newest = known
        for depth in range(DEEPEST):
            request = Request(
                url=f"{self.settings.forum.rstrip('/')}/posts.json",
                name=self._name,
                params={"before": str(before)} if before else {},
                renew=f"make a new API key at {self.settings.forum.rstrip('/')}/admin/api/keys and put it into `key`",
            )
            raw = (await turn.json(request, _Posts)).latest_posts
            posts = await turn.items(raw, _Post, self._name)
            if raw and not posts:
                raise SourceError(f"{self._name} sends posts of another shape; it may be no Discourse forum")
            newest = max([newest, *(post.id for post in posts)])
            oldest = min((post.id for post in posts), default=0)
            last = not known or oldest <= known + 1 or depth == DEEPEST - 1
            if last:
                turn.state.newest = newest
            await turn.put([self._mention(post) for post in posts if post.id > known and not post.hidden])
            if last:
                return
            before = oldest - 1

    def _mention(self, post: _Post) -> Mention:
        known = believed(read_stamp(post.created_at), zone=UTC, now=self.clock.now())
        base = self.settings.forum.rstrip("/")
        return Mention(
            source=self.name,
            id=str(post.id),
            title=storable(post.topic_title or "") if post.post_number == 1 and post.topic_title else None,
            text=storable(strip_html(post.cooked)),
            published_at=known.at if known is not None else self.clock.now(),
            lang=self.settings.lang,
            kind=Kind.POST if post.post_number == 1 else Kind.REPLY,
            url=f"{base}/t/{post.topic_slug or '-'}/{post.topic_id}/{post.post_number}",
            author=Author(id=post.username, name=post.name or None, handle=post.username),
            engagement=Engagement(replies=post.reply_count or 0, views=post.reads),
            root_id=f"topic {post.topic_id}" if post.topic_id else None,
        )
