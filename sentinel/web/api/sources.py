"""``POST /api/v1/sources/{name}/reset``: a source forgets what it learned of its far side, and begins anew."""

from typing import Annotated

import msgspec
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.errors import BadInput
from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json, read_json
from sentinel.web.api.shapes import Fault, Name
from sentinel.web.endpoint import in_path, post
from sentinel.web.http.body import RefusedBody


class ResetAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to forget: all of a source, or the one of its addresses that is named."""

    by: Name
    url: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)] | None = None


class ResetReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """The source that begins anew."""

    source: str


@post(
    "/api/v1/sources/{name}/reset",
    "Forget what a source learned of its far side: a feed that moved or is gone is asked as at first",
    (202, "It begins anew.", ResetReceipt),
    (400, "The body cannot be used.", Fault),
    (404, "No such source, or it has no such address.", Fault),
    scope=Scope.ADMIN,
    parameters=(in_path("name", "The source."),),
    body=ResetAsk,
    did="source_reset",
)
async def post_source_reset(request: web.Request) -> web.Response:
    """Answers once the source was told; it asks its far side again at once."""
    ask = await read_json(request, ResetAsk)
    name = request.match_info["name"]
    try:
        known = await ports_of(request).reset_source(name, ask.url)
    except BadInput:
        # Its own words repeat the address, which may be a secret; whoever asked knows what they asked for.
        raise RefusedBody(404, f"url: {name} has no such address; write one as the configuration has it") from None
    if not known:
        raise RefusedBody(404, f"{name} is no source that runs; GET /api/v1/sources lists them")
    return as_json(ResetReceipt(source=name), status=202)
