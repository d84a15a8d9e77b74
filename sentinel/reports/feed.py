"""Feed of a brand's days (Atom, RFC 4287): what matters of each, for whoever reads with a feed reader."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree

from sentinel.reports.letter import page_of
from sentinel.reports.period import Period
from sentinel.reports.selection import SelectedMention, SelectionPart
from sentinel.reports.selection_sheet import counted, who_said
from sentinel.reports.sheet import Line, Link
from sentinel.reports.voice import ReportVoice

ATOM: Final = "http://www.w3.org/2005/Atom"
DAYS: Final = 7
"""Days of a feed."""
Day = tuple[Period, Sequence[SelectedMention]]


def feed(brand: str, days: Sequence[Day], voice: ReportVoice, now: datetime) -> bytes:
    """The newest day first; an entry keeps its id, so that a reader shows it once.

    Parameters
    ----------
    days
        Days that are over, each with its selection.
    now
        What a feed without a day is updated at.
    """
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": voice.language})
    _add(root, "id", f"urn:sentinel:daily:{quote(brand, safe='')}")
    _add(root, "title", voice.say("selection.feed_title", brand=brand))
    _add(root, "updated", _instant(days[0][0].bounds(voice.zone)[1] if days else now))
    _add(_add(root, "author"), "name", "Sentinel")
    for day, selection in days:
        entry = _add(root, "entry")
        _add(entry, "id", f"urn:sentinel:daily:{quote(brand, safe='')}:{day.label}")
        _add(entry, "title", voice.say("periodic.title", brand=brand, period=voice.period(day)))
        _add(entry, "updated", _instant(day.bounds(voice.zone)[1]))
        _add(entry, "link", rel="alternate", href=f"{voice.base_url}{page_of(brand, day)}")
        _add(entry, "content", _content(selection, voice), type="html")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode").encode()


def _add(parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    made = ElementTree.SubElement(parent, name, attributes)
    made.text = text
    return made


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _content(selection: Sequence[SelectedMention], voice: ReportVoice) -> str:
    """HTML in which strangers' words are text."""
    html = [f"<p>{escape(counted(selection, voice) or voice.say('selection.nothing'))}</p>"]
    for part in SelectionPart:
        if chosen := [each for each in selection if each.part is part]:
            html.append(f"<h2>{escape(voice.say(f'selection.part_{part}'))}</h2><ul>")
            html += [f"<li>{escape(each.text or '…')}<br>{_inline(who_said(each, voice))}</li>" for each in chosen]
            html.append("</ul>")
    return "".join(html)


def _inline(line: Line) -> str:
    return "".join(
        f'<a href="{escape(part.url or "")}">{escape(part.text)}</a>'
        if isinstance(part, Link) and part.safe
        else escape(part.text if isinstance(part, Link) else part)
        for part in line
    )
