"""What a person filled into a form, read by a page: wall times, names and choices, or what is unclear about them in the
reader's words.
"""

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from aiohttp import web

from sentinel.escalation.wall import ends_at, starts_at
from sentinel.web.access.tokens import NAME_COOKIE
from sentinel.web.access.visitor import Visitor, named
from sentinel.web.answer import YEARS
from sentinel.web.http.peer import over_tls
from sentinel.web.pages.words import Words
from sentinel.web.undone import Undone

MONTH = 30 * 24 * 3600
LONGEST_NAME = 80
LONGEST_REASON = 200

Fields = dict[str, str]
T = TypeVar("T")


class Unclear(Exception):
    """A form that cannot be done as it is; ``key`` is the sentence of ``asked.yaml`` that says why, ``status`` what a
    program is told.
    """

    def __init__(self, key: str, status: int = 400, /, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.status = status
        self.facts = facts

    def said(self, words: Words) -> str:
        """In the reader's words."""
        return words.said(f"asked.{self.key}", **self.facts)


def made(answer: T | Undone) -> T:
    """What was done, or `Unclear` that says why it was not."""
    if isinstance(answer, Undone):
        raise Unclear(answer.key, answer.status, **answer.facts)
    return answer


def signer(request: web.Request, fields: Fields) -> str:
    """Who does it: the visitor by their proven name, else by what they call themselves."""
    claimed = fields.get("by", "").strip()
    name = named(request, claimed)
    if not name or (name == claimed[:LONGEST_NAME] and len(claimed) > LONGEST_NAME):
        raise Unclear("name_missing")
    return name


def one_of(fields: Fields, name: str, known: Collection[str]) -> str:
    """A choice among what there is."""
    value = fields.get(name, "")
    if value not in known:
        raise Unclear("choice_unknown", value=value[:LONGEST_NAME])
    return value


def span(fields: Fields, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """``begin`` and ``end``, wall times of the zone, as instants."""
    return starts_at(wall(fields, "begin"), zone), ends_at(wall(fields, "end"), zone)


def wall(fields: Fields, name: str) -> datetime:
    """A wall time as a browser's field writes it."""
    text = fields.get(name, "").strip()
    if not text:
        raise Unclear("time_missing")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Unclear("time_unreadable", value=text[:40]) from None
    if found.tzinfo is not None or not YEARS[0] <= found.year < YEARS[1]:
        raise Unclear("time_unreadable", value=text[:40])
    return found


def reason(fields: Fields) -> str:
    """Why, in one line."""
    return " ".join(fields.get("reason", "").split())[:LONGEST_REASON]


def done(request: web.Request, address: str, visitor: Visitor, by: str) -> web.Response:
    """On to the page that shows what was done; a name that somebody gave themselves is remembered."""
    response = web.Response(status=303, headers={"Location": address})
    if not visitor.proven:
        response.set_cookie(
            NAME_COOKIE, quote(by), max_age=MONTH, httponly=True, samesite="Lax", secure=over_tls(request)
        )
    return response


def back_to(address: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    """For whoever opens the address of a button again: to the page that it is on."""

    async def get_back(request: web.Request) -> web.Response:
        language = request.query.get("lang")
        return web.Response(
            status=303, headers={"Location": f"{address}?lang={quote(language)}" if language else address}
        )

    return get_back
