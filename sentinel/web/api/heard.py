"""``GET /api/v1/mentions``: everything heard, by whatever filter; and the same as a file."""

from aiohttp import web

from sentinel.mention import Kind
from sentinel.requests.priority import Priority
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestState
from sentinel.sentiment.sentiment import Label
from sentinel.store.heard_mention import MentionFilter, Standing
from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json, made, said_once, whole_number
from sentinel.web.api.events import NDJSON
from sentinel.web.api.heard_shapes import HeardMentions, HeardView
from sentinel.web.api.shapes import Fault
from sentinel.web.endpoint import BAD, TEXT, Content, Node, get, in_query, whole
from sentinel.web.exported import as_lines, as_rows, exported, head
from sentinel.web.http.body import RefusedBody
from sentinel.web.mention_query import CHOICES, FIELDS, LAST, MentionQuery

MOST = 500
COUNTED = 1000
"""As far as mentions are counted."""
NUMBERS = 2**62
FORMATS = ("csv", "jsonl")
PICKED = (*CHOICES, "language", "from", "to")
"""Fields of which nothing is no value: a form leaves them empty, a program leaves them out."""


def _one_of(*known: str) -> Node:
    return {"type": "string", "enum": list(known)}


_TIME: Node = {"type": "string", "examples": ["2026-01-05T09:00:00Z"]}
FILTER = (
    in_query("text", 'Words, "phrases", beginnings with *, -words that must not be there; accents do not count.'),
    in_query("brand", "About this brand."),
    in_query("source", "Of this source."),
    in_query("sentiment", "What it feels.", _one_of(*Label)),
    in_query("language", "In this language; und where none is known.", {"type": "string", "pattern": "^[a-z]{2,3}$"}),
    in_query("kind", "What sort of utterance.", _one_of(*Kind)),
    in_query("standing", "Whether it counted, and why not.", _one_of(*Standing)),
    in_query("grave", "With a grave word in it.", _one_of("1")),
    in_query("author", "By this account: id, handle or name."),
    in_query("asks", "What it asks for.", _one_of(*RequestKind)),
    in_query("priority", "How soon it wants an answer.", _one_of(*Priority)),
    in_query("request", "How far its request is.", _one_of(*RequestState)),
    in_query("incident", "Of this incident's brand, from an hour before it began until it was over."),
    in_query("last", "Heard in the last hour, day or week.", _one_of(*LAST)),
    in_query("from", "Heard then or later; without an offset, in the file's zone.", _TIME),
    in_query("to", "Heard before then.", _TIME),
)


@get(
    "/api/v1/mentions",
    "Everything heard, newest first",
    (200, "Mentions.", HeardMentions),
    BAD,
    (404, "No such incident of this brand.", Fault),
    parameters=(
        *FILTER,
        in_query("before", "The `next` of the answer before.", whole(least=0)),
        in_query("limit", "At most so many.", whole(least=1, most=MOST, default=50)),
    ),
)
async def get_mentions(request: web.Request) -> web.Response:
    """A page of them, and how many there are."""
    port, wanted = ports_of(request).heard, await _wanted(request)
    before = whole_number(request, "before", 0, least=0, most=NUMBERS)
    limit = whole_number(request, "limit", 50, least=1, most=MOST)
    found = await port.find(wanted, before=before or None, limit=limit + 1)
    count = await port.count(wanted, most=COUNTED + 1)
    shown = found[:limit]
    return as_json(
        HeardMentions(
            mentions=[HeardView.of(each) for each in shown],
            next=shown[-1].number if len(found) > limit else None,
            found=min(count, COUNTED),
            more=count > COUNTED,
        )
    )


@get(
    "/api/v1/mentions/export",
    "The same as a file, 50,000 at most; its last line says so where it was cut",
    (
        200,
        "Mentions, newest first.",
        Content(others={"text/csv": {"schema": TEXT}, NDJSON: {"schema": TEXT | {"description": "One a line."}}}),
    ),
    BAD,
    (404, "No such incident of this brand.", Fault),
    parameters=(
        *FILTER,
        in_query("format", "What it is to be.", _one_of(*FORMATS) | {"default": "csv"}),
        in_query("before", "Where the file before was cut.", whole(least=0)),
    ),
    head=False,
)
async def get_mention_export(request: web.Request) -> web.StreamResponse:
    """Streamed as it is read."""
    port, wanted = ports_of(request).heard, await _wanted(request)
    before = whole_number(request, "before", 0, least=0, most=NUMBERS)
    form = said_once(request, "format") or "csv"
    if form not in FORMATS:
        raise RefusedBody(400, f"format: {form[:40]!r} is none of {', '.join(FORMATS)}")
    kind = "text/csv" if form == "csv" else NDJSON
    name = f"mentions-{ports_of(request).clock.now():%Y%m%dT%H%M%SZ}.{form}"
    response = web.StreamResponse(
        headers={
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        }
    )
    await response.prepare(request)
    if form == "csv":
        await response.write(head())
    async for piece in exported(port, wanted, as_rows if form == "csv" else as_lines, before or None):
        await response.write(piece)
    await response.write_eof()
    return response


async def _wanted(request: web.Request) -> MentionFilter:
    for name in FIELDS:
        if said_once(request, name) == "" and name in PICKED:
            raise RefusedBody(400, f"{name}: is empty; leave it out, or say which")
    return made(await MentionQuery.of_request(request).wanted(ports_of(request)))
