"""Cuts a text into tokens and knows each: its hash, what the lexicon says of it, and its plain form.

First half of feature extraction; `sentinel.sentiment.features` counts and hashes what comes out of here.
"""

import re
import unicodedata
from enum import IntFlag
from functools import cache
from typing import Final, NamedTuple
from zlib import crc32

from sentinel.sentiment.lexicon import Phrase, Role, fold, load_lexicon

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
_LAUGHS_BEGIN: Final = frozenset("jhkrlxs")
_ESCAPE: Final = re.compile(r"\\u([0-9a-f]{4})")


class Kind(IntFlag):
    """What sort of token it is; shares one integer with the lexicon's `Role`, above its bits."""

    STRETCHED = 1 << 24
    LAUGHTER = 1 << 25
    URL = 1 << 26
    HANDLE = 1 << 27
    HASHTAG = 1 << 28
    NUMBER = 1 << 29
    STOP = 1 << 30
    EMOJI = 1 << 31
    ASKS = 1 << 32
    EXCLAIMS = 1 << 33
    DOTS = 1 << 34
    OPENS = 1 << 35
    PHRASE = 1 << 36
    SEALED = 1 << 37


COUNTED: Final = (
    *(
        (role.name.lower(), int(role), 3)
        for role in Role
        if role.name and role not in (Role.CONTRAST, Role.IRONY, Role.QUESTION)
    ),
    ("handles", int(Kind.HANDLE), 3),
    ("hashtags", int(Kind.HASHTAG), 3),
    *(
        (name, int(Kind[name.upper()]), 1)
        for name in ("asks", "exclaims", "dots", "stretched", "laughter", "url", "number")
    ),
)
"""What is counted of a text: a name, the bit that a word must have, and the count at which to stop."""
FIELD: Final = 16
"""Bits of a count in a sum of `Word.tally`; `MOST_TOKENS` fit."""


class Word(NamedTuple):
    """What is known of a token.

    ``hash`` (32 bits), lexicon ``valence``, ``bits`` of `Role` and `Kind`, ``tally`` (a one in the field of each
    counted role, so that adding tallies counts all roles at once), and its plain ``form``.
    """

    hash: int
    valence: int
    bits: int
    tally: int
    form: str


def tokens_of(text: str) -> list[str]:
    """The lowered tokens of the head and tail of a text, at most `MOST_TOKENS`; broken characters become signs, never
    errors.
    """
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
    >>> known["MALÍSIMOOOO".lower()].form, known["@acme"].form, known["estafa"].valence < 0
    ('malisimoo', '@', True)
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

    def warm(self) -> None:
        """Work the lexicon's own words out now, a few hundredths of a second, rather than one by one as texts come."""
        for word in self._lexicon.words():
            self[word]

    def _work_out(self, token: str) -> Word:
        form, kind = _plain(token)
        entry = self._lexicon.look_up(form.removeprefix("#"))
        if kind and not entry.valence:
            if kind & _STRETCHED:  # "buenoo" is known as "bueno"
                entry = self._lexicon.look_up(re.sub(r"(.)\1+", r"\1", form))
            elif kind & _EMOJI:
                entry = self._lexicon.look_up(token)
            elif kind & _HASHTAG:
                entry = self._lexicon.take_apart(form.removeprefix("#"))
        bits = entry.roles | kind | (_OPENS if form in self._lexicon.phrases else 0)
        return Word(crc32(form.encode("utf-8", "surrogatepass"), self._salt), entry.valence, bits, _tally(bits), form)

    def join_phrases(self, words: list[Word]) -> None:
        """In place: the last word of each set phrase takes the worth of the whole, its other words keep none of their
        own.
        """
        phrases = self._lexicon.phrases
        free, last = 0, len(words) - 1
        for place in [place for place, word in enumerate(words) if word.bits & _OPENS]:
            if free <= place < last and (opened := phrases[words[place].form].get(words[place + 1].form)):
                free = place + _join(words, place, opened)


# Plain integers: arithmetic on enum members would cost more than the rest of working a word out.
_STRETCHED, _LAUGHTER, _URL, _HANDLE, _HASHTAG, _NUMBER, _STOP, _EMOJI, _ASKS, _EXCLAIMS, _DOTS = map(
    int, list(Kind)[:11]
)
_OPENS: Final = int(Kind.OPENS)
_PHRASE: Final = int(Kind.PHRASE)
_SEALED: Final = int(Kind.SEALED)
_NEGATOR: Final = int(Role.NEGATOR)


def _join(words: list[Word], place: int, opened: list[Phrase]) -> int:
    """The number of words of the longest phrase that stands at a place, joined; 0 when none does."""
    for rest, entry in opened:
        end = place + 1 + len(rest)
        if not rest or tuple([word.form for word in words[place + 2 : end + 1]]) == rest:
            last = words[end]
            bits = last.bits | entry.roles | _PHRASE
            for covered in range(place, end):
                if words[covered].bits & _NEGATOR:  # its negation is part of what the phrase is worth
                    bits |= _SEALED
                if words[covered].valence:
                    words[covered] = words[covered]._replace(valence=0)
            words[end] = Word(last.hash, entry.valence, bits, last.tally, last.form)
            return len(rest) + 2
    return 0


@cache
def _tally(bits: int) -> int:
    return sum(1 << FIELD * place for place, (_, bit, _) in enumerate(COUNTED) if bits & bit)


@cache
def vocabulary(language: str) -> Vocabulary:
    """The shared memory of words of a language."""
    return Vocabulary(language)


def _plain(token: str) -> tuple[str, int]:
    """A token's form (folded, shortened, placeholders for addresses, handles, numbers) and the bits of its kind."""
    first = token[0]
    if first.isalpha():
        if token.startswith(("http", "www.")) and len(token) > 4 and not token.isalpha():
            return "http", _URL
        return _plain_word(token)
    if first == "@" and len(token) > 1:
        return "@", _HANDLE
    if first == "#" and len(token) > 1:
        return "#" + _plain_word(token[1:])[0], _HASHTAG
    if first.isdecimal():
        return "0", _NUMBER
    return _plain_sign(token)


def _plain_word(token: str) -> tuple[str, int]:
    kind = 0
    form = token[:_LONGEST_WORD].replace("’", "'")
    short = fold(form)
    if len(short) < len(form) and _STRETCH.search(form):
        kind = _STRETCHED
    if form[0] in _LAUGHS_BEGIN and _LAUGH.match(form):
        return short[:4], kind | _LAUGHTER
    return short, kind


def _plain_sign(token: str) -> tuple[str, int]:
    if token[0] in "?¿!¡":
        return token[:3], _STOP | (_ASKS if "?" in token else 0) | (_EXCLAIMS if "!" in token else 0)
    if token[0] in ".,;:…" and not token.strip(".,;:…"):
        many = token[0] == "…" or token.startswith("..")
        return ("…" if many else token[0]), _STOP | (_DOTS if many else 0)
    return token[:3], _EMOJI if (len(token) > 1 or ord(token) > 0x2000) else 0
