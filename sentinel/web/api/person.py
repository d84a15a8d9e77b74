"""``/api/v1/person``: what is held on somebody who posted, to show and hand out, and to erase."""

from typing import Annotated

import msgspec
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.daemon.person_keeper import ErasurePending, FoldBehind, HeldOn, NoSuchErasure
from sentinel.mention import Mention
from sentinel.store.person import Sought
from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json, read_json, whole_number
from sentinel.web.api.shapes import VISIBLE, Fault
from sentinel.web.endpoint import BAD, in_query, post, whole
from sentinel.web.http.body import RefusedBody
from sentinel.web.http.posting import retry_after

MOST = 10**15
"""No number of an erasure is larger."""


class PersonAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom it is about, at one source or at every one."""

    author: Annotated[
        str,
        msgspec.Meta(
            min_length=1, max_length=1024, pattern=VISIBLE, description="An id, a handle or the address of a page."
        ),
    ]
    source: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None


class RowHeld(msgspec.Struct, frozen=True, kw_only=True):
    """A row that names them."""

    table: str
    row: str
    column: str


class PersonHeld(msgspec.Struct, frozen=True, kw_only=True):
    """What is held on them: their mentions whole, and the rows of other tables that name them."""

    mentions: list[Mention]
    rows: list[RowHeld]


class PersonErased(msgspec.Struct, frozen=True, kw_only=True):
    """How much went. ``packed`` is false where a reader kept the log beside the store from being emptied."""

    mentions: int
    rows: int
    packed: bool


class ErasureGoesOn(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster's erasure that is not done yet: its number, the partitions that it waits for, and those among them that
    nobody owns just now. It goes on by itself.
    """

    erasure: int
    partitions: list[int]
    unowned: list[int]


def held_as_json(held: HeldOn) -> PersonHeld:
    """As it is handed out, by the API and the page alike."""
    rows = [RowHeld(table=row.table, row=row.row, column=row.column) for row in held.rows]
    return PersonHeld(mentions=list(held.mentions), rows=rows)


@post(
    "/api/v1/person/show",
    "What is held on somebody who posted",
    (200, "Everything there is.", PersonHeld),
    BAD,
    scope=Scope.ADMIN,
    body=PersonAsk,
    did="person_show",
)
async def post_person_show(request: web.Request) -> web.Response:
    """A post, since no log of addresses asked for need hold a name."""
    ask = await read_json(request, PersonAsk)
    return as_json(held_as_json(await ports_of(request).persons.show(Sought(author=ask.author, source=ask.source))))


@post(
    "/api/v1/person/erase",
    "Erase what somebody wrote, and their name wherever it stands",
    (200, "It is gone from every table and from the file.", PersonErased),
    (202, "In a cluster: it is on disk and goes on by itself; ask again with its number.", ErasureGoesOn),
    BAD,
    (404, "There is no erasure of that number, or it was done hours ago.", Fault),
    (503, "The fold is too far behind; ask again.", Fault),
    scope=Scope.ADMIN,
    body=PersonAsk,
    parameters=(in_query("erasure", "The number of one that goes on already.", whole(least=1, most=MOST)),),
    did="person_erase",
)
async def post_person_erase(request: web.Request) -> web.Response:
    """Answers once it is gone; asked again after a stop half-way, it ends it."""
    ask = await read_json(request, PersonAsk)
    number = whole_number(request, "erasure", 0, least=1, most=MOST) or None
    try:
        done = await ports_of(request).persons.erase(Sought(author=ask.author, source=ask.source), number)
    except FoldBehind as behind:
        raise RefusedBody(503, f"{behind}; ask again, it goes on from there", headers=retry_after(30)) from None
    except NoSuchErasure as unknown:
        raise RefusedBody(404, str(unknown)) from None
    except ErasurePending as pending:
        parts, unowned = list(pending.parts), list(pending.unowned)
        return as_json(ErasureGoesOn(erasure=pending.number, partitions=parts, unowned=unowned), status=202)
    return as_json(PersonErased(mentions=done.mentions, rows=done.rows, packed=done.packed))
