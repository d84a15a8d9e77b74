"""What a brand is to the matcher: its name and the terms that speak of it.

Made from the configuration, read by `Matcher`.
"""

from dataclasses import dataclass

from sentinel.matching.account import IgnoredAccount
from sentinel.matching.term import Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """One brand to listen for.

    Parameters
    ----------
    name
        As people read it on a page.
    any
        Words, phrases, @handles and #hashtags, any of which is enough. None at all: the name stands in.
    none
        Terms that rule a mention out for this brand.
    languages
        Only mentions in these (two letters); empty: all. One whose language nobody said counts.
    sources
        Only mentions of these; empty: all.
    everything_from
        Sources all of whose mentions are about the brand, whatever their words: reviews of its app, its own page.
    own
        The brand's own accounts, as in `AccountSet`: what they say is nobody's voice, and who answers them speaks of
        the brand.
    ignore
        Accounts whose words do not count.

    Examples
    --------
    >>> Brand(name="Acme").any
    ('Acme',)
    """

    name: str
    any: tuple[str | Term, ...] = ()
    none: tuple[str | Term, ...] = ()
    languages: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    everything_from: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    ignore: tuple[IgnoredAccount, ...] = ()

    def __post_init__(self) -> None:
        if not self.any:
            object.__setattr__(self, "any", (self.name,))
