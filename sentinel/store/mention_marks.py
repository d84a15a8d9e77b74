"""Marks of a mention: a token for each thing that it can be picked by, as the index of its words keeps them.

Whatever a source, a brand or an author is called, a mark is two letters and a digest: nothing in a name can bend a
question, and no name stands in the index.
"""

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b

from sentinel.mention import Author, Mention
from sentinel.requests.priority import priority_as_said
from sentinel.requests.request_record import RequestRecord
from sentinel.store.heard_mention import Hearing, MentionFilter

GRAVE = "grave"


def marks_of(mention: Mention, hearing: Hearing, request: RequestRecord) -> str:
    """Every mark of a mention, a space between."""
    return " ".join(dict.fromkeys(_marks(mention, hearing, request)))


def _marks(mention: Mention, hearing: Hearing, request: RequestRecord) -> Iterator[str]:
    yield _mark("source", mention.source)
    yield _mark("kind", mention.kind)
    yield _mark("language", hearing.lang)
    if hearing.grave is not None:
        yield GRAVE
    yield from (_mark("author", name) for name in _names(mention.author))
    yield _mark("asks", request.kind or hearing.asks)
    yield _mark("state", request.state)
    for each in hearing.brands:
        priority = priority_as_said(each.priority, request.kind)
        yield from _of_brand(each.brand, each.label.value, each.standing.value, priority)


@lru_cache(maxsize=4_096)
def _of_brand(brand: str, label: str, standing: str, priority: str) -> tuple[str, ...]:
    marks = [_mark("brand", brand), _mark("priority", "", priority), _mark("priority", brand, priority)]
    for felt, counted in (("", standing), (label, ""), (label, standing)):
        marks += [_mark("heard", "", felt, counted), _mark("heard", brand, felt, counted)]
    return tuple(marks)


def asked_marks(wanted: MentionFilter, brands: Collection[str] | None) -> tuple[tuple[str, ...], ...]:
    """Alternatives of each thing that is asked for: a mention has one mark of every group.

    Parameters
    ----------
    brands
        The only brands there are for whoever asks; ``None`` for all.
    """
    label, standing = wanted.sentiment or "", wanted.standing or ""
    named: Iterable[str] | None = None
    if wanted.brand is not None:
        named = (wanted.brand,) if brands is None or wanted.brand in brands else ()
    elif brands is not None:
        named = sorted(brands)
    groups = []
    if named is not None:
        groups.append(tuple(_heard(brand, label, standing) for brand in named))
    elif label or standing:
        groups.append((_heard("", label, standing),))
    for sort, value in (
        ("source", wanted.source),
        ("kind", wanted.kind),
        ("language", wanted.language),
        ("asks", wanted.asks),
        ("state", wanted.state),
    ):
        if value is not None:
            groups.append((_mark(sort, value),))
    if wanted.author is not None:
        groups.append((_mark("author", plain_name(wanted.author)),))
    if wanted.grave:
        groups.append((GRAVE,))
    if wanted.priority is not None:
        groups.append(tuple(_mark("priority", brand, wanted.priority) for brand in named or ("",)))
    return tuple(groups)


def plain_name(name: str) -> str:
    """In small letters, without @."""
    return name.strip().removeprefix("@").casefold()


def _heard(brand: str, label: str, standing: str) -> str:
    return _mark("heard", brand, label, standing) if label or standing else _mark("brand", brand)


def _names(author: Author | None) -> set[str]:
    if author is None:
        return set()
    return {plain_name(each) for each in (author.id, author.handle, author.name) if each} - {""}


@lru_cache(maxsize=4_096)
def _mark(sort: str, *value: str) -> str:
    return sort[:2] + blake2b("\0".join((sort, *value)).encode("utf-8", "surrogatepass"), digest_size=7).hexdigest()
