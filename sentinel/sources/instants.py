"""Dates as software writes them, read as instants: in Spanish, Portuguese and English, with the zones' local names.

No I/O. What has no zone is said to have none; who reads it decides what that means (`Reading`).
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from sentinel.mention import EARLIEST

ZONES: dict[str, float] = {
    **dict.fromkeys(("z", "utc", "gmt", "ut", "wet", "azost"), 0),
    **dict.fromkeys(("cet", "met", "mez", "bst", "west"), 1),
    **dict.fromkeys(("cest", "mest", "mesz", "eet"), 2),
    **dict.fromkeys(("eest", "msk"), 3),
    **dict.fromkeys(("art", "brt", "uyt", "clst", "pyt", "pyst", "gft", "adt", "rot", "srt"), -3),
    **dict.fromkeys(("clt", "bot", "vet", "amt", "ast", "edt", "gyt"), -4),
    **dict.fromkeys(("cot", "pet", "ect", "est", "cdt", "act", "easst"), -5),
    **dict.fromkeys(("cst", "mdt", "galt", "east"), -6),
    **dict.fromkeys(("mst", "pdt"), -7),
    **dict.fromkeys(("pst", "akdt"), -8),
    **dict.fromkeys(("brst", "uyst", "fnt"), -2),
    **dict.fromkeys(("azot", "cvt"), -1),
    **dict.fromkeys(("akst",), -9),
    **dict.fromkeys(("hst",), -10),
    **dict.fromkeys(("jst", "kst"), 9),
    **dict.fromkeys(("hkt", "sgt", "pht", "awst"), 8),
    **dict.fromkeys(("aest",), 10),
    **dict.fromkeys(("aedt",), 11),
}
"""Local names of zones to hours ahead of UTC; the Spanish- and Portuguese-speaking world whole. CST and the like are
America's.
"""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen",
            "feb fev",
            "mar",
            "apr abr avr",
            "may mai mag",
            "jun juin giu",
            "jul juil lug",
            "aug ago aou",
            "sep set",
            "oct out ott okt",
            "nov",
            "dec dic dez des",
        ),
        1,
    )
    for name in names.split()
}
_TIME = re.compile(r"(?<![\d:+-])(\d{1,2})(?::|h)(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([ap]\.?\s?m\.?)?(?![\d:])", re.I)
_OFFSET = re.compile(r"(?:utc|gmt|ut)?\s*([+-])(\d{1,2}):?(\d{2})?\s*(?:\([^)]*\))?$", re.I)
_PLACE = re.compile(r"\b([A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?)\b")
_NAMED = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|º|o)?[\s./-]+(?:de[l]?\s+)?([a-z]{3,12})\.?,?[\s./-]+(?:de[l]?\s+)?(\d{4}|\d{2})\b"
)
_AMERICAN = re.compile(r"\b([a-z]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:.*\s)?(\d{4})\b")
_NUMBERS = re.compile(r"\b(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b")
_YEAR_FIRST = re.compile(r"\b(\d{4})[./-](\d{1,2})[./-](\d{1,2})\b")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date as it was written.

    Parameters
    ----------
    at
        Aware where the text told the zone; otherwise naive.
    whole_day
        The text tells the day and no hour.
    """

    at: datetime
    whole_day: bool = False


@dataclass(frozen=True, slots=True)
class KnownInstant:
    """An instant that can be believed; ``whole_day`` when only its day is known."""

    at: datetime
    whole_day: bool = False


def read_stamp(text: str) -> Stamp | None:
    """A date in any of the forms in which software writes it; ``None`` for what is none.

    Examples
    --------
    >>> read_stamp("Mon, 30 Nov 2026 02:15:34 ART").at.isoformat()
    '2026-11-30T02:15:34-03:00'
    >>> read_stamp("30 de noviembre de 2026 14:05"), read_stamp("2026-11-30").whole_day
    (Stamp(at=datetime.datetime(2026, 11, 30, 14, 5), whole_day=False), True)
    >>> read_stamp("1764497730").at.isoformat(), read_stamp("soon")
    ('2025-11-30T10:15:30+00:00', None)
    """
    text = " ".join(text.split())[:100]
    try:
        return _number(text) or _iso(text) or _words(text)
    except (ValueError, OverflowError):
        return None


