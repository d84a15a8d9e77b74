"""``/api/v1/ignores``: accounts whose words do not count for a while: list them, add one, hear one again."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.config.explain import unknown
from sentinel.errors import NoSuchIncident
from sentinel.matching.author_ignore import AuthorIgnore
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import named
from sentinel.web.answer import as_json, read_json
from sentinel.web.api.shapes import VISIBLE, Fault, Name, Words
from sentinel.web.endpoint import BAD, get, in_path, post
from sentinel.web.http.body import RefusedBody
from sentinel.web.ignoring import IgnorableAccount, hear_again, ignore_account

Who = Annotated[
    str,
    msgspec.Meta(
        min_length=2,
        max_length=200,
        pattern=VISIBLE,
        description="An @handle, an author's id as its network has it, or a site such as spam.example.",
    ),
]
Days = Annotated[float, msgspec.Meta(gt=0, le=366, description="How long; a year at most.")]


class IgnoreAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account to ignore. Without ``brands`` it is the incident's brand, without an incident every brand; with
    ``source`` only there. With ``incident`` its timeline says so.
    """

    by: Name
    who: Who
    days: Days = 30.0
    brands: tuple[str, ...] = ()
    source: str | None = None
    reason: Words | None = None
    incident: str | None = None


class HearAgainAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who wants the account heard again."""

    by: Name


class IgnoreNow(msgspec.Struct, frozen=True, kw_only=True):
    """One ignored account as it is now."""

    ignore: AuthorIgnore


class IgnoreList(msgspec.Struct, frozen=True, kw_only=True):
    """Those that people chose while Sentinel runs, the one that ends last first; those of the file stand there."""

    at: datetime
    ignores: tuple[AuthorIgnore, ...]


_LOST = (503, "The store does not take it, and why; nothing has changed.", Fault)


@get("/api/v1/ignores", "Accounts that people ignore", (200, "The one that ends last first.", IgnoreList))
async def get_ignores(request: web.Request) -> web.Response:
    """Those in force, and those that ended while the journal still needs them."""
    ports = ports_of(request)
    return as_json(IgnoreList(at=ports.clock.now(), ignores=ports.author_ignores.all()))


@post(
    "/api/v1/ignores",
    "Ignore an account for a while",
    (201, "On disk; from the next mention on.", IgnoreNow),
    BAD,
    (404, "No such incident.", Fault),
    _LOST,
    scope=Scope.INCIDENTS,
    body=IgnoreAsk,
    did="ignore",
)
async def post_ignore(request: web.Request) -> web.Response:
    """Ignore one from the next mention on; answers once it is on disk."""
    ports = ports_of(request)
    asked = await read_json(request, IgnoreAsk)
    names, brands = [brand.name for brand in ports.config().brands], asked.brands
    for brand in brands:
        if brand not in names:
            raise RefusedBody(400, f"brands: {unknown(brand, names, 'brand')}")
    if asked.source is not None and asked.source not in ports.config().sources:
        raise RefusedBody(400, f"source: {unknown(asked.source, list(ports.config().sources), 'source')}")
    if asked.incident is not None:
        incident = await ports.incidents.get(asked.incident)
        if incident is None:
            raise NoSuchIncident(asked.incident)
        brands = brands or (incident.brand,)
    made = await ignore_account(
        ports,
        IgnorableAccount(who=asked.who, name=asked.who, source=asked.source or ""),
        brands=brands,
        by=named(request, asked.by),
        incident=asked.incident,
        lasts=timedelta(days=asked.days),
        reason=asked.reason,
    )
    note(request, about=made.id)
    return as_json(IgnoreNow(ignore=made), status=201)


@post(
    "/api/v1/ignores/{id}/end",
    "Hear an ignored account again",
    (200, "As it is now.", IgnoreNow),
    BAD,
    (404, "None of that name.", Fault),
    _LOST,
    scope=Scope.INCIDENTS,
    body=HearAgainAsk,
    parameters=(in_path("id", "Which."),),
    did="ignore_end",
)
async def post_ignore_end(request: web.Request) -> web.Response:
    """Hear one again, from the next mention on."""
    name = request.match_info["id"]
    asked = await read_json(request, HearAgainAsk)
    ended = await hear_again(ports_of(request), name, named(request, asked.by))
    if ended is None:
        raise RefusedBody(404, f"there is no ignored account {name[:40]!r}")
    return as_json(IgnoreNow(ignore=ended))
