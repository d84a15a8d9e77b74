"""Accounts as people write them in the configuration (a handle, a network's own id, a site), and what they wrote."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sentinel.mention import Mention


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoredAccount:
    """An account whose words do not count: ``who`` as in `AccountSet`; ``until`` (aware) ends it, ``None`` never does;
    ``because`` is for people.
    """

    who: str
    until: datetime | None = None
    because: str = ""


class AccountSet:
    """Accounts, asked whether they wrote a mention or are spoken to by one.

    Parameters
    ----------
    accounts
        ``@handle`` (of any network), a site such as ``acme.example`` with all below it (also as a handle), or an
        author's id as its network has it (``did:plc:…``). Case does not count.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from sentinel.mention import Author
    >>> own = AccountSet(["@acme_es", "did:plc:abc", "acme.example"])
    >>> at = datetime(2026, 3, 2, tzinfo=UTC)
    >>> said = Mention(source="x", id="1", text="Hola", published_at=at, author=Author(handle="Acme_ES"))
    >>> own.wrote(said), own.is_named("at://did:plc:abc/app.bsky.feed.post/3k"), own.is_named("https://x.com/ana/1")
    (True, True, False)
    """

    def __init__(self, accounts: Iterable[str]) -> None:
        self._handles, self._ids, self._sites = kinds_of(accounts)

    def __bool__(self) -> bool:
        return bool(self._handles or self._ids or self._sites)

    def wrote(self, mention: Mention) -> bool:
        """Whether one of them is the author, or the mention stands on one of the sites."""
        author = mention.author
        if author is not None:
            handle = (author.handle or "").casefold().strip("@")
            if handle and (handle in self._handles or self._is_ours(handle)):
                return True
            if author.id is not None and author.id.casefold() in self._ids:
                return True
        return bool(self._sites and mention.url and self._is_ours(host_of(mention.url)))

    def is_named(self, reference: str) -> bool:
        """Whether an address (of a post, a link) is one of an account of these: its id, handle or site is in it."""
        folded = reference.casefold()
        if self._sites and self._is_ours(host_of(folded)):
            return True
        parts = folded.replace("?", "/").split("/")
        return any(part in self._ids or part.lstrip("@") in self._handles for part in parts if part)

    def is_addressed(self, mention: Mention, posts: Collection[str] = ()) -> bool:
        """Whether a mention answers or quotes one of them; ``posts`` are ids and addresses of what they posted."""
        references = (mention.parent_id, mention.root_id, *(mention.links or ()))
        return any(each in posts or self.is_named(each) for each in references if each)

    def _is_ours(self, host: str) -> bool:
        return any(host == site or host.endswith("." + site) for site in self._sites)


def kinds_of(accounts: Iterable[str]) -> tuple[set[str], set[str], set[str]]:
    """Handles, ids and sites, in small letters."""
    handles: set[str] = set()
    ids: set[str] = set()
    sites: set[str] = set()
    for account in accounts:
        bare = account.strip().casefold()
        if bare.startswith("@"):
            handles.add(bare.strip("@"))
        elif "." in bare and ":" not in bare:
            sites.add(bare.removeprefix("www."))
        elif bare:
            ids.add(bare)
    return handles, ids, sites


def host_of(address: str) -> str:
    """The host of an address, without ``www.``; empty where there is none."""
    try:
        host = urlsplit(address).hostname
    except ValueError:
        return ""
    return (host or "").removeprefix("www.")