def from_number(number: float) -> datetime | None:
    """Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size."""
    for size in (1.0, 1e3, 1e6, 1e9):
        if abs(number) / size < 1e10:
            try:
                return datetime.fromtimestamp(number / size, UTC)
            except (ValueError, OverflowError, OSError):
                return None
    return None


def _number(text: str) -> Stamp | None:
    if not re.fullmatch(r"-?\d{5,20}(\.\d+)?", text) or re.fullmatch(r"(19|20)\d{6}", text):
        return None
    at = from_number(float(text))
    return Stamp(at) if at is not None else None


def _iso(text: str) -> Stamp | None:
    if not re.match(r"\d{4}-?\d{2}-?\d{2}(?![\d/.])", text):
        return None
    if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", text):
        return Stamp(datetime.fromisoformat(text), whole_day=True)
    try:
        return Stamp(datetime.fromisoformat(text))
    except ValueError:
        return None


def _words(text: str) -> Stamp | None:
    plain = _folded(text)
    day = _day(plain)
    if day is None:
        return None
    time = _TIME.search(plain)
    if time is None:
        return Stamp(day, whole_day=True)
    hour, half = int(time[1]), (time[4] or "").replace(".", "").replace(" ", "")
    hour = hour % 12 + 12 if half == "pm" else hour % 12 if half == "am" else hour
    if hour == 24:
        day, hour = day + timedelta(days=1), 0
    at = day.replace(hour=hour, minute=int(time[2]), second=min(59, int(time[3] or 0)))
    return Stamp(at.replace(tzinfo=_zone(text, plain[time.end() :])))


def _folded(text: str) -> str:
    spread = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in spread if not unicodedata.combining(char))


def _day(plain: str) -> datetime | None:
    if found := _NAMED.search(plain):
        return _date(found[3], _month(found[2]), found[1])
    if found := _YEAR_FIRST.search(plain):
        return _date(found[1], int(found[2]), found[3])
    if found := _NUMBERS.search(plain):  # as most of the world writes it, unless it cannot be
        day, month = (found[2], int(found[1])) if int(found[2]) > 12 else (found[1], int(found[2]))
        return _date(found[3], month, day)
    if (found := _AMERICAN.search(re.sub(r"^[a-z]{3,9},? (?=[a-z])", "", plain))) and _month(found[1]):
        return _date(found[3], _month(found[1]), found[2])
    return None


def _date(year: str, month: int | None, day: str) -> datetime | None:
    full = int(year) + (0 if len(year) == 4 else 2000 if int(year) < 70 else 1900)
    return datetime(full, month, int(day)) if month else None  # noqa: DTZ001  # the zone is found apart


def _month(name: str) -> int | None:
    return _MONTHS.get(name[:4]) or _MONTHS.get(name[:3])


def _zone(text: str, rest: str) -> tzinfo | None:
    """The zone that stands behind the time, or anywhere by the name of a place."""
    rest = re.sub(r"\b(19|20)\d{2}$", "", rest.strip()).strip()
    if found := _OFFSET.match(rest):
        hours, minutes = int(found[2]), int(found[3] or 0)
        if len(found[2]) == 1 or hours <= 14:
            return timezone((-1 if found[1] == "-" else 1) * timedelta(hours=hours, minutes=minutes))
    if place := _PLACE.search(text):
        try:
            return ZoneInfo(place[1])
        except (KeyError, ValueError):
            return None
    word = re.match(r"\(?([a-z]+)", rest)
    hours_ahead = ZONES.get(word[1]) if word else None
    return timezone(timedelta(hours=hours_ahead)) if hours_ahead is not None else None


def believed(stamp: Stamp | None, *, zone: tzinfo, now: datetime) -> KnownInstant | None:
    """A stamp as an instant, what has no zone read in ``zone``; ``None`` for what cannot be: before 2006.

    The future becomes now.
    """
    if stamp is None:
        return None
    try:
        at = (stamp.at if stamp.at.tzinfo is not None else stamp.at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return KnownInstant(min(at, now), stamp.whole_day) if at >= EARLIEST else None
