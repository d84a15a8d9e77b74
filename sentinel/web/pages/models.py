"""``/models``: the sentiment model's versions and their exams, how right it is in each language, who taught it, and
going back to one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from sentinel.sentiment.label_trust import A_DAY
from sentinel.sentiment.learning_model import BATCH
from sentinel.sentiment.teaching import RollBack
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, visitor_of
from sentinel.web.http.form import read_form
from sentinel.web.pages.asked import Fields, Unclear, back_to, done, one_of, signer
from sentinel.web.pages.card import person
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import Words, words_for
from sentinel.web.ports.ports import Ports

PATH = "/models"
MOST_TEACHERS = 30
SAID = ("rolled_back",)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A model that served or serves; 0 is the seed. ``right`` and ``surprise`` are its marks at the exam."""

    number: int
    at: datetime | None
    lessons: int
    right: float
    surprise: float
    serving: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsView:
    """Everything the page shows.

    ``waiting`` lessons are learnt and have not passed an exam yet; a version wants ``batch`` of them.
    """

    versions: list[VersionLine]
    learnt: int
    waiting: int
    batch: int
    failures: int
    accuracy: Sequence[tuple[str, float]]
    suspended: list[tuple[str, datetime]]
    teachers: list[tuple[str, int]]
    a_day: int


async def get_models(request: web.Request) -> web.Response:
    """The page; whoever may look may look."""
    words, said = words_for(request), request.query.get("said", "")
    return _show(request, words, notice=words.said(f"models.said_{said}") if said in SAID else None)


async def post_roll_back(request: web.Request) -> web.Response:
    """Go back to a version; on disk before the page says so, in force a moment later."""
    visitor, fields = await read_form(request, Role.ADMIN)
    ports, words = ports_of(request), words_for(request)
    try:
        by = signer(request, fields)
        number = int(one_of(fields, "version", [str(each.number) for each in ports.learning.versions[:-1]]))
    except Unclear as unclear:
        return _show(request, words, fields=fields, notice=unclear.said(words), status=unclear.status)
    await ports.teach(RollBack(version=number, by=by))
    note(request, what="rollback", about=str(number))
    return done(request, f"{PATH}?said=rolled_back", visitor, by)


def _show(
    request: web.Request, words: Words, *, fields: Fields | None = None, notice: str | None = None, status: int = 200
) -> web.Response:
    return page(
        request,
        "models.html",
        words,
        title=words.said("models.title"),
        status=status,
        view=_gather(ports_of(request), words),
        s=words.sayer("models"),
        a=words.sayer("asked"),
        fields=fields or {},
        notice=notice,
        failed=status >= 400,
        may_act=visitor_of(request).may(Role.ADMIN),
    )


def _gather(ports: Ports, words: Words) -> ModelsView:
    learning, config = ports.learning, ports.config()
    trusts, serving = learning.trusts, learning.versions[-1]
    given = sorted(trusts.given_on(words.now).items(), key=lambda each: (-each[1], each[0]))
    return ModelsView(
        versions=[
            VersionLine(
                number=each.number,
                at=each.at,
                lessons=each.lessons,
                right=100 * each.marks.right,
                surprise=each.marks.surprise,
                serving=each is serving,
            )
            for each in reversed(learning.versions)
        ],
        learnt=learning.serving.learnt,
        waiting=max(0, learning.candidate.learnt - learning.serving.learnt),
        batch=BATCH,
        failures=learning.failures,
        accuracy=[(lang, 100 * share) for lang, share in ports.metrics.accuracy.items()],
        suspended=[(person(config, by) or by, trusts.suspended_until(by)) for by in trusts.suspended(words.now)],
        teachers=[(person(config, by) or by, count) for by, count in given[:MOST_TEACHERS]],
        a_day=A_DAY,
    )


ROUTES: tuple[web.RouteDef, ...] = (
    web.get(PATH, get_models),
    web.post(f"{PATH}/rollback", post_roll_back),
    web.get(f"{PATH}/rollback", back_to(PATH)),
)
