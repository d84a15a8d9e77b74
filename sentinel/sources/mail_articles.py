"""A mail as the articles it tells of: clippings and alerts list them as links, each with a few words. No I/O."""

import email
import email.policy
import email.utils
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage

from sentinel.sources.feed_item import canonical
from sentinel.sources.html_reader import HtmlReader, attributes
from sentinel.sources.plain_text import storable, strip_html, unescape

HEADLINE = 18
"""Characters from which the words of a link are a headline and no button."""
MOST = 200
"""Articles of one mail."""
_BUTTON = re.compile(
    r"unsubscribe|cancelar|darse de baja|preferenc|view in browser|ver en (el )?navegador|see more results|more results"
    r"|irrelevant|receive this alert|privacy|privacidad|manage|editar esta alerta|edit this alert",
    re.I,
)
_ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedArticle:
    """One article that a mail tells of; without a link it is the mail itself."""

    link: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """What a mail says of itself, and the articles in it."""

    id: str
    sender: str
    at: datetime | None
    articles: tuple[MailedArticle, ...]


class _Links(HtmlReader):
    """Cuts a page at its links: (address, words of the link, words up to the next one)."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str], list[str]]] = []
        self._inside = self._head = False

    def opened(self, tag: str, rest: str) -> None:
        if tag == "head":
            self._head = True
        elif tag == "a":
            self.found.append((unescape(attributes(rest).get("href", "")), [], []))
            self._inside = True
        elif tag in ("br", "p", "div", "td", "tr", "li"):
            self.said(" ")

    def closed(self, tag: str) -> None:
        if tag == "head":
            self._head = False
        elif tag == "a":
            self._inside = False

    def said(self, words: str) -> None:
        if self.found and not self._head:
            _, inside, behind = self.found[-1]
            (inside if self._inside else behind).append(words)


def read_mail(raw: bytes) -> Mailed:
    """Whatever came by mail; raises ``ValueError`` for what is none."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    if not message.keys():
        raise ValueError("it has no headers")
    subject = _header(message, "Subject")
    html, plain = _body(message, "html"), _body(message, "plain")
    articles = _listed(html) if html else []
    if not articles:
        words = strip_html(html) if html else " ".join(plain.split())
        links = [link for each in _ADDRESS.findall(plain) if (link := canonical(each))]
        articles = [MailedArticle(link=links[0] if len(links) == 1 else "", title=subject, text=words)]
    return Mailed(
        id=_header(message, "Message-ID").strip("<> "),
        sender=_header(message, "From"),
        at=_date(_header(message, "Date")),
        articles=tuple(articles[:MOST]),
    )


def _listed(html: str) -> list[MailedArticle]:
    """Links whose words are headlines; several with one address are one article."""
    links = _Links()
    links.read(html[: 2**20])
    found: dict[str, MailedArticle] = {}
    last = ""
    for address, inside, behind in links.found:
        title, text = (" ".join(unescape("".join(each)).split()) for each in (inside, behind))
        link = canonical(address)
        if link and len(title) >= HEADLINE and not _BUTTON.search(title):
            last = link
            old = found.get(link)
            found[link] = MailedArticle(link=link, title=title, text=f"{old.text if old else ''} {text}".strip())
        elif last and not _BUTTON.search(title):  # a short link in an article's own words
            old = found[last]
            found[last] = MailedArticle(link=last, title=old.title, text=f"{old.text} {text}".strip())
        else:
            last = ""
    return list(found.values())


def _body(message: EmailMessage, kind: str) -> str:
    try:
        part = message.get_body(preferencelist=(kind,))
        content = part.get_content() if part is not None else ""
    except (LookupError, UnicodeError, ValueError, AttributeError, TypeError):  # parts that are not what they say
        return ""
    return storable(content) if isinstance(content, str) else ""


def _header(message: EmailMessage, name: str) -> str:
    try:
        return storable(" ".join(str(message.get(name) or "").split()))
    except (ValueError, UnicodeError, AttributeError, IndexError, TypeError):  # headers that no parser understands
        return ""


def _date(text: str) -> datetime | None:
    try:
        at = email.utils.parsedate_to_datetime(text)
        return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None
