"""Mention query: which mentions an address asks for, for a page, a program and an export alike."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from sentinel.escalation.wall import starts_at
from sentinel.incidents.incident import Incident
from sentinel.mention import Kind
from sentinel.requests.priority import Priority
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestState
from sentinel.sentiment.sentiment import Label
from sentinel.store.heard_mention import MentionFilter, Standing
from sentinel.store.searched_words import SearchedWords, Unsearchable
from sentinel.web.answer import YEARS, Instant
from sentinel.web.ports.ports import Ports
from sentinel.web.undone import Undone

LAST = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "7d": timedelta(days=7)}
"""Times that are asked for most, up to now."""
CHOICES: Mapping[str, tuple[str, ...]] = {
    "sentiment": tuple(Label),
    "kind": tuple(Kind),
    "standing": tuple(Standing),
    "asks": tuple(RequestKind),
    "priority": tuple(Priority),
    "request": tuple(RequestState),
    "grave": ("1",),
    "last": tuple(LAST),
}
FIELDS = (
    "text",
    "brand",
    "source",
    "sentiment",
    "language",
    "kind",
    "standing",
    "grave",
    "asks",
    "priority",
    "request",
    "author",
    "incident",
    "last",
    "from",
    "to",
)
_AS_THEY_ARE = ("brand", "source", "sentiment", "kind", "standing", "asks", "priority")
LONGEST = 400
"""Characters of a field."""
LEAD = timedelta(hours=1)
"""What was said so long before an incident began is part of it: its windows are as long."""
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class MentionQuery:
    """The fields of an address that say something."""

    fields: Mapping[str, str]

    @classmethod
    def of(cls, said: Mapping[str, str]) -> "MentionQuery":
        """Of a query or a form; the first of a field that is said twice."""
        return cls({name: text for name in FIELDS if (text := said.get(name, "").strip()[:LONGEST])})

    @classmethod
    def of_request(cls, request: web.Request) -> "MentionQuery":
        """Of an address."""
        return cls.of(request.query)

    def address(self, path: str = "/mentions", **more: object) -> str:
        """Where these are; with further fields, or without those that are empty."""
        query = {**self.fields, **{name.removesuffix("_"): str(text) for name, text in more.items()}}
        told = urlencode({name: text for name, text in query.items() if text})
        return f"{path}?{told}" if told else path

    def kept(self, ports: Ports) -> "MentionQuery":
        """As it may be written down: with an author's name as mentions are kept under it."""
        author = self.fields.get("author")
        return MentionQuery({**self.fields, "author": ports.kept_as(author)}) if author else self

    async def wanted(self, ports: Ports) -> MentionFilter | Undone:
        """As the store is asked; or what of it cannot be understood."""
        for name, known in CHOICES.items():
            if (value := self.fields.get(name)) is not None and value not in known:
                return _no_choice(name, value, known)
        language = self.fields.get("language")
        if language is not None and not _LANGUAGE.fullmatch(language):
            return _no_choice("language", language, ("es", "en", "pt", "und"))
        try:
            SearchedWords.read(self.fields.get("text", ""))
        except Unsearchable as error:
            return Undone(key=f"search_{error.key}", error=str(error).replace("q: ", "text: ", 1))
        span = self._span(ports)
        if isinstance(span, Undone):
            return span
        asked = msgspec.convert(
            {
                **{name: self.fields.get(name) for name in _AS_THEY_ARE},
                "state": self.fields.get("request"),
                "language": language,
                "author": self.kept(ports).fields.get("author"),
                "grave": "grave" in self.fields,
                "text": self.fields.get("text", ""),
                "since": span[0],
                "until": span[1],
            },
            MentionFilter,
        )
        incident = self.fields.get("incident")
        return asked if incident is None else _within(asked, await ports.incidents.get(incident), incident)

    def _span(self, ports: Ports) -> tuple[datetime | None, datetime | None] | Undone:
        since, until = self._instant("from", ports), self._instant("to", ports)
        if isinstance(since, Undone):
            return since
        if isinstance(until, Undone):
            return until
        if (last := self.fields.get("last")) is not None:
            since = later(since, ports.clock.now() - LAST[last])
        return since, until

    def _instant(self, name: str, ports: Ports) -> datetime | Undone | None:
        """RFC 3339, or wall time of the file's zone as a browser's field writes it."""
        text = self.fields.get(name)
        if text is None:
            return None
        try:
            wall = datetime.fromisoformat(text)
            if not YEARS[0] <= wall.year < YEARS[1]:
                raise ValueError
            if wall.tzinfo is None:
                return starts_at(wall, ports.config().zone)
            return msgspec.convert(text.replace(" ", "+"), Instant)
        except (ValueError, msgspec.ValidationError):
            error = f"{name}: {text[:40]!r} is no instant; write one such as 2026-01-05T09:00 or 2026-01-05T09:00:00Z"
            return Undone(key="search_time", error=error, facts={"value": text[:40]})


def _within(asked: MentionFilter, incident: Incident | None, name: str) -> MentionFilter | Undone:
    """Of the incident's brand, from an hour before it began until it was over."""
    if incident is None or asked.brand not in (None, incident.brand):
        error = f"incident: there is no incident {name[:40]!r} of this brand; GET /api/v1/incidents lists them"
        return Undone(key="search_incident", error=error, status=404, facts={"value": name[:40]})
    since = later(asked.since, incident.opened_at - LEAD)
    until = asked.until
    if incident.resolution is not None and not incident.live:
        until = incident.resolution.at if until is None else min(until, incident.resolution.at)
    return msgspec.structs.replace(asked, brand=incident.brand, since=since, until=until)


def later(one: datetime | None, other: datetime) -> datetime:
    """The later of two, of which one may be none."""
    return other if one is None else max(one, other)


def _no_choice(name: str, value: str, known: tuple[str, ...]) -> Undone:
    error = f"{name}: {value[:40]!r} is none of {', '.join(known)}"
    return Undone(key="choice_unknown", error=error, facts={"value": value[:40]})
