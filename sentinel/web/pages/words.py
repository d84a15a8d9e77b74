"""A reader's language and hours: which language a request wants, and instants, ages, signals and evidence said in
it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from sentinel.config.base import Language
from sentinel.errors import SentinelError
from sentinel.phrases.phrases import catalogue, number, say
from sentinel.scoring.assessment import Evidence
from sentinel.web.access.visible import ports_of

LANGUAGE_COOKIE = "sentinel_lang"
_SPANS = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))


@dataclass(frozen=True, slots=True)
class Words:
    """Says things to one reader.

    Parameters
    ----------
    language
        ``es`` or ``en``.
    zone
        In which the reader reads times.
    now
        The instant of the page.
    """

    language: str
    zone: ZoneInfo
    now: datetime

    def t(self, key: str, **facts: object) -> str:
        """The sentence ``web.<key>``."""
        return self.said(f"web.{key}", **facts)

    def said(self, key: str, **facts: object) -> str:
        """A sentence of any catalogue."""
        return say(self.language, key, **facts)

    def sayer(self, file: str) -> Callable[..., str]:
        """Says the sentences of one catalogue by their short names, for a template."""
        return lambda key, **facts: self.said(f"{file}.{key}", **facts)

    def word(self, sort: str, name: str) -> str:
        """A level, signal, gate, state, ... as a word; what a plugin brings and no catalogue knows keeps its name."""
        found = catalogue(self.language)
        known = (found.get(f"{file}.{sort}_{name}") for file in ("web", "timeline", "playbook", "playbooks"))
        return next((word for word in known if word is not None), name.replace("_", " "))

    def number(self, value: float) -> str:
        """At most one decimal, as the language writes it."""
        return number(self.language, round(value, 1))

    def clock(self, at: datetime) -> str:
        """Hour and minute, with the day when it is not today's, and the year when it is not this one."""
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone)
        hour = f"{local:%H:%M}"
        if local.date() == today.date():
            return hour
        month = say(self.language, "playbook.months").split()[local.month - 1]
        if local.year != today.year:
            month = f"{month} {local.year}"
        return self.t("on_day", hour=hour, day=local.day, month=month)

    def day(self, at: datetime) -> str:
        """Day and month alone."""
        local = at.astimezone(self.zone)
        return f"{local.day} {say(self.language, 'playbook.months').split()[local.month - 1]}"

    def full(self, at: datetime) -> str:
        """Everything, for whoever hovers or reads aloud."""
        local = at.astimezone(self.zone)
        return f"{local:%Y-%m-%d %H:%M:%S} {local.tzname()}"

    def ago(self, at: datetime) -> str:
        """How long before the page's instant."""
        return self.t("ago", span=span(self.now - at))

    def evidence(self, evidence: Evidence) -> str:
        """The sentence of a signal's reason; a plugin's without one gives its figures."""
        try:
            return say(self.language, evidence.key, **dict(evidence.facts))
        except SentinelError:
            return ", ".join(f"{name} {self.number(v) if isinstance(v, float) else v}" for name, v in evidence.facts)


def span(length: timedelta) -> str:
    """The largest unit alone.

    Examples
    --------
    >>> span(timedelta(seconds=42)), span(timedelta(minutes=90)), span(timedelta(seconds=-3))
    ('42 s', '1 h', '0 s')
    """
    seconds = max(0, int(length.total_seconds()))
    unit, size = next((each for each in _SPANS if seconds >= each[1]), _SPANS[-1])
    return f"{seconds // size} {unit}"


def words_for(request: web.Request, own: str | None = None) -> Words:
    """By ``?lang=``, then what was chosen before, then the reader's ``own``, what the browser prefers, the
    configuration.
    """
    ports = ports_of(request)
    config = ports.config()
    for wanted in (request.query.get("lang"), request.cookies.get(LANGUAGE_COOKIE), own, *_preferred(request)):
        if wanted in tuple(Language):
            return Words(str(wanted), config.zone, ports.clock.now())
    return Words(config.language.value, config.zone, ports.clock.now())


def _preferred(request: web.Request) -> list[str]:
    """The primary tags of Accept-Language, best first."""
    ranked = []
    for place, part in enumerate(request.headers.get("Accept-Language", "").split(",")[:20]):
        tag, _, rest = part.partition(";")
        try:
            quality = float(rest.partition("=")[2]) if rest else 1.0
        except ValueError:
            quality = 0.0
        if quality > 0:
            ranked.append((-quality, place, tag.strip().split("-")[0].lower()))
    return [tag for _, _, tag in sorted(ranked)]
