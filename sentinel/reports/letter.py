"""The message that brings reports: what matters of each brand in a few sentences, and the way to the rest."""

from collections.abc import Sequence
from urllib.parse import quote

from sentinel.notify.base import Message, MessageKind, Urgency
from sentinel.notify.enclosure import Enclosed
from sentinel.notify.fit import MOST, fit
from sentinel.reports.headline import headline
from sentinel.reports.period import Every, Period
from sentinel.reports.periodic import PeriodicReport
from sentinel.reports.voice import ReportVoice

NAMES, BRAND = 120, 400
"""Bytes of the list of brands in the title, and of one brand's sentences where there are several."""
LEFT = MOST - 120
"""Bytes of the text; the rest is for what it says of a file that goes along."""


def letter(reports: Sequence[PeriodicReport], period: Period, voice: ReportVoice) -> Message:
    """One message about a period, at most `LEFT` bytes; brands for which no room is left are counted. It names the
    reports, which go along as a file where the channel takes one.
    """
    names = fit(", ".join(each.brand for each in reports), NAMES)
    title = voice.say("report.letter_title", brands=names, period=voice.period(period))
    return Message(
        kind=MessageKind.DIGEST,
        urgency=Urgency.QUIET,
        language=voice.language,
        title=title,
        body=_body(reports, voice),
        link=f"{voice.base_url}/reports"
        if len(reports) > 1
        else f"{voice.base_url}{page_of(reports[0].brand, period)}",
        encloses=Enclosed(brands=tuple(each.brand for each in reports), every=period.every.value, period=period.label),
    )


def page_of(brand: str, period: Period) -> str:
    """The path of a report's page."""
    return f"/reports/{quote(brand, safe='')}/{path_of(period.every)}/{period.label}"


def path_of(every: Every) -> str:
    """``daily``, ``weekly`` or ``monthly``."""
    return "daily" if every is Every.DAY else f"{every}ly"


def _body(reports: Sequence[PeriodicReport], voice: ReportVoice) -> str:
    if len(reports) == 1:
        return fit("\n".join(headline(reports[0], voice)), LEFT)
    lines: list[str] = []
    for place, report in enumerate(reports):
        line = fit(" ".join(headline(report, voice)), BRAND)
        more = voice.say("report.letter_more", count=len(reports) - place)
        if len("\n".join((*lines, line, more)).encode()) > LEFT:
            return "\n".join((*lines, more))
        lines.append(line)
    return "\n".join(lines)
