"""Lemmy: posts and comments that an instance of the federated network sees."""

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
from sentinel.sources.plain_text import storable
from sentinel.sources.polling import Request
from sentinel.sources.rounds import PolledSource, Round, RoundPart, seconds

PAGE = 50
DEEPEST = 40
"""Pages of a list in one round at most."""


class LemmySettings(SourceSettings):
    """Posts and comments that a Lemmy instance sees."""

    instance: str = Field(examples=["https://lemmy.world"], pattern=r"^https?://")
    """The instance's address."""
    token: SecretStr | None = None
    """Of an account (`jwt`), for instances that only members may read."""
    local: bool = False
    """Only what was written on this instance."""
    every: Interval = timedelta(minutes=2)
    """How often to ask."""


class LemmyCursor(msgspec.Struct, omit_defaults=True):
    """The newest post and the newest comment that were read, by the instance's own numbers."""

    newest: dict[str, int] = {}


class _Person(msgspec.Struct, frozen=True):
    id: int
    name: str = ""
    display_name: str | None = None
    actor_id: str | None = None


class _Text(msgspec.Struct, frozen=True):
    """A post or a comment."""

    id: int
    ap_id: str
    published: str
    name: str | None = None
    body: str | None = None
    content: str | None = None
    url: str | None = None
    alt_text: str | None = None
    post_id: int | None = None
    path: str | None = None
    deleted: bool = False
    removed: bool = False


class _Named(msgspec.Struct, frozen=True):
    name: str = ""


class _Counts(msgspec.Struct, frozen=True):
    score: int | None = None
    comments: int | None = None
    child_count: int | None = None


class _PostView(msgspec.Struct, frozen=True):
    post: _Text
    creator: _Person
    counts: _Counts = _Counts()
    community: _Named = _Named()

    @property
    def said(self) -> _Text:
        """What was written."""
        return self.post


class _CommentView(msgspec.Struct, frozen=True):
    comment: _Text
    creator: _Person
    counts: _Counts = _Counts()
    community: _Named = _Named()

    @property
    def said(self) -> _Text:
        """What was written."""
        return self.comment


class _Posts(msgspec.Struct, frozen=True):
    posts: list[msgspec.Raw]


class _Comments(msgspec.Struct, frozen=True):
    comments: list[msgspec.Raw]


class LemmySource(PolledSource[LemmySettings, LemmyCursor]):
    """Posts and comments that a Lemmy instance sees."""

    settings_model = LemmySettings
    state_model = LemmyCursor
    default_silence: ClassVar[timedelta | None] = timedelta(minutes=30)
    normal_lag: ClassVar[timedelta | None] = timedelta(minutes=10)

    @property
    def _name(self) -> str:
        return self.settings.instance.rstrip("/").partition("://")[2]

    def headers(self) -> dict[str, str]:
        token = self.settings.token
        return {"Authorization": f"Bearer {token.get_secret_value()}"} if token is not None else {}

    def pause(self, state: LemmyCursor) -> float:
        return max(30.0, seconds(self.settings.every))

    def parts(self, state: LemmyCursor) -> Sequence[RoundPart[LemmyCursor]]:
        return [
            RoundPart("posts", partial(self._read, what="post")),
            RoundPart("comments", partial(self._read, what="comment")),
        ]

    async def _page(self, turn: Round[LemmyCursor], what: str, page: int) -> tuple[list[_PostView | _CommentView], int]:
        request = Request(
            url=f"{self.settings.instance.rstrip('/')}/api/v3/{what}/list",
            name=self._name,
            params={
                "type_": "Local" if self.settings.local else "All",
                "sort": "New",
                "limit": str(PAGE),
                "page": str(page),
            },
            renew="sign in to the instance again and put the new `jwt` into `token`: renew it like that each time",
        )
        if what == "post":
            raw = (await turn.json(request, _Posts)).posts
            return list(await turn.items(raw, _PostView, self._name)), len(raw)
        raw = (await turn.json(request, _Comments)).comments
        return list(await turn.items(raw, _CommentView, self._name)), len(raw)

    async def _read(self, turn: Round[LemmyCursor], what: str) -> None:
        """Newest first, until what is known; the newest page at the very first."""
        known = turn.state.newest.get(what, 0)
        newest = known
        for page in range(1, DEEPEST + 1):
            views, whole = await self._page(turn, what, page)
            newest = max([newest, *(view.said.id for view in views)])
            reached = not known or any(view.said.id <= known for view in views)
            last = reached or whole < PAGE or page == DEEPEST
            if last:
                turn.state.newest[what] = newest
            gone = [view.said.ap_id for view in views if view.said.deleted or view.said.removed]
            here = [view for view in views if not (view.said.deleted or view.said.removed)]
            await turn.put([self._mention(view) for view in here], deleted=gone)
            if last:
                return

    def _mention(self, view: _PostView | _CommentView) -> Mention:
        said, creator = view.said, view.creator
        known = believed(read_stamp(said.published), zone=UTC, now=self.clock.now())
        comment = isinstance(view, _CommentView)
        parts = (said.body or said.content or "", said.alt_text or "")
        return Mention(
            source=self.name,
            id=said.ap_id,
            title=storable(said.name or "") or None,
            text=storable("\n".join(part for part in parts if part)),
            published_at=known.at if known is not None else self.clock.now(),
            lang=self.settings.lang,
            kind=Kind.COMMENT if comment else Kind.POST,
            url=said.ap_id,
            author=Author(id=creator.actor_id or str(creator.id), name=creator.display_name, handle=creator.name),
            engagement=Engagement(
                likes=max(0, view.counts.score or 0), replies=view.counts.comments or view.counts.child_count or 0
            ),
            tags=(view.community.name,) if view.community.name else None,
            links=(said.url,) if said.url else None,
        )
