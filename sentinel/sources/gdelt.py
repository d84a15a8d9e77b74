"""GDELT: the world's online news that name a brand, by its search (DOC 2.0) and its files of everything (GKG 2.1)."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from typing import ClassVar

import msgspec
from pydantic import Field

from sentinel.config.source_settings import SourceSettings
from sentinel.config.units import Interval
from sentinel.errors import SourceError
from sentinel.mention import Author, Kind, Mention
from sentinel.sources.base import Reason
from sentinel.sources.feed_item import canonical
from sentinel.sources.gdelt_files import LARGEST, FiledArticle, articles_in, stamps
from sentinel.sources.instants import believed, read_stamp
from sentinel.sources.plain_text import storable, unescape
from sentinel.sources.polling import Request, RequestRefused, read_json
from sentinel.sources.rounds import PolledSource, Round, RoundPart, seconds
from sentinel.sources.topics import Grammar

MOST = 250
"""Articles in one answer, which is as many as the search gives."""
MOST_FILES = 8
"""Quarters of an hour in one round at most."""
STAMP = "%Y%m%d%H%M%S"
OVERLAP = timedelta(hours=2)
"""What is asked for again: articles appear in the index up to so much later."""
_CONTROL = re.compile(rb"[\x00-\x1f]")
LANGUAGES = {
    "spanish": "es",
    "english": "en",
    "portuguese": "pt",
    "catalan": "ca",
    "galician": "gl",
    "basque": "eu",
    "french": "fr",
    "german": "de",
    "italian": "it",
}


NAMES = {lang: name for name, lang in LANGUAGES.items()}


class GdeltSettings(SourceSettings):
    """Online news of the world."""

    languages: tuple[str, ...] = ()
    """By their English names (spanish, portuguese …). Default: all."""
    countries: tuple[str, ...] = ()
    """Of the newspapers, by GDELT's two letters (SP is Spain, MX Mexico). Default: all."""
    every: Interval = timedelta(minutes=15)
    """How often to ask; GDELT itself looks every 15 minutes."""
    files: bool = False
    """Read GDELT's files of everything too, some 2 GB a day: its search is often too busy, and knows titles alone."""
    url: str = Field(default="https://api.gdeltproject.org/api/v2/doc/doc", pattern=r"^https?://")
    """GDELT's search."""
    files_url: str = Field(default="http://data.gdeltproject.org/gdeltv2", pattern=r"^https?://")
    """Where the files are; that host's certificate is another's, so that it is asked without."""


class GdeltCursor(msgspec.Struct, omit_defaults=True):
    """Until when (``YYYYMMDDHHMMSS``) each question was answered, and the newest file that was read."""

    until: dict[str, str] = {}
    filed: str = ""


class _Article(msgspec.Struct, frozen=True):
    url: str
    title: str
    seendate: str
    domain: str = ""
    language: str = ""


class _Articles(msgspec.Struct, frozen=True):
    articles: list[msgspec.Raw] = []


