"""What a brand is to the matcher: its name and the terms that speak of it.

Made from the configuration, read by `Matcher`.
"""

from dataclasses import dataclass

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

    def __post_init__(self) -> None:
        if not self.any:
            object.__setattr__(self, "any", (self.name,))
