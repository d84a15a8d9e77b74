"""``GET /api/v1/brands/{brand}/topics``: what is talked about, as phrases with posts that say them."""

from datetime import datetime, timedelta

import msgspec
from aiohttp import web

from sentinel.reports.quote import Quote, quote_of
from sentinel.reports.talked_topic import TalkedTopic, talked_topics
from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json, said_once
from sentinel.web.api.shapes import Fault
from sentinel.web.endpoint import BAD, get, in_path, in_query
from sentinel.web.http.body import RefusedBody
from sentinel.web.report_answer import known_brand

SPANS = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "7d": timedelta(days=7)}


class TalkView(msgspec.Struct, frozen=True, kw_only=True):
    """What is talked about.

    Of so many ``posts`` by ``people`` that were looked at: the newest of each part of the span, 1200 at most.
    ``complained`` and ``praised`` are topics of negative and of positive posts; ``happened`` is a sentence or two in
    which people say what happened.
    """

    brand: str
    since: datetime
    until: datetime
    posts: int
    people: int
    topics: tuple[TalkedTopic, ...]
    complained: tuple[TalkedTopic, ...]
    praised: tuple[TalkedTopic, ...]
    happened: tuple[Quote, ...]


@get(
    "/api/v1/brands/{brand}/topics",
    "What a brand is talked about with, compared with as long a time before",
    (200, "Topics.", TalkView),
    BAD,
    (404, "No such brand.", Fault),
    parameters=(
        in_path("brand", "The brand's name."),
        in_query("last", "How long, up to now.", {"type": "string", "enum": [*SPANS], "default": "1d"}),
    ),
)
async def get_topics(request: web.Request) -> web.Response:
    """The topics of a brand."""
    brand, ports, last = known_brand(request), ports_of(request), said_once(request, "last")
    span = SPANS.get("1d" if last is None else last)
    if span is None:
        raise RefusedBody(400, f"last: {(last or '')[:40]!r} is none of {', '.join(SPANS)}")
    until = ports.clock.now()
    talk = await ports.talk.of(brand, until - span, until)
    return as_json(
        TalkView(
            brand=brand,
            since=until - span,
            until=until,
            posts=talk.posts,
            people=talk.people,
            topics=talked_topics(talk.topics),
            complained=talked_topics(talk.complained),
            praised=talked_topics(talk.praised),
            happened=tuple(quote_of(each.post.mention, each.text) for each in talk.sentences),
        )
    )
