"""``/models/teach``: the posts of a brand that the serving model doubts most, one at a time; one tap or one key labels
it and shows the next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import urlencode

from aiohttp import web

from sentinel.sentiment.doubt import Doubt
from sentinel.sentiment.label_trust import A_DAY
from sentinel.sentiment.learning_model import BATCH
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Correction
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, visitor_of
from sentinel.web.http.form import read_form
from sentinel.web.pages.asked import Fields, Unclear, done, one_of, signer
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import Words, words_for

PATH = "/models/teach"
KEYS = {"n": Label.NEGATIVE, "u": Label.NEUTRAL, "p": Label.POSITIVE}
MOST_GIVEN = 9_999


@dataclass(frozen=True, slots=True, kw_only=True)
class TeachingView:
    """Everything the page shows: the post that is asked about, if any is left, and how many there are."""

    brands: list[str]
    brand: str
    doubt: Doubt | None
    key: str
    after: str
    left: int
    place: int
    given: int
    version: int
    batch: int
    keys: dict[str, str]

    @property
    def skip(self) -> str:
        """The address of the next post."""
        return f"{PATH}?{urlencode({'brand': self.brand, 'after': self.key, 'given': self.given})}"


async def get_teach(request: web.Request) -> web.Response:
    """One post to label; whoever may not label sees none."""
    words = words_for(request)
    if not visitor_of(request).may(Role.RESPONDER):
        return await _show(request, words, {}, status=403)
    return await _show(request, words, dict(request.query))


async def post_teach(request: web.Request) -> web.Response:
    """One label; on disk before the next post is shown."""
    visitor, fields = await read_form(request, Role.RESPONDER)
    ports, words = ports_of(request), words_for(request)
    brand = fields.get("brand", "")
    doubts = await ports.doubts.of(brand) if brand in _brands(request) else ()
    found = next((each for each in doubts if key_of(each) == fields.get("post")), None)
    if found is None:
        return await _show(request, words, fields, notice=words.said("teach.gone"), status=409)
    try:
        by = signer(request, fields)
        label = Label(one_of(fields, "label", list(Label)))
    except Unclear as unclear:
        return await _show(request, words, fields, notice=unclear.said(words), status=unclear.status)
    if ports.learning.trusts.given_on(words.now).get(by, 0) >= A_DAY:
        return await _show(request, words, fields, notice=words.said("teach.enough", most=A_DAY), status=429)
    await ports.teach(Correction(text=found.post.text, label=label, by=by, lang=found.post.lang))
    ports.doubts.answered(brand, found.post.text)
    note(request, what="label")
    following = {"brand": brand, "after": fields.get("after", ""), "given": _given(fields) + 1}
    return done(request, f"{PATH}?{urlencode(following)}", visitor, by)


def key_of(doubt: Doubt) -> str:
    """What names a post in a form."""
    return blake2b(doubt.post.text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


async def _show(
    request: web.Request, words: Words, fields: Fields, *, notice: str | None = None, status: int = 200
) -> web.Response:
    visitor = visitor_of(request)
    may_label = visitor.may(Role.RESPONDER)
    return page(
        request,
        "teach.html",
        words,
        title=words.said("teach.title"),
        status=status,
        view=await _gather(request, fields) if may_label else None,
        s=words.sayer("teach"),
        a=words.sayer("asked"),
        labels=words.sayer("teaching"),
        fields=fields,
        notice=notice,
        failed=status >= 400,
    )


async def _gather(request: web.Request, fields: Fields) -> TeachingView:
    ports, brands = ports_of(request), _brands(request)
    brand = fields.get("brand", "")
    if brand not in brands:
        brand = brands[0]
    doubts, after = await ports.doubts.of(brand), fields.get("after", "")
    place = _place(doubts, after, fields.get("post", ""))
    doubt = doubts[place] if place < len(doubts) else None
    return TeachingView(
        brands=brands,
        brand=brand,
        doubt=doubt,
        key=key_of(doubt) if doubt else "",
        after=after,
        left=len(doubts) - place,
        place=place,
        given=_given(fields),
        version=ports.learning.versions[-1].number,
        batch=BATCH,
        keys={label.value: key for key, label in KEYS.items()},
    )


def _place(doubts: Sequence[Doubt], after: str, shown: str) -> int:
    """Where to go on: at the post that is shown already, else behind the one that was skipped last."""
    keys = [key_of(each) for each in doubts]
    if shown in keys:
        return keys.index(shown)
    return keys.index(after) + 1 if after in keys else 0


def _brands(request: web.Request) -> list[str]:
    return [each.name for each in ports_of(request).config().brands]


def _given(fields: Fields) -> int:
    told = fields.get("given", "")
    return min(MOST_GIVEN, int(told)) if told.isascii() and told.isdigit() and len(told) < 6 else 0


ROUTES: tuple[web.RouteDef, ...] = (web.get(PATH, get_teach), web.post(PATH, post_teach))
