"""``/persons``: what is held on somebody who posted, for admins: ask, see how much and where, take it away, erase it.

Who is asked about stands in the form alone: no address, no redirect and no line of the audit log holds the name.
"""

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from sentinel.daemon.person_keeper import ErasurePending, FoldBehind, HeldOn
from sentinel.mention import Mention
from sentinel.playbooks.escape import plain
from sentinel.store.person import Sought
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, require_role
from sentinel.web.api.person import held_as_json
from sentinel.web.http.form import read_form
from sentinel.web.pages.asked import Fields, Unclear, back_to
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import Words, words_for

PATH = "/persons"
LONGEST_AUTHOR, LONGEST_SOURCE = 1024, 64
POSTS = 20
"""Shown of what they wrote; all of it is in the file."""
TEXT = 280


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldView:
    """What is held on them: rows by table and column, their latest posts, and how many there are of both."""

    tables: list[tuple[str, str, int]]
    posts: list[tuple[Mention, str]]
    mentions: int
    rows: int

    @property
    def anything(self) -> bool:
        """Whether there is anything at all."""
        return bool(self.mentions or self.rows)


async def get_persons(request: web.Request) -> web.Response:
    """The question; after an erasure, how much went."""
    require_role(request, Role.ADMIN)
    ports_of(request).persons.admit()
    words, query = words_for(request), request.query
    done = None
    if query.get("said") == "erased":
        mentions, rows = (each if (each := query.get(name, "")).isdecimal() else "0" for name in ("mentions", "rows"))
        done = words.said("persons.erased", mentions=mentions[:9], rows=rows[:9])
        if query.get("packed") == "no":
            done += " " + words.said("persons.unpacked")
    return _show(request, words, notice=done)


async def post_persons(request: web.Request) -> web.Response:
    """How much is held, and where."""
    _, fields = await read_form(request, Role.ADMIN)
    note(request, what="person_show")
    words = words_for(request)
    try:
        held = await ports_of(request).persons.show(_sought(fields))
    except Unclear as unclear:
        return _show(request, words, fields=fields, notice=unclear.said(words), status=unclear.status)
    return _show(request, words, fields=fields, held=_view(held))


async def post_export(request: web.Request) -> web.Response:
    """All of it as a file of JSON."""
    _, fields = await read_form(request, Role.ADMIN)
    note(request, what="person_export")
    words = words_for(request)
    try:
        held = await ports_of(request).persons.show(_sought(fields))
    except Unclear as unclear:
        return _show(request, words, fields=fields, notice=unclear.said(words), status=unclear.status)
    body = msgspec.json.format(msgspec.json.encode(held_as_json(held)))
    headers = {"Content-Disposition": 'attachment; filename="person.json"', "Cache-Control": "no-store"}
    return web.Response(body=body, content_type="application/json", headers=headers)


async def post_erase(request: web.Request) -> web.Response:
    """First asks whether that is meant; once it is said, everything goes before the page says so."""
    _, fields = await read_form(request, Role.ADMIN)
    words, persons = words_for(request), ports_of(request).persons
    sure = fields.pop("sure", "") == "yes"
    note(request, what="person_erase" if sure else "person_show")
    try:
        sought = _sought(fields)
        if not sure:
            return _show(request, words, fields=fields, held=_view(await persons.show(sought)), confirming=True)
        done = await persons.erase(sought)
    except Unclear as unclear:
        return _show(request, words, fields=fields, notice=unclear.said(words), status=unclear.status)
    except FoldBehind:
        return _show(request, words, fields=fields, notice=words.said("persons.behind"), status=503)
    except ErasurePending as pending:
        return _show(request, words, notice=_going_on(words, pending), status=202)
    told = {"said": "erased", "mentions": done.mentions, "rows": done.rows, "packed": "yes" if done.packed else "no"}
    return web.Response(status=303, headers={"Location": f"{PATH}?{urlencode(told)}"})


def _sought(fields: Fields) -> Sought:
    author, source = fields.get("author", "").strip(), fields.get("source", "").strip()
    if not author.strip("@ ") or len(author) > LONGEST_AUTHOR or len(source) > LONGEST_SOURCE:
        raise Unclear("person_missing")
    return Sought(author=author, source=source or None)


def _going_on(words: Words, pending: ErasurePending) -> str:
    """What a cluster's erasure waits for."""
    said = words.said("persons.pending")
    if pending.parts:
        said += " " + words.said("persons.waits", parts=", ".join(map(str, pending.parts)))
    if pending.unowned:
        said += " " + words.said("persons.unowned", parts=", ".join(map(str, pending.unowned)))
    return said


def _view(held: HeldOn) -> HeldView:
    counts = Counter((row.table, row.column) for row in held.rows)
    latest = sorted(held.mentions, key=lambda each: each.published_at, reverse=True)[:POSTS]
    return HeldView(
        tables=[(table, column, count) for (table, column), count in sorted(counts.items())],
        posts=[(each, plain(each.text, TEXT)) for each in latest],
        mentions=len(held.mentions),
        rows=len(held.rows),
    )


def _show(
    request: web.Request,
    words: Words,
    *,
    fields: Fields | None = None,
    held: HeldView | None = None,
    confirming: bool = False,
    notice: str | None = None,
    status: int = 200,
) -> web.Response:
    return page(
        request,
        "persons.html",
        words,
        title=words.said("persons.title"),
        status=status,
        s=words.sayer("persons"),
        fields=fields or {},
        held=held,
        confirming=confirming,
        notice=notice,
        failed=status >= 400,
        longest_author=LONGEST_AUTHOR,
        longest_source=LONGEST_SOURCE,
    )


ROUTES: tuple[web.RouteDef, ...] = (
    web.get(PATH, get_persons),
    web.post(PATH, post_persons),
    web.post(f"{PATH}/export", post_export),
    web.get(f"{PATH}/export", back_to(PATH)),
    web.post(f"{PATH}/erase", post_erase),
    web.get(f"{PATH}/erase", back_to(PATH)),
)
