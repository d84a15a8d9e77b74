"""Eraser: takes somebody's names out of stored values, whatever they are kept in."""

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import Column

from sentinel.harmless import quotable
from sentinel.mention import Mention, decode_stored, encode_mention
from sentinel.store.findings import ODD
from sentinel.store.schema import cursors, journal, outbox, saved_views

GONE = "[erased]"
"""Stands where a person's name stood."""
SHORT = 5
"""Characters of a name from which it is nobody else's word: shorter ones count only with an @ before them, or alone."""
WORDS = frozenset(("samples", "facts", "detail", "mentions", "authors", "terms", "who", "text", "author", "quote"))
"""Keys of stored bodies under which strangers' words stand."""


class Eraser:
    """Takes names out of stored values.

    Examples
    --------
    >>> Eraser({"ana_perez", "eva"}).plain({"text": "@eva y @ana_perez, Eva", "by": "eva"})
    {'text': '[erased] y [erased], Eva', 'by': 'eva'}
    """

    def __init__(self, names: Iterable[str], shown: Iterable[str] = ()) -> None:
        self.names = frozenset(names)
        shown = {form for name in (*self.names, *shown) for form in (name, quotable(name)) if form}
        long = "|".join(re.escape(name) for name in sorted(shown, key=len, reverse=True) if len(name) >= SHORT)
        short = "|".join(re.escape(name) for name in shown if len(name) < SHORT)
        forms = [rf"@?(?:{long})" if long else "", rf"@(?:{short})" if short else ""]
        pattern = "|".join(form for form in forms if form)
        self._named = re.compile(rf"(?i)(?<![\w])(?:{pattern})(?![\w])") if pattern else None
        self._bytes = [form.encode() for form in shown] + [msgspec.json.encode(form)[1:-1] for form in shown]

    def names_in(self, raw: bytes) -> bool:
        """Whether a quick look finds any of the names, in whatever letters."""
        small = raw.lower()
        return any(each.lower() in small for each in self._bytes)

    def text(self, said: str) -> str:
        """A sentence without them."""
        return self._named.sub(GONE, said) if self._named else said

    def lines(self, said: str) -> str:
        """A message without the lines that name or quote them."""
        return "\n".join(GONE if self.text(line) != line else line for line in said.split("\n"))

    def key(self, id: str) -> str:
        """An id that names nobody, the same each time, so that what had it once is known again."""
        return id if self.text(id) == id else f"erased:{blake2b(id.encode(), digest_size=16).hexdigest()}"

    def plain(self, value: Any, *, free: bool = False) -> Any:
        """Plain values without what they wrote: their mentions and their lines in lists go; where strangers' words
        stand (``free``), their names. A brand, a contact or a source of the same name is none of it.
        """
        match value:
            case str():
                return self.text(value) if free else value
            case dict():
                words = free or {"source", "id", "text"} <= value.keys()
                kept = ((key, each) for key, each in value.items() if not free or plainly(key) not in self.names)
                return {
                    key: self.plain(each, free=words or key in WORDS) for key, each in kept if not self.theirs(each)
                }
            case list():
                return [self.plain(each, free=free) for each in value if not self.theirs(each)]
            case _:
                return value

    def mention(self, mention: Mention) -> Mention:
        """Somebody else's mention without their names; the same where it holds none."""
        raw = encode_mention(mention)
        if not self.names_in(raw):
            return mention
        return decode_stored(msgspec.json.encode(self.plain(msgspec.json.decode(raw))))

    def theirs(self, value: object) -> bool:
        """Whether it is a mention of theirs, or a line of figures about them."""
        if not isinstance(value, Mapping):
            return False
        author = value.get("author")
        if isinstance(author, Mapping) and "source" in value:
            return any(plainly(author.get(key)) in self.names for key in ("id", "handle"))
        quoted = {"text", "author"} <= set(value) and plainly(author) in self.names
        return quoted or ("handle" in value and "source" in value and plainly(value["handle"]) in self.names)

    def value(self, column: Column[Any], stored: Any) -> Any:
        """What stands in the column from now on."""
        if isinstance(stored, str):
            return self._of_text(column, stored)
        if column.table is saved_views:
            return self._of_view(stored)
        free = column.table is cursors
        for codec in (msgspec.json, msgspec.msgpack):
            try:
                return codec.encode(self.plain(codec.decode(stored), free=free))
            except ODD:
                continue
        return GONE.encode() if not column.nullable else None

    def _of_view(self, stored: bytes) -> bytes:
        """A view still asks for what it asked: of somebody erased, for nobody; not for everything."""
        try:
            kept = msgspec.json.decode(stored)
            query = {
                key: GONE if key == "author" and plainly(said) in self.names else self.text(said)
                for key, said in kept["query"].items()
            }
            return msgspec.json.encode({**kept, "detail": self.text(kept["detail"]), "query": query})
        except (*ODD, KeyError, TypeError, AttributeError):
            return GONE.encode()

    def _of_text(self, column: Column[Any], stored: str) -> str:
        if column.table is journal:
            return self.key(stored)
        if column.table is outbox:
            return self.lines(stored)
        try:
            return msgspec.json.encode(self.plain(msgspec.json.decode(stored))).decode()
        except ODD:
            return stored


def plainly(name: object) -> str:
    """In small letters and without @; what is no text is called nothing."""
    return name.strip().removeprefix("@").casefold() if isinstance(name, str) else ""
