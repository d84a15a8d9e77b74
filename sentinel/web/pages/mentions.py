"""``/mentions``: everything heard, newest first, by any filter; every filter stands in the address, and can be kept
under a name.
"""

from dataclasses import dataclass

from aiohttp import web

from sentinel.store.heard_mention import MentionFilter
from sentinel.store.saved_views import EVERYBODY, LONGEST_NAME, SavedView, view_id
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, Visitor, require_role, visitor_of
from sentinel.web.answer import whole_number
from sentinel.web.http.form import read_form
from sentinel.web.mention_query import CHOICES, MentionQuery
from sentinel.web.pages.asked import Unclear, back_to, made
from sentinel.web.pages.heard_row import HeardRow, rows
from sentinel.web.pages.templates import as_page, fill, page
from sentinel.web.pages.words import Words, words_for
from sentinel.web.undone import Undone

PATH = "/mentions"
A_PAGE = 30
"""Mentions: with the longest posts the page stays below 100 kB."""
COUNTED = 1000
NUMBERS = 2**62
SAID = ("saved", "deleted", "request")
SHOWN = ("sentiment", "kind", "standing", "last", "asks", "priority", "request")
"""Choices that are lists."""
ALWAYS = ("text", "brand", "last", "sentiment")
"""Fields that stand there at once; the others behind a press."""
LANGUAGES = ("es", "en", "pt", "ca", "eu", "gl", "fr", "de", "it", "und")


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionsView:
    """Everything on the page.

    Parameters
    ----------
    found
        How many there are, as far as `COUNTED` and one more.
    top
        The number of the newest that was shown first: what is beyond it is new.
    older, newest
        Addresses; empty where there is nothing there.
    """

    query: MentionQuery
    rows: list[HeardRow]
    found: int
    top: int
    older: str
    newest: str
    views: list[tuple[SavedView, str]]
    """Each with its address."""
    brands: list[str]
    sources: list[str]
    hidden: int


async def get_mentions_page(request: web.Request) -> web.Response:
    """The list."""
    said = request.query.get("said", "")
    words = words_for(request)
    return await _show(request, words, notice=words.said(f"mentions.said_{said}") if said in SAID else None)


async def get_fresh(request: web.Request) -> web.Response:
    """How many came since a page was opened."""
    ports, words = ports_of(request), words_for(request)
    query = MentionQuery.of_request(request)
    wanted = await query.wanted(ports)
    top = whole_number(request, "top", 0, least=0, most=NUMBERS)
    fresh = 0 if isinstance(wanted, Undone) else await ports.heard.count(wanted, beyond=top, most=COUNTED + 1)
    return as_page(request, words, _fresh(query, fresh, words))


async def post_view(request: web.Request) -> web.Response:
    """Keep the filter under a name."""
    visitor, fields = await read_form(request, Role.VIEWER)
    ports, query = ports_of(request), MentionQuery.of(fields)
    note(request, what="view_save")
    owner = _owner(visitor)
    if fields.get("shared") or owner == EVERYBODY:
        visitor, owner = _may_share(request), EVERYBODY
    try:
        made(await query.wanted(ports))
        name = " ".join(fields.get("name", "").split())
        if not name or len(name) > LONGEST_NAME:
            raise Unclear("view_name")
        note(request, about=view_id(owner, name))
        if await ports.views.save(owner, name, dict(query.kept(ports).fields), ports.clock.now()) is None:
            raise Unclear("views_full")
    except Unclear as unclear:
        words = words_for(request)
        return await _show(request, words, query=query, notice=unclear.said(words), status=unclear.status)
    return web.Response(status=303, headers={"Location": query.address(said="saved")})


async def post_view_delete(request: web.Request) -> web.Response:
    """Let go of one."""
    visitor, _ = await read_form(request, Role.VIEWER)
    views, name, owner = ports_of(request).views, request.match_info["id"], _owner(visitor)
    note(request, what="view_delete", about=name)
    gone = owner != EVERYBODY and await views.delete(owner, name)
    if not gone:
        _may_share(request)
        gone = await views.delete(EVERYBODY, name)
    if not gone:
        words = words_for(request)
        return await _show(request, words, query=MentionQuery({}), notice=Unclear("gone").said(words), status=404)
    return web.Response(status=303, headers={"Location": f"{PATH}?said=deleted"})


