"""Account index: of many brands, which ones' accounts wrote a mention or are spoken to by one; as `AccountSet` says of
one brand, without asking each.
"""

from collections.abc import Iterable, Iterator

from sentinel.matching.account import host_of, kinds_of
from sentinel.mention import Mention


class AccountIndex:
    """Accounts to the places of their brands.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from sentinel.mention import Author
    >>> index = AccountIndex([(0, ["@acme_es", "acme.example"]), (3, ["did:plc:abc", "@acme_es"])])
    >>> at = datetime(2026, 3, 2, tzinfo=UTC)
    >>> said = Mention(source="x", id="1", text="Hola", published_at=at, author=Author(handle="Acme_ES"),
    ...     links=("https://shop.acme.example/a",))
    >>> index.writers(said), index.addressed(said)
    ({0, 3}, {0})
    """

    def __init__(self, accounts: Iterable[tuple[int, Iterable[str]]]) -> None:
        self._handles: dict[str, list[int]] = {}
        self._ids: dict[str, list[int]] = {}
        self._sites: dict[str, list[int]] = {}
        for place, own in accounts:
            for known, found in zip((self._handles, self._ids, self._sites), kinds_of(own), strict=True):
                for each in found:
                    known.setdefault(each, []).append(place)

    def __bool__(self) -> bool:
        """Whether any brand has an account."""
        return bool(self._handles or self._ids or self._sites)

    def writers(self, mention: Mention) -> set[int]:
        """The brands one of whose accounts is the author, or on one of whose sites the mention stands."""
        found: set[int] = set()
        author = mention.author
        if author is not None:
            handle = (author.handle or "").casefold().strip("@")
            if handle:
                found.update(self._handles.get(handle, ()), *self._below(handle))
            if author.id is not None:
                found.update(self._ids.get(author.id.casefold(), ()))
        if self._sites and mention.url:
            found.update(*self._below(host_of(mention.url)))
        return found

    def addressed(self, mention: Mention) -> set[int]:
        """The brands one of whose accounts is answered, quoted or linked to."""
        found: set[int] = set()
        for reference in (mention.parent_id, mention.root_id, *(mention.links or ())):
            if reference:
                found.update(*self._named(reference.casefold()))
        return found

    def _named(self, folded: str) -> Iterator[list[int]]:
        if self._sites:
            yield from self._below(host_of(folded))
        for part in folded.replace("?", "/").split("/"):
            if part:
                yield self._ids.get(part, [])
                yield self._handles.get(part.lstrip("@"), [])

    def _below(self, host: str) -> Iterator[list[int]]:
        """Of the sites that a host is, or is below."""
        while host and self._sites:
            yield self._sites.get(host, [])
            host = host.partition(".")[2]
