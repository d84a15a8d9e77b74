"""Cuts a text into tokens and knows each: its hash, what the lexicon says of it, and its plain form.

First half of feature extraction; `sentinel.sentiment.features` counts and hashes what comes out of here.
"""

import re
import unicodedata
from enum import IntFlag
from functools import cache
from typing import Final, NamedTuple
from zlib import crc32

from sentinel.sentiment.lexicon import Role, load_lexicon

HEAD: Final = 2000
TAIL: Final = 500
"""Characters looked at: the head and, as verdicts stand at the end, the tail."""
MOST_TOKENS: Final = 400
LAST_TOKENS: Final = 100
"""Tokens looked at; of a longer text the last hundred are among them."""
_WIDEST: Final = 2 * (HEAD + TAIL)
"""Characters left after compatibility forms are spelt out: one character may become eighteen."""
_LONGEST_WORD: Final = 40
_KNOWN_WORDS: Final = 60_000
"""Words remembered for each language before the memory is emptied; about 15 MB."""

_TOKEN: Final = re.compile(
    r"https?://\S{1,200}|www\.\S{1,200}"  # addresses
    r"|[@#]\w{1,60}"  # handles and hashtags
    r"|[<>]?[:;=][-'o^]?[()\[\]dp/\\|*3sx]+(?!\w)|<3|</3|[-._]_+[-._]|>[._]<|t_t|\\o/"  # emoticons, of lowered text
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*"  # words
    r"|\d+(?:[.,:]\d+)*%?"  # numbers
    r"|[.,;:…]+|[!?¡¿]+|[^\w\s]"  # punctuation, then every other sign (emoji) by itself
)
_STRETCH: Final = re.compile(r"(.)\1{2,}")
_LAUGH: Final = re.compile(r"(?:(?:ja|je|ji|ha|he|hu|ks|js|rs){2,}[a-z]*|k{3,}|lo+l+|lmf?ao+|xd+|rofl)$")
_ESCAPE: Final = re.compile(r"\\u([0-9a-f]{4})")


class Kind(IntFlag):
    """What sort of token it is; shares one integer with the lexicon's `Role`, above its bits."""

    STRETCHED = 1 << 16
    LAUGHTER = 1 << 17
    URL = 1 << 18
    HANDLE = 1 << 19
    HASHTAG = 1 << 20
    NUMBER = 1 << 21
    STOP = 1 << 22
    EMOJI = 1 << 23
    ASKS = 1 << 24
    EXCLAIMS = 1 << 25
    DOTS = 1 << 26


_TALLIED: Final = (
    int(Role.NEGATOR), int(Role.INTENSIFIER), int(Role.FIRST), int(Role.SECOND), int(Role.PROFANITY), int(Role.CRISIS),
    int(Role.SERVICE), int(Role.NEWS), int(Kind.HANDLE), int(Kind.HASHTAG),
)  # fmt: skip
_FIELD: Final = 10
TALLY_MASK: Final = (1 << _FIELD) - 1
TALLY_PLACES: Final = tuple(range(0, _FIELD * len(_TALLIED), _FIELD))
"""Where in a sum of `Word.tally` the count of each tallied role begins; `MOST_TOKENS` fit a field."""


class Word(NamedTuple):
    """What is known of a token.

    ``hash`` (32 bits), lexicon ``valence``, ``bits`` of `Role` and `Kind`, ``tally`` (a one in the field of each counted role, so that
    adding tallies counts all roles at once), and its plain ``form``.
    """

    hash: int
    valence: int
    bits: int
    tally: int
    form: str


def tokens_of(text: str) -> list[str]:
    """The lowered tokens of the head and tail of a text, at most `MOST_TOKENS`; broken characters become signs, never errors."""
    if len(text) > HEAD + TAIL:
        text = f"{text[:HEAD]} {text[-TAIL:]}"
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    lowered = text.lower()
    if "\\u" in lowered:  # escapes that some export left in the text
        lowered = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), lowered)
    tokens = _TOKEN.findall(lowered[:_WIDEST])
    return tokens if len(tokens) <= MOST_TOKENS else tokens[: MOST_TOKENS - LAST_TOKENS] + tokens[-LAST_TOKENS:]


class Vocabulary(dict[str, Word]):
    """Token → `Word` for one language; a bounded memory, so that a word is worked out once.

    Examples
    --------
    >>> known = vocabulary("es")
    >>> known["MALÍSIMOOOO".lower()].form, known["@acme"].form, known["nunca"].valence
    ('malisimoo', '@', -3)
    """

    def __init__(self, language: str) -> None:
        super().__init__()
        self._lexicon = load_lexicon(language)
        self._salt = crc32(language.encode())

    def __missing__(self, token: str) -> Word:
        if len(self) >= _KNOWN_WORDS:
            self.clear()
        word = self[token] = self._work_out(token)
        return word

    def _work_out(self, token: str) -> Word:
        form, kind = _plain(token)
        entry = self._lexicon.look_up(form.removeprefix("#"))
        if not entry.valence and kind & Kind.STRETCHED:  # "buenoo" is known as "bueno"
            entry = self._lexicon.look_up(re.sub(r"(.)\1+", r"\1", form))
        if kind & Kind.EMOJI and not entry.valence:
            entry = self._lexicon.look_up(token)
        bits = int(entry.roles) | int(kind)
        tally = sum(1 << place for role, place in zip(_TALLIED, TALLY_PLACES, strict=True) if bits & role)
        return Word(crc32(form.encode("utf-8", "surrogatepass"), self._salt), entry.valence, bits, tally, form)


@cache
def vocabulary(language: str) -> Vocabulary:
    """The shared memory of words of a language."""
    return Vocabulary(language)


def _plain(token: str) -> tuple[str, Kind]:
    """A token's form (folded, shortened, placeholders for addresses, handles, numbers) and kind."""
    first = token[0]
    if first.isalpha():
        if token.startswith(("http", "www.")) and len(token) > 4 and not token.isalpha():
            return "http", Kind.URL
        return _plain_word(token)
    if first == "@" and len(token) > 1:
        return "@", Kind.HANDLE
    if first == "#" and len(token) > 1:
        return "#" + _plain_word(token[1:])[0], Kind.HASHTAG
    if first.isdecimal():
        return "0", Kind.NUMBER
    return _plain_sign(token)


def _plain_word(token: str) -> tuple[str, Kind]:
    kind = Kind(0)
    form = token[:_LONGEST_WORD].replace("’", "'")
    if not form.isascii():
        form = "".join(c for c in unicodedata.normalize("NFD", form) if not unicodedata.combining(c))
    short = _STRETCH.sub(r"\1\1", form)
    if short != form:
        kind |= Kind.STRETCHED
    if _LAUGH.match(form):
        return short[:4], kind | Kind.LAUGHTER
    return short, kind


def _plain_sign(token: str) -> tuple[str, Kind]:
    if token[0] in "?¿!¡":
        kind = Kind.STOP
        kind |= Kind.ASKS if "?" in token else Kind(0)
        kind |= Kind.EXCLAIMS if "!" in token else Kind(0)
        return token[:3], kind
    if token[0] in ".,;:…" and not token.strip(".,;:…"):
        many = token[0] == "…" or token.startswith("..")
        return ("…" if many else token[0]), Kind.STOP | (Kind.DOTS if many else Kind(0))
    return token[:3], Kind.EMOJI if (len(token) > 1 or ord(token) > 0x2000) else Kind(0)