async def _show(
    request: web.Request,
    words: Words,
    *,
    query: MentionQuery | None = None,
    notice: str | None = None,
    status: int = 200,
) -> web.Response:
    ports = ports_of(request)
    query = MentionQuery.of_request(request) if query is None else query
    asked = await query.wanted(ports)
    wanted = None if isinstance(asked, Undone) else asked
    if isinstance(asked, Undone):
        notice, status = Unclear(asked.key, **asked.facts).said(words), asked.status
    view = await _gather(request, query, wanted, words)
    visitor = visitor_of(request)
    address = query.address(path="/fragments/mentions", top=view.top, lang=words.language)
    return page(
        request,
        "mentions.html",
        words,
        title=words.said("mentions.of_brand", brand=query.fields["brand"])
        if "brand" in query.fields
        else words.said("mentions.title"),
        status=status,
        view=view,
        s=words.sayer("mentions"),
        query=query.fields,
        choices={name: CHOICES[name] for name in SHOWN},
        languages_known=LANGUAGES,
        always=ALWAYS,
        notice=notice,
        failed=status >= 400,
        fresh=_fresh(query, await _newer(request, wanted, view.top), words),
        fresh_address=address,
        exports=[(each, query.address(path="/api/v1/mentions/export", format=each)) for each in ("csv", "jsonl")],
        may_keep=visitor.may(Role.VIEWER),
        may_act=visitor.may(Role.RESPONDER),
        here=query.address(),
        may_share=visitor.may(Role.RESPONDER) and visitor.rights.every,
        owner=_owner(visitor),
        counted=COUNTED,
        zone=words.zone.key,
    )


async def _gather(
    request: web.Request, query: MentionQuery, wanted: MentionFilter | None, words: Words
) -> MentionsView:
    ports, visitor = ports_of(request), visitor_of(request)
    before = whole_number(request, "before", 0, least=0, most=NUMBERS)
    top = whole_number(request, "top", 0, least=0, most=NUMBERS)
    found = [] if wanted is None else await ports.heard.find(wanted, before=before or None, limit=A_PAGE + 1)
    count = 0 if wanted is None else await ports.heard.count(wanted, most=COUNTED + 1)
    shown = found[:A_PAGE]
    if not before or not top:
        top = shown[0].number if shown and not before else await ports.heard.newest()
    config = ports.config()
    views = [(each, MentionQuery.of(each.query).address()) for each in await ports.views.all(_owner(visitor))]
    return MentionsView(
        query=query,
        rows=rows(shown, query, config, words) if wanted is not None else [],
        found=count,
        top=top,
        older=query.address(before=shown[-1].number, top=top) if len(found) > A_PAGE else "",
        newest=query.address() if before else "",
        views=views,
        brands=[each.name for each in config.brands],
        sources=sorted(config.sources),
        hidden=sum(name not in ALWAYS for name in query.fields),
    )


async def _newer(request: web.Request, wanted: MentionFilter | None, top: int) -> int:
    """On a page of older ones, how many came since the first was opened."""
    if wanted is None or "before" not in request.query:
        return 0
    return await ports_of(request).heard.count(wanted, beyond=top, most=COUNTED + 1)


def _fresh(query: MentionQuery, count: int, words: Words) -> str:
    return fill(
        "mentions_fresh.html",
        words,
        s=words.sayer("mentions"),
        count=count,
        counted=COUNTED,
        address=query.address(),
    )


def _owner(visitor: Visitor) -> str:
    """Whose views are shown: a proven visitor's; of others, everybody's."""
    return f"{visitor.known_by}:{visitor.account}"[:120] if visitor.proven and visitor.account else EVERYBODY


def _may_share(request: web.Request) -> Visitor:
    return require_role(request, Role.RESPONDER)


ROUTES: tuple[web.RouteDef, ...] = (
    web.get(PATH, get_mentions_page),
    web.get("/fragments/mentions", get_fresh),
    web.post(f"{PATH}/views", post_view),
    web.get(f"{PATH}/views", back_to(PATH)),
    web.post(f"{PATH}/views/{{id}}/delete", post_view_delete),
    web.get(f"{PATH}/views/{{id}}/delete", back_to(PATH)),
)
