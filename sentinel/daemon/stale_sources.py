"""A stale source is an alarm: who was told that a source went silent, told again every hour while it lasts, and told of
the end.

What it knows is written in the transaction that also holds the pages, so that a restart neither forgets a blindness nor
doubles it.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from sentinel.daemon.operator_notices import OperatorNotices
from sentinel.incidents.change import Event, EventName
from sentinel.notify.base import Delivery
from sentinel.phrases.phrases import span
from sentinel.silent_part import part_of

FACT = "blindness"
"""The key under which the store keeps it."""
AGAIN = timedelta(hours=1)
NAMED = 10
"""Brands named in one page; more are an ellipsis."""


class StaleSource(msgspec.Struct, frozen=True, kw_only=True):
    """One silent source, or part of it: since when, whose scores it makes unknown, who was paged, how often."""

    source: str
    since: datetime
    brands: tuple[str, ...]
    told: tuple[str, ...]
    pages: int
    paged_at: datetime


_decode = msgspec.json.Decoder(list[StaleSource]).decode


def silent_in(text: str | None) -> frozenset[str]:
    """The sources that are silent by what the store keeps."""
    return frozenset(each.source for each in _decode(text)) if text else frozenset()


class StaleSources:
    """The sources that are silent now.

    Parameters
    ----------
    maintained
        Whether a source may be silent at an instant: nobody is paged then, but at the end, if it still is.
    """

    def __init__(
        self, operators: OperatorNotices, maintained: Callable[[str, datetime], bool] = lambda source, at: False
    ) -> None:
        self._operators = operators
        self._maintained = maintained
        self._blind: dict[str, StaleSource] = {}

    @property
    def sources(self) -> tuple[str, ...]:
        """Those that are silent."""
        return tuple(self._blind)

    def load(self, text: str | None, watched: Collection[str]) -> None:
        """Go on where an earlier run stopped; what is no longer listened to is let go."""
        found = _decode(text) if text else []
        self._blind = {
            blind.source: blind for blind in found if any(part_of(each, blind.source) is not None for each in watched)
        }

    @property
    def facts(self) -> dict[str, str]:
        """What the store should keep."""
        return {FACT: msgspec.json.encode(list(self._blind.values())).decode()}

    def took(self, events: Sequence[Event]) -> list[Delivery]:
        """A source went silent or came back: the operators are told once for all its brands."""
        first = next(
            (event for event in events if event.event in (EventName.SOURCE_STALE, EventName.SOURCE_RECOVERED)), None
        )
        if first is None or first.source is None:
            return []
        brands = tuple(event.brand for event in events)
        if first.event is EventName.SOURCE_STALE:
            awaited = self._maintained(first.source, first.at)
            told = () if awaited else self._operators.contacts(first.at)
            self._blind[first.source] = StaleSource(
                source=first.source,
                since=first.at,
                brands=brands,
                told=told,
                pages=0 if awaited else 1,
                paged_at=first.at,
            )
            if awaited:
                return []
            key = "stale"
        else:
            was = self._blind.pop(first.source, None)
            if was is not None and was.pages == 0:
                return []  # it came back within its maintenance, of which nobody was told
            told = was.told if was else self._operators.contacts(first.at)
            key = "recovered"
        names, source = _named(brands), first.source
        return self._operators.rows(
            key, f"{source} {first.at.isoformat()}", first.at, lambda _: {"source": source, "brands": names}, to=told
        )

    def again(self, now: datetime) -> list[Delivery]:
        """Pages about what still lasts, an hour or more after the last one: one, however long nobody could send."""
        rows: list[Delivery] = []
        for blind in list(self._blind.values()):
            if self._maintained(blind.source, now) or (blind.pages and now - blind.paged_at < AGAIN):
                continue
            told = tuple(dict.fromkeys((*blind.told, *self._operators.contacts(now))))
            later = msgspec.structs.replace(blind, told=told, pages=blind.pages + 1, paged_at=now)
            self._blind[blind.source] = later
            about = f"{blind.source} {blind.since.isoformat()} {later.pages}"
            rows += self._operators.rows("still_stale", about, now, partial(_lasting, blind, now), to=told)
        return rows


def _lasting(blind: StaleSource, now: datetime, language: str) -> dict[str, object]:
    return {"source": blind.source, "brands": _named(blind.brands), "span": span(language, now - blind.since)}


def _named(brands: Sequence[str]) -> str:
    return ", ".join(brands[:NAMED]) + (" …" if len(brands) > NAMED else "")
