"""How a report speaks to its readers: language, zone, people's names, and where its links lead."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sentinel.errors import SentinelError
from sentinel.phrases.phrases import catalogue, number, say, span
from sentinel.playbooks.escape import plain
from sentinel.reports.period import Every, Period
from sentinel.scoring.assessment import Evidence

NAME = 80
LIKE_AND = re.compile(r"h?[ií](?![eéaáoóuú])", re.IGNORECASE)
"""Names that begin with the sound of the Spanish word for and, before which it changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportVoice:
    """Says things in one language.

    Parameters
    ----------
    name_of
        A contact's key to a name; what is no key is a name already.
    base_url
        How a reader reaches the pages, without a slash at the end.
    """

    language: str
    zone: ZoneInfo
    name_of: Callable[[str], str]
    base_url: str

    def say(self, key: str, /, **facts: object) -> str:
        """A sentence of any catalogue."""
        return say(self.language, key, **facts)

    def word(self, sort: str, name: str) -> str:
        """A level, state, signal or reason as a word; what no catalogue knows keeps its name."""
        known = (catalogue(self.language).get(f"{file}.{sort}_{name}") for file in ("report", "timeline", "playbook"))
        return next((word for word in known if word is not None), name.replace("_", " "))

    def number(self, value: float) -> str:
        """As the language writes it."""
        return number(self.language, round(value, 1))

    def share(self, part: float) -> str:
        """A share as a whole percentage; what is more than nothing is not shown as none."""
        shown = "<1" if 0 < part < 0.005 else f"{part * 100:.0f}"
        return self.say("report.percent", value=shown)

    def change(self, grown: float | None) -> str:
        """By how much something grew or shrank; a dash where that cannot be said."""
        if grown is None:
            return "–"
        return self.say("report.percent", value=f"{grown * 100:+.0f}".replace("-", "−")) if abs(grown) >= 0.005 else "="

    def span(self, length: timedelta | None) -> str:
        """A length of time; a dash for none."""
        return span(self.language, length) if length is not None else "–"

    def clock(self, at: datetime) -> str:
        """Hour and minute."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def day(self, day: date) -> str:
        """Day and month: ``9 de marzo``."""
        return self.say("report.day", day=day.day, month=self.month(day))

    def short_day(self, day: date) -> str:
        """With its weekday, as short as it goes: ``lun 9``."""
        return f"{self.weekday(day.weekday())} {day.day}"

    def weekday(self, number: int) -> str:
        """0 is Monday."""
        return self.say("report.weekdays").split()[number]

    def month(self, day: date) -> str:
        """Its name."""
        return self.say("report.months").split()[day.month - 1]

    def moment(self, at: datetime) -> str:
        """Day and clock: ``9 de marzo, 18:15``."""
        return self.say("report.moment", day=self.day(at.astimezone(self.zone).date()), clock=self.clock(at))

    def whole(self, at: datetime) -> str:
        """With the year, and the zone that the clock is in."""
        local = at.astimezone(self.zone)
        return self.say(
            "report.whole", day=self.day(local.date()), year=local.year, clock=self.clock(at), zone=local.tzname() or ""
        )

    def period(self, period: Period) -> str:
        """``lunes 9 de marzo de 2026``, ``semana del 9 al 15 de marzo de 2026``, ``marzo de 2026``."""
        first, last = period.first, period.last
        if period.every is Every.DAY:
            weekday = self.say("periodic.weekdays").split()[first.weekday()]
            return self.say("report.date", weekday=weekday, day=self.day(first), year=first.year)
        if period.every is Every.MONTH:
            return self.say("report.month", month=self.month(first), year=first.year)
        if first.month == last.month:
            return self.say("report.week", first=first.day, last=last.day, month=self.month(last), year=last.year)
        return self.say("report.week_across", first=self.day(first), last=self.day(last), year=last.year)

    def evidence(self, evidence: Evidence) -> str:
        """The sentence of a signal's reason; a plugin's without one gives its figures."""
        try:
            return self.say(evidence.key, **dict(evidence.facts))
        except SentinelError:
            return ", ".join(f"{name} {self.number(v) if isinstance(v, float) else v}" for name, v in evidence.facts)

    def person(self, key: str) -> str:
        """Somebody by name; whoever acts on a page may call themselves anything."""
        return plain(self.name_of(key), NAME)

    def names(self, keys: tuple[str, ...]) -> str:
        """People by name: Ana, Luis y Eva; Ana e Inés."""
        if not keys:
            return ""
        *others, last = (self.person(key) for key in keys)
        if not others:
            return last
        joined = "names_and_i" if LIKE_AND.match(last) else "names_and"
        return self.say(f"report.{joined}", names=", ".join(others), last=last)

    def incident(self, incident: str) -> str:
        """Its page."""
        return f"{self.base_url}/incidents/{incident}"
