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
from sentinel.web.access.scopes import needs
from sentinel.web.access.visitor import named
from sentinel.web.answer import as_json, read_json
from sentinel.web.api.shapes import VISIBLE, Name, Words
from sentinel.web.http.body import RefusedBody
from sentinel.web.http.posting import admit
from sentinel.web.ignoring import IgnorableAccount, hear_again, ignore_account
from sentinel.web.ports.ports import PORTS

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


SHAPES = (IgnoreAsk, HearAgainAsk, IgnoreNow, IgnoreList)


async def get_ignores(request: web.Request) -> web.Response:
    """Those in force, and those that ended while the journal still needs them."""
    ports = request.app[PORTS]
    return as_json(IgnoreList(at=ports.clock.now(), ignores=ports.author_ignores.all()))


@needs(Scope.INCIDENTS)
async def post_ignore(request: web.Request) -> web.Response:
    """Ignore one from the next mention on; answers once it is on disk."""
    admit(request)
    note(request, what="ignore")
    ports = request.app[PORTS]
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


@needs(Scope.INCIDENTS)
async def post_end(request: web.Request) -> web.Response:
    """Hear one again, from the next mention on."""
    admit(request)
    name = request.match_info["id"]
    note(request, what="ignore_end")
    asked = await read_json(request, HearAgainAsk)
    ended = await hear_again(request.app[PORTS], name, named(request, asked.by))
    if ended is None:
        raise RefusedBody(404, f"there is no ignored account {name[:40]!r}")
    return as_json(IgnoreNow(ignore=ended))


ROUTES: tuple[web.RouteDef, ...] = (
    web.get("/api/v1/ignores", get_ignores),
    web.post("/api/v1/ignores", post_ignore),
    web.post("/api/v1/ignores/{id}/end", post_end),
)
