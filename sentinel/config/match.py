"""What a brand is found by: its terms, and the languages and sources in which they count."""

from typing import Annotated, Any

from pydantic import ConfigDict, Discriminator, Field, Tag

from sentinel.config.base import Settings
from sentinel.matching.term import Term


class TermSettings(Settings):
    """A term with conditions, for names that are everyday words: Día, Mango, Orange, X."""

    model_config = ConfigDict(validate_by_name=False, validate_by_alias=True)

    word: str
    """The word, phrase, @handle or #hashtag."""
    case: bool = False
    """Capitals count: "Día" is not "día"."""
    with_: tuple[str, ...] = Field((), alias="with")
    """One of these words or phrases must stand near as well."""
    near: int | None = Field(None, ge=1, le=100)
    """How many words away at most. Default: anywhere in the mention."""

    @property
    def term(self) -> Term:
        """As the matcher takes it."""
        return Term(word=self.word, case=self.case, near_to=self.with_, near=self.near)


def _form(value: Any) -> str:
    return FORMS[isinstance(value, dict | TermSettings)]


FORMS = ("(text)", "(conditions)")
"""The two ways of writing a term. Pydantic names the one it tried as if it were a key; `keys_of` leaves that out."""
AnyTerm = Annotated[
    Annotated[str, Tag(FORMS[0])] | Annotated[TermSettings, Tag(FORMS[1])],
    Discriminator(_form),
]


def keys_of(place: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """A place as the file has it.

    Examples
    --------
    >>> keys_of(("match", "any", 0, "(conditions)", "near"))
    ('match', 'any', 0, 'near')
    """
    return tuple(part for part in place if part not in FORMS)


class Match(Settings):
    """Which mentions are about a brand. Case, accents and width do not count; words match whole."""

    any: tuple[AnyTerm, ...] = ()
    """Words, phrases, @handles and #hashtags (`#*acme*`: inside a hashtag), any of which is enough; or, for a name that
    is an everyday word, {word: Día, case: true, with: [supermercado, tienda], near: 6}. Default: the brand's name."""
    none: tuple[AnyTerm, ...] = ()
    """Terms that rule a mention out, such as another company of the same name."""
    languages: tuple[Annotated[str, Field(pattern="^[a-z]{2,3}$")], ...] = ()
    """Only mentions in these languages (es, en, pt ...). Default: all. A mention that does not say its own counts."""
    everything_from: tuple[str, ...] = ()
    """Sources all of whose mentions are about the brand, whatever their words: reviews of its app, comments on its own
    page."""
    sources: tuple[str, ...] = ()
    """Only mentions of these sources, by the name that mentions carry. Default: all."""


def as_term(term: str | TermSettings) -> str | Term:
    """A term of the file as the matcher takes it."""
    return term if isinstance(term, str) else term.term


def word_of(term: str | TermSettings) -> str:
    """What stands in the text."""
    return term if isinstance(term, str) else term.word
