"""Apple's App Store: reviews with their stars, by the feed that each country's store publishes; no key is needed."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from functools import partial
from typing import ClassVar

import msgspec
from pydantic import Field, field_validator

from sentinel.config.source_settings import SourceSettings
from sentinel.config.units import Interval
from sentinel.mention import Author, Engagement, Kind, Mention
from sentinel.sources.instants import believed, read_stamp
from sentinel.sources.plain_text import storable, unescape
from sentinel.sources.polling import Request
from sentinel.sources.rounds import PolledSource, Round, RoundPart, seconds

PAGES = 10
"""Of fifty reviews each: more the store does not publish."""
LANGUAGES = {
    **dict.fromkeys(
        ["es", "mx", "ar", "co", "cl", "pe", "ec", "uy", "py", "bo", "cr", "pa", "gt", "sv", "hn", "ni", "do", "ve"],
        "es",
    ),
    **dict.fromkeys(["us", "gb", "ie", "au", "nz", "ca", "za", "in"], "en"),
    **dict.fromkeys(["pt", "br", "ao", "mz"], "pt"),
}
"""What a country's reviews are mostly written in."""


class AppstoreSettings(SourceSettings):
    """Reviews of apps in Apple's App Store."""

    apps: tuple[str, ...] = Field(min_length=1, examples=[["284882215"]])
    """Numbers of the apps, as in the addresses of their pages (`id284882215`)."""
    countries: tuple[str, ...] = Field(default=("es",), min_length=1)
    """Stores by two letters: es, mx, us …"""
    every: Interval = timedelta(minutes=10)
    """How often to ask."""
    url: str = Field(default="https://itunes.apple.com", pattern=r"^https?://")
    """The stores' feeds."""

    @field_validator("apps")
    @classmethod
    def _numbers(cls, apps: tuple[str, ...]) -> tuple[str, ...]:
        numbers = tuple(app.removeprefix("id") for app in apps)
        if wrong := next((app for app in numbers if not app.isdecimal()), None):
            raise ValueError(
                f"{wrong!r} is no number of an app; write the one in its page's address, such as 284882215"
            )
        return numbers


class AppStoreCursor(msgspec.Struct, omit_defaults=True):
    """The newest review of each store."""

    newest: dict[str, str] = {}


class _Label(msgspec.Struct, frozen=True):
    label: str = ""


class _Reviewer(msgspec.Struct, frozen=True):
    name: _Label = _Label()
    uri: _Label = _Label()


class _Entry(msgspec.Struct, frozen=True):
    id: _Label
    content: _Label
    updated: _Label
    rating: _Label = msgspec.field(name="im:rating")
    title: _Label = _Label()
    author: _Reviewer = _Reviewer()
    votes: _Label = msgspec.field(name="im:voteSum", default=_Label())


class _Entries(msgspec.Struct, frozen=True):
    entry: list[msgspec.Raw] | msgspec.Raw = msgspec.field(default_factory=list)


class _Feed(msgspec.Struct, frozen=True):
    feed: _Entries


class AppstoreSource(PolledSource[AppstoreSettings, AppStoreCursor]):
    """Reviews of apps in Apple's App Store, with their stars; an edited review is the same one."""

    settings_model = AppstoreSettings
    state_model = AppStoreCursor
    default_silence: ClassVar[timedelta | None] = timedelta(hours=3)
    normal_lag: ClassVar[timedelta | None] = timedelta(hours=24)

    def pause(self, state: AppStoreCursor) -> float:
        return seconds(self.settings.every)

    def asks(self) -> tuple[str, ...]:
        return tuple(
            f"reviews of {app} in {country}" for app in self.settings.apps for country in self.settings.countries
        )

    def parts(self, state: AppStoreCursor) -> Sequence[RoundPart[AppStoreCursor]]:
        return [
            RoundPart(f"app {app} in {country}", partial(self._reviews, app=app, country=country))
            for app in self.settings.apps
            for country in self.settings.countries
        ]

    async def _reviews(self, turn: Round[AppStoreCursor], app: str, country: str) -> None:
        key = f"{country}/{app}"
        known = turn.state.newest.get(key, "")
        newest = known
        for page in range(1, PAGES + 1):
            request = Request(
                url=f"{self.settings.url.rstrip('/')}/{country.lower()}/rss/customerreviews/page={page}/id={app}"
                "/sortBy=mostRecent/json",
                name=f"the App Store ({country})",
            )
            raw = (await turn.json(request, _Feed)).feed.entry
            raw = raw if isinstance(raw, list) else [raw]  # one review stands alone, without its list
            entries = await turn.items(raw, _Entry, request.name)
            newest = max([newest, *(entry.updated.label for entry in entries)])
            last = not entries or not known or all(entry.updated.label <= known for entry in entries) or page == PAGES
            if last:
                turn.state.newest[key] = newest
            news = [entry for entry in entries if entry.updated.label > known]  # new, or written anew under its old id
            await turn.put(edited=[self._mention(entry, app, country) for entry in news])
            if last:
                return

    def _mention(self, entry: _Entry, app: str, country: str) -> Mention:
        known = believed(read_stamp(entry.updated.label), zone=UTC, now=self.clock.now())
        stars, votes = entry.rating.label, entry.votes.label
        name = storable(entry.author.name.label)
        return Mention(
            source=self.name,
            id=entry.id.label,
            title=storable(unescape(entry.title.label)) or None,
            text=storable(unescape(entry.content.label)),
            published_at=known.at if known is not None else self.clock.now(),
            lang=self.settings.lang or LANGUAGES.get(country.lower()),
            kind=Kind.REVIEW,
            url=f"https://apps.apple.com/{country.lower()}/app/id{app}?see-all=reviews",
            author=Author(id=entry.author.uri.label or name, name=name) if name else None,
            engagement=Engagement(likes=int(votes)) if votes.isdecimal() else None,
            rating=float(stars) if stars in ("1", "2", "3", "4", "5") else None,
        )
