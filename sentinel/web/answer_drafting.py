"""Drafts an answer to a mention, and looks at what a person made of it; shared by API and page. Nothing is sent."""

from dataclasses import dataclass
from typing import Final

import msgspec

from sentinel.config.brand import BrandSettings
from sentinel.config.schema import Config
from sentinel.phrases.phrases import languages
from sentinel.playbooks.answer_draft import AnswerDraft, answer_draft, tone_of
from sentinel.playbooks.house_style import HouseStyle, Remark, RemarkKind, spelt_words
from sentinel.playbooks.reply import Tone
from sentinel.playbooks.statement import Channel
from sentinel.requests.consultation import ConsultationTurn, QuickAnswer
from sentinel.requests.request_kind import RequestKind
from sentinel.sentiment.sentiment import Label
from sentinel.store.heard_mention import HeardMention
from sentinel.web.ports.ports import Ports
from sentinel.web.undone import Undone

TEXT: Final = 2_200
"""Characters of an answer: what the roomiest network takes."""
_CHANNELS: Final = {
    "bluesky": Channel.BLUESKY,
    "x": Channel.X,
    "mastodon": Channel.MASTODON,
    "meta": Channel.INSTAGRAM,
    "imap": Channel.EMAIL,
}
"""Types of sources, and where one answers there; elsewhere there is room enough."""
_NO_ANSWER: Final = (QuickAnswer.MORE, QuickAnswer.NOT_OURS)
"""Presses whose words are meant for the house alone."""
_LAUGHS: Final = ("jaja", "haha", "jeje", "kkkk", "xd", "lol", "👏", "😂", "🤣", "🙃", "bravo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A mention, for which brand it is answered, in which language and where, what an area said, and the draft."""

    heard: HeardMention
    brand: str
    language: str
    channel: Channel | None
    said: str
    draft: AnswerDraft


class LookedOver(msgspec.Struct, frozen=True, kw_only=True):
    """A text held against the brand's style, the channel and the dictionaries; ``length`` is as the channel counts.

    ``spelling`` says whether there was a dictionary to look into.
    """

    length: int
    limit: int | None
    spelling: bool
    remarks: tuple[Remark, ...]


async def drafted(
    ports: Ports, number: int, *, tone: Tone | None, form: str | None, turn: int, language: str | None
) -> Drafted | Undone:
    """The draft for a mention; what is not said is chosen: the tone by the mention, the form by the brand, the language
    by the mention where Sentinel speaks it.
    """
    heard, config = await ports.heard.get(number), ports.config()
    if heard is None:
        error = f"there is no mention {number}; GET /api/v1/mentions has their numbers"
        return Undone(key="request_gone", error=error, status=404)
    brand = next((each for each in config.brands if each.name in {one.brand for one in heard.hearing.brands}), None)
    if brand is None:
        error = f"mention {number} is about no brand, so nobody answers it"
        return Undone(key="draft_no_brand", error=error, status=409)
    spoken = language or (heard.hearing.lang if heard.hearing.lang in languages() else config.language.value)
    said = _area_said(heard)
    return Drafted(
        heard=heard,
        brand=brand.name,
        language=spoken,
        channel=channel_of(config, heard.mention.source),
        said=said,
        draft=answer_draft(
            spoken, tone or _tone(heard, brand.name), style_of(brand, form), heard.mention.key, said=said, turn=turn
        ),
    )


async def examined(ports: Ports, text: str, brand: str, channel: Channel | None, language: str) -> LookedOver:
    """What is to be looked at in a text before it is sent."""
    config = ports.config()
    settings = next(each for each in config.brands if each.name == brand)
    style = style_of(settings, None)
    names = (
        *settings.style.words,
        *settings.style.say.values(),
        style.signature,
        *(each.name for each in config.brands),
    )
    wrong = await ports.misspelt(language, spelt_words(text), {word for name in names for word in spelt_words(name)})
    spelling = [Remark(kind=RemarkKind.SPELLING, word=word, instead=other) for word, other in (wrong or {}).items()]
    return LookedOver(
        length=(channel or Channel.WEB).measure(text),
        limit=channel.limit if channel else None,
        spelling=wrong is not None,
        remarks=(*style.remarks(text, channel), *spelling),
    )


def style_of(brand: BrandSettings, form: str | None) -> HouseStyle:
    """How the brand writes, in another form of address where one is wanted."""
    style = brand.style
    return HouseStyle(form=form or style.form or "tú", say=style.say, never=style.never, signature=style.signature)


def channel_of(config: Config, source: str) -> Channel | None:
    """Where mentions of a source are answered; ``None`` where nothing bounds an answer."""
    known = config.sources.get(source)
    return _CHANNELS.get(known.type if known else source)


def _tone(heard: HeardMention, brand: str) -> Tone:
    one = next(each for each in heard.hearing.brands if each.brand == brand)
    text = heard.mention.whole_text.casefold()
    return tone_of(
        asks_to_know=heard.asks in (RequestKind.QUESTION, RequestKind.IDEA, RequestKind.PRAISE, RequestKind.NEWS),
        negative=one.probability if one.label is Label.NEGATIVE else 0.0,
        grave=heard.hearing.grave is not None,
        laughs=any(each in text for each in _LAUGHS),
    )


def _area_said(heard: HeardMention) -> str:
    """What an area of the house answered last, in words that are an answer: not what it has to know first, nor whose it
    is instead.
    """
    steps = (each for each in reversed(heard.request.steps) if each.turn is ConsultationTurn.ANSWERED)
    return next((each.note for each in steps if each.note and each.quick not in _NO_ANSWER), "")
