"""Pseudonyms: who wrote a mention, replaced by what tells people apart and names nobody.

A pseudonym is a keyed hash: the same person has the same one as long as the key lives, so they count as one voice; who
has not got the key cannot tell whose it is, nor try names. The configuration's own accounts stay as they are.
"""

import re
from collections.abc import Iterable
from hashlib import blake2b

import msgspec

from sentinel.matching.account import AccountSet
from sentinel.mention import Author, Mention
from sentinel.phrases.phrases import say

PREFIX = "author-"
DIGITS = 16
SHOWN = 4
"""Digits that people are shown."""
LEAST = 3
"""Characters of a name that is looked for inside addresses; shorter ones are in everything."""
WORD = 5
"""Characters of a name that is looked for inside texts: a shorter one is somebody else's word."""
_TOKEN = re.compile(rf"{PREFIX}[0-9a-f]{{{DIGITS}}}")
_DID = re.compile(r"did:[a-z]{2,10}:[A-Za-z0-9._:%-]{2,200}")
_PROFILE = re.compile(r"(?i)(?<=/)(@|users?/|u/|profile/|people/|authors?/|channel/)([^/?#\s]+)")
_CALLED = re.compile(r"(?<![\w@/.-])@([\w](?:[\w.-]{0,98}\w)?(?:@[\w](?:[\w.-]{0,98}\w)?)?)")
_ADDRESS = re.compile(r"(?i)https?://[^\s<>\"]{1,2000}")


class Pseudonyms:
    """Makes them under one key.

    Parameters
    ----------
    ours
        Accounts as in `AccountSet` that are left as they are: the brands' own.
    words
        By which brands are found: a handle that has one of them in it stays, or the mention would not be found.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> hidden = Pseudonyms(bytes(32), ours=["@acme_es"], words=["acme"])
    >>> eva = Author(id="5", handle="Eva", name="Eva Ruiz", followers=9)
    >>> said = Mention(source="x", id="7", text="@acme_es igual que a @ana", author=eva,
    ...     published_at=datetime(2026, 3, 2, tzinfo=UTC), url="https://x.com/eva/status/7")
    >>> kept = hidden.mention(said)
    >>> kept.author.handle == hidden.of("@eva"), kept.author.name, kept.author.followers, kept.url
    (True, None, 9, None)
    >>> kept.text == f"@acme_es igual que a @{hidden.of('ana')}"
    True
    """

    def __init__(self, key: bytes, ours: Iterable[str] = (), words: Iterable[str] = ()) -> None:
        self._key = key
        ours = tuple(ours)
        self._ours = AccountSet(ours)
        self._words = tuple({each.casefold().strip("@#* ") for each in (*ours, *words)} - {""})

    def of(self, name: str) -> str:
        """The pseudonym of an id, a handle or a name; of a pseudonym, itself."""
        plain = name.strip().removeprefix("@").casefold()
        if is_pseudonym(plain):
            return plain
        return PREFIX + blake2b(plain.encode(), key=self._key, digest_size=DIGITS // 2).hexdigest()

    def account(self, who: str) -> str:
        """An account as people write it (`AccountSet`), by its pseudonym; a site is nobody."""
        if who.startswith("@"):
            return f"@{self.of(who)}"
        return who if "." in who and ":" not in who else self.of(who)

    def author(self, name: str) -> str:
        """An id, a handle or a name as it is kept of who wrote a mention: our own accounts as they are."""
        return name if self._ours.is_named(name) else self.of(name)

    def mention(self, mention: Mention) -> Mention:
        """What is kept of it."""
        author, own = mention.author, self._ours.wrote(mention)
        names = set() if own or author is None else {each for each in (author.id, author.handle, author.name) if each}
        kept = msgspec.structs.replace(
            mention,
            text=self._text(mention.text, names),
            title=self._text(mention.title, names) if mention.title else mention.title,
            parent_id=self._reference(mention.parent_id),
            root_id=self._reference(mention.root_id),
            links=tuple(each for each in mention.links or () if not self._leads_to(each, names)) or None,
        )
        if own:
            return kept
        url = mention.url if mention.url and not self._leads_to(mention.url, names) else None
        return msgspec.structs.replace(kept, author=self._author(author), id=self._key_of(mention.id, names), url=url)

    def keys(self, id: str) -> tuple[str, ...]:
        """How the id of a mention may be kept: as it is, without what names people in addresses, or hashed whole."""
        return tuple(dict.fromkeys((id, self._plain(id), self._whole(id))))

    def prefix(self, prefix: str) -> tuple[str, ...]:
        """How the beginning of ids may be kept."""
        return tuple(dict.fromkeys((prefix, self._plain(prefix))))

    def _author(self, author: Author | None) -> Author | None:
        if author is None:
            return None
        alone = author.name if not (author.id or author.handle) else None
        return Author(
            id=self.of(author.id) if author.id else None,
            handle=self.of(author.handle) if author.handle else None,
            name=self.of(alone) if alone else None,
            followers=author.followers,
        )

    def _text(self, text: str, names: Iterable[str]) -> str:
        text = _ADDRESS.sub(lambda found: found[0] if not self._leads_to(found[0], names) else "…", text)
        text = _CALLED.sub(self._called, text)
        for name in names:
            if len(name) >= WORD and not self._is_ours(name) and name.casefold() in text.casefold():
                text = re.sub(rf"(?i)(?<!\w){re.escape(name)}(?!\w)", self.of(name), text)
        return text

    def _called(self, found: re.Match[str]) -> str:
        name = found[1]
        return found[0] if self._is_ours(name) else f"@{self.of(name)}"

    def _is_ours(self, name: str) -> bool:
        folded = name.casefold()
        return is_pseudonym(folded) or any(word in folded for word in self._words)

    def _reference(self, reference: str | None) -> str | None:
        return reference if reference is None or self._ours.is_named(reference) else self._plain(reference)

    def _leads_to(self, address: str, names: Iterable[str]) -> bool:
        """Whether an address is that of a person, or has their name in it."""
        if self._ours.is_named(address):
            return False
        folded = address.casefold()
        return bool(_PROFILE.search(address) or _DID.search(address)) or any(
            len(name) >= LEAST and name.casefold() in folded for name in names
        )

    def _plain(self, id: str) -> str:
        """Without what names people in addresses, the same whoever asks."""
        id = _DID.sub(lambda found: self.of(found[0]), id)
        return _PROFILE.sub(lambda found: found[1] + self.of(found[2]), id)

    def _whole(self, id: str) -> str:
        return f"id-{blake2b(id.encode(), key=self._key, digest_size=16).hexdigest()}"

    def _key_of(self, id: str, names: Iterable[str]) -> str:
        plain = self._plain(id)
        folded = plain.casefold()
        told = any(len(name) >= LEAST and name.casefold() in folded for name in names)
        return self._whole(id) if told or len(plain) > len(id) + 200 else plain


def is_pseudonym(name: str) -> bool:
    """Whether it is one."""
    return _TOKEN.fullmatch(name) is not None


def called(author: Author, language: str) -> str:
    """What people are shown of an author: the handle, or else the name; empty of nobody."""
    handle = (author.handle or "").removeprefix("@")
    return shown(f"@{handle}" if handle else author.name or "", language)


def shown(name: str, language: str) -> str:
    """What people are shown of a name: of a pseudonym, its beginning."""
    bare = name.removeprefix("@")
    if not is_pseudonym(bare):
        return name
    return say(language, "page.pseudonym", mark=bare.removeprefix(PREFIX)[:SHOWN])
