"""Google Play: reviews of one's own apps with their stars, through the publisher's API."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import ClassVar

import msgspec
from pydantic import Field, SecretStr

from sentinel.config.source_settings import SourceSettings
from sentinel.config.units import Interval
from sentinel.mention import Author, Engagement, Kind, Mention
from sentinel.sources.oauth import AccessToken
from sentinel.sources.plain_text import storable
from sentinel.sources.polling import Request
from sentinel.sources.quota import spread
from sentinel.sources.rounds import PolledSource, Round, RoundPart, seconds

PAGES = 20
HOURLY = 200
"""Questions an hour that Google grants."""
RENEW = (
    "renew it: let the account that may read the app's reviews consent to the scope androidpublisher again, and put "
    "what it gets into `refresh_token`"
)


class GoogleplaySettings(SourceSettings):
    """Reviews of one's own apps in Google Play."""

    packages: tuple[str, ...] = Field(min_length=1, examples=[["com.acme.app"]])
    """The apps' names."""
    client_id: str = Field(examples=["1234.apps.googleusercontent.com"])
    """Of an OAuth client of your Google Cloud project."""
    client_secret: SecretStr = Field(examples=["secret"])
    """Beside it."""
    refresh_token: SecretStr = Field(examples=["secret"])
    """Of an account that may reply to the app's reviews, with the scope androidpublisher."""
    every: Interval = timedelta(minutes=5)
    """How often to ask."""
    api_url: str = Field(default="https://androidpublisher.googleapis.com", pattern=r"^https?://")
    """Google's API."""
    token_url: str = Field(default="https://oauth2.googleapis.com/token", pattern=r"^https?://")
    """Where tokens are had."""


class GooglePlayCursor(msgspec.Struct, omit_defaults=True):
    """When the newest review of each app was written or edited, in seconds since 1970."""

    newest: dict[str, int] = {}


class _Moment(msgspec.Struct, frozen=True):
    seconds: int


class _Said(msgspec.Struct, frozen=True, rename="camel"):
    text: str
    last_modified: _Moment
    star_rating: int | None = None
    reviewer_language: str | None = None
    thumbs_up_count: int | None = None


class _Comment(msgspec.Struct, frozen=True, rename="camel"):
    user_comment: _Said | None = None


class _Review(msgspec.Struct, frozen=True, rename="camel"):
    review_id: str
    comments: list[_Comment]
    author_name: str | None = None

    @property
    def said(self) -> _Said | None:
        """What its author wrote; the rest are the publisher's answers."""
        return next((each.user_comment for each in self.comments if each.user_comment is not None), None)


class _More(msgspec.Struct, frozen=True, rename="camel"):
    next_page_token: str | None = None


class _Page(msgspec.Struct, frozen=True, rename="camel"):
    reviews: list[msgspec.Raw] = []
    token_pagination: _More | None = None


class GoogleplaySource(PolledSource[GoogleplaySettings, GooglePlayCursor]):
    """Reviews of one's own apps in Google Play, with their stars; the API knows those of the last week."""

    settings_model = GoogleplaySettings
    state_model = GooglePlayCursor
    default_silence: ClassVar[timedelta | None] = timedelta(hours=1)
    normal_lag: ClassVar[timedelta | None] = timedelta(hours=2)
    _token: AccessToken | None = None

    def pause(self, state: GooglePlayCursor) -> float:
        return spread(len(self.settings.packages), HOURLY * 24, seconds(self.settings.every))

    def asks(self) -> tuple[str, ...]:
        return tuple(f"reviews of {package}" for package in self.settings.packages)

    def parts(self, state: GooglePlayCursor) -> Sequence[RoundPart[GooglePlayCursor]]:
        return [
            RoundPart(f"app {package}", partial(self._reviews, package=package)) for package in self.settings.packages
        ]

    def _access(self) -> AccessToken:
        if self._token is None:
            form = {
                "grant_type": "refresh_token",
                "client_id": self.settings.client_id,
                "client_secret": self.settings.client_secret.get_secret_value(),
                "refresh_token": self.settings.refresh_token.get_secret_value(),
            }
            request = Request(
                method="POST", url=self.settings.token_url, name="Google's sign-in", form=form, renew=RENEW
            )
            self._token = AccessToken(request, self.clock)
        return self._token

    async def _reviews(self, turn: Round[GooglePlayCursor], package: str) -> None:
        """Newest first, until a page is known whole."""
        known = turn.state.newest.get(package, 0)
        newest, token = known, ""
        base = f"{self.settings.api_url.rstrip('/')}/androidpublisher/v3/applications/{package}/reviews"
        for number in range(1, PAGES + 1):
            request = Request(
                url=base,
                name="Google Play",
                params={"maxResults": "100"} | ({"token": token} if token else {}),
                headers=await self._access().bearer(turn),
                renew=RENEW,
            )
            page = await turn.json(request, _Page)
            reviews = await turn.items(page.reviews, _Review, "Google Play")
            written = [said.last_modified.seconds for each in reviews if (said := each.said) is not None]
            newest = max([newest, *written])
            token = (page.token_pagination.next_page_token if page.token_pagination else None) or ""
            last = not token or number == PAGES or (bool(written) and max(written) <= known)
            if last:
                turn.state.newest[package] = newest
            found = [each for review in reviews if (each := self._mention(review, package, known)) is not None]
            await turn.put(edited=found)
            if last:
                return

    def _mention(self, review: _Review, package: str, known: int) -> Mention | None:
        """What is new, or was written anew under its old id."""
        if (said := review.said) is None or said.last_modified.seconds < known:
            return None
        title, _, text = said.text.rpartition("\t")
        stars = said.star_rating
        return Mention(
            source=self.name,
            id=review.review_id,
            title=storable(title.strip()) or None,
            text=storable(text.strip()),
            published_at=datetime.fromtimestamp(said.last_modified.seconds, UTC),
            lang=(said.reviewer_language or "").split("_")[0].split("-")[0][:8].lower() or self.settings.lang,
            kind=Kind.REVIEW,
            url=f"https://play.google.com/store/apps/details?id={package}&reviewId={review.review_id}",
            author=Author(name=storable(review.author_name)) if review.author_name else None,
            engagement=Engagement(likes=max(0, said.thumbs_up_count or 0)),
            rating=float(stars) if stars is not None and 1 <= stars <= 5 else None,
        )
