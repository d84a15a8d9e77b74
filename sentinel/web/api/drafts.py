"""``/api/v1/mentions/{number}/draft``: a draft of the answer to a mention, and what is to be looked at in a text."""

from typing import Annotated

import msgspec
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.config.base import Language
from sentinel.playbooks.reply import Tone
from sentinel.playbooks.statement import Channel
from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json, made, read_json, said_once
from sentinel.web.answer_drafting import TEXT, Drafted, LookedOver, drafted, examined
from sentinel.web.api.requests import DIGITS
from sentinel.web.api.shapes import Fault
from sentinel.web.endpoint import BAD, get, in_path, in_query, post
from sentinel.web.http.body import RefusedBody

FORMS = ("tú", "usted")
_NUMBER = in_path("number", "The mention's.")
_FAULTS = (
    BAD,
    (404, "No such mention.", Fault),
    (409, "It is about no brand, so nobody answers it.", Fault),
)


class DraftView(msgspec.Struct, frozen=True, kw_only=True):
    """A draft: for which brand, in which language, for how the mention is meant, in which form of address (``None``
    where the language has one), where it is answered (``None`` where nothing bounds it), what an area said, and what is
    to be looked at.
    """

    brand: str
    language: str
    tone: Tone
    form: str | None
    channel: Channel | None
    area_said: str
    text: str
    examined: LookedOver


class DraftAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A text to look at; ``language`` where it is not the draft's."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT * 2)]
    language: Language | None = None


@get(
    "/api/v1/mentions/{number}/draft",
    "A draft of the answer to a mention; nothing is sent",
    (200, "The draft, and what is to be looked at in it.", DraftView),
    *_FAULTS,
    parameters=(
        _NUMBER,
        in_query("tone", "How it is meant; default: as it seems.", {"enum": [*Tone]}),
        in_query("form", "Of address, in Spanish; default: the brand's.", {"enum": [*FORMS]}),
        in_query("lang", "Default: the mention's where Sentinel speaks it.", {"enum": [*Language]}),
    ),
)
async def get_draft(request: web.Request) -> web.Response:
    """One, in one of its three wordings."""
    chosen = {name: said_once(request, name) for name in ("tone", "form", "lang")}
    for name, known in (("tone", tuple(Tone)), ("form", FORMS), ("lang", tuple(Language))):
        if (value := chosen[name]) is not None and value not in known:
            raise RefusedBody(400, f"{name}: {value[:40]!r} is none of {', '.join(known)}")
    found = await _drafted(request, chosen["tone"], chosen["form"], chosen["lang"])
    seen = await examined(ports_of(request), found.draft.text, found.brand, found.channel, found.language)
    return as_json(
        DraftView(
            brand=found.brand,
            language=found.language,
            tone=found.draft.tone,
            form=found.draft.form,
            channel=found.channel,
            area_said=found.said,
            text=found.draft.text,
            examined=seen,
        )
    )


@post(
    "/api/v1/mentions/{number}/draft",
    "What is to be looked at in an answer before it is sent; nothing is kept",
    (200, "Length, style and spelling.", LookedOver),
    *_FAULTS,
    scope=Scope.INCIDENTS,
    body=DraftAsk,
    parameters=(_NUMBER,),
    did="draft",
)
async def post_draft(request: web.Request) -> web.Response:
    """A text, held against style, length and dictionaries."""
    asked = await read_json(request, DraftAsk)
    found = await _drafted(request, None, None, asked.language.value if asked.language else None)
    return as_json(await examined(ports_of(request), asked.text, found.brand, found.channel, found.language))


async def _drafted(request: web.Request, tone: str | None, form: str | None, language: str | None) -> Drafted:
    said = request.match_info["number"]
    if not said.isascii() or not said.isdigit() or len(said) > DIGITS:
        raise RefusedBody(404, f"there is no mention {said[:40]!r}; GET /api/v1/mentions has their numbers")
    wanted = Tone(tone) if tone else None
    return made(await drafted(ports_of(request), int(said), tone=wanted, form=form, turn=0, language=language))
