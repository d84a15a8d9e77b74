"""``POST /api/v1/sources/{name}/reset``: a source forgets what it learned of its far side, and begins anew."""

from typing import Annotated

import msgspec
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.errors import BadInput
from sentinel.web.access.audit_note import note
from sentinel.web.access.scopes import needs
from sentinel.web.answer import as_json, read_json
from sentinel.web.api.shapes import Name
from sentinel.web.http.body import RefusedBody
from sentinel.web.http.posting import admit
from sentinel.web.ports.ports import PORTS


class ResetAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to forget: all of a source, or the one of its addresses that is named."""

    by: Name
    url: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)] | None = None


class ResetReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The source that begins anew."""

    source: str


@needs(Scope.ADMIN)
async def post_reset(request: web.Request) -> web.Response:
    """Answers once the source was told; it asks its far side again at once."""
    admit(request)
    ask = await read_json(request, ResetAsk)
    name = request.match_info["name"]
    note(request, what="source_reset", about=name)
    try:
        known = await request.app[PORTS].reset_source(name, ask.url)
    except BadInput:
        # Its own words repeat the address, which may be a secret; whoever asked knows what they asked for.
        raise RefusedBody(404, f"url: {name} has no such address; write one as the configuration has it") from None
    if not known:
        raise RefusedBody(404, f"{name} is no source that runs; GET /api/v1/sources lists them")
    return as_json(ResetReceipt(source=name), status=202)
