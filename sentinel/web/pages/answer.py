"""``/mentions/N/answer``: a draft of the answer to a mention, and what of it is to be looked at before a person sends
it; Sentinel publishes nothing.
"""

from dataclasses import dataclass

from aiohttp import web

from sentinel.playbooks.reply import Tone
from sentinel.requests.request_record import RequestState
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, visitor_of
from sentinel.web.answer_drafting import TEXT, Drafted, LookedOver, drafted, examined
from sentinel.web.http.form import read_form
from sentinel.web.mention_query import MentionQuery
from sentinel.web.pages.asked import Fields, Unclear, made
from sentinel.web.pages.heard_row import HeardRow, rows
from sentinel.web.pages.mentions import PATH as MENTIONS
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import Words, words_for

PATH = f"{MENTIONS}/{{number:[0-9]{{1,18}}}}/answer"
FORMS = ("tú", "usted")
SPOKEN = ("es", "en")
TURNS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPage:
    """The mention as a row, what was drafted, the text as it stands now, and what is remarked of it."""

    row: HeardRow
    drafted: Drafted
    text: str
    examined: LookedOver
    turn: int


async def get_answer(request: web.Request) -> web.Response:
    """The draft, looked at already."""
    return await _show(request, words_for(request), dict(request.query), None)


async def post_answer(request: web.Request) -> web.Response:
    """What a person made of it, looked at again; nothing is kept."""
    _, fields = await read_form(request, Role.RESPONDER)
    return await _show(request, words_for(request), fields, fields.get("text", "").replace("\r\n", "\n")[: TEXT * 2])


async def _show(request: web.Request, words: Words, fields: Fields, text: str | None) -> web.Response:
    ports, number = ports_of(request), int(request.match_info["number"])
    turn = int(said) % TURNS if (said := fields.get("turn", "0")).isascii() and said.isdigit() and len(said) < 9 else 0
    try:
        draft = made(
            await drafted(
                ports,
                number,
                tone=Tone(tone) if (tone := fields.get("tone", "")) in tuple(Tone) else None,
                form=form if (form := fields.get("form", "")) in FORMS else None,
                turn=turn,
                language=spoken if (spoken := fields.get("in", "")) in SPOKEN else None,
            )
        )
    except Unclear as unclear:
        return page(
            request,
            "answer.html",
            words,
            title=words.said("drafting.title"),
            status=unclear.status,
            view=None,
            gone=unclear.said(words),
            s=words.sayer("drafting"),
        )
    shown = draft.draft.text if text is None else text
    view = AnswerPage(
        row=rows([draft.heard], MentionQuery({}), ports.config(), words)[0],
        drafted=draft,
        text=shown,
        examined=await examined(ports, shown, draft.brand, draft.channel, draft.language),
        turn=turn,
    )
    may = RequestState.ANSWERED in view.row.request.moves and visitor_of(request).may(Role.RESPONDER)
    return page(
        request,
        "answer.html",
        words,
        title=words.said("drafting.title"),
        view=view,
        s=words.sayer("drafting"),
        h=words.sayer("mentions"),
        a=words.sayer("asked"),
        tones=tuple(Tone),
        forms=FORMS if draft.draft.form else (),
        spoken=SPOKEN,
        here=f"{MENTIONS}/{number}/answer",
        may_act=visitor_of(request).may(Role.RESPONDER),
        may_answer=may,
    )


ROUTES: tuple[web.RouteDef, ...] = (web.get(PATH, get_answer), web.post(PATH, post_answer))