class GdeltSource(PolledSource[GdeltSettings, GdeltCursor]):
    """Online news of the world that name a brand, from GDELT: by its search, and by its files if asked to."""

    settings_model = GdeltSettings
    state_model = GdeltCursor
    default_silence: ClassVar[timedelta | None] = timedelta(hours=2)
    normal_lag: ClassVar[timedelta | None] = timedelta(hours=2)
    grammar = Grammar(either=" OR ", longest=240, language="sourcelang:{}", languages=NAMES)
    pace = 5.5

    def pause(self, state: GdeltCursor) -> float:
        return max(300.0, seconds(self.settings.every))

    def asks(self) -> tuple[str, ...]:
        where = [_any("sourcelang", self.settings.languages), _any("sourcecountry", self.settings.countries)]
        return tuple(" ".join(filter(None, (question, *where))) for question in super().asks())

    def parts(self, state: GdeltCursor) -> Sequence[RoundPart[GdeltCursor]]:
        asked = [RoundPart(f"search for {each}", partial(self._search, question=each)) for each in self.asks()]
        return [*asked, RoundPart("files", self._files)] if asked and self.settings.files else asked

    async def _files(self, turn: Round[GdeltCursor]) -> None:
        """The files since the last that was read; one that is missing is waited for two hours, then given up."""
        now = self.clock.now()
        words = tuple(term.lstrip("#@").replace("*", "") for brand in self.looked_for() for term in brand.any)
        since = datetime.strptime(turn.state.filed or f"{now - OVERLAP:%Y%m%d%H%M%S}", STAMP).replace(tzinfo=UTC)
        for stamp in islice(stamps(since, now), MOST_FILES):
            for kind in ("", ".translation"):
                name = f"GDELT's file {stamp}{kind}"
                request = Request(url=f"{self.settings.files_url.rstrip('/')}/{stamp}{kind}.gkg.csv.zip", name=name)
                try:
                    packed = (await turn.ask(request, most=LARGEST)).body or b""
                except RequestRefused as error:
                    if error.status != 404:
                        raise
                    if now - datetime.strptime(stamp, STAMP).replace(tzinfo=UTC) < OVERLAP:
                        return  # it comes some minutes after its time
                    turn.inlet.refused(1, f"{name} never came", Reason.DAMAGED)
                    continue
                articles, bad = await asyncio.to_thread(articles_in, packed, words, name)
                if bad:
                    turn.inlet.refused(bad, f"{name}: lines of another shape")
                await turn.put([self._filed(article) for article in articles])
            turn.state.filed = stamp
            await turn.put()

    def _filed(self, article: FiledArticle) -> Mention:
        now = self.clock.now()
        address = canonical(article.url) or article.url
        return Mention(
            source=self.name,
            id=storable(address)[:1024],
            title=storable(article.title)[:1000] or None,
            text=storable(article.names),
            published_at=min(article.at, now) if article.at is not None else now,
            lang=article.lang or self.settings.lang,
            kind=Kind.ARTICLE,
            url=address,
            author=Author(id=article.domain, name=article.domain) if article.domain else None,
        )

    async def _search(self, turn: Round[GdeltCursor], question: str) -> None:
        """What was seen since the last round; where an answer is full, what is older is asked for too."""
        now = self.clock.now()
        since = turn.state.until.get(question) or f"{now - timedelta(days=1):%Y%m%d%H%M%S}"
        until = f"{now:%Y%m%d%H%M%S}"
        for _ in range(10):
            articles, whole = await self._ask(turn, question, since, until)
            oldest = min((article.seendate for article in articles), default="")
            until = oldest.replace("T", "").removesuffix("Z")
            last = whole < MOST or not until or until <= since
            if last:
                turn.state.until[question] = f"{now - OVERLAP:%Y%m%d%H%M%S}"
            await turn.put([self._mention(article) for article in articles])
            if last:
                return
        turn.state.until[question] = f"{now - OVERLAP:%Y%m%d%H%M%S}"

    async def _ask(self, turn: Round[GdeltCursor], question: str, since: str, until: str) -> tuple[list[_Article], int]:
        request = Request(
            url=self.settings.url,
            name="GDELT",
            params={
                "query": question,
                "mode": "artlist",
                "format": "json",
                "maxrecords": str(MOST),
                "sort": "datedesc",
                "startdatetime": since,
                "enddatetime": until,
            },
        )
        body = _CONTROL.sub(b" ", (await turn.ask(request)).body or b"").strip()
        if not body.startswith((b"{", b"<")) and body:  # faults come as a sentence, with a status of success
            raise SourceError(f"GDELT refuses the question: {body[:160].decode('utf-8', 'replace')}")
        found = read_json(body, _Articles, "GDELT").articles
        return await turn.items(found, _Article, "GDELT"), len(found)

    def _mention(self, article: _Article) -> Mention:
        known = believed(read_stamp(article.seendate), zone=UTC, now=self.clock.now())
        address = canonical(article.url) or article.url
        return Mention(
            source=self.name,
            id=storable(address)[:1024],
            title=storable(unescape(article.title))[:1000],
            text="",
            published_at=known.at if known is not None else self.clock.now(),
            lang=LANGUAGES.get(article.language.lower()) or self.settings.lang,
            kind=Kind.ARTICLE,
            url=address,
            author=Author(id=article.domain, name=article.domain) if article.domain else None,
        )


def _any(operator: str, values: Sequence[str]) -> str:
    """One of several values, as the search wants it.

    Examples
    --------
    >>> _any("sourcelang", ("spanish",)), _any("sourcelang", ("spanish", "english")), _any("sourcelang", ())
    ('sourcelang:spanish', '(sourcelang:spanish OR sourcelang:english)', '')
    """
    each = [f"{operator}:{value}" for value in values]
    return f"({' OR '.join(each)})" if len(each) > 1 else "".join(each)
