"""Exported mentions: the same filter as CSV or JSON lines, a few hundred at a time, bounded and said when cut."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Iterable, Sequence

import msgspec

from sentinel.harmless import cell
from sentinel.mention import NOBODY
from sentinel.store.heard_mention import HeardMention, MentionFilter
from sentinel.web.api.heard_shapes import HeardView
from sentinel.web.ports.heard import HeardPort

MOST = 50_000
CHUNK = 500
COLUMNS = (
    "number",
    "heard_at",
    "published_at",
    "brands",
    "sentiment",
    "probability",
    "standing",
    "grave",
    "language",
    "source",
    "kind",
    "author",
    "followers",
    "rating",
    "title",
    "text",
    "url",
)
_encode = msgspec.json.Encoder().encode
Lines = Callable[[Iterable[HeardMention]], bytes]


async def exported(port: HeardPort, wanted: MentionFilter, lines: Lines, before: int | None) -> AsyncIterator[bytes]:
    """Piece by piece; the last one says where to go on, where there are more than `MOST`."""
    left = MOST
    while left:
        found: Sequence[HeardMention] = await port.find(wanted, before=before, limit=min(CHUNK, left))
        if not found:
            return
        yield lines(found)
        before, left = found[-1].number, left - len(found)
    if await port.find(wanted, before=before, limit=1):
        yield CUT[lines](before or 0)


def as_lines(found: Iterable[HeardMention]) -> bytes:
    """A JSON object a line."""
    return b"".join(_encode(HeardView.of(each)) + b"\n" for each in found)


def as_rows(found: Iterable[HeardMention]) -> bytes:
    """Rows of a table, in which nothing that a stranger wrote is computed."""
    return _written(_row(each) for each in found)


def head() -> bytes:
    """The table's first row."""
    return _written([COLUMNS])


def _row(each: HeardMention) -> tuple[str, ...]:
    mention, heard = each.mention, each.hearing.brands
    author = mention.author or NOBODY
    texts = (
        each.hearing.grave,
        each.hearing.lang,
        mention.source,
        mention.kind.value,
        author.handle or author.name,
        str(author.followers) if author.followers is not None else "",
        f"{mention.rating:g}" if mention.rating is not None else "",
        mention.title,
        mention.text,
        mention.url,
    )
    return (
        str(each.number),
        each.heard_at.isoformat(timespec="seconds"),
        mention.published_at.isoformat(timespec="seconds"),
        *(
            cell(text)
            for text in (
                "; ".join(one.brand for one in heard),
                "; ".join(dict.fromkeys(one.label.value for one in heard)),
                f"{heard[0].probability:g}" if heard else "",
                "; ".join(dict.fromkeys(one.standing.value for one in heard)),
            )
        ),
        *(cell(text or "") for text in texts),
    )


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    made = io.StringIO()
    csv.writer(made, lineterminator="\r\n").writerows(rows)
    return made.getvalue().encode("utf-8", "replace")


def _cut_line(number: int) -> bytes:
    return _encode({"cut": True, "most": MOST, "next": number}) + b"\n"


def _cut_row(number: int) -> bytes:
    return _written([(f"cut after {MOST} mentions; go on with before={number}",)])


CUT: dict[Lines, Callable[[int], bytes]] = {as_lines: _cut_line, as_rows: _cut_row}
"""What the end of a list that was cut says."""
