"""House style: how a brand writes, and what of a text goes against it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import msgspec

from sentinel.playbooks.statement import Channel

_ADDRESS: Final = re.compile(r"(?i)https?://\S+|www\.\S+|[@#]\w+")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


class RemarkKind(StrEnum):
    """What is remarked of a text."""

    TOO_LONG = "too_long"
    NEVER = "never"
    """A word that the brand never says."""
    INSTEAD = "instead"
    """A word for which the brand has another."""
    SPELLING = "spelling"


class Remark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing to look at: the word, and what could stand instead; of a length, by how many characters too many."""

    kind: RemarkKind
    word: str = ""
    instead: tuple[str, ...] = ()
    over: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseStyle:
    """How a brand writes.

    Parameters
    ----------
    form
        ``tú`` or ``usted``.
    say
        Words and what is said instead.
    never
        Words that are not said, with any ending where they end in ``*``.
    """

    form: str = "tú"
    say: Mapping[str, str]
    never: tuple[str, ...] = ()
    signature: str = ""

    def applied(self, text: str, said: str = "") -> str:
        """With the brand's own words and its signature, and before that what somebody else ``said``, as it stands.

        Examples
        --------
        >>> HouseStyle(say={"clientes": "socios"}, signature="Ana").applied("Clientes y amigos.")
        'Socios y amigos. Ana'
        """
        for word, other in self.say.items():
            text = _whole(word).sub(lambda found, other=other: _cased(found[0], other), text)  # type: ignore[misc]  # a default binds it
        return " ".join(part for part in (text, said, self.signature) if part)

    def remarks(self, text: str, channel: Channel | None) -> Iterator[Remark]:
        """What goes against it, and whether the channel takes it; spelling is another's."""
        if channel is not None and channel.limit is not None and (over := channel.measure(text) - channel.limit) > 0:
            yield Remark(kind=RemarkKind.TOO_LONG, over=over)
        for word in self.never:
            if found := _whole(word).search(text):
                yield Remark(kind=RemarkKind.NEVER, word=found[0])
        for word, other in self.say.items():
            right = text.replace(other, " ")  # `acme: Acme`, `socio: socio fundador`
            if found := _whole(word).search(right):
                yield Remark(kind=RemarkKind.INSTEAD, word=found[0], instead=(other,))


def spelt_words(text: str) -> tuple[str, ...]:
    """The words of a text whose spelling can be looked up: no addresses, handles, hashtags; each once.

    Examples
    --------
    >>> spelt_words("Hola @ana, mira https://x.es y dinos #ya si t'agrada")
    ('Hola', 'mira', 'y', 'dinos', 'si', "t'agrada")
    """
    pieces = " ".join(piece for piece in text.split() if not _is_mail_address(piece))
    return tuple(dict.fromkeys(_WORD.findall(_ADDRESS.sub(" ", pieces))))


def _is_mail_address(piece: str) -> bool:
    name, _, host = piece.partition("@")
    return bool(name) and "." in host[1:-1]


def _whole(word: str) -> re.Pattern[str]:
    ending = r"\w*" if word.endswith("*") else ""
    return re.compile(rf"(?<!\w){re.escape(word.rstrip('*'))}{ending}(?!\w)", re.IGNORECASE)


def _cased(found: str, other: str) -> str:
    return other[:1].upper() + other[1:] if found[:1].isupper() else other
