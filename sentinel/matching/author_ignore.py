"""Accounts that people chose to ignore while Sentinel runs: from one mention on, until an end, for some brands."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b

import msgspec

from sentinel.matching.account import AccountSet
from sentinel.mention import Mention


class AuthorIgnore(msgspec.Struct, frozen=True, kw_only=True):
    """From ``starts_at`` until ``ends_at``, half-open, by the instants at which mentions were observed: whoever folds
    the journal again leaves out the same mentions.

    ``who`` is an id, an ``@handle`` or a site as in `AccountSet`; ``name`` is what people call it; ``source`` limits it
    to one source (an id means somebody else on another network). No brands is every brand. ``incident`` is where
    somebody chose it.
    """

    id: str
    who: str
    name: str
    brands: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    by: str
    source: str | None = None
    reason: str | None = None
    incident: str | None = None

    def renamed(self, names: Mapping[str, str]) -> "AuthorIgnore":
        """The same for brands that are called otherwise now."""
        return msgspec.structs.replace(self, brands=tuple(names.get(brand, brand) for brand in self.brands))

    def ended(self, at: datetime) -> "AuthorIgnore":
        """The same, over at this instant; one that is over by then stays as it was."""
        return self if self.ends_at <= at else msgspec.structs.replace(self, ends_at=at)


class AuthorIgnoreSet:
    """All that were ever chosen and may still matter, asked of each mention that is about a brand.

    Parameters
    ----------
    names
        Of each brand, by its index: its present name and its earlier ones.
    """

    def __init__(self, ignores: Iterable[AuthorIgnore], names: Sequence[Sequence[str]]) -> None:
        self._rules = [
            (
                each,
                AccountSet([each.who]),
                frozenset(
                    index
                    for index, called in enumerate(names)
                    if not each.brands or not set(called).isdisjoint(each.brands)
                ),
            )
            for each in ignores
        ]

    def without(self, found: tuple[int, ...], mention: Mention, at: datetime) -> tuple[int, ...]:
        """Those of the brands ``found`` for which the author of a mention observed at ``at`` counts."""
        if not self._rules:
            return found
        left = set(found)
        for each, accounts, brands in self._rules:
            if each.starts_at <= at < each.ends_at and not left.isdisjoint(brands) and _wrote(each, accounts, mention):
                left -= brands
        return found if len(left) == len(found) else tuple(index for index in found if index in left)


def _wrote(ignore: AuthorIgnore, accounts: AccountSet, mention: Mention) -> bool:
    if ignore.source is not None and mention.source != ignore.source:
        return False
    author = mention.author.id if mention.author is not None else None
    return accounts.wrote(mention) or (author is not None and author.casefold() == ignore.who.casefold())


def author_ignore_id(who: str, brands: tuple[str, ...], by: str, starts_at: datetime) -> str:
    """The stable name of a choice.

    Examples
    --------
    >>> from datetime import UTC
    >>> author_ignore_id("@pest", ("Acme",), "ana", datetime(2026, 3, 9, tzinfo=UTC))
    'i-fa300ac1'
    """
    written = "\x00".join((who, *brands, by, starts_at.isoformat()))
    return "i-" + blake2b(written.encode(), digest_size=4).hexdigest()
