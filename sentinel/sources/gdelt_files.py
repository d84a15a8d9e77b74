"""GDELT's files of all it read in fifteen minutes (GKG 2.1), as articles. No I/O: `gdelt.py` brings the bytes."""

import io
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sentinel.errors import SourceError
from sentinel.matching.folding import fold
from sentinel.sources.plain_text import unescape

STEP = timedelta(minutes=15)
LARGEST = 64 * 2**20
"""Bytes of a file as it comes."""
MOST = 500 * 2**20
"""Bytes of one unpacked."""
COLUMNS = 27
DATE, DOMAIN, URL, ORGANISATIONS, NAMES, TRANSLATED, EXTRAS = 1, 3, 4, 14, 23, 25, 26
LANGUAGES = {"spa": "es", "por": "pt", "eng": "en", "cat": "ca", "glg": "gl", "eus": "eu", "fra": "fr", "deu": "de"}
_SOURCE = re.compile(r"srclc:([a-z]{3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledArticle:
    """An article that GDELT read: its names are what it found in it."""

    url: str
    domain: str
    title: str
    names: str
    lang: str | None
    at: datetime | None


def stamps(since: datetime, until: datetime) -> Iterator[str]:
    """Names of the files after ``since`` and up to ``until``, the oldest first.

    Examples
    --------
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> list(stamps(noon, noon + timedelta(minutes=31)))
    ['20260302121500', '20260302123000']
    """
    at = since.replace(minute=since.minute // 15 * 15, second=0, microsecond=0) + STEP
    while at <= until:
        yield f"{at:%Y%m%d%H%M%S}"
        at += STEP


def articles_in(packed: bytes, words: Collection[str], name: str) -> tuple[list[FiledArticle], int]:
    """The articles of a file in which one of the words stands anywhere, and how many of its lines are none.

    Raises
    ------
    SourceError
        When it is no such file, or unpacks to more than is believed.
    """
    looked_for = {form for word in words for form in (word.lower(), fold(word)) if form}
    found: list[FiledArticle] = []
    bad = read = 0
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive, archive.open(archive.infolist()[0]) as lines:
            for raw in lines:
                if (read := read + len(raw)) > MOST:
                    raise SourceError(f"{name} unpacks to more than {MOST} bytes; it is not read on")
                line = raw.decode("utf-8", "replace").rstrip("\n")
                folded = line.lower()  # folding it whole would cost more than all the rest
                if not any(word in folded for word in looked_for):
                    continue
                article = _article(line.split("\t"))
                found += [article] if article is not None else []
                bad += article is None
    except (zipfile.BadZipFile, zlib.error, EOFError, IndexError, NotImplementedError, RuntimeError) as error:
        raise SourceError(f"{name} is no archive that can be read: {type(error).__name__}") from None
    return found, bad


def _article(columns: list[str]) -> FiledArticle | None:
    if len(columns) < COLUMNS or not columns[URL].startswith(("http://", "https://")):
        return None
    _, _, title = columns[EXTRAS].partition("<PAGE_TITLE>")
    title, closed, _ = title.partition("</PAGE_TITLE>")
    source = _SOURCE.search(columns[TRANSLATED])
    said = f"{columns[ORGANISATIONS]};{columns[NAMES]}".split(";")
    names = dict.fromkeys(each.rpartition(",")[0].strip() for each in said if "," in each)
    try:
        at = datetime.strptime(columns[DATE], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        at = None
    return FiledArticle(
        url=columns[URL],
        domain=columns[DOMAIN],
        title=" ".join(unescape(title).split()) if closed else "",
        names=", ".join(names)[:4_000],
        lang=LANGUAGES.get(source[1]) if source else None if "srclc" in columns[TRANSLATED] else "en",
        at=at,
    )
