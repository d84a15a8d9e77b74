"""Mentions that others write, mended: a decoration of the wrong type is made right or left out, the mention is kept.

What a mention cannot be without (its source, its id, its words, its time) is refused when it cannot be read. No I/O.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from math import inf

import msgspec

from sentinel.bounds import MAX_COUNT
from sentinel.errors import BadMention
from sentinel.mention import MAX_SKEW, Kind, Mention, decode_mention
from sentinel.sources.instants import Stamp, from_number, read_stamp
from sentinel.sources.plain_text import unescape

KINDS = {
    "tweet": Kind.POST,
    "status": Kind.POST,
    "retweet": Kind.REPOST,
    "share": Kind.REPOST,
    "reblog": Kind.REPOST,
    "boost": Kind.REPOST,
    "answer": Kind.REPLY,
    "opinion": Kind.REVIEW,
    "news": Kind.ARTICLE,
    "blog": Kind.ARTICLE,
}
"""Others' words for our kinds."""
LONGEST_LANG = 35
_COUNT = re.compile(r"\d+(\.0)?")
_COUNTS = ("likes", "shares", "replies", "quotes", "views")
_IDS = ("id", "parent_id", "root_id")
_TEXTS = ("url", "title")
Plain = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class DateZones:
    """How dates without a zone are read.

    Parameters
    ----------
    zones
        In which they may have been written; of several, the reading that is nearest to ``now`` and not to come.
    now
        When they came in; ``None`` for a recording.
    """

    zones: tuple[tzinfo, ...] = (UTC,)
    now: datetime | None = None


RECORDED = DateZones()


def read_mention(item: bytes, hours: DateZones = RECORDED) -> Mention:
    """One JSON object as a mention, mended where that can be; entities that an export left in its words are read.

    Raises
    ------
    BadMention
        Naming the field and what is allowed.
    """
    try:
        mention = decode_mention(item)
    except BadMention as error:
        mention = _mended(item, hours, error)
    if "&" not in mention.text and "&" not in (mention.title or ""):
        return mention
    title = unescape(mention.title) if mention.title else mention.title
    return msgspec.structs.replace(mention, text=unescape(mention.text), title=title)


def _mended(item: bytes, hours: DateZones, error: BadMention) -> Mention:
    try:
        found = msgspec.json.decode(item, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise error from None
    fields = {key: value for key, value in found.items() if value is not None}
    _mend_names(fields)
    _mend_time(fields, hours)
    _mend_decorations(fields)
    return decode_mention(msgspec.json.encode(fields))


def _mend_names(fields: Plain) -> None:
    for key in _IDS:
        if (number := _whole(fields.get(key))) is not None:
            fields[key] = str(number)
    for key in _IDS[1:]:
        _keep_text(fields, key)
    if "text" not in fields and isinstance(fields.get("title"), str):
        fields["text"] = ""


def _mend_time(fields: Plain, hours: DateZones) -> None:
    value = fields.get("published_at")
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    at = from_number(number) if number is not None else None
    stamp = Stamp(at) if at is not None else read_stamp(value) if isinstance(value, str) else None
    if stamp is None:
        return
    fields["published_at"] = _in_zone(stamp.at, hours).isoformat()
    if stamp.whole_day:
        fields["day_only"] = True


def _in_zone(at: datetime, hours: DateZones) -> datetime:
    if at.tzinfo is not None:
        return at
    readings = [at.replace(tzinfo=zone) for zone in hours.zones]
    if hours.now is None or len(readings) == 1:
        return readings[0]
    past = [reading for reading in readings if reading <= hours.now + MAX_SKEW]
    return max(past or readings[:1])


def _mend_decorations(fields: Plain) -> None:
    fields["kind"] = _kind(fields.get("kind"))
    for key in _TEXTS:
        _keep_text(fields, key)
    lang = fields.get("lang")
    if not isinstance(lang, str) or len(lang) > LONGEST_LANG:
        fields.pop("lang", None)
    for key, value in (
        ("rating", _stars(fields.get("rating"))),
        ("author", _author(fields.get("author"))),
        ("engagement", _counted(fields.get("engagement"))),
        ("tags", _texts(fields.get("tags"))),
        ("links", _texts(fields.get("links"))),
    ):
        if value is None:
            fields.pop(key, None)
        else:
            fields[key] = value


def _keep_text(fields: Plain, key: str) -> None:
    """A text without NUL, or nothing."""
    value = fields.get(key)
    if not isinstance(value, str) or "\x00" in value:
        fields.pop(key, None)


def _kind(value: object) -> str:
    word = value.strip().lower() if isinstance(value, str) else ""
    return word if word in list(Kind) else KINDS.get(word, Kind.POST).value


def _number(value: object) -> float | None:
    """A number as software writes it: ``12``, ``12.0``, ``"4,5"``, ``"8/10"``."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str):
        return None
    text, _, of = value.strip().replace(",", ".").partition("/")
    try:
        return float(text) * (5 / float(of) if of else 1.0)
    except (ValueError, ZeroDivisionError):
        return None


def _whole(value: object) -> int | None:
    """A number without a fraction that is no text."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or value in (1e400, -1e400):
        return None
    return int(value) if value == int(value) else None


def _stars(value: object) -> float | None:
    """One to five; of ten or of a hundred they are brought to five, and none are none."""
    stars = _number(value)
    if stars is None or not 0 < stars <= 100:
        return None
    of = 5 if stars <= 5 else 10 if stars <= 10 else 100
    return max(1.0, stars * 5 / of)


def _count(value: object) -> int | None:
    if isinstance(value, str) and not _COUNT.fullmatch(value.strip()):
        return None  # "1.000" may be one or a thousand
    number = _number(value)
    return min(int(number), MAX_COUNT) if number is not None and 0 <= number < inf else None


def _author(value: object) -> Plain | None:
    if isinstance(value, str):
        name = value.replace("\x00", "").strip()
        return {"handle": name} if name.startswith("@") else {"name": name} if name else None
    if not isinstance(value, Mapping):
        return None
    author: Plain = {}
    for key in ("id", "name", "handle"):
        each = value.get(key)
        number = _whole(each)
        text = each if isinstance(each, str) else str(number) if number is not None else ""
        if text := text.replace("\x00", ""):
            author[key] = text
    if (followers := _count(value.get("followers"))) is not None:
        author["followers"] = followers
    return author or None


def _counted(value: object) -> Plain | None:
    if not isinstance(value, Mapping):
        return None
    return {key: count for key in _COUNTS if (count := _count(value.get(key))) is not None}


def _texts(value: object) -> list[str] | None:
    items = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    texts = [each.strip() for each in items if isinstance(each, str) and "\x00" not in each and each.strip()]
    return texts or None


def check_ahead(mention: Mention, now: datetime, most: timedelta) -> Mention:
    """The mention, unless its sender's clock cannot be right.

    Raises
    ------
    BadMention
        When it is dated further ahead than ``most``.
    """
    if mention.published_at > now + most:
        shown = mention.published_at.isoformat()
        raise BadMention(
            f"{shown} is more than a day ahead of {now:%Y-%m-%dT%H:%M:%SZ}; check the sender's clock",
            field="published_at",
        )
    return mention
